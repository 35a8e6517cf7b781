// Whether a run is taken back: only once its undo did all of its work; nothing is taken back twice, and what is open can be.
import { expect, it } from 'vitest';
import { failureOf } from '../../src/engine/operations/operation.ts';
import { ask, refusal } from '../../test/support/asking.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';

interface Told extends Scene {
  /** A run that gave a title and made a person. */
  readonly run: number;
}

async function told(): Promise<Told> {
  const scene = await openScene({ people: 2, up: { policy: { guard: roomy } }, down: { policy: { guard: roomy } } });
  await scene.sync();
  scene.hr.set('person', '1', { title: 'Chief' });
  scene.hr.person('9', 'main', { name: 'Zhao Liu' });
  return { ...scene, run: (await scene.bench.run(scene.up)).id };
}

const stands = async (scene: Scene, run: number) => {
  const { undo, undoneBy } = await ask(scene, 'run.get', { run });
  return [undo?.stands ?? null, undo?.run ?? null, undoneBy];
};

it('is under way, then taken back, and is not taken back twice; once that is taken back, it can be again', async () => {
  const scene = await told();
  const { bench, run } = scene;
  expect(await stands(scene, run)).toEqual([null, null, null]);
  const { run: preview } = await ask(scene, 'undo.preview', { run });
  await bench.engine.drain();
  expect(await stands(scene, run)).toEqual([null, null, null]);

  const { run: undo } = await ask(scene, 'undo.start', { run, plan: preview });
  expect(await stands(scene, run)).toEqual(['under-way', undo, null]);
  const going = `Run ${run} is being taken back by run ${undo}. Wait for its end ("tributary show ${undo}"), or cancel it ("tributary cancel ${undo}").`;
  expect(await refusal(ask(scene, 'undo.start', { run }))).toBe(going);
  expect(await refusal(ask(scene, 'undo.preview', { run }))).toBe(going);
  await bench.engine.drain();
  expect(await stands(scene, run)).toEqual(['whole', undo, undo]);
  expect((await scene.known('1'))!.attributes.title).toBeUndefined();

  const runs = async () => (await ask(scene, 'run.list', { limit: 100 })).runs.length;
  const before = await runs();
  const already = failureOf(await ask(scene, 'undo.start', { run, made: 'remove' }).catch((error: unknown) => error));
  expect(already).toMatchObject({ code: 'conflict', issues: [{ field: 'run' }] });
  expect(already.label).toEqual({
    en: `Run ${run} is taken back already, by run ${undo}. To have it as it was before that, take run ${undo} back ("tributary undo ${undo}").`,
    zh: `执行 ${run} 已被执行 ${undo} 撤销。如需恢复，请撤销执行 ${undo}（tributary undo ${undo}）。`,
  });
  expect(await refusal(ask(scene, 'undo.preview', { run }))).toBe(already.label.en);
  expect(await refusal(ask(scene, 'undo.start', { run, plan: preview }))).toBe(already.label.en);
  expect(await runs()).toBe(before);

  // The undo taken back: the run stands again.
  const { run: back } = await ask(scene, 'undo.start', { run: undo });
  await bench.engine.drain();
  expect(await stands(scene, undo)).toEqual(['whole', back, back]);
  expect(await stands(scene, run)).toEqual([null, null, null]);
  expect((await scene.known('1'))!.attributes.title).toBe('Chief');
  const { run: again } = await ask(scene, 'undo.start', { run });
  await bench.engine.drain();
  expect(await stands(scene, run)).toEqual(['whole', again, again]);
});

it('is not taken back while some of its undo waits for a person, though the rest was written; it is once that was confirmed', async () => {
  const scene = await told();
  const { bench, run } = scene;
  const { run: undo } = await ask(scene, 'undo.start', { run, made: 'remove' });
  await bench.engine.drain();
  expect((await ask(scene, 'run.get', { run: undo })).run.counts).toMatchObject({ applied: 1, held: 1 });
  expect(await stands(scene, run)).toEqual(['asked', undo, null]);
  // Asked once more, it asks the same.
  const { run: second } = await ask(scene, 'undo.start', { run, made: 'remove' });
  await bench.engine.drain();
  expect((await scene.heldIn('open')).length).toBe(1);
  expect((await stands(scene, run))[0]).toBe('asked');
  await bench.approveAll();
  const [state, by, undoneBy] = await stands(scene, run);
  expect([state, undoneBy]).toEqual(['whole', by]);
  expect(by).toBeGreaterThan(second);
  expect((await scene.known('9'))!.lifecycle).toBe('absent');
  expect(await refusal(ask(scene, 'undo.start', { run }))).toContain(`is taken back already, by run ${String(by)}`);
});

it('stays open where somebody did not want some of its undo, and can be taken back once more', async () => {
  const scene = await told();
  const { bench, run } = scene;
  const { run: undo } = await ask(scene, 'undo.start', { run, made: 'remove' });
  await bench.engine.drain();
  await ask(scene, 'held.decide', { decision: 'cancel', ids: (await scene.heldIn('open')).map((row) => row.id) });
  expect(await stands(scene, run)).toEqual(['part', undo, null]);
  expect((await scene.known('9'))!.lifecycle).toBe('active');
  const { run: second } = await ask(scene, 'undo.start', { run, made: 'disable' });
  await bench.engine.drain();
  expect(await stands(scene, run)).toEqual(['whole', second, second]);
});

it('stays open where somebody first said no to some of its undo and then yes to the rest', async () => {
  const scene = await told();
  const { bench } = scene;
  scene.hr.person('8', 'main', { name: 'Qian Qi' });
  scene.hr.person('7', 'main', { name: 'Sun Ba' });
  const run = (await bench.run(scene.up)).id;
  await ask(scene, 'undo.start', { run, made: 'remove' });
  await bench.engine.drain();
  const [not, wanted] = await scene.heldIn('open');
  await ask(scene, 'held.decide', { decision: 'cancel', ids: [not!.id] });
  await ask(scene, 'held.decide', { decision: 'approve', ids: [wanted!.id] });
  await bench.engine.drain();
  const lives = async () => (await Promise.all(['7', '8'].map(async (number) => (await scene.known(number))!.lifecycle))).sort();
  expect(await lives()).toEqual(['absent', 'active']);
  const [state, , undoneBy] = await stands(scene, run);
  expect([state, undoneBy]).toEqual(['part', null]);
  // Who is left is disabled instead: nothing is open any more.
  const { run: second } = await ask(scene, 'undo.start', { run, made: 'disable' });
  await bench.engine.drain();
  expect(await lives()).toEqual(['absent', 'suspended']);
  expect(await stands(scene, run)).toEqual(['whole', second, second]);
});

it('that failed to be taken back, or of which the undo was cancelled, is as it was', async () => {
  const scene = await told();
  const { run } = scene;
  const { run: undo } = await ask(scene, 'undo.start', { run });
  await ask(scene, 'run.cancel', { run: undo });
  expect(await stands(scene, run)).toEqual([null, null, null]);
  await ask(scene, 'undo.start', { run });
  await scene.bench.engine.drain();
  expect((await stands(scene, run))[0]).toBe('whole');
});
