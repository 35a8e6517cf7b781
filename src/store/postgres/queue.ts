// Wake-ups between processes that share a database: pg-boss carries them, LISTEN/NOTIFY makes them arrive at once.
//
// Its tables stand in a schema of their own and hold nothing that is missed: without them, or while the database is away,
// everybody looks by themselves.
import type { PgBoss } from 'pg-boss';
import { nameOfThis } from './presence.ts';

/** A message, as the engine means it; here it is only carried. */
export interface Carried {
  readonly kind: string;
  readonly key: string;
}

export interface Carrier {
  /** Never waits and never throws. */
  send(what: Carried, times: number): void;
  /** Takes one message for whoever waits; ends with the signal. */
  receive(onMessage: (what: Carried) => void, signal: AbortSignal): void;
  /** False while nothing may arrive. */
  hears(): boolean;
  /** After what is being sent. */
  close(): Promise<void>;
}

const SCHEMA = 'tributary_queue';
const QUEUE = 'wake';
/** Without a notification somebody who waits looks so often. */
const LOOK_S = 5;
/** A message that nobody took says nothing any more: the sweep has long been there. */
const STALE_S = 120;
const AGAIN_MS = 30_000;
const CLOSE_MS = 2_000;

/** Loaded here, so that a command on the embedded store does not pay for it. */
const bossOf = async (url: string, more: object): Promise<PgBoss> =>
  new (await import('pg-boss')).PgBoss({
    connectionString: url,
    schema: SCHEMA,
    application_name: nameOfThis('tributary queue'),
    max: 2,
    schedule: false,
    monitorVacuum: false,
    ...more,
  });

/** Makes or updates the tables of the queue, with the rights of the user that the store has. The server does it, when it starts. */
export async function prepareQueue(url: string): Promise<void> {
  const boss = await bossOf(url, { supervise: false });
  boss.on('error', () => undefined);
  try {
    await boss.start();
    const options = { notify: true, retryLimit: 0, expireInSeconds: STALE_S, retentionSeconds: STALE_S, deleteAfterSeconds: STALE_S };
    if (!(await boss.getQueue(QUEUE))) await boss.createQueue(QUEUE, { policy: 'short', ...options });
  } finally {
    await boss.stop({ graceful: false, close: true }).catch(() => undefined);
  }
}

/** @param log  told once when messages do not arrive, and once when they do again */
export function openCarrier(url: string, log: (event: string, fields?: Record<string, unknown>) => void): Carrier {
  let boss: PgBoss | null = null;
  let starting: Promise<void> | null = null;
  let tryAt = 0;
  let isAway = false;
  let isClosed = false;
  const underWay = new Set<Promise<void>>();

  const away = (error: unknown): void => {
    if (!isAway && !isClosed) log('queue-away', { error: error instanceof Error ? error.message : String(error) });
    isAway = true;
  };
  const there = (): void => {
    if (isAway) log('queue-back');
    isAway = false;
  };

  const start = async (): Promise<void> => {
    tryAt = Date.now() + AGAIN_MS;
    const made = await bossOf(url, { migrate: false, createSchema: false, useListenNotify: true, supervise: true });
    made.on('error', away);
    made.on('warning', ({ message }: { message: string }) => log('queue-warning', { message }));
    try {
      await made.start();
      if (!(await made.getQueue(QUEUE))) throw new Error(`There is no queue "${QUEUE}" in schema "${SCHEMA}".`);
      boss = made;
      there();
    } catch (error) {
      away(error);
      await made.stop({ graceful: false, close: true }).catch(() => undefined);
    }
  };
  const started = (): Promise<void> => {
    if (boss || isClosed || Date.now() < tryAt) return starting ?? Promise.resolve();
    starting = start().finally(() => (starting = null));
    return starting;
  };

  const send = async (what: Carried, times: number): Promise<void> => {
    await started();
    if (!boss) return;
    const messages = Array.from({ length: times }, (_, n) => ({ data: { ...what }, singletonKey: `${what.kind}:${what.key}:${n}` }));
    await boss.insert(QUEUE, messages);
    there();
  };

  return {
    send(what, times) {
      const sent: Promise<void> = send(what, times)
        .catch(away)
        .finally(() => underWay.delete(sent));
      underWay.add(sent);
    },
    receive(onMessage, signal) {
      const wait = async (): Promise<void> => {
        await started();
        if (!boss || signal.aborted) return;
        const own = boss;
        const options = { batchSize: 1, pollingIntervalSeconds: LOOK_S, notifyPollingIntervalSeconds: LOOK_S };
        const id = await own.work<Carried>(QUEUE, options, async ([job]) => {
          there();
          if (job) onMessage(job.data);
        });
        // Whoever has something to do takes no more messages: they are for those who wait.
        const stop = (): void => void own.offWork(QUEUE, { id, wait: false }).catch(away);
        if (signal.aborted) stop();
        else signal.addEventListener('abort', stop, { once: true });
      };
      wait().catch(away);
    },
    hears: () => boss !== null && !isAway,
    async close() {
      isClosed = true;
      await starting;
      await Promise.all(underWay);
      await boss?.stop({ graceful: true, close: true, timeout: CLOSE_MS }).catch(() => undefined);
    },
  };
}
