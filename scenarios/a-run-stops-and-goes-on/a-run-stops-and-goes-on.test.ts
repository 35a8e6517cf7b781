import { describe, expect, it } from 'vitest';
import { createEngine } from '../../src/engine/engine.ts';
import { changesIn } from '../../src/store/ledger.ts';
import { getRun } from '../../src/store/runs.ts';
import { gate, hooked, type Hooks } from '../../test/support/hooked.ts';
import { evidenceOf, openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';

const policy = { policy: { guard: roomy } };
const change = (scene: Scene, id: 'hr' | 'app', hooks: Hooks): Promise<void> =>
  scene.bench.connection(id, hooked(scene[id].connector, hooks), {});
const creates = (scene: Scene): number => scene.app.log.filter((line) => line.startsWith('create person')).length;
const statesOf = async (scene: Scene, run: number): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const row of await scene.bench.database.all<{ state: string; n: number }>(
    'SELECT state, count(*) AS n FROM change WHERE run = ? GROUP BY state',
    run,
  ))
    counts[row.state] = row.n;
  return counts;
};

describe('a run that is cancelled', () => {
  it.each(['in this process', 'by another process'])('while it reads ends without waiting for the answer (%s)', async (where) => {
    const scene = await openScene({ people: 30, up: policy });
    const slow = gate();
    const pages: string[] = [];
    await change(scene, 'hr', {
      beforePage: (type, at, signal) => {
        pages.push(`${type} ${at}`);
        return type === 'person' && at === 2 ? slow.pass(signal) : undefined;
      },
    });
    const run = await scene.bench.engine.enqueue({ job: scene.up, mode: 'full', actor: 'test' });
    const draining = scene.bench.engine.drain();
    await slow.reached;
    const asked = [...pages];
    const engine = where === 'in this process' ? scene.bench.engine : createEngine({ ...scene.bench.engine.options, holder: 'console' });
    await engine.cancel(run, 'admin');
    await draining;
    // Nobody opens the gate: the answer never came, no other page was asked for, and the run has ended.
    expect(pages).toEqual(asked);
    expect((await getRun(scene.bench.database, run))!.state).toBe('cancelled');
    expect(await scene.people()).toEqual([]);
  });

  it.each([
    'was not carried out',
    'was carried out without an answer',
  ])('while the target is slow ends without waiting for its answer, and the call that was under way and %s is not doubled', async (what) => {
    const scene = await openScene({ people: 12, up: policy, down: policy });
    const slow = gate();
    const wait = (type: string, signal: AbortSignal) => (type === 'person' && creates(scene) >= 5 ? slow.pass(signal) : undefined);
    await change(scene, 'app', {
      limits: { inFlight: 1 },
      ...(what === 'was not carried out'
        ? { beforeWrite: (_what, type, _id, signal) => wait(type, signal) }
        : { afterWrite: (_what, type, _id, signal) => wait(type, signal) }),
    });
    await scene.bench.run(scene.up);
    const run = await scene.bench.engine.enqueue({ job: scene.down, mode: 'full', actor: 'test' });
    const draining = scene.bench.engine.drain();
    await slow.reached;
    const sent = creates(scene);
    await scene.bench.engine.cancel(run, 'admin');
    await draining;
    // Nobody has opened the gate yet: no answer came, no other call left, and the run has ended.
    expect(creates(scene)).toBe(sent);
    expect((await getRun(scene.bench.database, run))!.state).toBe('cancelled');
    const states = await statesOf(scene, run);
    expect(states.planned).toBeUndefined();
    expect(states.unknown).toBe(1);

    slow.open();
    const next = await scene.bench.run(scene.down);
    expect(next.state).toBe('succeeded');
    expect(scene.app.all('person')).toHaveLength(12);
    expect(creates(scene)).toBe(12);
    expect((await statesOf(scene, run)).unknown).toBeUndefined();
    const writes = scene.app.writes;
    await scene.bench.run(scene.down);
    expect(scene.app.writes).toBe(writes);
  });

  it('gives back what it had reserved in the rolling window', async () => {
    const tight = { policy: { guard: { ...roomy, limits: { ...roomy.limits, update: { count: 4, percent: 0 } } } } };
    const scene = await openScene({ people: 10, up: policy, down: tight });
    await scene.sync();
    for (const id of ['1', '2', '3']) scene.hr.set('person', id, { title: 'Boss' });
    await scene.bench.run(scene.up);
    const slow = gate();
    await change(scene, 'app', { limits: { inFlight: 1 }, beforeWrite: (_what, _type, _id, signal) => slow.pass(signal) });
    const run = await scene.bench.engine.enqueue({ job: scene.down, mode: 'full', actor: 'test' });
    const draining = scene.bench.engine.drain();
    await slow.reached;
    await scene.bench.engine.cancel(run, 'admin');
    await draining;
    slow.open();
    for (const id of ['4']) scene.hr.set('person', id, { title: 'Boss' });
    await scene.sync();
    expect(['1', '2', '3', '4'].map((id) => scene.account(id)!.attributes.title)).toEqual(['Boss', 'Boss', 'Boss', 'Boss']);
  });
});

describe('a run that is stopped', () => {
  it('lets the write under way end, sends no other, and has nothing to look up when it goes on', async () => {
    const scene = await openScene({ people: 12, up: policy, down: policy });
    const slow = gate();
    await change(scene, 'app', {
      limits: { inFlight: 1 },
      beforeWrite: (_what, type, _id, signal) => (type === 'person' && creates(scene) === 5 ? slow.pass(signal) : undefined),
    });
    await scene.bench.run(scene.up);
    const run = await scene.bench.engine.enqueue({ job: scene.down, mode: 'full', actor: 'test' });
    const stopping = new AbortController();
    const draining = scene.bench.engine.drain(stopping.signal);
    await slow.reached;
    stopping.abort('stop');
    slow.open();
    await draining;
    expect(creates(scene)).toBe(6);
    const states = await statesOf(scene, run);
    expect([states.unknown, states.sent]).toEqual([undefined, undefined]);
    await scene.bench.engine.drain();
    expect((await getRun(scene.bench.database, run))!.state).toBe('succeeded');
    expect(creates(scene)).toBe(12);
  });
});

describe('the brake', () => {
  it('stops a run before another batch begins; released, it goes on with exactly the rest', async () => {
    const scene = await openScene({ people: 23, up: policy, down: policy });
    await change(scene, 'app', {
      limits: { inFlight: 1, batchSize: 5 },
      beforeWrite: async (_what, type) => {
        if (type === 'person' && creates(scene) === 7) await scene.bench.engine.hold('all', 'something looks wrong', 'admin');
      },
    });
    await scene.bench.run(scene.up);
    const run = await scene.bench.run(scene.down);
    expect(run.state).toBe('waiting');
    expect(run.problem!.en).toMatch(/brake is on .*admin: something looks wrong/);
    // The batch in which it came, and the one that was marked behind it.
    const made = creates(scene);
    expect(made).toBeGreaterThanOrEqual(8);
    expect(made).toBeLessThanOrEqual(15);
    const planned = (await changesIn(scene.bench.database, run.id, ['planned'], 0, 100)).map((row) => row.id);
    expect(planned).toHaveLength(23 - made);
    await scene.bench.tick();
    expect(creates(scene)).toBe(made);

    await scene.bench.engine.release('all', 'admin');
    await scene.bench.engine.drain();
    expect((await getRun(scene.bench.database, run.id))!.state).toBe('succeeded');
    expect(creates(scene)).toBe(23);
    expect(scene.app.all('person')).toHaveLength(23);
    const applied = await changesIn(scene.bench.database, run.id, ['applied'], 0, 100);
    expect(planned.every((id) => applied.some((row) => row.id === id && row.attempts === 1))).toBe(true);
  });
});

describe('a run that is interrupted', () => {
  /** Stops the engine at the n-th time that a point is passed; the run goes on with the next drain. */
  const stopAt = async (scene: Scene, job: number, point: string, nth: number): Promise<number> => {
    const stop = new AbortController();
    let passed = 0;
    const engine = createEngine({ ...scene.bench.engine.options, probe: (at) => void (at === point && ++passed === nth && stop.abort()) });
    const run = await engine.enqueue({ job, mode: 'full', actor: 'test' });
    await engine.drain(stop.signal);
    expect((await getRun(scene.bench.database, run))!.state).toBe('queued');
    return run;
  };

  it('reads on from the last checkpoint, without what was read before', async () => {
    const scene = await openScene({ people: 47, up: policy });
    const pages: string[] = [];
    await change(scene, 'hr', { checkpoints: true, beforePage: (type, at) => void pages.push(`${type} ${at}`) });
    const run = await stopAt(scene, scene.up, 'read:batch', 4);
    expect(pages).toEqual(['department 1', 'person 1', 'person 2', 'person 3']);
    pages.length = 0;
    await scene.bench.engine.drain();
    expect(pages[0]).toBe('person 3');
    expect(pages).not.toContain('person 2');
    const ended = (await getRun(scene.bench.database, run))!;
    expect(ended.state).toBe('succeeded');
    expect(evidenceOf(ended).types.person).toMatchObject({ complete: true, objects: 47, empty: false });
    expect(await scene.people()).toHaveLength(47);
  });

  it('is judged by the whole read, not by the part after the checkpoint', async () => {
    const scene = await openScene({ people: 40, up: policy, down: policy });
    // Only people of the first page have a title; the last checkpoint comes after the last page.
    for (const id of ['1', '2', '3', '4']) scene.hr.set('person', id, { title: 'Boss' });
    await change(scene, 'hr', { checkpoints: true });
    await scene.sync();
    const before = await scene.world();
    scene.bench.clock.advance(1000);
    // Four pages of people after the one of departments: the stop comes when the last page is stored.
    const run = await stopAt(scene, scene.up, 'read:batch', 5);
    await scene.bench.engine.drain();
    const ended = (await getRun(scene.bench.database, run))!;
    expect(evidenceOf(ended).warnings).toEqual([]);
    expect(evidenceOf(ended).types.person).toMatchObject({ objects: 40, empty: false, vanished: [], present: { title: 4, number: 40 } });
    expect(ended.state).toBe('succeeded');
    await scene.bench.run(scene.down);
    expect(await scene.world()).toEqual(before);
  });

  it('goes on after the last finished stage', async () => {
    const scene = await openScene({ people: 12, up: policy, down: policy });
    let pages = 0;
    await change(scene, 'app', { beforePage: () => void pages++ });
    await scene.sync();
    scene.hr.set('person', '1', { title: 'Boss' });
    await scene.bench.run(scene.up);
    pages = 0;
    const run = await stopAt(scene, scene.down, 'diff:batch', 1);
    const read = pages;
    expect((await getRun(scene.bench.database, run))!.stage).toBe('assess');
    expect(read).toBeGreaterThan(0);
    await scene.bench.engine.drain();
    expect(pages).toBe(read);
    expect((await getRun(scene.bench.database, run))!.state).toBe('succeeded');
    expect(scene.account('1')!.attributes.title).toBe('Boss');
  });

  it('in the middle of the guard judges its end like its beginning', async () => {
    // The guard looks at a thousand at a time: 1,021 creates are over the limit, the 20 of the second batch alone are not.
    const guard = { ...roomy, firstRun: { creates: 500, touched: 10 } };
    const scene = await openScene({ people: 1020, up: policy, down: { policy: { guard } } });
    scene.hr.pageSize = 500;
    await scene.bench.run(scene.up);
    const run = await stopAt(scene, scene.down, 'guard:batch', 1);
    await scene.bench.engine.drain();
    expect(scene.app.all('person')).toEqual([]);
    expect(await statesOf(scene, run)).toEqual({ held: 1021 });
    expect(await scene.bench.held()).toHaveLength(1021);
  });

  it('says in the end what it had found before it was interrupted', async () => {
    const scene = await openScene({ people: 12, up: policy });
    scene.hr.set('person', '3', { manager: 'nobody' });
    const run = await stopAt(scene, scene.up, 'after:diff', 1).catch(() => null);
    expect(run).not.toBeNull();
    await scene.bench.engine.drain();
    const ended = (await getRun(scene.bench.database, run!))!;
    expect(ended.counts.problems).toBe(1);
    expect(ended.state).toBe('warnings');
  });
});
