// The list for whoever answers for it: people who have left and whose accounts are still enabled, in every system at once.
import { expect, it } from 'vitest';
import { openApi } from '../../test/support/api-scene.ts';
import { roomy } from '../../test/support/plain-scene.ts';

const policy = { policy: { guard: roomy } };

it('names who has left, each account that is still enabled and where, until it is closed; it can be taken away as a file', async () => {
  const { scene, ask } = await openApi({ people: 4, up: policy, down: policy });
  await scene.sync();
  const list = async () =>
    (await ask('GET', '/leavers/open-accounts', { as: 'auditor' })).body.accounts.map((one: Record<string, string>) => [
      one.title,
      one.number,
      one.lifecycle,
      one.connectionName,
      one.accountTitle,
    ]);
  expect(await list()).toEqual([]);
  scene.hr.set('person', '1', { status: 'departed' });
  scene.hr.delete('person', '2');
  await scene.bench.run(scene.up);
  expect((await list()).toSorted()).toEqual([
    ['Person 1', 'N-1', 'departed', expect.any(String), 'Person 1'],
    ['Person 2', 'N-2', 'suspended', expect.any(String), 'Person 2'],
  ]);
  const file = await ask('GET', '/exports/open-accounts?format=csv', { as: 'auditor', headers: { 'accept-language': 'zh' } });
  expect(file.status).toBe(200);
  expect(String(file.body)).toContain('Person 1,N-1,离职');
  await scene.bench.run(scene.down);
  expect(await list()).toEqual([]);
  // Somebody enables it there again.
  scene.app.put('person', scene.account('1')!.id, { ...scene.account('1')!.attributes }, { ...scene.account('1')!.edges });
  await scene.bench.run(scene.down, { dryRun: true });
  expect((await list()).map(([who]: readonly string[]) => who)).toEqual(['Person 1']);
});
