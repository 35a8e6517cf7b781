import { it } from 'vitest';
import { openScene } from '../test/support/plain-scene.ts';
it('x', async () => {
  const later = { policy: { guard: { firstRun: { creates: 1000 } }, leaver: { gone: 'delete' } } } as const;
  const scene = await openScene({ people: 5, up: later, down: later });
  await scene.sync();
  scene.hr.delete('person', '1');
  await scene.sync();
  scene.hr.person('1', 'main');
  const r = await scene.sync();
  console.log(await scene.changes(r.up), await scene.changes(r.down), r.down.state, r.down.problem, r.down.stage, await scene.items());
});
