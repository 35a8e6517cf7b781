// Who is the first of several.
import { expect, it } from 'vitest';
import { firstOf } from './first-edge.ts';

const edge = (id: string, facts: object = {}) => ({ to_type: 'person', to_key: id, facts: JSON.stringify(facts) });
const all = () => true;

it('the lowest order among those who are there; without one, whoever is it now', () => {
  expect(firstOf([edge('b', { order: 2 }), edge('a', { order: 1 })], all, 'b')).toBe('a');
  expect(firstOf([edge('a', { order: 1 }), edge('b', { order: 2 })], (_, id) => id === 'b', undefined)).toBe('b');
  expect(firstOf([edge('a'), edge('b')], all, 'b')).toBe('b');
  expect(firstOf([edge('b'), edge('a')], all, 'c')).toBe('a');
  expect(firstOf([edge('a', { order: 1 }), edge('b', { primary: true })], all, 'a')).toBe('b');
  expect(firstOf([edge('b'), edge('a')], () => false, undefined)).toBe('a');
  expect(firstOf([], all, 'c')).toBeUndefined();
});
