// Signing in through the pages: the whole way of the first start, of two steps, of one's own account, and back out.
import { describe, expect, it } from 'vitest';
import { GOOD } from '../../engine/sign-in/sign-in-test-support.ts';
import { codeAt, stepAt } from '../../engine/sign-in/totp.ts';
import { openSite, type Site } from './browser-test-support.ts';
import { localPath } from './routes.ts';

const signedIn = async (site: Site, name = 'anna', roles = ['admin']) => {
  await site.bench.account(name, roles);
  const browser = site.browser();
  expect((await browser.post('/sign-in', { name, password: GOOD })).status).toBe(303);
  return browser;
};

describe('the pages of signing in', () => {
  it('lead from the first start over the set-up link to the status page, and out again', async () => {
    const site = await openSite();
    const browser = site.browser();
    expect(await browser.get('/')).toMatchObject({ status: 303, location: '/sign-in' });
    const link = await site.bench.perform('link.first', {});
    const page = await browser.get(`/set-up?link=${link}`, { 'accept-language': 'zh-CN,zh' });
    expect(page.text).toContain('设置首位管理员');
    const short = await browser.post('/set-up', { link: link!, name: 'anna', title: 'Anna Li', password: 'short' });
    expect(short).toMatchObject({ status: 422 });
    expect(short.text).toContain('too short');
    expect(short.text, 'what was typed is kept').toContain('Anna Li');
    expect(short.text, 'but never a password').not.toContain('value="short"');
    expect(await browser.post('/set-up', { link: link!, name: 'anna', title: 'Anna Li', password: GOOD })).toMatchObject({
      status: 303,
      location: '/',
    });
    expect((await browser.get('/')).text).toContain('anna');
    expect(await browser.get(`/set-up?link=${link}`)).toMatchObject({ status: 410 });
    expect(await browser.post('/sign-out', {})).toMatchObject({ status: 303, location: '/sign-in' });
    expect(browser.cookies.size).toBe(0);
    expect((await browser.get('/')).status).toBe(303);
  });

  it('speak of the first administrator only while nobody has an account, and then of whose name can be given', async () => {
    const site = await openSite();
    const first = await site.bench.perform('link.first', {});
    const [chinese, english] = await Promise.all(
      ['zh', 'en'].map(async (lang) => (await site.browser().get(`/set-up?link=${first}&lang=${lang}`)).text),
    );
    expect(chinese).toContain('设置首位管理员');
    expect(english).toContain('Set up the first administrator');
    expect(english).not.toContain('of an account that is there');
    await site.bench.account('anna', ['admin']);
    const browser = site.browser();
    for (const page of [
      await browser.get(`/set-up?link=${first}&lang=en`),
      await browser.post('/set-up', { link: first!, name: 'bo', title: '', password: 'short' }),
    ]) {
      expect(page.text).toContain('<h2>Set up an administrator</h2>');
      expect(page.text).toContain('With the user name of an account that is there');
      expect(page.text).not.toContain('first administrator');
    }
    const later = (await site.browser().get(`/set-up?link=${first}&lang=zh`)).text;
    expect([later.includes('<h2>设置管理员</h2>'), later.includes('首位'), later.includes('该账号将改用此密码')]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('keep the language that was chosen on the set-up page, after an error and for the console', async () => {
    const site = await openSite();
    const browser = site.browser();
    const link = await site.bench.perform('link.first', {});
    const chinese = { 'accept-language': 'zh-CN,zh' };
    expect((await browser.get(`/set-up?link=${link}&lang=en`, chinese)).text).toContain('Full name');
    const short = await browser.post('/set-up', { link: link!, name: 'anna', title: 'Anna Li', password: 'short' }, chinese);
    expect(short.text).toContain('Full name');
    expect(browser.cookies.get('tributary-language')).toBe('en');
    expect((await browser.get('/sign-in?lang=zh')).text).toContain('登录');
    expect((await browser.get('/sign-in')).text).toContain('登录');
  });

  it('say that name or password is not right, and when to try again after too many tries', async () => {
    const site = await openSite();
    await site.bench.account('anna', ['admin']);
    const browser = site.browser();
    const answers = [];
    for (let n = 0; n < 6; n++) answers.push(await browser.post('/sign-in', { name: 'anna', password: `guess ${n}`, next: '/account' }));
    expect(answers.map((answer) => answer.status)).toEqual([401, 401, 401, 401, 401, 429]);
    expect(answers[5]!.headers['retry-after']).toBe('30');
    expect(answers[0]!.text).toContain('is not right');
    expect(browser.cookies.size).toBe(0);
  });

  it('go on to where somebody wanted to go, inside this server only', async () => {
    const site = await openSite();
    await site.bench.account('anna', ['admin']);
    const went = async (next: string) => (await site.browser().post('/sign-in', { name: 'anna', password: GOOD, next })).location;
    expect(await went('/account?x=1')).toBe('/account?x=1');
    const foreign = [
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      '/a\\b',
      'javascript:alert(1)',
      '/\r\nset-cookie: a=b',
      '',
    ];
    for (const next of foreign) expect(localPath(next), next).toBe('/');
    expect(await went('//evil.example')).toBe('/');
  });

  it('ask for a code once codes are on, and take a recovery code in its place', async () => {
    const site = await openSite();
    const browser = await signedIn(site);
    const proposal = (await browser.get('/account/codes')).text;
    const secret = /name="secret" value="([A-Z2-7]{32})"/.exec(proposal)![1]!;
    const sealed = /name="sealed" value="([^"]+)"/.exec(proposal)![1]!.replaceAll('&#38;', '&');
    const code = () => codeAt(secret, stepAt(site.bench.clock.now));
    expect((await browser.post('/account/codes/on', { password: GOOD, code: '000000', sealed, secret })).status).toBe(401);
    const on = await browser.post('/account/codes/on', { password: GOOD, code: code(), sealed, secret });
    const [recovery, another] = [...on.text.matchAll(/<code>([A-Z0-9]{5}-[A-Z0-9]{5})<\/code>/g)].map((match) => match[1]!);
    site.bench.clock.now += 60_000;

    const other = site.browser();
    const first = await other.post('/sign-in', { name: 'anna', password: GOOD, next: '/account' });
    expect(first.location).toBe('/sign-in/code?next=%2Faccount');
    expect((await other.get('/account')).status, 'the first step alone opens nothing').toBe(303);
    const planted = other.cookies.get('tributary');
    expect(await other.post('/sign-in/code', { code: code(), next: '/account' })).toMatchObject({ status: 303, location: '/account' });
    expect(other.cookies.get('tributary')).not.toBe(planted);
    expect((await other.get('/account')).status).toBe(200);

    const third = site.browser();
    await third.post('/sign-in', { name: 'anna', password: GOOD });
    expect((await third.post('/sign-in/code', { code: recovery! })).status).toBe(303);
    expect((await third.post('/account/codes/off', { password: GOOD, code: another! })).location).toBe('/account?done=off');
  });

  it('change the password, which ends the sessions elsewhere; signing out everywhere ends this one too', async () => {
    const site = await openSite();
    const here = await signedIn(site);
    const there = site.browser();
    await there.post('/sign-in', { name: 'anna', password: GOOD });
    expect((await here.post('/account/password', { password: GOOD, wanted: 'anna-anna-anna' })).text).toContain('user name');
    expect((await here.post('/account/password', { password: GOOD, wanted: 'staple battery horse' })).location).toBe(
      '/account?done=password',
    );
    expect((await there.get('/account')).status).toBe(303);
    expect((await here.get('/account?done=password')).text).toContain('The password is changed');
    await here.post('/account/sign-out-everywhere', {});
    expect((await here.get('/account')).status).toBe(303);
  });

  it('take forms of any shape without a fault', async () => {
    const site = await openSite();
    await site.bench.account('anna', ['admin']);
    const browser = site.browser();
    for (const url of ['/sign-in', '/sign-in/code', '/set-up', '/account/password', '/account/codes/on', '/sign-out'])
      for (const form of [{}, { name: 'a\0b', password: '\0' }, { name: 'x'.repeat(5000), link: 'y'.repeat(5000) }] as Record<
        string,
        string
      >[])
        expect((await browser.post(url, form)).status, url).toBeLessThan(500);
    expect((await browser.post('/sign-in', { name: 'x'.repeat(20_000) })).status).toBe(413);
    expect((await browser.post('/sign-in', {}, { 'content-type': 'application/json' })).status).toBeLessThan(500);
    expect(site.faults).toEqual([]);
  });

  it('show names as text, never as markup', async () => {
    const site = await openSite();
    const answer = await site.browser().post('/sign-in', { name: '"><script>alert(1)</script>', password: 'x', next: '/"><b>' });
    expect(answer.text).not.toContain('<script');
    expect(answer.text).not.toContain('"><b>');
  });
});
