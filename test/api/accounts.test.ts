// Accounts, tokens and the audit log over the API: what is shown once, who may what, and what nobody may.
import { describe, expect, it } from 'vitest';
import { carryOut, operations } from '../../src/engine/commands.ts';
import { secretHash } from '../../src/engine/sign-in/door.ts';
import { inspectLink, openLink } from '../../src/engine/sign-in/links.ts';
import { visitOfToken } from '../../src/engine/sign-in/who.ts';
import { openApi, type ApiScene, type Loose } from '../support/api-scene.ts';

async function accept(api: ApiScene, path: string, name: string): Promise<object> {
  const { database, options } = { database: api.scene.bench.database, options: api.scene.bench.engine.options };
  return openLink(
    { database, sealer: options.sealer, now: () => api.scene.bench.clock.now(), cost: { n: 256, r: 8, p: 1 } },
    { link: path.split('link=')[1]!, name, title: '', password: 'staple battery horse', address: '::1', agent: '' },
  );
}

async function withAdmin(): Promise<ApiScene> {
  const api = await openApi();
  const made = await api.ask('POST', '/accounts', { body: { name: 'anna', roles: ['admin'] } });
  expect(made.status).toBe(201);
  await accept(api, made.body.path, 'anna');
  return api;
}

describe('accounts', () => {
  it('begin with an invitation that works once, and appear with their roles', async () => {
    const api = await withAdmin();
    const { body } = await api.ask('POST', '/accounts', { body: { name: 'bob', roles: ['operator', 'approver'] } });
    expect(await accept(api, body.path, 'bob')).toMatchObject({ stage: 'full' });
    expect(await accept(api, body.path, 'eve')).toMatchObject({ refused: 'link' });
    expect((await api.ask('GET', '/accounts')).body.accounts).toMatchObject([
      { name: 'anna', roles: ['admin'], provider: 'local' },
      { name: 'bob', roles: ['operator', 'approver'], state: 'active' },
    ]);
    expect((await api.ask('POST', '/accounts', { body: { name: 'BOB', roles: ['viewer'] } })).status).toBe(409);
    expect((await api.ask('POST', '/accounts', { body: { name: 'b b', roles: ['viewer'] } })).body.errors ?? []).not.toEqual([]);
  });

  it('lose their sessions when disabled; the last administrator cannot be disabled, demoted or removed', async () => {
    const api = await withAdmin();
    const change = (body: object) => api.ask('PATCH', '/accounts/anna', { body });
    for (const answer of [
      await change({ state: 'disabled' }),
      await change({ roles: ['auditor'] }),
      await api.ask('DELETE', '/accounts/anna'),
    ]) {
      expect(answer.status).toBe(409);
      expect(answer.body.detail).toContain('last active administrator');
    }
    const { body } = await api.ask('POST', '/accounts', { body: { name: 'bob', roles: ['admin'] } });
    await accept(api, body.path, 'bob');
    expect((await change({ state: 'disabled' })).body).toMatchObject({ state: 'disabled', roles: ['admin'] });
    expect(
      await api.scene.bench.database.all('SELECT hash FROM session s JOIN account a ON a.id = s.account WHERE a.name = ?', 'anna'),
    ).toEqual([]);
    expect((await api.ask('DELETE', '/accounts/bob')).status).toBe(409);
  });

  it('get a new password by a link that replaces the one before', async () => {
    const api = await withAdmin();
    const first = (await api.ask('POST', '/accounts/anna/reset')).body.path;
    const second = (await api.ask('POST', '/accounts/anna/reset')).body.path;
    const now = api.scene.bench.clock.now();
    expect(await inspectLink(api.scene.bench.database, first.split('=')[1], now)).toBeNull();
    expect(await inspectLink(api.scene.bench.database, second.split('=')[1], now)).toEqual({ kind: 'reset', name: 'anna' });
  });

  it('cannot be reset to a first administrator over HTTP, by any role', async () => {
    expect(operations['admin.reset'].route).toBeNull();
    const api = await openApi();
    expect(JSON.stringify((await api.ask('GET', '/openapi.json', { as: 'nobody' })).body)).not.toContain('admin.reset');
  });
});

describe('tokens', () => {
  it('are shown once, kept as a hash, listed with their scope, and revoked by id or name', async () => {
    const api = await openApi();
    const { status, body } = await api.ask('POST', '/tokens', { body: { name: 'ci', role: 'operator', days: 1, jobs: [1] } });
    expect(status).toBe(201);
    expect(body).toMatchObject({ role: 'operator', jobs: [1], connections: null });
    expect(await api.scene.bench.database.all('SELECT hash FROM token')).toEqual([{ hash: secretHash(body.token) }]);
    const listed = await api.ask('GET', '/tokens');
    expect(JSON.stringify(listed.body)).not.toContain(body.token);
    expect(listed.body.tokens).toMatchObject([{ name: 'ci', revokedAt: null, expiresAt: api.scene.bench.clock.now() + 86_400_000 }]);
    expect(JSON.stringify((await api.ask('GET', '/audit')).body)).not.toContain(body.token);
    expect((await api.ask('DELETE', '/tokens/ci')).status).toBe(200);
    expect((await api.ask('DELETE', '/tokens/ci')).status).toBe(404);
  });

  it('name connections and jobs that exist', async () => {
    const api = await openApi();
    const make = async (body: object) => (await api.ask('POST', '/tokens', { body: { name: 'x', role: 'viewer', ...body } })).status;
    expect(await make({ connections: ['nowhere'] })).toBe(404);
    expect(await make({ jobs: ['nothing'] })).toBe(404);
    expect([await make({ days: 10_000 }), await make({ role: 'king' })]).toEqual([400, 400]);
  });
});

describe('a token and who answers for it', () => {
  const works = async (api: ApiScene, secret: string): Promise<boolean> =>
    (await visitOfToken(api.scene.bench.database, secret, api.scene.bench.clock.now())) !== null;
  async function as(api: ApiScene, actor: string, name: string, role: string): Promise<string> {
    const { engine, database, clock } = api.scene.bench;
    const context = { reader: database, connectors: engine.options.connectors, now: () => clock.now(), engine, alone: true, actor };
    return ((await carryOut('token.create', context, { name, role })) as { token: string }).token;
  }

  it('end together: disabled, demoted or removed, and the audit log and the list say so; another owner brings it back', async () => {
    const api = await withAdmin();
    for (const name of ['bob', 'cleo'])
      await accept(api, (await api.ask('POST', '/accounts', { body: { name, roles: ['admin'] } })).body.path, name);
    const strong = await as(api, 'bob', 'strong', 'admin');
    const weak = await as(api, 'bob', 'weak', 'viewer');
    const server = await as(api, 'cli:root', 'of the server', 'viewer');
    // What a token makes is its owner's, too.
    const child = await as(api, 'token:strong', 'child', 'viewer');
    const all = async () => Promise.all([strong, weak, child, server].map((secret) => works(api, secret)));
    expect(await all()).toEqual([true, true, true, true]);

    const change = (body: object) => api.ask('PATCH', '/accounts/bob', { body });
    expect((await change({ roles: ['operator'] })).body.stopsTokens).toEqual(['strong']);
    expect(await all()).toEqual([false, true, true, true]);
    expect((await change({ state: 'disabled' })).body.stopsTokens.sort()).toEqual(['child', 'weak']);
    expect(await all()).toEqual([false, false, false, true]);
    expect((await change({ state: 'active', roles: ['admin'] })).body.stopsTokens).toEqual([]);
    expect(await all()).toEqual([true, true, true, true]);
    expect((await api.ask('DELETE', '/accounts/bob')).body.stopsTokens.sort()).toEqual(['child', 'strong', 'weak']);
    expect(await all()).toEqual([false, false, false, true]);

    const listed = (await api.ask('GET', '/tokens', { as: 'auditor' })).body.tokens;
    expect(Object.fromEntries(listed.map((one: Loose) => [one.name, [one.owner, one.orphaned]]))).toEqual({
      strong: ['bob', 'removed'],
      weak: ['bob', 'removed'],
      child: ['bob', 'removed'],
      'of the server': [null, null],
    });
    // Somebody new of the same name is somebody else.
    await accept(api, (await api.ask('POST', '/accounts', { body: { name: 'bob', roles: ['admin'] } })).body.path, 'bob');
    expect(await all()).toEqual([false, false, false, true]);

    expect((await api.ask('PATCH', '/tokens/weak', { body: { owner: 'cleo' } })).body).toMatchObject({ name: 'weak', owner: 'cleo' });
    expect(await all()).toEqual([false, true, false, true]);
    const log = (await api.ask('GET', '/audit?limit=200', { as: 'auditor' })).body.entries;
    const entry = (action: string): Loose => log.find((one: Loose) => one.action === action);
    expect(entry('account.remove').after).toContain('"stopsTokens"');
    expect([entry('token.owner').before, entry('token.owner').after]).toEqual(['{"owner":"bob"}', '{"owner":"cleo"}']);
  });

  it('are of one mind: nobody answers for more than they may do themselves, nor who is not there', async () => {
    const api = await withAdmin();
    await accept(api, (await api.ask('POST', '/accounts', { body: { name: 'bob', roles: ['operator'] } })).body.path, 'bob');
    const make = (owner: string, role: string) => api.ask('POST', '/tokens', { body: { name: 'x', role, owner } });
    expect([(await make('bob', 'admin')).status, (await make('nobody', 'viewer')).status]).toEqual([409, 404]);
    expect((await make('bob', 'viewer')).body).toMatchObject({ owner: 'bob' });
    await make('anna', 'admin');
    const given = await api.ask('PATCH', '/tokens/x', { body: { owner: 'bob' } });
    expect([given.status, given.body.detail]).toEqual([409, expect.stringContaining('2 tokens are named')]);
  });
});

describe('the audit log', () => {
  it('tells of every change with before and after, page by page, to auditors and administrators only', async () => {
    const api = await withAdmin();
    await api.ask('POST', '/brakes', { body: { reason: 'audit' } });
    await api.ask('POST', '/tokens', { body: { name: 'ci', role: 'viewer' } });
    const first = (await api.ask('GET', '/audit?limit=2', { as: 'auditor' })).body;
    expect(first.entries.map((entry: { action: string }) => entry.action)).toEqual(['token.create', 'brake.hold']);
    expect(first.entries[1]).toMatchObject({ actor: 'admin Li', subject: 'all', after: 'audit' });
    const rest = (await api.ask('GET', `/audit?limit=50&cursor=${first.next}`, { as: 'auditor' })).body;
    expect(rest.entries.map((entry: { action: string }) => entry.action)).toContain('account.invite');
    for (const role of ['viewer', 'operator', 'approver'] as const)
      for (const path of ['/audit', '/audit/verification', '/accounts', '/tokens'])
        expect((await api.ask('GET', path, { as: role })).status).toBe(403);
  });

  it('is verified; the first entry that somebody altered is named', async () => {
    const api = await withAdmin();
    const before = (await api.ask('GET', '/audit/verification', { as: 'auditor' })).body;
    expect(before.broken).toBeNull();
    expect((await api.ask('GET', `/audit/verification?head=${before.head}`)).body.broken).toBeNull();
    expect((await api.ask('GET', `/audit/verification?head=${'a'.repeat(64)}`)).body.broken).not.toBeNull();
    await api.scene.bench.database.write((transaction) => transaction.run(`UPDATE audit SET at = at + 1 WHERE seq = 2`));
    expect((await api.ask('GET', '/audit/verification')).body.broken).toMatchObject({ seq: 2 });
  });

  it('is changed by no operation: those that name it read it, or say where it is forwarded to', () => {
    const about = Object.entries(operations).filter(([name]) => name.startsWith('audit.'));
    expect(about.map(([name, operation]) => [name, operation.where])).toEqual([
      ['audit.forward', 'engine'],
      ['audit.forwarding', 'reader'],
      ['audit.list', 'reader'],
      ['audit.verify', 'reader'],
    ]);
  });
});
