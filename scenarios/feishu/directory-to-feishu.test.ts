// The directory flows into the Feishu sandbox: who joins, moves, leaves; names, managers, leaders; and the second run writes nothing.
import { onTestFinished, describe, expect, it } from 'vitest';
import { feishu } from '../../src/connectors/feishu/index.ts';
import { LIMITED_APP, type FeishuSimulator } from '../../src/connectors/feishu/simulator.ts';
import { ALL_SCOPES } from '../../src/connectors/feishu/simulator-apps.ts';
import type { SimUser } from '../../src/connectors/feishu/simulator-tenant.ts';
import { byNumber, PlainSystem, plainUp } from '../../test/support/plain-system.ts';
import { roomy } from '../../test/support/plain-scene.ts';
import { openWorkbench, type Workbench } from '../../test/support/workbench.ts';
import type { RunRow } from '../../src/store/runs.ts';
import { listItems } from '../../src/store/upkeep.ts';
import { openSandbox, says } from './company.ts';

interface River {
  readonly bench: Workbench;
  readonly hr: PlainSystem;
  readonly sandbox: FeishuSimulator;
  readonly up: number;
  readonly down: number;
  sync(): Promise<RunRow>;
  account(number: string): SimUser;
  /** Accepts the invitation. */
  joins(number: string): void;
  /** Names of the departments of a person, the primary one first. */
  places(number: string): readonly string[];
  department(name: string): { readonly parent: string; readonly leaders: readonly string[]; readonly order: number };
  items(): Promise<readonly string[]>;
}

async function openRiver(config: object = {}): Promise<River> {
  const bench = await openWorkbench();
  onTestFinished(() => bench.close());
  const hr = new PlainSystem('hr');
  await bench.connection('hr', hr.connector, {});
  const sandbox = await openSandbox(bench, config);
  const { tenant } = sandbox;
  const policy = { guard: roomy };
  const up = await bench.job({ name: 'hr in', connection: 'hr', direction: 'up', mapping: plainUp(), correlation: byNumber.up, policy });
  const down = await bench.job({
    name: 'feishu out',
    connection: 'feishu',
    direction: 'down',
    part: { department: '' },
    ...feishu.manifest.defaults.down!,
    policy,
  });
  const account = (number: string): SimUser => {
    const found = [...tenant.users.values()].find((user) => user.fields.employee_no === number);
    if (!found) throw new Error(`Feishu has no ${number}.`);
    return found;
  };
  return {
    bench,
    hr,
    sandbox,
    up,
    down,
    account,
    joins: (number) => {
      account(number).activated = true;
    },
    async sync() {
      await bench.run(up);
      return bench.run(down);
    },
    places: (number) =>
      account(number)
        .departments.toSorted((a, b) => orderIn(account(number), b) - orderIn(account(number), a))
        .map((key) => (key === '0' ? '0' : tenant.departments.get(key)!.name)),
    department(name) {
      const found = [...tenant.departments.values()].find((one) => one.name === name);
      if (!found) throw new Error(`Feishu has no department ${name}.`);
      return {
        parent: found.parent === '0' ? '0' : tenant.departments.get(found.parent)!.name,
        leaders: found.leaders.map((leader) => String(tenant.users.get(leader.user)!.fields.employee_no)),
        order: found.order,
      };
    },
    items: async () => (await listItems(bench.database, down, 1000)).map((item) => (JSON.parse(item.message) as { en: string }).en),
  };
}

const orderIn = (user: SimUser, key: string): number => user.orders.get(key)?.departmentOrder ?? 0;

function smallCompany(hr: PlainSystem): void {
  hr.department('top', null, { name: '总部', code: 'TOP' });
  hr.department('dev', 'top', { name: '研发', code: 'DEV' });
  hr.department('ops', 'top', { name: '运维', code: 'OPS' });
  for (let n = 1; n <= 12; n += 1) {
    hr.person(String(n), n % 2 ? 'dev' : 'ops', {
      phone: `138000000${String(n).padStart(2, '0')}`,
      mail: `p${n}@example.com`,
      login: `user${n}`,
      title: '工程师',
      ...(n > 1 ? { manager: '1' } : {}),
    });
  }
}

const lead = (id: string, order: number) => ({ to: { type: 'person', id }, order });

async function writesNothing(river: River): Promise<void> {
  const writes = river.sandbox.writes();
  const run = await river.sync();
  expect([run.counts.applied ?? 0, river.sandbox.writes() - writes]).toEqual([0, 0]);
}

describe('from the directory into Feishu', () => {
  it('a company is built, and the second run writes nothing', async () => {
    const river = await openRiver();
    smallCompany(river.hr);
    const first = await river.sync();
    expect(await river.items()).toEqual([]);
    expect(first.state).toBe('succeeded');
    expect(river.sandbox.tenant.users.size).toBe(12);
    expect(river.department('研发').parent).toBe('总部');
    expect(river.places('N-1')).toEqual(['研发']);
    expect(river.account('N-2').leader).toBe(river.account('N-1').key);
    expect(river.account('N-2').fields.mobile).toBe('+8613800000002');
    const writes = river.sandbox.writes();
    const again = await river.sync();
    expect([again.state, again.counts.applied ?? 0, river.sandbox.writes() - writes]).toEqual(['succeeded', 0, 0]);
    // Its app is made anew: every open_id is another one, and everybody is known again.
    river.sandbox.grant(LIMITED_APP, ALL_SCOPES);
    const { id, secret } = river.sandbox.apps.get(LIMITED_APP)!;
    await river.bench.connection('feishu', feishu, { ...river.sandbox.config, appId: id, appSecret: secret, longConnection: false });
    const tried = await river.bench.run(river.down, { dryRun: true });
    const anew = await river.sync();
    expect([says(tried), says(anew)]).toEqual([
      expect.stringContaining('the next run renews'),
      expect.stringContaining('12 account records'),
    ]);
    expect([anew.counts.applied ?? 0, river.sandbox.writes() - writes, await river.items()]).toEqual([0, 0, []]);
    river.hr.set('person', '7', { title: '主管' });
    await river.sync();
    expect(river.account('N-7').fields.job_title).toBe('主管');
    await writesNothing(river);
  });

  it('joiner, mover, leaver, manager change, rename, leaders and a second department arrive as they are', async () => {
    const river = await openRiver();
    const { hr } = river;
    smallCompany(hr);
    await river.sync();
    hr.department('dev', 'top', { name: '研发中心', code: 'DEV' });
    hr.set('department', 'dev', {}, { leader: [lead('1', 1), lead('3', 2)] });
    hr.department('lab', 'dev', { name: '实验室', code: 'LAB' });
    hr.person('13', 'lab', { phone: '13900000013', mail: 'p13@example.com', login: 'user13', manager: '3' });
    hr.person('2', ['lab', 'ops'], { phone: '13800000002', mail: 'p2@example.com', login: 'user2', title: '主管', manager: '3' });
    hr.set('person', '5', { status: 'departed' });
    // N-1 has accepted the invitation, N-3 has not: one is leader at once, the other is waited for.
    river.joins('N-1');
    await river.sync();
    await river.bench.approveAll();
    await river.sync();
    expect(river.department('研发中心')).toMatchObject({ parent: '总部', leaders: ['N-1'] });
    expect(await river.items()).toEqual([
      'Person 3 cannot be leader yet: the invitation to Feishu has not been accepted. The other leaders are set.',
    ]);
    river.joins('N-3');
    await river.sync();
    expect(await river.items()).toEqual([]);
    expect(river.department('研发中心')).toMatchObject({ parent: '总部', leaders: ['N-1', 'N-3'] });
    // The main leader and the deputy change places, and back.
    for (const [main, deputy] of [
      ['3', '1'],
      ['1', '3'],
    ] as const) {
      hr.set('department', 'dev', {}, { leader: [lead(main, 1), lead(deputy, 2)] });
      await river.sync();
      expect(river.department('研发中心').leaders).toEqual([`N-${main}`, `N-${deputy}`]);
    }
    expect(river.places('N-13')).toEqual(['实验室']);
    expect(river.places('N-2')).toEqual(['实验室', '运维']);
    expect(river.account('N-2').fields.job_title).toBe('主管');
    expect(river.account('N-2').leader).toBe(river.account('N-3').key);
    expect([river.account('N-5').frozen, river.account('N-5').resignedAt]).toEqual([true, null]);
    await writesNothing(river);
    // Thirty days later the account is deleted, once a person has said so.
    river.bench.clock.advance(31 * 86_400_000);
    await river.bench.tick();
    const asked = (await river.bench.held()).filter((row) => row.job === river.down && row.action === 'remove');
    expect(asked.map((row) => row.title)).toEqual(['Person 5']);
    await river.bench.engine.approve(
      asked.map((row) => row.id),
      'approver',
    );
    await river.bench.engine.drain();
    expect(river.account('N-5').resignedAt).not.toBe(null);
    expect([...river.sandbox.tenant.users.values()].filter((user) => user.resignedAt !== null).length).toBe(1);
  });

  it('who needs a number or an address is told so by the plan, and nothing is sent', async () => {
    const river = await openRiver();
    smallCompany(river.hr);
    river.hr.person('20', 'dev', { login: 'user20', mail: null });
    const run = await river.sync();
    expect(await river.items()).toEqual([
      'At least one of "mobile" (mobile phone), "email" (e-mail) needs a value. Fill one at the source.',
    ]);
    expect([run.state, river.sandbox.tenant.users.size]).toEqual(['warnings', 12]);
  });

  it('what Feishu would refuse for other reasons is told by the plan too: foreign numbers; own managers do not come so far', async () => {
    const river = await openRiver();
    const { hr } = river;
    smallCompany(hr);
    hr.person('21', 'dev', { login: 'user21', mail: null, phone: '+14155550123' });
    hr.person('22', 'dev', { login: 'user22', mail: 'p22@example.com', phone: '+14155550124', manager: '22' });
    const run = await river.sync();
    expect(await river.items()).toEqual([
      'A number from outside mainland China needs an e-mail address beside it. Fill "email" at the source; until then both are left as they are.',
    ]);
    expect((await listItems(river.bench.database, river.up, 1000)).map((item) => item.cause)).toEqual(['own-reference']);
    expect([river.sandbox.tenant.users.size, run.counts.failed ?? 0]).toEqual([13, 0]);
    expect(river.account('N-22').leader).toBe(null);
    await writesNothing(river);
  });

  it('a department name that Feishu refuses is told by the plan; with a substitute it is written, and stays as it is', async () => {
    const refusing = await openRiver();
    refusing.hr.department('rd', null, { name: '研发/测试', code: 'RD' });
    await refusing.sync();
    expect((await refusing.items()).join()).toContain('contains "/", which the target does not accept');
    expect(refusing.sandbox.tenant.departments.size).toBe(0);

    const writing = await openRiver({ substitute: '-' });
    writing.hr.department('rd', null, { name: '研发/测试', code: 'RD' });
    await writing.sync();
    expect(writing.department('研发-测试').parent).toBe('0');
    await writesNothing(writing);
  });

  it('an invitation per new account is counted: more than the limit are one question', async () => {
    const river = await openRiver();
    smallCompany(river.hr);
    const policy = { guard: { ...roomy, limits: { ...roomy.limits, messages: { count: 5, percent: 0 } } } };
    const defaults = feishu.manifest.defaults.down!;
    const careful = await river.bench.job({
      name: 'careful',
      connection: 'feishu',
      direction: 'down',
      part: { department: '' },
      ...defaults,
      policy,
    });
    await river.bench.run(1);
    const run = await river.bench.run(careful);
    const held = (await river.bench.held()).filter((row) => row.job === careful);
    expect([run.counts.held, held.length]).toEqual([12, 12]);
    expect(held.every((row) => row.kinds.includes('|messages|'))).toBe(true);
    expect(river.sandbox.tenant.users.size).toBe(0);
    // Where the connection invites nobody, nothing is sent, and nothing asked.
    await river.bench.connection('feishu', feishu, { ...river.sandbox.config, longConnection: false, invite: false });
    expect((await river.bench.run(careful)).counts.held ?? 0).toBe(0);
    expect(river.sandbox.tenant.users.size).toBe(12);
  });

  it('a create whose answer is lost makes nobody twice', async () => {
    const river = await openRiver();
    smallCompany(river.hr);
    river.sandbox.fault({ fault: 'lose-answer', on: 'write', at: 2, times: 4 });
    await river.sync();
    river.bench.clock.advance(3_600_000);
    await river.bench.tick();
    await river.sync();
    expect([river.sandbox.tenant.users.size, river.sandbox.tenant.departments.size]).toEqual([12, 3]);
    await writesNothing(river);
  });

  it('what nobody knows the outcome of is read back: a lost group, 41027 and 41032, carried out or not', async () => {
    const river = await openRiver();
    const { hr, sandbox } = river;
    smallCompany(hr);
    hr.group('crew', [
      ['person', '1'],
      ['person', '2'],
    ]);
    const contact = (n: number, title: string) => ({ phone: `138000000${n}`, mail: `p${n}@example.com`, login: `user${n}`, title });
    const settled = async (people: number): Promise<void> => {
      await river.sync();
      river.bench.clock.advance(3_600_000);
      await river.bench.tick();
      await river.sync();
      const { users, groups } = sandbox.tenant;
      expect([users.size, groups.size, [...groups.values()][0]?.users.size]).toEqual([people, 1, 2]);
      expect(await river.items()).toEqual([]);
      await writesNothing(river);
    };
    sandbox.misfire('POST /group');
    sandbox.misfire('POST /users', { code: 41027 });
    await settled(12);
    hr.person('13', 'ops', contact(13, '工程师'));
    hr.person('10', 'ops', contact(10, '主管'));
    sandbox.misfire('POST /users', { code: 41027, undone: true });
    sandbox.misfire('PATCH /users/:user_id', { code: 41032 });
    await settled(13);
    hr.person('12', 'ops', contact(12, '主管'));
    sandbox.misfire('PATCH /users/:user_id', { code: 41032, undone: true });
    await settled(13);
    expect(['N-10', 'N-12'].map((number) => river.account(number).fields.job_title)).toEqual(['主管', '主管']);
  });
});
