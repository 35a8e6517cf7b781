// Who bears a name below the base already. Questions that come while one is being answered are asked together, as one search.
import { EntryShape } from './ber.ts';
import { listOf, type Client } from './client.ts';
import { valueKey } from './dn.ts';
import { all, any, equals, type Layout } from './layout.ts';
import { idOf } from './references.ts';

export interface Bearer {
  readonly dn: string;
  readonly id: string | undefined;
}

interface Question {
  readonly value: string;
  resolve(bearers: readonly Bearer[]): void;
  reject(error: unknown): void;
}

interface Queue {
  readonly waiting: Question[];
  asking: boolean;
}

const BATCH = 100;

export interface FreeNames {
  /** Entries of the class whose attribute has this value. */
  bearers(objectClass: string, attribute: string, value: string, signal: AbortSignal): Promise<readonly Bearer[]>;
}

export function freeNames(client: Client, layout: Layout): FreeNames {
  /** By signal, so that one cancelled run does not fail another; then by what is asked about. */
  const queues = new WeakMap<AbortSignal, Map<string, Queue>>();

  const search = async (objectClass: string, attribute: string, values: readonly string[], signal: AbortSignal) => {
    const filter = all(equals('objectClass', objectClass), any(values.map((value) => equals(attribute, value))));
    const shape = new EntryShape(['entryUUID', attribute]);
    const entries = await client.search({ base: layout.config.base, scope: 'sub', filter, shape }, signal);
    return entries.map((entry) => ({ dn: entry.dn, id: idOf(entry), keys: listOf(entry.values[1]).map(valueKey) }));
  };

  const answer = async (objectClass: string, attribute: string, batch: readonly Question[], signal: AbortSignal): Promise<void> => {
    const found = await search(objectClass, attribute, [...new Set(batch.map(({ value }) => value))], signal);
    const asked = new Set(batch.map(({ value }) => valueKey(value)));
    // The server may compare more loosely than we do: then each question is asked by itself.
    const isClear = found.every(({ keys }) => keys.some((key) => asked.has(key)));
    for (const { value, resolve } of batch)
      resolve(isClear ? found.filter(({ keys }) => keys.includes(valueKey(value))) : await search(objectClass, attribute, [value], signal));
  };

  const work = async (queue: Queue, objectClass: string, attribute: string, signal: AbortSignal): Promise<void> => {
    // Calls that begin in one turn ask together.
    await new Promise((resolve) => void setImmediate(resolve));
    while (queue.waiting.length > 0) {
      const batch = queue.waiting.splice(0, BATCH);
      await answer(objectClass, attribute, batch, signal).catch((error: unknown) => {
        for (const question of batch) question.reject(error);
      });
    }
    queue.asking = false;
  };

  return {
    bearers(objectClass, attribute, value, signal) {
      const own = queues.get(signal) ?? new Map<string, Queue>();
      queues.set(signal, own);
      const about = `${objectClass}\0${attribute}`;
      const queue = own.get(about) ?? { waiting: [], asking: false };
      own.set(about, queue);
      return new Promise((resolve, reject) => {
        queue.waiting.push({ value, resolve, reject });
        if (queue.asking) return;
        queue.asking = true;
        void work(queue, objectClass, attribute, signal);
      });
    },
  };
}
