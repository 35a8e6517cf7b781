// Feishu pushes: who is hired, moved or leaves on the sandbox's page is so in the directory at once, by callback and by long connection.
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Clock, EventReply } from '../../src/connector-kit/contract.ts';
import { feishu } from '../../src/connectors/feishu/index.ts';
import { signedRequest } from '../../src/connectors/feishu/simulator-events.ts';
import { listRuns } from '../../src/store/runs.ts';
import { createTestClock, type Workbench } from '../../test/support/workbench.ts';
import { APP, openCompany, type Company } from './company.ts';

/** Compared once a year, so that no comparison comes by itself. */
const live = { trigger: { kind: 'event', reconcile: { cron: '0 3 1 1 *' } } } as const;

async function act(company: Company, action: string, form: Record<string, string>): Promise<void> {
  await fetch(`${company.sandbox.address}/sandbox/${action}`, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' });
}

const stateOf = async (company: Company, name: string) => {
  const found = (await company.bench.objects('person')).find((row) => row.data.displayName === name);
  return found && { lifecycle: found.lifecycle, title: found.data.title };
};

const placeOf = async ({ bench }: Company, name: string) => {
  const found = (await bench.objects('person')).find((row) => row.data.displayName === name);
  const names = new Map((await bench.objects('department')).map((row) => [row.id, row.data.name]));
  const edges = await bench.database.all<{ to_id: string }>(
    `SELECT to_id FROM edge WHERE relation = 'membership' AND owner = ?`,
    found?.id ?? '',
  );
  return found && { lifecycle: found.lifecycle, departments: edges.map(({ to_id: id }) => names.get(id)) };
};

/** Sends an event about whoever was hired last, as Feishu does. */
function eventsOf({ bench, sandbox }: Company): (type: string, id?: string) => Promise<EventReply> {
  const { encryptKey, verificationToken: token } = sandbox.config as { encryptKey: string; verificationToken: string };
  return (type, id = type) => {
    const user = [...sandbox.tenant.users.values()].at(-1)!;
    const plain = {
      schema: '2.0',
      header: { event_id: id, event_type: type, token, create_time: String(bench.clock.now()), app_id: APP },
      event: { object: { open_id: sandbox.tenant.openId(APP, user.key) } },
    };
    const { headers, body } = signedRequest({ encryptKey }, JSON.stringify(plain), bench.clock.now());
    return bench.engine.receive('feishu', {
      method: 'POST',
      headers,
      query: {},
      body: new TextEncoder().encode(body),
      now: bench.clock.now(),
    });
  };
}

describe('what happens in Feishu', () => {
  it('comes to the callback URL, is verified and stored, and only what it names is read', async () => {
    const company = await openCompany(20, { job: live });
    const { sandbox, bench } = company;
    await company.sync();
    const { encryptKey, verificationToken: token } = sandbox.config as { encryptKey: string; verificationToken: string };
    const receive = async (plain: object) => {
      const { headers, body } = signedRequest({ encryptKey }, JSON.stringify(plain), bench.clock.now());
      return bench.engine.receive('feishu', {
        method: 'POST',
        headers,
        query: {},
        body: new TextEncoder().encode(body),
        now: bench.clock.now(),
      });
    };
    const hello = await receive({ challenge: 'c1', token, type: 'url_verification' });
    expect([hello.status, hello.body]).toEqual([200, '{"challenge":"c1"}']);
    await act(company, 'hire', { name: '韩梅梅', mobile: '13900000001', number: 'N900', department: company.departments[1]! });
    const hired = [...sandbox.tenant.users.values()].at(-1)!;
    const reads = sandbox.answered.get('GET /open-apis/contact/v3/users/find_by_department');
    const event = (type: string, id: string) => ({
      schema: '2.0',
      header: { event_id: id, event_type: type, token, create_time: String(bench.clock.now()), app_id: APP },
      event: { object: { open_id: sandbox.tenant.openId(APP, hired.key) } },
    });
    for (const id of ['e1', 'e1']) expect((await receive(event('contact.user.created_v3', id))).status).toBe(200);
    await bench.engine.drain();
    expect(await stateOf(company, '韩梅梅')).toMatchObject({ lifecycle: 'active' });
    expect(sandbox.answered.get('GET /open-apis/contact/v3/users/find_by_department')).toBe(reads);
    await act(company, 'leave', { user: hired.key });
    await receive(event('contact.user.deleted_v3', 'e2'));
    await bench.engine.drain();
    expect(await stateOf(company, '韩梅梅')).toMatchObject({ lifecycle: 'suspended' });
  });

  it('is looked at by every job of the connection: who moves from what one covers to what another covers is never let go between them', async () => {
    const company = await openCompany(16);
    const { sandbox, bench, departments } = company;
    await bench.engine.setJobState(company.job, 'disabled', 'ann');
    const partOf = (at: number) =>
      bench.job({
        name: `part ${at}`,
        connection: 'feishu',
        direction: 'up',
        part: { department: departments[at]! },
        ...feishu.manifest.defaults.up!,
        ...live,
      });
    const jobs = [await partOf(1), await partOf(2)];
    for (const job of jobs) await bench.run(job);
    const receive = eventsOf(company);
    /** One event; what it names is looked at by both. */
    const told = async (type: string) => {
      const before = (await listRuns(bench.database, { limit: 100 })).length;
      await receive(type);
      await bench.engine.drain();
      const runs = (await listRuns(bench.database, { limit: 100 })).slice(0, -before);
      expect(runs.map(({ job, mode, cause }) => [job, mode, cause]).toSorted()).toEqual(jobs.map((job) => [job, 'keys', 'event']));
      return placeOf(company, '韩梅梅');
    };
    await act(company, 'hire', { name: '韩梅梅', mobile: '13900000001', number: 'N900', department: departments[4]! });
    expect(await told('contact.user.created_v3')).toEqual({ lifecycle: 'active', departments: ['部门4'] });
    const user = [...sandbox.tenant.users.values()].at(-1)!.key;
    await act(company, 'move', { user, department: departments[5]! });
    expect(await told('contact.user.updated_v3')).toEqual({ lifecycle: 'active', departments: ['部门5'] });
    await act(company, 'leave', { user });
    expect(await told('contact.user.deleted_v3')).toMatchObject({ lifecycle: 'suspended' });
  });

  it('comes over the long connection, too, without a public address', async () => {
    // Long waits end only when they are cut off: the signs of life of an open line would make the years fly.
    const late: { bench?: Workbench } = {};
    const before = createTestClock();
    const inner = () => late.bench?.clock ?? before;
    const clock: Clock = {
      now: () => inner().now(),
      sleep: (ms, signal) =>
        ms < 10_000
          ? inner().sleep(ms, signal)
          : new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true })),
    };
    const company = await openCompany(20, { job: live, connection: { longConnection: true }, engine: { clock } });
    const { sandbox, bench } = company;
    late.bench = bench;
    await company.sync();
    const woken: (() => void)[] = [];
    const wake = (): Promise<void> => new Promise((resolve) => void woken.push(resolve));
    const watches = bench.engine.watch(() => woken.splice(0).forEach((resolve) => resolve()));
    onTestFinished(() => watches.close());
    await watches.tend();
    while (sandbox.connections.size === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    const heard = wake();
    await act(company, 'hire', { name: '李雷', mobile: '13900000002', number: 'N901', department: company.departments[2]! });
    await heard;
    for (let left = 50; left > 0 && !(await stateOf(company, '李雷')); left -= 1) await bench.tick();
    expect(await stateOf(company, '李雷')).toMatchObject({ lifecycle: 'active' });
    // A changed range is nothing that keys could tell: everything is compared soon, and nobody is harmed.
    const state = await company.state();
    const told = wake();
    sandbox.narrow(APP, { all: false, departments: new Set([company.departments[1]!]), users: new Set(), groups: new Set() });
    await told;
    bench.clock.advance(3_600_000);
    const modes: string[] = [];
    for (let left = 50; left > 0 && !modes.includes('full'); left -= 1) modes.push(...(await bench.tick()).map((run) => run.mode));
    expect(modes).toContain('full');
    expect(await company.state()).toEqual(state);
    await watches.close();
  });
});
