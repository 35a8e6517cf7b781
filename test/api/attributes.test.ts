// Attributes that an installation adds: made over HTTP, used by mappings in both directions, changed where that is safe, archived.
import { expect, it } from 'vitest';
import { plainDown, plainUp } from '../support/plain-system.ts';
import { openApi, type ApiScene } from '../support/api-scene.ts';

const badge = { type: 'person', name: 'badge', label: { en: 'badge', zh: '工牌' } };

/** The source's note becomes the badge; the badge becomes the note of the app. */
async function mapped(api: ApiScene): Promise<void> {
  const { scene, ask } = api;
  const person = plainUp().person!.filter((row) => row.target !== 'nickname');
  const up = await ask('PATCH', `/jobs/${scene.up}`, {
    body: { settings: { mapping: { ...plainUp(), person: [...person, { target: 'badge', field: 'note' }] } } },
  });
  const out = plainDown().person!.filter((row) => row.target !== 'note');
  const down = await ask('PATCH', `/jobs/${scene.down}`, {
    body: { settings: { mapping: { ...plainDown(), person: [...out, { target: 'note', cel: 'badge == null ? "" : "B-" + badge' }] } } },
  });
  expect([up.status, down.status], JSON.stringify([up.body, down.body])).toEqual([200, 200]);
}

it('can be mapped to and from, is explained by its label, and is empty where nobody says anything', async () => {
  const api = await openApi({ people: 3 });
  const { ask, scene } = api;
  expect((await ask('POST', '/attributes', { body: badge })).status).toBe(201);
  await mapped(api);
  scene.hr.set('person', '1', { note: '0042' });
  await scene.sync();
  expect((await ask('GET', '/people/N-1')).body.attributes).toMatchObject({ badge: '0042' });
  expect((await ask('GET', '/people/N-2')).body.attributes.badge).toBeUndefined();
  expect(['1', '2'].map((id) => scene.account(id)!.attributes.note ?? '')).toEqual(['B-0042', '']);
  const { object } = (await ask('GET', '/explanation?person=N-1')).body;
  expect(object.attributes.find((one: { name: string }) => one.name === 'badge')).toMatchObject({
    label: badge.label,
    value: '0042',
    said: [{ rule: 'field note', wins: true }],
  });
  expect(object.history[0].attributes.find((one: { name: string }) => one.name === 'badge')).toMatchObject({ label: badge.label });
  const [history, writes] = [await scene.history(), scene.app.writes];
  await scene.sync();
  expect([await scene.history(), scene.app.writes]).toEqual([history, writes]);
});

it('is refused under a name that is taken or that no expression could say', async () => {
  const { ask } = await openApi();
  await ask('POST', '/attributes', { body: badge });
  for (const name of ['badge', 'title', 'membership'])
    expect((await ask('POST', '/attributes', { body: { ...badge, name } })).body).toMatchObject({
      status: 409,
      errors: [{ field: 'name' }],
    });
  for (const name of ['1st', 'a-b', 'a.b', ''])
    expect((await ask('POST', '/attributes', { body: { ...badge, name } })).body).toMatchObject({
      status: 400,
      errors: [{ field: 'name' }],
    });
  expect((await ask('GET', '/attributes')).body.attributes).toHaveLength(1);
});

it('is no part of a mapping before it is made', async () => {
  const { ask, scene } = await openApi();
  const answer = await ask('PATCH', `/jobs/${scene.up}`, {
    body: { settings: { mapping: { person: [{ target: 'badge', field: 'note' }] } } },
  });
  expect([answer.status, answer.body.errors[0].field]).toEqual([400, 'settings.mapping.person[0]']);
});

it('keeps its kind while there are values, its label does not matter, and two edits do not overwrite each other', async () => {
  const api = await openApi({ people: 1 });
  const { ask, scene } = api;
  await ask('POST', '/attributes', { body: badge });
  expect((await ask('PATCH', '/attributes/person/badge', { body: { valueType: 'integer' } })).body.valueType).toBe('integer');
  expect((await ask('PATCH', '/attributes/person/badge', { body: { valueType: 'string' } })).headers.etag).toBe('"3"');
  await mapped(api);
  scene.hr.set('person', '1', { note: '0042' });
  await scene.sync();
  const refused = await ask('PATCH', '/attributes/person/badge', { body: { valueType: 'integer' } });
  expect(refused.body).toMatchObject({ status: 409, errors: [{ field: 'valueType' }] });
  const label = { en: 'Badge number', zh: '工牌号' };
  const renamed = await ask('PATCH', '/attributes/person/badge', { body: { label }, headers: { 'if-match': '"3"' } });
  expect([renamed.status, renamed.body.label]).toEqual([200, label]);
  expect((await ask('PATCH', '/attributes/person/badge', { body: { label: badge.label }, headers: { 'if-match': '"3"' } })).status).toBe(
    412,
  );
  expect((await ask('PATCH', '/attributes/person/none', { body: { label } })).status).toBe(404);
});

it('is archived when no job uses it, keeps its values, is written by nobody, and can be taken back', async () => {
  const api = await openApi({ people: 1 });
  const { ask, scene } = api;
  await ask('POST', '/attributes', { body: badge });
  await mapped(api);
  scene.hr.set('person', '1', { note: '0042' });
  await scene.sync();
  const used = await ask('PATCH', '/attributes/person/badge', { body: { archived: true } });
  expect(used.body).toMatchObject({ status: 409, detail: expect.stringContaining(`${scene.up} "hr in"`) });
  for (const [job, mapping] of [
    [scene.up, plainUp()],
    [scene.down, plainDown()],
  ] as const) {
    // What it would clear is shown first, and saved in the knowledge of it.
    const shown = await ask('PATCH', `/jobs/${job}`, { body: { settings: { mapping } } });
    const forecast = Number(/forecast (\d+)/.exec(shown.body.detail ?? '')?.[1]);
    if (forecast > 0) expect((await ask('PATCH', `/jobs/${job}`, { body: { settings: { mapping }, forecast } })).status).toBe(200);
  }
  expect((await ask('PATCH', '/attributes/person/badge', { body: { archived: true } })).body.archived).toBe(true);
  const again = await ask('PATCH', `/jobs/${scene.up}`, {
    body: { settings: { mapping: { ...plainUp(), person: [...plainUp().person!, { target: 'badge', field: 'note' }] } } },
  });
  expect(again.status).toBe(400);
  expect((await ask('PATCH', '/attributes/person/badge', { body: { archived: false } })).body.archived).toBe(false);
  await mapped(api);
});
