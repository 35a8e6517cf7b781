// Rules that can be saved, and those that something is missing of.
import { expect, it } from 'vitest';
import { isWhole } from './matching-rules.ts';

it('an expression that was asked for and is not written yet holds up what is saved', () => {
  expect(isWhole({})).toBe(true);
  expect(isWhole({ person: [{ attribute: 'mail' }], group: [{ attribute: 'name', cel: 'lower(name)' }] })).toBe(true);
  expect(isWhole({ person: [{ attribute: 'mail' }, { attribute: 'uid', cel: ' ' }] })).toBe(false);
});
