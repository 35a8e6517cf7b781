// Carries notices to people beside everything else: nobody waits for it, and it waits for nobody.
import { lookedAt, noteLooked, trimNotices } from '../../store/notices.ts';
import { trimFixed } from '../../store/problems.ts';
import { forwardAudit } from '../audit-forward.ts';
import type { Engine } from '../engine.ts';
import { lookAround } from './look.ts';
import { routeNotices } from './route.ts';
import { sendDue } from './send.ts';

const DAY_MS = 86_400_000;
const KEPT_MS = 90 * DAY_MS;

export interface Notifier {
  /** Routes and sends until nothing is due. Never two at a time; a call meanwhile returns the one under way. */
  pass(): Promise<void>;
  /** Looks first for what only time makes worth telling. */
  tend(): Promise<void>;
  /** Lets what is being sent come to its end for a while, then cuts it off: it is sent again later, under the same id. */
  close(): Promise<void>;
}

/** Mended problems that are forgotten at once. */
const MOST_TRIMMED = 5_000;
const CLOSE_MS = 4_000;
/** What is noted when old notices were removed last. */
const TRIM = 'notices.trim';

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
    const now = clock.now();
    if (now - ((await lookedAt(database, TRIM)) ?? 0) < DAY_MS) return;
    await database.write(async (transaction) => {
      await noteLooked(transaction, TRIM, now);
      await trimNotices(transaction, now - KEPT_MS);
      await trimFixed(transaction, now - KEPT_MS, MOST_TRIMMED);
    });
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
