// Long connections: one per source that can tell by itself what was touched, opened anew when it breaks.
import { canonicalText } from '../core/attribute.ts';
import { endLease, takeLease } from '../store/upkeep.ts';
import type { EngineOptions } from './context.ts';
import { openConnection } from './endpoint.ts';
import { partIn } from './part.ts';
import { eventJobs, touchKeys } from './real-time.ts';

const LEASE_MS = 60_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

export interface Watches {
  /** Starts what is missing, ends what nobody needs any more. Cheap: call it often. */
  tend(): Promise<void>;
  close(): Promise<void>;
}

interface Watched {
  readonly control: AbortController;
  readonly ended: Promise<void>;
  readonly revision: string;
}

/**
 * @param onTouched  something was touched: wake up
 * @param onBroken   what happened is not told in keys: the connection was broken, or everything may look different
 */
export function createWatches(engine: EngineOptions, onTouched: () => void, onBroken: (connection: string) => Promise<void>): Watches {
  const open = new Map<string, Watched>();

  const watchOne = async (id: string, signal: AbortSignal): Promise<void> => {
    let pause = FIRST_PAUSE_MS;
    let wasBroken = false;
    while (!signal.aborted) {
      try {
        if (!(await lease(engine, id))) {
          await engine.clock.sleep(LEASE_MS / 2, signal);
          continue;
        }
        const { connection, connector } = await openConnection(engine, id);
        try {
          if (!connection.watch) return;
          for await (const keys of connection.watch({ part: partIn(connector.manifest, await partOf(engine, id)), signal })) {
            if (wasBroken) {
              wasBroken = false;
              engine.log('watch-restored', { connection: id });
              await onBroken(id);
            }
            pause = FIRST_PAUSE_MS;
            await lease(engine, id);
            if (keys === 'everything') {
              await onBroken(id);
              continue;
            }
            await touchKeys(engine, id, keys);
            if (keys.length > 0) onTouched();
          }
        } finally {
          await connection.close();
        }
      } catch (error) {
        if (signal.aborted) break;
        engine.log('watch-broken', { connection: id, error: (error as { kind?: string }).kind ?? (error as Error).name, pauseMs: pause });
      }
      wasBroken = true;
      await engine.clock.sleep(pause, signal).catch(() => {});
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
  };

  return {
    async tend() {
      const wanted = new Map<string, string>();
      for (const { row } of await eventJobs(engine))
        if (row.direction === 'up') wanted.set(row.connection, `${wanted.get(row.connection) ?? ''}/${row.id}.${row.version}`);
      for (const [id, watched] of open) {
        if (wanted.get(id) === watched.revision) continue;
        watched.control.abort('no longer wanted');
        await watched.ended;
        open.delete(id);
      }
      for (const [id, revision] of wanted) {
        if (open.has(id)) continue;
        const control = new AbortController();
        open.set(id, { control, revision, ended: watchOne(id, control.signal).catch(() => {}) });
      }
    },
    async close() {
      for (const [id, watched] of open) {
        watched.control.abort('closing');
        await watched.ended;
        await engine.database.write((transaction) => endLease(transaction, 'watch', id, engine.holder));
      }
      open.clear();
    },
  };
}

/** One process holds the long connection of a system, however many there are. */
const lease = async (engine: EngineOptions, id: string): Promise<boolean> => {
  const now = engine.clock.now();
  return (await engine.database.write((transaction) => takeLease(transaction, 'watch', id, engine.holder, now, now + LEASE_MS))) !== null;
};

/** The part that all jobs share, or all of the connection: each job then takes of what was touched what lies in its own. */
async function partOf(engine: EngineOptions, id: string): Promise<unknown> {
  const parts = (await eventJobs(engine))
    .filter(({ row }) => row.connection === id && row.direction === 'up')
    .map(({ settings }) => settings.part);
  return new Set(parts.map(canonicalText)).size === 1 ? parts[0] : {};
}
