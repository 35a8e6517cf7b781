// The object types of the central directory: person, department, group. A deployment may add attributes.
import { lifecycles } from './lifecycle.ts';
import type { AttributeSpec, Label, ObjectTypeSpec } from './model.ts';

const label = (en: string, zh: string): Label => ({ en, zh });
const text = (name: string, en: string, zh: string, more: Partial<AttributeSpec> = {}): AttributeSpec => ({
  name,
  label: label(en, zh),
  type: 'string',
  ...more,
});

/** A source states existence by mapping to this attribute. */
export const LIFECYCLE = 'lifecycle';

export const personType: ObjectTypeSpec = {
  id: 'person',
  label: label('person', '人员'),
  title: 'displayName',
  attributes: [
    text('displayName', 'display name', '显示名', { equality: 'spaces' }),
    text('familyName', 'family name', '姓', { equality: 'spaces' }),
    text('givenName', 'given name', '名', { equality: 'spaces' }),
    text('userName', 'user name', '用户名', { equality: 'ignore-case', unique: true, identifying: true }),
    text('employeeNumber', 'employee number', '工号', { unique: true, identifying: true }),
    text('email', 'e-mail', '邮箱', { format: 'email', equality: 'ignore-case', unique: true, identifying: true }),
    text('phone', 'mobile phone', '手机号', { equality: 'phone', unique: true, identifying: true }),
    text('workPhone', 'work phone', '办公电话', { equality: 'phone' }),
    text('title', 'job title', '职位', { equality: 'spaces' }),
    text('employeeType', 'employee type', '员工类型'),
    text('gender', 'gender', '性别'),
    text('nickname', 'nickname', '昵称', { equality: 'spaces' }),
    text('city', 'city', '城市', { equality: 'spaces' }),
    text('country', 'country', '国家'),
    text('office', 'office', '办公地点', { equality: 'spaces' }),
    text('costCenter', 'cost centre', '成本中心'),
    text('language', 'language', '语言'),
    { name: 'manager', label: label('direct manager', '直属上级'), type: 'reference', to: 'person', identifying: true },
    { name: 'startsAt', label: label('first day', '入职日期'), type: 'date' },
    { name: 'endsAt', label: label('last day', '最后工作日'), type: 'date' },
    text('timeZone', 'time zone', '时区'),
    text('idNumber', 'ID number', '证件号码', { kind: 'sensitive' }),
    text('birthday', 'birthday', '生日', { type: 'date', kind: 'sensitive' }),
    text('homeAddress', 'home address', '家庭住址', { kind: 'sensitive' }),
    text('privatePhone', 'private phone', '个人电话', { kind: 'sensitive', equality: 'phone' }),
    text('privateEmail', 'private e-mail', '个人邮箱', { format: 'email', kind: 'sensitive', equality: 'ignore-case' }),
    text(LIFECYCLE, 'lifecycle', '在职状态', { oneOf: lifecycles }),
    // Read only: facts of the primary department, for mappings of targets without a tree.
    text('departmentName', 'department', '部门名称', { writable: 'never' }),
    text('departmentCode', 'department code', '部门编码', { writable: 'never' }),
    text('departmentPath', 'department path', '部门路径', { writable: 'never' }),
  ],
  relations: [
    {
      name: 'membership',
      label: label('departments', '任职部门'),
      to: ['department'],
      keeps: ['primary', 'order', 'title', 'from', 'until'],
    },
  ],
};

export const departmentType: ObjectTypeSpec = {
  id: 'department',
  label: label('department', '部门'),
  title: 'name',
  parent: 'parent',
  attributes: [
    text('name', 'name', '名称', { required: true, equality: 'spaces' }),
    text('code', 'code', '编码', { unique: true }),
    { name: 'parent', label: label('parent department', '上级部门'), type: 'reference', to: 'department' },
    { name: 'order', label: label('order', '排序'), type: 'integer' },
    text('description', 'description', '描述'),
    text(LIFECYCLE, 'lifecycle', '状态', { oneOf: lifecycles }),
  ],
  relations: [{ name: 'leader', label: label('leaders', '部门负责人'), to: ['person'], keeps: ['order'] }],
};

export const groupType: ObjectTypeSpec = {
  id: 'group',
  label: label('group', '组'),
  title: 'name',
  attributes: [
    text('name', 'name', '名称', { required: true, equality: 'spaces' }),
    text('code', 'code', '编码', { unique: true }),
    text('description', 'description', '描述'),
    text(LIFECYCLE, 'lifecycle', '状态', { oneOf: lifecycles }),
  ],
  relations: [{ name: 'member', label: label('members', '成员'), to: ['person', 'group'] }],
};

export const directoryTypes: readonly ObjectTypeSpec[] = [departmentType, personType, groupType];
