// The attribute catalogue: departments, people and user groups in Feishu's own names, with the limits Feishu publishes.
import type { AttributeSpec, Label, ObjectTypeSpec } from '../../core/model.ts';
import { optionName } from './objects.ts';
import type { CustomAttr } from './wire.ts';

const label = (en: string, zh: string): Label => ({ en, zh });
const text = (name: string, en: string, zh: string, more: Partial<AttributeSpec> = {}): AttributeSpec => ({
  name,
  label: label(en, zh),
  type: 'string',
  ...more,
});
const shown = (name: string, en: string, zh: string, more: Partial<AttributeSpec> = {}): AttributeSpec =>
  text(name, en, zh, { writable: 'never', ...more });

/** @see https://open.feishu.cn/document/server-docs/contact-v3/department/create */
const department = (refusesSlash: boolean): ObjectTypeSpec => ({
  id: 'department',
  label: label('department', '部门'),
  title: 'name',
  parent: 'parent_department_id',
  most: 30_000,
  // 43019 and 43013.
  tree: { levels: 25, children: 1000, see: 'https://open.feishu.cn/document/server-docs/contact-v3/department/create' },
  writes: ['create', 'update', 'remove'],
  attributes: [
    text('name', 'name', '名称', {
      required: true,
      unique: 'siblings',
      searchable: false,
      equality: 'spaces',
      ...(refusesSlash ? { forbidden: '[/]' } : {}),
    }),
    { name: 'parent_department_id', label: label('parent department', '上级部门'), type: 'reference', to: 'department' },
    // A smaller number stands first. Feishu gives every department one; no two siblings have the same.
    { name: 'order', label: label('order', '排序'), type: 'integer', min: 0 },
    text('department_id', 'department ID', '部门 ID', {
      unique: true,
      writable: 'create',
      maxLength: 64,
      // It begins with a letter or a digit, is no id of Feishu's own (od-…), and not that of the root.
      forbidden: '[^a-zA-Z0-9_\\-@.]|^[_\\-@.]|^od-|^[01]$',
    }),
    shown('open_department_id', 'open_department_id', 'open_department_id', { unique: true }),
  ],
  // One main leader, any number of deputies without an order among them.
  relations: [{ name: 'leader', label: label('leaders', '部门负责人'), to: ['person'], keepsFirst: true, writable: true }],
});

/** @see https://open.feishu.cn/document/server-docs/contact-v3/user/create */
const personAttributes = (employeeTypes: readonly string[]): readonly AttributeSpec[] => [
  text('name', 'name', '姓名', { required: true, equality: 'spaces', maxLength: 255 }),
  text('en_name', 'English name', '英文名', { equality: 'spaces', maxLength: 255 }),
  text('nickname', 'nickname', '别名', { equality: 'spaces', maxLength: 255 }),
  text('mobile', 'mobile phone', '手机号', { unique: true, identifying: true, equality: 'phone' }),
  text('email', 'e-mail', '邮箱', { unique: true, identifying: true, equality: 'ignore-case' }),
  text('user_id', 'user ID', '用户 ID', { unique: true, identifying: true, writable: 'create', maxLength: 64, forbidden: '[\\s]' }),
  text('employee_no', 'employee number', '工号', { unique: true, searchable: false, identifying: true, maxLength: 255 }),
  text('employee_type', 'employee type', '人员类型', { required: true, oneOf: employeeTypes }),
  text('job_title', 'job title', '职务', { equality: 'spaces', maxLength: 255 }),
  text('gender', 'gender', '性别', { oneOf: ['male', 'female', 'other'] }),
  { name: 'join_time', label: label('first day', '入职时间'), type: 'date' },
  // Not Feishu's own time_zone, which says how a calendar is shown: the connection's, in which a moment became a day.
  shown('day_zone', 'time zone of days', '日期所用时区'),
  text('city', 'city', '工作城市', { equality: 'spaces', maxLength: 100 }),
  text('country', 'country', '国家或地区'),
  text('work_station', 'work station', '工位', { equality: 'spaces', maxLength: 255 }),
  text('enterprise_email', 'company mailbox', '企业邮箱', { equality: 'ignore-case' }),
  {
    name: 'leader_user_id',
    label: label('direct manager', '直属上级'),
    type: 'reference',
    to: 'person',
    identifying: true,
    notItself: true,
  },
  { name: 'mobile_visible', label: label('number is shown', '手机号可见'), type: 'boolean', writable: 'create' },
  shown('status', 'status', '状态', { oneOf: ['unjoined', 'active', 'frozen', 'exited', 'resigned'] }),
  shown('open_id', 'open_id', 'open_id', { unique: true }),
  shown('union_id', 'union_id', 'union_id', { unique: true }),
  shown('description', 'signature', '个性签名'),
  shown('avatar', 'picture', '头像'),
  shown('job_level_id', 'job level', '职级 ID'),
  shown('job_family_id', 'job family', '序列 ID'),
  { name: 'is_tenant_manager', label: label('administrator', '是否管理员'), type: 'boolean', writable: 'never' },
];

const person = (attributes: readonly AttributeSpec[]): ObjectTypeSpec => ({
  id: 'person',
  restores: true,
  label: label('account', '账号'),
  isAccount: true,
  title: 'name',
  // 41009: an account needs a way to be reached.
  needsOneOf: [['mobile', 'email']],
  needsBeside: [
    {
      // 44020. A number without a country code is one of mainland China.
      of: 'mobile',
      unless: '^(\\+86|[^+])',
      needs: 'email',
      why: {
        en: 'A number from outside mainland China needs an e-mail address beside it.',
        zh: '使用中国大陆以外的手机号时必须同时填写邮箱。',
      },
    },
  ],
  // An app that is made anew gives everybody another open_id; the union_id is the same for all apps of one developer, and a user_id can be
  // given again. https://open.feishu.cn/document/server-docs/contact-v3/user/get
  knownAgainBy: ['union_id', 'user_id'],
  attributes,
  relations: [
    {
      name: 'membership',
      label: label('departments', '任职部门'),
      to: ['department'],
      containing: true,
      keeps: ['primary', 'order'],
      writable: true,
      // 41016.
      max: 50,
      // @see https://open.feishu.cn/document/server-docs/contact-v3/department/create
      mostAtEnd: 10_000,
    },
  ],
});

/** @see https://open.feishu.cn/document/server-docs/contact-v3/group/create */
const group: ObjectTypeSpec = {
  id: 'group',
  label: label('user group', '用户组'),
  title: 'name',
  most: 500,
  writes: ['create', 'update', 'remove'],
  attributes: [
    text('name', 'name', '名称', { required: true, unique: true, maxLength: 100 }),
    text('description', 'description', '描述'),
    text('group_id', 'group ID', '用户组 ID', { unique: true, writable: 'create', maxLength: 64, forbidden: '[^a-zA-Z0-9]' }),
    shown('kind', 'kind', '类型', { derived: true, oneOf: ['ordinary', 'dynamic'] }),
    shown('departments', 'departments in it', '包含的部门', { many: true }),
  ],
  relations: [{ name: 'member', label: label('members', '成员'), to: ['person'], writable: true }],
};

/** 1 regular, 2 intern, 3 outsourced, 4 contractor, 5 consultant; a tenant may add its own. */
const EMPLOYEE_TYPES = ['1', '2', '3', '4', '5'];

export const types: readonly ObjectTypeSpec[] = [department(true), person(personAttributes(EMPLOYEE_TYPES)), group];

/** The catalogue of one tenant: with its own employee types and fields, and the names its settings allow. */
export function typesOf(tenant: {
  readonly substitutes: boolean;
  readonly employeeTypes: readonly string[];
  readonly custom: readonly CustomAttr[];
  /** Of Feishu: which numbers are foreign to a tenant of Lark is not told. */
  readonly mainland: boolean;
}): readonly ObjectTypeSpec[] {
  const employeeTypes = [...new Set([...EMPLOYEE_TYPES, ...tenant.employeeTypes])];
  const { needsBeside, ...people } = person([...personAttributes(employeeTypes), ...tenant.custom.map(customSpec)]);
  return [department(!tenant.substitutes), { ...people, ...(tenant.mainland && needsBeside ? { needsBeside } : {}) }, group];
}

/** A field of the tenant's own, under its id; the name people know is the label. */
function customSpec(attr: CustomAttr): AttributeSpec {
  const zh = attr.i18n_name?.find((name) => name.locale === 'zh_cn')?.value || attr.id;
  const en = attr.i18n_name?.find((name) => name.locale === 'en_us')?.value || zh;
  const own = { name: attr.id, label: label(en, zh) };
  switch (attr.type) {
    case 'TEXT':
      return { ...own, type: 'string', maxLength: 100 };
    // A title and an address; we know only the address, which then stands for both.
    case 'HREF':
      return { ...own, type: 'string' };
    case 'ENUMERATION':
    case 'PICTURE_ENUM':
      return { ...own, type: 'string', oneOf: (attr.options?.options ?? []).map((option) => optionName(attr, option)) };
    case 'GENERIC_USER':
      return { ...own, type: 'reference', to: 'person' };
    default:
      return { ...own, type: 'string', writable: 'never' };
  }
}
