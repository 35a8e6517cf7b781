// Checkpoints beside the writer: without them every few batches a commit takes five times as long, and so does whoever waits for it.
import { Worker } from 'node:worker_threads';

/** More often would write the same pages of the file again and again. */
const EVERY_MS = 500;

export interface Checkpoints {
  /** After a commit. */
  committed(): void;
  /** Resolves when its connection is closed. */
  end(): Promise<void>;
}

export function checkpointsOf(path: string): Checkpoints {
  const here = new URL(import.meta.url);
  const file = new URL(`./checkpoint-thread${here.pathname.endsWith('.ts') ? '.ts' : '.js'}`, here);
  const worker = new Worker(file, { workerData: { path }, resourceLimits: { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16 } });
  // Without it the writer checkpoints at its commits, as SQLite does by itself: slower, and nothing else.
  worker.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  worker.unref();
  let askedAt = Number.NEGATIVE_INFINITY;
  return {
    committed() {
      const now = performance.now();
      if (now - askedAt < EVERY_MS) return;
      askedAt = now;
      worker.postMessage('checkpoint');
    },
    async end() {
      worker.ref();
      worker.postMessage('end');
      await ended;
    },
  };
}
