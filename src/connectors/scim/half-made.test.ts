// What follows the request that made an object: nobody uses an account that shall not be used, and what is there is not made again.
import { expect, test } from 'vitest';
import type { ConnectorError } from '../../connector-kit/errors.ts';
import { bearer, desired, list, open, scripted, writing, type Reply, type Said } from './test-support.ts';

type Account = Record<string, unknown>;

/** An app that lets every new account live, whatever it was told, and answers a PATCH of it as given. */
async function deaf(patch: (account: Account, said: Said) => Reply) {
  let account: Account | null = null;
  const { url, seen } = await scripted((said) => {
    const { method, path, body } = said;
    if (path.endsWith('/Users') && method === 'POST') return [201, (account = { ...body, id: '7', active: true })];
    if (path.endsWith('/Users')) return list(account ? [account] : []);
    if (!path.endsWith('Users/7') || account === null) return undefined;
    return method === 'PATCH' || method === 'PUT' ? patch(account, said) : [200, account];
  });
  const { connection } = await open(bearer(url));
  const create = () => connection.create('person', desired('d-1', { userName: 'zhang' }, { enabled: false }), writing);
  return { create, seen, account: () => account! };
}

const refused = (call: Promise<unknown>): Promise<ConnectorError> =>
  call.then(
    () => expect.fail('this must be refused'),
    (error: unknown) => error as ConnectorError,
  );

test('an account that shall not be used is disabled after it was made, where the app takes no status with a new one', async () => {
  const app = await deaf((account) => {
    account.active = false;
    return [200, account];
  });
  expect((await app.create()).id).toBe('7');
  expect(app.account().active).toBe(false);
});

test.each([
  ['answers that it did and lets it live', (account: Account): Reply => [200, account]],
  ['refuses to', (): Reply => [403, { status: '403' }]],
  ['wants to be asked later', (): Reply => [429, { status: '429' }, { 'retry-after': '60' }]],
])('one that the app %s is looked for, and not called not made', async (_what, patch) => {
  const app = await deaf(patch);
  expect((await refused(app.create())).kind).toBe('unknown-outcome');
  expect(app.account().active, 'it can still be used').toBe(true);
});

test('an account that was made disabled is not told so again', async () => {
  const { url, seen } = await scripted(({ method, path, body }) => {
    if (path.endsWith('/Users') && method === 'POST') return [201, { ...body, id: '7' }];
    return path.endsWith('/Users') ? list([]) : undefined;
  });
  const { connection } = await open(bearer(url));
  await connection.create('person', desired('d-1', { userName: 'zhang' }, { enabled: false }), writing);
  expect(seen.filter(({ path }) => path.endsWith('Users/7'))).toEqual([]);
});

test('an app that never shows whether an account is in use: the run says that nobody can check it', async () => {
  const { url } = await scripted(({ method, path }) => {
    if (path.endsWith('/Users') && method === 'POST') return [201, { id: '7', userName: 'zhang' }];
    if (path.endsWith('Users/7')) return [200, { id: '7', userName: 'zhang' }];
    return path.endsWith('/Users') ? list([]) : undefined;
  });
  const { connection } = await open(bearer(url));
  const made = await connection.create('person', desired('d-1', { userName: 'zhang' }, { enabled: false }), writing);
  expect(made).toMatchObject({ id: '7', unseen: { en: expect.stringContaining('nobody can check it') } });
});

test.each([
  ['asks to wait', [429, { status: '429' }, { 'retry-after': '60' }]],
  ['may not show it', [403, { status: '403' }]],
] as const)('a group that was made and answered without a body is known by its id, also where the app then %s', async (_what, reply) => {
  let made = 0;
  const { url } = await scripted(({ method, path }) => {
    if (path.endsWith('/Groups') && method === 'POST') return [201, undefined, { location: `/scim/v2/Groups/${++made}` }];
    if (path.endsWith('/Groups/1')) return reply as unknown as Reply;
    // Its search does not find what it has, so only the id can tell.
    return path.endsWith('/Groups') || path.endsWith('/Users') ? list([]) : undefined;
  });
  const { connection } = await open(bearer(url));
  expect(await connection.create('group', desired('d-1', { displayName: 'Sales' }), writing)).toEqual({ id: '1' });
  expect(made).toBe(1);
});

test('an account that the app does not name, and that it then refuses to look for, is looked for again', async () => {
  let made = 0;
  const { url } = await scripted(({ method, path }) => {
    if (path.endsWith('/Users') && method === 'POST') {
      made += 1;
      return [201, undefined];
    }
    return path.endsWith('/Users') ? (made > 0 ? [429, { status: '429' }, { 'retry-after': '60' }] : list([])) : undefined;
  });
  const { connection } = await open(bearer(url));
  const error = await refused(connection.create('person', desired('d-1', { userName: 'zhang' }), writing));
  expect(error.kind).toBe('unknown-outcome');
  expect(made).toBe(1);
});
