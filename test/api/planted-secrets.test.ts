// Secrets planted in every place that takes one, then searched for in every answer, log line, error and row.
import { describe, expect, it } from 'vitest';
import { ldap } from '../../src/connectors/ldap/index.ts';
import type { Connector } from '../../src/connector-kit/contract.ts';
import { table } from '../../src/server/api/routes.ts';
import { openLink } from '../../src/engine/sign-in/links.ts';
import { performIn } from '../../src/engine/sign-in/acts.ts';
import { codeAt, stepAt } from '../../src/engine/sign-in/totp.ts';
import { isRefusal } from '../../src/engine/sign-in/context.ts';
import { getAccount, listAccounts } from '../../src/store/accounts.ts';
import type { Role } from '../../src/server/principal.ts';
import { openApi, type ApiScene } from '../support/api-scene.ts';
import { everythingIn } from '../support/everything.ts';
import { plainDown, plainUp } from '../support/plain-system.ts';

const CREDENTIAL = 'planted-credential-7f3a';
const OF_CLIENT = 'planted-client-secret-91c4';
const PASSWORD = 'planted staple battery horse';
const ID_NUMBER = '110101199003077715';
const HOME = 'Planted Lane 12';

interface Planted {
  readonly api: ApiScene;
  /** Shown once, or never: whoever finds one of them could get in. */
  readonly keys: readonly string[];
  /** Values of people that only their target may see. */
  readonly sensitive: readonly string[];
  /** Lines of the log, fields and all. */
  readonly logged: readonly string[];
}

async function plant(): Promise<Planted> {
  const mapping = plainUp();
  const person = [
    ...mapping.person!.filter((row) => row.target !== 'nickname' && row.target !== 'title'),
    { target: 'idNumber', field: 'note' },
    { target: 'homeAddress', field: 'title' },
  ];
  const below = plainDown();
  const down = [
    ...below.person!.filter((row) => row.target !== 'note' && row.target !== 'title'),
    { target: 'note', field: 'idNumber' },
    { target: 'title', template: 'x {homeAddress}' },
  ];
  const logged: string[] = [];
  const api = await openApi({
    people: 2,
    log: (event, fields) => void logged.push(JSON.stringify([event, fields])),
    up: { mapping: { ...mapping, person } },
    down: { mapping: { ...below, person: down } },
  });
  const { scene } = api;
  const { bench } = scene;
  for (const id of ['1', '2']) scene.hr.set('person', id, { note: ID_NUMBER, title: HOME });
  await bench.connection('ldap', ldap as Connector, {
    url: 'ldap://127.0.0.1:1',
    base: 'dc=x',
    bindDn: 'cn=a,dc=x',
    password: CREDENTIAL,
  });
  const ended = await scene.sync();
  expect([ended.up.state, ended.down.state]).toEqual(['succeeded', 'succeeded']);
  const context = {
    database: bench.database,
    sealer: bench.engine.options.sealer,
    now: () => bench.clock.now(),
    cost: { n: 256, r: 8, p: 1 },
  };
  const perform = performIn(context);
  const visitor = { address: '192.0.2.7', agent: 'test' };
  const invited = (await api.ask('POST', '/accounts', { body: { name: 'anna', roles: ['admin'] } })).body.path.split('link=')[1] as string;
  const { secret: link } = { secret: invited };
  const admission = await openLink(context, { ...visitor, link, name: 'anna', title: '', password: PASSWORD });
  if (isRefusal(admission)) throw new Error(admission.label.en);
  const [account] = await listAccounts(bench.database);
  const { secret, sealed } = await perform('totp.propose', {});
  const on = await perform('totp.on', {
    ...visitor,
    account: account!.id,
    session: admission.session,
    password: PASSWORD,
    sealed,
    code: codeAt(secret, stepAt(bench.clock.now())),
  });
  if (isRefusal(on)) throw new Error(on.label.en);
  const unused = (await api.ask('POST', '/accounts', { body: { name: 'bob', roles: ['viewer'] } })).body.path.split('link=')[1] as string;
  const provider = {
    enabled: true,
    issuer: 'https://id.example.org',
    clientId: 'x',
    clientSecret: OF_CLIENT,
    roles: [{ value: 'x', role: 'admin' }],
  };
  expect((await api.ask('PATCH', '/oidc', { body: provider })).body).toMatchObject({ enabled: true, hasSecret: true });
  const token = (await api.ask('POST', '/tokens', { body: { name: 'ci', role: 'admin' } })).body.token as string;
  expect((await getAccount(bench.database, account!.id))?.totp).not.toBeNull();
  return {
    api,
    keys: [CREDENTIAL, OF_CLIENT, PASSWORD, invited, unused, token, admission.session, secret, ...on.recoveryCodes],
    sensitive: [ID_NUMBER, HOME],
    logged,
  };
}

const missingFrom = (text: string, words: readonly string[]): string[] => words.filter((word) => text.includes(word));

describe('planted secrets', () => {
  it('stand in no row of the store in clear: not in a backup, an audit entry, a run or a mirror', async () => {
    const { api, keys, sensitive } = await plant();
    const everything = await everythingIn(api.scene.bench.database);
    expect(missingFrom(everything, [...keys, ...sensitive])).toEqual([]);
    expect(everything, 'the search finds what is there').toContain('anna');
  });

  it('are in no answer to any question, for any role, nor in errors', async () => {
    const { api, keys, sensitive, logged } = await plant();
    const { database } = api.scene.bench;
    const [someone] = await database.all<{ id: string }>(`SELECT id FROM object WHERE type = 'person'`);
    const fillings: Readonly<Record<string, readonly string[]>> = {
      job: ['1', '2'],
      run: ['1', '2'],
      connection: ['ldap', 'hr', 'app'],
      account: ['anna'],
      token: ['ci'],
      person: [someone!.id],
    };
    let asked = 0;
    for (const role of ['viewer', 'operator', 'approver', 'admin', 'auditor'] as const satisfies readonly Role[])
      for (const [, operation] of table.filter(([, one]) => one.where === 'reader')) {
        const fields = [...operation.route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
        let paths = [operation.route.path];
        for (const field of fields)
          paths = paths.flatMap((path) => (fillings[field] ?? [someone!.id]).map((value) => path.replace(`{${field}}`, value)));
        if (operation.route.path === '/explanation') paths = [`/explanation?person=${someone!.id}&history=50`];
        for (const path of paths) {
          const answer = await api.ask(operation.route.method, path, { as: role });
          asked += Number(answer.status === 200);
          expect(missingFrom(JSON.stringify([answer.body, answer.headers]), [...keys, ...sensitive]), `${role} ${path}`).toEqual([]);
        }
      }
    expect(asked).toBeGreaterThan(60);
    const failed = await api.ask('POST', '/connections/ldap/check', { body: { direction: 'up' } });
    expect(missingFrom(JSON.stringify(failed.body), keys)).toEqual([]);
    expect(missingFrom(JSON.stringify(api.faults.map(String)), [...keys, ...sensitive])).toEqual([]);
    // A run that cannot sign in, and one whose records are refused by what the target answers, have something to log.
    const scene = api.scene;
    scene.hr.set('person', '1', { note: `${ID_NUMBER}-2` });
    scene.hr.set('person', '2', { number: null });
    await scene.sync();
    expect(logged.join('\n')).toContain('"stage"');
    expect(missingFrom(logged.join('\n'), [...keys, ...sensitive])).toEqual([]);
  });

  it('are in no answer to a command that refuses them', async () => {
    const { api } = await plant();
    const secret = 'planted-in-a-refused-command';
    for (const body of [
      { id: 'x', connector: 'ldap', name: 'x', config: { url: 'nonsense', password: secret } },
      { id: 'x', connector: 'nothing', name: 'x', config: { password: secret } },
    ]) {
      const answer = await api.ask('POST', '/connections', { body });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(JSON.stringify(answer.body)).not.toContain(secret);
    }
    for (const body of [
      { issuer: 'nonsense', clientSecret: secret },
      { clientId: '', clientSecret: secret },
      { clientSecret: secret.repeat(200) },
      { revision: 77, clientSecret: secret },
      { unknown: 1, clientSecret: secret },
    ]) {
      const answer = await api.ask('PATCH', '/oidc', { body });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(JSON.stringify(answer.body)).not.toContain(secret);
    }
    const document = {
      version: 1,
      connections: [{ id: 'x', connector: 'ldap', name: 'x', config: { url: 'nonsense', password: secret } }],
    };
    expect(JSON.stringify((await api.ask('POST', '/configuration/plan', { body: { document } })).body)).not.toContain(secret);
  });
});
