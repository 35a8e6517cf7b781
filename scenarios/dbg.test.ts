import { it } from 'vitest';
import { openScene, roomy } from '../test/support/plain-scene.ts';
import { PlainSystem } from '../test/support/plain-system.ts';
it('x', async () => {
  const scene = await openScene({ up: { rank: 200, policy: { guard: roomy } } });
    const book = new PlainSystem('book');
  await scene.bench.connection('book', book.connector, {});
  const lower = await scene.addJob(book, 'up', { rank: 100, policy: { guard: roomy } });
  for (const system of [scene.hr, book]) for (const id of ['a', 'b', 'c']) system.department(id);
    scene.hr.person('1', ['a', 'b']);
    book.person('1', ['c', 'b']);
    scene.hr.person('2', 'a');
    scene.hr.unknowns.set('2', ['membership']);
    book.person('2', 'c');
  for (const job of [lower, scene.up]) {
  const r = await scene.bench.run(job);
  console.log(r.state, r.problem, await scene.changes(r), await scene.items());
  console.log(JSON.stringify(await scene.people()));
  console.log(await scene.bench.database.all('select relation, to_type, to_id,job from edge'));
  }
});
