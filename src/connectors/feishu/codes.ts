// The one table from vendor codes to our error kinds, in words an administrator understands. Nothing else reads a vendor code.
// @see https://open.feishu.cn/document/server-docs/getting-started/server-error-codes
// @see https://open.feishu.cn/document/server-docs/contact-v3/resources
import { ConnectorError, type ErrorKind } from '../../connector-kit/errors.ts';
import type { Envelope } from './wire.ts';

interface Meaning {
  readonly kind: ErrorKind;
  readonly en: string;
  readonly zh: string;
  readonly attribute?: string;
}

const say = (kind: ErrorKind, en: string, zh: string, attribute?: string): Meaning => ({
  kind,
  en,
  zh,
  ...(attribute ? { attribute } : {}),
});
const invalid = (attribute: string | undefined, en: string, zh: string): Meaning => say('invalid', en, zh, attribute);
const taken = (en: string, zh: string, attribute?: string): Meaning => say('already-exists', en, zh, attribute);

const APP_RANGE = {
  en: 'in the developer console: Permissions & Scopes → Contacts data range, set it to all members, and publish a new app version.',
  zh: '请在开发者后台“权限管理 → 通讯录权限范围”设为“全部成员”，并发布新的应用版本。',
};

const notFoundUser = say('not-found', 'The account does not exist in Feishu.', '该账号在飞书中不存在。');
const notFoundDepartment = say('not-found', 'The department does not exist in Feishu.', '该部门在飞书中不存在。');
const badToken = say('credentials', 'The app token is refused again and again.', '应用令牌反复被拒绝。');
const locked = say(
  'transient',
  'The department tree is locked by another change; it is tried again.',
  '部门树正被其他操作锁定，稍后重试。',
);
const unknownDone = say(
  'unknown-outcome',
  'Feishu did not finish in time; the write may have been done.',
  '飞书未及时完成，写入可能已生效。',
);
const customAttr = invalid(
  undefined,
  'A custom field is not accepted; see its type, length and options.',
  '自定义字段不被接受，请检查类型、长度和选项。',
);
const tooLong = (attribute: string | undefined): Meaning =>
  invalid(attribute, 'A value is too long for Feishu.', '取值超过飞书允许的长度。');

const meanings: Readonly<Record<number, Meaning>> = {
  // ── Sign-in and gateway ──
  10003: say('credentials', 'App ID and App Secret are not accepted.', 'App ID 或 App Secret 无效。'),
  10014: say('credentials', 'There is no app with this App ID.', '该 App ID 不存在。'),
  10015: say('credentials', 'The App Secret is wrong.', 'App Secret 错误。'),
  99991400: say('rate-limited', 'Feishu asks to slow down.', '飞书要求降低请求频率。'),
  99991401: say('permission', 'The address of this server is not on the IP allow-list of the app.', '本服务器 IP 不在应用的 IP 白名单中。'),
  99991403: say('quota', 'The monthly number of calls of the tenant is used up.', '租户本月 API 调用次数已用完。'),
  99991661: badToken,
  99991663: badToken,
  99991664: badToken,
  99991665: badToken,
  99991671: badToken,
  99991672: say('permission', 'The app lacks a right', '应用缺少权限'),
  99991676: say('permission', 'The token of the app lacks a right.', '应用令牌缺少权限。'),
  99991679: say('permission', 'The app is not authorised for this.', '应用未获得授权。'),
  99991673: say('permission', 'The app is not authorised by the tenant.', '应用未获租户授权。'),
  99991662: say('permission', 'The app is not enabled.', '应用未启用。'),
  99992361: say(
    'not-found',
    'The id belongs to another app (was the app made anew?). Match the account again.',
    '该 ID 属于另一个应用（是否重建过应用？），请重新匹配账号。',
  ),

  // ── Not found ──
  99992351: notFoundUser,
  99992352: notFoundUser,
  99992359: notFoundUser,
  99992360: notFoundUser,
  41012: notFoundUser,
  42006: say('not-found', 'The account has left the company in Feishu.', '该账号已在飞书中离职。'),
  99992357: notFoundDepartment,
  99992358: notFoundDepartment,
  40015: notFoundDepartment,
  40008: notFoundDepartment,

  // ── Outside the contact range ──
  40004: say(
    'forbidden',
    `The department is outside what the app may see; ${APP_RANGE.en}`,
    `该部门不在应用的通讯录权限范围内；${APP_RANGE.zh}`,
  ),
  40014: say(
    'forbidden',
    `The parent department is outside what the app may see; ${APP_RANGE.en}`,
    `上级部门不在应用的通讯录权限范围内；${APP_RANGE.zh}`,
  ),
  41050: say(
    'forbidden',
    `The person is outside what the app may see; ${APP_RANGE.en}`,
    `该成员不在应用的通讯录权限范围内；${APP_RANGE.zh}`,
  ),
  43023: say('forbidden', `The app may not see the department structure; ${APP_RANGE.en}`, `应用无权查看部门结构；${APP_RANGE.zh}`),
  41022: say('forbidden', 'The account belongs to another tenant.', '该账号属于其他租户。'),

  // ── Taken ──
  41001: taken('The mobile number belongs to another account.', '手机号已被其他账号使用。', 'mobile'),
  41002: taken('The e-mail address belongs to another account.', '邮箱已被其他账号使用。', 'email'),
  41003: say('conflict', 'Mobile number and e-mail address belong to two different accounts.', '手机号和邮箱分别属于两个不同账号。'),
  41013: say('conflict', 'The user_id was changed too often.', 'user_id 修改次数已达上限。', 'user_id'),
  41011: taken('The user_id belongs to another account.', 'user_id 已被其他账号使用。', 'user_id'),
  41053: taken('The account exists already.', '该账号已存在。'),
  43000: taken('The department exists already.', '该部门已存在。'),
  43007: taken('The department_id belongs to another department.', 'department_id 已被其他部门使用。', 'department_id'),
  43022: taken('A sibling department has the same name.', '同级部门中已有同名部门。', 'name'),
  40018: taken('A sibling department has the same name.', '同级部门中已有同名部门。', 'name'),
  43018: taken('A sibling department has the same name in another language.', '同级部门的多语言名称重复。', 'name'),
  43005: taken('A sibling department has the same order.', '同级部门的排序值重复。', 'order'),
  40021: say('conflict', 'The same change was sent before with other values.', '相同的请求标识曾以不同内容发送过。'),
  40101: taken('The mobile number belongs to another account.', '手机号已被其他账号使用。', 'mobile'),
  40153: taken('A sibling department has the same name.', '同级部门中已有同名部门。', 'name'),

  // ── Not accepted ──
  40011: invalid(undefined, 'Feishu does not accept the size of a page.', '飞书不接受该分页大小。'),
  40012: say('transient', 'Feishu does not know the position in a list any more; it is read again.', '飞书分页位置已失效，将重新读取。'),
  40001: invalid(undefined, 'Feishu does not accept a value.', '飞书不接受某个取值。'),
  40002: say('unsupported', 'The root department cannot be changed.', '根部门不能修改。'),
  40016: invalid('name', 'A department needs a name.', '部门名称不能为空。'),
  40017: invalid('parent_department_id', 'The parent department is missing.', '缺少上级部门。'),
  41004: invalid(
    'mobile',
    'The mobile number is not valid: +86 and eleven digits, or + and the country code.',
    '手机号无效：应为 +86 加 11 位数字，或 + 国家代码。',
  ),
  41005: invalid('email', 'The e-mail address is not valid.', '邮箱格式无效。'),
  41006: invalid('name', 'An account needs a name.', '姓名不能为空。'),
  41040: invalid('name', 'An account needs a name.', '姓名不能为空。'),
  41009: invalid(undefined, 'An account needs a mobile number or an e-mail address.', '手机号和邮箱不能同时为空。'),
  41010: invalid('mobile', 'An account needs a mobile number.', '手机号不能为空。'),
  41016: invalid(undefined, 'A person can be in at most 50 departments.', '一个成员最多属于 50 个部门。'),
  41033: invalid(undefined, 'A person can be in at most 50 departments.', '一个成员最多属于 50 个部门。'),
  41017: invalid(undefined, 'A person needs a department.', '成员必须属于某个部门。'),
  41041: invalid(undefined, 'A person needs a department.', '成员必须属于某个部门。'),
  41025: invalid(undefined, 'An order names a department the person is not in.', '排序信息中的部门不在成员所属部门内。'),
  41034: invalid('enterprise_email', 'The company mailbox is not valid.', '企业邮箱前缀无效。'),
  41035: invalid('enterprise_email', 'The company mailbox is not valid.', '企业邮箱前缀无效。'),
  41036: invalid('avatar', 'The picture is not accepted.', '头像无效。'),
  41038: invalid('gender', 'The gender is not accepted.', '性别取值无效。'),
  41043: invalid('user_id', 'The user_id is longer than 64 characters.', 'user_id 超过 64 个字符。'),
  41044: customAttr,
  41045: customAttr,
  41046: customAttr,
  41047: customAttr,
  41048: customAttr,
  41051: invalid('user_id', 'The user_id is missing.', '缺少 user_id。'),
  41059: invalid('employee_type', 'The employee type is not known in Feishu.', '人员类型在飞书中不存在。'),
  41060: invalid('employee_type', 'The employee type is missing.', '缺少人员类型。'),
  41063: tooLong('job_title'),
  41070: tooLong('name'),
  41071: tooLong(undefined),
  41072: tooLong(undefined),
  41069: say(
    'conflict',
    'The company mailbox was given up and cannot be used again yet.',
    '该企业邮箱已回收，暂不可用。',
    'enterprise_email',
  ),
  43008: invalid(
    'department_id',
    'The department_id has characters that Feishu refuses, or begins with "od-".',
    'department_id 含有不允许的字符或以“od-”开头。',
  ),
  43029: invalid('name', 'A department name must not contain "/".', '部门名称不能包含“/”。'),
  44001: invalid('enterprise_email', 'The domain of the company mailbox is not one of the tenant.', '企业邮箱域名不属于该租户。'),
  44018: invalid('mobile', 'This tenant does not take mainland numbers (+86).', '该租户不支持 +86 手机号。'),
  44019: invalid('mobile', 'A tenant that is not verified takes mainland numbers (+86) only.', '未认证租户仅支持 +86 手机号。'),
  44020: invalid('email', 'A foreign mobile number needs an e-mail address beside it.', '使用境外手机号时必须同时填写邮箱。'),

  // ── Tree ──
  43009: say('conflict', 'The department_id was changed too often.', 'department_id 修改次数已达上限。'),
  43010: say('unsupported', 'Too many departments to be listed at once.', '子部门过多，无法一次列出。'),
  43011: say('conflict', 'There are still people in the department.', '部门中仍有成员。'),
  43012: say('conflict', 'There are still departments below.', '部门下仍有子部门。'),
  43013: say('conflict', 'A department can have at most 1,000 direct departments below it.', '一个部门最多有 1,000 个直属子部门。'),
  43017: say('conflict', 'The department is bound to a unit.', '该部门绑定了单位。'),
  43019: say('conflict', 'The tree of departments can have at most 25 levels.', '部门层级最多 25 级。'),
  43028: invalid(undefined, 'A department can have at most 500 HR partners.', '一个部门最多 500 名 HRBP。'),
  40157: say('unsupported', 'The root department cannot be changed.', '根部门不能修改。'),
  40161: say('unsupported', 'The root department cannot be changed.', '根部门不能修改。'),
  40162: invalid('parent_department_id', 'A department cannot lie below itself.', '部门不能位于自身之下。'),
  40159: say('conflict', 'There are still people in the department.', '部门中仍有成员。'),
  40160: say('conflict', 'There are still departments below.', '部门下仍有子部门。'),

  // ── Leaders ──
  41030: invalid('leader_user_id', 'A person cannot be their own manager.', '成员不能是自己的上级。'),
  44021: invalid('leader_user_id', 'The manager has left the company.', '上级已离职。'),
  44022: invalid('leader_user_id', 'The manager is not an account of this tenant.', '上级不是该租户的有效账号。'),
  43025: say('waiting-for-person', 'The leader has not joined Feishu yet.', '部门负责人尚未加入飞书。'),
  43016: invalid(undefined, 'A leader is named twice.', '部门负责人重复。'),

  // ── Seats ──
  41007: say('quota', 'There are no seats left in the tenant.', '租户席位已用完。'),
  41008: say('quota', 'There are no seats left in the tenant.', '租户席位已用完。'),
  44023: say('quota', 'There are no seats left in the tenant.', '租户席位已用完。'),
  44046: say(
    'config',
    'The tenant has several licences: enter the seat licences of new accounts in the connection.',
    '该租户有多种席位，请在连接中填写新账号的席位 ID。',
  ),
  44004: say('conflict', 'This number or address has joined too many tenants today.', '该手机号或邮箱今日加入的企业过多。'),
  44009: say('conflict', 'This number or address has joined too many tenants today.', '该手机号或邮箱今日加入的企业过多。'),
  44012: say('forbidden', 'Feishu intercepted the change.', '飞书拦截了该操作。'),

  // ── Leaving ──
  41052: say('config', 'Who takes over what a deleted account owns is not a valid account.', '资源接收人不是有效账号。'),
  42008: say('credentials', 'The tenant is not valid.', '租户无效。'),

  // ── Later ──
  43024: locked,
  43030: locked,
  41027: unknownDone,
  41032: unknownDone,
};

/** Refused before anything was done: sending the same again is safe, and may help. */
export const RENEW_TOKEN: ReadonlySet<number> = new Set([99991661, 99991663, 99991664, 99991665]);
const LACKS_SCOPE = 99991672;
/** Comes with different statuses. */
const INTERNAL = 40003;

export interface Refusal {
  readonly status: number;
  readonly envelope: Envelope;
  readonly logId: string | undefined;
  readonly kind: 'read' | 'write';
  readonly resetMs?: number;
}

/** Every code is in the table once; of one that is not, the HTTP status decides, and the vendor's words are shown. */
export function errorOf({ status, envelope, logId, kind, resetMs }: Refusal): ConnectorError {
  const { code, msg = '' } = envelope;
  const detail = `Feishu ${code}${logId ? `, log id ${logId}` : ''}: ${msg.slice(0, 200)}`;
  const meaning = meanings[code] ?? unlisted(code === INTERNAL ? 500 : status, kind);
  const facts = {
    detail,
    ...(meaning.attribute ? { attribute: meaning.attribute } : {}),
    ...(resetMs === undefined ? {} : { afterMs: resetMs }),
  };
  if (code !== LACKS_SCOPE) return new ConnectorError(meaning.kind, { en: meaning.en, zh: meaning.zh }, facts);
  const scopes = lackingScopes(envelope);
  return new ConnectorError(
    meaning.kind,
    {
      en: `${meaning.en}: grant one of ${scopes} in the developer console (Permissions & Scopes) and publish a new app version.`,
      zh: `${meaning.zh}：请在开发者后台“权限管理”开通以下任一权限并发布新版本：${scopes}。`,
    },
    facts,
  );
}

function unlisted(status: number, kind: 'read' | 'write'): Meaning {
  if (status >= 500) {
    return kind === 'read'
      ? say('transient', 'Feishu reports a failure of its own.', '飞书内部错误。')
      : say('unknown-outcome', 'Feishu failed while writing; the write may have been done.', '飞书写入时出错，写入可能已生效。');
  }
  if (status === 403) return say('forbidden', 'Feishu does not allow this.', '飞书不允许该操作。');
  if (status === 429) return say('rate-limited', 'Feishu asks to slow down.', '飞书要求降低请求频率。');
  if (status === 409) return say('conflict', 'Feishu reports a conflict.', '飞书报告冲突。');
  return say('invalid', 'Feishu does not accept the request.', '飞书不接受该请求。');
}

/** In the extra block, and again in the message: "… is required: [a, b]." */
function lackingScopes(envelope: Envelope): string {
  const listed = (envelope.error?.permission_violations ?? []).flatMap(({ subject }) => subject ?? []);
  const told = listed.length > 0 ? listed : [...(envelope.msg ?? '').matchAll(/[a-z]+:[a-z_.]+(?::[a-z_]+)?/g)].map(([scope]) => scope);
  return told.length > 0 ? [...new Set(told)].join(', ') : '?';
}
