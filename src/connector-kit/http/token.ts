// Tokens that a vendor issues for a while: kept by the connection, renewed by one caller for all, dropped when refused.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../contract.ts';
import type { ConnectionMemory } from '../memory.ts';

export interface IssuedToken {
  readonly value: string;
  /** How long it lasts from now; null = nobody said, so until it is refused. */
  readonly lastsMs: number | null;
}

export interface TokenSource {
  /** A token that should work now. Callers that come while one is being issued get the same one. */
  current(signal: AbortSignal): Promise<string>;
  /** The vendor refused this one: the next `current` issues another, unless somebody has done so already. */
  refused(value: string): Promise<void>;
}

export interface TokenRecipe {
  readonly clock: Clock;
  readonly memory: ConnectionMemory;
  /** Where in the connection's memory it is kept, e.g. `tenant-token`. */
  readonly key: string;
  /** What the token was issued for (client id, secret, scope): a kept token of other credentials is not used. Only its hash is stored. */
  readonly issuedFor: readonly string[];
  /** Not used in the last so many ms of its life. Default one minute, at most a tenth of its life. */
  readonly earlyMs?: number;
  issue(signal: AbortSignal): Promise<IssuedToken>;
}

const kept = z.object({ value: z.string(), until: z.number().nullable(), issuedFor: z.string() });
type Kept = z.infer<typeof kept>;

const ISSUE_MS = 30_000;

export function createTokenSource(recipe: TokenRecipe): TokenSource {
  const issuedFor = createHash('sha256').update(JSON.stringify(recipe.issuedFor)).digest('hex').slice(0, 32);
  const refusedOnes = new Set<string>();
  let known: Kept | null = null;
  let underWay: Promise<Kept> | null = null;

  const usable = (token: Kept | null): token is Kept =>
    token !== null &&
    token.issuedFor === issuedFor &&
    !refusedOnes.has(token.value) &&
    (token.until === null || token.until > recipe.clock.now());

  const fromMemory = async (): Promise<Kept | null> => {
    const text = await recipe.memory.get(recipe.key);
    if (text === undefined) return null;
    const parsed = kept.safeParse(safeJson(text));
    return parsed.success ? parsed.data : null;
  };

  /** One worker asks the vendor, the others find what it got. */
  const issue = async (): Promise<Kept> => {
    const stored = await fromMemory();
    if (usable(stored)) return stored;
    return recipe.memory.alone ? recipe.memory.alone(recipe.key, issueNow) : issueNow();
  };

  const issueNow = async (): Promise<Kept> => {
    const stored = await fromMemory();
    if (usable(stored)) return stored;
    // A time limit of its own: one impatient caller must not end it for the others.
    const { value, lastsMs } = await recipe.issue(AbortSignal.timeout(ISSUE_MS));
    const early = lastsMs === null ? 0 : Math.min(recipe.earlyMs ?? 60_000, lastsMs / 10);
    const token: Kept = { value, until: lastsMs === null ? null : recipe.clock.now() + lastsMs - early, issuedFor };
    // A vendor that hands out the same token again says that it is good.
    refusedOnes.delete(value);
    await recipe.memory.set(recipe.key, JSON.stringify(token));
    return token;
  };

  const single = (): Promise<Kept> => {
    underWay ??= issue()
      .then((token) => (known = token))
      .finally(() => {
        underWay = null;
      });
    return underWay;
  };

  return {
    async current(signal) {
      signal.throwIfAborted();
      if (usable(known)) return known.value;
      return (await orAborted(single(), signal)).value;
    },
    async refused(value) {
      refusedOnes.add(value);
    },
  };
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
