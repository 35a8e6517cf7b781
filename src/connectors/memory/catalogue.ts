// The attribute catalogue of the memory system: what its objects look like, in its own names.
import type { AttributeSpec, Label, ObjectTypeSpec } from '../../core/model.ts';

const label = (en: string, zh: string): Label => ({ en, zh });
const text = (name: string, en: string, zh: string, more: Partial<AttributeSpec> = {}): AttributeSpec => ({
  name,
  label: label(en, zh),
  type: 'string',
  ...more,
});

/** Where the system carries our directory id. Written by `create`, so no mapping writes it. */
export const DIRECTORY_ID = 'externalId';

/** Of departments. */
export const MOST_LEVELS = 40;

const directoryId = text(DIRECTORY_ID, 'directory id', '目录 ID', { writable: 'never', unique: true });

const person: ObjectTypeSpec = {
  id: 'person',
  label: label('account', '账号'),
  isAccount: true,
  title: 'displayName',
  attributes: [
    text('userName', 'user name', '用户名', {
      required: true,
      unique: true,
      identifying: true,
      equality: 'ignore-case',
      maxLength: 64,
      forbidden: '[*/ ]',
    }),
    text('displayName', 'display name', '显示名', { required: true, equality: 'spaces', maxLength: 64 }),
    text('mail', 'e-mail', '邮箱', { unique: true, identifying: true, equality: 'ignore-case', maxLength: 254 }),
    text('mobile', 'mobile phone', '手机号', { unique: true, identifying: true, equality: 'phone', maxLength: 32 }),
    text('employeeNumber', 'employee number', '工号', { unique: true, identifying: true, maxLength: 32 }),
    text('title', 'job title', '职位', { equality: 'spaces', maxLength: 128 }),
    text('skills', 'skills', '技能', { many: true, equality: 'spaces' }),
    { name: 'hiredOn', label: label('first day', '入职日期'), type: 'date' },
    { name: 'manager', label: label('direct manager', '直属上级'), type: 'reference', to: 'person', identifying: true },
    text('initialPassword', 'initial password', '初始密码', { kind: 'secret', writable: 'create' }),
    directoryId,
  ],
  relations: [
    // Departments are kept on the account and sent with it, as a whole: `containing`. A vendor with calls of its own for
    // adding and removing leaves that out and has `changeMembers`.
    {
      name: 'membership',
      label: label('departments', '任职部门'),
      to: ['department'],
      containing: true,
      keeps: ['primary', 'order'],
      writable: true,
    },
  ],
};

const department: ObjectTypeSpec = {
  id: 'department',
  label: label('department', '部门'),
  title: 'name',
  parent: 'parent',
  // What would stand deeper is refused in the plan already. `children` would limit how many stand directly below one.
  tree: { levels: MOST_LEVELS },
  // Only accounts can be disabled. A type that the system only shows says `writes: []`, its attributes `writable: 'never'`.
  writes: ['create', 'update', 'remove'],
  attributes: [
    text('name', 'name', '名称', { required: true, equality: 'spaces', maxLength: 64 }),
    text('code', 'code', '编码', { unique: true, maxLength: 64 }),
    { name: 'parent', label: label('parent department', '上级部门'), type: 'reference', to: 'department' },
    { name: 'order', label: label('order', '排序'), type: 'integer' },
    directoryId,
  ],
  relations: [{ name: 'leader', label: label('leaders', '部门负责人'), to: ['person'], keeps: ['order'], writable: true }],
};

const group: ObjectTypeSpec = {
  id: 'group',
  label: label('group', '组'),
  title: 'name',
  writes: ['create', 'update', 'remove'],
  attributes: [
    text('name', 'name', '名称', { required: true, unique: true, equality: 'ignore-case', maxLength: 64 }),
    text('description', 'description', '描述', { maxLength: 400 }),
    directoryId,
  ],
  relations: [{ name: 'member', label: label('members', '成员'), to: ['person', 'group'], writable: true }],
};

/** Departments first: people refer to them, groups refer to people. */
export const types: readonly ObjectTypeSpec[] = [department, person, group];

export function typeOf(id: string): ObjectTypeSpec {
  const type = types.find((candidate) => candidate.id === id);
  if (!type) throw new Error(`The memory system has no objects of type "${id}".`);
  return type;
}
