// Somebody of a large directory is chosen by name for a scope, a pilot or a preview.
import { expect, it } from 'vitest';
import { ask } from '../../test/support/asking.ts';
import { openScene, roomy } from '../../test/support/plain-scene.ts';

it('wherever they stand in it, by any way in which the directory is searched', async () => {
  const scene = await openScene({ people: 2_100, up: { policy: { guard: roomy } }, down: { policy: { guard: roomy } } });
  scene.hr.set('person', '2100', { name: '诸葛亮' });
  await scene.bench.run(scene.up);
  const found = async (search: string) => {
    const rows = [{ target: 'name', field: 'displayName' }];
    const { records } = await ask(scene, 'mapping.preview', { connection: 'app', direction: 'down', rows, search });
    return records.map((one) => [one.title, one.result[0]!.value]);
  };
  for (const words of ['诸葛', 'zhugeliang', 'N-2100']) expect(await found(words)).toEqual([['诸葛亮', '诸葛亮']]);
  expect(await found('nobody of this name')).toEqual([]);
  expect(await found('')).toHaveLength(5);
});

it('in a source, too: whoever was synced from it; of the others, how many were looked through is said', async () => {
  const scene = await openScene({ people: 2_100, up: { policy: { guard: roomy } } });
  scene.hr.set('person', '2100', { name: '诸葛亮' });
  const found = async (search: string) => {
    const rows = [{ target: 'displayName', field: 'name' }];
    const { records, lookedThrough } = await ask(scene, 'mapping.preview', { connection: 'hr', direction: 'up', rows, search });
    return { names: records.map((one) => one.title), lookedThrough };
  };
  expect(await found('诸葛')).toEqual({ names: [], lookedThrough: 2_000 });
  await scene.bench.run(scene.up);
  expect(await found('诸葛')).toEqual({ names: ['诸葛亮'], lookedThrough: 2_000 });
  expect(await found('zhugeliang')).toMatchObject({ names: ['诸葛亮'] });
  expect((await found('')).names).toHaveLength(5);
});
