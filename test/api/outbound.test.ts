// Whoever configures connections must not make this server speak to itself or to a cloud's metadata service (SSRF).
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ldap } from '../../src/connectors/ldap/index.ts';
import type { Connector } from '../../src/connector-kit/contract.ts';
import { openApi, type ApiScene } from '../support/api-scene.ts';

/** Counts who knocks. 0.0.0.0 reaches it on this machine, and is refused like a metadata address. */
async function door(): Promise<{ port: number; knocks: () => number }> {
  let knocks = 0;
  const server = createServer((socket) => {
    knocks += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { port: (server.address() as AddressInfo).port, knocks: () => knocks };
}

async function checked(api: ApiScene, url: string, more: object = {}): Promise<string> {
  await api.scene.bench.connection('probe', ldap as Connector, { url, base: 'dc=x', bindDn: '', password: '', ...more });
  return JSON.stringify((await api.ask('POST', '/connections/probe/check', { body: { direction: 'up' } })).body);
}

describe('a connection to a link-local or metadata address', () => {
  it('is refused when it is checked, before anything leaves', async () => {
    const api = await openApi();
    const { port, knocks } = await door();
    expect(await checked(api, `ldap://0.0.0.0:${port}`)).toContain('link-local');
    expect(knocks()).toBe(0);
    for (const host of ['169.254.169.254', '[fe80::1]', '[::ffff:169.254.169.254]', '100.100.100.200', '[fd00:ec2::254]'])
      expect(await checked(api, `ldap://${host}`), host).toContain('link-local');
  });

  it('is made when the connection expressly allows it', async () => {
    const api = await openApi();
    const { port, knocks } = await door();
    expect(await checked(api, `ldap://0.0.0.0:${port}`, { allowLinkLocal: true })).not.toContain('link-local');
    expect(knocks()).toBeGreaterThan(0);
  });
});
