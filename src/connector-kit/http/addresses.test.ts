// What a name resolves to is judged when the connection is made, so that no name leads to where clouds hand out credentials.
import { expect, it } from 'vitest';
import { guardedLookup, refusedBehind } from './addresses.ts';

/** Names that resolve without a DNS server: inet_aton takes numbers, which a URL would have written out. */
const names = {
  metadata: '2852039166', // 169.254.169.254
  loopback: '2130706433', // 127.0.0.1
};

const resolved = (name: string, all: boolean): Promise<string> =>
  new Promise((resolve) => {
    guardedLookup(name, { family: 4, all }, (error, found) =>
      resolve(error ? error.message : typeof found === 'string' ? found : found.map((one) => one.address).join()),
    );
  });

it.each([true, false])('a name for a metadata address is refused with both (all: %s)', async (all) => {
  expect(await resolved(names.metadata, all)).toBe(
    '2852039166 (169.254.169.254) is a link-local or metadata address. If it is meant, allow it in the connection.',
  );
});

it.each([true, false])('any other name is resolved (all: %s)', async (all) => {
  expect(await resolved(names.loopback, all)).toBe('127.0.0.1');
});

it('says before anybody connects which names lead to an address that may not be reached', async () => {
  expect([await refusedBehind(names.metadata), await refusedBehind(names.loopback)]).toEqual(['169.254.169.254', null]);
});
