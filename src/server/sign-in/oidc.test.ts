// Signing in with a real OpenID Connect provider (oidc-provider), and with one that answers what it must not.
import { describe, expect, it } from 'vitest';
import type { OidcProvider } from '../../core/oidc.ts';
import { secretHash } from '../../engine/sign-in/door.ts';
import { visitOfToken } from '../../engine/sign-in/who.ts';
import { allThatWaits } from '../../engine/waiting/entries.ts';
import { listAccounts } from '../../store/accounts.ts';
import { putToken } from '../../store/tokens.ts';
import { people, type ProviderOptions } from '../../../test/support/oidc-provider.ts';
import { HOST, openSite, type Answer, type Site } from './browser-test-support.ts';
import { atProvider, pathOf, provider, save, settingsFor, signIn } from './oidc-test-support.ts';
import { oidcWith, rolesFrom } from './oidc.ts';
import { providerInForce } from './provider.ts';

describe('signing in with a provider', () => {
  it('makes an account with the roles of its claim, and lets nobody in who has none', async () => {
    const issuer = await provider();
    const site = await openSite({}, oidcWith(settingsFor(issuer)));
    const browser = site.browser();
    expect((await browser.get('/sign-in')).text).toContain('Xinghe ID');
    expect(await signIn(site, 'anna', browser)).toMatchObject({ status: 303, location: '/account' });
    expect((await browser.get('/account')).text).toContain('Anna Li');
    expect(await listAccounts(site.bench.database)).toMatchObject([
      { name: 'anna.li', title: 'Anna Li', roles: ['admin'], issuer: issuer.origin, subject: 'anna', password: null },
    ]);

    const refused = await signIn(site, 'bob');
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('OIDC_ROLES');
    expect(await listAccounts(site.bench.database)).toHaveLength(1);
    expect(site.faults).toEqual([]);
  });

  it('refuses an answer that this browser did not ask for, one that comes twice, and one with a foreign state', async () => {
    const site = await openSite({}, oidcWith(settingsFor(await provider())));
    const mine = site.browser();
    const left = await mine.get('/sign-in/oidc');
    const answer = pathOf(await atProvider(left.location!, 'anna'));

    expect((await site.browser().get(answer)).status, 'a browser without the errand').toBe(401);
    const kept = mine.cookies.get('tributary-oidc')!;
    expect((await mine.get(answer.replace(/state=[^&]+/, 'state=another'))).status, 'another state').toBe(401);
    mine.cookies.set('tributary-oidc', kept);
    const other = site.browser();
    await other.get('/sign-in/oidc');
    expect((await other.get(answer)).status, 'another errand').toBe(401);
    expect((await mine.get(answer)).status).toBe(303);
    mine.cookies.set('tributary-oidc', kept);
    expect((await mine.get(answer)).status, 'a code is good once').toBe(401);
    expect((await listAccounts(site.bench.database)).length).toBe(1);
  });

  it('asks with PKCE, state and nonce, and refuses a token with another nonce', async () => {
    const site = await openSite({}, oidcWith(settingsFor(await provider())));
    const browser = site.browser();
    const asked = new URL((await browser.get('/sign-in/oidc')).location!);
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: `http://${HOST}/sign-in/oidc/return`,
    });
    const answer = pathOf(await atProvider(asked.href, 'anna'));
    const errand = JSON.parse(Buffer.from(browser.cookies.get('tributary-oidc')!, 'base64url').toString()) as Record<string, string>;
    expect(asked.searchParams.get('nonce')).toBe(errand.nonce);
    browser.cookies.set('tributary-oidc', Buffer.from(JSON.stringify({ ...errand, nonce: 'another' })).toString('base64url'));
    expect((await browser.get(answer)).status).toBe(401);
    expect(await listAccounts(site.bench.database)).toEqual([]);
  });

  it('with a provider that is away says so, and works when it is back', async () => {
    const issuer = await provider();
    let isAway = true;
    const oidc = oidcWith(settingsFor(issuer));
    const site = await openSite(
      {},
      {
        ...oidc,
        begin: (...given) => (isAway ? oidcWith(settingsFor(new URL('http://127.0.0.1:1'))).begin(...given) : oidc.begin(...given)),
      },
    );
    const answer = await site.browser().get('/sign-in/oidc');
    expect(answer.status).toBe(502);
    expect(answer.text).toContain('cannot be reached');
    isAway = false;
    expect((await signIn(site, 'anna')).status).toBe(303);
  });
});

describe('a session that a provider vouches for', () => {
  const MINUTE = 60_000;
  const opened = async (options: Partial<ProviderOptions>) => {
    const roles: OidcProvider['roles'] = [
      { value: 'sync-admins', role: 'admin' },
      { value: 'audit', role: 'auditor' },
    ];
    const site = await openSite({}, oidcWith(settingsFor(await provider(options), { roles })));
    const browser = site.browser();
    await signIn(site, 'anna', browser);
    const status = async (): Promise<number> => (await browser.get('/account')).status;
    expect(await status()).toBe(200);
    return { site, status };
  };
  const rolesIn = async (site: Site) => (await listAccounts(site.bench.database)).map((row) => row.roles);

  it('is asked about again where the provider gives a refresh token: once for many requests; new roles count, and who is gone is out', async () => {
    const known = structuredClone(people) as Record<string, { groups: string[]; preferred_username: string; name: string }>;
    const asked = { tokens: 0, isAway: false };
    const { site, status } = await opened({ known, refresh: true, asked });
    const [session] = await site.bench.database.all<{ refresh: string }>('SELECT refresh FROM session');
    expect(session!.refresh, 'sealed').toMatch(/^§/);
    site.bench.clock.now += 9 * MINUTE;
    expect([await status(), asked.tokens]).toEqual([200, 1]);

    known.anna!.groups = ['audit'];
    site.bench.clock.now += 2 * MINUTE;
    expect(await Promise.all(Array.from({ length: 5 }, status))).toEqual(Array.from({ length: 5 }, () => 200));
    expect([await rolesIn(site), asked.tokens]).toEqual([[['auditor']], 2]);

    // The token that came with the answer is the next one's.
    site.bench.clock.now += 11 * MINUTE;
    expect([await status(), asked.tokens]).toEqual([200, 3]);
    known.anna!.groups = ['everybody'];
    site.bench.clock.now += 11 * MINUTE;
    expect([await status(), await rolesIn(site)]).toEqual([303, [[]]]);
    expect(site.faults).toEqual([]);
  });

  it('ends when the provider says no, and lives on its last word while the provider is away, for eight hours', async () => {
    const known = structuredClone(people) as Record<string, { groups: string[]; preferred_username: string; name: string }>;
    const asked = { tokens: 0, isAway: false };
    const { site, status } = await opened({ known, refresh: true, asked });
    asked.isAway = true;
    site.bench.clock.now += 11 * MINUTE;
    expect([await status(), await status(), asked.tokens, site.faults.length]).toEqual([200, 200, 2, 1]);
    site.bench.clock.now += 400 * MINUTE;
    expect(await status()).toBe(200);
    asked.isAway = false;
    delete known.anna;
    site.bench.clock.now += 2 * MINUTE;
    expect(await status()).toBe(303);
    expect((await site.bench.actions()).at(-1)).toBe('session.end');

    const away = { tokens: 0, isAway: false };
    const other = await opened({ refresh: true, asked: away });
    away.isAway = true;
    other.site.bench.clock.now += 470 * MINUTE;
    expect(await other.status()).toBe(200);
    other.site.bench.clock.now += 11 * MINUTE;
    expect(await other.status(), 'nobody vouches any more').toBe(303);
  });

  it('holds the tokens of who signed in: they stop when the provider says no, or nothing for thirty days, and go on after the next sign-in', async () => {
    const known = structuredClone(people) as Record<string, { groups: string[]; preferred_username: string; name: string }>;
    const { site, status } = await opened({ known, refresh: true });
    const { database, clock } = site.bench;
    const [anna] = await listAccounts(database);
    await database.write((transaction) =>
      putToken(transaction, {
        id: 't',
        hash: secretHash('the-token'),
        name: 'ci',
        role: 'viewer',
        connections: null,
        jobs: null,
        createdAt: clock.now,
        createdBy: 'anna',
        owner: { id: anna!.id, name: 'anna' },
        expiresAt: clock.now + 700 * 1440 * MINUTE,
      }),
    );
    const works = async (): Promise<boolean> => (await visitOfToken(database, 'the-token', clock.now)) !== null;
    const says = async () => (await allThatWaits(database, clock.now)).map(({ kind, title }) => `${kind}: ${title.en}`);
    expect([await works(), await says()]).toEqual([true, []]);

    const { anna: card } = known;
    delete known.anna;
    clock.now += 11 * MINUTE;
    expect([await status(), await works()]).toEqual([303, false]);
    expect(await says()).toEqual(['token-orphaned: The API token "ci" is refused: nobody answers for it']);

    known.anna = card!;
    await signIn(site, 'anna');
    expect(await works()).toBe(true);
    clock.now += 24 * 1440 * MINUTE;
    expect([await works(), await says()]).toEqual([true, ['token-ending: The API token "ci" stops unless its owner signs in']]);
    clock.now += 6 * 1440 * MINUTE;
    expect(await works()).toBe(false);
  });

  it('without a refresh token ends after eight hours, however much it is used', async () => {
    const { site, status } = await opened({});
    for (let hour = 1; hour < 8; hour++) {
      site.bench.clock.now += 60 * MINUTE;
      expect(await status()).toBe(200);
    }
    site.bench.clock.now += 60 * MINUTE;
    expect(await status()).toBe(303);
  });
});

describe('a provider that is set in the console', () => {
  it('is in force from the next request on, without a restart, and gone when it is switched off: a page says so', async () => {
    const site = await openSite();
    const browser = site.browser();
    expect((await browser.get('/sign-in')).text).not.toContain('/sign-in/oidc');
    const nobody = await browser.get('/sign-in/oidc?lang=zh');
    expect([nobody.status, nobody.text]).toEqual([404, expect.stringContaining('此处未启用通过身份提供方登录')]);

    const settings = settingsFor(await provider());
    await save(site, settings);
    expect((await browser.get('/sign-in')).text).toContain('Xinghe ID');
    expect(await signIn(site, 'anna')).toMatchObject({ status: 303, location: '/account' });
    await save(site, { ...settings, name: 'Anders' });
    expect((await browser.get('/sign-in')).text).toContain('Anders');

    // Somebody is on the way to the provider in this moment.
    const left = await browser.get('/sign-in/oidc');
    await save(site, settings, false);
    expect((await browser.get(pathOf(await atProvider(left.location!, 'anna')))).status).toBe(404);
    expect((await browser.get('/sign-in')).text).not.toContain('/sign-in/oidc');
    expect(site.faults).toEqual([]);
  });

  it('is the same for every server of one store', async () => {
    const site = await openSite();
    const { database: reader, perform } = site.bench;
    const other = providerInForce({ reader, perform, fixed: null });
    expect(await other()).toBeNull();
    await save(site, settingsFor(await provider()));
    const first = await other();
    expect(first?.name).toBe('Xinghe ID');
    expect(await other(), 'it is not made anew for each request').toBe(first);
    await save(site, { ...settingsFor(await provider()), name: '' });
    expect((await other())?.name).toBe('127.0.0.1');
  });

  it('gives way to the one of the environment', async () => {
    const site = await openSite();
    const { database: reader, perform } = site.bench;
    const fixed = settingsFor(await provider(), { name: 'Of the server' });
    const inForce = providerInForce({ reader, perform, fixed });
    await save(site, settingsFor(new URL(fixed.issuer)), false);
    expect((await inForce())?.name).toBe('Of the server');
  });

  it.each(['is switched off', 'is another one'])('ends the sessions it vouched for when it %s', async (what) => {
    const site = await openSite();
    const settings = settingsFor(await provider({ refresh: true }));
    await save(site, settings);
    const browser = site.browser();
    await signIn(site, 'anna', browser);
    expect((await browser.get('/account')).status).toBe(200);
    if (what === 'is switched off') await save(site, settings, false);
    else await save(site, settingsFor(await provider()));
    site.bench.clock.now += 11 * 60_000;
    expect((await browser.get('/account')).status).toBe(303);
    expect((await site.bench.actions()).at(-1)).toBe('session.end');
  });

  it('that cannot be opened locks nobody out: passwords work, sessions stand, and the log says it', async () => {
    const site = await openSite();
    await save(site, settingsFor(await provider({ refresh: true })));
    const browser = site.browser();
    await signIn(site, 'anna', browser);
    await site.bench.database.write((transaction) => transaction.run(`UPDATE sealed SET value = '§s1.00000000.x' WHERE owner = 'oidc'`));
    await site.bench.database.write((transaction) => transaction.run(`UPDATE setting SET value = '7' WHERE name = 'oidc.revision'`));
    const page = await site.browser().get('/sign-in');
    expect([page.status, page.text.includes('/sign-in/oidc')]).toEqual([200, false]);
    site.bench.clock.now += 11 * 60_000;
    expect((await browser.get('/account')).status).toBe(200);
    expect((await site.browser().get('/sign-in/oidc')).status).toBe(502);
    expect(site.faults.length).toBeGreaterThan(0);
  });

  it('takes the secret in the header where it says that it takes it only there', async () => {
    const site = await openSite();
    await save(site, settingsFor(await provider({ proof: 'client_secret_basic' })));
    expect((await signIn(site, 'anna')).status).toBe(303);
  });

  it('whose secret is wrong says so to whoever tries it, and in the log, with the word of the provider', async () => {
    const site = await openSite();
    for (const proof of [undefined, 'client_secret_basic'] as const) {
      await save(site, settingsFor(await provider(proof ? { proof } : {}), { clientSecret: 'another one' }));
      const refused = await signIn(site, 'anna');
      expect([refused.status, refused.text]).toEqual([502, expect.stringContaining('refuses the client ID or secret')]);
      expect(String(site.faults.at(-1))).toContain('invalid_client');
      expect(String(site.faults.at(-1))).not.toContain('another one');
    }
  });

  it('that refuses the scopes says so; of what a stranger writes into an address no sentence gets into the log, and no page says that the client is wrong', async () => {
    const site = await openSite();
    const issuer = await provider();
    await save(site, settingsFor(issuer));
    const back = async (error: string): Promise<Answer> => {
      const browser = site.browser();
      const asked = new URL((await browser.get('/sign-in/oidc')).location!);
      const query = new URLSearchParams({
        error,
        error_description: 'admin Li has switched the brake off',
        state: asked.searchParams.get('state')!,
        iss: issuer.origin,
      });
      return browser.get(`/sign-in/oidc/return?${query}`);
    };
    const refused = await back('invalid_scope');
    expect([refused.status, refused.text]).toEqual([502, expect.stringContaining('refuses the scopes')]);
    for (const error of ['access_denied', 'constructor', 'invalid_client', 'unauthorized_client', 'the brake is off\n{"event":"fault"}'])
      expect(await back(error)).toMatchObject({ status: 401, text: expect.not.stringContaining('refuses the client') });
    expect(site.faults.map((fault) => String(fault).replace(/.* a browser came back with the error /, ''))).toEqual([
      'invalid_scope',
      'access_denied',
      '(unknown)',
      '(unknown)',
      'unauthorized_client',
      '(unknown)',
    ]);
  });

  it('leads nowhere near link-local addresses, and over plain http nowhere but to this machine', async () => {
    const site = await openSite();
    for (const issuer of ['https://169.254.169.254', 'https://[fe80::1]', 'http://192.0.2.1']) {
      await save(site, settingsFor(new URL(issuer)));
      expect((await site.browser().get('/sign-in/oidc')).status, issuer).toBe(502);
    }
    expect(site.faults.map(String).join(' ')).toMatch(/link-local.*link-local.*no https/);
  });
});

describe('roles from a claim', () => {
  const table: OidcProvider['roles'] = [
    { value: 'sync-admins', role: 'admin' },
    { value: 'audit', role: 'auditor' },
    { value: 'desk', role: 'operator' },
    { value: 'desk', role: 'approver' },
  ];
  it.each([
    ['sync-admins', ['admin']],
    [
      ['x', 'audit', 'sync-admins', 'audit'],
      ['admin', 'auditor'],
    ],
    ['desk', ['approver', 'operator']],
    [['admin'], []],
    [undefined, []],
    [{ 'sync-admins': true }, []],
    [[['audit']], []],
  ])('%j gives %j', (claim, roles) => {
    expect(rolesFrom(claim, table)).toEqual(roles);
  });
});
