// Somebody leaves and everything is closed at once, after a second look; the leaver sheet says what is closed, when and by which run, and what is open.
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Connector } from '../../src/connector-kit/contract.ts';
import { patchJob } from '../../src/store/jobs.ts';
import { previewClosing } from '../../src/engine/leavers/closing.ts';
import { listRuns } from '../../src/store/runs.ts';
import { startSlapd } from '../../test/servers/slapd.ts';
import { ask, refusal } from '../../test/support/asking.ts';
import { emptyTree, TARGET } from '../../test/support/ldap-pair.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';
import { differences, openWorld, systems, type World } from '../undo/world.ts';

const MINUTE = 60_000;

async function company(): Promise<World> {
  const server = await startSlapd({ suffix: TARGET, ldif: emptyTree(TARGET), sizelimit: 'unlimited' });
  onTestFinished(() => server.stop());
  const world = await openWorld({ url: server.url, rootDn: server.rootDn, password: server.password, base: TARGET });
  world.hr.department('main');
  for (const id of ['1', '2', '3']) world.hr.person(id, 'main', { login: `user${id}`, phone: `1380000000${id}` });
  world.hr.set('person', '3', { manager: '1' });
  for (const system of systems) await world.bench.run(world.jobs[system]);
  return world;
}

const idOf = async ({ bench }: Pick<World, 'bench'>, number: string): Promise<string> =>
  (await bench.objects('person')).find((person) => person.data.employeeNumber === number)!.id;

/** Where the account of that person may be used. */
async function usable(world: World, id: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const system of systems) {
    const seen = (await world.look(system)).get(`person ${id}`);
    if (seen?.get(system === 'directory' ? 'lifecycle' : 'enabled') === (system === 'directory' ? 'active' : 'true')) found.push(system);
  }
  return found;
}

const close = async (world: Pick<World, 'bench'>, person: string): Promise<readonly number[]> => {
  const { token } = await ask(world, 'leaver.preview', { person });
  return (await ask(world, 'leaver.close', { person, token })).runs;
};
const stateOf = (world: World, job: number, state: string): Promise<void> =>
  world.bench.database.write((transaction) => patchJob(transaction, job, { state }));

describe('closing everything that a person has', () => {
  it('reaches every system before all else, also those of paused jobs, stays so whatever the source says, and ends with its word', async () => {
    const world = await company();
    const { bench, jobs, hr } = world;
    const id = await idOf(world, 'N-1');
    const others = await world.look('ldap');
    await stateOf(world, jobs.ldap, 'paused');
    await stateOf(world, jobs.scim, 'disabled');
    const looked = await ask(world, 'leaver.preview', { person: 'N-1' });
    expect(looked.closings.map(({ connection, does }) => [connection, does])).toEqual([
      [null, 'leave'],
      ['feishu', 'disable'],
      ['ldap', 'disable'],
      ['scim', 'refused'],
    ]);
    expect(await usable(world, id)).toEqual([...systems]);
    expect(await refusal(ask(world, 'leaver.close', { person: 'N-2', token: looked.token }))).toContain('no token of a preview');
    expect(await refusal(ask(world, 'leaver.close', { person: id, token: `${looked.token}x` }))).toContain('no token of a preview');
    // A full comparison was asked for before.
    const full = await bench.engine.enqueue({ job: jobs.feishu, mode: 'full', actor: 'test' });
    const { runs } = await ask(world, 'leaver.close', { person: id, token: looked.token, why: 'dismissed' });
    expect(runs).toHaveLength(3);
    const ended = await bench.engine.drain();
    expect(ended.map((run) => run.id)).toEqual([...runs, full]);
    expect(ended.map((run) => run.state)).toEqual(['succeeded', 'succeeded', 'succeeded', 'succeeded']);
    expect(await usable(world, id)).toEqual(['scim']);
    // Nobody else is touched, and nothing but the account's being usable.
    expect(differences(others, await world.look('ldap')).every((place) => place.startsWith(`person ${id} `))).toBe(true);

    const first = await ask(world, 'leaver.sheet', { person: id });
    expect(first).toMatchObject({
      person: { number: 'N-1', lifecycle: 'departed' },
      left: { by: 'ann', closed: true, why: 'dismissed' },
      open: 1,
      closable: false,
    });
    expect(first.text.en).toContain('Reason: dismissed');
    expect(first.systems.map(({ connection, state, how, run }) => [connection, state, how, run])).toEqual([
      ['feishu', 'closed', 'disabled', runs[1]],
      ['ldap', 'closed', 'disabled', runs[2]],
      ['scim', 'open', null, null],
    ]);
    expect(first.systems[2]!.why.map((label) => label.en).join()).toContain('is disabled and writes nothing');
    expect(first.text.zh).toContain('仍未关闭：1 / 3。');

    // What the source still says does not open it again; the job that was disabled closes the rest when it runs.
    await stateOf(world, jobs.scim, 'enabled');
    await stateOf(world, jobs.ldap, 'enabled');
    bench.clock.advance(90 * MINUTE);
    for (const system of systems) await bench.run(jobs[system]);
    expect(await usable(world, id)).toEqual([]);
    const second = await ask(world, 'leaver.sheet', { person: 'N-1' });
    expect(second).toMatchObject({ open: 0 });
    const scim = second.systems.find((system) => system.connection === 'scim')!;
    expect(scim.afterMs).toBe(scim.closedAt! - second.left!.at);
    expect(scim.afterMs).toBeGreaterThanOrEqual(90 * MINUTE);
    expect(second.text.en).toMatch(/\[x\] scim {2}\S+ {2}disabled · .* · after 1 h 30 min/);
    expect(await close(world, id)).toEqual([]);
    for (const system of ['directory', 'ldap'] as const) {
      const run = await bench.run(jobs[system]);
      expect([system, run.counts.applied ?? 0]).toEqual([system, 0]);
    }

    // The source comes to the same word, and later to another one: it decides again.
    hr.set('person', '1', { status: 'departed' });
    await bench.run(jobs.directory);
    expect((await ask(world, 'pin.list', { object: id })).pins).toEqual([]);
    hr.set('person', '1', { status: 'active' });
    for (const system of ['directory', 'ldap'] as const) await bench.run(jobs[system]);
    expect(await usable(world, id)).toEqual(['directory', 'ldap']);
    expect((await ask(world, 'leaver.sheet', { person: id })).left).toBeNull();
  });

  it('waits for the brake, which the sheet says, never touches the protected, and can be taken back', async () => {
    const world = await company();
    const { bench, jobs, hr } = world;
    const id = await idOf(world, 'N-2');
    await bench.engine.hold('connection:ldap', 'a look at it', 'ann');
    const account = (await ask(world, 'leaver.sheet', { person: id })).systems.find((system) => system.connection === 'feishu')!.account!;
    await bench.database.write((transaction) =>
      transaction.insert('protected', ['connection', 'type', 'external_id', 'reason'], [['feishu', 'person', account, 'the owner']]),
    );
    const looked = await ask(world, 'leaver.preview', { person: id });
    expect(looked.closings.find((closing) => closing.connection === 'feishu')).toMatchObject({ does: 'refused' });
    await ask(world, 'leaver.close', { person: id, token: looked.token });
    await bench.engine.drain();
    expect(await usable(world, id)).toEqual(['ldap', 'feishu']);
    const open = await ask(world, 'leaver.sheet', { person: id });
    expect(open.open).toBe(2);
    expect(open.systems.find((system) => system.connection === 'ldap')!.why[0]!.en).toContain('The brake is on (ann: a look at it)');
    await bench.engine.release('connection:ldap', 'ann');
    bench.clock.advance(MINUTE);
    await bench.tick();
    expect(await usable(world, id)).toEqual(['feishu']);
    // Taken back in the directory, the source's word stands again, and the accounts follow.
    const [run] = (await listRuns(bench.database, { limit: 100 })).filter((one) => one.order?.kind === 'close' && !one.dryRun).toReversed();
    await ask(world, 'undo.start', { run: run!.id });
    await bench.engine.drain();
    for (const system of systems) await bench.run(jobs[system]);
    expect(await usable(world, id)).toEqual([...systems]);
    // Who has gone from the source is on a sheet as well.
    hr.delete('person', '2');
    bench.clock.advance(MINUTE);
    for (const system of systems) await bench.run(jobs[system]);
    const gone = await ask(world, 'leaver.sheet', { person: id });
    expect(gone.left).toMatchObject({ jobName: 'in', closed: false, why: null });
    expect(gone.systems.map(({ connection, how }) => [connection, how])).toEqual([
      ['feishu', null],
      ['ldap', 'removed'],
      ['scim', 'removed'],
    ]);
  });

  it('asks no question, however many are closed, also where the policy keeps accounts of leavers, and waits for a system that is away', async () => {
    const scene: Scene = await openScene({ people: 30, down: { policy: { leaver: { departed: 'keep' } } } });
    await scene.sync();
    await scene.bench.approveAll();
    const enabled = (): number => scene.app.all('person').filter((account) => account.enabled).length;
    expect(enabled()).toBe(30);
    for (let n = 1; n <= 12; n++) await close(scene, `N-${n}`);
    await scene.bench.engine.drain();
    expect(enabled()).toBe(18);
    expect(await scene.heldIn('open')).toEqual([]);
    await scene.sync();
    expect(enabled()).toBe(18);
    const departed = (await scene.people()).filter((person) => person.lifecycle === 'departed');
    expect(departed).toHaveLength(12);
    // A system that is away is closed as soon as it answers.
    scene.app.dials.unreachable = true;
    const looked = await ask(scene, 'leaver.preview', { person: 'N-20' });
    expect(looked.closings.map((closing) => closing.does)).toEqual(['leave', 'unreachable']);
    await ask(scene, 'leaver.close', { person: 'N-20', token: looked.token });
    await scene.bench.engine.drain();
    expect((await scene.known('20'))!.lifecycle).toBe('departed');
    const sheet = await ask(scene, 'leaver.sheet', { person: 'N-20' });
    const [open] = sheet.systems;
    expect(open!.why.map((label) => label.en).join('|')).toMatch(
      /^The system does not answer since .* UTC; it is asked again every 30 seconds, and the account is closed/,
    );
    expect(open!.why[0]!.en).toContain('Until then ask whoever runs it to close the account there by hand.');
    scene.bench.clock.advance(15_000);
    // The first failure is enough: whoever looks at the inbox or the sync center sees that it is not done.
    const waits = async () =>
      (await ask(scene, 'waiting.list', {})).waiting.map(({ kind, urgency, connection }) => [kind, urgency, connection]);
    expect(await waits()).toEqual([
      ['connection-away', 'stopped', 'app'],
      ['closing-open', 'stopped', 'app'],
    ]);
    expect((await ask(scene, 'status', {})).connections.find(({ id }) => id === 'app')!.awaySince).not.toBeNull();
    expect((await ask(scene, 'status', {})).jobs.find(({ id }) => id === scene.down)!.awaySince).not.toBeNull();
    scene.app.dials.unreachable = false;
    scene.bench.clock.advance(MINUTE);
    await scene.bench.tick();
    expect(scene.account('20')!.enabled).toBe(false);
    expect(await ask(scene, 'leaver.sheet', { person: 'N-20' })).toMatchObject({ open: 0 });
    expect(await waits()).toEqual([]);
  });

  it('is not held up by a system that is silent: after some seconds the others are closed, and that one as soon as it speaks', async () => {
    const scene: Scene = await openScene({ people: 3 });
    await scene.sync();
    await scene.bench.approveAll();
    scene.app.dials.silent = true;
    const { id } = (await scene.known('2'))!;
    const { closings, token } = await previewClosing(scene.bench.engine, id, 'ann', 50);
    expect(closings.map(({ does }) => does)).toEqual(['leave', 'unreachable']);
    expect(closings[1]!.says.en).toBe('Has not answered yet. It is closed as soon as it does; the others need not wait for it.');
    scene.app.dials.silent = false;
    await ask(scene, 'leaver.close', { person: id, token });
    await scene.bench.engine.drain();
    expect(scene.account('2')!.enabled).toBe(false);
  });
});

describe('who left by the word of a source', () => {
  it('waits in the inbox while the job of a system where the account is starts by hand, and the sheet names the account', async () => {
    const scene: Scene = await openScene({ people: 5 });
    await scene.sync();
    await scene.bench.approveAll();
    await scene.bench.run(scene.down);
    const waits = async () => (await ask(scene, 'waiting.list', {})).waiting.map(({ kind, job, count }) => [kind, job, count]);
    expect(await waits()).toEqual([]);
    scene.hr.set('person', '2', { status: 'departed' });
    scene.bench.clock.advance(MINUTE);
    await scene.bench.run(scene.up);
    expect(scene.account('2')!.enabled).toBe(true);
    expect(await waits()).toEqual([['left-below', scene.down, 1]]);
    const [open] = (await ask(scene, 'leaver.sheet', { person: 'N-2' })).systems;
    expect(open!.why[0]!.en).toMatch(/^It comes with the next run of "app out", which somebody starts/);
    expect(open!.accountName).toContain('N-2');
    expect((await ask(scene, 'leaver.sheet', { person: 'N-2' })).text.zh).toContain(open!.accountName!);
    scene.bench.clock.advance(MINUTE);
    await scene.bench.run(scene.down);
    expect(scene.account('2')!.enabled).toBe(false);
    expect(await waits()).toEqual([]);
  });
});

describe('a system that still lets a disabled account sign in', () => {
  it('says so with the plan, the run, the preview of closing and the leaver sheet, of its own accounts only', async () => {
    const world = await company();
    const { bench, jobs, hr } = world;
    const said = async (run: { readonly id: number }) => (await ask(world, 'run.get', { run: run.id })).run.staysOpen;
    expect(await said(await bench.run(jobs.ldap))).toBeNull();

    hr.set('person', '1', { status: 'departed' });
    expect(await said(await bench.run(jobs.directory))).toBeNull();
    const dry = await bench.run(jobs.ldap, { dryRun: true });
    expect((await said(dry))!.en).toMatch(/^1 account that this run disables can still sign in .*"businessCategory=disabled".*ppolicy/);
    expect((await ask(world, 'run.plan', { run: dry.id })).run.staysOpen!.zh).toMatch(/^本次执行停用的 1 个账号在未检查标记/);
    expect((await said(await bench.run(jobs.ldap)))!.en).toMatch(/^1 account that this run disables can still sign in/);
    expect(await said(await bench.run(jobs.feishu))).toBeNull();
    // Later runs have nothing to say of it, and nothing is a warning.
    const later = await bench.run(jobs.ldap);
    expect([await said(later), later.state]).toEqual([null, 'succeeded']);

    const left = await ask(world, 'leaver.sheet', { person: 'N-1' });
    const still = (sheet: typeof left) =>
      sheet.systems.map(({ connection, staysOpen }) => [connection, staysOpen?.en.slice(0, 46) ?? null]);
    expect(still(left)).toEqual([
      ['feishu', null],
      ['ldap', 'The account is disabled, but can still sign in'],
      ['scim', null],
    ]);

    const { closings } = await ask(world, 'leaver.preview', { person: 'N-2' });
    expect(closings.map(({ connection, says }) => [connection, says.en.includes('can still sign in')])).toEqual([
      [null, false],
      ['feishu', false],
      ['ldap', true],
      ['scim', false],
    ]);
    await close(world, 'N-2');
    await bench.engine.drain();
    const closed = await ask(world, 'leaver.sheet', { person: 'N-2' });
    expect(closed.open).toBe(0);
    expect(closed.text.en).toMatch(/\[x\] ldap .*\n +! The account is disabled, but can still sign in/);
    expect(closed.text.en).toContain('Everything is disabled, but not every account is closed by that');
  });
});

describe('a new account without a password', () => {
  it('is told with plan and run, where the system takes one and the job makes none', async () => {
    const { bench, jobs, hr } = await company();
    hr.person('4', 'main', { login: 'user4', phone: '13800000004' });
    expect((await ask({ bench }, 'run.get', { run: (await bench.run(jobs.directory)).id })).run.withoutPassword).toBeNull();
    const told = async (job: number, dryRun: boolean) =>
      (await ask({ bench }, 'run.get', { run: (await bench.run(job, { dryRun })).id })).run.withoutPassword?.en ?? null;
    for (const dryRun of [true, false])
      expect(await told(jobs.ldap, dryRun)).toMatch(/^1 new account has no password: .*New accounts, in its policy and protection/);
    expect(await told(jobs.ldap, false)).toBeNull();
    // There an invitation takes its place.
    expect(await told(jobs.feishu, true)).toBeNull();
  });
});

describe('a source that shows less than before', () => {
  /** Twelve people in HR, one of whom has left long ago by its own word, and one whom somebody closes by hand. */
  async function closedOne(): Promise<{ scene: Scene; id: string; stands: () => Promise<unknown> }> {
    const scene = await openScene({});
    scene.hr.department('main');
    for (let number = 1; number <= 12; number++) scene.hr.person(String(number), 'main');
    await scene.sync();
    scene.hr.set('person', '12', { status: 'departed' });
    await scene.sync();
    const id = await idOf(scene, 'N-1');
    await close(scene, id);
    await scene.bench.engine.drain();
    const lives = async () =>
      Object.fromEntries((await scene.bench.objects('person')).map((one) => [String(one.data.employeeNumber), one.lifecycle]));
    const usable = () =>
      scene.app
        .all('person')
        .flatMap((one) => (one.enabled === false ? [] : [String(one.attributes.number)]))
        .toSorted();
    return { scene, id, stands: async () => ({ lives: await lives(), usable: usable() }) };
  }

  it.each([
    ['an empty file', 12],
    ['half a file', 6],
  ])('%s opens nobody who was closed and changes nobody who has left, nor does the whole file afterwards', async (_name, lost) => {
    const { scene, id, stands } = await closedOne();
    const before = await stands();
    expect(before).toMatchObject({ lives: { 'N-1': 'departed', 'N-2': 'active', 'N-12': 'departed' } });
    const people = scene.hr.all('person').slice(0, lost);
    for (const person of people) scene.hr.delete('person', person.id);
    const less = await scene.sync();
    expect(less.up.counts.applied ?? 0).toBe(0);
    expect(await stands()).toEqual(before);
    for (const person of people) scene.hr.put('person', person.id, person.attributes, person.edges, person.enabled);
    await scene.sync();
    await scene.sync();
    expect(await stands()).toEqual(before);
    expect(await ask(scene, 'leaver.sheet', { person: id })).toMatchObject({ open: 0 });
  });
});

describe('an account that is disabled since somebody left', () => {
  it('says in the plan that it is deleted later, where the job is set so, and after how many days', async () => {
    const scene = await openScene({ people: 20, up: { policy: { guard: roomy } }, down: { policy: { guard: roomy } } });
    await scene.sync();
    scene.hr.set('person', '2', { status: 'departed' });
    const later = async () => {
      const { down } = await scene.sync();
      return (await ask(scene, 'run.changes', { run: down.id, actions: ['disable'] })).changes.map((one) => one.later);
    };
    expect(await later()).toEqual([
      {
        en: 'Deleted 30 days later, once somebody has confirmed it, unless they come back.',
        zh: '30 天后删除（需人工确认）；期间重新出现则不删除。',
      },
    ]);
    await ask(scene, 'job.update', { job: scene.down, settings: { policy: { leaver: { departed: 'disable' } } }, withoutForecast: true });
    scene.hr.set('person', '3', { status: 'departed' });
    expect(await later()).toEqual([null]);
  });

  it('is deleted after a confirmation, and says so, where only those who departed are deleted without one', async () => {
    const scene = await openScene({
      people: 10,
      up: { policy: { guard: roomy } },
      down: {
        policy: { guard: { ...roomy, deletions: 'hold-unless-departed' }, leaver: { leftScope: { disableThenDeleteAfterDays: 1 } } },
        scope: { rules: { person: 'title != "Out"' } },
      },
    });
    const { hr, bench } = scene;
    await scene.sync();
    hr.set('person', '1', { title: 'Out' });
    hr.set('person', '2', { status: 'departed' });
    await bench.run(scene.up);
    const run = await bench.run(scene.down);
    const said = async () =>
      Object.fromEntries(
        (await ask(scene, 'run.changes', { run: run.id, actions: ['disable'] })).changes.map((one) => [one.situation, one.later?.en]),
      );
    const asSet = {
      'out-of-scope': 'Deleted 1 day later, once somebody has confirmed it, unless they come back.',
      departed: 'Deleted 30 days later, unless they come back.',
    };
    expect(await said()).toEqual(asSet);
    // Of this run it stays true what its settings were.
    await ask(scene, 'job.update', { job: scene.down, settings: { policy: { leaver: { leftScope: 'disable' } } }, withoutForecast: true });
    expect(await said()).toEqual(asSet);
  });

  it('says nothing of deleting where the target cannot delete', async () => {
    const scene = await openScene({ people: 6, up: { policy: { guard: roomy } }, down: { policy: { guard: roomy } } });
    const { app, bench, hr } = scene;
    await scene.sync();
    app.offers.set('person', ['create', 'update', 'disable']);
    (bench.engine.options.connectors as Map<string, Connector>).set('app', app.connector);
    hr.set('person', '1', { status: 'departed' });
    await bench.run(scene.up);
    const run = await bench.run(scene.down);
    const { changes } = await ask(scene, 'run.changes', { run: run.id });
    expect(changes.map((one) => [one.action, one.later])).toEqual([['disable', null]]);
  });
});

describe('an account that is closed because the source lost its owner', () => {
  it('says so in the plan of the app, and says nothing of a job where none took the person out of use', async () => {
    const scene = await openScene({ people: 4 });
    await scene.sync();
    scene.hr.delete('person', '2');
    const { down } = await scene.sync();
    expect(scene.account('2')).toMatchObject({ enabled: false });
    const because = async (run: number) =>
      (await ask(scene, 'run.changes', { run, actions: ['disable'] })).changes.map((one) => [one.situation, one.because.zh]);
    const job = (await ask(scene, 'job.get', { job: scene.up })).name;
    expect(await because(down.id)).toEqual([['changed', `源中已消失（${job}）`]]);
    await scene.bench.database.write((transaction) => transaction.run(`DELETE FROM change WHERE job = ?`, scene.up));
    expect(await because(down.id)).toEqual([['changed', '源中已停用']]);
    expect((await ask(scene, 'run.plan', { run: down.id })).groups).toMatchObject([{ action: 'disable', because: { zh: '源中已停用' } }]);
  });
});

it('a source in which the person has an account is named as open, since it is only read, until it shows the account as disabled', async () => {
  const scene = await openScene({
    people: 2,
    up: { policy: { guard: roomy } },
    down: { policy: { guard: roomy } },
    source: ({ connector }) => ({
      ...connector,
      manifest: {
        ...connector.manifest,
        types: connector.manifest.types.map((type) => (type.id === 'person' ? { ...type, isAccount: true as const } : type)),
      },
    }),
  });
  await scene.sync();
  const { closings } = await ask(scene, 'leaver.preview', { person: 'N-1' });
  expect(closings.map(({ connection, does }) => [connection, does])).toEqual([
    [null, 'leave'],
    ['app', 'disable'],
    ['hr', 'refused'],
  ]);
  expect(closings[2]!.says.en).toBe('Tributary only reads this system: close the account there by hand.');
  expect(await ask(scene, 'leaver.sheet', { person: 'N-1' })).toMatchObject({ open: 2, closable: true });
  await close(scene, 'N-1');
  await scene.bench.engine.drain();
  const sheet = await ask(scene, 'leaver.sheet', { person: 'N-1' });
  expect(sheet.systems.map(({ connection, state }) => [connection, state])).toEqual([
    ['app', 'closed'],
    ['hr', 'open'],
  ]);
  expect([sheet.open, sheet.systems[1]!.why]).toEqual([1, [closings[2]!.says]]);
  // Closing once more would close nothing, so it is not offered.
  expect(sheet.closable).toBe(false);
  const { attributes, edges } = scene.hr.get('person', '1')!;
  scene.hr.put('person', '1', attributes, edges, false);
  await scene.bench.run(scene.up);
  expect(await ask(scene, 'leaver.sheet', { person: 'N-1' })).toMatchObject({
    open: 0,
    systems: [{}, { state: 'closed', how: 'by-others' }],
  });
});
