// Carries out queued runs one after the other: who is closed first, then runs about a few keys, then those about everybody.
import { openRuns, type RunRow } from '../store/runs.ts';
import type { EngineOptions } from './context.ts';
import { withoutLeft } from './left-to-server.ts';
import { executeRun } from './run.ts';

/** How often a long run listens for what was touched meanwhile. */
const LISTEN_MS = 100;
/** How often it looks for short runs that another process has queued; what this one queues it knows of at once. */
const LOOK_MS = 20;

export interface Drain {
  /** Carries out queued runs until none is left that can go on. */
  all(signal?: AbortSignal): Promise<readonly RunRow[]>;
  /** Whether this process carries out the run just now. */
  isRunning(run: number): boolean;
  /** Stops it; false: this process does not carry it out. */
  cancel(run: number): boolean;
  /** Something was queued: the next pause of a long run looks at once. */
  queued(): void;
}

const seniority = (run: RunRow): number => (run.order?.kind === 'close' ? 0 : run.mode === 'keys' ? 1 : 2);
const bySeniority = (a: RunRow, b: RunRow): number => seniority(a) - seniority(b) || a.id - b.id;

/** `listen` queues runs for what was touched, and says how long it has to be waited for more (null: nothing is on its way). */
export function createDrain(options: EngineOptions, listen: () => Promise<number | null>): Drain {
  const { database, clock } = options;
  const running = new Map<number, AbortController>();
  let isNews = true;

  const carryOut = async (run: RunRow, engine: EngineOptions, outer: AbortSignal | undefined): Promise<RunRow> => {
    const control = new AbortController();
    const stop = (): void => control.abort('stop');
    outer?.addEventListener('abort', stop, { once: true });
    running.set(run.id, control);
    try {
      const settled = await executeRun(engine, run.id, control.signal);
      // Somebody else in this process leads it, and tells when it has settled.
      if (settled.state !== 'running') options.onSettled?.(settled);
      return settled;
    } finally {
      running.delete(run.id);
      outer?.removeEventListener('abort', stop);
    }
  };

  const all = async (outer?: AbortSignal): Promise<readonly RunRow[]> => {
    const done: RunRow[] = [];
    const tried = new Set<number>();
    const open = async (): Promise<readonly RunRow[]> => {
      isNews = false;
      const all = (await openRuns(database)).filter((run) => run.state === 'queued' || run.state === 'running');
      // One that waits for a system to come back does not hold up what comes behind it.
      const going = new Set(all.map((run) => run.id));
      const free = all.filter((run) => !running.has(run.id) && !tried.has(run.id) && !run.behind.some((before) => going.has(before)));
      return withoutLeft(options, free);
    };
    let listenedAt = 0;
    let lookedAt = 0;
    // A full run lets short ones through between its batches; what both touch, the later one plans anew.
    const between = async (before?: () => Promise<void>): Promise<void> => {
      const now = performance.now();
      if (now - listenedAt > LISTEN_MS) {
        await listen();
        listenedAt = performance.now();
      } else if (!isNews && now - lookedAt < LOOK_MS) return;
      const short = (await open()).filter((candidate) => candidate.mode === 'keys' && candidate.state === 'queued').sort(bySeniority);
      lookedAt = performance.now();
      if (short.length > 0) await before?.();
      for (const run of short) {
        tried.add(run.id);
        done.push(await carryOut(run, options, outer));
      }
    };
    for (;;) {
      if (outer?.aborted) return done;
      const pause = await listen();
      const [next] = [...(await open())].sort(bySeniority);
      if (!next && pause === null) return done;
      if (!next) {
        // In slices, so that a command given meanwhile is not kept waiting.
        await clock.sleep(Math.min(pause!, LISTEN_MS), outer).catch(() => {});
        continue;
      }
      tried.add(next.id);
      const run = await carryOut(next, { ...options, between }, outer);
      done.push(run);
      // Put back into the queue; but where another worker leads runs of the same connection, it is not for this one.
      if (run.state === 'queued' && run.epoch !== next.epoch) tried.delete(run.id);
    }
  };

  return {
    all,
    isRunning: (run) => running.has(run),
    cancel(run) {
      const control = running.get(run);
      control?.abort('cancel');
      return control !== undefined;
    },
    queued: () => void (isNews = true),
  };
}
