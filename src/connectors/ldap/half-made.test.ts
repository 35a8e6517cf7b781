// What fails after the request that made an entry: nobody says of what is there that it was not made.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Simulator } from '../../connector-kit/contract.ts';
import type { ConnectorError } from '../../connector-kit/errors.ts';
import { startSimulator } from './simulator.ts';
import { openOn, SUFFIX, zhang, type Words } from './test-far-sides.ts';

const ldif = [
  'dn: dc=example,dc=org\nobjectClass: dcObject\nobjectClass: organization\ndc: example\no: example',
  ...['people', 'groups', 'off'].map((ou) => `dn: ou=${ou},${SUFFIX}\nobjectClass: organizationalUnit\nou: ${ou}`),
].join('\n\n');
const secrets = { userPassword: 'a long enough one' };

const refusal = (call: Promise<unknown>): Promise<ConnectorError> =>
  call.then(
    () => expect.fail('this must be refused'),
    (error: unknown) => error as ConnectorError,
  );

let simulator: Simulator;
let on: Words;
let posix: Words;
beforeAll(async () => {
  simulator = await startSimulator({ options: { ldif } });
  const far = {
    url: simulator.address,
    rootDn: String(simulator.config.bindDn),
    password: String(simulator.config.password),
    stop: () => simulator.stop(),
  };
  on = await openOn(far);
  posix = await openOn(far, { groupKind: 'posixGroup' });
});
afterAll(async () => {
  await on?.close();
  await posix?.close();
  await simulator?.stop();
});

const uids = async (): Promise<unknown[]> => [...(await on.read('person')).values()].map(({ attributes }) => attributes.uid);

test('an account whose first password is refused is taken away again, and was not made', async () => {
  simulator.fault!({ fault: 'refuse-write', on: 'write', at: 1 });
  const error = await refusal(on.create('person', zhang(1), {}, { secrets }));
  expect(error).toMatchObject({ kind: 'invalid', label: { en: expect.stringContaining('The account was not created.') } });
  expect(await uids()).not.toContain('zhang1');
});

test('one that may not be taken away again is looked for, and called there without a password', async () => {
  simulator.fault!({ fault: 'refuse-write', on: 'write', at: 1, times: 2 });
  const error = await refusal(on.create('person', zhang(2), {}, { secrets }));
  expect(error.kind).toBe('unknown-outcome');
  expect(error.label.en).toContain(`It is there without a password (uid=zhang2,ou=people,${SUFFIX})`);
  expect(error.label.zh).toContain('账号已存在但没有密码');
  expect(await uids()).toContain('zhang2');
});

test('one whose removal is cut off is looked for', async () => {
  simulator.fault!({ fault: 'refuse-write', on: 'write', at: 1 });
  simulator.fault!({ fault: 'cut-connection', on: 'write', at: 2 });
  expect((await refusal(on.create('person', zhang(3), {}, { secrets }))).kind).toBe('unknown-outcome');
});

test('a group whose further members are refused is looked for, and is there', async () => {
  const member = Array.from({ length: 1001 }, (_, n) => ({ to: { type: 'person', id: `uid:somebody${n}` } }));
  simulator.fault!({ fault: 'refuse-write', on: 'write', at: 1 });
  expect((await refusal(posix.create('group', { cn: 'large', gidNumber: 3000 }, { member }))).kind).toBe('unknown-outcome');
  const [large] = (await posix.read('group')).values();
  expect(large!.edges!.member).toHaveLength(1000);
});
