// Every change of configuration, approval, account and token is in the audit log: who, what, before and after; a secret never.
import { expect, it } from 'vitest';
import { ldap } from '../../src/connectors/ldap/index.ts';
import type { Connector } from '../../src/connector-kit/contract.ts';
import { auditEntries } from '../../src/store/audit.ts';
import { openApi } from '../support/api-scene.ts';

const SECRETS = ['first-planted-password', 'second-planted-password', 'third-planted-password'];

it('each change leaves one entry or more with the name of who made it', async () => {
  const api = await openApi({ people: 2 });
  const { bench } = api.scene;
  // Makes the connector known.
  await bench.connection('known', ldap as Connector, { url: 'ldap://127.0.0.1:1', base: 'dc=x', bindDn: '', password: '' });
  const config = (password: string) => ({ url: 'ldap://127.0.0.1:1', base: 'dc=x', bindDn: 'cn=a,dc=x', password });
  const steps: readonly (readonly [method: string, path: string, body: object | undefined, action: RegExp])[] = [
    ['POST', '/connections', { id: 'x', connector: 'ldap', name: 'X', config: config(SECRETS[0]!) }, /^connection\.add$/],
    ['PATCH', '/connections/x', { config: config(SECRETS[1]!) }, /^connection\.change$/],
    ['PATCH', '/connections/x', { name: 'Other name' }, /^connection\.change$/],
    ['PATCH', '/jobs/1', { name: 'renamed' }, /^job\./],
    ['POST', '/jobs/1/state', { state: 'disabled', seen: true }, /^job\.disabled$/],
    ['POST', '/brakes', { reason: 'why' }, /^brake\.hold$/],
    ['POST', '/brakes/release', {}, /^brake\.release$/],
    ['POST', '/accounts', { name: 'bob', roles: ['viewer'] }, /^account\.invite$/],
    ['POST', '/tokens', { name: 'ci', role: 'viewer' }, /^token\.create$/],
    ['DELETE', '/tokens/ci', undefined, /^token\.revoke$/],
    ['DELETE', '/connections/x', undefined, /^connection\.remove$/],
  ];
  const entries = async () => {
    const found = [];
    for await (const entry of auditEntries(bench.database)) found.push(entry);
    return found;
  };
  for (const [method, path, body, action] of steps) {
    const before = (await entries()).length;
    const answer = await api.ask(method, path, body === undefined ? {} : { body });
    expect(answer.status, `${method} ${path} ${JSON.stringify(answer.body)}`).toBeLessThan(300);
    const fresh = (await entries()).slice(before);
    expect(
      fresh.map((entry) => entry.action).filter((one) => action.test(one)),
      `${method} ${path}`,
    ).not.toEqual([]);
    expect(new Set(fresh.map((entry) => entry.payload?.actor)), `${method} ${path}`).toEqual(new Set(['admin Li']));
  }
  const text = JSON.stringify(await entries());
  for (const secret of SECRETS) expect(text).not.toContain(secret);
  expect(text, 'before and after are there').toContain('Other name');
});
