// What is kept of a case while it runs: a clock that does not wait, every error and log line, and what leaked.
import { inspect } from 'node:util';
import type { Clock, Connection } from '../contract.ts';
import type { Call } from './telling.ts';

export interface KitClock extends Clock {
  /** From now on sleeping ends only by its signal, until `release`. */
  hold(): void;
  release(): void;
  advance(ms: number): void;
}

/** Real time plus all that was slept: a wait of 30 seconds takes none, and afterwards they have passed. */
export function createKitClock(): KitClock {
  let ahead = 0;
  let held = false;
  return {
    now: () => Date.now() + ahead,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const abort = (): void => reject(signal!.reason as Error);
        if (signal?.aborted) return abort();
        signal?.addEventListener('abort', abort, { once: true });
        if (held) return;
        // One real millisecond, so that a loop that polls does not spin.
        setTimeout(() => {
          if (signal?.aborted) return;
          signal?.removeEventListener('abort', abort);
          ahead += ms;
          resolve();
        }, 1);
      }),
    hold: () => {
      held = true;
    },
    release: () => {
      held = false;
    },
    advance: (ms) => {
      ahead += ms;
    },
  };
}

/** Everything a connector said during one case. */
export class Evidence {
  private readonly said: { readonly where: string; readonly text: string }[] = [];
  private readonly secrets = new Set<string>();
  private readonly threwIn = new WeakMap<object, Call>();

  /** Short texts are left out: they occur by chance. */
  protect(...texts: readonly unknown[]): void {
    for (const text of texts) {
      if (typeof text !== 'string' || text.length < 5) continue;
      this.secrets.add(text);
      this.secrets.add(encodeURIComponent(text));
      this.secrets.add(Buffer.from(text).toString('base64'));
    }
  }

  note(where: string, what: unknown): void {
    this.said.push({ where, text: inspect(what, { depth: 8, maxStringLength: null, maxArrayLength: 1000 }) });
  }

  /** An error and the call that threw it first. */
  noteError(call: Call, error: unknown): void {
    this.note(`an error of ${call.name}()`, error);
    if (typeof error === 'object' && error !== null && !this.threwIn.has(error)) this.threwIn.set(error, call);
  }

  /** The call that threw it; undefined when no method of a connection did. */
  callOf(error: unknown): Call | undefined {
    return typeof error === 'object' && error !== null ? this.threwIn.get(error) : undefined;
  }

  /** Where a protected text was said; the text itself is not repeated. */
  leaks(): readonly string[] {
    const found = this.said.filter(({ text }) => [...this.secrets].some((secret) => text.includes(secret)));
    return [...new Set(found.map(({ where }) => where))];
  }
}

/** The same connection, with every error of every method noted. Absent methods stay absent. */
export function observed(connection: Connection, evidence: Evidence): Connection {
  const fail = (call: Call) => (error: unknown) => {
    evidence.noteError(call, error);
    throw error;
  };
  return new Proxy(connection, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function' || typeof name !== 'string') return member;
      return (...args: unknown[]): unknown => {
        const failed = fail({ name, args });
        const answer = observedCall(() => Reflect.apply(member, target, args) as unknown, failed);
        if (isIterable(answer)) return observedIterable(answer, failed);
        if (!(answer instanceof Promise)) return answer;
        return answer.then((value: unknown) => {
          if (name === 'check') evidence.note('a finding of check()', value);
          return value;
        }, failed);
      };
    },
  });
}

function observedCall(call: () => unknown, fail: (error: unknown) => never): unknown {
  try {
    return call();
  } catch (error) {
    return fail(error);
  }
}

const isIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

async function* observedIterable(items: AsyncIterable<unknown>, fail: (error: unknown) => never): AsyncGenerator<unknown> {
  try {
    yield* items;
  } catch (error) {
    fail(error);
  }
}
