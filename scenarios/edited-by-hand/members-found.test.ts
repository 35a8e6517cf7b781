// Members of a group are found by what somebody types of them, however many members it has.
import { expect, it } from 'vitest';
import { openApi, type ApiScene } from '../../test/support/api-scene.ts';

async function edit(api: ApiScene, ...steps: object[]): Promise<void> {
  const proposed = await api.ask('POST', '/edits', { body: { steps } });
  expect(proposed.status, JSON.stringify(proposed.body)).toBe(201);
  expect((await api.ask('POST', `/edits/${proposed.body.id}/apply`)).status).toBe(202);
  await api.scene.bench.engine.drain();
}

it('by name, pinyin, number and several words; nobody who is not in it, and a group that is', async () => {
  const api = await openApi();
  const people = { 1: '张伟', 2: '张薇', 3: 'Zhang Min', 4: '李娜', 5: '张外' };
  await edit(
    api,
    ...Object.entries(people).map(([id, displayName]) => ({
      do: 'person.create',
      as: `p${id}`,
      attributes: { displayName, employeeNumber: `N-${id}` },
    })),
    { do: 'group.create', as: 'inner', attributes: { name: '张江' }, members: ['@p5'] },
    { do: 'group.create', attributes: { name: 'Choir' }, members: ['@p1', '@p2', '@p3', '@p4', '@inner'] },
  );
  const found = async (text: string, limit = 200): Promise<readonly string[]> => {
    const { body, status } = await api.ask('GET', `/groups/Choir/members?text=${encodeURIComponent(text)}&limit=${limit}`);
    expect([status, body.next]).toEqual([200, null]);
    return (body.members as { name: string }[]).map(({ name }) => name).toSorted();
  };
  expect(await found('张')).toEqual(['张伟', '张薇', '张江'].toSorted());
  expect(await found('zhangw')).toEqual(['张伟', '张薇'].toSorted());
  expect(await found('min zhang')).toEqual(['Zhang Min']);
  expect(await found('N-4')).toEqual(['李娜']);
  expect(await found('N-5')).toEqual([]);
  expect(await found('张', 1)).toHaveLength(1);
});
