// Drift: how a slip is told from a second writer.
import { describe, expect, it } from 'vitest';
import { driftModeOf, driftNow, driftSchema, FIGHT_MS, type KnownDrift } from './drift.ts';

const DAY = 86_400_000;
/** Seen again after so long; `wrote`: we have written in between. */
const seen = (steps: readonly { readonly after: number; readonly wrote: boolean }[]): KnownDrift => {
  let at = 0;
  let written = 1;
  let known = driftNow(undefined, 'enforce', at, written);
  for (const step of steps) {
    at += step.after;
    if (step.wrote) written += 1;
    known = driftNow(known, 'enforce', at, written);
  }
  return known;
};
const times = (count: number, after: number, wrote = true) => Array.from({ length: count }, () => ({ after, wrote }));

describe('drift', () => {
  it.each([
    ['once', [], 'corrected', 1],
    ['three times in a row', times(2, DAY), 'corrected', 3],
    ['a fourth time: another writer', times(3, DAY), 'fought', 4],
    ['for ever after', times(9, DAY), 'fought', 4],
    ['again and again while our write is held: nobody has answered us', times(9, DAY, false), 'corrected', 1],
    ['every eight days: a slip each time', times(9, FIGHT_MS + DAY), 'corrected', 1],
  ] as const)('seen %s', (_, steps, state, count) => {
    expect(seen(steps)).toMatchObject({ state, times: count });
  });

  it('that is left as it is stays open, and is never a fight', () => {
    let known: KnownDrift | undefined;
    for (let at = 0; at < 9; at += 1) known = driftNow(known, 'report', at, at);
    expect(known).toMatchObject({ state: 'open', times: 1, firstAt: 0 });
  });

  it('is written over where nothing else is said', () => {
    const policy = driftSchema.parse({ person: { title: 'report', note: 'adopt' } });
    expect(['title', 'note', 'mail'].map((name) => driftModeOf(policy, 'person', name))).toEqual(['report', 'adopt', 'enforce']);
    expect(driftModeOf(driftSchema.parse(undefined), 'group', 'name')).toBe('enforce');
  });
});
