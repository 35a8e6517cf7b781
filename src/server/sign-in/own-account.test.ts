// One's own account over the API: what the console's account page does.
import { describe, expect, it } from 'vitest';
import { GOOD } from '../../engine/sign-in/sign-in-test-support.ts';
import { codeAt, stepAt } from '../../engine/sign-in/totp.ts';
import { HOST, openSite, type Browser, type Site } from './browser-test-support.ts';

const signedIn = async (site: Site): Promise<Browser> => {
  const browser = site.browser();
  expect((await browser.post('/sign-in', { name: 'anna', password: GOOD })).status).toBe(303);
  return browser;
};
const asker = (site: Site, browser: Browser) => async (path: string, body?: object) => {
  const answer = await site.app.inject({
    method: body ? 'POST' : 'GET',
    url: `/api/v1/me/account${path}`,
    headers: { host: HOST, cookie: `tributary=${browser.cookies.get('tributary')}`, 'sec-fetch-site': 'same-origin' },
    ...(body ? { payload: body } : {}),
  });
  return { status: answer.statusCode, body: answer.json() as Record<string, unknown> };
};

describe('one’s own account over the API', () => {
  it('lists where one is signed in, ends one session, changes the password, and switches codes on and off', async () => {
    const site = await openSite();
    await site.bench.account('anna', ['viewer']);
    const [here, there] = [await signedIn(site), await signedIn(site)];
    const ask = asker(site, here);
    const before = await ask('');
    expect(before.body).toMatchObject({ name: 'anna', isOutside: false, hasCodes: false });
    const sessions = before.body.sessions as readonly { id: string; isThis: boolean }[];
    expect(sessions.filter((one) => one.isThis)).toHaveLength(1);
    const foreign = await site.bench.account('bob', ['admin']);
    expect((await ask('/sessions/end', { id: foreign.session })).body).toEqual({ done: false });
    const thatOne = (await asker(site, there)('')).body.sessions as typeof sessions;
    expect((await ask('/sessions/end', { id: thatOne.find((one) => one.isThis)!.id })).body).toEqual({ done: true });
    expect((await asker(site, there)('')).status, 'signed out there').toBe(401);

    const wrong = await ask('/password', { password: 'not it', wanted: `${GOOD} new` });
    expect([wrong.status, wrong.body.detail], 'a typing mistake signs nobody out').toEqual([400, 'Name, password or code is not right.']);
    expect((await ask('/password', { password: GOOD, wanted: 'short' })).body.detail).toContain('too short');
    expect((await ask('/password', { password: GOOD, wanted: `${GOOD} new` })).status).toBe(200);

    const { secret, sealed, uri } = (await ask('/codes/proposal', {})).body as { secret: string; sealed: string; uri: string };
    expect(uri).toContain(secret);
    const code = codeAt(secret, stepAt(site.bench.clock.now));
    const on = await ask('/codes', { password: `${GOOD} new`, sealed, code });
    expect(on.body.recoveryCodes).toHaveLength(8);
    expect((await ask('')).body.hasCodes).toBe(true);
    expect((await ask('/codes/off', { password: `${GOOD} new`, code: '000000' })).status).toBe(400);
    expect((await ask('/codes/off', { password: `${GOOD} new`, code: (on.body.recoveryCodes as string[])[0]! })).status).toBe(200);
    expect((await ask('')).body.hasCodes).toBe(false);
  });

  it('says what is wrong with a request in a problem document, and makes no fault of it', async () => {
    const site = await openSite();
    await site.bench.account('anna', ['viewer']);
    const cookie = `tributary=${(await signedIn(site)).cookies.get('tributary')}`;
    const send = async (payload: string, type = 'application/json', path = '/codes') => {
      const headers = { host: HOST, cookie, 'sec-fetch-site': 'same-origin', 'content-type': type };
      const answer = await site.app.inject({ method: 'POST', url: `/api/v1/me/account${path}`, headers, payload });
      expect(answer.headers['content-type'], payload.slice(0, 20)).toMatch(/^application\/problem\+json/);
      return [answer.statusCode, (answer.json() as { code: string }).code];
    };
    const form = { password: GOOD, code: '123456' };
    expect(await send('{')).toEqual([400, 'not-json']);
    expect(await send('['.repeat(100))).toEqual([400, 'too-deep']);
    expect(await send('{"__proto__": {}}')).toEqual([400, 'invalid']);
    expect(await send('x=1', 'application/x-www-form-urlencoded')).toEqual([415, 'media-type']);
    expect(await send(JSON.stringify({ ...form, sealed: 'x'.repeat(9 * 1024 * 1024) }))).toEqual([413, 'too-large']);
    // A secret of this store that is none of a code, and what no key of ours has sealed.
    for (const sealed of ['', 'x', '§s1.deadbeef.AAAA', site.bench.context.sealer.seal('a password of a connection')])
      expect(await send(JSON.stringify({ ...form, sealed })), sealed).toEqual([400, 'invalid']);
    expect(await send('{}', 'application/json', '/nothing')).toEqual([404, 'no-route']);
    expect(site.faults).toEqual([]);
  });

  it('is for people: nobody and a page of another site are refused', async () => {
    const site = await openSite();
    await site.bench.account('anna', ['viewer']);
    const browser = await signedIn(site);
    const cookie = `tributary=${browser.cookies.get('tributary')}`;
    const send = async (headers: Record<string, string>) =>
      (
        await site.app.inject({
          method: 'POST',
          url: '/api/v1/me/account/codes/proposal',
          headers: { host: HOST, ...headers },
          payload: {},
        })
      ).statusCode;
    expect(await send({})).toBe(401);
    expect(await send({ cookie, 'sec-fetch-site': 'cross-site' })).toBe(401);
    expect(await send({ cookie, 'sec-fetch-site': 'same-origin' })).toBe(200);
  });
});
