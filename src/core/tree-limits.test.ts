// The limits of a tree: what is let through is never too deep or too wide, and nothing is left out that would fit.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { misplaced, type Placement } from './tree-limits.ts';

const make = (id: string, to: string | null): Placement => ({ id, to, isNew: true });
const move = (id: string, to: string | null): Placement => ({ id, to, isNew: false });

/** Each node's level by climbing. */
const levels = (tree: ReadonlyMap<string, string | null>): number[] =>
  [...tree.keys()].map((id) => {
    let level = 0;
    for (let at: string | null = id; at !== null; at = tree.get(at)!) level += 1;
    return level;
  });
const widest = (tree: ReadonlyMap<string, string | null>): number =>
  Math.max(0, ...[...new Set(tree.values())].map((parent) => [...tree.values()].filter((other) => other === parent).length));

describe('limits of a tree', () => {
  it('refuse the object that would stand one level too deep, and those below it because of it', () => {
    const found = misplaced(new Map([['a', null]]), [make('b', 'a'), make('c', 'b'), make('d', 'c'), make('e', 'a')], { levels: 2 });
    expect(found).toEqual(
      new Map([
        [1, 'levels'],
        [2, 'above'],
      ]),
    );
  });

  it('count what hangs on an object that is moved', () => {
    const tree = new Map([
      ['a', null],
      ['b', 'a'],
      ['c', null],
      ['d', 'c'],
    ]);
    expect(misplaced(tree, [move('c', 'b')], { levels: 3 })).toEqual(new Map([[0, 'levels']]));
    expect(misplaced(tree, [move('c', 'a')], { levels: 3 })).toEqual(new Map());
  });

  it('refuse one child too many, count a place that was left, and let an object stay where it is', () => {
    const tree = new Map([
      ['a', null],
      ['b', 'a'],
      ['c', 'a'],
    ]);
    expect(misplaced(tree, [make('d', 'a'), move('b', 'a')], { children: 2 })).toEqual(new Map([[0, 'children']]));
    expect(misplaced(tree, [move('b', null), make('d', 'a')], { children: 2 })).toEqual(new Map());
    expect(misplaced(tree, [make('d', null), make('e', null)], { children: 2 })).toEqual(new Map([[1, 'children']]));
  });

  it('keep any sequence of makes and moves within them, and refuse nothing that fits', () => {
    const id = fc.integer({ min: 0, max: 9 }).map((n) => `n${n}`);
    const steps = fc.array(fc.record({ id, to: fc.option(id) }), { maxLength: 25 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), (wanted, most, wide) => {
        const tree = new Map<string, string | null>();
        const tried: Placement[] = [];
        // What another check refuses, or what a plan never has, does not come here: circles, parents that are nowhere.
        for (const { id: own, to } of wanted) {
          if (to !== null && !tree.has(to)) continue;
          const before = tree.get(own);
          tree.set(own, to);
          let at = to;
          while (at !== null && at !== own) at = tree.get(at)!;
          if (at === null) tried.push({ id: own, to, isNew: before === undefined });
          else tree.set(own, before!);
        }
        const limits = { levels: most, children: wide };
        const found = misplaced(new Map(), tried, limits);
        const stands = new Map<string, string | null>();
        for (const [n, { id: own, to }] of tried.entries()) {
          const next = new Map(stands).set(own, to);
          // An object whose making was refused stands nowhere, so that moving it later makes it here; that never bars another.
          if (found.get(n) === 'above' || (to !== null && !stands.has(to))) continue;
          const circular = levels(stands).length > 0 && isCircular(next);
          if (circular) continue;
          const fits = Math.max(...levels(next)) <= most && widest(next) <= wide;
          expect(found.has(n)).toBe(!fits);
          if (fits) stands.set(own, to);
        }
        expect(Math.max(0, ...levels(stands))).toBeLessThanOrEqual(most);
      }),
    );
  });
});

function isCircular(tree: ReadonlyMap<string, string | null>): boolean {
  return [...tree.keys()].some((id) => {
    const seen = new Set<string>();
    for (let at: string | null = id; at !== null; at = tree.get(at) ?? null) {
      if (seen.has(at)) return true;
      seen.add(at);
    }
    return false;
  });
}
