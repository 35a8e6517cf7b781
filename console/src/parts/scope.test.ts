// Ticking departments: what is named is as little as says the same.
import { describe, expect, it } from 'vitest';
import { toggled } from './scope.ts';

const tree = (ticked: Readonly<Record<string, 'none' | 'half' | 'all'>>) =>
  [
    { id: 'hq', parent: null },
    { id: 'rd', parent: 'hq' },
    { id: 'platform', parent: 'rd' },
  ].map((one) => ({ ...one, ticked: ticked[one.id]! }));
const everything = tree({ hq: 'all', rd: 'all', platform: 'all' });

describe('a tick in the tree of departments', () => {
  it('taken away where everything belongs leaves that department out, and put back takes it in again', () => {
    const without = toggled(everything, { include: [], exclude: [] }, 'rd');
    expect(without).toEqual({ include: [], exclude: ['rd'] });
    expect(toggled(tree({ hq: 'half', rd: 'none', platform: 'none' }), without, 'rd')).toEqual({ include: [], exclude: [] });
  });

  it('taken away below a chosen one leaves it out by name; of a chosen one it is forgotten with what was left out below', () => {
    const chosen = { include: ['rd'], exclude: [] };
    expect(toggled(tree({ hq: 'half', rd: 'all', platform: 'all' }), chosen, 'platform')).toEqual({
      include: ['rd'],
      exclude: ['platform'],
    });
    expect(toggled(tree({ hq: 'half', rd: 'half', platform: 'none' }), { include: ['rd'], exclude: ['platform'] }, 'rd')).toEqual({
      include: ['rd'],
      exclude: [],
    });
    expect(toggled(tree({ hq: 'half', rd: 'all', platform: 'all' }), chosen, 'rd')).toEqual({ include: [], exclude: [] });
  });
});
