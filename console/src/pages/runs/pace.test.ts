// Rate and forecast of a stage.
import { describe, expect, it } from 'vitest';
import { paceOf, remember, type Told } from './pace.ts';

const told = (...rows: readonly (readonly [at: number, done: number])[]): readonly Told[] =>
  rows.reduce<readonly Told[]>((before, [at, done]) => remember(before, { at, done, stage: 'read' }), []);

describe('the pace of a stage', () => {
  it('is said once there is enough to say it by, and how long the rest takes', () => {
    expect(paceOf(told([0, 0], [1_000, 500]), 10_000)).toEqual({ perSecond: null, leftMs: null });
    expect(paceOf(told([0, 0], [2_000, 1_000]), 10_000)).toEqual({ perSecond: 500, leftMs: 18_000 });
  });

  it('goes by what was told lately, and forgets the stage before', () => {
    expect(paceOf(told([0, 0], [30_000, 100], [40_000, 1_100]), null)).toEqual({ perSecond: 100, leftMs: null });
    expect(remember(told([0, 0]), { at: 1, stage: 'apply', done: 0 })).toHaveLength(1);
  });

  it('promises no end where more came than was expected, or nothing moves', () => {
    expect(paceOf(told([0, 0], [2_000, 1_000]), 500).leftMs).toBeNull();
    expect(paceOf(told([0, 7], [2_000, 7]), 500)).toEqual({ perSecond: null, leftMs: null });
  });
});
