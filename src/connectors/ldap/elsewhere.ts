// Whether another worker has given entries new names since we last looked: a count in what the connection remembers for all of them.
import type { ConnectionMemory } from '../../connector-kit/memory.ts';

export interface Elsewhere {
  /** True when somebody else may have renamed or moved an entry since the last look. Questions of the same moment are one. */
  look(): Promise<boolean>;
  /** We have: called when it is done, before references follow. */
  tell(): Promise<void>;
}

const KEY = 'renamed';

export function elsewhereOf(memory: ConnectionMemory): Elsewhere {
  let seen: number | null = null;
  let missed = false;
  let next: Promise<boolean> | null = null;
  const alone = memory.alone ?? (<T>(_key: string, work: () => Promise<T>): Promise<T> => work());
  const read = async (): Promise<number> => Number((await memory.get(KEY)) ?? 0);

  /** A count that is not the one we know was told by somebody else. So is the first: what was learnt before it may be old by now. */
  const meet = (count: number): void => {
    missed ||= seen !== count;
    seen = count;
  };

  return {
    look() {
      next ??= new Promise<void>((resolve) => setImmediate(resolve)).then(async () => {
        next = null;
        meet(await read());
        const answer = missed;
        missed = false;
        return answer;
      });
      return next;
    },
    tell: () =>
      alone(KEY, async () => {
        const count = await read();
        meet(count);
        await memory.set(KEY, String(count + 1));
        seen = count + 1;
      }),
  };
}
