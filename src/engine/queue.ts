// Wake-ups: "there is something to do with (kind, key)". One may come twice or be lost; what is to be done stands in the store, and a
// sweep finds it there. So nothing depends on a message but how soon somebody looks.

/** What there is to do. What travels also reaches other processes that share the store. */
export const wakeKinds = {
  /** A run waits for somebody to lead it. */
  run: { travels: true },
  /** A run that somebody leads has batches that others may carry out. */
  batches: { travels: true },
  /** Events of a connection have been stored. */
  touched: { travels: true },
  /** This process was told to do something, or to stop. */
  command: { travels: false },
} as const;

export interface Wake {
  readonly kind: keyof typeof wakeKinds;
  readonly key: string;
}

export interface Queue {
  /** Never waits and never throws. `times`: how many of those who share the store could take part. */
  wake(what: Wake, times?: number): void;
  /** The next message; null after `ms` without one. Only who waits here takes any: others are not kept from them by who is busy. */
  next(ms: number, signal?: AbortSignal): Promise<Wake | null>;
  /** False while messages of other processes may not arrive: then it is better to look often. */
  hears(): boolean;
  close(): Promise<void>;
}

/** Inside one process. The same message twice is one. */
export function createInProcessQueue(): Queue {
  const pending = new Map<string, Wake>();
  let arrived: () => void = () => {};
  const take = (): Wake | null => {
    const [first] = pending;
    if (!first) return null;
    pending.delete(first[0]);
    return first[1];
  };
  return {
    wake(what) {
      pending.set(`${what.kind}\0${what.key}`, what);
      arrived();
    },
    async next(ms, signal) {
      if (pending.size === 0 && ms > 0 && !signal?.aborted)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          arrived = () => {
            clearTimeout(timer);
            signal?.removeEventListener('abort', arrived);
            resolve();
          };
          signal?.addEventListener('abort', arrived, { once: true });
        });
      arrived = () => {};
      return take();
    },
    hears: () => true,
    async close() {
      pending.clear();
      arrived();
    },
  };
}
