// What the wizard shows of a value that a mapping makes.
import { expect, it } from 'vitest';
import { nothingSaid, resultSaid } from './mapping-result.ts';

const inChinese = (label: { readonly zh: string }) => label.zh;

it('is said in words for the state in the directory, and as it will be written in any other system', () => {
  expect(resultSaid('up', 'lifecycle', 'active', inChinese)).not.toBe('active');
  expect(resultSaid('down', 'lifecycle', 'active', inChinese)).toBe('active');
});

it('names all of several values', () => {
  expect(resultSaid('down', 'mail', ['a@example.org', ['b']], inChinese)).toBe('a@example.org, b');
});

it('of a row that gives nothing says whether what is there goes or stays', () => {
  const down = (row: object, clears: boolean) => nothingSaid('down', row, clears);
  // What no source speaks of stays in the accounts that were there (docs/decisions/0043).
  expect(down({}, false)).toBe('unsaid');
  expect(down({}, true)).toBe('cleared');
  expect(down({ when: 'update' }, true)).toBe('cleared');
  expect(down({ onEmpty: 'keep' }, false)).toBe('kept');
  expect([down({ when: 'made' }, true), down({ when: 'create', onEmpty: 'keep' }, false)]).toEqual(['left', 'left']);
  const up = (row: object, clears: boolean) => nothingSaid('up', row, clears);
  expect([up({}, true), up({}, false), up({ onEmpty: 'keep' }, false)]).toEqual(['source', 'unread', 'kept']);
});
