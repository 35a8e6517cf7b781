// Providers for tests of signing in, real ones and one that notes what it is sent; and people who sign in there.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import type { OidcProvider } from '../../core/oidc.ts';
import { saveOidc } from '../../engine/sign-in/oidc-settings.ts';
import { CLIENT, startProvider, type ProviderOptions } from '../../../test/support/oidc-provider.ts';
import { HOST, type Answer, type Browser, type Site } from './browser-test-support.ts';

export async function provider(more: Partial<ProviderOptions> = {}): Promise<URL> {
  const { issuer, stop } = await startProvider({ site: `http://${HOST}`, ...more });
  onTestFinished(stop);
  return issuer;
}

export const settingsFor = (issuer: URL, more: Partial<OidcProvider> = {}): OidcProvider => ({
  issuer: issuer.href,
  clientId: CLIENT.client_id,
  clientSecret: CLIENT.client_secret,
  name: 'Xinghe ID',
  scope: 'openid profile groups',
  rolesClaim: 'groups',
  roles: [{ value: 'sync-admins', role: 'admin' }],
  nameClaim: 'preferred_username',
  ...more,
});

/** Types a name and consents at the provider; returns where it sends the browser in the end. */
export async function atProvider(address: string, sub: string): Promise<string> {
  const cookies = new Map<string, string>();
  const step = async (url: string, form?: Record<string, string>): Promise<Response> => {
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      cookies.set(name!, value!);
    }
    return answer;
  };
  let at = address;
  for (let n = 0; n < 12; n++) {
    const answer = await step(at);
    let next = answer.headers.get('location');
    if (next === null) {
      const page = await answer.text();
      const action = /action="([^"]+)"/.exec(page)?.[1];
      if (!action) throw new Error(`no form at ${at}: ${answer.status} ${page.slice(0, 500)}`);
      const prompt = /name="prompt" value="([^"]+)"/.exec(page)![1]!;
      const sent = await step(new URL(action, at).href, prompt === 'login' ? { prompt, login: sub, password: 'x' } : { prompt });
      next = sent.headers.get('location')!;
    }
    at = new URL(next, at).href;
    if (at.startsWith(`http://${HOST}/`)) return at;
  }
  throw new Error('the provider did not come to an end');
}

export const pathOf = (url: string): string => new URL(url).pathname + new URL(url).search;

export async function signIn(site: Site, sub: string, browser: Browser = site.browser()): Promise<Answer> {
  const left = await browser.get('/sign-in/oidc?next=%2Faccount');
  expect(left.status).toBe(303);
  return browser.get(pathOf(await atProvider(left.location!, sub)));
}

export const save = (site: Site, { clientSecret, ...settings }: OidcProvider, enabled = true): Promise<void> =>
  site.bench.database.write((transaction) => saveOidc(transaction, site.bench.context.sealer, { ...settings, enabled }, clientSecret));

/** Describes itself as it must, notes what is sent to its token endpoint, and refuses that with what `answer` makes of it. */
export async function noting(answer: (form: URLSearchParams) => object): Promise<{ issuer: URL; sent: URLSearchParams[] }> {
  const sent: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    let text = '';
    request.on('data', (part) => (text += part));
    request.on('end', () => {
      response.setHeader('content-type', 'application/json');
      if (request.url !== '/token')
        return void response.end(
          JSON.stringify({ issuer: at, authorization_endpoint: `${at}/auth`, token_endpoint: `${at}/token`, jwks_uri: `${at}/jwks` }),
        );
      const form = new URLSearchParams(text);
      sent.push(form);
      return void response.writeHead(401).end(JSON.stringify(answer(form)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { issuer: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), sent };
}
