// Ticking departments: what is named is as little as says the same, and the tree shows what the server will do.
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { scopeSchema, tickedDepartments } from '../../../src/core/scope.ts';
import {
  allTicked,
  belowTurned,
  departmentsOf,
  isEnough,
  modeOf,
  nothing,
  ticksOf,
  toggled,
  turned,
  unnamed,
  type Chosen,
  type Department,
  type Mode,
} from './scope.ts';

const named = (id: string, parent: string | null): Department => ({ id, name: id, parent });
const company = [named('hq', null), named('rd', 'hq'), named('platform', 'rd'), named('sales', 'hq'), named('labs', null)];
const ticks = (chosen: Chosen, mode: Mode, of = company) => Object.fromEntries(ticksOf(of, chosen, mode));
const only = (chosen: Partial<Chosen>) => ({ mode: 'only' as const, chosen: { ...nothing, ...chosen } });
const except = (...exclude: string[]) => ({ mode: 'except' as const, chosen: { include: [], exclude } });

describe('a list of chosen departments', () => {
  it('begins with nothing ticked, and one tick takes in that department alone', () => {
    const begun = turned(company, { mode: 'everything', chosen: nothing }, 'only');
    expect(ticks(begun.chosen, begun.mode)).toEqual({ hq: 'none', rd: 'none', platform: 'none', sales: 'none', labs: 'none' });
    expect(isEnough('only', { departments: begun.chosen })).toBe(false);
    const picked = toggled(company, begun, 'rd');
    expect(picked).toEqual(only({ include: ['rd'] }));
    expect(ticks(picked.chosen, 'only')).toEqual({ hq: 'half', rd: 'all', platform: 'all', sales: 'none', labs: 'none' });
    expect(isEnough('only', { departments: picked.chosen })).toBe(true);
    // A top-level department that comes later is not in.
    expect(ticks(picked.chosen, 'only', [...company, named('market', null)]).market).toBe('none');
  });

  it('leaves out by name what is unticked below a chosen one, and forgets that with the chosen one', () => {
    const without = toggled(company, only({ include: ['rd'] }), 'platform');
    expect(without).toEqual(only({ include: ['rd'], exclude: ['platform'] }));
    expect(toggled(company, without, 'platform')).toEqual(only({ include: ['rd'] }));
    expect(toggled(company, without, 'rd')).toEqual(only({ include: ['rd'] }));
    expect(unnamed(company, without, 'rd')).toEqual(only({}));
    expect(unnamed(company, only({ include: ['labs', 'rd'], exclude: ['platform'] }), 'rd')).toEqual(only({ include: ['labs'] }));
  });

  it('takes in all of today by name, and is empty again', () => {
    const all = allTicked(company, 'only');
    expect(all).toEqual({ include: ['hq', 'labs'], exclude: [] });
    expect(Object.values(ticks(all, 'only')).every((one) => one === 'all')).toBe(true);
    expect(ticks(all, 'only', [...company, named('market', null)]).market).toBe('none');
  });

  it('means only what is below a department, and all of it again', () => {
    const below = belowTurned(company, only({ include: ['hq'] }), 'hq');
    expect(below).toEqual(only({ include: [], onlyBelow: ['hq'] }));
    expect(ticks(below.chosen, 'only')).toEqual({ hq: 'half', rd: 'all', platform: 'all', sales: 'all', labs: 'none' });
    expect(isEnough('only', { departments: below.chosen })).toBe(true);
    expect(belowTurned(company, below, 'hq')).toEqual(only({ include: ['hq'], onlyBelow: [] }));
    // What was left out below stays left out.
    expect(belowTurned(company, only({ include: ['hq'], exclude: ['sales'] }), 'hq')).toEqual(
      only({ include: [], exclude: ['sales'], onlyBelow: ['hq'] }),
    );
    expect(departmentsOf(below.chosen)).toEqual({ departments: { include: [], exclude: [], onlyBelow: ['hq'] } });
    expect(departmentsOf({ include: ['rd'], exclude: [], onlyBelow: [], below: false })).toEqual({
      departments: { include: ['rd'], exclude: [], below: false },
    });
  });

  it('keeps the words of a file that no tick makes until it is ticked itself', () => {
    const below = only({ onlyBelow: ['hq'] });
    expect(ticks(below.chosen, 'only')).toMatchObject({ hq: 'half', rd: 'all', sales: 'all', labs: 'none' });
    expect(toggled(company, below, 'sales')).toEqual(only({ onlyBelow: ['hq'], exclude: ['sales'] }));
    expect(toggled(company, below, 'hq')).toEqual(only({ onlyBelow: [], include: ['hq'] }));
    expect(ticks({ include: ['hq'], exclude: [], below: false }, 'only')).toMatchObject({ hq: 'half', rd: 'none' });
  });
});

describe('everything but some', () => {
  it('is what a scope says that only leaves out', () => {
    expect(modeOf({})).toBe('everything');
    expect(modeOf({ departments: nothing })).toBe('everything');
    expect(modeOf({ departments: { exclude: ['rd'] } })).toBe('except');
    expect(modeOf({ people: { exclude: ['p'] } })).toBe('except');
    expect(modeOf({ departments: { exclude: ['rd'] }, people: { include: ['p'] } })).toBe('only');
    expect(ticks(except('rd').chosen, 'except', [...company, named('market', null)])).toMatchObject({
      hq: 'half',
      rd: 'none',
      market: 'all',
    });
  });

  it('leaves out what is unticked and takes it back; a tick inside of what is left out makes it a list', () => {
    expect(toggled(company, except(), 'rd')).toEqual(except('rd'));
    expect(toggled(company, except('rd'), 'rd')).toEqual(except());
    const list = toggled(company, except('rd'), 'platform');
    expect(list).toEqual(only({ include: ['hq', 'labs', 'platform'], exclude: ['rd'] }));
    expect(ticks(list.chosen, 'only')).toEqual({ hq: 'half', rd: 'half', platform: 'all', sales: 'all', labs: 'all' });
  });

  it('turns into a list of the same departments, and back', () => {
    const list = turned(company, except('rd', 'labs'), 'only');
    expect(list).toEqual(only({ include: ['hq'], exclude: ['rd'] }));
    expect(turned(company, list, 'except')).toEqual(except('rd', 'labs'));
    expect(turned(company, only({}), 'except')).toEqual(except());
  });
});

const trees = fc
  .array(fc.integer({ min: -1, max: 12 }), { minLength: 1, maxLength: 9 })
  .map((parents) => parents.map((parent, at) => named(`d${at}`, parent < 0 || parent >= at ? null : `d${parent}`)));

it('whatever is ticked, that branch changes and nothing else does, and the server understands it as the tree shows it', () => {
  fc.assert(
    fc.property(trees, fc.constantFrom<Mode>('except', 'only'), fc.array(fc.nat(8), { maxLength: 8 }), (tree, mode, clicks) => {
      let now = { mode, chosen: nothing };
      for (const click of clicks) {
        const id = `d${click % tree.length}`;
        const before = ticksOf(tree, now.chosen, now.mode);
        now = toggled(tree, now, id);
        const after = ticksOf(tree, now.chosen, now.mode);
        expect(after.get(id)).toBe(before.get(id) === 'all' ? 'none' : 'all');
        const parents = new Map(tree.map((one) => [one.id, one.parent]));
        const path = (from: string): string[] => (parents.get(from) ? [from, ...path(parents.get(from)!)] : [from]);
        for (const one of tree)
          if (!path(one.id).includes(id) && !path(id).includes(one.id)) expect(after.get(one.id)).toBe(before.get(one.id));
        if (isEnough(now.mode, { departments: now.chosen }))
          expect(after).toEqual(tickedDepartments(parents, scopeSchema.parse({ departments: now.chosen })));
        const other = turned(tree, now, 'only');
        if (now.mode === 'except' && now.chosen.exclude.length > 0) expect(ticksOf(tree, other.chosen, 'only')).toEqual(after);
      }
    }),
    { numRuns: 300 },
  );
});
