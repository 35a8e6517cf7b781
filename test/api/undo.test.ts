// Over HTTP: a run taken back after a look at it, what is kept because of it, the directory as it was, and somebody closed at once.
import { describe, expect, it } from 'vitest';
import { openApi, type ApiScene, type Loose } from '../support/api-scene.ts';
import { roomy } from '../support/plain-scene.ts';

const policy = { policy: { guard: { ...roomy, deletions: 'hold-above-limit' as const } } };

async function company(): Promise<ApiScene> {
  const api = await openApi({ people: 4, up: policy, down: policy });
  for (let id = 1; id <= 4; id++) api.scene.hr.set('person', String(id), { title: 'Clerk' });
  await api.scene.sync();
  return api;
}
const done = async ({ scene, ask }: ApiScene, method: string, path: string, body?: object): Promise<Loose> => {
  const answer = await ask(method, path, { body: body ?? {} });
  expect([path, answer.status]).toEqual([path, 202]);
  await scene.bench.engine.drain();
  return answer.body;
};

describe('over HTTP', () => {
  it('a run is looked at and taken back, its pins are listed, explained and ended, and the directory is brought back', async () => {
    const api = await company();
    const { scene, ask } = api;
    const before = new Date(scene.bench.clock.now()).toISOString();
    scene.days(1);
    scene.hr.set('person', '1', { title: 'Chief', manager: '2' });
    scene.hr.set('person', '2', { title: 'Chief' });
    const { up, down } = await scene.sync();
    scene.app.set('person', scene.account('2')!.id, { title: 'Emperor' });

    const { run: preview } = await done(api, 'POST', `/runs/${down.id}/undo-preview`);
    expect((await ask('GET', `/runs/${preview}`)).body).toMatchObject({ run: { dryRun: true, cause: 'undo', state: 'succeeded' } });
    expect((await ask('GET', `/runs/${down.id}`)).body.undoneBy).toBeNull();
    const { losses, next } = (await ask('GET', `/runs/${preview}/losses`)).body;
    expect(losses).toMatchObject([{ title: 'Person 2', subject: 'title', reason: 'changed-since', was: 'Clerk', now: 'Emperor' }]);
    expect(next).toBeNull();
    expect(scene.account('1')!.attributes.title).toBe('Chief');
    expect((await ask('POST', `/runs/${down.id}/undo`, { body: {}, as: 'viewer' })).status).toBe(403);
    expect((await ask('POST', `/runs/${up.id}/undo`, { body: { plan: preview } })).body.detail).toContain('no finished preview');
    const undone = await done(api, 'POST', `/runs/${down.id}/undo`, { plan: preview });
    expect(undone.paused).toBe(false);
    // The run says that it was taken back, and by which; a preview takes nothing back, and no other run was.
    const takenBackBy = async (run: number): Promise<unknown> => (await ask('GET', `/runs/${run}`, { as: 'viewer' })).body.undoneBy;
    expect([await takenBackBy(down.id), await takenBackBy(up.id), await takenBackBy(undone.run)]).toEqual([undone.run, null, null]);
    // Nothing is taken back twice: the problem names the run that did.
    const twice = await ask('POST', `/runs/${down.id}/undo`, { body: {}, headers: { 'accept-language': 'zh' } });
    expect([twice.status, twice.type, twice.body.detail]).toEqual([
      409,
      expect.stringContaining('application/problem+json'),
      `执行 ${down.id} 已被执行 ${undone.run} 撤销。如需恢复，请撤销执行 ${undone.run}（tributary undo ${undone.run}）。`,
    ]);
    expect(scene.account('1')!.attributes).toMatchObject({ title: 'Clerk', manager: null });
    expect((await ask('POST', `/runs/${preview}/undo`, { body: {} })).body.detail).toContain('was a dry run');

    const person = (await scene.known('1'))!.id;
    const first = (await ask('GET', '/pins?limit=1')).body;
    expect(first.pins).toHaveLength(1);
    const rest = (await ask('GET', `/pins?limit=9&cursor=${encodeURIComponent(first.next)}`)).body;
    const shown = [...first.pins, ...rest.pins].map((pin: Loose) => [pin.subject, pin.undone, pin.keep, pin.run]);
    expect(shown).toEqual([
      ['manager', 'Person 2', null, undone.run],
      ['title', 'Chief', 'Clerk', undone.run],
    ]);
    const explained = (await ask('GET', '/explanation?person=N-1')).body.object;
    expect(explained.pins).toEqual([...first.pins, ...rest.pins]);
    await scene.sync();
    expect(scene.account('1')!.attributes).toMatchObject({ title: 'Clerk', manager: null });
    expect((await ask('POST', '/pins/removals', { body: {} })).body.errors).toMatchObject([{ field: 'object' }]);
    expect((await ask('POST', '/pins/removals', { body: { object: person, subject: 'title' } })).body).toEqual({ removed: 1 });
    await scene.sync();
    expect(scene.account('1')!.attributes).toMatchObject({ title: 'Chief', manager: null });

    const then = (await ask('GET', `/directory/at?at=${before}&type=person`)).body.objects;
    expect(then.find((one: Loose) => one.id === person).attributes.title).toBe('Clerk');
    const now = new Date(scene.bench.clock.now()).toISOString();
    const differences = (await ask('GET', `/directory/difference?from=${before}&to=${now}&type=person`)).body.differences;
    expect(differences.map((one: Loose) => one.title).toSorted()).toEqual(['Person 1', 'Person 2']);
    const restored = await done(api, 'POST', '/directory/restore', { at: before, object: person });
    expect((await scene.known('1'))!.attributes.title).toBe('Clerk');
    await done(api, 'POST', `/runs/${restored.run}/undo`);
    expect((await scene.known('1'))!.attributes.title).toBe('Chief');
  });

  it('a person is closed after a second look, and the leaver sheet is there to be printed', async () => {
    const api = await company();
    const { scene, ask } = api;
    expect((await ask('POST', '/people/nobody/closing-preview', { body: {} })).status).toBe(404);
    const looked = await ask('POST', '/people/N-3/closing-preview', { body: {} });
    expect(looked.status).toBe(200);
    expect(looked.body.closings).toMatchObject([
      { connection: null, does: 'leave' },
      { connection: 'app', does: 'disable' },
    ]);
    const { token } = looked.body;
    expect((await ask('POST', '/people/N-3/closing', { body: { token }, as: 'operator' })).status).toBe(403);
    expect((await ask('POST', '/people/N-3/closing', { body: {} })).body.errors).toMatchObject([{ field: 'token' }]);
    expect((await ask('POST', '/people/N-4/closing', { body: { token } })).status).toBe(409);
    expect((await ask('GET', '/people/N-3/leaver-sheet', { as: 'viewer' })).body).toMatchObject({ left: null, open: 1 });
    const { runs } = await done(api, 'POST', '/people/N-3/closing', { token, why: 'dismissed' });
    expect(scene.account('3')!.enabled).toBe(false);
    const sheet = (await ask('GET', '/people/N-3/leaver-sheet')).body;
    expect(sheet).toMatchObject({ open: 0, systems: [{ connection: 'app', state: 'closed', how: 'disabled', run: runs[1] }] });
    expect(sheet.text.en).toContain('Everything is closed.');
    expect(sheet.text.zh).toContain('离职关闭单: Person 3');
    const explained = (await ask('GET', '/explanation?person=N-3')).body.object;
    expect(explained.pins).toMatchObject([{ connection: 'directory', subject: 'lifecycle', undone: 'active', keep: 'departed' }]);
    expect(explained.lifecycleWhy.en).toBe(
      `closed by hand by admin Li (run ${runs[0]}): stays departed, although the sources say active, until that is taken back`,
    );
    scene.days(1);
    expect((await ask('POST', '/people/N-3/closing', { body: { token } })).status).toBe(409);
    const log = (await ask('GET', '/audit', { as: 'auditor' })).body.entries as Loose[];
    expect(log.find((entry) => entry.action === 'person.close').after).toContain('dismissed');
  });
});
