// One server per database: the second one is told who the first is, and a server that dies leaves the place at once.
import { hostname } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dataFolder } from '../../cli/data-folder.ts';
import { serveAlone } from '../../cli/serving.ts';
import { startGate } from '../../../test/servers/gate.ts';
import { postgresAvailable, startPostgres } from '../../../test/servers/postgres.ts';
import { dropDatabase, newDatabase } from '../../../test/support/store.ts';
import { openPostgres } from './database.ts';
import { isServed, type Serving, takeServing } from './serving.ts';

const quick = { patienceMs: 0 };

async function served(url: string, log?: (event: string) => void): Promise<Serving> {
  const serving = await takeServing({ url, ...quick, ...(log ? { log } : {}) });
  if (!('lost' in serving)) throw new Error(`served by ${serving.who}`);
  onTestFinished(() => serving.release());
  return serving;
}

describe.skipIf(!postgresAvailable().ok)('a database', () => {
  it('has one server: the second is refused in words, until the first has ended', async () => {
    const url = await newDatabase();
    onTestFinished(() => dropDatabase(url));
    const first = await served(url);
    const refused = await serveAlone(dataFolder('/nowhere', url), () => {}).catch((error: unknown) => error);
    expect(refused).toMatchObject({ label: { zh: expect.stringContaining(hostname()) as string } });
    expect((refused as Error).message).toContain(`process ${process.pid}`);
    expect((refused as Error).message).toContain('tributary worker');
    expect((refused as Error).message).not.toContain('password');
    await first.release();
    await (await served(url)).release();
    expect(await serveAlone(dataFolder('/nowhere'), () => {})).toBeNull();
  });

  it('tells whoever works on it whether it has a server', async () => {
    const url = await newDatabase();
    onTestFinished(() => dropDatabase(url));
    const worker = await openPostgres({ url });
    onTestFinished(() => worker.close());
    expect(await isServed(worker)).toBe(false);
    const serving = await served(url);
    expect(await isServed(worker)).toBe(true);
    await serving.release();
    await expect.poll(() => isServed(worker), { timeout: 90_000 }).toBe(false);
  });

  it('keeps its server over a restart of its own and a cut of the network', async () => {
    const server = await startPostgres();
    onTestFinished(() => server.stop());
    const direct = await server.createDatabase();
    const gate = await startGate(server.port);
    onTestFinished(() => gate.stop());
    const url = new URL(direct);
    url.port = String(gate.port);
    const events: string[] = [];
    const serving = await served(url.toString(), (event) => void events.push(event));
    let isLost = false;
    void serving.lost.then(() => (isLost = true));
    await server.shutDown();
    await server.start();
    await expect.poll(() => events, { timeout: 90_000 }).toEqual(['serving-interrupted', 'serving-again']);
    gate.cut();
    await expect.poll(() => events, { timeout: 90_000 }).toHaveLength(3);
    gate.open();
    await expect.poll(() => events.slice(2), { timeout: 90_000 }).toEqual(['serving-interrupted', 'serving-again']);
    expect(isLost).toBe(false);
    expect(await takeServing({ url: direct, ...quick })).toMatchObject({ who: expect.stringContaining(hostname()) as string });
  });
});
