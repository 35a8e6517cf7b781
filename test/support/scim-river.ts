// 500 people and 20 groups, from HR through the directory into a SCIM server; then a day's changes. For any such server.
import { expect, onTestFinished } from 'vitest';
import type { JobSettingsInput } from '../../src/core/job-settings.ts';
import { scim } from '../../src/connectors/scim/index.ts';
import { ENTERPRISE, entriesOf, isObject } from '../../src/connectors/scim/places.ts';
import type { ScimServer, Stored } from '../servers/scimmy.ts';
import { byNumber, PlainSystem, plainUp } from './plain-system.ts';
import { openWorkbench } from './workbench.ts';

const PEOPLE = 500;
const GROUPS = 20;

const roomy = {
  limits: Object.fromEntries(
    ['create', 'move', 'update', 'identifying', 'disable', 'clear', 'membershipLoss', 'messages'].map((name) => [name, { count: 10_000 }]),
  ),
  firstRun: { creates: 10_000, touched: 10_000 },
};

const surname = '王李张刘陈杨赵黄周吴';
const nameOf = (n: number): string => `${surname[n % 10]}${String.fromCharCode(0x4e00 + n)}`;

function hire(hr: PlainSystem, n: number, more: Record<string, string> = {}): void {
  hr.person(String(n), `d${n % 10}`, {
    name: nameOf(n),
    login: `user${n}`,
    phone: `+86138${String(n).padStart(8, '0')}`,
    title: `title ${n % 7}`,
    ...(n > 10 ? { manager: String(n % 10 || 10) } : {}),
    ...more,
  });
}

/** Everybody as HR says it, in the words of SCIM: what a server must show in the end. */
const accountOf = (stored: Stored) => {
  const extension = stored[ENTERPRISE];
  return {
    userName: stored.userName,
    displayName: stored.displayName,
    title: stored.title,
    email: entriesOf(stored.emails)[0]?.value,
    number: isObject(extension) ? extension.employeeNumber : undefined,
    active: stored.active,
  };
};

export interface Ends {
  /** What becomes of a leaver when the deletion is confirmed. */
  readonly removed: 'gone' | 'inactive';
  /** Attributes of `accountOf` that the server does not keep. */
  readonly drops?: readonly string[];
}

export async function riverInto(server: ScimServer, ends: Ends, config: Readonly<Record<string, unknown>> = {}): Promise<void> {
  const bench = await openWorkbench();
  onTestFinished(() => bench.close());
  const hr = new PlainSystem('hr');
  for (let n = 0; n < 10; n += 1) hr.department(`d${n}`);
  for (let n = 1; n <= PEOPLE; n += 1) hire(hr, n);
  for (let n = 1; n <= GROUPS; n += 1)
    hr.group(
      `g${n}`,
      Array.from({ length: PEOPLE / GROUPS }, (_, at) => ['person', String(n + at * GROUPS)] as const),
    );
  await bench.connection('hr', hr.connector, {});
  await bench.connection('app', scim, { ...server.config, ...config });
  const up = await bench.job({
    name: 'in',
    connection: 'hr',
    direction: 'up',
    mapping: plainUp(),
    correlation: byNumber.up,
    policy: { guard: roomy, leaver: { gone: 'delete' } },
  });
  const settings: JobSettingsInput = {
    name: 'out',
    connection: 'app',
    direction: 'down',
    ...scim.manifest.defaults.down!,
    policy: { guard: roomy, leaver: { gone: 'delete', leftScope: 'disable', departed: 'disable' } },
  };
  const down = await bench.job(settings);
  const sync = async () => {
    const runs = [await bench.run(up), await bench.run(down)];
    for (const run of runs) expect(run.problem).toBeNull();
    return runs;
  };
  const users = async () => new Map((await server.users()).map((user) => [String(user.userName), user]));
  const without = (account: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(account).filter(([name]) => !ends.drops?.includes(name)));
  const same = async (n: number, more: Record<string, unknown> = {}): Promise<void> => {
    const user = (await users()).get(`user${n}`);
    expect(user && without(accountOf(user)), `user${n}`).toEqual(
      without({
        userName: `user${n}`,
        displayName: nameOf(n),
        title: `title ${n % 7}`,
        email: `${n}@example.com`,
        number: `N-${n}`,
        active: true,
        ...more,
      }),
    );
  };
  const writesNothing = async (): Promise<void> => {
    const before = server.writes();
    const runs = await sync();
    // Warnings would mean that the target could not be read to its end.
    expect(runs.map(({ state, counts }) => [state, counts.applied ?? 0])).toEqual([
      ['succeeded', 0],
      ['succeeded', 0],
    ]);
    expect(server.writes()).toBe(before);
  };

  await sync();
  expect(await bench.held()).toEqual([]);
  expect((await server.users()).length).toBe(PEOPLE);
  for (let n = 1; n <= PEOPLE; n += 1) await same(n);
  const byId = new Map((await server.users()).map((user) => [user.id, user]));
  if (!ends.drops?.includes('manager')) {
    for (const user of byId.values()) {
      const n = Number(String(user.userName).slice(4));
      const extension = user[ENTERPRISE];
      const manager = isObject(extension) ? extension.manager : undefined;
      const id = isObject(manager) ? manager.value : manager;
      expect(n > 10 ? byId.get(String(id))?.userName : id, `the manager of user${n}`).toBe(n > 10 ? `user${n % 10 || 10}` : undefined);
    }
  }
  const membersOf = async (name: string) =>
    entriesOf((await server.groups()).find((group) => group.displayName === name)?.members)
      .map(({ value }) => String(byId.get(String(value))?.userName))
      .sort();
  expect((await server.groups()).length).toBe(GROUPS);
  for (let n = 1; n <= GROUPS; n += 1)
    expect(await membersOf(`g${n}`)).toEqual(Array.from({ length: PEOPLE / GROUPS }, (_, at) => `user${n + at * GROUPS}`).sort());
  await writesNothing();

  // A day: somebody joins, two change, one leaves the company, one group changes its members.
  hire(hr, PEOPLE + 1);
  hr.set('person', '21', { title: 'CTO' });
  hr.set('person', '22', { name: '改名' });
  hr.delete('person', '23');
  hr.set('person', '24', { status: 'departed' });
  hr.set('group', 'g1', {}, { member: [{ to: { type: 'person', id: '2' } }, { to: { type: 'person', id: '41' } }] });
  await sync();
  await bench.approveAll();
  await bench.tick();
  await bench.approveAll();
  await sync();
  await bench.approveAll();
  await same(PEOPLE + 1);
  await same(21, { title: 'CTO' });
  await same(22, { displayName: '改名' });
  const now = await users();
  if (ends.removed === 'gone') expect(now.has('user23')).toBe(false);
  else expect(now.get('user23')?.active).toBe(false);
  expect(now.get('user24')?.active).toBe(false);
  expect(await membersOf('g1')).toEqual(['user2', 'user41']);
  await writesNothing();
}
