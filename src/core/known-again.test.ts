// Who is known again under a new id, and who is not.
import { expect, it } from 'vitest';
import { knownAgain } from './known-again.ts';

const strongestFirst = ['union', 'name'];
const values: Record<string, Record<string, string>> = {
  a: { union: 'U1', name: 'zhang' },
  a2: { union: 'U1', name: 'zhang' },
  // Somebody else, who was given a name that had become free.
  b: { union: 'U2', name: 'li' },
  b2: { union: 'U9', name: 'li' },
  // Of one side the stronger value is not known.
  c: { name: 'wang' },
  c2: { union: 'U3', name: 'wang' },
};
const shared = (attribute: string, old: string, fresh: string) => ({ attribute, old, fresh });
const again = (...rows: ReturnType<typeof shared>[]) => [...knownAgain(rows, strongestFirst, (id, name) => values[id]?.[name])];

it('the strongest value that both show decides', () => {
  expect(again(shared('union', 'a', 'a2'), shared('name', 'a', 'a2'), shared('name', 'b', 'b2'), shared('name', 'c', 'c2'))).toEqual([
    ['a', 'a2'],
    ['c', 'c2'],
  ]);
});

it('a value that two share names nobody', () => {
  expect(again(shared('name', 'c', 'c2'), shared('name', 'c', 'x'))).toEqual([]);
  expect(again(shared('name', 'c', 'c2'), shared('name', 'x', 'c2'))).toEqual([]);
});
