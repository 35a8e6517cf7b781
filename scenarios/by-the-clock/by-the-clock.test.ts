// Schedules on an injected clock: what fires, what is missed, one run at a time, and everything at once in order.
import { describe, expect, it } from 'vitest';
import { carryOut } from '../../src/engine/commands.ts';
import { openScene, roomy, type JobPart, type Scene } from '../../test/support/plain-scene.ts';

const at = (iso: string): number => Date.parse(`${iso}:00Z`);
const policy = { guard: roomy };

const ask = async (scene: Scene, name: 'job.times' | 'river.run', input: object) => {
  const { engine, database, clock } = scene.bench;
  const context = { reader: database, connectors: engine.options.connectors, now: () => clock.now(), engine, alone: true, actor: 'test' };
  return (await carryOut(name, context, input)) as { times: number[]; runs: { job: number; run: number; behind: number[] }[] };
};

async function scheduled(trigger: JobPart['trigger']): Promise<Scene> {
  const scene = await openScene({ people: 2, up: { policy, trigger } });
  await scene.bench.engine.sweep();
  return scene;
}

/** Lets the clock go on, sweeping every `step` minutes, and tells when runs of the job were queued. */
async function until(scene: Scene, iso: string, step = 10): Promise<string[]> {
  const { clock, database } = scene.bench;
  const last = (await database.get<{ id: number }>('SELECT max(id) AS id FROM run'))?.id ?? 0;
  while (clock.now() < at(iso)) {
    clock.advance(step * 60_000);
    await scene.bench.tick();
  }
  const runs = await database.all<{ queued_at: number }>('SELECT queued_at FROM run WHERE job = ? AND id > ? ORDER BY id', scene.up, last);
  return runs.map((run) => new Date(run.queued_at).toISOString().slice(0, 16));
}

describe('a job with a schedule', () => {
  it('fires at the times that were shown, through the night in which the clocks change', async () => {
    const scene = await scheduled({ kind: 'schedule', every: 'day', start: '2026-03-07T02:30', timeZone: 'America/New_York' });
    const shown = (await ask(scene, 'job.times', { job: scene.up })).times.map((time) => new Date(time).toISOString().slice(0, 16));
    expect(shown).toEqual(['2026-03-07T07:30', '2026-03-08T07:00', '2026-03-09T06:30', '2026-03-10T06:30', '2026-03-11T06:30']);
    scene.bench.clock.advance(at('2026-03-07T00:00') - scene.bench.clock.now());
    expect(await until(scene, '2026-03-11T12:00')).toEqual(shown);
  });

  it('makes up once for what it missed while nothing ran, or not at all', async () => {
    for (const [missed, first] of [
      ['once', '2026-01-09T08:10'],
      ['skip', '2026-01-09T12:00'],
    ] as const) {
      const scene = await scheduled({ kind: 'schedule', every: '6 hours', missed });
      scene.bench.clock.advance(4 * 86_400_000);
      expect(await until(scene, '2026-01-09T12:00')).toEqual([...new Set([first, '2026-01-09T12:00'])]);
    }
  });

  it('puts off to the end of a blackout, and shows so', async () => {
    const scene = await scheduled({ kind: 'schedule', cron: '0 23 * * *', blackout: [{ from: '22:00', to: '06:00' }] });
    expect((await ask(scene, 'job.times', { job: scene.up, count: 1 })).times).toEqual([at('2026-01-06T06:00')]);
    expect(await until(scene, '2026-01-06T12:00', 60)).toEqual(['2026-01-06T06:00']);
  });

  it('is asked for at most one run at a time', async () => {
    const scene = await scheduled({ kind: 'schedule', every: 'hour' });
    await scene.bench.engine.hold(`job:${scene.up}`, 'audit', 'test');
    expect(await until(scene, '2026-01-05T12:00')).toEqual(['2026-01-05T09:00']);
  });

  it('that is edited goes by its new times only', async () => {
    const scene = await scheduled({ kind: 'schedule', every: 'hour' });
    await scene.bench.engine.setJobState(scene.up, 'disabled', 'test');
    expect(await until(scene, '2026-01-05T12:00')).toEqual([]);
    await scene.bench.engine.setJobState(scene.up, 'enabled', 'test');
    expect(await until(scene, '2026-01-05T14:00')).toEqual(['2026-01-05T13:00', '2026-01-05T14:00']);
  });
});

describe('everything at once', () => {
  it('goes through the river in order: a person hired above has an account below when it is over', async () => {
    const scene = await openScene({ people: 3, up: { policy }, down: { policy } });
    // The lower job has the lower number here.
    const early = await scene.addJob(scene.app, 'down', { name: 'early', policy });
    await scene.bench.engine.setJobState(early, 'disabled', 'test');
    const { runs } = await ask(scene, 'river.run', {});
    expect(runs.map((run) => [run.job, run.behind])).toEqual([
      [scene.up, []],
      [scene.down, [runs[0]!.run]],
    ]);
    const ended = await scene.bench.engine.drain();
    expect(ended.map((run) => [run.job, run.state])).toEqual([
      [scene.up, 'succeeded'],
      [scene.down, 'succeeded'],
    ]);
    expect(scene.account('3')).toMatchObject({ enabled: true });
  });

  it('does not wait below for a system above that is away', async () => {
    const scene = await openScene({ people: 1, up: { policy }, down: { policy } });
    await scene.sync();
    scene.hr.dials.unreachable = true;
    await ask(scene, 'river.run', {});
    const ended = await scene.bench.engine.drain();
    expect(ended.find((run) => run.job === scene.up)?.state).not.toBe('succeeded');
    expect(ended.find((run) => run.job === scene.down)?.state).toBe('succeeded');
  });
});
