// Who confirmed the deletions? The audit log answers in words and with the run, as long as what was asked is known.
import { expect, it } from 'vitest';
import { openApi } from '../support/api-scene.ts';

const deleting = { policy: { guard: { firstRun: { creates: 1000 } }, leaver: { gone: 'delete' as const } } };

it('a decision about held changes says what was decided, about whom, and which run carries it out', async () => {
  const api = await openApi({ people: 60, up: deleting, down: deleting });
  const { scene, ask } = api;
  await scene.sync();
  const leavers = ['1', '2', '3', '4', '5', '6', '7'];
  for (const id of leavers) scene.hr.set('person', id, { name: '张伟' });
  await scene.bench.run(scene.up);
  for (const id of leavers) scene.hr.delete('person', id);
  await scene.bench.run(scene.up);
  const ids = (await scene.bench.held()).map((row) => row.id);
  expect((await ask('POST', '/held/decisions', { body: { decision: 'approve', ids }, as: 'approver' })).status).toBeLessThan(300);
  await scene.bench.engine.drain();
  const { entries } = (await ask('GET', '/audit?action=held.', { as: 'auditor' })).body;
  expect(entries).toMatchObject([
    {
      action: 'held.approve',
      about: {
        says: {
          en: 'delete: 7 people (张伟, 张伟, 张伟, 张伟, 张伟 and 2 more)',
          zh: '删除：7 名人员（张伟、张伟、张伟、张伟、张伟，另有 2 个）',
        },
      },
    },
  ]);
  const run = (await ask('GET', `/runs/${entries[0].about.run}`, { as: 'auditor' })).body;
  expect(JSON.stringify(run)).toContain('approval');
  const file = String((await ask('GET', '/exports/audit?format=csv', { as: 'auditor', headers: { 'accept-language': 'zh' } })).body);
  expect(file).toContain('确认待确认变更');
  expect(file).toContain('删除：7 名人员');
  const others = (await ask('GET', '/audit', { as: 'auditor' })).body.entries.filter(
    ({ action }: { action: string }) => !action.startsWith('held.'),
  );
  for (const { about } of others) expect(about).toBeNull();
});
