import { describe, expect, it } from 'vitest';
import { ConnectorError } from '../../src/connector-kit/errors.ts';
import { getConnection } from '../../src/store/jobs.ts';
import { getRun, listRuns } from '../../src/store/runs.ts';
import { listItems } from '../../src/store/upkeep.ts';
import { hooked, type Hooks } from '../../test/support/hooked.ts';
import { openScene, roomy, sentences, type Scene } from '../../test/support/plain-scene.ts';

const label = (text: string) => ({ en: text, zh: text });
const noAnswer = () => new ConnectorError('transient', label('No answer.'), { transport: true });
const policy = { policy: { guard: roomy } };
const MINUTE = 60_000;

const behind = async (scene: Scene, hooks: Hooks): Promise<void> => scene.bench.connection('app', hooked(scene.app.connector, hooks), {});
const creates = (scene: Scene): number => scene.app.log.filter((line) => line.startsWith('create person')).length;
const allItems = (scene: Scene) => listItems(scene.bench.database, 0, 1000);

describe('a target that is away for three hours', () => {
  const ways: readonly (readonly [way: string, away: (scene: Scene, isAway: () => boolean) => Promise<void>])[] = [
    [
      'from before the run begins',
      async (scene, isAway) =>
        behind(scene, {
          reachable: () => !isAway(),
          beforePage: () => {
            if (isAway()) throw noAnswer();
          },
          beforeGet: () => {
            if (isAway()) throw noAnswer();
          },
          beforeWrite: () => {
            if (isAway()) throw noAnswer();
          },
        }),
    ],
    [
      'while the run writes',
      async (scene, isAway) =>
        behind(scene, {
          reachable: () => !isAway(),
          beforeWrite: () => {
            if (isAway() && creates(scene) >= 7) throw noAnswer();
          },
          beforeGet: () => {
            if (isAway()) throw noAnswer();
          },
        }),
    ],
    [
      'although it says that it is there',
      async (scene, isAway) =>
        behind(scene, {
          beforeWrite: () => {
            if (isAway()) throw noAnswer();
          },
        }),
    ],
    [
      'and takes writes without an answer',
      async (scene, isAway) =>
        behind(scene, {
          reachable: () => !isAway(),
          beforeWrite: () => {
            if (isAway()) throw new ConnectorError('unknown-outcome', label('Cut off.'), { transport: true });
          },
          beforeGet: () => {
            if (isAway()) throw noAnswer();
          },
        }),
    ],
  ];

  it.each(ways)('%s: one sentence, nobody is to blame, and it goes on by itself', async (_way, away) => {
    const scene = await openScene({ people: 20, up: policy, down: { ...policy, onError: { tries: 3, pauseSeconds: 60 } } });
    let isAway = true;
    await away(scene, () => isAway);
    await scene.bench.run(scene.up);
    const begun = await scene.bench.run(scene.down);
    expect(begun.state).toBe('waiting');
    for (let passed = 0; passed < 180; passed += 5) {
      scene.bench.clock.advance(5 * MINUTE);
      await scene.bench.tick();
    }
    const waiting = (await getRun(scene.bench.database, begun.id))!;
    expect(waiting.state).toBe('waiting');
    expect(waiting.problem!.en).toMatch(/cannot be reached/);
    expect(waiting.problem!.en).toMatch(/goes on by itself/);
    expect((await getConnection(scene.bench.database, 'app'))!.breaker_opened_at).not.toBeNull();
    expect(await allItems(scene)).toEqual([]);
    expect((await listRuns(scene.bench.database, { job: scene.down, limit: 100 })).length).toBe(1);

    isAway = false;
    scene.bench.clock.advance(MINUTE);
    await scene.bench.tick();
    const ended = (await getRun(scene.bench.database, begun.id))!;
    expect([ended.state, ended.problem]).toEqual(['succeeded', null]);
    expect((await getConnection(scene.bench.database, 'app'))!.breaker_opened_at).toBeNull();
    expect(scene.app.all('person')).toHaveLength(20);
    expect(creates(scene)).toBe(20);
    expect(await allItems(scene)).toEqual([]);
  });

  it('is not knocked at by every run while it is known to be away', async () => {
    const scene = await openScene({ people: 20, up: policy, down: policy });
    let calls = 0;
    await behind(scene, {
      reachable: () => false,
      beforeWrite: () => {
        calls++;
        throw noAnswer();
      },
    });
    await scene.bench.run(scene.up);
    await scene.bench.run(scene.down);
    const before = calls;
    const id = (await scene.bench.objects('person'))[0]!.id;
    const keys = await scene.bench.run(scene.down, { keys: [{ type: 'person', id }] });
    expect(keys.state).toBe('waiting');
    expect(keys.problem!.en).toMatch(/cannot be reached/);
    expect(calls).toBe(before);
  });
});

describe('a source that is away', () => {
  it('fails no run: it waits and goes on by itself', async () => {
    const scene = await openScene({ people: 3, up: { ...policy, onError: { tries: 2, pauseSeconds: 60 } } });
    scene.hr.dials.unreachable = true;
    const run = await scene.bench.run(scene.up);
    for (let n = 0; n < 40; n++) {
      scene.bench.clock.advance(5 * MINUTE);
      await scene.bench.tick();
    }
    expect((await getRun(scene.bench.database, run.id))!.state).toBe('waiting');
    scene.hr.dials.unreachable = false;
    scene.bench.clock.advance(MINUTE);
    await scene.bench.tick();
    expect((await getRun(scene.bench.database, run.id))!.state).toBe('succeeded');
    expect(await scene.people()).toHaveLength(3);
  });

  it('that fails with an error of its own is tried as often as the job says, with the pause between', async () => {
    const scene = await openScene({ people: 3, up: { ...policy, onError: { tries: 3, pauseSeconds: 90 } } });
    let reads = 0;
    await scene.bench.connection(
      'hr',
      hooked(scene.hr.connector, {
        beforePage: () => {
          reads++;
          throw new ConnectorError('transient', label('Internal error 7.'));
        },
      }),
      {},
    );
    const run = await scene.bench.run(scene.up);
    expect([run.state, reads]).toEqual(['waiting', 1]);
    scene.bench.clock.advance(89_000);
    await scene.bench.tick();
    expect(reads).toBe(1);
    scene.bench.clock.advance(2_000);
    await scene.bench.tick();
    // The second pause is twice as long.
    scene.bench.clock.advance(178_000);
    await scene.bench.tick();
    expect(reads).toBe(2);
    scene.bench.clock.advance(3_000);
    await scene.bench.tick();
    const failed = (await getRun(scene.bench.database, run.id))!;
    expect([reads, failed.state]).toEqual([3, 'failed']);
    expect(sentences(failed)).toContain('Internal error 7.');
    scene.bench.clock.advance(10 * MINUTE);
    await scene.bench.tick();
    expect(reads).toBe(3);
  });
});

describe('a target that asks to slow down', () => {
  const limited = (afterMs: number) => new ConnectorError('rate-limited', label('Too many requests.'), { afterMs });

  it('for some seconds is given them on the spot, and nobody is blamed', async () => {
    const scene = await openScene({ people: 12, up: policy, down: { policy: { guard: roomy, itemTries: 1 } } });
    const calls: number[] = [];
    let refusals = 3;
    await behind(scene, {
      beforeWrite: (_what, type) => {
        calls.push(scene.bench.clock.now());
        if (type === 'person' && refusals-- > 0) throw limited(10_000);
      },
    });
    await scene.bench.run(scene.up);
    const run = await scene.bench.run(scene.down);
    expect(run.state).toBe('succeeded');
    expect(await allItems(scene)).toEqual([]);
    expect(creates(scene)).toBe(12);
    const pauses = calls
      .slice(1)
      .map((at, index) => at - calls[index]!)
      .filter((pause) => pause > 0);
    expect(pauses.length).toBeGreaterThan(0);
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(10_000);
  });

  it('for ten minutes is left alone for that long', async () => {
    const scene = await openScene({ people: 5, up: policy, down: { policy: { guard: roomy, itemTries: 1 } } });
    let refusals = 1;
    let calls = 0;
    await behind(scene, {
      beforeWrite: (_what, type) => {
        calls++;
        if (type === 'person' && refusals-- > 0) throw limited(10 * MINUTE);
      },
    });
    await scene.bench.run(scene.up);
    const run = await scene.bench.run(scene.down);
    expect(run.state).toBe('waiting');
    expect(run.problem!.en).toMatch(/asks for a pause until/);
    const before = calls;
    scene.bench.clock.advance(9 * MINUTE);
    await scene.bench.tick();
    expect(calls).toBe(before);
    scene.bench.clock.advance(2 * MINUTE);
    await scene.bench.tick();
    expect((await getRun(scene.bench.database, run.id))!.state).toBe('succeeded');
    expect(creates(scene)).toBe(5);
    expect(await allItems(scene)).toEqual([]);
  });
});

describe('one account that the target refuses', () => {
  it('is tried again after one, two, four … minutes, is given up after the tries of the job, and a retry brings it back', async () => {
    const scene = await openScene({ people: 4, up: policy, down: { policy: { guard: roomy, itemTries: 3 } } });
    await scene.sync();
    const account = scene.account('2')!;
    scene.app.refusals.set(account.id, 'forbidden');
    scene.hr.set('person', '2', { title: 'Boss' });
    scene.hr.set('person', '3', { title: 'Boss' });
    await scene.sync();
    expect(scene.account('3')!.attributes.title).toBe('Boss');
    const item = async () => (await allItems(scene))[0]!;
    expect(await item()).toMatchObject({ state: 'retrying', attempts: 1 });
    const tries = async (): Promise<number> => (await item()).attempts;

    scene.bench.clock.advance(59_000);
    await scene.bench.tick();
    expect(await tries()).toBe(1);
    scene.bench.clock.advance(2_000);
    await scene.bench.tick();
    expect(await tries()).toBe(2);
    scene.bench.clock.advance(119_000);
    await scene.bench.tick();
    expect(await tries()).toBe(2);
    scene.bench.clock.advance(2_000);
    await scene.bench.tick();
    expect(await item()).toMatchObject({ state: 'dead', attempts: 3 });
    for (let hour = 0; hour < 24; hour++) {
      scene.bench.clock.advance(60 * MINUTE);
      await scene.bench.tick();
    }
    expect(await item()).toMatchObject({ state: 'dead', attempts: 3 });

    // A retry that fails begins the back-off anew.
    await scene.bench.engine.retry(scene.down, 'all', 'admin');
    await scene.bench.engine.drain();
    expect(await item()).toMatchObject({ state: 'retrying', attempts: 1 });
    scene.app.refusals.clear();
    await scene.bench.engine.retry(scene.down, 'all', 'admin');
    await scene.bench.engine.drain();
    expect(await allItems(scene)).toEqual([]);
    expect(scene.account('2')!.attributes.title).toBe('Boss');
  });
});
