// What a connection remembers between processes (tokens, fingerprints): sealed in the store, read there each time, so that all workers see one.
import type { ConnectionMemory } from '../connector-kit/memory.ts';
import type { Database } from '../store/database.ts';
import { getSealedOne, putSealed } from '../store/jobs.ts';
import { endLease, takeLease } from '../store/upkeep.ts';
import type { EngineOptions } from './context.ts';

/** A worker that died while it was at it is waited for no longer. Two at once would be waste, not harm. */
const LEASE_MS = 10_000;
const ASK_AGAIN_MS = 100;

export function memoryOf(engine: EngineOptions, connection: string): ConnectionMemory {
  const { database, sealer } = engine;
  const owner = `memory:${connection}`;
  return {
    async get(key) {
      const value = await getSealedOne(database, owner, key);
      return value === undefined ? undefined : sealer.open(value);
    },
    set: async (key, value) => void (await database.write((transaction) => putSealed(transaction, owner, key, sealer.seal(value)))),
    alone: (key, work) => oneByOne(database, `${connection}/${key}`, () => underLease(engine, `${connection}/${key}`, work)),
  };
}

/** Who is at it in this process. */
const queues = new WeakMap<Database, Map<string, Promise<unknown>>>();

function oneByOne<T>(database: Database, name: string, work: () => Promise<T>): Promise<T> {
  const own = queues.get(database) ?? new Map<string, Promise<unknown>>();
  queues.set(database, own);
  const result = (own.get(name) ?? Promise.resolve()).then(work);
  const settled = result.catch(() => undefined);
  own.set(name, settled);
  void settled.then(() => own.get(name) === settled && own.delete(name));
  return result;
}

async function underLease<T>(engine: EngineOptions, name: string, work: () => Promise<T>): Promise<T> {
  const { database, clock, holder } = engine;
  if (database.dialect === 'sqlite') return work();
  for (;;) {
    const now = clock.now();
    const epoch = await database.write((transaction) => takeLease(transaction, 'memory', name, holder, now, now + LEASE_MS));
    if (epoch !== null) break;
    await clock.sleep(ASK_AGAIN_MS);
  }
  try {
    return await work();
  } finally {
    await database.write((transaction) => endLease(transaction, 'memory', name, holder)).catch(() => undefined);
  }
}
