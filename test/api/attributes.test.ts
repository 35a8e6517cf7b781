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

it('of several values is mapped from a list, entered by hand as a list without doubles, and stays one', async () => {
  const api = await openApi({ people: 1 });
  const { ask, scene } = api;
  const skills = { type: 'person', name: 'skills', label: { en: 'skills', zh: '技能' }, many: true };
  expect((await ask('POST', '/attributes', { body: { ...skills, sensitive: true } })).body).toMatchObject({ errors: [{ field: 'many' }] });
  expect((await ask('POST', '/attributes', { body: skills })).body).toMatchObject({ many: true, valueType: 'string' });
  expect((await ask('POST', '/attributes', { body: { ...skills, name: 'levels', valueType: 'integer' } })).status).toBe(201);
  const mapping = { ...plainUp(), person: [...plainUp().person!, { target: 'skills', cel: 'split(coalesce(note, ""), "/")' }] };
  const saved = await ask('PATCH', `/jobs/${scene.up}`, { body: { settings: { mapping } } });
  expect(saved.status, JSON.stringify(saved.body)).toBe(200);
  scene.hr.set('person', '1', { note: 'go/c/go' });
  await scene.sync();
  expect((await ask('GET', '/people/N-1')).body.attributes.skills).toEqual(['c', 'go']);
  const [history, writes] = [await scene.history(), scene.app.writes];
  await scene.sync();
  expect([await scene.history(), scene.app.writes], 'a second run writes nothing').toEqual([history, writes]);

  const create = (attributes: object) => ({
    steps: [{ do: 'person.create', attributes: { displayName: 'Li Na', employeeNumber: 'N-9', ...attributes } }],
  });
  const wrong = await ask('POST', '/edits', { body: create({ levels: [1, 'x'] }) });
  expect(wrong.body.errors).toMatchObject([{ field: 'steps[0].attributes.levels', message: '"x" must be a whole number' }]);
  expect((await ask('POST', '/edits', { body: create({ city: ['a', 'b'] }) })).body.errors).toMatchObject([{ message: 'takes one value' }]);
  const { body } = await ask('POST', '/edits', { body: create({ skills: ['sql', 'go', 'sql'], levels: '3' }) });
  await ask('POST', `/edits/${body.id}/apply`);
  await scene.bench.engine.drain();
  const now = async () => (await ask('GET', '/people/N-9')).body.attributes;
  expect(await now()).toMatchObject({ skills: ['go', 'sql'], levels: [3] });
  const edit = await ask('POST', '/edits', {
    body: { steps: [{ do: 'person.edit', person: 'N-9', attributes: { skills: ['sql'], levels: null } }] },
  });
  await ask('POST', `/edits/${edit.body.id}/apply`);
  await scene.bench.engine.drain();
  expect(await now()).toMatchObject({ skills: ['sql'] });
  expect((await now()).levels ?? null).toBe(null);
  // It cannot become one of one value, in a file either.
  const file = { document: { attributes: [{ type: 'person', name: 'skills' }] } };
  const planned = await ask('POST', '/configuration/plan', { body: file });
  expect(JSON.stringify(planned.body)).toContain('stays as it was made');
});

it('are entered by hand on people, departments and groups, explained, and used by scopes and mappings; archived or sensitive ones are not', async () => {
  const api = await openApi();
  const { ask, scene } = api;
  const label = { en: 'own', zh: '自定义' };
  const edit = async (...steps: object[]) => {
    const proposed = await ask('POST', '/edits', { body: { steps } });
    if (proposed.status !== 201) return proposed;
    await ask('POST', `/edits/${proposed.body.id}/apply`);
    await scene.bench.engine.drain();
    return proposed;
  };
  await ask('POST', '/attributes', { body: badge });
  // One is there before the first edit, the others come later.
  await edit({ do: 'person.create', attributes: { displayName: 'Li Na', employeeNumber: 'N-900', badge: '0042' } });
  for (const [type, name, valueType] of [
    ['department', 'floor', 'integer'],
    ['group', 'public', 'boolean'],
  ])
    expect((await ask('POST', '/attributes', { body: { type, name, label, valueType } })).status).toBe(201);
  const made = await edit(
    { do: 'department.create', as: 'sales', attributes: { name: 'Sales', code: 'S', floor: '7' } },
    { do: 'group.create', attributes: { name: 'everybody', code: 'all', public: true } },
    {
      do: 'person.create',
      attributes: { displayName: 'Wang Wu', employeeNumber: 'N-901', badge: null },
      departments: [{ department: '@sales' }],
    },
  );
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const [department] = await scene.bench.objects('department');
  const [group] = await scene.bench.objects('group');
  expect([department!.data.floor, group!.data.public]).toEqual([7, true]);
  const { object } = (await ask('GET', '/explanation?person=N-900')).body;
  expect(object.attributes.find((one: { name: string }) => one.name === 'badge')).toMatchObject({
    label: badge.label,
    value: '0042',
    said: [{ wins: true }],
  });
  const out = plainDown().person!.filter((row) => row.target !== 'note');
  const settings = {
    scope: { rules: { person: 'badge != null' } },
    mapping: { ...plainDown(), person: [...out, { target: 'note', cel: 'badge == null ? "" : "B-" + badge' }] },
  };
  const scoped = await ask('PATCH', `/jobs/${scene.down}`, { body: { settings } });
  expect(scoped.status, JSON.stringify(scoped.body)).toBe(200);
  await scene.bench.run(scene.down);
  expect([scene.account('900')?.attributes.note, scene.account('901')]).toEqual(['B-0042', undefined]);

  expect((await ask('POST', '/attributes', { body: { type: 'group', name: 'code2', label, sensitive: true } })).body.errors).toMatchObject([
    { field: 'sensitive' },
  ]);
  expect((await ask('POST', '/attributes', { body: { type: 'person', name: 'visa', label, sensitive: true } })).body.sensitive).toBe(true);
  const hidden = await edit({ do: 'person.edit', person: 'N-900', attributes: { visa: 'V-1' } });
  expect(hidden.body.errors).toMatchObject([{ field: 'steps[0].attributes.visa' }]);
  expect((await ask('PATCH', '/attributes/department/floor', { body: { archived: true } })).body.archived).toBe(true);
  const late = await edit({ do: 'department.edit', department: 'S', attributes: { floor: 8 } });
  expect(late.body.errors).toMatchObject([{ field: 'steps[0].attributes.floor' }]);
  expect((await edit({ do: 'department.edit', department: 'S', attributes: { name: 'Sales 2' } })).status).toBe(201);
  expect((await scene.bench.objects('department'))[0]!.data).toMatchObject({ name: 'Sales 2', floor: 7 });
});

it('that are sensitive rest sealed, are shown to nobody, and reach a target that takes them', async () => {
  const api = await openApi({ people: 1 });
  const { ask, scene } = api;
  await ask('POST', '/attributes', { body: { ...badge, sensitive: true } });
  await mapped(api);
  scene.hr.set('person', '1', { note: 'top-secret-0042' });
  await scene.sync();
  const [row] = await scene.bench.database.all<{ data: string }>(`SELECT data FROM object WHERE type = 'person'`);
  expect(row!.data).toContain('"badge"');
  expect(row!.data).not.toContain('top-secret');
  for (const path of ['/people/N-1', '/explanation?person=N-1', '/history?limit=50'])
    expect(JSON.stringify((await ask('GET', path)).body), path).not.toContain('top-secret');
  expect(scene.account('1')!.attributes.note).toBe('B-top-secret-0042');
});

it('stand in the configuration file, are used by jobs of the same file, and are changed only where that is safe', async () => {
  const { ask, scene } = await openApi({ people: 2 });
  await scene.sync();
  const person = plainUp().person!.filter((row) => row.target !== 'nickname');
  const { name, connection, direction, settings } = (await ask('GET', `/jobs/${scene.up}`)).body;
  const attributes = [
    { ...badge, maxLength: 20 },
    { type: 'group', name: 'public', valueType: 'boolean' },
  ];
  const document = {
    attributes,
    jobs: [
      {
        ...settings,
        name,
        connection,
        direction,
        number: scene.up,
        mapping: { ...plainUp(), person: [...person, { target: 'badge', field: 'note' }] },
      },
    ],
  };
  const planned = await ask('POST', '/configuration/plan', { body: { document } });
  expect(planned.body.problems).toEqual([]);
  expect(
    planned.body.entries.map((entry: { kind: string; name: string; action: string }) => `${entry.kind} ${entry.name} ${entry.action}`),
  ).toEqual(['attribute person.badge add', 'attribute group.public add', 'job hr in change']);
  expect((await ask('PUT', '/configuration', { body: { document } })).body).toMatchObject({ applied: true });
  const { yaml } = (await ask('GET', '/configuration')).body;
  expect(yaml).toMatch(/^attributes:\n( {2}- .*\n( {4}.*\n)*){2}/m);
  const again = await ask('POST', '/configuration/plan', { body: { document: { attributes } } });
  expect(again.body.entries.map((entry: { action: string }) => entry.action)).toEqual(['same', 'same']);
  scene.hr.set('person', '1', { note: '0042' });
  await scene.sync();
  expect((await ask('GET', '/people/N-1')).body.attributes).toMatchObject({ badge: '0042' });
  const wrong = [
    { ...badge, valueType: 'integer', sensitive: true },
    { type: 'group', name: 'name' },
    { type: 'department', name: 'code2', sensitive: true },
  ];
  const judged = await ask('POST', '/configuration/plan', { body: { document: { attributes: [...wrong, { ...badge, archived: true }] } } });
  expect(judged.body.problems.map((one: { path: unknown[] }) => one.path.join('.'))).toEqual([
    'attributes.0.sensitive',
    'attributes.0.valueType',
    'attributes.1.name',
    'attributes.2.sensitive',
    'attributes.3.name',
    'attributes.3.archived',
  ]);
});
