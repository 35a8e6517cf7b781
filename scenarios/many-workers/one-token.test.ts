// An access token is asked for by one worker and used by all, and rests sealed in the store.
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/connector-kit/clock.ts';
import { createTokenSource } from '../../src/connector-kit/http/token.ts';
import type { EngineOptions } from '../../src/engine/context.ts';
import { memoryOf } from '../../src/engine/memory.ts';
import { createSealer } from '../../src/engine/sealing.ts';
import type { Database } from '../../src/store/database.ts';
import { getSealed } from '../../src/store/jobs.ts';
import { migrate } from '../../src/store/migrations.ts';
import { openPostgres } from '../../src/store/postgres/database.ts';
import { takeLease } from '../../src/store/upkeep.ts';
import { postgresAvailable } from '../../test/servers/postgres.ts';
import { dropDatabase, newDatabase } from '../../test/support/store.ts';

const never = new AbortController().signal;
const stands = it.skipIf(!postgresAvailable().ok);

async function workers(count: number): Promise<readonly EngineOptions[]> {
  const url = await newDatabase();
  const databases: Database[] = [];
  for (let n = 0; n < count; n += 1) databases.push(await openPostgres({ url, readers: 2, writers: 2 }));
  onTestFinished(async () => {
    for (const database of databases) await database.close();
    await dropDatabase(url);
  });
  await migrate(databases[0]!);
  return databases.map((database, n) => ({
    ...({ clock: systemClock, sealer: createSealer(Buffer.alloc(32, 4)) } as EngineOptions),
    database,
    holder: `worker ${n}`,
  }));
}

/** A vendor that takes a moment, and counts. */
function vendor(lastsMs: number) {
  let issued = 0;
  return {
    issued: () => issued,
    sourceOf: (engine: EngineOptions) =>
      createTokenSource({
        clock: engine.clock,
        memory: memoryOf(engine, 'app'),
        key: 'token',
        issuedFor: ['app', 'secret'],
        async issue() {
          issued += 1;
          const value = `token-number-${issued}`;
          await new Promise((resolve) => setTimeout(resolve, 50));
          return { value, lastsMs };
        },
      }),
  };
}

stands('four workers that need a token at once get the same one; refused, it is renewed once', async () => {
  const engines = await workers(4);
  const { issued, sourceOf } = vendor(3_600_000);
  const sources = engines.map(sourceOf);
  expect(await Promise.all(sources.flatMap((source) => [source.current(never), source.current(never)]))).toEqual(
    Array.from({ length: 8 }, () => 'token-number-1'),
  );
  for (const source of sources) await source.refused('token-number-1');
  expect(new Set(await Promise.all(sources.map((source) => source.current(never))))).toEqual(new Set(['token-number-2']));
  expect(issued()).toBe(2);
  const [sealed] = (await getSealed(engines[0]!.database, 'memory:app')).values();
  expect(sealed).not.toContain('token-number');
});

stands('a worker that died while it asked is not waited for beyond its lease', async () => {
  const [dead, other] = await workers(2);
  const now = dead!.clock.now();
  await dead!.database.write((transaction) => takeLease(transaction, 'memory', 'app/token', dead!.holder, now, now + 400));
  const { sourceOf } = vendor(3_600_000);
  expect(await sourceOf(other!).current(never)).toBe('token-number-1');
  expect(other!.clock.now()).toBeGreaterThanOrEqual(now + 400);
});
