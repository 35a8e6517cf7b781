// What a worker does until it is stopped: sweeps, leads what nobody leads, helps where somebody does, and sleeps until it is woken.
import { setTimeout as pause } from 'node:timers/promises';
import type { Engine } from '../engine/engine.ts';
import type { Queue } from '../engine/queue.ts';

export interface Work {
  readonly engine: Engine;
  readonly queue: Queue;
  /** Asked each time: a worker of another version than the server takes nothing. */
  readonly mayWork: () => Promise<boolean>;
  /** Told at each turn, with the batches that it helped with: the loop goes round. */
  readonly onTurn?: (turn: { readonly mayWork: boolean; readonly helped: number }) => void;
  /** Started after each look at what is due, and not waited for. */
  readonly alongside?: () => void;
  readonly log: (event: string, fields?: Record<string, unknown>) => void;
  readonly signal: AbortSignal;
  /** How often to look without being woken: rarely where messages arrive, often where they may not. */
  readonly beatMs?: { readonly hearing: number; readonly deaf: number };
}

/** Told to stop, a process is gone within ten seconds; service managers kill what is not. */
export const STOP_MS = 9_000;

/** Waits for the work, but after the signal no longer than `ms`: then what is under way is left to whoever takes it over. */
export async function endsInTime(work: Promise<void>, signal: AbortSignal, ms = STOP_MS): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    const arm = (): void => void (timer = setTimeout(() => resolve(false), ms));
    if (signal.aborted) arm();
    else signal.addEventListener('abort', arm, { once: true });
  });
  try {
    return await Promise.race([work.then(() => true as const), late]);
  } finally {
    clearTimeout(timer);
  }
}

const BEAT_MS = { hearing: 5_000, deaf: 500 };
const AWAY_MS = 2_000;

export async function workUntil({ engine, queue, mayWork, onTurn, alongside, log, signal, beatMs = BEAT_MS }: Work): Promise<void> {
  while (!signal.aborted) {
    try {
      const may = await mayWork();
      onTurn?.({ mayWork: may, helped: 0 });
      if (may) {
        await engine.sweep();
        alongside?.();
        await engine.drain(signal);
        const helped = await engine.help(signal);
        if (helped > 0) {
          onTurn?.({ mayWork: true, helped });
          continue;
        }
      }
    } catch (error) {
      log('fault', { error: error instanceof Error ? error.stack : String(error) });
      // A store that is away is no reason to start this process anew.
      onTurn?.({ mayWork: false, helped: 0 });
      await pause(AWAY_MS, undefined, { signal }).catch(() => undefined);
      continue;
    }
    await queue.next(queue.hears() ? beatMs.hearing : beatMs.deaf, signal);
  }
}
