// A provider that is changed at the wrong moment, and what comes from outside while somebody signs in.
import { expect, it } from 'vitest';
import { oidcInForce } from '../../engine/sign-in/oidc-settings.ts';
import { listAccounts } from '../../store/accounts.ts';
import { openSite } from './browser-test-support.ts';
import { oidcWith } from './oidc.ts';
import { atProvider, noting, pathOf, provider, save, settingsFor, signIn } from './oidc-test-support.ts';

it.each([
  ['that names itself in its answer', true, 'issuer'],
  ['that does not', false, 'issuer'],
  ['that does not', false, 'client'],
])('is not given what another one %s has sent: whoever comes back after a change (iss %s, %s) begins again', async (_, named, change) => {
  const site = await openSite();
  const first = settingsFor(await provider());
  await save(site, first);
  const browser = site.browser();
  const whole = pathOf(await atProvider((await browser.get('/sign-in/oidc')).location!, 'anna'));
  const answer = named ? whole : whole.replace(/&iss=[^&]*/, '');
  const other = await noting(() => ({ error: 'invalid_grant' }));
  await save(site, change === 'issuer' ? settingsFor(other.issuer) : { ...first, clientId: 'another' });
  const back = await browser.get(answer);
  expect([back.status, back.text]).toEqual([401, expect.stringContaining('Begin again')]);
  expect(other.sent).toEqual([]);
  expect(await listAccounts(site.bench.database)).toEqual([]);
  if (change === 'issuer') await save(site, settingsFor(await provider()));
  else await save(site, first);
  expect((await signIn(site, 'anna', browser)).status).toBe(303);
});

it('is read with the secret that belongs to it, also while another process saves another one', async () => {
  const site = await openSite();
  const [before, after] = ['a', 'b'].map((name) => settingsFor(new URL(`https://${name}.example.org`), { clientSecret: `of ${name}` }));
  const { database } = site.bench;
  const between = <M extends (sql: string, ...params: never[]) => Promise<unknown>>(ask: M): M =>
    (async (sql: string, ...params: never[]) => {
      if (sql.includes('sealed') && !isSaved) {
        isSaved = true;
        await save(site, after!);
      }
      return ask(sql, ...params);
    }) as M;
  await save(site, before!);
  let isSaved = false;
  const hindered = { ...database, get: between(database.get), all: between(database.all) } as typeof database;
  const { revision, provider: found } = await oidcInForce({ ...site.bench.context, database: hindered }, {});
  expect([isSaved, revision, found!.issuer, found!.clientSecret]).toEqual([true, 2, after!.issuer, 'of b']);
});

it('keeps the secret, the code and the verifier out of the log where the provider repeats them, in a form or in a header', async () => {
  const site = await openSite();
  const { issuer, sent } = await noting((form) => ({
    error: 'invalid_client',
    error_description: `${form.get('client_secret')} ${form} ${Buffer.from(`tributary:${form.get('client_secret')}`).toString('base64')} ${'x'.repeat(900)}`,
  }));
  const settings = settingsFor(issuer, { clientId: 'tributary', clientSecret: 'planted secret/of=mine' });
  await save(site, settings);
  const browser = site.browser();
  const state = new URL((await browser.get('/sign-in/oidc')).location!).searchParams.get('state')!;
  const back = await browser.get(`/sign-in/oidc/return?code=planted-code-43&state=${state}`);
  expect([back.status, back.text]).toEqual([502, expect.stringContaining('refuses the client ID or secret')]);
  const said = site.faults.map(String).join('\n');
  expect(said).toContain('invalid_client: ***');
  expect(said.length).toBeLessThan(400);
  for (const secret of ['planted', sent[0]!.get('code_verifier')!, Buffer.from('tributary:planted').toString('base64').slice(0, 20)])
    expect(said + back.text).not.toContain(secret);
});

it('keeps the refresh token out of the log where the provider repeats it when it is asked again', async () => {
  const { issuer, sent } = await noting((form) => ({ error: 'invalid_request', error_description: `no ${form.get('refresh_token')}` }));
  const asked = oidcWith(settingsFor(issuer)).again({ issuer: issuer.origin, subject: 'anna', refresh: 'planted-refresh-token' });
  await expect(asked).rejects.toThrow('invalid_request: no ***');
  expect(sent[0]!.get('refresh_token')).toBe('planted-refresh-token');
});
