// Files lie on the machine of the server: no worker elsewhere leads a run of theirs, whoever looks first and however often.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { ConnectionContext, Connector } from '../../src/connector-kit/contract.ts';
import { file } from '../../src/connectors/file/index.ts';
import { createEngine, type Engine } from '../../src/engine/engine.ts';
import { lookAround } from '../../src/engine/notify/look.ts';
import { patchBreaker } from '../../src/store/jobs.ts';
import { listRuns, type RunRow } from '../../src/store/runs.ts';
import { takeLease } from '../../src/store/upkeep.ts';
import { roomy } from '../../test/support/plain-scene.ts';
import { openWorkbench } from '../../test/support/workbench.ts';

const MINUTE = 60_000;
const head = '工号,姓名,部门,职位\n';
const list = (people: readonly number[], title = 'Clerk'): string => head + people.map((n) => `E${n},Person ${n},Main,${title}\n`).join('');

/** The file connector as another machine has it: the same paths, and other files behind them. */
const onDiskOf = (own: string, server: string): Connector =>
  ({
    ...file,
    open: (context: ConnectionContext<{ path: string }>) =>
      file.open({ ...context, config: { ...context.config, path: context.config.path.replace(server, own) } } as never),
  }) as unknown as Connector;

async function openPlace() {
  const root = mkdtempSync(join(tmpdir(), 'tributary-place-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  const [server, elsewhere] = ['A', 'B'].map((name) => join(root, name)) as [string, string];
  for (const folder of [server, elsewhere]) mkdirSync(folder);
  const bench = await openWorkbench({ folder: server, engine: { holder: 'server' } });
  onTestFinished(() => bench.close());
  const trigger = { kind: 'schedule', every: 'minute' } as const;
  const policy = { guard: roomy, leaver: { gone: 'delete', leftScope: 'delete', departed: 'delete' } } as const;
  writeFileSync(join(server, 'people.csv'), list([1, 2, 3, 4]));
  await bench.connection('hr', file as unknown as Connector, { use: 'read', path: join(server, 'people.csv'), settleSeconds: 0 });
  await bench.connection('book', file as unknown as Connector, { use: 'write', path: join(server, 'book.csv') });
  const { up, down } = file.manifest.defaults;
  const jobs = [
    await bench.job({ name: 'in', connection: 'hr', direction: 'up', trigger, policy, ...up! }),
    await bench.job({ name: 'out', connection: 'book', direction: 'down', trigger, policy, ...down! }),
  ] as const;
  let isServerThere = true;
  const workers: readonly Engine[] = [1, 2, 3].map((n) =>
    createEngine({
      ...bench.engine.options,
      holder: `worker ${n}`,
      folder: elsewhere,
      connectors: new Map([...bench.engine.options.connectors, ['file', onDiskOf(elsewhere, server)]]),
      server: { isThere: async () => isServerThere },
    }),
  );
  return {
    bench,
    jobs,
    workers,
    book: () => (existsSync(join(server, 'book.csv')) ? readFileSync(join(server, 'book.csv'), 'utf8') : null),
    people: (text: string) => writeFileSync(join(server, 'people.csv'), text),
    serverIs: (there: boolean) => void (isServerThere = there),
    /** What the workers have on their disk, and in their data folder. */
    left: () => readdirSync(elsewhere),
    /** Every worker before the server, at everything. */
    async minute(): Promise<void> {
      bench.clock.advance(MINUTE);
      for (const worker of workers) {
        await worker.sweep();
        expect(await worker.drain()).toEqual([]);
        expect(await worker.help()).toBe(0);
      }
      await bench.tick();
    },
    states: async () =>
      Object.fromEntries(
        (await bench.database.all<{ name: string; state: string }>('SELECT name, state FROM job')).map((job) => [job.name, job.state]),
      ),
    runs: async (): Promise<readonly RunRow[]> => listRuns(bench.database, { limit: 100 }),
  };
}

it('a list that is read and a book that is written every minute are the work of the server, though the workers look first', async () => {
  const place = await openPlace();
  for (let minute = 0; minute < 6; minute++) {
    place.people(list([1, 2, 3, 4], `Clerk ${minute}`));
    await place.minute();
  }
  const runs = await place.runs();
  expect(runs.length).toBeGreaterThanOrEqual(10);
  expect(runs.map(({ state, problem }) => ({ state, problem }))).toEqual(runs.map(() => ({ state: 'succeeded', problem: null })));
  expect(await place.states()).toEqual({ in: 'enabled', out: 'enabled' });
  expect(await place.bench.held()).toEqual([]);
  expect(place.book()!.match(/Person \d,/g)).toHaveLength(4);
  expect(place.left()).toEqual([]);
});

it('what somebody says yes to is written on the disk of the server', async () => {
  const place = await openPlace();
  for (let minute = 0; minute < 3; minute++) await place.minute();
  place.people(list([1, 2, 3]));
  // First whether they leave the directory, then whether they leave the book.
  for (const job of place.jobs) {
    for (let minute = 0; minute < 2; minute++) await place.minute();
    const asked = await place.bench.held();
    expect(asked).toMatchObject([{ job, action: 'remove' }]);
    expect(place.book()).toContain('Person 4,');
    await place.bench.engine.approve([asked[0]!.id], 'approver');
  }
  await place.minute();
  expect(await place.bench.held()).toEqual([]);
  expect(place.book()!.match(/Person \d,/g)).toEqual(['Person 1,', 'Person 2,', 'Person 3,']);
  expect(place.left()).toEqual([]);
});

it('while no server is there its runs wait and say why; begun by the next one, they say so no more', async () => {
  const place = await openPlace();
  const { bench, workers, jobs } = place;
  place.serverIs(false);
  const run = await bench.engine.enqueue({ job: jobs[0], mode: 'full', actor: 'test' });
  const look = async (): Promise<RunRow> => {
    for (const worker of workers) {
      await worker.sweep();
      await worker.drain();
    }
    return (await place.runs()).find(({ id }) => id === run)!;
  };
  const waiting = await look();
  expect(waiting).toMatchObject({
    state: 'queued',
    problem: { en: expect.stringMatching(/waits for the server.*"hr".*tributary serve/s) },
  });
  place.serverIs(true);
  expect(await look()).toMatchObject({ state: 'queued', problem: null });
  place.serverIs(false);
  expect((await look()).problem).toEqual(waiting.problem);
  await bench.engine.drain();
  expect((await place.runs()).find(({ id }) => id === run)).toMatchObject({ state: 'succeeded', problem: null });
});

it('one that a dead server had begun is left to the next server, and says so', async () => {
  const place = await openPlace();
  const { bench, workers, jobs } = place;
  const run = await bench.engine.enqueue({ job: jobs[0], mode: 'full', actor: 'test' });
  await bench.database.write(async (transaction) => {
    await takeLease(transaction, 'run', String(run), 'dead', bench.clock.now(), bench.clock.now() + MINUTE);
    await transaction.run(`UPDATE run SET state = 'running' WHERE id = ?`, run);
  });
  place.serverIs(false);
  const stand = async (): Promise<RunRow> => {
    await workers[0]!.sweep();
    expect(await workers[0]!.drain()).toEqual([]);
    return (await place.runs()).find(({ id }) => id === run)!;
  };
  // While its lease holds, somebody may be at it.
  expect(await stand()).toMatchObject({ state: 'running', problem: null });
  bench.clock.advance(2 * MINUTE);
  expect(await stand()).toMatchObject({ state: 'running', problem: { en: expect.stringContaining('waits for the server') } });
  await bench.engine.drain();
  expect((await place.runs()).find(({ id }) => id === run)).toMatchObject({ state: 'succeeded', problem: null });
});

it('whether files can be reached again only the server looks', async () => {
  const place = await openPlace();
  const { bench, workers } = place;
  await place.minute();
  await bench.database.write((transaction) => patchBreaker(transaction, 'hr', 5, bench.clock.now(), bench.clock.now() - 1, null));
  const away = async () =>
    (await bench.database.get<{ since: number | null; probe: number | null }>(
      `SELECT breaker_opened_at AS since, breaker_probe_at AS probe FROM connection WHERE id = 'hr'`,
    ))!;
  const before = await away();
  for (const worker of workers) await worker.sweep();
  expect(await away()).toEqual(before);
  await bench.engine.sweep();
  expect((await away()).since).toBeNull();
});

it('the daily check of a file is made by the server: of another disk it would take the same path for another system', async () => {
  const place = await openPlace();
  const { bench, workers } = place;
  const checked = async (): Promise<readonly string[]> =>
    (await bench.database.all<{ id: string }>('SELECT id FROM connection WHERE checked_at IS NOT NULL ORDER BY id')).map(({ id }) => id);
  for (const worker of workers) {
    bench.clock.advance(2 * MINUTE);
    await lookAround(worker);
  }
  expect([await checked(), place.left()]).toEqual([[], []]);
  for (let minute = 0; minute < 2; minute++) {
    bench.clock.advance(2 * MINUTE);
    await lookAround(bench.engine);
  }
  expect(await checked()).toEqual(['book', 'hr']);
});

it('who asks a process elsewhere for a look at a file is told where to ask', async () => {
  const place = await openPlace();
  const asked = place.workers[0]!.check('hr', { direction: 'up' });
  await expect(asked).rejects.toThrow(/"hr" is files of the machine of the server.*--server/);
  await expect(asked).rejects.toMatchObject({ kind: 'config', label: { zh: expect.stringContaining('服务所在机器') } });
  expect(place.left()).toEqual([]);
});
