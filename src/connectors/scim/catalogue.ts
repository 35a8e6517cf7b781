// The attributes of people, groups and departments in one SCIM system: the standard's, less what the system does not keep.
import type { AttributeSpec, Label, ObjectTypeSpec } from '../../core/model.ts';
import { pairsOf, type Config } from './config.ts';
import { ENTERPRISE, pathOf, type Place } from './places.ts';
import type { Profile } from './profiles.ts';

export const EXTERNAL_ID = 'externalId';

const label = (en: string, zh: string): Label => ({ en, zh });
type Entry = readonly [name: string, place: Place, en: string, zh: string, more?: Partial<AttributeSpec>];
const at = (...path: string[]): Place => ({ kind: 'plain', path });
const typed = (list: string, type: string): Place => ({ kind: 'typed', list, type });

/** @see https://www.rfc-editor.org/rfc/rfc7643#section-4.1 */
const person: readonly Entry[] = [
  ['userName', at('userName'), 'user name', '用户名', { required: true, unique: true, identifying: true, equality: 'ignore-case' }],
  ['displayName', at('displayName'), 'display name', '显示名', { equality: 'spaces' }],
  ['formattedName', at('name', 'formatted'), 'full name', '全名', { equality: 'spaces' }],
  ['familyName', at('name', 'familyName'), 'family name', '姓', { equality: 'spaces' }],
  ['givenName', at('name', 'givenName'), 'given name', '名', { equality: 'spaces' }],
  ['nickName', at('nickName'), 'nickname', '昵称', { equality: 'spaces' }],
  ['email', typed('emails', 'work'), 'e-mail', '邮箱', { identifying: true, equality: 'ignore-case' }],
  ['phone', typed('phoneNumbers', 'mobile'), 'mobile phone', '手机号', { identifying: true, equality: 'phone' }],
  ['workPhone', typed('phoneNumbers', 'work'), 'work phone', '办公电话', { equality: 'phone' }],
  ['title', at('title'), 'job title', '职位', { equality: 'spaces' }],
  ['userType', at('userType'), 'kind of user', '用户类型'],
  ['preferredLanguage', at('preferredLanguage'), 'language', '语言'],
  ['timezone', at('timezone'), 'time zone', '时区'],
];

/** @see https://www.rfc-editor.org/rfc/rfc7643#section-4.3 */
const enterprise: readonly Entry[] = [
  ['employeeNumber', at(ENTERPRISE, 'employeeNumber'), 'employee number', '工号', { identifying: true }],
  ['costCenter', at(ENTERPRISE, 'costCenter'), 'cost centre', '成本中心'],
  ['organization', at(ENTERPRISE, 'organization'), 'organisation', '组织'],
  ['division', at(ENTERPRISE, 'division'), 'division', '事业部'],
  ['department', at(ENTERPRISE, 'department'), 'department', '部门', { equality: 'spaces' }],
];

export interface Catalogue {
  readonly types: readonly ObjectTypeSpec[];
  /** Type → attribute → where it lies. */
  readonly places: Readonly<Record<string, Readonly<Record<string, Place>>>>;
}

/** Attributes whose name is in `ignored` are left out: the system was seen to drop them, or somebody said so. */
export function catalogueOf(config: Config, profile: Profile, ignored: ReadonlySet<string>): Catalogue {
  const types: ObjectTypeSpec[] = [];
  const places: Record<string, Record<string, Place>> = {};
  const kept = (entries: readonly Entry[]): readonly Entry[] =>
    entries
      .filter(([name]) => !ignored.has(name) && !(profile.onlyOne && name === 'workPhone'))
      .map(
        ([name, place, ...rest]): Entry => [name, profile.onlyOne && place.kind === 'typed' ? { ...place, only: true } : place, ...rest],
      );
  const specs = (type: string, entries: readonly Entry[]): AttributeSpec[] => {
    places[type] = Object.fromEntries(entries.map(([name, place]) => [name, place]));
    return entries.map(([name, , en, zh, more]) => {
      const most = profile.lengths[name];
      const marks = {
        ...(most ? { maxLength: most } : {}),
        ...(type === 'person' && profile.required.includes(name) ? { required: true } : {}),
        ...(type === 'person' && profile.unique.includes(name) ? { unique: true } : {}),
      };
      return { name, label: label(en, zh), type: 'string', ...more, ...marks };
    });
  };
  const carrier: AttributeSpec[] = profile.externalId
    ? [{ name: EXTERNAL_ID, label: label('directory id', '目录 ID'), type: 'string', writable: 'never', unique: true }]
    : [];

  if (config.departments !== 'attribute') types.push(departmentType(config, profile, specs, carrier));
  const custom = pairsOf(config.extraAttributes).map(([name, path]): Entry => [name, at(...pathOf(path)), name, name]);
  const entries = kept([...person, ...(profile.enterprise ? enterprise : []), ...custom]);
  const manager: AttributeSpec[] =
    profile.manager === 'none' || !profile.enterprise || ignored.has('manager')
      ? []
      : [{ name: 'manager', label: label('direct manager', '直属上级'), type: 'reference', to: 'person', identifying: true }];
  types.push({
    id: 'person',
    label: label('account', '账号'),
    isAccount: true,
    title: 'displayName',
    writes: [
      'create',
      'update',
      ...(profile.freeze === 'active' ? (['disable'] as const) : []),
      ...(profile.deleteMeans === 'never' ? [] : (['remove'] as const)),
    ],
    attributes: [
      ...specs('person', entries),
      ...manager,
      {
        name: 'password',
        label: label('initial password', '初始密码'),
        type: 'string',
        kind: 'secret',
        writable: 'create',
        initial: { length: 16 },
        ...(profile.passwordRequired ? { required: true } : {}),
      },
      ...carrier,
    ],
    relations: membershipOf(config),
  });
  if (manager.length > 0) places.person!.manager = { kind: 'manager', form: profile.manager === 'text' ? 'text' : 'object' };
  if (config.groups && profile.groups) {
    types.push({
      id: 'group',
      label: label('group', '组'),
      title: 'displayName',
      writes: ['create', 'update', 'remove'],
      attributes: [
        ...specs('group', [
          [
            'displayName',
            at('displayName'),
            'name',
            '名称',
            { required: true, equality: 'spaces', ...(profile.uniqueGroupNames ? { unique: true, equality: 'ignore-case' } : {}) },
          ],
        ]),
        ...carrier,
      ],
      relations: [
        {
          name: 'member',
          label: label('members', '成员'),
          to: profile.nestedGroups && profile.groupsAttribute === '' ? ['person', 'group'] : ['person'],
          writable: true,
          ...(profile.membersPerHour === null ? {} : { perHour: profile.membersPerHour }),
        },
      ],
    });
  }
  return { types, places };
}

const membershipOf = (config: Config): ObjectTypeSpec['relations'] => {
  if (config.departments === 'attribute') return [];
  // On the account itself as a list, or as members of the department's group, which have calls of their own.
  const containing = config.departments === 'resource';
  return [
    {
      name: 'membership',
      label: label('departments', '任职部门'),
      to: ['department'],
      // A path is text: what is written there is the mapping's affair.
      writable: config.departments !== 'path',
      ...(containing ? { containing, keeps: ['primary'] } : {}),
    },
  ];
};

const parentOf: AttributeSpec = { name: 'parent', label: label('parent department', '上级部门'), type: 'reference', to: 'department' };

/** Made of texts on accounts: nothing that could be written by itself. */
const departmentOfPaths: ObjectTypeSpec = {
  id: 'department',
  label: label('department', '部门'),
  title: 'name',
  parent: 'parent',
  writes: [],
  attributes: [
    { name: 'name', label: label('name', '名称'), type: 'string', equality: 'spaces', writable: 'never' },
    { ...parentOf, writable: 'never' },
  ],
  relations: [],
};

function departmentType(
  config: Config,
  profile: Profile,
  specs: (type: string, entries: readonly Entry[]) => AttributeSpec[],
  carrier: readonly AttributeSpec[],
): ObjectTypeSpec {
  if (config.departments === 'path') return departmentOfPaths;
  const resource = config.departments === 'resource';
  // Departments that are groups are a tree only where groups may hold groups.
  const tree = resource || profile.nestedGroups;
  const name: Entry = ['name', at('displayName'), 'name', '名称', { required: true, equality: 'spaces' }];
  const own: readonly Entry[] = resource
    ? [
        // Texts compare without case where nothing else is said. @see https://www.rfc-editor.org/rfc/rfc7643#section-2.2
        ['code', at('code'), 'code', '编码', { unique: true, equality: 'ignore-case' }],
        ['order', at('order'), 'order', '排序', { type: 'integer' }],
      ]
    : [];
  const parent: AttributeSpec[] = tree ? [parentOf] : [];
  return {
    id: 'department',
    label: label('department', '部门'),
    title: 'name',
    ...(tree ? { parent: 'parent' } : {}),
    writes: ['create', 'update', 'remove'],
    attributes: [...specs('department', [name, ...own]), ...parent, ...carrier],
    relations: [],
  };
}
