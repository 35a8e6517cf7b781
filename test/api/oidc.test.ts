// The provider that people sign in with, over the API: set, tested, refused where it would be wrong, its secret never told.
import { describe, expect, it, onTestFinished } from 'vitest';
import type { OidcProvider } from '../../src/core/oidc.ts';
import { putAccount, type AccountRow } from '../../src/store/accounts.ts';
import { account as accountRow } from '../../src/store/conformance/rows.ts';
import { putSession } from '../../src/store/sessions.ts';
import { putToken } from '../../src/store/tokens.ts';
import { openApi, type ApiScene } from '../support/api-scene.ts';
import { everythingIn } from '../support/everything.ts';
import { CLIENT, startProvider, type ProviderOptions } from '../support/oidc-provider.ts';

const SITE = 'http://127.0.0.1:7300';
const SECRET = 'planted-secret-of-a-client';
const whole = {
  enabled: true,
  issuer: 'https://id.example.org/realms/company',
  clientId: 'tributary',
  clientSecret: SECRET,
  roles: [
    { value: 'sync-admins', role: 'admin' },
    { value: 'desk', role: 'operator' },
    { value: 'desk', role: 'approver' },
  ],
};

/** An administrator with a password. */
const account = (name: string, more: Partial<AccountRow> = {}): AccountRow =>
  accountRow(name, { name, nameKey: name, title: name, roles: ['admin'], password: 'x', passwordAt: 1, ...more });
const outside = (name: string): AccountRow => account(name, { password: null, issuer: whole.issuer, subject: name });
const has = (api: ApiScene, ...rows: AccountRow[]): Promise<void> =>
  api.scene.bench.database.write(async (transaction) => {
    for (const row of rows) await putAccount(transaction, row);
  });

async function provider(more: Partial<ProviderOptions> = {}): Promise<string> {
  const { issuer, stop } = await startProvider({ site: SITE, ...more });
  onTestFinished(stop);
  return issuer.origin;
}

describe('the sign-in provider', () => {
  it('is set by an administrator, seen by an auditor, closed to everybody else; its secret is in no answer, entry or row', async () => {
    const api = await openApi();
    expect((await api.ask('GET', '/oidc')).body).toMatchObject({
      from: 'settings',
      enabled: false,
      issuer: '',
      hasSecret: false,
      revision: 0,
    });
    const saved = await api.ask('PATCH', '/oidc', { body: whole });
    const { clientSecret: _, ...told } = whole;
    expect([saved.status, saved.body]).toEqual([
      200,
      {
        ...told,
        from: 'settings',
        name: '',
        scope: 'openid profile email',
        rolesClaim: 'groups',
        nameClaim: 'preferred_username',
        hasSecret: true,
        returnPath: '/sign-in/oidc/return',
        people: 0,
        localAdmins: 0,
        revision: 1,
        signedOut: 0,
        stopsTokens: [],
      },
    ]);
    await has(api, account('eve'), outside('anna'), outside('bob'));
    expect((await api.ask('GET', '/oidc', { as: 'auditor' })).body).toMatchObject({ people: 2, localAdmins: 1 });
    for (const role of ['viewer', 'operator', 'approver'] as const) expect((await api.ask('GET', '/oidc', { as: role })).status).toBe(403);
    for (const role of ['viewer', 'operator', 'approver', 'auditor'] as const) {
      expect((await api.ask('PATCH', '/oidc', { as: role, body: {} })).status).toBe(403);
      expect((await api.ask('POST', '/oidc/test', { as: role, body: {} })).status).toBe(403);
    }

    const named = await api.ask('PATCH', '/oidc', { body: { name: 'Company ID' } });
    expect(named.body).toMatchObject({ name: 'Company ID', issuer: whole.issuer, hasSecret: true, revision: 2 });
    expect((await api.ask('PATCH', '/oidc', { body: { name: 'Company ID' } })).body.revision, 'nothing differs').toBe(2);
    expect((await api.ask('PATCH', '/oidc', { body: { clientSecret: `${SECRET}-2` } })).body.revision).toBe(3);
    expect((await api.ask('PATCH', '/oidc', { body: { clientSecret: null } })).body).toMatchObject({ hasSecret: false, revision: 4 });
    const { entries } = (await api.ask('GET', '/audit?action=oidc.')).body;
    expect(entries).toMatchObject([
      { action: 'oidc.change', actor: 'admin Li', after: expect.stringContaining('"clientSecret":null') },
      { after: expect.stringContaining('"clientSecret":"•••••• (new)"') },
      { before: expect.stringContaining('"name":""'), after: expect.stringContaining('"name":"Company ID"') },
      { after: expect.stringContaining('"clientSecret":"•••••• (new)"') },
    ]);
    expect(await everythingIn(api.scene.bench.database)).not.toContain(SECRET);
    expect((await api.ask('GET', '/configuration')).body.yaml).not.toContain('oidc');
  });

  it('takes the address of its document for the issuer that it is about', async () => {
    const api = await openApi();
    const { body } = await api.ask('PATCH', '/oidc', { body: { issuer: `${whole.issuer}/.well-known/openid-configuration` } });
    expect(body.issuer).toBe(whole.issuer);
  });

  it.each([
    [{ enabled: true }, ['issuer', 'clientId', 'roles']],
    [{ issuer: 'http://id.example.org' }, ['issuer']],
    [{ issuer: 'https://user:secret@id.example.org' }, ['issuer']],
    [{ scope: 'profile' }, ['scope']],
    [{ rolesClaim: 'two words' }, ['rolesClaim']],
    [{ roles: [{ value: 'x', role: 'king' }] }, ['roles[0].role']],
    [{ roles: [{ value: ' ', role: 'admin' }] }, ['roles[0].value']],
  ])('refuses %j, field by field', async (body, fields) => {
    const api = await openApi();
    const refused = await api.ask('PATCH', '/oidc', { body });
    expect([refused.status, refused.body.errors.map((issue: { field: string }) => issue.field)]).toEqual([400, fields]);
    const inChinese = await api.ask('PATCH', '/oidc', { body, headers: { 'accept-language': 'zh' } });
    expect(inChinese.body.detail).toMatch(/\p{Script=Han}/u);
    expect((await api.ask('GET', '/oidc')).body.revision).toBe(0);
  });

  it('sends the secret to nobody for whom it was not given: with another issuer it is gone', async () => {
    const api = await openApi();
    await api.ask('PATCH', '/oidc', { body: whole });
    expect((await api.ask('PATCH', '/oidc', { body: { issuer: 'https://evil.example.org' } })).body.hasSecret).toBe(false);
    const again = { issuer: 'https://id.example.net', clientSecret: SECRET };
    expect((await api.ask('PATCH', '/oidc', { body: again })).body.hasSecret).toBe(true);
  });

  it('that somebody else has saved meanwhile says who, when and what', async () => {
    const api = await openApi();
    const read = await api.ask('GET', '/oidc');
    const own = { 'if-match': read.headers.etag as string };
    await api.ask('PATCH', '/oidc', { body: whole, headers: own });
    const late = await api.ask('PATCH', '/oidc', { body: { name: 'x' }, headers: own });
    expect([late.status, late.body.saved]).toEqual([
      412,
      { by: 'admin Li', at: expect.any(String), what: expect.arrayContaining(['issuer', 'clientId', 'roles', 'enabled']), revision: 1 },
    ]);
  });

  it.each([
    [{ enabled: false }, 'enabled'],
    [{ issuer: 'https://other.example.org' }, 'issuer, clientSecret'],
    [{ roles: [{ value: 'x', role: 'viewer' }] }, 'roles'],
    [{ roles: [{ value: 'sync-admin', role: 'admin' }] }, 'roles'],
    [{ rolesClaim: 'gruops' }, 'rolesClaim'],
    [{ clientSecret: null }, 'clientSecret'],
    [{ clientSecret: 'another one' }, 'clientSecret'],
    [{ clientId: 'somebody-else' }, 'clientId'],
    [{ scope: 'openid nonsense' }, 'scope'],
  ])('is not changed by %j while every administrator comes through it: nobody could put it back', async (body, what) => {
    const api = await openApi();
    await api.ask('PATCH', '/oidc', { body: whole });
    await has(api, outside('anna'));
    const refused = await api.ask('PATCH', '/oidc', { body });
    expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining('Invite an administrator with a password first')]);
    expect(refused.body.detail).toContain(`(${what})`);
    expect((await api.ask('GET', '/oidc')).body.revision).toBe(1);
    await has(api, account('eve'));
    expect((await api.ask('PATCH', '/oidc', { body })).body.revision).toBe(2);
  });

  it('takes from administrators who all come through it what can lock nobody out', async () => {
    const api = await openApi();
    await api.ask('PATCH', '/oidc', { body: whole });
    await has(api, outside('anna'));
    const roles = [...whole.roles.slice(0, 2), { value: 'more', role: 'admin' }, { value: 'audit', role: 'auditor' }];
    for (const body of [{ name: 'Company ID' }, { nameClaim: 'email' }, { roles }])
      expect((await api.ask('PATCH', '/oidc', { body })).status).toBe(200);
  });

  describe('and the last administrator who can sign in', () => {
    const away = { enabled: false };
    const replaced = { issuer: 'https://other.example.org', roles: [{ value: 'x', role: 'admin' }] };
    const without = { roles: [{ value: 'x', role: 'viewer' }] };
    it.each([
      ['switched off', away],
      ['another one', replaced],
      ['none that makes administrators', without],
    ])('where the provider of the others is %s: is not removed, disabled or made a viewer', async (_, change) => {
      const api = await openApi();
      await api.ask('PATCH', '/oidc', { body: whole });
      await has(api, account('eve'), outside('anna'));
      expect((await api.ask('PATCH', '/oidc', { body: change })).status).toBe(200);
      for (const refused of [
        await api.ask('DELETE', '/accounts/eve'),
        await api.ask('PATCH', '/accounts/eve', { body: { state: 'disabled' } }),
        await api.ask('PATCH', '/accounts/eve', { body: { roles: ['viewer'] } }),
      ])
        expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining('last active administrator who can sign in')]);
      const { accounts } = (await api.ask('GET', '/accounts')).body;
      expect(accounts.find((row: { name: string }) => row.name === 'eve')).toMatchObject({ roles: ['admin'], state: 'active' });
    });

    it('where the others come through the provider in force: may go, whether it is saved here or set by the environment', async () => {
      const saved = await openApi();
      await saved.ask('PATCH', '/oidc', { body: whole });
      const { enabled: _, ...rest } = whole;
      const fixed = { ...rest, name: '', scope: 'openid', rolesClaim: 'groups', nameClaim: 'email' } as OidcProvider;
      for (const api of [saved, await openApi({ oidcOfServer: fixed })]) {
        await has(api, account('eve'), outside('anna'));
        expect((await api.ask('DELETE', '/accounts/eve')).status).toBe(200);
      }
    });

    it('does not keep anybody else from being changed', async () => {
      const api = await openApi();
      await api.ask('PATCH', '/oidc', { body: whole });
      await has(api, account('eve'), account('bob', { roles: ['viewer'] }), outside('anna'));
      await api.ask('PATCH', '/oidc', { body: away });
      expect((await api.ask('PATCH', '/accounts/bob', { body: { roles: ['operator'] } })).status).toBe(200);
      expect((await api.ask('PATCH', '/accounts/anna', { body: { state: 'disabled' } })).status).toBe(200);
    });
  });

  it.each([
    [{ roles: whole.roles.slice(1) }, ['anna']],
    [{ roles: [{ value: 'sync-admins', role: 'viewer' }, ...whole.roles.slice(1)] }, ['anna']],
    [{ roles: [...whole.roles.slice(1), { value: 'other', role: 'admin' }] }, ['anna']],
    [{ roles: whole.roles.slice(0, 2) }, ['bob']],
    [{ rolesClaim: 'roles' }, ['anna', 'bob']],
    [{ roles: [...whole.roles, { value: 'more', role: 'viewer' }], name: 'Company ID', clientSecret: 'new' }, []],
  ])('changed by %j signs out who may lose a role by it, stops their tokens, and says so: %j', async (body: object, out: readonly string[]) => {
    const api = await openApi();
    await api.ask('PATCH', '/oidc', { body: whole });
    const { bench } = api.scene;
    const now = bench.clock.now();
    const people = [account('eve'), outside('anna'), { ...outside('bob'), roles: ['approver', 'operator'] }];
    await has(api, ...people.map((row) => ({ ...row, vouchedAt: row.issuer === null ? null : now })));
    await bench.database.write(async (transaction) => {
      for (const { id, name, roles } of people) {
        const session = { hash: id, account: id, stage: 'full', createdAt: now, seenAt: now, expiresAt: now + 1e6, address: '', agent: '' };
        await putSession(transaction, { ...session, stage: 'full', vouchedAt: now, refresh: null });
        const token = { id, hash: `token ${id}`, name: `ci-${name}`, role: roles[0]!, connections: null, jobs: null, createdAt: now };
        await putToken(transaction, { ...token, createdBy: name, owner: { id, name }, expiresAt: now + 1e6 });
      }
    });
    const { body: told } = await api.ask('PATCH', '/oidc', { body });
    expect([told.signedOut, told.stopsTokens]).toEqual([out.length, out.map((name) => `ci-${name}`)]);
    const left = await bench.database.all<{ account: string }>('SELECT account FROM session ORDER BY account');
    expect(left.map((row) => row.account)).toEqual(['anna', 'bob', 'eve'].filter((name) => !out.includes(name)));
    const { entries } = (await api.ask('GET', '/audit?action=session.end')).body;
    expect(entries.map((entry: { subject: string }) => entry.subject).sort()).toEqual(out.map((name) => `account:${name}`));
  });

  it('of the environment is shown without its secret, and cannot be changed', async () => {
    const { enabled: _, ...rest } = whole;
    const fixed = { ...rest, name: '', scope: 'openid', rolesClaim: 'groups', nameClaim: 'email' } as OidcProvider;
    const api = await openApi({ oidcOfServer: fixed });
    const shown = await api.ask('GET', '/oidc', { as: 'auditor' });
    expect(shown.body).toMatchObject({ from: 'environment', enabled: true, issuer: whole.issuer, nameClaim: 'email', hasSecret: true });
    expect(JSON.stringify(shown.body)).not.toContain(SECRET);
    const refused = await api.ask('PATCH', '/oidc', { body: { enabled: false } });
    expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining('OIDC_ISSUER')]);
  });
});

describe('the test of a provider', () => {
  interface Found {
    readonly level: string;
    readonly ok: boolean;
    readonly message: { readonly en: string; readonly zh: string };
    readonly remedy: { readonly en: string; readonly zh: string } | null;
    readonly settings: Record<string, string> | null;
  }
  const tested = async (api: ApiScene, body: object): Promise<Found[]> =>
    (await api.ask('POST', '/oidc/test', { body })).body.findings as Found[];
  const brief = (findings: readonly Found[]): string[] =>
    findings.map(({ level, ok, remedy }) => `${level} ${ok ? (remedy ? 'mind' : 'good') : 'bad'}`);

  it('reads how a real one describes itself, before anything is saved', async () => {
    const api = await openApi();
    const issuer = await provider();
    const findings = await tested(api, { issuer, scope: 'openid profile groups', roles: whole.roles, hasSecret: true });
    expect(brief(findings)).toEqual([
      'reachable good',
      'issuer good',
      'addresses good',
      'pkce good',
      'scope good',
      'roles-claim good',
      'secret mind',
      'return-address mind',
    ]);
    expect(findings.find(({ level }) => level === 'secret')!.message.en).toContain('only when somebody signs in');
    expect((await api.ask('GET', '/oidc')).body.revision).toBe(0);
  });

  it('says what it does not list, and offers the settings that would do', async () => {
    const api = await openApi();
    const findings = await tested(api, { issuer: await provider(), scope: 'openid company', rolesClaim: 'roles' });
    const of = (level: string): Found => findings.find((one) => one.level === level)!;
    expect([of('scope').message.en, of('scope').settings]).toEqual([expect.stringContaining('company'), { scope: 'openid' }]);
    expect(of('roles-claim').message.en).toContain('does not list the claim "roles"');
    expect(of('admin').message.en).toContain('No value gives the role administrator');
    for (const { message, remedy } of findings)
      for (const label of [message, remedy]) if (label) expect(label.zh).toMatch(/\p{Script=Han}/u);
  });

  it('finds an issuer that names itself otherwise, with the name that would fit', async () => {
    const api = await openApi();
    const issuer = await provider();
    const findings = await tested(api, { issuer: issuer.replace('127.0.0.1', 'localhost') });
    expect(findings.find(({ level }) => level === 'issuer')).toMatchObject({ ok: false, settings: { issuer } });
  });

  it('says why it cannot be reached: nobody there, no provider, an address that nothing may reach', async () => {
    const api = await openApi();
    const first = async (issuer: string): Promise<Found> => (await tested(api, { issuer }))[0]!;
    const gone = await startProvider({ site: SITE });
    await gone.stop();
    expect(await first(gone.issuer.origin)).toMatchObject({
      level: 'reachable',
      ok: false,
      message: { en: expect.stringContaining('could not be reached') },
    });
    expect(await first(`${await provider()}/elsewhere`)).toMatchObject({ ok: false, message: { en: expect.stringContaining('HTTP 404') } });
    for (const issuer of ['https://169.254.169.254', 'https://[::ffff:169.254.169.254]/latest'])
      expect(await first(issuer)).toMatchObject({ ok: false, message: { en: expect.stringContaining('link-local or metadata') } });
  });

  it('without an issuer says that it is needed', async () => {
    const api = await openApi();
    expect((await api.ask('POST', '/oidc/test', { body: {} })).body).toMatchObject({ status: 400, errors: [{ field: 'issuer' }] });
  });

  it('never sends the secret', async () => {
    const api = await openApi();
    const asked = { tokens: 0, isAway: false };
    const issuer = await provider({ asked });
    await api.ask('PATCH', '/oidc', { body: { ...whole, issuer, clientSecret: CLIENT.client_secret } });
    await tested(api, {});
    expect(asked.tokens).toBe(0);
  });
});
