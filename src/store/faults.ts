// What is wrong with a store as a whole, in words that a person can act on.
import type { Label } from '../core/model.ts';

/** The store cannot be used as it is: says what, where and what to do. */
export class StoreUnusable extends Error {
  readonly label: Label;
  constructor(en: string, zh: string, cause?: unknown) {
    super(en, { cause });
    this.name = 'StoreUnusable';
    this.label = { en, zh };
  }
}

/** The store went away while something was under way: whether a transaction was committed is not known. */
export class StoreAway extends Error {
  readonly label: Label;
  constructor(cause: unknown) {
    const why = (cause as Error | null)?.message ?? String(cause);
    super(`The connection to PostgreSQL was lost: ${why}`, { cause });
    this.name = 'StoreAway';
    this.label = {
      en: `The connection to PostgreSQL was lost (${why}). What was under way goes on by itself when it answers again.`,
      zh: `与 PostgreSQL 的连接已中断(${why})。恢复后将自动继续。`,
    };
  }
}
