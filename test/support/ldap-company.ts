// A company in an OpenLDAP server: nested OUs, people with managers, nested groups, and names that hurt. Deterministic.
import { escaped, line, namesIn, type LdifEntry } from './ldif.ts';

/** Names as they come in real directories. */
export const AWKWARD = [
  'Sales, EMEA',
  '"Quoted"',
  'R+D',
  '#hash',
  'a/b',
  'back\\slash',
  ' leading',
  'trailing ',
  '𠮷野家𡃁部',
  'semi;colon',
  '<angle>',
  'eq=ual',
  'two  blanks',
  'Ärger & Söhne',
  "O'Brien",
  '研发部（上海）',
  'x'.repeat(200),
  '长'.repeat(70),
  '*(star)*',
  '%41',
  '\\2C',
  'a,b+c="d"',
] as const;

export interface SourcePerson {
  readonly number: number;
  readonly uid: string;
  readonly dn: string;
}

export interface Company {
  readonly suffix: string;
  readonly ldif: string;
  /** DNs, top-down. */
  readonly departments: readonly string[];
  readonly people: readonly SourcePerson[];
  readonly groups: readonly string[];
}

const FANOUT = [4, 3, 3, 2, 2, 1];

/** @param people  how many; every 23rd has an awkward user name, every 31st is inactive, every 17th has no mail */
export function planCompany(suffix: string, people: number): Company {
  const blocks: string[] = [];
  const put = (dn: string, classes: readonly string[], values: readonly (readonly [string, string])[]): void => {
    blocks.push(
      [line('dn', dn), ...classes.map((name) => `objectClass: ${name}`), ...values.map(([name, value]) => line(name, value))].join('\n'),
    );
  };
  put(
    suffix,
    ['dcObject', 'organization'],
    [
      ['dc', /^dc=([^,]+)/.exec(suffix)![1]!],
      ['o', 'Test'],
    ],
  );
  for (const ou of ['groups', 'services']) put(`ou=${ou},${suffix}`, ['organizationalUnit'], [['ou', ou]]);
  for (const account of ['reader', 'writer']) {
    put(
      `cn=${account},ou=services,${suffix}`,
      ['organizationalRole', 'simpleSecurityObject'],
      [
        ['cn', account],
        ['userPassword', `${account} password`],
      ],
    );
  }
  const departments: string[] = [];
  let awkward = 0;
  const grow = (parent: string, level: number): void => {
    for (let n = 0; n < (FANOUT[level] ?? 0); n++) {
      const name = n === 0 && level > 0 ? AWKWARD[awkward++ % AWKWARD.length]! : `L${level + 1} unit ${n + 1}`;
      const dn = `ou=${escaped(name)},${parent}`;
      departments.push(dn);
      put(dn, ['organizationalUnit'], [['ou', name], ...(n % 2 ? [['description', `第${level + 1}层 ${name}`] as const] : [])]);
      grow(dn, level + 1);
    }
  };
  grow(suffix, 0);
  const hired: SourcePerson[] = [];
  for (let number = 1; number <= people; number++) {
    const uid = number % 23 === 0 ? `${AWKWARD[(number / 23) % AWKWARD.length]!.trim()}${number}` : `p${number}`;
    // The first stand directly below the top, and belong to no department.
    const home = number <= 5 ? suffix : departments[(number * 7) % departments.length]!;
    const cn = number % 19 === 0 ? `${AWKWARD[(number / 19) % AWKWARD.length]!} ${number}` : `Person ${number}`;
    const dn = number % 2 ? `uid=${escaped(uid)},${home}` : `cn=${escaped(cn)},${home}`;
    hired.push({ number, uid, dn });
  }
  for (const { number, uid, dn } of hired) {
    const boss = number === 1 ? undefined : hired[Math.floor(number / 8)];
    put(
      dn,
      ['inetOrgPerson'],
      [
        ['uid', uid],
        ['cn', dn.startsWith('cn=') ? namedBy(dn, number) : `Person ${number}`],
        ['sn', number % 3 ? `Family ${number}` : '欧阳'],
        ['employeeNumber', `N${String(number).padStart(6, '0')}`],
        ...(number % 4 ? [['givenName', `Given ${number}`] as const] : []),
        ...(number % 5
          ? [['displayName', number % 7 ? `Person ${number} 王` : `${AWKWARD[number % AWKWARD.length]!} ${number}`] as const]
          : []),
        ...(number % 17 ? [['mail', `p${number}@source.example`] as const] : []),
        ...(number % 6 ? [['mobile', phoneOf(number)] as const] : []),
        ...(number % 9 === 0 ? [['telephoneNumber', '+86 21 5555 0000'] as const, ['l', '上海'] as const] : []),
        ...(number % 11 === 0
          ? [
              ['title', 'Engineer, "senior" + lead'] as const,
              ['physicalDeliveryOfficeName', 'B#2'] as const,
              ['preferredLanguage', 'zh-CN'] as const,
            ]
          : []),
        ['employeeType', number % 2 ? 'staff' : 'contractor'],
        ...(number % 31 === 0 ? [['businessCategory', 'disabled'] as const] : []),
        // Somebody who has left long ago and whose name nobody took out.
        ...(number === 50 ? [['manager', `uid=long-gone,${suffix}`] as const] : boss ? [['manager', boss.dn] as const] : []),
      ],
    );
  }
  const groups: string[] = [];
  const nameOf = (n: number): string => (n % 2 ? `group ${n}` : `${AWKWARD[n % AWKWARD.length]!} ${n}`);
  const group = (n: number, members: readonly string[]): void => {
    const dn = `cn=${escaped(nameOf(n))},ou=groups,${suffix}`;
    groups.push(dn);
    put(
      dn,
      ['groupOfNames'],
      [
        ['cn', nameOf(n)],
        ...(n % 3 ? [['description', `组 ${n}`] as const] : []),
        ...(members.length > 0 ? members : ['cn=nobody']).map((member) => ['member', member] as const),
      ],
    );
  };
  const dnOf = (n: number): string => `cn=${escaped(nameOf(n))},ou=groups,${suffix}`;
  for (let n = 1; n <= 60; n++) {
    const members = hired
      .filter((person) => person.number % (n + 2) === 0)
      .slice(0, 40)
      .map((person) => person.dn);
    // Each holds the one before, in threes; two hold each other.
    if (n % 3 === 0) members.push(dnOf(n - 1), dnOf(n - 2));
    if (n === 58) members.push(dnOf(59));
    if (n === 59) members.push(dnOf(58));
    if (n === 20) members.push(`uid=long-gone,${suffix}`);
    group(n, n === 40 ? [] : n === 7 ? hired.slice(0, Math.floor(people * 0.6)).map((person) => person.dn) : members);
  }
  return { suffix, ldif: `${blocks.join('\n\n')}\n`, departments, people: hired, groups };
}

const namedBy = (_dn: string, number: number): string =>
  number % 19 === 0 ? `${AWKWARD[(number / 19) % AWKWARD.length]!} ${number}` : `Person ${number}`;

export const phoneOf = (number: number): string => `+86138${String(number).padStart(8, '0')}`;

// ── what a server shows, in words that both sides share ──────────────────────────────────────────────────

export interface World {
  /** Names from the top down, joined by ` / ` → attributes. */
  readonly departments: Record<string, Record<string, string>>;
  /** User name → attributes, with `in` (path of the department), `manager` (user name). */
  readonly people: Record<string, Record<string, string>>;
  readonly groups: Record<string, { readonly description?: string; readonly members: readonly string[] }>;
}

const PERSON = [
  'uid',
  'cn',
  'sn',
  'givenName',
  'displayName',
  'mail',
  'mobile',
  'telephoneNumber',
  'employeeNumber',
  'employeeType',
  'title',
  'l',
  'physicalDeliveryOfficeName',
  'preferredLanguage',
  'businessCategory',
  'carLicense',
];

/** Everything below the suffix but folders and services, with references as names. */
export function worldOf(entries: readonly LdifEntry[], suffix: string): World {
  const depth = namesIn(suffix).length;
  const folders = ['groups', 'services'];
  const keyOf = (dn: string): string =>
    JSON.stringify(namesIn(dn).map(({ type, value }) => [type, value.replace(/ {2,}/g, ' ').toLowerCase()]));
  const one = (entry: LdifEntry, name: string): string | undefined => entry.values.get(name.toLowerCase())?.[0];
  const is = (entry: LdifEntry, name: string): boolean => entry.values.get('objectclass')?.includes(name) ?? false;
  const pathOf = (dn: string, from: number): string =>
    namesIn(dn)
      .slice(from, -depth)
      .map(({ value }) => value)
      .reverse()
      .filter((name) => !folders.includes(name))
      .join(' / ');
  const nameByDn = new Map<string, string>();
  for (const entry of entries) {
    if (is(entry, 'inetOrgPerson')) nameByDn.set(keyOf(entry.dn), `person ${one(entry, 'uid')?.trim()}`);
    if (is(entry, 'groupOfNames')) nameByDn.set(keyOf(entry.dn), `group ${one(entry, 'cn')!.trim()}`);
  }
  const world: World = { departments: {}, people: {}, groups: {} };
  for (const entry of entries) {
    if (is(entry, 'organizationalUnit')) {
      const path = pathOf(entry.dn, 0);
      if (path === '') continue;
      const description = one(entry, 'description');
      world.departments[path] = description === undefined ? {} : { description: description.trim() };
    } else if (is(entry, 'inetOrgPerson')) {
      const found: Record<string, string> = { in: pathOf(entry.dn, 1) };
      for (const name of PERSON) {
        const value = one(entry, name)?.trim();
        if (value !== undefined) found[name] = value;
      }
      const manager = one(entry, 'manager');
      if (manager !== undefined) found.manager = (nameByDn.get(keyOf(manager)) ?? `unknown ${manager}`).replace(/^person /, '');
      world.people[found.uid!] = found;
    } else if (is(entry, 'groupOfNames')) {
      const description = one(entry, 'description')?.trim();
      world.groups[one(entry, 'cn')!.trim()] = {
        ...(description === undefined ? {} : { description }),
        members: entry.values
          .get('member')!
          .filter((dn) => dn !== 'cn=nobody')
          .map((dn) => nameByDn.get(keyOf(dn)) ?? `unknown ${dn}`)
          .sort(),
      };
    }
  }
  return world;
}

/**
 * What the default mappings up and down make of a source: written down here once more, without the product's code.
 * `leavers` are accounts that stay, switched off, as the target last showed them.
 */
export function mapped(source: World, leavers: Readonly<Record<string, Record<string, string>>> = {}): World {
  const active = Object.fromEntries(Object.entries(source.people).filter(([, person]) => person.businessCategory !== 'disabled'));
  const has = (name: string): boolean => name in active || name in leavers;
  const people: World['people'] = { ...leavers };
  for (const [uid, person] of Object.entries(active)) {
    const { carLicense: _lastDay, businessCategory: _category, ...rest } = person;
    const displayName = person.displayName ?? person.cn!;
    people[uid] = { ...rest, displayName, cn: displayName };
    if (person.manager !== undefined && !has(person.manager)) delete people[uid].manager;
  }
  const groups = Object.fromEntries(
    Object.entries(source.groups).map(([name, group]) => [
      name,
      {
        ...group,
        members: group.members.filter((member) => member.startsWith('group ') || (member.startsWith('person ') && has(member.slice(7)))),
      },
    ]),
  );
  return { departments: source.departments, people, groups };
}
