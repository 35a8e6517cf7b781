// What is told of a provider's description agrees with what signing in makes of it.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { oidcSchema } from '../../core/oidc.ts';
import { checkProvider, judgeDocument } from './oidc-check.ts';

const addressesOf = (issuer: string, more: Record<string, string>) => {
  const document = {
    issuer,
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    ...more,
  };
  const { ok, message } = judgeDocument(oidcSchema.parse({ issuer }), document as never).find(({ level }) => level === 'addresses')!;
  return { ok, message };
};

it.each([
  ['https://id.example.org', { token_endpoint: 'http://localhost:8080/token' }],
  ['https://id.example.org', { token_endpoint: 'http://id.example.org/token' }],
  ['https://id.example.org', { token_endpoint: 'https://169.254.169.254/token' }],
  ['https://id.example.org', { token_endpoint: 'https://[::ffff:169.254.169.254]/token' }],
  ['http://127.0.0.1:8080', { token_endpoint: 'http://id.example.org/token' }],
  ['http://127.0.0.1:8080', { token_endpoint: 'ftp://127.0.0.1/token' }],
])('of %s, %j is told as a fault: signing in refuses it', (issuer, more) => {
  const { ok, message } = addressesOf(issuer, more);
  expect([ok, message.en]).toEqual([false, expect.stringMatching(/: token_endpoint\. Signing in would refuse/)]);
  expect(message.zh).toContain('token_endpoint');
});

it.each([
  ['https://id.example.org', {}],
  ['https://id.example.org', { userinfo_endpoint: 'https://other.example.net/me' }],
  ['http://127.0.0.1:8080', { jwks_uri: 'https://id.example.org/jwks' }],
  ['http://127.0.0.1:8080', {}],
])('of %s, %j is good', (issuer, more) => {
  expect(addressesOf(issuer, more).ok).toBe(true);
});

it('finds a name that leads to a metadata address before anybody signs in, of what the server itself asks', async () => {
  const server = createServer((_, response) => {
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const at = (path: string): string => `https://inside.example.org/${path}`;
    response.end(
      JSON.stringify({ issuer, authorization_endpoint: at('auth'), token_endpoint: at('token'), jwks_uri: 'https://id.example.org/jwks' }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const settings = oidcSchema.parse({ issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  const addresses = async (behind: Readonly<Record<string, string>>) =>
    (await checkProvider(settings, true, null, async (name) => behind[name] ?? null)).find(({ level }) => level === 'addresses')!;
  const { ok, message } = await addresses({ 'inside.example.org': '169.254.169.254' });
  expect(ok).toBe(false);
  for (const text of [message.en, message.zh]) {
    expect(text).toContain('token_endpoint (inside.example.org: 169.254.169.254)');
    expect(text, 'only browsers go there').not.toContain('authorization_endpoint');
    expect(text).not.toContain('jwks_uri');
  }
  expect((await addresses({})).ok).toBe(true);
});
