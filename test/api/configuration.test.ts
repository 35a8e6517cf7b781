// Connections and jobs edited over HTTP: secrets go in only, two people do not overwrite each other, wrong settings are named.
import { expect, it, vi } from 'vitest';
import { ldap } from '../../src/connectors/ldap/index.ts';
import { openApi, type ApiScene } from '../support/api-scene.ts';

const hrLdap = {
  id: 'hr-ldap',
  connector: 'ldap',
  name: 'HR',
  config: { url: 'ldaps://127.0.0.1:1', bindDn: 'cn=sync', password: 'hunter2-secret', base: 'dc=x' },
};

async function withLdap(): Promise<ApiScene> {
  const api = await openApi();
  await api.scene.bench.connection('unused', ldap as never, {});
  await api.ask('DELETE', '/connections/unused');
  return api;
}

it('a connection’s secrets go in and never come out', async () => {
  const { ask } = await withLdap();
  const made = await ask('POST', '/connections', { body: hrLdap });
  expect([made.status, made.body]).toMatchObject([
    201,
    { id: 'hr-ldap', revision: 1, secrets: ['password'], config: { bindDn: 'cn=sync' } },
  ]);
  expect(made.headers.etag).toBe('"1"');
  await ask('PATCH', '/connections/hr-ldap', { body: { config: { password: 'other-secret', bindDn: 'cn=new' } } });
  for (const path of ['/connections', '/connections/hr-ldap', '/configuration', '/status', '/jobs'])
    expect(JSON.stringify((await ask('GET', path)).body), path).not.toMatch(/hunter2|other-secret/);
  expect((await ask('GET', '/connections/hr-ldap')).body).toMatchObject({
    config: { bindDn: 'cn=new', url: 'ldaps://127.0.0.1:1' },
    revision: 2,
  });
});

it('a connection is made once, with known settings, and goes only when no job uses it', async () => {
  const { ask } = await withLdap();
  await ask('POST', '/connections', { body: hrLdap });
  expect((await ask('POST', '/connections', { body: hrLdap })).body).toMatchObject({ status: 409, errors: [{ field: 'id' }] });
  const wrong = await ask('POST', '/connections', { body: { ...hrLdap, id: 'two', config: { ...hrLdap.config, colour: 'blue' } } });
  expect([wrong.status, wrong.body.errors[0].field]).toEqual([400, 'config.colour']);
  expect((await ask('POST', '/connections', { body: { id: 'x', connector: 'nonsense' } })).body.errors[0].field).toBe('connector');
  expect((await ask('DELETE', '/connections/hr')).body).toMatchObject({ status: 409, detail: expect.stringContaining('is used by job 1') });
  expect((await ask('DELETE', '/connections/hr-ldap')).body).toEqual({ removed: 'hr-ldap' });
  expect((await ask('GET', '/connections/hr-ldap')).status).toBe(404);
});

it('who would overwrite what somebody saved meanwhile is told who, when and what', async () => {
  const { ask, scene } = await openApi();
  const read = await ask('GET', `/jobs/${scene.up}`);
  expect(read.headers.etag).toBe('"1"');
  scene.bench.clock.advance(60_000);
  const first = await ask('PATCH', `/jobs/${scene.up}`, { body: { settings: { rank: 70 } }, headers: { 'if-match': '"1"' } });
  expect([first.status, first.headers.etag, first.body.settings.rank]).toEqual([200, '"2"', 70]);
  const second = await ask('PATCH', `/jobs/${scene.up}`, { body: { settings: { rank: 90 } }, headers: { 'if-match': '"1"' } });
  expect(second.body).toMatchObject({
    status: 412,
    code: 'changed',
    detail: 'admin Li saved job 1 "hr in" at 2026-01-05T08:01:00.000Z (rank). Read it again, and make your change on top of that.',
    saved: { by: 'admin Li', at: '2026-01-05T08:01:00.000Z', what: ['rank'], revision: 2 },
  });
  expect((await ask('GET', `/jobs/${scene.up}`)).body.settings.rank).toBe(70);
  expect((await ask('PATCH', `/jobs/${scene.up}`, { body: {}, headers: { 'if-match': 'three' } })).body.errors[0].field).toBe('If-Match');
  // Where nothing has a revision a condition is refused, not passed over.
  for (const [method, path] of [
    ['POST', '/brakes'],
    ['GET', '/jobs'],
    ['GET', '/runs/1/events'],
    ['GET', '/exports/runs'],
    ['GET', '/me'],
  ] as const) {
    const refused = await ask(method, path, { ...(method === 'POST' ? { body: { reason: 'x' } } : {}), headers: { 'if-match': '"1"' } });
    expect([path, refused.status, refused.body.errors?.[0].field]).toEqual([path, 400, 'If-Match']);
  }
  expect((await ask('GET', '/status')).body.brakes).toEqual([]);
});

it.each([
  ['a job', (scene: ApiScene['scene']) => `/jobs/${scene.up}`, (n: number) => ({ settings: { rank: 60 + n } })],
  ['a connection', () => '/connections/hr', (n: number) => ({ name: `HR ${n}` })],
] as const)('of edits of %s that begin at the same revision one is saved, also when all were looked at before any was written', async (_, pathOf, bodyOf) => {
  const { ask, scene } = await openApi();
  const path = pathOf(scene);
  const { etag } = (await ask('GET', path)).headers;
  // Somebody else writes for as long as the edits are looked at: none of them can see that another one is on its way.
  let looked = 0;
  let open: () => void = () => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  const writing = scene.bench.database.write(() => gate);
  const edits = [1, 2, 3, 4].map(async (n) => {
    const answer = ask('PATCH', path, { body: bodyOf(n), headers: { 'if-match': etag! } });
    looked++;
    return answer;
  });
  await vi.waitUntil(() => looked === 4);
  for (let turns = 0; turns < 200; turns++) await new Promise((resolve) => setImmediate(resolve));
  open();
  await writing;
  const statuses = (await Promise.all(edits)).map((answer) => answer.status);
  expect(statuses.toSorted()).toEqual([200, 412, 412, 412]);
});

it('a job is made disabled, its wrong settings are named, and it goes away again', async () => {
  const { ask } = await openApi();
  const body = {
    name: 'second',
    connection: 'hr',
    direction: 'up',
    settings: { part: { unit: 2 }, mapping: { person: [{ target: 'displayName', field: 'name' }] } },
  };
  const wrong = await ask('POST', '/jobs', {
    body: { ...body, settings: { ...body.settings, mapping: { person: [{ target: 'nickName', field: 'name' }] }, polcy: {} } },
  });
  expect([wrong.status, wrong.body.errors.map((error: { field: string }) => error.field)]).toEqual([400, ['settings.polcy']]);
  const made = await ask('POST', '/jobs', { body });
  expect([made.status, made.body]).toMatchObject([201, { id: 3, state: 'disabled', savedBy: 'admin Li', revision: 1 }]);
  expect((await ask('POST', '/jobs', { body })).body).toMatchObject({ status: 409, errors: [{ field: 'name' }] });
  expect((await ask('PATCH', '/jobs/second', { body: { name: 'third', settings: { rank: 5 } } })).body).toMatchObject({
    name: 'third',
    settings: { rank: 5 },
  });
  expect((await ask('PATCH', '/jobs/third', { body: { settings: { rank: null } } })).body.settings.rank).toBe(100);
  expect((await ask('PATCH', '/jobs/third', { body: { settings: { name: 'x' } } })).body.errors[0].field).toBe('settings.name');
  expect((await ask('DELETE', '/jobs/third')).body).toEqual({ removed: 3 });
  expect((await ask('GET', '/jobs/third')).status).toBe(404);
});

it('lookup tables are put, listed and used', async () => {
  const { ask } = await openApi();
  expect((await ask('PUT', '/lookups/cities', { body: { rows: { BJ: '北京' } } })).body).toMatchObject({
    name: 'cities',
    changed: true,
    revision: 1,
  });
  expect((await ask('PUT', '/lookups/cities', { body: { rows: { BJ: '北京' } } })).body.changed).toBe(false);
  expect((await ask('GET', '/lookups')).body.lookups).toEqual([{ name: 'cities', rows: { BJ: '北京' }, revision: 1, usedBy: [] }]);
});

it('connectors and the directory describe themselves', async () => {
  const { ask } = await withLdap();
  const [described] = (await ask('GET', '/connectors?connector=ldap')).body.connectors;
  expect(described.settings.find((setting: { name: string }) => setting.name === 'password')).toMatchObject({ secret: true });
  const { types } = (await ask('GET', '/schema')).body;
  expect(types.map((type: { id: string }) => type.id)).toEqual(['department', 'person', 'group']);
});

it('the text of a file is understood as it stands, exported placeholders keep what is kept, and nothing of the server is read for it', async () => {
  const { ask } = await withLdap();
  await ask('POST', '/connections', { body: hrLdap });
  const { yaml } = (await ask('GET', '/configuration')).body as { yaml: string };
  const plan = async (document: string) => (await ask('POST', '/configuration/plan', { body: { document } })).body;
  const same = await plan(yaml);
  expect(same.problems).toEqual([]);
  expect(same.entries.filter((entry: { action: string }) => entry.action !== 'same')).toEqual([]);
  const renamed = await ask('PUT', '/configuration', { body: { document: yaml.replace('name: HR', 'name: People') } });
  expect(renamed.body).toMatchObject({ applied: true });
  expect((await ask('GET', '/connections/hr-ldap')).body).toMatchObject({ name: 'People', secrets: ['password'] });
  const broken = await plan('connections:\n  - id: a\n   name: b\n');
  expect(broken.problems[0].problem.en).toMatch(/^Line \d: not valid YAML/);
  const dangling = await plan('version: 1\nconnections: *all\n');
  expect(dangling.problems[0].problem.en).toMatch(/^Line 2: An alias \(\*name\) has no anchor/);
  expect((await plan('*8Dz!kv')).problems).toHaveLength(1);
  const stolen = await plan(yaml.replaceAll('hr-ldap', 'other').replace(/\$\{env:[^}]+\}/, '${file:/etc/passwd}'));
  expect(JSON.stringify(stolen)).not.toContain('root:');
  expect(stolen.problems, 'a new one is asked for').not.toEqual([]);
});
