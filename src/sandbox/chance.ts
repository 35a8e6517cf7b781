// Repeatable chance: every draw is a function of seed, purpose and number, so that draws do not depend on each other.

/** 32 bits from text and numbers (FNV-1a, then the finaliser of MurmurHash3). */
function mix(seed: number, purpose: string, index: number): number {
  let hash = 0x811c9dc5 ^ Math.imul(seed | 0, 0x9e3779b1);
  for (let at = 0; at < purpose.length; at++) hash = Math.imul(hash ^ purpose.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (index | 0), 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** 0 to below `below`. */
export const number = (seed: number, purpose: string, index: number, below: number): number =>
  Math.floor((mix(seed, purpose, index) / 2 ** 32) * below);

export const chance = (seed: number, purpose: string, index: number, share: number): boolean => mix(seed, purpose, index) / 2 ** 32 < share;

export const pick = <T>(seed: number, purpose: string, index: number, from: readonly T[]): T =>
  from[number(seed, purpose, index, from.length)]!;

/** Puts 0 … size-1 into another order: each index has its own place. */
export function spread(seed: number, index: number, size: number): number {
  if (size < 2) return 0;
  let step = 1 + number(seed, 'step', 0, size - 1);
  while (divisor(step, size) !== 1) step = (step % (size - 1)) + 1;
  const start = number(seed, 'place', 0, size);
  return Number((BigInt(index) * BigInt(step) + BigInt(start)) % BigInt(size));
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

/** Draws in sequence, for what happens once. */
export interface Sequence {
  below(limit: number): number;
  /** Takes up to `count` different entries, in a random order. */
  take<T>(from: readonly T[], count: number): readonly T[];
}

export function sequence(seed: number, purpose: string): Sequence {
  let drawn = 0;
  const below = (limit: number): number => number(seed, purpose, drawn++, limit);
  return {
    below,
    take(from, count) {
      const rest = [...from];
      const taken = [];
      while (taken.length < count && rest.length > 0) {
        const at = below(rest.length);
        taken.push(rest[at]!);
        rest[at] = rest.at(-1)!;
        rest.pop();
      }
      return taken;
    },
  };
}
