// A value that goes round: what we write comes back changed, is taken for news, is written again.

/** So many times within so long. */
export const LOOP_TIMES = 6;
export const LOOP_MS = 3_600_000;

/**
 * Whether a value goes round: `values` as they followed each other within the last hour, the new one last. It grows by itself each time (somebody
 * below adds to it), or two values take turns. Anything else is somebody who corrects a field.
 */
export function goesRound(values: readonly unknown[]): boolean {
  if (values.length <= LOOP_TIMES) return false;
  const last = values.slice(-(LOOP_TIMES + 1));
  const each = (holds: (now: unknown, at: number) => boolean): boolean => last.every(holds);
  const grows = each((now, at) => at === 0 || (typeof now === 'string' && isPart(last[at - 1], now)));
  const takesTurns = last[0] !== last[1] && each((now, at) => now === last[at % 2]);
  return grows || takesTurns;
}

const isPart = (before: unknown, now: string): boolean =>
  typeof before === 'string' && before !== '' && before.length < now.length && now.includes(before);
