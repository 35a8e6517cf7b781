// Of two people who edit the same thing at once, the second is told who was faster, when and with what: nothing is overwritten unseen.
import { expect, it } from 'vitest';
import { putAccount } from '../../src/store/accounts.ts';
import { openApi, type ApiScene, type Loose } from '../support/api-scene.ts';

type Body = Record<string, unknown>;

const mail = { id: 'mail', kind: 'email', name: 'Mail', config: { host: 'mail.example.org', from: 'sync@example.org' } };
const rule = (to: string) => ({ rules: [{ on: ['failure'], channel: 'mail', to: [to] }] });
const collector = (host: string) => ({ to: { transport: 'tcp', host, port: 514 } });

interface Case {
  readonly name: string;
  readonly method: 'PUT' | 'PATCH';
  readonly path: string;
  /** What is there before, with what was read of it. */
  readonly read: (api: ApiScene) => Promise<{ readonly revision: number }>;
  readonly bodies: readonly [Body, Body];
  readonly says: string;
  readonly what: readonly string[];
  /** What is there at the end is what the first one saved. */
  readonly kept: (api: ApiScene) => Promise<unknown>;
  readonly is: unknown;
}

const addMail = ({ ask }: ApiScene) => ask('POST', '/channels', { body: mail });
const read = async ({ ask }: ApiScene, path: string): Promise<Loose> => (await ask('GET', path)).body;
const one = (rows: Loose, key: string, value: string): Loose => rows.find((row: Loose) => row[key] === value);

const cases: readonly Case[] = [
  {
    name: 'a channel',
    method: 'PATCH',
    path: '/channels/mail',
    read: async (api) => (await addMail(api)).body,
    bodies: [{ name: 'First' }, { name: 'Second' }],
    says: 'channel "mail"',
    what: ['name'],
    kept: async (api) => one((await read(api, '/channels')).channels, 'id', 'mail').name,
    is: 'First',
  },
  {
    name: 'the rules of notices',
    method: 'PUT',
    path: '/notices/rules',
    read: async (api) => (await addMail(api), read(api, '/notices/rules')),
    bodies: [{ rules: rule('a@example.org') }, { rules: rule('b@example.org') }],
    says: 'the rules of notices',
    what: ['rules'],
    kept: async (api) => (await read(api, '/notices/rules')).rules.rules[0].to,
    is: ['a@example.org'],
  },
  {
    name: 'a lookup table',
    method: 'PUT',
    path: '/lookups/cities',
    read: async ({ ask }) =>
      (await ask('PUT', '/lookups/cities', { body: { rows: { bj: 'Beijing' } }, headers: { 'if-match': '"0"' } })).body,
    bodies: [{ rows: { bj: 'Beijing', sh: 'Shanghai' } }, { rows: { bj: 'Peking' } }],
    says: 'lookup table "cities"',
    what: ['sh'],
    kept: async (api) => (await read(api, '/lookups')).lookups[0],
    is: { name: 'cities', rows: { bj: 'Beijing', sh: 'Shanghai' }, revision: 2, usedBy: [] },
  },
  {
    name: 'the configuration',
    method: 'PUT',
    path: '/configuration',
    read: async ({ ask }) => (await ask('POST', '/configuration/plan', { body: { document: { settings: { language: 'zh' } } } })).body,
    bodies: [{ document: { settings: { timeZone: 'Asia/Shanghai' } } }, { document: { settings: { language: 'zh' } } }],
    says: 'the configuration',
    what: ['settings:settings timeZone'],
    kept: async (api) => [(await read(api, '/settings')).timeZone, (await read(api, '/settings')).language],
    is: ['Asia/Shanghai', 'en'],
  },
  {
    name: 'the forwarding of the audit log',
    method: 'PUT',
    path: '/audit/forwarding',
    read: (api) => read(api, '/audit/forwarding'),
    bodies: [collector('first.example.org'), collector('second.example.org')],
    says: 'the forwarding of the audit log',
    what: ['transport', 'host', 'port', 'ca', 'allowLinkLocal'],
    kept: async (api) => (await read(api, '/audit/forwarding')).to.host,
    is: 'first.example.org',
  },
];

it.each(cases)('$name', async ({ method, path, read: begin, bodies, says, what, kept, is }) => {
  const api = await openApi();
  const { ask, scene } = api;
  const { revision } = await begin(api);
  const headers = { 'if-match': `"${revision}"` };
  scene.bench.clock.advance(60_000);
  const first = await ask(method, path, { body: bodies[0], headers });
  expect(first.status, JSON.stringify(first.body)).toBe(200);
  const second = await ask(method, path, { body: bodies[1], headers });
  expect(second.body).toMatchObject({
    status: 412,
    code: 'changed',
    detail: expect.stringMatching(new RegExp(`^admin Li saved ${says} at 2026-01-05T08:01:00.000Z \\(`)),
    saved: { by: 'admin Li', at: '2026-01-05T08:01:00.000Z', what },
  });
  const inChinese = await ask(method, path, { body: bodies[1], headers: { ...headers, 'accept-language': 'zh' } });
  expect(inChinese.body.detail).toMatch(/^admin Li 已于 .*请重新读取后再修改。$/);
  expect(await kept(api)).toEqual(is);
  // On top of what the other one saved it is taken.
  const now = { 'if-match': `"${second.body.saved.revision}"` };
  expect((await ask(method, path, { body: bodies[1], headers: now })).status).toBe(200);
});

const member = async ({ scene }: ApiScene, name: string) =>
  scene.bench.database.write((transaction) =>
    putAccount(transaction, { ...nobody, id: name, name, nameKey: name, title: name, roles: ['admin'] }),
  );
const nobody = {
  state: 'active',
  issuer: null,
  subject: null,
  vouchedAt: null,
  password: null,
  passwordAt: null,
  totp: null,
  totpStep: null,
  createdAt: 1,
  createdBy: 'test',
  signedInAt: null,
} as const;

it('an account', async () => {
  const api = await openApi();
  const { ask } = api;
  for (const name of ['anna', 'bob']) await member(api, name);
  const { revision } = one((await read(api, '/accounts')).accounts, 'name', 'bob');
  const headers = { 'if-match': `"${revision}"` };
  expect((await ask('PATCH', '/accounts/bob', { body: { roles: ['viewer'] }, headers })).status).toBe(200);
  const late = await ask('PATCH', '/accounts/bob', { body: { roles: ['operator'] }, headers });
  expect(late.body).toMatchObject({ status: 412, saved: { by: 'admin Li', what: ['roles'] } });
  expect(one((await read(api, '/accounts')).accounts, 'name', 'bob').roles).toEqual(['viewer']);
});

it('who answers for a token', async () => {
  const api = await openApi();
  const { ask } = api;
  for (const name of ['anna', 'bob']) await member(api, name);
  await ask('POST', '/tokens', { body: { name: 'ci', role: 'viewer', owner: 'anna' } });
  const [token] = (await read(api, '/tokens')).tokens;
  const headers = { 'if-match': `"${token.revision}"` };
  expect((await ask('PATCH', '/tokens/ci', { body: { owner: 'bob' }, headers })).status).toBe(200);
  const late = await ask('PATCH', '/tokens/ci', { body: { owner: 'anna' }, headers });
  expect(late.body).toMatchObject({ status: 412, saved: { by: 'admin Li', what: ['owner'] } });
  expect((await read(api, '/tokens')).tokens[0].owner).toBe('bob');
});

it('a file that brings an attribute with it is applied under one revision, and a new password alone is a change of the configuration', async () => {
  const api = await openApi();
  const { ask } = api;
  const document = { attributes: [{ type: 'person', name: 'badge' }], settings: { language: 'zh' } };
  const seen = (await read(api, '/configuration')).revision;
  const applied = await ask('PUT', '/configuration', { body: { document }, headers: { 'if-match': `"${seen}"` } });
  expect([applied.status, (await read(api, '/settings')).language], JSON.stringify(applied.body)).toEqual([200, 'zh']);
  await addMail(api);
  const before = await read(api, '/configuration');
  await ask('PATCH', '/channels/mail', { body: { config: { password: 'one' } } });
  const between = await read(api, '/configuration');
  await ask('PATCH', '/channels/mail', { body: { config: { password: 'two' } } });
  const after = await read(api, '/configuration');
  expect(after.yaml).toBe(between.yaml);
  expect(new Set([before.revision, between.revision, after.revision]).size).toBe(3);
});

/** Nothing that somebody else could have edited meanwhile. */
const withoutRevision: Readonly<Record<string, string>> = {
  'PUT /api/v1/uploads/{name}': 'every file that is brought is kept under a name of its own; none replaces another',
};

it('every address that replaces or changes something takes If-Match, or says why it does not', async () => {
  const { ask } = await openApi();
  const { paths } = (await ask('GET', '/openapi.json')).body;
  const edits = Object.entries<Loose>(paths).flatMap(([path, methods]) =>
    Object.entries<Loose>(methods)
      .filter(([method]) => method === 'put' || method === 'patch')
      .map(([method, described]) => ({
        name: `${method.toUpperCase()} ${path}`,
        takes: (described.parameters ?? []).some((given: Loose) => given.in === 'header' && given.name === 'if-match'),
      })),
  );
  expect(edits.length).toBeGreaterThan(10);
  expect(edits.filter((edit) => !edit.takes).map((edit) => edit.name)).toEqual(Object.keys(withoutRevision));
});
