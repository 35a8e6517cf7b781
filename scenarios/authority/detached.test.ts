// A source that lets go of somebody, or loses its rank: what it said no longer counts, and the next one speaks.
import { expect, it } from 'vitest';
import { ask, refusal } from '../../test/support/asking.ts';
import { openScene, roomy, type Scene, valueOf } from '../../test/support/plain-scene.ts';
import { PlainSystem } from '../../test/support/plain-system.ts';

async function openTwo(gone: 'unlink' | 'keep' | 'delete'): Promise<{ scene: Scene; book: PlainSystem; lower: number }> {
  const scene = await openScene({ people: 4, up: { rank: 200, policy: { guard: roomy, leaver: { gone } } } });
  const book = new PlainSystem('book');
  await scene.bench.connection('book', book.connector, {});
  const lower = await scene.addJob(book, 'up', { rank: 100, policy: { guard: roomy } });
  book.department('main');
  for (const id of ['1', '2', '3', '4']) {
    scene.hr.set('person', id, { title: 'from HR' });
    book.person(id, 'main', { title: 'from the book' });
    book.unknowns.set(id, ['phone']);
  }
  await scene.bench.run(scene.up);
  await scene.bench.run(lower);
  return { scene, book, lower };
}

it('a source that lets go of somebody falls back to the next, attribute by attribute; what nobody else says stays', async () => {
  const { scene } = await openTwo('unlink');
  scene.hr.delete('person', '1');
  await scene.bench.run(scene.up);
  const person = await scene.known('1');
  expect(valueOf(person, 'title')).toBe('from the book');
  // Only HR knew the phone. Nobody says that there is none, so it is not taken away.
  expect(valueOf(person, 'phone')).toBe('+86 13800000001');
  expect(person!.lifecycle).toBe('active');
});

it('a source that lets go of somebody who is not there any more has no word left, when they come back by another one', async () => {
  const { scene, book, lower } = await openTwo('unlink');
  await ask(scene, 'job.update', {
    job: lower,
    settings: { rank: 300, policy: { guard: roomy, leaver: { gone: 'delete' } } },
    withoutForecast: true,
  });
  book.delete('person', '1');
  await scene.bench.run(lower);
  await scene.bench.approveAll();
  expect((await scene.known('1'))!.lifecycle).toBe('absent');
  scene.hr.delete('person', '1');
  await scene.bench.run(scene.up);
  book.person('1', 'main', { title: null });
  await scene.bench.run(lower);
  expect(await scene.known('1')).toMatchObject({ lifecycle: 'active' });
  expect(valueOf(await scene.known('1'), 'title')).toBe(null);
  await ask(scene, 'job.update', { job: lower, settings: { rank: 50 }, withoutForecast: true });
  await scene.bench.run(lower);
  expect(valueOf(await scene.known('1'), 'title')).toBe(null);
});

it('a rank that is changed counts for those, too, whom the source has lost and keeps its word on', async () => {
  const { scene, lower } = await openTwo('keep');
  scene.hr.delete('person', '1');
  await scene.bench.run(scene.up);
  expect(valueOf(await scene.known('1'), 'title')).toBe('from HR');
  const edit = { job: scene.up, settings: { rank: 50 } };
  const forecast = await ask(scene, 'job.forecast', edit);
  await ask(scene, 'job.update', { ...edit, forecast: forecast.forecast });
  await scene.bench.run(scene.up);
  for (const id of ['1', '2']) expect(valueOf(await scene.known(id), 'title')).toBe('from the book');
  expect(forecast.consequences).toEqual([{ action: 'update', type: 'person', count: 4, inDirectory: true, systems: 0 }]);
  // Judged once: the next run has nothing to look at again.
  expect(await scene.bench.run(scene.up)).toMatchObject({ state: 'succeeded', counts: { read: 4 } });
  expect((await scene.bench.run(lower)).counts.applied ?? 0).toBe(0);
});

it('a source that is switched off keeps its fields locked; given up they are edited by hand, and switching it on names the edits that it would write over', async () => {
  const scene = await openScene({ people: 3, up: { rank: 200, policy: { guard: roomy } } });
  for (const id of ['1', '2', '3']) scene.hr.set('person', id, { title: 'from HR' });
  await scene.bench.run(scene.up);
  const edit = async (id: string) => {
    const person = (await scene.known(id))!.id;
    const { id: proposed } = await ask(scene, 'edit.propose', { steps: [{ do: 'person.edit', person, attributes: { title: 'by hand' } }] });
    await ask(scene, 'edit.apply', { edit: proposed });
    await scene.bench.engine.drain();
  };
  await ask(scene, 'job.state', { job: scene.up, state: 'disabled', seen: true });
  expect(await refusal(edit('1'))).toContain('comes from job 1 "hr in" (rank 200');
  await ask(scene, 'job.update', { job: scene.up, settings: { rank: 40 } });
  await edit('1');
  expect(valueOf(await scene.known('1'), 'title')).toBe('by hand');
  expect(valueOf(await scene.known('2'), 'title')).toBe('from HR');
  const back = { job: scene.up, settings: { rank: 200 } };
  const { forecast, says, plan } = await ask(scene, 'job.forecast', back);
  expect([says?.en, plan.groups.map((group) => [group.action, group.count])]).toEqual(['1 person would be changed', [['update', 1]]]);
  expect(await refusal(ask(scene, 'job.update', back))).toContain('1 person');
  await ask(scene, 'job.update', { ...back, forecast });
  await ask(scene, 'job.state', { job: scene.up, state: 'enabled' });
  await scene.bench.run(scene.up);
  expect(valueOf(await scene.known('1'), 'title')).toBe('from HR');
});
