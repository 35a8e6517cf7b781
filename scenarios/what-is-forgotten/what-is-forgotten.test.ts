// What is older than it is kept goes, piece by piece; what an undo, an open question, the past that is kept or the next run needs stays.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prune } from '../../src/engine/prune.ts';
import { neededRuns } from '../../src/store/retention.ts';
import { ask, refusal } from '../../test/support/asking.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';

const policy = { guard: roomy, leaver: { gone: 'delete' as const } };
const KEEP = 10;

async function company(engine: Parameters<typeof openScene>[0] = {}): Promise<Scene> {
  const scene = await openScene({ people: 5, up: { policy }, down: { policy }, ...engine });
  await ask(scene, 'settings.change', { keepRunsDays: KEEP, keepDryRunsDays: KEEP, keepHistoryDays: KEEP, keepNoticesDays: KEEP });
  return scene;
}
const runsLeft = async (scene: Scene): Promise<number[]> =>
  (await scene.bench.database.all<{ id: number }>('SELECT id FROM run ORDER BY id')).map((row) => row.id);
const retitle = (scene: Scene, id: string, title: string): void => scene.hr.set('person', id, { title });
const titlesAt = async (scene: Scene, at: number): Promise<Record<string, unknown>> =>
  Object.fromEntries(
    (await ask(scene, 'directory.at', { at: new Date(at).toISOString() })).objects.map((one) => [one.id, one.attributes.title ?? null]),
  );

it('runs, plans and the past go after their time; what is asked, undone or last stays, and all of it still works', async () => {
  const pieces = { left: Number.POSITIVE_INFINITY };
  const probe = (point: string): void => {
    if (point === 'prune:piece' && --pieces.left < 0) throw new Error('killed');
  };
  const scene = await company({ engine: { probe } });
  const { bench } = scene;
  const first = await scene.sync();
  const plan = await bench.run(scene.up, { dryRun: true });
  const beginning = bench.clock.now();
  scene.days(1);
  scene.hr.delete('person', '5');
  const asks = await bench.run(scene.up);
  expect(await scene.heldIn('open')).toHaveLength(1);
  retitle(scene, '2', 'Chief');
  const undone = await bench.run(scene.up);
  const undo = (await ask(scene, 'undo.start', { run: undone.id })).run;
  await bench.engine.drain();
  const pins = await ask(scene, 'pin.list', {});
  expect(pins.pins).toHaveLength(1);
  const quiet = await scene.sync();
  scene.days(KEEP + 1);
  const last = await scene.sync();
  retitle(scene, '3', 'Clerk');
  scene.days(1);
  await scene.sync();

  const counted = await ask(scene, 'records.prune', { onlyCount: true });
  expect(counted).toMatchObject({ runs: 4, dryRuns: 1 });
  expect(await runsLeft(scene)).toContain(first.up.id);

  // Killed after every piece, it goes on where it was; a run that it has begun with can no longer be undone.
  let [kills, done] = [0, false];
  const sum: Record<string, number> = {};
  while (!done) {
    pieces.left = 1 + kills;
    try {
      const told = await prune(bench.engine.options);
      for (const [name, count] of Object.entries(told.pruned)) sum[name] = (sum[name] ?? 0) + count;
      done = told.done;
    } catch (error) {
      expect(String(error)).toContain('killed');
      expect(await refusal(ask(scene, 'undo.start', { run: first.up.id }))).toMatch(/no longer kept|There is no run/);
      expect(++kills).toBeLessThan(100);
    }
  }
  expect(kills).toBeGreaterThan(3);
  pieces.left = Number.POSITIVE_INFINITY;
  expect(await ask(scene, 'records.prune', { onlyCount: true })).toMatchObject({ runs: 0, dryRuns: 0, changes: 0, history: 0 });
  const left = await runsLeft(scene);
  for (const run of [first.up.id, first.down.id, plan.id]) expect(left).not.toContain(run);
  for (const run of [asks.id, undone.id, undo, last.up.id]) expect(left).toContain(run);
  expect(left).not.toContain(quiet.down.id);

  // The past is told as far as it is kept, and honestly not before.
  expect(await refusal(ask(scene, 'directory.at', { at: new Date(beginning).toISOString() }))).toContain('is not kept');
  expect(Object.values(await titlesAt(scene, bench.clock.now()))).toContain('Clerk');
  // Whoever is there can be explained, the question can be answered, the undo taken back, and the next run plans nothing new.
  const [wei] = await scene.people();
  expect((await ask(scene, 'explain', { person: wei!.id })).object!.id).toBe(wei!.id);
  await ask(scene, 'held.decide', { decision: 'approve', ids: [(await scene.heldIn('open'))[0]!.id] });
  await bench.engine.drain();
  expect((await scene.people()).filter((person) => person.lifecycle === 'active')).toHaveLength(4);
  await ask(scene, 'undo.start', { run: undo });
  await bench.engine.drain();
  expect((await scene.known('2'))!.attributes.title).toBe('Chief');
  const after = await scene.sync();
  // The account of whoever is gone is the next question, and nothing else is left.
  expect([after.up.state, after.down.state, after.down.counts.held]).toEqual(['succeeded', 'warnings', 1]);
  expect((await scene.sync()).down.counts.applied ?? 0).toBe(0);
});

it('a history is not kept shorter than the runs that are undone with it', async () => {
  const scene = await company();
  expect(await refusal(ask(scene, 'settings.change', { keepHistoryDays: KEEP - 1 }))).toContain('must not be shorter than keepRunsDays');
  await ask(scene, 'settings.change', { keepHistoryDays: null });
  expect(await ask(scene, 'settings.show', {})).toMatchObject({ keepRunsDays: KEEP, keepHistoryDays: null });
});

describe('whatever happened', () => {
  const acts = fc.array(fc.constantFrom('retitle', 'leave', 'undo', 'plan', 'days', 'prune'), { minLength: 6, maxLength: 14 });

  it('what is needed is there after a prune, and the past that is shown is what was', async () => {
    let [shown, refused] = [0, 0];
    await fc.assert(
      fc.asyncProperty(acts, async (list) => {
        const scene = await company();
        const { bench } = scene;
        await scene.sync();
        const past: { at: number; titles: Record<string, unknown> }[] = [];
        for (const [step, act] of [...list, 'days', 'prune'].entries()) {
          if (act === 'retitle') retitle(scene, String(1 + (step % 3)), `title ${step}`);
          if (act === 'leave') scene.hr.delete('person', String(4 + (step % 2)));
          if (act === 'plan') await bench.run(scene.up, { dryRun: true });
          const { up } = await scene.sync();
          if (act === 'undo' && up.state !== 'failed') await ask(scene, 'undo.start', { run: up.id }).then(() => bench.engine.drain());
          past.push({ at: bench.clock.now(), titles: await titlesAt(scene, bench.clock.now()) });
          scene.days(act === 'days' ? KEEP / 2 : 0.1);
          if (act !== 'prune') continue;
          const needed = await neededRuns(bench.database);
          const changes = await bench.database.all('SELECT run, count(*) AS n FROM change GROUP BY run ORDER BY run');
          await prune(bench.engine.options);
          const left = await runsLeft(scene);
          expect([...needed].filter((run) => !left.includes(run))).toEqual([]);
          const still = await bench.database.all('SELECT run, count(*) AS n FROM change GROUP BY run ORDER BY run');
          expect(still).toEqual(changes.filter((row) => left.includes((row as { run: number }).run)));
          for (const moment of past) {
            const now = await titlesAt(scene, moment.at).catch((error: unknown) => String(error));
            if (typeof now === 'string') {
              expect(now).toContain('is not kept');
              expect(moment.at).toBeLessThan(bench.clock.now() - (KEEP - 1) * 86_400_000);
              refused++;
            } else {
              expect(now).toEqual(moment.titles);
              shown++;
            }
          }
        }
      }),
      // Moments before all that is left stay refused, also where nothing stands at their place any more.
      { numRuns: 4, examples: [[['retitle', 'retitle', 'days', 'retitle', 'retitle', 'retitle']]] },
    );
    expect([shown > 0, refused > 0]).toEqual([true, true]);
  });
});
