// A process that calls a simulator as fast as it may, under the limit of the connection that it shares with others; told to by one-limit.test.ts.
import { createSharedPace } from '../../src/engine/shared-pace.ts';
import { systemClock } from '../../src/connector-kit/clock.ts';
import { createPace } from '../../src/connector-kit/http/pace.ts';
import { openHttp } from '../../src/connector-kit/http/client.ts';
import { borrow, holdBudget } from '../../src/store/budgets.ts';
import { openPostgres } from '../../src/store/postgres/database.ts';
import { z } from 'zod';

export interface CallerOrder {
  readonly store: string;
  readonly url: string;
  readonly calls: number;
  readonly perSecond: number;
  /** false: as if it were alone. */
  readonly shares: boolean;
}

async function callAll({ store, url, calls, perSecond, shares }: CallerOrder): Promise<void> {
  const database = await openPostgres({ url: store, readers: 1, writers: 3 });
  const lender = {
    borrow: (bucket: string, ask: Parameters<typeof borrow>[3]) => borrow(database, 'app', bucket, ask),
    hold: (bucket: string, at: number) => holdBudget(database, 'app', bucket, at),
  };
  const http = openHttp({
    clock: systemClock,
    pace: shares ? createSharedPace(systemClock, `caller ${process.pid}`, lender) : createPace(systemClock),
    log: () => undefined,
    baseUrl: url,
    buckets: { calls: { perSecond } },
  });
  const signal = new AbortController().signal;
  process.send!('ready');
  await new Promise((resolve) => process.once('message', resolve));
  let left = calls;
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      while (left-- > 0)
        await http.call({ method: 'GET', path: 'thing', bucket: 'calls', schema: z.object({ ok: z.literal(true) }), signal });
    }),
  );
  await http.close();
  await database.close();
  process.disconnect!();
}

await callAll(JSON.parse(process.argv[2]!) as CallerOrder);
