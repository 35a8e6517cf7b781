// What goes through fetch is held to the same addresses as all else that leaves.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
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

const MB = 1024 * 1024;

async function serving(body: Buffer, encoding: string): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', ...(encoding === '' ? {} : { 'content-encoding': encoding }) });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.each([
  ['as it is', '', () => Buffer.alloc(2 * MB, 32)],
  ['packed', 'gzip', () => gzipSync(Buffer.alloc(200 * MB, 32))],
  ['packed twice', 'gzip, gzip', () => gzipSync(gzipSync(Buffer.alloc(200 * MB, 32)))],
])('an answer of more than 1 MiB is refused, %s, before all of it is in memory', async (_, encoding, body) => {
  const at = await serving(body(), encoding);
  const before = process.memoryUsage().rss;
  await expect(guardedFetch(at, {})).rejects.toThrow();
  expect((process.memoryUsage().rss - before) / MB).toBeLessThan(100);
});

test('an answer of an ordinary size may be packed', async () => {
  const said = JSON.stringify({ keys: Array.from({ length: 500 }, (_, n) => n) });
  const answer = await guardedFetch(await serving(gzipSync(said), 'gzip'), {});
  expect(await answer.json()).toEqual(JSON.parse(said));
});
