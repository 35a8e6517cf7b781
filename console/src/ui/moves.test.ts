// Thirty people who go from one department to another are one sentence, not thirty lines.
import { expect, it } from 'vitest';
import { movesIn, otherMoves } from './moves.ts';

const label = { en: 'x', zh: 'x' };
const edge = (op: 'add' | 'remove', name: string, type = 'department') => ({ relation: 'membership', label, op, type, name, facts: {} });
const change = (key: string, more: object) => ({ job: 1, type: 'person', key, deed: 'move', attributes: [], edges: [], ...more }) as never;

it('people who go the same way are counted together, the largest move first, and each person once', () => {
  const away = [edge('remove', '市场二部'), edge('add', '市场部')];
  expect(
    movesIn([
      change('7', { edges: [edge('remove', '财务部'), edge('add', '法务部')] }),
      change('1', { edges: away }),
      change('2', { edges: away }),
      change('2', { edges: away, aspect: 'references' }),
    ]),
  ).toEqual([
    { from: '市场二部', to: '市场部', count: 2 },
    { from: '财务部', to: '法务部', count: 1 },
  ]);
});

it('where the department is a text it is read from there, and who only leaves or only comes is told so', () => {
  expect(
    movesIn([
      change('1', { attributes: [{ name: 'department', label, before: 'Sales 2', after: 'Sales' }] }),
      change('2', { edges: [edge('add', 'Sales')] }),
      change('3', { edges: [edge('remove', 'Sales 2')] }),
    ]),
  ).toEqual([
    { from: 'Sales 2', to: 'Sales', count: 1 },
    { from: null, to: 'Sales', count: 1 },
    { from: 'Sales 2', to: null, count: 1 },
  ]);
});

it('no other change is a move: not a new manager, not a group that is joined, not a department under another', () => {
  expect(
    movesIn([
      change('1', { deed: 'manager', edges: [edge('add', 'Sales')] }),
      change('2', { edges: [edge('add', 'All', 'group')] }),
      change('3', { type: 'department', edges: [edge('add', 'Sales')] }),
    ]),
  ).toEqual([]);
});

it('of the ways that are not told one by one, who comes from nowhere does not move between departments', () => {
  const move = (from: string | null, to: string | null, count: number) => ({ from, to, count });
  const told = [move(null, 'A', 4), move(null, 'B', 3), move(null, 'C', 2)];
  const rest = [move(null, 'D', 2), move('A', 'B', 1), move(null, 'E', 1), move('C', null, 1)];
  expect(otherMoves([...told, ...rest])).toEqual([
    { way: 'moves', count: 1 },
    { way: 'movesIn', count: 3 },
    { way: 'movesOut', count: 1 },
  ]);
  expect(otherMoves(told)).toEqual([]);
});
