// Loops: a value that goes round is told from one that somebody corrects.
import { expect, it } from 'vitest';
import { goesRound } from './loop.ts';

it.each([
  ['grows each time', ['a', 'a*', 'a**', 'a***', 'a****', 'a*****', 'a******'], true],
  ['grows at its beginning', ['a', 'x a', 'x x a', 'x x x a', 'x x x x a', 'x x x x x a', 'x x x x x x a'], true],
  ['takes turns', ['a', 'b', 'a', 'b', 'a', 'b', 'a'], true],
  ['takes turns between empty and not', [null, 'b', null, 'b', null, 'b', null], true],
  ['went round, after something else', ['z', 'a', 'b', 'a', 'b', 'a', 'b', 'a'], true],
  ['takes turns, but not long enough yet', ['a', 'b', 'a', 'b', 'a', 'b'], false],
  ['is corrected again and again', ['a', 'b', 'c', 'd', 'e', 'f', 'g'], false],
  ['grows, then is another one', ['a', 'a*', 'a**', 'a***', 'a****', 'a*****', 'b'], false],
  ['stays', ['a', 'a', 'a', 'a', 'a', 'a', 'a'], false],
])('a value that %s', (_, values, round) => {
  expect(goesRound(values)).toBe(round);
});
