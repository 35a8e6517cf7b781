// A vendor that counts: several processes on one connection stay below its limit together, without a single refusal.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { migrate } from '../../src/store/migrations.ts';
import { openPostgres } from '../../src/store/postgres/database.ts';
import { postgresAvailable } from '../../test/servers/postgres.ts';
import { dropDatabase, newDatabase } from '../../test/support/store.ts';
import type { CallerOrder } from './caller.ts';

/** What the vendor allows, and what our connectors aim at: requests that began apart may arrive together. */
const VENDOR = 60;
const OURS = 40;
const CALLS = 120;

/** Counts what arrives in any second, and answers 429 to whatever is too much. */
async function startVendor() {
  const arrived: number[] = [];
  let refused = 0;
  const server = createServer((_, response) => {
    const now = performance.now();
    const recent = arrived.filter((at) => at > now - 1000).length;
    if (recent >= VENDOR) {
      refused += 1;
      response.writeHead(429, { 'retry-after': '1' }).end('{}');
      return;
    }
    arrived.push(now);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, arrived, refused: () => refused };
}

async function call(workers: number, shares: boolean): Promise<{ arrived: readonly number[]; refused: number }> {
  const store = await newDatabase();
  onTestFinished(() => dropDatabase(store));
  const database = await openPostgres({ url: store });
  await migrate(database);
  await database.close();
  const vendor = await startVendor();
  const order: CallerOrder = { store, url: vendor.url, calls: CALLS / workers, perSecond: OURS, shares };
  const crowd: ChildProcess[] = [];
  onTestFinished(() => {
    for (const child of crowd) child.kill('SIGKILL');
  });
  for (let n = 0; n < workers; n += 1) crowd.push(fork(join(import.meta.dirname, 'caller.ts'), [JSON.stringify(order)]));
  await Promise.all(crowd.map((child) => once(child, 'message')));
  const ends = crowd.map((child) => once(child, 'exit'));
  for (const child of crowd) child.send('go');
  expect((await Promise.all(ends)).map(([code]) => code as number)).toEqual(crowd.map(() => 0));
  return { arrived: vendor.arrived, refused: vendor.refused() };
}

describe.skipIf(!postgresAvailable().ok)('a vendor that counts', () => {
  it.each([2, 4])('refuses nothing that %i workers ask of it together', async (workers) => {
    const { arrived, refused } = await call(workers, true);
    expect([arrived.length, refused]).toEqual([CALLS, 0]);
    expect((arrived.at(-1)! - arrived[0]!) / 1000).toBeGreaterThan((CALLS / OURS - 1) * 0.95);
  });

  it('refuses, were each of them to keep the limit by itself', async ({ skip }) => {
    const { arrived, refused } = await call(4, false);
    const seconds = (arrived.at(-1)! - arrived[0]!) / 1000;
    skip(refused === 0 && seconds > CALLS / VENDOR, 'this machine is too busy to ask more often than the vendor allows');
    expect(refused).toBeGreaterThan(0);
  });
});
