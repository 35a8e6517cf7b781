// A hundred changes as an administrator would make them at the source, each with what the target must show afterwards.
import { expect } from 'vitest';
import type { Company, SourcePerson, World } from '../../test/support/ldap-company.ts';
import { adding, escaped, modifying, namesIn, removing, renaming } from '../../test/support/ldif.ts';

export interface Change {
  readonly name: string;
  /** LDIF change records for the source. */
  readonly records: readonly string[];
  /** @param before  the target as it was */
  check(after: World, before: World): void;
}

export interface Day {
  readonly changes: readonly Change[];
  /** User names of those who are switched off at the end. */
  readonly leavers: readonly string[];
  /** Last day of some, and who they are. */
  readonly lastDay: string;
  readonly lastDays: readonly string[];
}

/** People who leave before the hundred changes, so that they can be hired again. */
export const leaveFirst = (company: Company): readonly SourcePerson[] => plain(company).slice(-4);

/** People with ordinary names, active, in a department, with a phone and a mail. */
const plain = (company: Company): readonly SourcePerson[] =>
  company.people.filter(
    ({ number }) => number > 20 && number % 23 && number % 19 && number % 31 && number % 6 && number % 17 && number !== 50,
  );

const parentOf = (dn: string): string => dn.replace(/^(?:\\.|[^\\,])*,/, '');
const pathOf = (dn: string): string =>
  namesIn(dn)
    .slice(0, -2)
    .map(({ value }) => value)
    .reverse()
    .join(' / ');
const rdnOf = (dn: string): string => dn.slice(0, dn.length - parentOf(dn).length - 1);

export function planDay(company: Company): Day {
  const changes: Change[] = [];
  const { suffix } = company;
  const queue = plain(company)
    .slice(0, -4)
    .filter(({ number }) => number >= 100);
  const groups = [...company.groups];
  const take = (): SourcePerson => queue.shift()!;
  const put = (name: string, records: readonly string[], check: Change['check']): void => void changes.push({ name, records, check });
  const moving = new Set<string>();

  // Departments that are moved or renamed last; nobody inside them is touched one by one.
  const level = (depth: number): readonly string[] => company.departments.filter((dn) => namesIn(dn).length === depth + 2);
  const [movedA, movedB, movedC] = [level(3)[0]!, level(4)[10]!, level(2)[4]!];
  const [renamedA, renamedB] = [level(5)[40]!, level(6)[70]!];
  for (const dn of [movedA, movedB, movedC, renamedA, renamedB]) moving.add(dn);
  const isMoving = (dn: string): boolean => [...moving].some((place) => dn.endsWith(place));
  for (let at = queue.length - 1; at >= 0; at--) if (isMoving(queue[at]!.dn)) queue.splice(at, 1);
  const quiet = company.departments.filter((dn) => !isMoving(dn));
  const dnUid = (person: SourcePerson): boolean => person.dn.startsWith('uid=');

  const hire = (uid: string, home: string, more: readonly (readonly [string, string])[] = []): string =>
    adding(
      `uid=${escaped(uid)},${home}`,
      ['inetOrgPerson'],
      [
        ['uid', uid],
        ['cn', `New ${uid}`],
        ['sn', 'New'],
        ['displayName', `New ${uid}`],
        ['employeeNumber', `H-${uid}`],
        ['mail', `h${Buffer.from(uid).toString('hex')}@source.example`],
        ...more,
      ],
    );

  const boss = company.people[10]!;
  for (let n = 1; n <= 7; n++) {
    const uid = n === 3 ? 'Ng, "Li" + #3' : n === 4 ? '新人𠮷' : `hired${n}`;
    const home = quiet[n * 13]!;
    put(`hires ${uid}`, [hire(uid, home, [['manager', boss.dn]])], (after) =>
      expect(after.people[uid]).toMatchObject({ cn: `New ${uid}`, in: pathOf(home), manager: boss.uid }),
    );
  }
  put(
    'hires somebody whose manager is hired on the same day',
    [hire('below', quiet[5]!, [['manager', `uid=above,${quiet[6]!}`]]), hire('above', quiet[6]!)],
    (after) => expect(after.people.below).toMatchObject({ manager: 'above', in: pathOf(quiet[5]!) }),
  );
  put(
    'hires somebody into a department that is new',
    [
      adding(`ou=${escaped('Labs, R+D')},${quiet[7]!}`, ['organizationalUnit'], [['ou', 'Labs, R+D']]),
      hire('labs', `ou=${escaped('Labs, R+D')},${quiet[7]!}`),
    ],
    (after) => expect(after.people.labs).toMatchObject({ in: `${pathOf(quiet[7]!)} / Labs, R+D` }),
  );

  for (let n = 1; n <= 6; n++) {
    const who = take();
    put(
      `gives ${who.uid} a new name`,
      [modifying(who.dn, ['replace', 'displayName', `Renamed ${n} 李`], ['replace', 'sn', `李${n}`])],
      (after) => expect(after.people[who.uid]).toMatchObject({ cn: `Renamed ${n} 李`, displayName: `Renamed ${n} 李`, sn: `李${n}` }),
    );
  }
  for (let n = 1; n <= 6; n++) {
    const who = take();
    const uid = n === 2 ? 'new=name, "2"' : `renamed-${n}`;
    put(
      `gives ${who.uid} the user name ${uid}`,
      [dnUid(who) ? renaming(who.dn, `uid=${escaped(uid)}`) : modifying(who.dn, ['replace', 'uid', uid])],
      (after, before) => {
        expect(after.people[who.uid]).toBeUndefined();
        expect(after.people[uid]).toEqual({ ...before.people[who.uid], uid });
      },
    );
  }

  for (let n = 1; n <= 9; n++) {
    const who = take();
    const home = n === 9 ? suffix : quiet[n * 17 + 1]!;
    put(`moves ${who.uid} to another department`, [renaming(who.dn, rdnOf(who.dn), home)], (after, before) =>
      expect(after.people[who.uid]).toEqual({ ...before.people[who.uid], in: pathOf(home) }),
    );
  }

  for (let n = 1; n <= 8; n++) {
    const who = take();
    const next = company.people[20 + n]!;
    put(`gives ${who.uid} another manager`, [modifying(who.dn, ['replace', 'manager', next.dn])], (after) =>
      expect(after.people[who.uid]!.manager).toBe(next.uid),
    );
  }
  for (let n = 1; n <= 2; n++) {
    const who = take();
    put(`takes the manager of ${who.uid} away`, [modifying(who.dn, ['replace', 'manager'])], (after, before) => {
      expect(before.people[who.uid]!.manager).toBeDefined();
      expect(after.people[who.uid]!.manager).toBeUndefined();
    });
  }
  const [first, second] = [take(), take()];
  put(
    'lets two people manage each other',
    [modifying(first.dn, ['replace', 'manager', second.dn]), modifying(second.dn, ['replace', 'manager', first.dn])],
    (after) => expect([after.people[first.uid]!.manager, after.people[second.uid]!.manager]).toEqual([second.uid, first.uid]),
  );

  const groupName = (dn: string): string => namesIn(dn)[0]!.value;
  for (let n = 0; n < 4; n++) {
    const [group, who] = [groups[30 + n]!, take()];
    put(`adds ${who.uid} to a group`, [modifying(group, ['add', 'member', who.dn])], (after) =>
      expect(after.groups[groupName(group)]!.members).toContain(`person ${who.uid}`),
    );
  }
  for (let n = 0; n < 3; n++) {
    // The hundredth of the great group, and so on.
    const who = company.people[60 + n * 3]!;
    put(`takes ${who.uid} out of the great group`, [modifying(groups[6]!, ['delete', 'member', who.dn])], (after) =>
      expect(after.groups['group 7']!.members).not.toContain(`person ${who.uid}`),
    );
  }
  put('puts a group into a group', [modifying(groups[10]!, ['add', 'member', groups[12]!])], (after) =>
    expect(after.groups[groupName(groups[10]!)]!.members).toContain(`group ${groupName(groups[12]!)}`),
  );
  put('takes a group out of a group', [modifying(groups[14]!, ['delete', 'member', groups[13]!])], (after) =>
    expect(after.groups[groupName(groups[14]!)]!.members).not.toContain(`group ${groupName(groups[13]!)}`),
  );
  put('empties a group', [modifying(groups[52]!, ['replace', 'member', 'cn=nobody'])], (after) =>
    expect(after.groups[groupName(groups[52]!)]!.members).toEqual([]),
  );
  put('fills the empty group', [modifying(groups[39]!, ['replace', 'member', company.people[11]!.dn, groups[0]!])], (after) =>
    expect(after.groups[groupName(groups[39]!)]!.members).toEqual([`group ${groupName(groups[0]!)}`, `person ${company.people[11]!.uid}`]),
  );
  put('renames a group that is in another', [renaming(groups[16]!, `cn=${escaped('Renamed, "group"')}`)], (after, before) => {
    expect(after.groups[groupName(groups[16]!)]).toBeUndefined();
    expect(after.groups['Renamed, "group"']).toEqual(before.groups[groupName(groups[16]!)]);
    expect(after.groups[groupName(groups[17]!)]!.members).toContain('group Renamed, "group"');
  });
  put('describes a group', [modifying(groups[18]!, ['replace', 'description', '说明 "a", b'])], (after) =>
    expect(after.groups[groupName(groups[18]!)]!.description).toBe('说明 "a", b'),
  );
  put(
    'founds a group',
    [
      adding(
        `cn=founded,ou=groups,${suffix}`,
        ['groupOfNames'],
        [
          ['cn', 'founded'],
          ['member', company.people[12]!.dn],
          ['member', groups[1]!],
        ],
      ),
    ],
    (after) => expect(after.groups.founded!.members).toEqual([`group ${groupName(groups[1]!)}`, `person ${company.people[12]!.uid}`]),
  );

  const phone = (world: World, who: SourcePerson): string => world.people[who.uid]!.mobile!;
  const give = (from: SourcePerson, to: SourcePerson): string =>
    modifying(to.dn, ['replace', 'mobile', `+86138${String(from.number).padStart(8, '0')}`]);
  for (let n = 1; n <= 4; n++) {
    const [a, b] = [take(), take()];
    put(`swaps the phones of ${a.uid} and ${b.uid}`, [give(b, a), give(a, b)], (after, before) =>
      expect([phone(after, a), phone(after, b)]).toEqual([phone(before, b), phone(before, a)]),
    );
  }
  const [x, y, z] = [take(), take(), take()];
  put('passes three phones round', [give(y, x), give(z, y), give(x, z)], (after, before) =>
    expect([x, y, z].map((who) => phone(after, who))).toEqual([y, z, x].map((who) => phone(before, who))),
  );

  const leavers: SourcePerson[] = [];
  for (let n = 1; n <= 6; n++) {
    const who = take();
    leavers.push(who);
    put(`lets ${who.uid} go`, [removing(who.dn)], (after) => expect(after.people[who.uid]).toMatchObject({ businessCategory: 'disabled' }));
  }
  const manager = company.people[9]!;
  leavers.push(manager);
  put('lets a manager go whose people stay', [removing(manager.dn)], (after, before) => {
    const people = Object.values(before.people).filter((person) => person.manager === manager.uid);
    expect(people.length).toBeGreaterThan(2);
    expect(after.people[manager.uid]).toMatchObject({ businessCategory: 'disabled' });
    for (const { uid } of people) expect(after.people[uid!]?.manager).toBeUndefined();
  });

  for (const who of leaveFirst(company)) {
    put(
      `hires ${who.uid} again`,
      [
        hire(who.uid, quiet[3]!, [['title', 'Back again']]).replace(
          /^employeeNumber::.*$/m,
          `employeeNumber: N${String(who.number).padStart(6, '0')}`,
        ),
      ],
      (after, before) => {
        expect(before.people[who.uid]).toMatchObject({ businessCategory: 'disabled' });
        expect(after.people[who.uid]).toMatchObject({ title: 'Back again', in: pathOf(quiet[3]!) });
        expect(after.people[who.uid]!.businessCategory).toBeUndefined();
      },
    );
  }

  const lastDay = '2026-01-09';
  const lastDays: string[] = [];
  for (let n = 1; n <= 4; n++) {
    const who = take();
    lastDays.push(who.uid);
    put(`says that the last day of ${who.uid} is ${lastDay}`, [modifying(who.dn, ['replace', 'carLicense', lastDay])], (after, before) =>
      expect(after.people[who.uid]).toEqual(before.people[who.uid]),
    );
  }

  const values: readonly (readonly [string, string | null, string])[] = [
    ['mail', 'changed.1@source.example', 'changes the mail'],
    ['mail', null, 'takes the mail away'],
    ['mobile', null, 'takes the phone away'],
    ['mobile', '+8613999999999', 'gives a new phone'],
    ['title', 'Chief, "of" all', 'promotes'],
    ['l', '北京', 'relocates'],
    ['telephoneNumber', '+86 10 1234 5678', 'gives a desk phone'],
    ['employeeType', 'intern', 'changes the contract'],
    ['givenName', 'Ünï', 'changes the given name'],
    ['displayName', null, 'takes the display name away'],
    ['preferredLanguage', 'en', 'sets the language'],
    ['employeeNumber', 'E-17', 'gives a new number'],
  ];
  for (const [name, value, what] of values) {
    const who = take();
    put(`${what} of ${who.uid}`, [modifying(who.dn, value === null ? ['replace', name] : ['replace', name, value])], (after) => {
      if (name === 'displayName') expect(after.people[who.uid]!.displayName).toBe(after.people[who.uid]!.cn);
      else expect(after.people[who.uid]![name]).toBe(value ?? undefined);
    });
  }

  for (let n = 1; n <= 3; n++) {
    const who = take();
    leavers.push(who);
    put(`switches ${who.uid} off`, [modifying(who.dn, ['add', 'businessCategory', 'disabled'])], (after, before) =>
      expect(after.people[who.uid]).toEqual({ ...before.people[who.uid], businessCategory: 'disabled' }),
    );
  }
  for (const number of [31, 62]) {
    const who = company.people[number - 1]!;
    put(`switches ${who.uid} on, who never had an account`, [modifying(who.dn, ['replace', 'businessCategory'])], (after, before) => {
      expect(before.people[who.uid]).toBeUndefined();
      expect(after.people[who.uid]).toMatchObject({ uid: who.uid, employeeNumber: `N${String(number).padStart(6, '0')}` });
    });
  }

  const inside = (dn: string): readonly SourcePerson[] => company.people.filter((person) => person.dn.endsWith(`,${dn}`));
  const shift = (name: string, dn: string, rdn: string, superior: string | undefined): void => {
    const [from, to] = [pathOf(dn), pathOf(`${rdn},${superior ?? parentOf(dn)}`)];
    put(name, [renaming(dn, rdn, superior)], (after, before) => {
      expect(after.departments[from]).toBeUndefined();
      expect(after.departments[to]).toEqual(before.departments[from]);
      for (const { uid } of inside(dn).filter((person) => before.people[person.uid]?.in === from)) expect(after.people[uid]!.in).toBe(to);
    });
  };
  const homeless = quiet.find((dn) => namesIn(dn).length === 3 && !movedC.endsWith(dn) && !movedA.endsWith(dn))!;
  shift('moves a department of the third level, with everything in it, to the top', movedA, rdnOf(movedA), suffix);
  shift('moves a department below another one', movedB, rdnOf(movedB), homeless);
  shift('moves a department and renames it at once', movedC, `ou=${escaped('Moved, and "renamed"')}`, suffix);
  shift('renames a department with people', renamedA, 'ou=Renamed', undefined);
  shift('gives a department an awkward name', renamedB, `ou=${escaped(' #1 + <new>; 𠮷')}`, undefined);
  const described = quiet[21]!;
  put('describes a department', [modifying(described, ['replace', 'description', 'Beschreibung'])], (after) =>
    expect(after.departments[pathOf(described)]).toEqual({ description: 'Beschreibung' }),
  );
  for (let n = 0; n < 2; n++) {
    const dn = `ou=Founded ${n},${quiet[n + 30]!}`;
    put(`founds department ${n}`, [adding(dn, ['organizationalUnit'], [['ou', `Founded ${n}`]])], (after) =>
      expect(after.departments[pathOf(dn)]).toEqual({}),
    );
  }
  return { changes, leavers: leavers.map((who) => who.uid), lastDay, lastDays };
}
