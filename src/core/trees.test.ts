// Trees of departments: names for authority, their order, and which department is somebody's first.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namesForAuthority, nameInTree, partsOfName, primaryAmong, treeOrder, type Placed, withOnePrimary } from './trees.ts';

describe('the name of a relation for authority', () => {
  it('tells of memberships in which tree they are, whatever it is called', () => {
    fc.assert(
      fc.property(fc.string(), (tree) => {
        const [name] = namesForAuthority(['membership'], { connection: 'hr', tree });
        expect(partsOfName(name!)).toEqual({ relation: 'membership', tree });
      }),
    );
  });

  it('is bare of leaders and members, and of what is edited by hand', () => {
    expect(namesForAuthority(['leader', 'member'], { connection: 'hr', tree: 'main' })).toEqual(['leader', 'member']);
    expect(namesForAuthority(['membership'], { connection: 'console', tree: 'main' })).toEqual(['membership']);
    expect(partsOfName('membership')).toEqual({ relation: 'membership', tree: null });
    expect(nameInTree('membership', 'a/b')).toBe('membership/a/b');
  });
});

it('the wanted tree comes first, then the usual one, then they go by name', () => {
  const all = ['b', 'main', 'a', 'c'];
  expect(all.toSorted(treeOrder())).toEqual(['main', 'a', 'b', 'c']);
  expect(all.toSorted(treeOrder('c'))).toEqual(['c', 'main', 'a', 'b']);
  expect(all.toSorted(treeOrder('nowhere'))).toEqual(['main', 'a', 'b', 'c']);
});

describe("somebody's first department", () => {
  const at = (to_id: string, tree: string, primary = true): Placed => ({ to_id, tree, primary });
  it.each([
    ['is the primary one of the wanted tree', [at('1', 'main'), at('2', 'projects')], 'projects', '2'],
    ['else that of the usual tree', [at('1', 'a'), at('2', 'main')], 'projects', '2'],
    ['else that of the first tree by name', [at('1', 'c'), at('2', 'b')], 'projects', '2'],
    ['is a primary one before one of the wanted tree that is not', [at('1', 'projects', false), at('2', 'main')], 'projects', '2'],
    [
      'is the first of the wanted tree where none is primary',
      [at('1', 'main', false), at('3', 'projects', false), at('2', 'projects', false)],
      'projects',
      '2',
    ],
  ])('%s', (_name, places, tree, expected) => {
    expect(primaryAmong(places, tree)?.to_id).toBe(expected);
  });

  it('does not depend on the order in which they are read; nobody without a department has one', () => {
    const place = fc.record({ to_id: fc.constantFrom('1', '2', '3', '4'), tree: fc.constantFrom('main', 'a', 'b'), primary: fc.boolean() });
    const places = fc.uniqueArray(place, { selector: (one) => one.to_id, minLength: 1 });
    fc.assert(
      fc.property(
        places.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          expect(primaryAmong(shuffled, 'a')).toEqual(primaryAmong(all, 'a'));
        },
      ),
    );
    expect(primaryAmong([])).toBeUndefined();
  });
});

it('who knows no trees sees one primary department; what its own tree marks stays as it is marked', () => {
  const places = [
    { to_id: '1', tree: 'main', primary: true },
    { to_id: '2', tree: 'projects', primary: true },
    { to_id: '3', tree: 'projects', primary: false },
  ];
  const edges = places.map(({ to_id: id, primary }) => ({ to: { type: 'department', id }, title: 'x', ...(primary ? { primary } : {}) }));
  const marked = (...of: Parameters<typeof withOnePrimary>) =>
    withOnePrimary(...of).map((edge) => `${edge.to.id} ${edge.primary} ${edge.title}`);
  expect(marked(edges, places)).toEqual(['1 true x', '2 undefined x', '3 undefined x']);
  expect(marked(edges, places, places[1])).toEqual(['1 undefined x', '2 true x', '3 undefined x']);
  expect(withOnePrimary(edges.slice(0, 1), places.slice(0, 1))).toEqual(edges.slice(0, 1));
});
