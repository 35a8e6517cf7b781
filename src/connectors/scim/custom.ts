// What an administrator says of a system that deviates from the standard and does not say so itself.
import { z } from 'zod';
import { field } from '../../connector-kit/define.ts';
import type { Label } from '../../core/model.ts';

export const asProfile = '';
/** An empty choice is no “none”, which some of these have, too. */
export const usual = {
  [asProfile]: { en: 'As in the standard, or as the check finds out', zh: '按标准，或由检查探明' },
} satisfies Record<string, Label>;
const custom = {
  group: { en: 'Custom profile', zh: '自定义配置' },
  showWhen: { field: 'profile', is: 'custom' },
  options: usual,
} as const;

export const customSettings = {
  usersPath: field(z.string().default(asProfile), {
    label: { en: 'Path of users', zh: '用户路径' },
    help: {
      en: 'What follows the base address in its documentation where people are listed.',
      zh: '应用文档中人员接口在根地址之后的部分。',
    },
    placeholder: 'Users',
    ...custom,
  }),
  groupsPath: field(z.string().default(asProfile), {
    label: { en: 'Path of groups', zh: '组路径' },
    help: { en: 'The same of groups.', zh: '应用文档中组接口在根地址之后的部分。' },
    placeholder: 'Groups',
    ...custom,
  }),
  departmentsPath: field(z.string().default(asProfile), {
    label: { en: 'Path of departments', zh: '部门路径' },
    help: {
      en: 'The same of departments, where they are objects of their own.',
      zh: '应用文档中部门接口在根地址之后的部分，仅用于部门为独立资源时。',
    },
    placeholder: 'Organizations',
    ...custom,
  }),
  envelope: field(z.enum(['', 'scim', 'errcode']).default(asProfile), {
    label: { en: 'Answers of writes', zh: '写入响应格式' },
    help: {
      en: 'scim: the object as it is now · errcode: {errcode, errmsg, id}, as the examples of its documentation show.',
      zh: 'scim：返回写入后的对象 · errcode：返回 {errcode, errmsg, id}。以应用文档中的示例为准。',
    },
    ...custom,
  }),
  paging: field(z.enum(['', 'index', 'cursor', 'all', 'none']).default(asProfile), {
    label: { en: 'Pages', zh: '分页方式' },
    help: {
      en: 'index: startIndex and count · cursor: RFC 9865 · all: count=-1 · none: one answer.',
      zh: 'index:startIndex 与 count · cursor:RFC 9865 · all:count=-1 · none：不分页。',
    },
    ...custom,
  }),
  update: field(z.enum(['', 'patch', 'put']).default(asProfile), {
    label: { en: 'Updates by', zh: '更新方式' },
    help: { en: 'patch: only what changes · put: the whole object each time.', zh: 'patch：仅发送变化部分 · put：每次发送整个对象。' },
    ...custom,
  }),
  filter: field(z.enum(['', 'eq', 'none']).default(asProfile), {
    label: { en: 'Searching', zh: '筛选能力' },
    help: {
      en: 'eq: accounts can be searched by a value · none: they cannot, so everything is read.',
      zh: 'eq：可按取值查找账号 · none：不可查找，需全部读取。',
    },
    ...custom,
  }),
  memberRemove: field(z.enum(['', 'filter', 'value', 'replace']).default(asProfile), {
    label: { en: 'Members are removed by', zh: '移除成员的方式' },
    help: {
      en: 'filter: members[value eq "id"] · value: a list of members to remove · replace: the whole new list.',
      zh: 'filter:members[value eq "id"] · value：要移除的成员列表 · replace：整个新列表。',
    },
    ...custom,
  }),
  membersFrom: field(z.enum(['', 'list', 'object', 'filter', 'ours']).default(asProfile), {
    label: { en: 'Members are read from', zh: '成员的读取方式' },
    help: {
      en: 'list: they come with the list of groups · object: with the single group · filter: users filtered by groups.value · ours: never shown, so we remember.',
      zh: 'list：随组列表返回 · object：随单个组返回 · filter：按 groups.value 筛选用户 · ours：系统从不返回，由我方记住。',
    },
    ...custom,
  }),
  membersPerCall: field(z.int().min(0).max(10_000).default(0), {
    label: { en: 'Members in one change (0: as the profile)', zh: '每次变更的成员数（0 按系统类型）' },
    help: {
      en: 'Where the app refuses larger changes of a group; its documentation names the limit.',
      zh: '应用拒绝更大的组变更时填写，上限见其文档。',
    },
    ...custom,
  }),
  freeze: field(z.enum(['', 'active', 'delete', 'none']).default(asProfile), {
    label: { en: 'Setting the status to off', zh: '停用的含义' },
    help: {
      en: 'active: suspends · delete: deletes the account, so it is treated as deletion · none: not offered.',
      zh: 'active：停用 · delete：会删除账号，按删除处理 · none：不支持。',
    },
    ...custom,
  }),
  deleteMeans: field(z.enum(['', 'delete', 'deactivate', 'never']).default(asProfile), {
    label: { en: 'Deleting an account', zh: '删除账号的含义' },
    help: {
      en: 'delete: the account is gone · deactivate: it stays, disabled · never: the app deletes nobody.',
      zh: 'delete：账号被删除 · deactivate：账号保留并停用 · never：应用不提供删除。',
    },
    ...custom,
  }),
  statusAttribute: field(z.string().default(asProfile), {
    label: { en: 'Attribute of the status', zh: '状态字段' },
    help: {
      en: 'Where an account says whether it is in use; look at one account as the app answers it.',
      zh: '表示账号是否启用的字段，可查看应用返回的任一账号。',
    },
    placeholder: 'active',
    ...custom,
  }),
  statusOn: field(z.string().default(asProfile), {
    label: { en: 'Its value when in use', zh: '启用时的取值' },
    help: { en: 'What stands there for an account that can sign in.', zh: '可登录的账号在该字段中的取值。' },
    placeholder: 'true',
    ...custom,
  }),
  statusOff: field(z.string().default(asProfile), {
    label: { en: 'Its value when not', zh: '停用时的取值' },
    help: { en: 'What stands there for a disabled account.', zh: '已停用的账号在该字段中的取值。' },
    placeholder: 'false',
    ...custom,
  }),
  parentAttribute: field(z.string().default(asProfile), {
    label: { en: 'Attribute of the parent department', zh: '上级部门字段' },
    help: {
      en: 'Where a department names the one above it; look at one that lies below another.',
      zh: '部门中指明上级部门的字段，可查看应用返回的任一下级部门。',
    },
    placeholder: 'parent',
    ...custom,
  }),
  departmentsAttribute: field(z.string().default(asProfile), {
    label: { en: "Attribute of an account's departments", zh: '账号的部门列表字段' },
    help: {
      en: 'Where an account lists its departments; look at somebody who has two.',
      zh: '账号中列出所属部门的字段，可查看有两个部门的人员。',
    },
    placeholder: 'organization',
    ...custom,
  }),
  groupsAttribute: field(z.string().default(asProfile), {
    label: { en: "Attribute of an account's groups", zh: '账号的组列表字段' },
    help: {
      en: 'Where accounts list the ids of their groups, and groups do not list their members.',
      zh: '用于账号列出其所属组的 ID，而组不列出成员的系统。',
    },
    placeholder: 'group',
    ...custom,
  }),
  managerForm: field(z.enum(['', 'object', 'text', 'none']).default(asProfile), {
    label: { en: 'The manager is sent as', zh: '上级的发送格式' },
    help: {
      en: 'object: {value: id} as in the standard · text: the bare id · none: the app keeps no manager.',
      zh: 'object：标准格式 {value: id} · text：仅 ID · none：应用不保存上级。',
    },
    ...custom,
  }),
  phoneForm: field(z.enum(['', 'e164', 'dashed', 'digits']).default(asProfile), {
    label: { en: 'Phone numbers', zh: '电话号码格式' },
    help: {
      en: 'e164: +8613800138000 · dashed: +86-13800138000 · digits: 13800138000.',
      zh: 'e164:+8613800138000 · dashed:+86-13800138000 · digits:13800138000。',
    },
    ...custom,
  }),
  onlyOne: field(z.boolean().default(false), {
    label: { en: 'One address and one number at most', zh: '仅保存一个邮箱和一个电话' },
    help: {
      en: 'Switch it on where the app refuses or drops a second one, whatever its type.',
      zh: '应用拒绝或丢弃第二个（无论类型）时打开。',
    },
    ...custom,
  }),
  changedBy: field(z.enum(['', 'meta.lastModified', 'lastModified', 'none']).default(asProfile), {
    label: { en: 'Changes are searched by', zh: '按何时间筛选变更' },
    help: {
      en: 'For a source. Empty: the check finds out. none: it is always read in full.',
      zh: '仅用于上游。留空由检查自动探明；none：始终全量读取。',
    },
    ...custom,
  }),
  lists: field(z.enum(['', 'whole', 'short']).default(asProfile), {
    label: { en: 'Lists show', zh: '列表内容' },
    help: {
      en: 'whole: everything · short: less than the single object, so each is read by itself. Empty: found out by comparing.',
      zh: 'whole：完整内容 · short：少于单个对象，因此逐个读取。留空则通过比较判断。',
    },
    ...custom,
  }),
  enterprise: field(z.boolean().default(true), {
    label: { en: 'The enterprise extension is kept', zh: '支持企业扩展' },
    help: { en: 'Employee number, cost centre, department, manager.', zh: '工号、成本中心、部门、上级。' },
    ...custom,
  }),
  passwordRequired: field(z.boolean().default(false), {
    label: { en: 'New accounts need a password', zh: '新账号必须有密码' },
    help: {
      en: 'Switch it on where the app refuses to create an account without one. It gets a random one that nobody knows, unless the job says who is told.',
      zh: '应用拒绝创建无密码的账号时打开。除非任务设置了告知对象，否则使用无人知晓的随机密码。',
    },
    ...custom,
  }),
  externalId: field(z.boolean().default(true), {
    label: { en: 'The system keeps externalId', zh: '系统保存 externalId' },
    help: { en: 'Our own id of an object is written there, so that it is found again.', zh: '我方对象 ID 写入该字段，便于再次找到。' },
    ...custom,
  }),
  nestedGroups: field(z.boolean().default(false), {
    label: { en: 'Groups may hold groups', zh: '组可包含组' },
    help: { en: 'Switch it on where the app takes groups as members, not only accounts.', zh: '应用除账号外还允许以组为成员时打开。' },
    ...custom,
  }),
  uniqueGroupNames: field(z.boolean().default(false), {
    label: { en: 'Names of groups are unique', zh: '组名唯一' },
    help: {
      en: 'Switch it on where the app refuses a second group of the same name: the plan then says so before anything is sent.',
      zh: '应用拒绝同名组时打开，变更计划会在写入前指出。',
    },
    ...custom,
  }),
};
