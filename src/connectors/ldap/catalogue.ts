// What people, departments and groups look like in LDAP's own names, under one configuration.
// @see https://www.rfc-editor.org/rfc/rfc2798 (inetOrgPerson) and https://www.rfc-editor.org/rfc/rfc4519
import type { AttributeSpec, Label, ObjectTypeSpec } from '../../core/model.ts';
import { ConnectorError } from '../../connector-kit/errors.ts';
import type { Config } from './config.ts';

const label = (en: string, zh: string): Label => ({ en, zh });
const text = (name: string, en: string, zh: string, more: Partial<AttributeSpec> = {}): AttributeSpec => ({
  name,
  label: label(en, zh),
  type: 'string',
  equality: 'spaces',
  ...more,
});

/** Where an entry stands. Read only: it follows from name, parent and membership. */
export const DN = 'dn';
export const PARENT = 'parent';
export const MANAGER = 'manager';
export const PASSWORD = 'userPassword';
export const MEMBER_OF = 'memberOf';
/** Attributes that are no attributes of the entry. */
const derived: ReadonlySet<string> = new Set([DN, PARENT]);

/** The settings that shape it. */
export type Shape = Pick<
  Config,
  'layout' | 'personNaming' | 'groupKind' | 'disableBy' | 'disableAttribute' | 'idAttribute' | 'departmentAttribute' | 'departmentKey'
> & {
  readonly extraAttributes: readonly string[];
};

const dn = text(DN, 'distinguished name', '条目 DN', { writable: 'never', derived: true, equality: 'dn' });

function personAttributes(config: Shape): readonly AttributeSpec[] {
  return [
    text('uid', 'user name', '用户名', {
      equality: 'ignore-case',
      unique: true,
      identifying: true,
      required: config.personNaming === 'uid',
    }),
    text('cn', 'full name', '全名', {
      required: true,
      ...(config.personNaming === 'cn' ? { unique: 'siblings' as const } : {}),
    }),
    text('sn', 'family name', '姓', { required: true }),
    text('givenName', 'given name', '名'),
    text('displayName', 'display name', '显示名'),
    text('initials', 'initials', '首字母'),
    text('mail', 'e-mail', '邮箱', { equality: 'ignore-case', identifying: true }),
    text('mobile', 'mobile phone', '手机号', { equality: 'phone', identifying: true }),
    text('telephoneNumber', 'work phone', '办公电话', { equality: 'phone' }),
    text('facsimileTelephoneNumber', 'fax', '传真', { equality: 'phone' }),
    text('employeeNumber', 'employee number', '工号', { equality: 'ignore-case', identifying: true }),
    text('employeeType', 'employee type', '员工类型'),
    text('departmentNumber', 'department number', '部门编号'),
    text('title', 'job title', '职位'),
    text('l', 'city', '城市'),
    text('st', 'state or province', '省份'),
    text('street', 'street', '街道'),
    text('postalCode', 'postal code', '邮政编码'),
    text('physicalDeliveryOfficeName', 'office', '办公地点'),
    text('roomNumber', 'room', '房间号'),
    text('o', 'organisation', '组织'),
    text('ou', 'organisational unit', '组织单元'),
    text('preferredLanguage', 'language', '语言', { equality: 'ignore-case' }),
    text('description', 'description', '描述'),
    { name: MANAGER, label: label('direct manager', '直属上级'), type: 'reference', to: 'person', identifying: true },
    text(PASSWORD, 'initial password', '初始密码', { kind: 'secret', writable: 'create', equality: 'exact', initial: { length: 16 } }),
    ...config.extraAttributes.map((name) => text(name, name, name)),
    // Kept by the server, where it has the overlay. @see https://www.openldap.org/software/man.cgi?query=slapo-memberof
    text(MEMBER_OF, 'groups, as the server says', '所属组（服务器维护）', { many: true, writable: 'never', derived: true, equality: 'dn' }),
    dn,
  ];
}

const departmentAttributes: readonly AttributeSpec[] = [
  text('ou', 'name', '名称', { required: true, unique: 'siblings' }),
  { name: PARENT, label: label('parent department', '上级部门'), type: 'reference', to: 'department' },
  text('description', 'description', '描述'),
  text('telephoneNumber', 'phone', '电话', { equality: 'phone' }),
  text('l', 'city', '城市'),
  dn,
];

const groupAttributes = (config: Shape): readonly AttributeSpec[] => [
  text('cn', 'name', '名称', { required: true, unique: 'siblings' }),
  text('description', 'description', '描述'),
  // RFC 2307 section 5.3: a posixGroup is nothing without its number.
  ...(config.groupKind === 'posixGroup'
    ? [
        {
          name: 'gidNumber',
          label: label('group number', '组编号'),
          type: 'integer' as const,
          required: true,
          unique: true as const,
        },
      ]
    : [text('businessCategory', 'category', '类别')]),
  dn,
];

const moves = {
  label: label('OU (its DN changes)', 'OU（DN 将改变）'),
  says: label('moved into the OU of their department: their DN becomes another one', '移动到其部门的 OU 中，DN 将改变'),
  avoid: label(
    'Programs that know an account by its DN would not find it. If they shall stay where they are, choose "All in one place" at "How people belong to departments" in the settings of the connection: then only an attribute names the department.',
    '按 DN 识别账号的程序将找不到它们。如需保持原位，请在连接设置的“人员与部门的关系”中选择“全部在同一位置”，部门将只写入属性。',
  ),
} as const;

/** Attribute of a group that lists its members. @see https://www.rfc-editor.org/rfc/rfc4519#section-3.5 and https://www.rfc-editor.org/rfc/rfc2307#section-5.3 */
export const memberAttribute = { groupOfNames: 'member', groupOfUniqueNames: 'uniqueMember', posixGroup: 'memberUid' } as const;

const placeOf = ({ layout, departmentAttribute, departmentKey }: Shape): Label =>
  layout === 'nested'
    ? label('the OU in which the entry lies', '条目所在的 OU')
    : label(
        `the attribute ${departmentAttribute}, which holds the ${departmentKey} of the department`,
        `属性 ${departmentAttribute}，其值为部门的 ${departmentKey}`,
      );

/** The catalogue of one configuration: what says "disabled", names the department or carries our id is taken out of mapping's hands. */
export function typesOf(config: Shape): readonly ObjectTypeSpec[] {
  const taken = new Set<string>([
    ...(config.disableBy === 'attribute' ? [config.disableAttribute.toLowerCase()] : []),
    ...(config.layout === 'flat' ? [config.departmentAttribute.toLowerCase()] : []),
  ]);
  const id = config.idAttribute;
  const finish = (attributes: readonly AttributeSpec[], alsoTaken: ReadonlySet<string>): AttributeSpec[] => [
    ...new Map(
      attributes
        .filter(({ name }) => !alsoTaken.has(name.toLowerCase()) && name.toLowerCase() !== id.toLowerCase())
        .map((attribute) => [attribute.name.toLowerCase(), attribute]),
    ).values(),
    ...(id === '' ? [] : [text(id, 'directory id', '目录 ID', { writable: 'never', unique: true, equality: 'exact' })]),
  ];
  const none = new Set<string>();
  return [
    {
      id: 'department',
      label: label('department', '部门'),
      title: 'ou',
      parent: PARENT,
      attributes: finish(departmentAttributes, none),
      relations: [],
      writes: ['create', 'update', 'remove'],
    },
    {
      id: 'person',
      label: label('account', '账号'),
      isAccount: true,
      title: 'cn',
      attributes: finish(personAttributes(config), taken),
      relations: [
        {
          name: 'membership',
          label: label('department', '部门'),
          to: ['department'],
          place: placeOf(config),
          containing: true,
          ...(config.layout === 'nested' ? { moves } : {}),
          single: true,
          writable: true,
        },
      ],
    },
    {
      id: 'group',
      label: label('group', '组'),
      title: 'cn',
      attributes: finish(groupAttributes(config), none),
      relations: [
        {
          name: 'member',
          label: label('members', '成员'),
          to: config.groupKind === 'posixGroup' ? ['person'] : ['person', 'group'],
          place: label(`the attribute ${memberAttribute[config.groupKind]} of the group`, `组的属性 ${memberAttribute[config.groupKind]}`),
          writable: true,
        },
      ],
      writes: ['create', 'update', 'remove'],
    },
  ];
}

export type TypeId = 'person' | 'department' | 'group';

export function typeId(type: string): TypeId {
  if (type === 'person' || type === 'department' || type === 'group') return type;
  throw new ConnectorError('unsupported', {
    en: `LDAP has no objects of type "${type}" here.`,
    zh: `LDAP 中没有类型为“${type}”的对象。`,
  });
}

/** The requested attributes that are read from the entry; never a password, not even its hash. */
export const readable = (attributes: readonly string[]): readonly string[] =>
  attributes.filter((name) => !derived.has(name) && name.toLowerCase() !== PASSWORD.toLowerCase());
