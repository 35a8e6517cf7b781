// Carries notices to people beside everything else: nobody waits for it, and it waits for nobody.
import { lookedAt, noteLooked } from '../../store/notices.ts';
import { forwardAudit } from '../audit-forward.ts';
import type { Engine } from '../engine.ts';
import { tendKeys } from '../keys/rotate.ts';
import { prune } from '../prune.ts';
import { lookAround } from './look.ts';
import { routeNotices } from './route.ts';
import { sendDue } from './send.ts';

const DAY_MS = 86_400_000;

export interface Notifier {
  /** Routes and sends until nothing is due. Never two at a time; a call meanwhile returns the one under way. */
  pass(): Promise<void>;
  /** Looks first for what only time makes worth telling. */
  tend(): Promise<void>;
  /** Lets what is being sent come to its end for a while, then cuts it off: it is sent again later, under the same id. */
  close(): Promise<void>;
}

/** Rows that are forgotten between two looks at what is to be sent. */
const MOST_PRUNED = 20_000;
const CLOSE_MS = 4_000;
/** What is noted when everything that is too old was forgotten last. */
const PRUNED = 'pruned';

export function createNotifier(engine: Engine): Notifier {
  const { options } = engine;
  const stop = new AbortController();
  const cut = new AbortController();
  let underWay: Promise<void> | null = null;

  const work = async (): Promise<void> => {
    const { database, clock } = options;
    while (!stop.signal.aborted) {
      const routed = await routeNotices(database, clock.now());
      const sent = await sendDue(options, { stop: stop.signal, cut: cut.signal });
      const forwarded = await forwardAudit(options, cut.signal);
      if (routed === 0 && sent === 0 && forwarded === 0) break;
    }
    await tendKeys(options);
    const now = clock.now();
    if (now - ((await lookedAt(database, PRUNED)) ?? 0) < DAY_MS) return;
    const { pruned, done } = await prune(options, { most: MOST_PRUNED, signal: stop.signal });
    options.log('pruned', { ...pruned });
    if (done) await database.write((transaction) => noteLooked(transaction, PRUNED, now));
  };

  const begin = (what: () => Promise<void>): Promise<void> =>
    (underWay ??= what()
      .catch((error: unknown) => options.log('fault', { error: error instanceof Error ? error.stack : String(error) }))
      .finally(() => {
        underWay = null;
      }));

  return {
    pass: () => begin(work),
    tend: () => begin(() => lookAround(engine).then(work)),
    async close() {
      stop.abort('stop');
      const late = setTimeout(() => cut.abort('stop'), CLOSE_MS);
      await underWay;
      clearTimeout(late);
    },
  };
}
