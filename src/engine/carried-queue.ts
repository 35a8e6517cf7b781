// The queue of a process that shares its store: its own wake-ups reach it at once, those that travel reach whoever waits elsewhere.
import { createInProcessQueue, type Queue, type Wake, wakeKinds } from './queue.ts';

/** What carries messages between processes; here they are parsed. */
interface Carrier {
  send(what: { readonly kind: string; readonly key: string }, times: number): void;
  receive(onMessage: (what: { readonly kind: string; readonly key: string }) => void, signal: AbortSignal): void;
  hears(): boolean;
  close(): Promise<void>;
}

const isWake = (what: { readonly kind: string; readonly key: string }): what is Wake => what.kind in wakeKinds;

export function createCarriedQueue(carrier: Carrier): Queue {
  const here = createInProcessQueue();
  return {
    wake(what, times = 1) {
      // Who shares batches out is at work itself.
      if (what.kind !== 'batches') here.wake(what);
      if (wakeKinds[what.kind].travels && times > 0) carrier.send(what, times);
    },
    async next(ms, signal) {
      const known = await here.next(0);
      if (known || signal?.aborted) return known;
      const waiting = new AbortController();
      carrier.receive((what) => {
        // One of another version may be unknown here: looking around does no harm.
        here.wake(isWake(what) ? what : { kind: 'command', key: '' });
      }, waiting.signal);
      try {
        return await here.next(ms, signal);
      } finally {
        waiting.abort();
      }
    },
    hears: () => carrier.hears(),
    async close() {
      await here.close();
      await carrier.close();
    },
  };
}
