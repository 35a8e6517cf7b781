// What an entry of the audit log changed is shown value by value.
import { expect, it } from 'vitest';
import { changesOf } from './audit-changes.ts';

it('names only what differs, at any depth, and shows plain text as it is', () => {
  expect(changesOf('{"a":{"b":1,"c":2},"d":[1]}', '{"a":{"b":1,"c":3},"d":[1,2]}')).toEqual([
    { path: 'a.c', before: '2', after: '3' },
    { path: 'd', before: '1', after: '1, 2' },
  ]);
  expect(changesOf(null, 'why: maintenance')).toEqual([{ path: '', before: null, after: 'why: maintenance' }]);
  expect(changesOf('{"roles":["admin"]}', null)).toEqual([{ path: 'roles', before: 'admin', after: null }]);
  const many = Array.from({ length: 60 }, (_, index) => index);
  expect(changesOf(null, JSON.stringify(many))).toEqual([{ path: '', before: null, after: '0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 … (60)' }]);
  expect(changesOf(null, null)).toEqual([]);
});
