// Order: applied in it, no write meets a taken value, a missing object or a department below itself.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { depthIn, treeDepths, unswap, valueNeeds, waveOf } from './order.ts';
import type { OrderedChange, UniqueChange } from './order.ts';

describe('waves', () => {
  it('let go first, build from departments to people to groups, and remove last', () => {
    const wave = (action: OrderedChange['action'], type: string, more: Partial<OrderedChange> = {}) => waveOf({ action, type, ...more });
    expect([
      wave('disable', 'person'),
      wave('update', 'person', { releases: true }),
      wave('update', 'department', { releases: true }),
    ]).toEqual([0, 0, 0]);
    expect([wave('create', 'department'), wave('update', 'department'), wave('link', 'department')]).toEqual([1, 1, 1]);
    expect([wave('create', 'person'), wave('enable', 'person')]).toEqual([2, 2]);
    expect([wave('create', 'group'), wave('update', 'department', { referencesOnly: true }), wave('create', 'printer')]).toEqual([3, 3, 3]);
    expect([wave('remove', 'person'), wave('remove', 'department'), wave('unlink', 'group')]).toEqual([4, 4, 4]);
  });

  interface Step extends OrderedChange {
    readonly id: string;
    readonly refers: readonly string[];
    readonly depth: number;
  }

  it('never refer to what is not there yet, nor remove what is still referred to', () => {
    const anyPlan = fc.record({
      /** Parent of each department: an earlier one, in shuffled order. */
      departments: fc.array(fc.nat(), { minLength: 1, maxLength: 15 }),
      people: fc.array(fc.record({ home: fc.nat(), manager: fc.nat() }), { maxLength: 15 }),
      groups: fc.array(fc.array(fc.nat(), { maxLength: 5 }), { maxLength: 5 }),
      seed: fc.integer(),
    });
    fc.assert(
      fc.property(anyPlan, ({ departments, people, groups, seed }) => {
        const parents = new Map(departments.map((parent, index) => [`d${index}`, index === 0 ? null : `d${parent % index}`]));
        const { depth } = treeDepths(parents);
        const deepest = Math.max(...depth.values());
        const home = (number: number) => `d${number % departments.length}`;
        const makes: Step[] = [];
        const plan = (change: OrderedChange, id: string, refers: readonly (string | null)[], treeDepth = 0) =>
          makes.push({
            ...change,
            id,
            refers: refers.filter((one) => one !== null),
            depth: depthIn(change, treeDepth, deepest),
          });
        for (const [id, parent] of parents) {
          plan({ action: 'create', type: 'department' }, id, [parent], depth.get(id));
          plan({ action: 'update', type: 'department', referencesOnly: true }, id, people.length > 0 ? [id, 'p0'] : [id]);
        }
        people.forEach((one, index) => {
          plan({ action: 'create', type: 'person' }, `p${index}`, [home(one.home)]);
          plan({ action: 'update', type: 'person', referencesOnly: true }, `p${index}`, [`p${index}`, `p${one.manager % people.length}`]);
        });
        groups.forEach((members, index) => {
          plan(
            { action: 'create', type: 'group' },
            `g${index}`,
            members.filter(() => people.length > 0).map((one) => `p${one % people.length}`),
          );
          plan({ action: 'update', type: 'group', referencesOnly: true }, `g${index}`, [`g${index}`, `g${(index + 1) % groups.length}`]);
        });
        const present = new Set<string>();
        for (const level of levels(makes, seed)) {
          for (const step of level) for (const far of step.refers) expect([...present], `${step.action} ${step.id}`).toContain(far);
          for (const step of level) present.add(step.id);
        }
        // Taken down, each level's objects must not be referred to by what stands.
        const removals: Step[] = makes
          .filter((step) => !step.referencesOnly)
          .map((step) => {
            const change: OrderedChange = { action: 'remove', type: step.type };
            return { ...step, ...change, depth: depthIn(change, depth.get(step.id) ?? 0, deepest) };
          });
        for (const level of levels(removals, seed)) {
          const standing = removals.filter((step) => present.has(step.id) && !level.includes(step));
          for (const step of level) for (const other of standing) expect(other.refers, `remove ${step.id}`).not.toContain(step.id);
          for (const step of level) present.delete(step.id);
        }
        expect(present.size).toBe(0);
      }),
    );
  });

  /** Groups of independent steps, in order; `seed` turns each group, since nothing may depend on it. */
  function levels(steps: readonly Step[], seed: number): readonly (readonly Step[])[] {
    const groups = Map.groupBy(steps, (step) => waveOf(step) * 1000 + step.depth);
    return [...groups.entries()].sort(([a], [b]) => a - b).map(([, level]) => (seed % 2 === 0 ? level : level.toReversed()));
  }
});

describe('tree depths', () => {
  it('count from the top, also when the children are read first', () => {
    const { depth, cycles } = treeDepths(
      new Map([
        ['c', 'b'],
        ['b', 'a'],
        ['a', null],
        ['x', 'elsewhere'],
      ]),
    );
    expect(Object.fromEntries(depth)).toEqual({ a: 0, b: 1, c: 2, x: 0 });
    expect(cycles).toEqual([]);
  });

  it('name every cycle once and go on with the rest', () => {
    const { depth, cycles } = treeDepths(
      new Map([
        ['leaf', 'b'],
        ['c', 'a'],
        ['a', 'b'],
        ['b', 'c'],
        ['self', 'self'],
        ['ok', null],
      ]),
    );
    expect(cycles).toEqual([['a', 'b', 'c'], ['self']]);
    expect(Object.fromEntries(depth)).toEqual({ a: 0, b: 0, c: 0, leaf: 1, self: 0, ok: 0 });
  });

  it('put every child one below its parent, unless a cycle says otherwise', () => {
    const anyParents = fc.array(fc.option(fc.nat(19)), { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(anyParents, (list) => {
        const parents = new Map(list.map((parent, id) => [String(id), parent === null ? null : String(parent)]));
        const { depth, cycles } = treeDepths(parents);
        const onCycle = new Set(cycles.flat());
        expect(depth.size).toBe(parents.size);
        expect(onCycle.size).toBe(cycles.flat().length);
        for (const [id, parent] of parents) expect(depth.get(id)).toBe(parent === null || onCycle.has(id) ? 0 : depth.get(parent)! + 1);
        for (const cycle of cycles) cycle.forEach((id, index) => expect(parents.get(id)).toBe(cycle[(index + 1) % cycle.length]));
      }),
    );
  });

  it('manage a chain of 100,000 without recursion', () => {
    const parents = new Map(Array.from({ length: 100_000 }, (_, index) => [`n${index}`, index === 0 ? null : `n${index - 1}`] as const));
    expect(treeDepths(new Map([...parents].reverse())).depth.get('n99999')).toBe(99_999);
  });
});

describe('unique values', () => {
  const take = (id: string, before: string | null, after: string | null, attribute = 'email'): UniqueChange => ({
    id,
    attribute,
    before,
    after,
  });

  it('need one temporary for a swap and one for a ring, and none for a chain', () => {
    expect(unswap([take('a', '1', '2'), take('b', '2', '1')])).toEqual(['a']);
    expect(unswap([take('b', '1', '2'), take('c', '2', '3'), take('d', '3', '1')])).toHaveLength(1);
    const chain = [take('a', '1', '2'), take('b', '2', '3'), take('c', '3', null)];
    expect(unswap(chain)).toEqual([]);
    expect(Object.fromEntries(valueNeeds(chain))).toEqual({ a: ['b'], b: ['c'] });
  });

  it('see a ring that runs over two attributes of whole writes', () => {
    const changes = [take('a', '1', '2'), take('b', '2', '3'), take('b', 'x', 'y', 'phone'), take('a', 'y', 'z', 'phone')];
    expect(unswap(changes)).toHaveLength(1);
  });

  it('do not confuse equal values of different attributes, nor unchanged ones', () => {
    expect(unswap([take('a', '1', '2', 'email'), take('b', '2', '1', 'phone')])).toEqual([]);
    expect([...valueNeeds([take('a', '1', '1'), take('b', null, '1')])]).toEqual([]);
  });

  it('break interlocking rings at their crossing', () => {
    const ring = (hub: string, other: string, attribute: string) => [
      take(hub, `${other}1`, `${other}2`, attribute),
      take(other, `${other}2`, `${other}1`, attribute),
    ];
    expect(unswap([...ring('m', 'a', 'email'), ...ring('m', 'b', 'phone'), ...ring('m', 'c', 'number')])).toEqual(['m']);
  });

  /** Applies like the engine: temporaries, then whole objects as soon as none they wait for is left. Throws on a taken value. */
  function applyTo(values: Map<string, string>, changes: readonly UniqueChange[], shuffled: readonly string[]): void {
    const temporaries = unswap(changes);
    const write = (id: string, attribute: string, before: string | null, after: string | null) => {
      if (before !== null && values.get(`${attribute}:${before}`) === id) values.delete(`${attribute}:${before}`);
      if (after === null) return;
      const holder = values.get(`${attribute}:${after}`);
      if (holder !== undefined && holder !== id) throw new Error(`${attribute} ${after} of ${id} is taken by ${holder}`);
      values.set(`${attribute}:${after}`, id);
    };
    for (const id of temporaries)
      for (const one of changes.filter((other) => other.id === id)) write(id, one.attribute, one.before, `temporary-${id}`);
    const needs = valueNeeds(changes, temporaries);
    let open = [...shuffled];
    while (open.length > 0) {
      const ready = open.filter((id) => !needs.get(id)?.some((other) => open.includes(other)));
      if (ready.length === 0) throw new Error(`stuck: ${open.join(' ')}`);
      for (const id of ready) {
        for (const one of changes.filter((other) => other.id === id))
          write(id, one.attribute, temporaries.includes(id) ? `temporary-${id}` : one.before, one.after);
      }
      open = open.filter((id) => !ready.includes(id));
    }
  }

  const anyPermutation = fc.integer({ min: 1, max: 12 }).chain((size) => {
    const all = Array.from({ length: size + 3 }, (_, index) => String(index));
    const column = fc.shuffledSubarray(all, { minLength: size, maxLength: size });
    const ids = Array.from({ length: size }, (_, index) => `o${index}`);
    return fc.record({
      ids: fc.shuffledSubarray(ids, { minLength: size }),
      columns: fc.array(fc.tuple(column, column), { minLength: 1, maxLength: 3 }),
    });
  });

  it('converge at a target that refuses every value twice, whatever is swapped', () => {
    fc.assert(
      fc.property(anyPermutation, ({ ids, columns }) => {
        const changes = columns.flatMap(([before, after], column) =>
          ids.map((_, index) => ({
            id: `o${index}`,
            attribute: `a${column}`,
            before: before[index]!,
            after: after[index]!,
          })),
        );
        const values = new Map(changes.map((one) => [`${one.attribute}:${one.before}`, one.id]));
        applyTo(values, changes, ids);
        expect(values).toEqual(new Map(changes.map((one) => [`${one.attribute}:${one.after}`, one.id])));
      }),
      { numRuns: 300 },
    );
  });

  it('take exactly one temporary for each ring of one attribute', () => {
    fc.assert(
      fc.property(anyPermutation, ({ columns }) => {
        const [before, after] = columns[0]!;
        const changes = before.map((value, index) => take(`o${index}`, value, after[index]!));
        const next = new Map(changes.filter((one) => one.before !== one.after).map((one) => [one.before!, one.after!]));
        const closed = new Map([...next].filter(([, to]) => next.has(to)));
        const rings = treeDepths(new Map([...next].map(([from, to]) => [from, closed.has(from) ? to : null]))).cycles;
        expect(unswap(changes)).toHaveLength(rings.length);
      }),
    );
  });
});

describe('parents', () => {
  /** A target that refuses to put a department below itself. */
  function move(tree: Map<string, string | null>, id: string, to: string | null): void {
    for (let above = to; above !== null; above = tree.get(above) ?? null) {
      if (above === id) throw new Error(`${id} would be below itself`);
    }
    tree.set(id, to);
  }
  /** From the top of the new tree downwards, as waves and depths order them. */
  const applyMoves = (from: ReadonlyMap<string, string | null>, to: ReadonlyMap<string, string | null>, order: readonly string[]) => {
    const { depth } = treeDepths(to);
    const tree = new Map(from);
    for (const id of order.toSorted((a, b) => depth.get(a)! - depth.get(b)!)) if (tree.get(id) !== to.get(id)) move(tree, id, to.get(id)!);
    return tree;
  };

  const anyTree = (size: number) =>
    fc
      .tuple(fc.array(fc.nat(), { minLength: size, maxLength: size }), fc.shuffledSubarray([...Array(size).keys()], { minLength: size }))
      .map(
        ([picks, order]) =>
          new Map(
            order.map((id, index) => [
              `n${id}`,
              index === 0 || picks[index]! % (index + 1) === index ? null : `n${order[picks[index]! % index]}`,
            ]),
          ),
      );
  const anyTwoTrees = fc.integer({ min: 2, max: 14 }).chain((size) =>
    fc.record({
      from: anyTree(size),
      to: anyTree(size),
      order: fc.shuffledSubarray(
        Array.from({ length: size }, (_, id) => `n${id}`),
        { minLength: size },
      ),
    }),
  );

  it('turn any tree into any other from the top of the new one downwards, and no move on the way ends below itself', () => {
    fc.assert(
      fc.property(anyTwoTrees, ({ from, to, order }) => {
        expect(Object.fromEntries(applyMoves(from, to, order))).toEqual(Object.fromEntries(to));
      }),
      { numRuns: 300 },
    );
  });

  it('are swapped without a detour', () => {
    const swap = {
      from: new Map([
        ['root', null],
        ['a', 'root'],
        ['b', 'a'],
      ]),
      to: new Map([
        ['root', null],
        ['b', 'root'],
        ['a', 'b'],
      ]),
    };
    expect(Object.fromEntries(applyMoves(swap.from, swap.to, ['a', 'b', 'root']))).toEqual({ root: null, b: 'root', a: 'b' });
  });
});
