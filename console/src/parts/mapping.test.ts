// Which types a mapping syncs.
import { expect, it } from 'vitest';
import { withRows } from './mapping.ts';

it('a type of which the last row is taken away is not synced any more, and is again with a row', () => {
  const mapping = { person: ['email'], group: ['name'] };
  expect(withRows(mapping, 'group', [])).toEqual({ person: ['email'] });
  expect(withRows({ person: ['email'] }, 'group', ['name'])).toEqual(mapping);
});
