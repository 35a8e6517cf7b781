// What must not work: each of these fails when its protection is taken away.
import { describe, expect, it } from 'vitest';
import { GOOD } from '../../engine/sign-in/sign-in-test-support.ts';
import { newSecret, secretHash } from '../../engine/sign-in/door.ts';
import { visitOfSession } from '../../engine/sign-in/who.ts';
import { putToken } from '../../store/tokens.ts';
import { HOST, openSite, type Site } from './browser-test-support.ts';

async function token(site: Site, more: { role?: string; expiresAt?: number } = {}): Promise<string> {
  const secret = newSecret();
  await site.bench.database.write((transaction) =>
    putToken(transaction, {
      id: secret.slice(0, 8),
      hash: secretHash(secret),
      name: 'ci',
      role: 'operator',
      connections: null,
      jobs: null,
      createdAt: 1,
      createdBy: 'test',
      owner: null,
      expiresAt: site.bench.clock.now + 1000,
      ...more,
    }),
  );
  return secret;
}

describe('session fixation', () => {
  it('does not work: a planted session id is not taken over, and one of a stranger ends', async () => {
    const site = await openSite();
    const stranger = (await site.bench.account('eve', ['viewer'])).session;
    await site.bench.account('anna', ['admin']);
    for (const planted of [stranger, 'A'.repeat(43)]) {
      const browser = site.browser();
      browser.cookies.set('tributary', planted);
      await browser.post('/sign-in', { name: 'anna', password: GOOD });
      expect(browser.cookies.get('tributary')).not.toBe(planted);
      expect(await visitOfSession(site.bench.database, planted, site.bench.clock.now)).toBeNull();
    }
  });
});

describe('the session cookie', () => {
  it('is out of reach of scripts and other sites, and over https tied to this host', async () => {
    const site = await openSite();
    await site.bench.account('anna', ['admin']);
    const plain = site.browser();
    await plain.post('/sign-in', { name: 'anna', password: GOOD });
    expect(plain.set[0]).toMatch(/^tributary=[\w-]{43}; .*Path=\/; .*HttpOnly; SameSite=Lax$/);

    const secure = await openSite({ publicUrl: new URL('https://sync.example.org') });
    await secure.bench.account('anna', ['admin']);
    const browser = secure.browser();
    await browser.post('/sign-in', { name: 'anna', password: GOOD });
    expect(browser.set[0]).toMatch(/^__Host-tributary=[\w-]{43}; .*Path=\/; .*HttpOnly; Secure; SameSite=Lax$/);
    expect((await browser.get('/account')).status).toBe(200);
    browser.cookies.set('tributary', browser.cookies.get('__Host-tributary')!);
    browser.cookies.delete('__Host-tributary');
    expect((await browser.get('/account')).status, 'a cookie without the prefix could come from elsewhere').toBe(303);
  });
});

describe('requests from pages of other sites', () => {
  const foreign: readonly (readonly [string, Record<string, string>])[] = [
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['a neighbour below the same domain', { 'sec-fetch-site': 'same-site', origin: 'https://other.example.org' }],
    ['an old browser, by Origin', { 'sec-fetch-site': '', origin: 'https://evil.example' }],
    ['a sandboxed frame', { 'sec-fetch-site': '', origin: 'null' }],
    ['a client that says nothing', { 'sec-fetch-site': '' }],
    ['another port of this machine', { 'sec-fetch-site': '', origin: 'http://127.0.0.1:9999' }],
  ];
  const clean = (headers: Record<string, string>): Record<string, string> =>
    Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));

  it.each(foreign)('from %s cannot use the session, nor sign anybody in or out', async (_, headers) => {
    const site = await openSite();
    await site.bench.account('anna', ['admin']);
    const browser = site.browser();
    await browser.post('/sign-in', { name: 'anna', password: GOOD });
    const cookie = `tributary=${browser.cookies.get('tributary')}`;
    const send = (url: string, type: string, payload: string) =>
      site.app.inject({ method: 'POST', url, headers: { host: HOST, cookie, 'content-type': type, ...clean(headers) }, payload });
    for (const url of ['/sign-out', '/account/sign-out-everywhere', '/sign-in'])
      expect((await send(url, 'application/x-www-form-urlencoded', `name=anna&password=${GOOD}`)).statusCode, url).toBe(403);
    expect((await send('/api/v1/brakes', 'application/json', '{"reason":"x"}')).statusCode).toBe(401);
    expect((await browser.get('/account')).status, 'still signed in').toBe(200);
  });

  it('of our own are taken, by Sec-Fetch-Site or by Origin', async () => {
    const site = await openSite();
    await site.bench.account('anna', ['admin']);
    const browser = site.browser();
    await browser.post('/sign-in', { name: 'anna', password: GOOD });
    const cookie = `tributary=${browser.cookies.get('tributary')}`;
    for (const headers of [{ 'sec-fetch-site': 'same-origin' }, { origin: `http://${HOST}` }]) {
      const answer = await site.app.inject({
        method: 'POST',
        url: '/api/v1/brakes',
        headers: { host: HOST, cookie, ...headers },
        payload: { reason: 'x' },
      });
      expect([answer.statusCode, answer.json()]).toEqual([201, { name: 'brake.hold', actor: 'anna' }]);
    }
  });
});

describe('a token', () => {
  const ask = (site: Site, authorization: string, method: 'GET' | 'POST' = 'GET', url = '/api/v1/status', cookie = '') =>
    site.app.inject({
      method,
      url,
      headers: { host: HOST, authorization, cookie },
      ...(method === 'POST' ? { payload: { reason: 'x' } } : {}),
    });

  it('is good until it expires or is revoked, for what its role may do', async () => {
    const site = await openSite();
    const good = await token(site);
    expect((await ask(site, `Bearer ${good}`)).statusCode).toBe(200);
    expect((await ask(site, `Bearer ${good}`, 'POST', '/api/v1/brakes')).json()).toMatchObject({ actor: 'token:ci' });
    expect((await ask(site, `Bearer ${await token(site, { role: 'viewer' })}`, 'POST', '/api/v1/brakes')).statusCode).toBe(403);
    expect((await ask(site, `Bearer ${await token(site, { role: 'admin', expiresAt: 1 })}`)).statusCode).toBe(401);
    await site.bench.database.write((transaction) => transaction.run('UPDATE token SET revoked_at = 1'));
    expect((await ask(site, `Bearer ${good}`)).statusCode).toBe(401);
  });

  it('that is wrong is not helped by a session beside it, and its hash is no token', async () => {
    const site = await openSite();
    const { session } = await site.bench.account('anna', ['admin']);
    const good = await token(site);
    for (const wrong of ['Bearer nonsense', `Bearer ${secretHash(good)}`, 'Bearer ', 'Basic YTpi', `Bearer ${good} x`])
      expect((await ask(site, wrong, 'GET', '/api/v1/status', `tributary=${session}`)).statusCode, wrong).toBe(401);
  });

  it('signs nobody in to their account', async () => {
    const site = await openSite();
    expect((await ask(site, `Bearer ${await token(site, { role: 'admin' })}`, 'GET', '/account')).statusCode).toBe(303);
  });
});

describe('the events of a run', () => {
  /** A run that never ends, followed by who comes with `headers`: what was heard until the server ended it. */
  async function following(site: Site, begun: Promise<void>, headers: Record<string, string>, url = '/api/v1/runs/1/events') {
    const heard = site.app.inject({ url, headers: { host: HOST, ...headers } });
    await begun;
    return async (): Promise<string[]> => [...(await heard).body.matchAll(/^event: (.*)$/gm)].map((match) => match[1]!);
  }
  async function siteWithRun(): Promise<{ site: Site; begun: Promise<void> }> {
    let begin = (): void => {};
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const run = { id: 1, job: 1, state: 'running', stage: 'read', attempt: 1 };
    const site = await openSite({}, null, {
      beatMs: 5,
      desk: {
        call: async () => ({ run }),
        follow: (_runs, _onProgress, gone) =>
          new Promise((resolve) => {
            gone.addEventListener('abort', () => resolve([{ ...run, state: 'succeeded' } as never]));
            begin();
          }),
      },
    });
    return { site, begun };
  }
  const update = (site: Site, sql: string): Promise<unknown> => site.bench.database.write((transaction) => transaction.run(sql));

  it.each([
    ['signed out', (site: Site, session: string) => site.bench.perform('sign-out', { session })],
    ['was disabled', (site: Site) => update(site, "UPDATE account SET state = 'disabled'")],
    ['lost the role', (site: Site) => update(site, "UPDATE account SET roles = '[]'")],
    ['was idle for too long', async (site: Site) => void (site.bench.clock.now += 9 * 3_600_000)],
  ])('end for somebody who %s, and tell no end of the run', async (_, lose) => {
    const { site, begun } = await siteWithRun();
    const { session } = await site.bench.account('anna', ['viewer']);
    const heard = await following(site, begun, { cookie: `tributary=${session}` }, '/api/v1/runs/events?runs=1');
    await lose(site, session);
    expect(await heard()).toEqual(['state']);
    expect(site.faults).toEqual([]);
  });

  it('end for a token that is revoked, and when nobody can say who it is', async () => {
    for (const sql of ['UPDATE token SET revoked_at = 1', 'DROP TABLE token']) {
      const { site, begun } = await siteWithRun();
      const heard = await following(site, begun, { authorization: `Bearer ${await token(site)}` });
      await update(site, sql);
      expect(await heard(), sql).toEqual(['state']);
    }
  });
});

describe('foreign names', () => {
  it('of this server are refused before anything else, health checks and callbacks apart', async () => {
    const site = await openSite({ publicUrl: new URL('https://sync.example.org/') });
    const status = async (host: string, url = '/sign-in') => (await site.app.inject({ url, headers: { host } })).statusCode;
    for (const host of [
      'evil.example',
      'evil.example:443',
      'sync.example.org.evil.example',
      'sync.example.org@evil.example',
      'a b',
      '0.0.0.0',
    ])
      expect(await status(host), host).toBe(421);
    for (const host of ['sync.example.org', 'sync.example.org:443', 'localhost:7300', '127.0.0.1', '[::1]:7300'])
      expect(await status(host), host).toBe(200);
    expect(await status('10.1.2.3', '/healthz')).toBe(200);
    expect(await status('10.1.2.3', '/events/x')).toBe(404);
    expect(await status('evil.example', '/healthz/../sign-in')).toBe(421);
  });

  it('never show up in what is answered: links are made from PUBLIC_URL', async () => {
    const site = await openSite({ publicUrl: new URL('https://sync.example.org/') });
    await site.bench.account('anna', ['admin']);
    const browser = site.browser();
    await browser.post('/sign-in', { name: 'anna', password: GOOD });
    const forged = {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'http',
      forwarded: 'host=evil.example',
      'x-original-host': 'evil.example',
    };
    const answers = [await browser.get('/account/codes', forged), await browser.get('/', forged), await browser.get('/account', forged)];
    for (const answer of answers) expect(JSON.stringify(answer)).not.toContain('evil.example');
    expect(answers[0]!.text).toContain('sync.example.org');
  });
});

describe('addresses of visitors', () => {
  const lockOut = async (site: Site, headersOf: (n: number) => Record<string, string>) => {
    const browser = site.browser('192.0.2.7');
    const statuses = [];
    for (let n = 0; n < 35; n++) statuses.push((await browser.post('/sign-in', { name: `user${n}`, password: 'x' }, headersOf(n))).status);
    return statuses.includes(429);
  };

  it('cannot be made up: X-Forwarded-For counts only from a trusted proxy', async () => {
    const forged = (n: number) => ({ 'x-forwarded-for': `198.51.100.${n}` });
    expect(await lockOut(await openSite(), forged), 'no proxy is trusted').toBe(true);
    expect(await lockOut(await openSite({ trustedProxies: ['10.0.0.1'] }), forged), 'another proxy is trusted').toBe(true);
    expect(await lockOut(await openSite({ trustedProxies: ['192.0.2.0/24'] }), forged), 'they are many people').toBe(false);
  });
});

describe('a fault behind a page', () => {
  it('is in the log and on no page: not of the sign-in, of one’s own account, of the API or of the status', async () => {
    const site = await openSite({
      status: async () => {
        throw new Error('a planted secret');
      },
    });
    await site.bench.account('anna', ['admin']);
    const browser = site.browser();
    await browser.post('/sign-in', { name: 'anna', password: GOOD });
    const cookie = `tributary=${browser.cookies.get('tributary')}`;
    const pages = [await browser.get('/')];
    await site.bench.database.write(async (transaction) => {
      for (const table of ['attempt', 'recovery_code']) await transaction.run(`DROP TABLE ${table}`);
    });
    pages.push(await browser.post('/sign-in', { name: 'anna', password: GOOD }));
    const headers = { host: HOST, cookie, 'sec-fetch-site': 'same-origin' };
    const own = await site.app.inject({
      method: 'POST',
      url: '/api/v1/me/account/codes/off',
      headers,
      payload: { password: GOOD, code: '1' },
    });
    pages.push({ status: own.statusCode, location: undefined, headers: own.headers as never, text: own.body });
    for (const { status, text } of pages) {
      expect(status).toBe(500);
      expect(text).not.toMatch(/planted|no such table|attempt/);
    }
    expect(site.faults).toHaveLength(3);
  });

  it('of who asks makes no fault: what no form would send is refused', async () => {
    const site = await openSite();
    const post = (payload: string, type: string) =>
      site.app.inject({
        method: 'POST',
        url: '/sign-in',
        headers: { host: HOST, 'sec-fetch-site': 'same-origin', 'content-type': type },
        payload,
      });
    expect((await post('x'.repeat(20_000), 'application/x-www-form-urlencoded')).statusCode).toBe(413);
    expect((await post('{}', 'application/xml')).statusCode).toBe(415);
    expect((await post('{', 'application/json')).statusCode).toBe(400);
    expect(site.faults).toEqual([]);
  });
});

describe('headers of every page', () => {
  it('keep it out of frames, scripts out of it, and copies out of caches', async () => {
    const site = await openSite();
    for (const url of ['/sign-in', '/set-up?link=x', '/', '/nothing']) {
      const { headers } = await site.browser().get(url);
      expect(headers['content-security-policy'], url).toContain("default-src 'none'");
      expect(headers['content-security-policy'], url).toContain("frame-ancestors 'none'");
      expect(headers, url).toMatchObject({ 'x-frame-options': 'DENY', 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
    }
    expect((await (await openSite({ publicUrl: new URL('https://s.example') })).browser().get('/sign-in')).headers).toMatchObject({
      'strict-transport-security': 'max-age=31536000',
    });
  });
});
