// Which types a mapping syncs, when a new row belongs to it, and what goes along without one.
import { expect, it } from 'vitest';
import { isChosen, relationsBeside, withRows, withSameName } from './mapping.ts';

it('a type of which the last row is taken away is not synced any more, and is again with a row', () => {
  const mapping = { person: ['email'], group: ['name'] };
  expect(withRows(mapping, 'group', [])).toEqual({ person: ['email'] });
  expect(withRows({ person: ['email'] }, 'group', ['name'])).toEqual(mapping);
});

it('a new row belongs to it as soon as both ends are chosen', () => {
  expect(isChosen({ target: '', field: '' })).toBe(false);
  expect(isChosen({ target: 'initials', field: '' })).toBe(false);
  expect(isChosen({ target: '', field: 'email' })).toBe(false);
  expect(isChosen({ target: 'initials', cel: '' })).toBe(false);
  expect(isChosen({ target: 'initials', unique: [''] })).toBe(false);
  expect(isChosen({ target: 'initials', field: 'email' })).toBe(true);
  expect(isChosen({ target: 'initials', unique: ['${x}', ''] })).toBe(true);
});

it('a target that is called as a field of the source is taken from it, unless something else was chosen', () => {
  const fields = [{ name: 'title' }];
  expect(withSameName({ target: 'title', field: '' }, fields)).toEqual({ target: 'title', field: 'title' });
  expect(withSameName({ target: 'initials', field: '' }, fields)).toEqual({ target: 'initials', field: '' });
  expect(withSameName({ target: 'title', field: 'city' }, fields)).toEqual({ target: 'title', field: 'city' });
  expect(withSameName({ target: 'title', cel: '' }, fields)).toEqual({ target: 'title', cel: '' });
});

it('what both sides know goes along without a row', () => {
  const [membership, leader] = [{ name: 'membership' }, { name: 'leader' }];
  expect(relationsBeside({ relations: [membership, leader] }, { relations: [membership] })).toEqual([membership]);
  expect(relationsBeside({ relations: [] }, { relations: [membership] })).toEqual([]);
  expect(relationsBeside(undefined, undefined)).toEqual([]);
});
