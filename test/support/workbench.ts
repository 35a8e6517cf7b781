// A whole engine on a temporary store with an injected clock: what scenario tests stand on.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock, Connector } from '../../src/connector-kit/contract.ts';
import { secretFields } from '../../src/connector-kit/define.ts';
import { console as byHand } from '../../src/connectors/console/index.ts';
import { directory } from '../../src/connectors/directory/index.ts';
import { effectiveSettings, jobSettingsSchema, type JobSettingsInput } from '../../src/core/job-settings.ts';
import type { EngineOptions } from '../../src/engine/context.ts';
import { createEngine, type Engine } from '../../src/engine/engine.ts';
import { createSealer } from '../../src/engine/sealing.ts';
import { digest } from '../../src/engine/shapes.ts';
import { createDirectoryIds } from '../../src/engine/directory-ids.ts';
import type { Database } from '../../src/store/database.ts';
import { putConnection, putJob, putSealed } from '../../src/store/jobs.ts';
import { listHeld, type HeldRow } from '../../src/store/held.ts';
import type { RunRow } from '../../src/store/runs.ts';
import { dropStore, openStore } from './store.ts';

export interface TestClock extends Clock {
  advance(ms: number): void;
}

/** Time stands still unless advanced; sleeping advances it. */
export function createTestClock(start = Date.UTC(2026, 0, 5, 8)): TestClock {
  let now = start;
  return {
    now: () => now,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      now += ms;
      await new Promise((resolve) => setImmediate(resolve));
    },
    advance: (ms) => {
      now += ms;
    },
  };
}

export interface Workbench {
  readonly folder: string;
  readonly clock: TestClock;
  readonly database: Database;
  readonly engine: Engine;
  connection(id: string, connector: Connector<never, never> | Connector, config: object): Promise<void>;
  job(settings: JobSettingsInput, enabled?: boolean): Promise<number>;
  /** Queues a full run, carries everything out, returns that run. The clock moves on a second first. */
  run(
    job: number,
    options?: { mode?: 'full' | 'incremental'; dryRun?: boolean; keys?: readonly { type: string; id: string }[] },
  ): Promise<RunRow>;
  /** Lets jobs go on that the guard paused, as a person does who wants to see the next run. */
  unpause(): Promise<void>;
  held(): Promise<readonly HeldRow[]>;
  approveAll(): Promise<readonly RunRow[]>;
  /** Sweeps what is due at the clock's time and carries it out. */
  tick(): Promise<readonly RunRow[]>;
  objects(type: string): Promise<readonly { id: string; lifecycle: string; data: Record<string, unknown> }[]>;
  close(): Promise<void>;
}

export async function openWorkbench(
  options: {
    connectors?: readonly Connector[];
    engine?: Partial<EngineOptions>;
    folder?: string;
    /** What stands between the engine and its store. */
    watched?: (database: Database) => Database;
  } = {},
): Promise<Workbench> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'tributary-test-'));
  const clock = createTestClock();
  const store = await openStore(folder);
  const database = options.watched?.(store) ?? store;
  const connectors = new Map<string, Connector>([
    ['console', byHand as unknown as Connector],
    ['directory', directory as unknown as Connector],
  ]);
  for (const connector of options.connectors ?? []) connectors.set(connector.manifest.id, connector);
  const engine = createEngine({
    database,
    connectors,
    clock,
    sealer: createSealer(Buffer.alloc(32, 7)),
    newId: createDirectoryIds(),
    folder,
    holder: 'test',
    log: () => {},
    settleMs: 0,
    ...options.engine,
  });
  return {
    folder,
    clock,
    database,
    engine,
    async connection(id, connector, config) {
      const known = connector as unknown as Connector;
      connectors.set(known.manifest.id, known);
      const secrets = new Set(secretFields(known.manifest.config));
      const entries = Object.entries(config);
      await database.write(async (transaction) => {
        await putConnection(transaction, {
          id,
          connector: known.manifest.id,
          name: id,
          config: JSON.stringify(Object.fromEntries(entries.filter(([name]) => !secrets.has(name)))),
        });
        for (const [name, value] of entries)
          if (secrets.has(name)) await putSealed(transaction, `connection:${id}`, name, engine.options.sealer.seal(String(value)));
      });
    },
    async job(input, enabled = true) {
      const settings = jobSettingsSchema.parse(input);
      const id = await database.write((transaction) =>
        putJob(transaction, {
          name: settings.name,
          connection: settings.connection,
          direction: settings.direction,
          rank: settings.rank,
          settings: JSON.stringify(settings),
          effectiveHash: digest(effectiveSettings(settings)),
          now: clock.now(),
          by: 'test',
        }),
      );
      if (enabled) await engine.setJobState(id, 'enabled', 'test');
      return id;
    },
    async run(job, { mode = 'full', dryRun = false, keys } = {}) {
      clock.advance(1000);
      const id = await engine.enqueue({ job, mode: keys ? 'keys' : mode, dryRun, actor: 'test', ...(keys ? { keys } : {}) });
      const runs = await engine.drain();
      // A run that was put back into the queue comes twice.
      return runs.findLast((run) => run.id === id)!;
    },
    async unpause() {
      for (const row of await database.all<{ id: number }>(`SELECT id FROM job WHERE state = 'paused'`))
        await engine.setJobState(row.id, 'enabled', 'test');
    },
    held: () => listHeld(database, { states: ['open'], after: 0, limit: 100_000 }),
    async approveAll() {
      const rows = await listHeld(database, { states: ['open'], after: 0, limit: 100_000 });
      if (rows.length === 0) return [];
      await engine.approve(
        rows.map((row) => row.id),
        'approver',
      );
      return engine.drain();
    },
    async tick() {
      await engine.sweep();
      return engine.drain();
    },
    async objects(type) {
      const rows = await database.all<{ id: string; lifecycle: string; data: string }>(
        `SELECT id, lifecycle, data FROM object WHERE type = ? ORDER BY id`,
        type,
      );
      return rows.map((row) => ({ id: row.id, lifecycle: row.lifecycle, data: JSON.parse(row.data) as Record<string, unknown> }));
    },
    async close() {
      await database.close();
      await dropStore(folder);
      if (!options.folder) rmSync(folder, { recursive: true, force: true });
    },
  };
}
