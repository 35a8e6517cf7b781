// What goes through fetch is held to the same addresses as all else that leaves.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { guardedFetch } from './fetch.ts';

test.each([
  'https://169.254.169.254/x',
  'https://[::ffff:169.254.169.254]/x',
  'https://100.100.100.200/x',
  'http://[fe80::1]/x',
])('%s is refused before anything leaves', (address) => {
  expect(() => guardedFetch(address, {})).toThrow(/link-local or metadata/);
});

test('plain http goes to this machine and nowhere else', async () => {
  expect(() => guardedFetch('http://id.example.org/x', {})).toThrow(/no https/);
  const server = createServer((request, response) => void response.end(`${request.method} ${request.url}`));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const answer = await guardedFetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/x`, {
    method: 'POST',
    body: new URLSearchParams('a=b'),
  });
  expect([answer.status, await answer.text()]).toEqual([200, 'POST /x']);
});
