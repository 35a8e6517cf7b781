// The whole river: an HR file and a real LDAP server flow into the directory, and from there into Feishu, a SCIM app and a second LDAP server.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { feishu } from '../../src/connectors/feishu/index.ts';
import { simulate as simulateFeishu, type FeishuSimulator } from '../../src/connectors/feishu/simulator.ts';
import { file } from '../../src/connectors/file/index.ts';
import { ldap } from '../../src/connectors/ldap/index.ts';
import { scim } from '../../src/connectors/scim/index.ts';
import { ENTERPRISE } from '../../src/connectors/scim/places.ts';
import { simulate as simulateScim, type ScimSimulator } from '../../src/connectors/scim/simulator.ts';
import { historySequence } from '../../src/store/directory.ts';
import type { RunRow } from '../../src/store/runs.ts';
import { listItems } from '../../src/store/upkeep.ts';
import { startSlapd, type Slapd } from '../../test/servers/slapd.ts';
import { worldOf } from '../../test/support/ldap-company.ts';
import { emptyTree, roomy, TARGET } from '../../test/support/ldap-pair.ts';
import { ldapmodify, ldapsearch, line } from '../../test/support/ldif.ts';
import { openWorkbench, type Workbench } from '../../test/support/workbench.ts';

const LDAP_SOURCE = 'dc=login,dc=example';

export interface HrPerson {
  readonly number: string;
  readonly name: string;
  readonly department: string;
  /** Codes of further departments, with semicolons. */
  readonly also: string;
  readonly manager: string;
  readonly title: string;
  readonly phone: string;
  readonly status: string;
}
export interface HrDepartment {
  readonly code: string;
  readonly name: string;
  readonly parent: string;
  /** Numbers of its leaders, the first one the main one, with semicolons. */
  readonly leaders: string;
}

/** A person as every target should show them. */
export interface Shown {
  readonly name: string;
  readonly title: string;
  /** Name of the primary department. */
  readonly department: string;
  /** Names of the others, sorted; missing where a system keeps one only. */
  readonly also?: readonly string[];
  /** Employee number. */
  readonly manager: string | null;
  readonly enabled: boolean;
}
export type Shape = Readonly<Record<string, Shown>>;

export interface River {
  readonly bench: Workbench;
  readonly hr: { readonly people: Map<string, HrPerson>; readonly departments: Map<string, HrDepartment> };
  readonly sandbox: FeishuSimulator;
  readonly app: ScimSimulator;
  /** The login of a joiner. */
  addLogin(n: number): void;
  /** Whoever is invited to Feishu accepts: nobody leads a department there before. */
  join(): void;
  /** Everything upstream first, then everything downstream. */
  flow(): Promise<readonly RunRow[]>;
  inFeishu(): Shape;
  inApp(): Shape;
  inLdap(): Shape;
  /** Names of all departments, sorted: at HR, in Feishu, in LDAP, in the app. */
  departments(): readonly (readonly string[])[];
  /** What HR says of those who are at work. */
  wanted(): Shape;
  /** Department → numbers of its leaders, the first one the main one: at HR, and in Feishu, which alone has such a thing. */
  leaders(): readonly Readonly<Record<string, readonly string[]>>[];
  mailInApp(number: string): string | undefined;
  groupInApp(name: string): readonly string[];
  items(): Promise<readonly string[]>;
  /** Writes at the three targets, and of the directory. */
  writes(): Promise<readonly number[]>;
}

export async function openRiver(people: number): Promise<River> {
  const bench = await openWorkbench();
  onTestFinished(() => bench.close());
  const hr: River['hr'] = { people: new Map(), departments: new Map() };
  found(hr, people);
  const folder = bench.folder;
  write(folder, hr);
  const login = await startSlapd({ suffix: LDAP_SOURCE, ldif: loginLdif(people) });
  onTestFinished(() => login.stop());
  const target = await startSlapd({ suffix: TARGET, ldif: emptyTree(TARGET) });
  onTestFinished(() => target.stop());
  const sandbox = await simulateFeishu({ clock: bench.clock });
  onTestFinished(() => sandbox.stop());
  const app = await simulateScim({ clock: bench.clock, options: { mood: 'strict' } });
  onTestFinished(() => app.stop());

  await bench.connection('hr', file, {
    path: join(folder, 'people.csv'),
    departmentsPath: join(folder, 'departments.csv'),
    settleSeconds: 0,
  });
  await bench.connection('login', ldap, {
    url: login.url,
    bindDn: login.rootDn,
    password: login.password,
    base: LDAP_SOURCE,
    groupsIn: `ou=groups,${LDAP_SOURCE}`,
  });
  await bench.connection('feishu', feishu, { ...sandbox.config, longConnection: false });
  await bench.connection('app', scim, { ...app.config, departments: 'resource' });
  await bench.connection('ldap', ldap, {
    url: target.url,
    bindDn: target.rootDn,
    password: target.password,
    base: TARGET,
    folders: [`ou=services,${TARGET}`],
  });
  // What is gone shall be deleted; every deletion still waits for a person.
  const policy = { guard: roomy, leaver: { gone: 'delete' as const } };
  const jobs = [
    await bench.job({
      name: 'HR',
      connection: 'hr',
      direction: 'up',
      ...file.manifest.defaults.up!,
      rank: 200,
      policy: { ...policy, attributeRanks: { userName: 1 } },
    }),
    await bench.job({
      name: 'logins',
      connection: 'login',
      direction: 'up',
      mapping: {
        person: [
          { target: 'userName', field: 'uid' },
          { target: 'employeeNumber', field: 'employeeNumber' },
          { target: 'displayName', field: 'cn' },
        ],
        group: ldap.manifest.defaults.up!.mapping.group!,
      },
      correlation: ldap.manifest.defaults.up!.correlation,
      withoutRelations: ['membership'],
      policy: { ...policy, decidesExistence: false },
    }),
    await bench.job({
      name: 'Feishu',
      connection: 'feishu',
      direction: 'down',
      part: { department: '' },
      ...feishu.manifest.defaults.down!,
      policy,
    }),
    await bench.job({ name: 'LDAP', connection: 'ldap', direction: 'down', ...ldap.manifest.defaults.down!, policy }),
    await bench.job({
      name: 'app',
      connection: 'app',
      direction: 'down',
      ...scim.manifest.defaults.down!,
      correlation: { ...scim.manifest.defaults.down!.correlation, department: [{ attribute: 'code' }] },
      mapping: {
        ...scim.manifest.defaults.down!.mapping,
        department: ['name', 'code', 'parent'].map((name) => ({ target: name, field: name })),
        person: [
          ...scim.manifest.defaults.down!.mapping.person!.filter((row) => row.target !== 'email'),
          { target: 'email', cel: 'account("feishu").enterprise_email' },
        ],
      },
      policy,
    }),
  ];
  const { tenant } = sandbox;
  return {
    bench,
    hr,
    sandbox,
    app,
    addLogin: (n) => ldapmodify(login, [loginOf(n).replace('\n', '\nchangetype: add\n')]),
    join: () => {
      for (const user of sandbox.tenant.users.values()) user.activated = true;
    },
    async flow() {
      write(folder, hr);
      const runs: RunRow[] = [];
      for (const job of jobs) {
        runs.push(await bench.run(job));
        runs.push(...(await bench.approveAll()));
      }
      return runs;
    },
    inFeishu: () =>
      Object.fromEntries(
        [...tenant.users.values()]
          .filter((user) => user.resignedAt === null)
          .map((user) => [
            String(user.fields.employee_no),
            {
              name: String(user.fields.name),
              title: String(user.fields.job_title ?? ''),
              department: tenant.departments.get(user.departments[0]!)?.name ?? '',
              also: user.departments
                .slice(1)
                .map((id) => tenant.departments.get(id)!.name)
                .sort(),
              manager: user.leader === null ? null : String(tenant.users.get(user.leader)!.fields.employee_no),
              enabled: !user.frozen,
            },
          ]),
      ),
    inApp: () => appShape(app),
    inLdap: () => ldapShape(target),
    departments: () => [
      [...hr.departments.values()].map((one) => one.name).sort(),
      [...tenant.departments.values()].map((one) => one.name).sort(),
      Object.keys(worldOf(ldapsearch(target), TARGET).departments)
        .map((path) => path.split(' / ').at(-1)!)
        .sort(),
      app.state
        .list('Organizations')
        .map((one) => String(one.displayName))
        .sort(),
    ],
    leaders: () => [
      Object.fromEntries([...hr.departments.values()].map((one) => [one.name, listed(one.leaders)])),
      Object.fromEntries(
        [...tenant.departments.values()].map((one) => [
          one.name,
          // Deputies have no order there.
          one.leaders.toSorted((a, b) => a.type - b.type).map(({ user }) => String(tenant.users.get(user)!.fields.employee_no)),
        ]),
      ),
    ],
    wanted: () =>
      Object.fromEntries(
        [...hr.people.values()]
          .filter((person) => person.status === '在职')
          .map((person) => [
            person.number,
            {
              name: person.name,
              title: person.title,
              department: hr.departments.get(person.department)!.name,
              also: listed(person.also)
                .map((code) => hr.departments.get(code)!.name)
                .sort(),
              manager: person.manager === '' ? null : person.manager,
              enabled: true,
            },
          ]),
      ),
    mailInApp: (number) => {
      const user = app.state.list('Users').find((one) => enterprise(one).employeeNumber === number);
      return (user?.emails as { value: string }[] | undefined)?.[0]?.value;
    },
    groupInApp(name) {
      const group = app.state.list('Groups').find((one) => one.displayName === name);
      const numbers = new Map(app.state.list('Users').map((user) => [user.id, String(enterprise(user).employeeNumber)]));
      return ((group?.members as { value: string }[] | undefined) ?? []).map((member) => numbers.get(member.value) ?? '?').sort();
    },
    items: async () =>
      (await listItems(bench.database, 0, 1000)).map(
        (item) => `${item.job} ${item.source_key} ${item.attribute}: ${(JSON.parse(item.message) as { en: string }).en}`,
      ),
    writes: async () => [sandbox.writes(), app.writes(), await target.writes(), await historySequence(bench.database)],
  };
}

function found({ people, departments }: River['hr'], count: number): void {
  for (const [code, name, parent, leaders] of [
    ['TOP', '星河科技', '', 'N1'],
    ['DEV', '研发部', 'TOP', 'N2;N3'],
    ['LAB', '实验室', 'DEV', ''],
    ['OPS', '运维部', 'TOP', 'N4'],
    ['OPS2', '运维二部', 'TOP', 'N5'],
  ] as const)
    departments.set(code, { code, name, parent, leaders });
  const homes = ['DEV', 'LAB', 'OPS', 'OPS2'];
  for (let n = 1; n <= count; n++)
    people.set(`N${n}`, {
      number: `N${n}`,
      name: n % 2 ? `王小${n}` : `Anna ${n}`,
      department: n === 1 ? 'TOP' : homes[n % 4]!,
      also: n % 5 === 0 ? homes[(n + 1) % 4]! : n === 6 ? 'TOP;DEV' : '',
      manager: n === 1 ? '' : n <= 5 ? 'N1' : `N${2 + (n % 4)}`,
      title: n <= 5 ? '主管' : '工程师',
      phone: `138000${String(n).padStart(5, '0')}`,
      status: '在职',
    });
}

const listed = (codes: string): readonly string[] => codes.split(';').filter((code) => code !== '');

const row = (values: readonly string[]): string => values.map((value) => `"${value.replaceAll('"', '""')}"`).join(',');

function write(folder: string, { people, departments }: River['hr']): void {
  writeFileSync(
    join(folder, 'departments.csv'),
    [
      row(['部门编码', '部门名称', '上级部门编码', '部门负责人工号']),
      ...[...departments.values()].map((one) => row([one.code, one.name, one.parent, one.leaders])),
    ].join('\n'),
  );
  writeFileSync(
    join(folder, 'people.csv'),
    [
      row(['工号', '姓名', '部门编码', '兼职部门', '直属上级工号', '职位', '手机', '状态']),
      ...[...people.values()].map((one) =>
        row([one.number, one.name, one.department, one.also, one.manager, one.title, one.phone, one.status]),
      ),
    ].join('\n'),
  );
}

const block = (dn: string, rows: readonly (readonly [string, string])[]): string =>
  [line('dn', dn), ...rows.map(([name, value]) => line(name, value))].join('\n');

const loginOf = (n: number): string =>
  block(`uid=u${n},ou=people,${LDAP_SOURCE}`, [
    ['objectClass', 'inetOrgPerson'],
    ['uid', `u${n}`],
    ['cn', `login ${n}`],
    ['sn', `login ${n}`],
    ['employeeNumber', `N${n}`],
  ]);

/** A login for everybody, and a group. */
function loginLdif(people: number): string {
  const numbers = Array.from({ length: people }, (_, n) => n + 1);
  return [
    block(LDAP_SOURCE, [
      ['objectClass', 'dcObject'],
      ['objectClass', 'organization'],
      ['dc', 'login'],
      ['o', 'Logins'],
    ]),
    ...['people', 'groups'].map((ou) =>
      block(`ou=${ou},${LDAP_SOURCE}`, [
        ['objectClass', 'organizationalUnit'],
        ['ou', ou],
      ]),
    ),
    ...numbers.map(loginOf),
    block(`cn=engineers,ou=groups,${LDAP_SOURCE}`, [
      ['objectClass', 'groupOfNames'],
      ['cn', 'engineers'],
      ...[1, 2, 3].map((n) => ['member', `uid=u${n},ou=people,${LDAP_SOURCE}`] as const),
    ]),
  ].join('\n\n');
}

const enterprise = (user: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  (user[ENTERPRISE] as Record<string, unknown> | undefined) ?? {};

function appShape(app: ScimSimulator): Shape {
  const users = app.state.list('Users') as readonly Readonly<Record<string, unknown>>[];
  const numbers = new Map(users.map((user) => [user.id, String(enterprise(user).employeeNumber)]));
  const names = new Map(app.state.list('Organizations').map((one) => [one.id, String(one.displayName)]));
  return Object.fromEntries(
    users.map((user) => {
      const [primary = '', ...others] = ((user.organization ?? []) as readonly string[]).map((id) => names.get(id) ?? '?');
      const manager = enterprise(user).manager as { value?: string } | undefined;
      return [
        numbers.get(user.id)!,
        {
          name: String(user.displayName),
          title: String(user.title ?? ''),
          department: primary === enterprise(user).department ? primary : `${primary} or ${String(enterprise(user).department)}`,
          also: others.sort(),
          manager: manager?.value ? (numbers.get(manager.value) ?? '?') : null,
          enabled: user.active !== false,
        },
      ];
    }),
  );
}

function ldapShape(target: Slapd): Shape {
  const world = worldOf(ldapsearch(target), TARGET);
  const numbers = new Map(Object.values(world.people).map((person) => [person.uid!, person.employeeNumber!]));
  return Object.fromEntries(
    Object.values(world.people).map((person) => [
      person.employeeNumber!,
      {
        name: person.displayName ?? person.cn!,
        title: person.title ?? '',
        department: person.in!.split(' / ').at(-1)!,
        manager: person.manager === undefined ? null : (numbers.get(person.manager) ?? '?'),
        enabled: person.businessCategory !== 'disabled' && person.pwdAccountLockedTime === undefined,
      },
    ]),
  );
}
