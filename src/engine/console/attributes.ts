// One value entered by hand, checked against the directory's catalogue.
import { looksLikeMail, normalise } from '../../core/attribute.ts';
import { LIFECYCLE } from '../../core/directory-types.ts';
import { isTimeZone } from '../../core/lifecycle.ts';
import type { AttributeSpec, Label, ObjectTypeSpec, Scalar, Value } from '../../core/model.ts';
import type { Working } from './draft.ts';

type Checked = { readonly value: Value | null } | { readonly problem: Label | null };
const no = (en: string, zh: string): Checked => ({ problem: { en, zh } });

/**
 * @param self    the object that the value is for
 * @param lookUp  finds what a reference means; it says itself what is wrong
 */
export async function checkAttribute(
  catalogue: ObjectTypeSpec,
  name: string,
  given: Value | null,
  self: string,
  lookUp: (type: string, text: string) => Promise<Working | null>,
): Promise<Checked> {
  const spec = catalogue.attributes.find((one) => one.name === name);
  if (name === LIFECYCLE) return no('is not a field; use offboard and rehire', '不是字段；请使用离职与重新入职');
  if (!spec) {
    const known = catalogue.attributes.filter((one) => one.writable !== 'never' && one.kind === undefined).map((one) => one.name);
    return no(
      `is no attribute of a ${catalogue.label.en}; there are ${known.join(', ')}`,
      `不是${catalogue.label.zh}的属性；可用：${known.join('、')}`,
    );
  }
  if (spec.writable === 'never')
    return no('cannot be entered: it follows from other fields, or is archived', '不能录入：由其他字段得出，或已归档');
  if (spec.kind !== undefined)
    return no(
      'is sensitive: it comes from a source; map it in a job that reads it',
      '属于敏感属性，只能来自数据源；请在读取它的任务中设置字段映射',
    );
  if (given === null || given === '') return spec.required ? no('is needed', '为必填项') : { value: null };
  if (spec.many) return checkList(spec, [given].flat() as readonly Scalar[]);
  if (Array.isArray(given)) return no('takes one value', '只能有一个值');
  if (spec.type === 'reference') {
    const found = await lookUp(spec.to!, String(given));
    if (found?.id === self)
      return no(
        `names the ${catalogue.label.en} itself: choose another ${spec.label.en}, or null for none`,
        `指向本${catalogue.label.zh}自身：请改选其他${spec.label.zh}，或填 null 表示没有`,
      );
    return found ? { value: found.id } : { problem: null };
  }
  return checkScalar(spec, given as string | number | boolean);
}

/** Each for itself; then without doubles, in the one order in which lists are kept. */
function checkList(spec: AttributeSpec, given: readonly Scalar[]): Checked {
  const values: Scalar[] = [];
  for (const one of given) {
    if (one === '') continue;
    const checked = checkScalar(spec, one);
    if ('problem' in checked) return checked.problem ? no(`"${one}" ${checked.problem.en}`, `“${one}”${checked.problem.zh}`) : checked;
    values.push(checked.value as Scalar);
  }
  const list = normalise(values, spec);
  return 'problem' in list ? no(list.problem, list.problem) : list;
}

const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;

function checkScalar(spec: AttributeSpec, given: string | number | boolean): Checked {
  switch (spec.type) {
    case 'integer': {
      // A command line knows only text.
      const number = typeof given === 'string' && /^-?\d+$/.test(given) ? Number(given) : given;
      return Number.isSafeInteger(number) ? { value: number } : no('must be a whole number', '必须是整数');
    }
    case 'boolean': {
      const truth = given === 'true' ? true : given === 'false' ? false : given;
      return typeof truth === 'boolean' ? { value: truth } : no('must be true or false', '必须是 true 或 false');
    }
    case 'date':
      return typeof given === 'string' && ISO_DATE.test(given) && !Number.isNaN(Date.parse(given))
        ? { value: given }
        : no('must be a date such as 2026-03-31', '必须是日期，例如 2026-03-31');
    case 'datetime':
      return typeof given === 'string' && !Number.isNaN(Date.parse(given))
        ? { value: given }
        : no('must be a date with time', '必须是日期时间');
    default: {
      if (typeof given !== 'string') return no('must be text', '必须是文本');
      const text = given.trim().normalize('NFC');
      if ([...text].length > (spec.maxLength ?? 1000))
        return no(`is longer than ${spec.maxLength ?? 1000} characters`, `超过 ${spec.maxLength ?? 1000} 个字符`);
      if (spec.oneOf && !spec.oneOf.includes(text))
        return no(`must be one of ${spec.oneOf.join(', ')}`, `必须是以下之一：${spec.oneOf.join('、')}`);
      if (spec.format === 'email' && text !== '' && !looksLikeMail(text))
        return no('is not an e-mail address; an example is zhang.wei@example.org', '不是邮箱地址，例如 zhang.wei@example.org');
      if (spec.name === 'timeZone' && !isTimeZone(text))
        return no('is no time zone; an example is Asia/Shanghai', '不是时区，例如 Asia/Shanghai');
      return { value: text };
    }
  }
}
