// Real time: an event above is an account below, once, leavers first; what nobody told is found by the reconcile.
import { describe, expect, it } from 'vitest';
import type { Connector, IncomingEvent, TouchedKey } from '../../src/connector-kit/contract.ts';
import { listRuns, runKeys } from '../../src/store/runs.ts';
import { countTouched, touch } from '../../src/store/real-time.ts';
import { openScene, roomy, type JobPart, type Scene } from '../../test/support/plain-scene.ts';
import type { PlainSystem } from '../../test/support/plain-system.ts';
import { eventOf, speaking, type Told } from '../../test/support/speaking.ts';

/** The plain system with a voice: events in a body that says who sends them, and a long connection that `say` feeds. */
function telling(system: PlainSystem): { connector: Connector; say(keys: readonly TouchedKey[] | Error): void } {
  const waiting: ((keys: readonly TouchedKey[] | Error) => void)[] = [];
  const said: (readonly TouchedKey[] | Error)[] = [];
  const inner = speaking(system.connector);
  const connector: Connector = {
    manifest: inner.manifest,
    open: async (context) => ({
      ...(await inner.open(context)),
      async *watch({ signal }) {
        for (;;) {
          const next =
            said.shift() ??
            (await new Promise<readonly TouchedKey[] | Error>((resolve) => {
              waiting.push(resolve);
              signal.addEventListener('abort', () => resolve(new Error('aborted')), { once: true });
            }));
          if (next instanceof Error) throw next;
          yield next;
        }
      },
    }),
  };
  return {
    connector,
    say(keys) {
      const taker = waiting.shift();
      if (taker) taker(keys);
      else said.push(keys);
    },
  };
}

const event = (told: Told, secret?: string): IncomingEvent => eventOf(told.id, told.keys, secret);
const person = (id: string, leaver = false): TouchedKey => ({ type: 'person', id, ...(leaver ? { leaver } : {}) });

const live: JobPart = { trigger: { kind: 'event' } };
const open = { policy: { guard: roomy } };

async function openLive(
  people: number,
  up: JobPart = open,
  down: JobPart = open,
): Promise<Scene & { say: (keys: readonly TouchedKey[] | Error) => void }> {
  let say: (keys: readonly TouchedKey[] | Error) => void = () => {};
  const source = (system: PlainSystem): Connector => {
    const voice = telling(system);
    say = voice.say;
    return voice.connector;
  };
  const scene = await openScene({ people, source, up: { ...live, ...up }, down: { ...live, ...down } });
  await scene.sync();
  await scene.bench.tick();
  return { ...scene, say };
}
const runsOf = async (scene: Scene, job: number) => (await listRuns(scene.bench.database, { job, limit: 100 })).toReversed();

describe('an event', () => {
  it('brings a new person through the directory into the app, with nothing read but what it names', async () => {
    const scene = await openLive(20);
    scene.hr.person('21', 'main');
    scene.hr.person('22', 'main');
    expect((await scene.bench.engine.receive('hr', event({ id: 'e1', keys: [person('21')] }))).status).toBe(200);
    await scene.bench.engine.drain();
    expect(scene.account('21')).toMatchObject({ enabled: true });
    expect(scene.account('22')).toBeUndefined();
  });

  it('that comes twice, or touches one person many times, is one run and one write', async () => {
    const scene = await openLive(5);
    scene.hr.set('person', '1', { title: 'Lead' });
    const before = (await runsOf(scene, scene.up)).length;
    const writes = scene.app.writes;
    for (const id of ['e1', 'e1', 'e2', 'e3']) await scene.bench.engine.receive('hr', event({ id, keys: [person('1'), person('1')] }));
    await scene.bench.engine.drain();
    expect(scene.account('1')?.attributes.title).toBe('Lead');
    expect((await runsOf(scene, scene.up)).length).toBe(before + 1);
    expect(scene.app.writes).toBe(writes + 1);
    await scene.bench.engine.receive('hr', event({ id: 'e1', keys: [person('1')] }));
    await scene.bench.engine.drain();
    expect((await runsOf(scene, scene.up)).length).toBe(before + 1);
  });

  it('in a crowd is stored with the others: two hundred of them are few commits, each is answered, and none is lost or doubled', async () => {
    const scene = await openLive(100);
    const { database, engine } = scene.bench;
    const before = (await runsOf(scene, scene.up)).length;
    const write = database.write.bind(database);
    let commits = 0;
    database.write = (work, how) => {
      commits += 1;
      return write(work, how);
    };
    for (let id = 1; id <= 100; id++) scene.hr.set('person', String(id), { title: 'New' });
    const told = Array.from({ length: 200 }, (_, n) => event({ id: `e${n % 100}`, keys: [person(String((n % 100) + 1))] }));
    const replies = await Promise.all(told.map((one) => engine.receive('hr', one)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(200);
    expect(commits).toBeLessThan(50);
    expect(await countTouched(database, scene.up)).toBe(100);
    await engine.drain();
    expect((await runsOf(scene, scene.up)).length).toBe(before + 1);
    expect(scene.app.all('person').filter(({ attributes }) => attributes.title === 'New')).toHaveLength(100);
  });

  it('of a stranger is refused and touches nobody', async () => {
    const scene = await openLive(3);
    scene.hr.set('person', '1', { title: 'Lead' });
    expect((await scene.bench.engine.receive('hr', event({ id: 'e1', keys: [person('1')] }, 'guessed'))).status).toBe(401);
    expect((await scene.bench.engine.receive('nobody', event({ id: 'e1', keys: [person('1')] }))).status).toBe(404);
    await scene.bench.engine.drain();
    expect(scene.account('1')?.attributes.title).not.toBe('Lead');
  });

  it('of a system that is away waits in the run; the person is right when it is back', async () => {
    const scene = await openLive(3);
    scene.hr.set('person', '1', { title: 'Lead' });
    scene.app.dials.unreachable = true;
    await scene.bench.engine.receive('hr', event({ id: 'e1', keys: [person('1')] }));
    await scene.bench.engine.drain();
    scene.app.dials.unreachable = false;
    for (let minute = 0; minute < 3; minute++) {
      scene.bench.clock.advance(61_000);
      await scene.bench.tick();
    }
    expect(scene.account('1')?.attributes.title).toBe('Lead');
  });

  it('that says everything may have changed starts a comparison of everything, once', async () => {
    const scene = await openLive(3);
    scene.hr.person('4', 'main');
    for (const id of ['e1', 'e2']) await scene.bench.engine.receive('hr', event({ id, keys: 'everything' }));
    await scene.bench.engine.drain();
    expect(scene.account('4')).toBeDefined();
    expect((await runsOf(scene, scene.up)).filter((run) => run.mode === 'full' && run.cause === 'event')).toHaveLength(1);
  });
});

describe('service', () => {
  it('goes to leavers first, however many others were there before', async () => {
    const scene = await openLive(10);
    const { database } = scene.bench;
    await database.write((transaction) =>
      touch(
        transaction,
        Array.from({ length: 1200 }, (_, n) => ({ job: scene.up, type: 'person', source_key: `ghost-${n}`, at: 1 })),
      ),
    );
    scene.hr.delete('person', '3');
    await scene.bench.engine.receive('hr', event({ id: 'e1', keys: [person('3', true)] }));
    await scene.bench.engine.drain();
    const [first] = (await runsOf(scene, scene.up)).filter((run) => run.mode === 'keys');
    const looked = await runKeys(database, first!.id, 'person', '', 1000);
    expect(looked).toContain('3');
    expect(looked).toHaveLength(500);
    expect(await countTouched(database, scene.up)).toBe(0);
  });

  it('of a flood is one comparison instead of a look at each', async () => {
    const scene = await openLive(4);
    await scene.bench.database.write((transaction) =>
      touch(
        transaction,
        Array.from({ length: 10_001 }, (_, n) => ({ job: scene.up, type: 'person', source_key: `ghost-${n}`, at: 1 })),
      ),
    );
    await scene.bench.engine.drain();
    expect((await runsOf(scene, scene.up)).filter((run) => run.mode === 'keys')).toHaveLength(0);
    expect(await countTouched(scene.bench.database, scene.up)).toBe(0);
  });
});

describe('a committed change of the directory', () => {
  it('reaches the app at once; several of one person are one write', async () => {
    const scene = await openLive(6);
    const writes = scene.app.writes;
    scene.hr.set('person', '1', { title: 'A' });
    await scene.bench.run(scene.up, { keys: [person('1')] });
    expect(scene.account('1')?.attributes.title).toBe('A');
    expect(scene.app.writes).toBe(writes + 1);
    // While nothing may leave, one person changes three times, and another once.
    await scene.bench.engine.hold('connection:app', 'maintenance', 'ann');
    for (const title of ['B', 'C', 'D']) {
      scene.hr.set('person', '1', { title });
      await scene.bench.run(scene.up, { keys: [person('1')] });
    }
    scene.hr.set('person', '2', { title: 'E' });
    await scene.bench.run(scene.up, { keys: [person('2')] });
    expect([scene.account('1')?.attributes.title, scene.app.writes]).toEqual(['A', writes + 1]);
    await scene.bench.engine.release('connection:app', 'ann');
    await scene.bench.tick();
    expect([scene.account('1')?.attributes.title, scene.account('2')?.attributes.title]).toEqual(['D', 'E']);
    expect(scene.app.log.slice(writes + 1)).toHaveLength(2);
  });

  it('reaches people who only stand below it: a renamed department is seen where it is used', async () => {
    const scene = await openLive(6);
    const before = (await runsOf(scene, scene.down)).length;
    scene.hr.set('department', 'main', { name: 'Main house' });
    await scene.bench.run(scene.up, { keys: [{ type: 'department', id: 'main' }] });
    const run = (await runsOf(scene, scene.down)).at(-1)!;
    expect((await runsOf(scene, scene.down)).length).toBe(before + 1);
    expect(await runKeys(scene.bench.database, run.id, 'person', '', 99)).toHaveLength(6);
    expect(scene.app.all('department').map((object) => object.attributes.name)).toEqual(['Main house']);
  });
});

describe('short runs of one system', () => {
  it('share one rate budget, so that many of them keep the limit that the system publishes', async () => {
    const calls: number[] = [];
    const source = (system: PlainSystem): Connector => {
      const { connector } = telling(system);
      return {
        ...connector,
        open: async (context) => {
          const connection = await connector.open(context);
          return {
            ...connection,
            get: async (...asked: Parameters<NonNullable<typeof connection.get>>) => {
              const leave = await context.pace.take('reads', { perSecond: 0.1 }, new AbortController().signal);
              calls.push(context.clock.now());
              return connection.get!(...asked).finally(leave);
            },
          };
        },
      };
    };
    const scene = await openScene({ people: 3, source, up: { ...live, ...open } });
    for (const id of ['1', '2', '3']) {
      await scene.bench.engine.receive('hr', event({ id: `e${id}`, keys: [person(id)] }));
      await scene.bench.engine.drain();
    }
    expect((await runsOf(scene, scene.up)).length).toBe(3);
    expect(calls).toHaveLength(3);
    for (const [index, at] of calls.entries()) expect(at - (calls[index - 1] ?? 0)).toBeGreaterThanOrEqual(10_000);
  });
});

describe('a job that lives by events', () => {
  it('is not enabled on a source that sends none; the refusal says what to do', async () => {
    await expect(openScene({ people: 1, up: live })).rejects.toThrow(/sends none. Give the job a schedule/);
  });
});

describe('what was not told', () => {
  it('is found by the reconcile, which is on unless it was turned off', async () => {
    const scene = await openLive(10);
    for (let id = 1; id <= 10; id++) scene.hr.set('person', String(id), { title: 'New' });
    for (let id = 2; id <= 10; id++) await scene.bench.engine.receive('hr', event({ id: `e${id}`, keys: [person(String(id))] }));
    await scene.bench.engine.drain();
    expect(scene.account('1')?.attributes.title).not.toBe('New');
    scene.days(1);
    await scene.bench.tick();
    await scene.bench.tick();
    expect(scene.account('1')?.attributes.title).toBe('New');
  });
});

describe('two thousand who have really left, told within a minute', () => {
  it('are no more disabled than the window allows; the rest is asked about', { timeout: 120_000 }, async () => {
    // Nothing flows on below: it is the question above that counts.
    const scene = await openScene({
      people: 2400,
      source: (system) => telling(system).connector,
      up: { ...live, policy: { guard: { ...roomy, limits: { disable: { count: 50 } } } } },
    });
    await scene.bench.run(scene.up);
    const leavers = Array.from({ length: 2000 }, (_, n) => String(n + 1));
    for (const id of leavers) scene.hr.delete('person', id);
    await Promise.all(leavers.map((id) => scene.bench.engine.receive('hr', event({ id: `left-${id}`, keys: [person(id, true)] }))));
    await scene.bench.engine.drain();
    const gone = (await scene.people()).filter((known) => known.lifecycle !== 'active');
    expect(gone.length).toBeLessThanOrEqual(50);
    const asked = await scene.heldIn('open');
    expect(asked.length + gone.length).toBe(2000);
    expect(new Set(asked.map((row) => row.question)).size).toBeLessThanOrEqual(2);
  });
});

describe('a long connection', () => {
  it('touches what it names, and after a break the source is compared', async () => {
    const scene = await openLive(4);
    const woken: (() => void)[] = [];
    const wake = (): Promise<void> => new Promise((resolve) => void woken.push(resolve));
    const watches = scene.bench.engine.watch(() => woken.splice(0).forEach((resolve) => resolve()));
    await watches.tend();
    scene.hr.set('person', '1', { title: 'Told' });
    scene.hr.set('person', '2', { title: 'Missed' });
    let heard = wake();
    scene.say([person('1')]);
    await heard;
    await scene.bench.engine.drain();
    expect(scene.account('1')?.attributes.title).toBe('Told');
    expect(scene.account('2')?.attributes.title).not.toBe('Missed');
    scene.days(1);
    heard = wake();
    scene.say(new Error('cut'));
    scene.say([]);
    await heard;
    await scene.bench.tick();
    await scene.bench.tick();
    expect(scene.account('2')?.attributes.title).toBe('Missed');
    await watches.close();
  });
});
