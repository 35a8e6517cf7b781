// Wake-ups between processes on a real PostgreSQL: they arrive at once, and whatever becomes of them, nobody fails for it.
import { describe, expect, it, onTestFinished } from 'vitest';
import { postgresAvailable, startPostgres } from '../../../test/servers/postgres.ts';
import { dropDatabase, newDatabase } from '../../../test/support/store.ts';
import { type Carried, type Carrier, openCarrier, prepareQueue } from './queue.ts';
import { openPostgres } from './database.ts';

const LATE_MS = 20_000;

async function newUrl(): Promise<string> {
  const url = await newDatabase();
  onTestFinished(() => dropDatabase(url));
  return url;
}

function carrierOn(url: string): Carrier & { readonly events: string[] } {
  const events: string[] = [];
  const carrier = openCarrier(url, (event) => void events.push(event));
  onTestFinished(() => carrier.close());
  return { ...carrier, events };
}

/** Waits until it is stopped, as a worker does that has nothing to do. */
function waits(carrier: Carrier): { readonly got: Carried[]; stop(): void } {
  const got: Carried[] = [];
  const control = new AbortController();
  onTestFinished(() => control.abort());
  carrier.receive((what) => void got.push(what), control.signal);
  return { got, stop: () => control.abort() };
}

const run = (key: string): Carried => ({ kind: 'run', key });

describe.skipIf(!postgresAvailable().ok)('messages through PostgreSQL', () => {
  it('reach whoever waits in another process, one each; the same one twice is one', async () => {
    const url = await newUrl();
    await prepareQueue(url);
    await prepareQueue(url);
    const [one, two, sender, early] = [carrierOn(url), carrierOn(url), carrierOn(url), carrierOn(url)];
    for (let n = 0; n < 3; n += 1) early.send(run('early'), 1);
    await early.close();
    const [first, second] = [waits(one), waits(two)];
    await expect.poll(() => [...first.got, ...second.got], { timeout: LATE_MS }).toEqual([run('early')]);
    first.stop();
    const asked = performance.now();
    sender.send(run('late'), 1);
    await expect.poll(() => second.got, { timeout: LATE_MS, interval: 5 }).toContainEqual(run('late'));
    // A notification brought it, not the look that comes every five seconds.
    expect(performance.now() - asked).toBeLessThan(4_000);
    expect(first.got).not.toContainEqual(run('late'));
    expect([one, two, sender].flatMap((carrier) => carrier.events)).toEqual([]);
    await expect.poll(() => [one.hears(), two.hears(), sender.hears()], { timeout: LATE_MS }).toEqual([true, true, true]);
  });

  it('for several reach as many as wait', async () => {
    const url = await newUrl();
    await prepareQueue(url);
    const all = [waits(carrierOn(url)), waits(carrierOn(url)), waits(carrierOn(url))];
    carrierOn(url).send({ kind: 'batches', key: '4' }, 3);
    await expect.poll(() => all.reduce((sum, one) => sum + one.got.length, 0), { timeout: LATE_MS }).toBe(3);
  });

  it('do not arrive without the tables of the queue: that is said once, and nothing fails', async () => {
    const url = await newUrl();
    const carrier = carrierOn(url);
    const waiting = waits(carrier);
    for (let n = 0; n < 3; n += 1) carrier.send(run(String(n)), 1);
    await expect.poll(() => carrier.events, { timeout: LATE_MS }).toEqual(['queue-away']);
    carrier.send(run('more'), 1);
    expect([carrier.hears(), waiting.got, carrier.events]).toEqual([false, [], ['queue-away']]);
    const database = await openPostgres({ url });
    expect(await database.all(`SELECT 1 FROM pg_namespace WHERE nspname = 'tributary_queue'`)).toEqual([]);
    await database.close();
  });

  it('arrive again after the database was restarted', async () => {
    const server = await startPostgres();
    onTestFinished(() => server.stop());
    const url = await server.createDatabase();
    await prepareQueue(url);
    const [carrier, sender] = [carrierOn(url), carrierOn(url)];
    const waiting = waits(carrier);
    sender.send(run('before'), 1);
    await expect.poll(() => waiting.got, { timeout: LATE_MS }).toEqual([run('before')]);
    await server.shutDown();
    sender.send(run('lost'), 1);
    await expect.poll(() => sender.events, { timeout: LATE_MS }).toContain('queue-away');
    await server.start();
    const again = setInterval(() => sender.send(run('after'), 1), 500);
    onTestFinished(() => clearInterval(again));
    await expect.poll(() => waiting.got, { timeout: 45_000 }).toContainEqual(run('after'));
  });
});
