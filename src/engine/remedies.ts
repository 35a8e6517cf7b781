// What to do about a problem, in plain words, by its cause. One table; the record's own message says what exactly is wrong.
import type { Label } from '../core/model.ts';

export interface Remedy {
  /** Names the group. */
  readonly title: Label;
  readonly remedy: Label;
}

const row = (enTitle: string, zhTitle: string, en: string, zh: string): Remedy => ({
  title: { en: enTitle, zh: zhTitle },
  remedy: { en, zh },
});

const remedies: Readonly<Record<string, Remedy>> = {
  mapping: row(
    'A value cannot be mapped',
    '字段值无法映射',
    'Correct the value at the source (characters that are not allowed, too long, required and empty), or give the mapping row a default or another expression.',
    '请在源系统更正该值（含不允许的字符、过长，或必填但为空），或在映射行中设置默认值、修改表达式。',
  ),
  missing: row(
    'A required value is missing',
    '缺少必填值',
    'Fill it at the source (a phone number or mail address, for example), or give the mapping row a default.',
    '请在源系统补充（如手机号、邮箱），或在映射行中设置默认值。',
  ),
  duplicate: row(
    'A value that only one may have is used twice',
    '唯一值重复',
    'Correct one of the two at the source. If both records are the same person, link them to one.',
    '请在源系统更正其中之一；若两条记录是同一人，请将其关联到同一对象。',
  ),
  'unknown-reference': row(
    'Points to somebody or something that the source does not have',
    '引用的对象在源中不存在',
    'Correct the reference at the source, or add what it points to; a scope or a right that hides it has the same effect.',
    '请在源系统更正引用或补充被引用对象；若其被范围或权限隐藏，也会如此。',
  ),
  cycle: row(
    'A department is above itself',
    '部门层级成环',
    'Mend the parent at the source; until then its place is left as it is.',
    '请在源系统修正上级部门；在此之前位置保持不变。',
  ),
  'own-reference': row(
    'Somebody is named as their own manager',
    '直属上级是本人',
    'Name another one at the source, or leave it empty there for who has none; until then it is left as it is.',
    '请在源系统改为其他人员；若没有上级，请将该字段留空；在此之前保持不变。',
  ),
  ambiguous: row(
    'More than one match, or a match that is taken',
    '匹配不唯一或已被占用',
    'Link the right one by hand, or correct the data by which they are matched.',
    '请手工关联正确的对象，或更正用于匹配的数据。',
  ),
  unique: row(
    'Every proposed value is taken',
    '候选值均被占用',
    'Add another candidate to unique() in the mapping, for example with a number: ${userName}${n}.',
    '请在映射的 unique() 中增加候选，例如带序号。',
  ),
  locked: row(
    'Somebody disabled the account in the target',
    '账号在目标系统中被他人停用',
    'Enable it there when that was not meant; otherwise waive it.',
    '如非本意，请在目标系统中启用；否则可忽略。',
  ),
  protected: row(
    'The matching account is protected',
    '匹配到受保护账号',
    'Link it by hand if it is the right one, or take it off the protected list.',
    '若确为同一账号，请手工关联，或将其移出受保护名单。',
  ),
  'not-kept': row(
    'Answered as done, and shown as before',
    '答复成功但仍为原值',
    'Look at it in the target. If it does not keep this field, leave it out of the mapping.',
    '请在目标系统中查看；若其不保存该字段，请从映射中移除。',
  ),
  unseen: row(
    'Answered as done, and shown nowhere',
    '答复成功但无法核对',
    'Look at it in the target: it shows nobody else whether it was done.',
    '请在目标系统中查看：系统不向外返回该信息。',
  ),
  unreadable: row(
    'A record cannot be read',
    '记录无法读取',
    'Look at the record at the source: a missing id, a broken line or a right that is missing for it.',
    '请检查源系统中的该记录：缺少编号、格式损坏或缺少读取权限。',
  ),
  'apply:not-found': row(
    'It is not in the target any more',
    '目标中已不存在',
    'The next full run finds out and makes it anew, if it should be there.',
    '下次全量执行会重新核对，如应存在将重新创建。',
  ),
  'apply:already-exists': row(
    'Somebody else in the target has the value already',
    '目标中已有相同的值',
    'Look who has it there: if it is the same person, link the two; else correct one of them.',
    '请查看目标中的占用者：若为同一人，请关联；否则请更正其中之一。',
  ),
  'apply:conflict': row(
    'The target is in the way',
    '与目标状态冲突',
    'Look at the raw message: something there must go first (members of a department, for example).',
    '请查看原始信息：目标中有内容需先处理（例如部门中仍有成员）。',
  ),
  'apply:invalid': row(
    'The target does not take the value',
    '目标不接受该值',
    'Correct the value at the source or in the mapping: characters, length, format, or a value that the target requires.',
    '请在源系统或映射中更正该值：字符、长度、格式，或目标要求的值。',
  ),
  'apply:unsupported': row(
    'The target cannot do this',
    '目标不支持该操作',
    'Leave it out of the mapping or the scope, do it there by hand, or waive it.',
    '请从映射或范围中移除，在目标中手工处理，或忽略。',
  ),
  'apply:forbidden': row(
    'The right to write it is missing',
    '缺少写入权限',
    'Give the credential the right to write this object in the target (contact scope included), then check the connection and retry.',
    '请在目标系统为该凭据授予写入权限（包括通讯录范围），检查连接后重试。',
  ),
  'apply:quota': row(
    'No seats left in the target',
    '目标席位不足',
    'Free or buy seats there; what frees seats goes on meanwhile.',
    '请在目标系统释放或购买席位；释放席位的变更会继续执行。',
  ),
  'apply:waiting-for-person': row(
    'Somebody must act first',
    '等待本人处理',
    'Nothing has failed: the person has to accept the invitation or give consent. It is looked at again by itself.',
    '并非失败：需由本人接受邀请或同意。系统会自动再次查看。',
  ),
  'apply:bad-response': row(
    'The target answered what nobody understands',
    '目标返回无法理解的内容',
    'Retry; if it stays, send the raw message to the developer of the connector.',
    '请重试；若仍存在，请将原始信息反馈给连接器开发者。',
  ),
};

const passing = row(
  'The target did not carry it out',
  '目标未能执行',
  'It is tried again by itself with growing pauses. If it stays, look at the raw message.',
  '系统会以递增的间隔自动重试；若仍存在，请查看原始信息。',
);

export const remedyOf = (cause: string): Remedy => remedies[cause] ?? passing;
