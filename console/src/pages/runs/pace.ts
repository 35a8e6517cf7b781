// How quickly a stage goes and when it will be through, from what was told of it lately.

export interface Told {
  /** Epoch ms. */
  readonly at: number;
  readonly stage: string;
  readonly done: number;
}

/** Looked back on: what was a minute ago says little. */
const BACK_MS = 20_000;
const LEAST_MS = 1_500;

/** What is kept of one stage, the newest last. */
export const remember = (told: readonly Told[], next: Told): readonly Told[] =>
  [...told, next].filter((one) => one.stage === next.stage && next.at - one.at <= BACK_MS);

/** `perSecond`: null until it can be said. `leftMs`: null where nobody knows the total, or nothing moves. */
export function paceOf(told: readonly Told[], total: number | null): { readonly perSecond: number | null; readonly leftMs: number | null } {
  const [first, last] = [told[0], told.at(-1)];
  if (!first || !last || last.at - first.at < LEAST_MS) return { perSecond: null, leftMs: null };
  const perSecond = ((last.done - first.done) / (last.at - first.at)) * 1000;
  if (perSecond <= 0) return { perSecond: null, leftMs: null };
  return { perSecond, leftMs: total === null || total < last.done ? null : ((total - last.done) / perSecond) * 1000 };
}
