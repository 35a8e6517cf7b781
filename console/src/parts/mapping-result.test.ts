// What the wizard shows of a value that a mapping makes.
import { expect, it } from 'vitest';
import { resultSaid } from './mapping-result.ts';

const inChinese = (label: { readonly zh: string }) => label.zh;

it('is said in words for the state in the directory, and as it will be written in any other system', () => {
  expect(resultSaid('up', 'lifecycle', 'active', inChinese)).not.toBe('active');
  expect(resultSaid('down', 'lifecycle', 'active', inChinese)).toBe('active');
});

it('names all of several values', () => {
  expect(resultSaid('down', 'mail', ['a@example.org', ['b']], inChinese)).toBe('a@example.org, b');
});
