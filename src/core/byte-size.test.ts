// How the size of a file reads.
import { expect, it } from 'vitest';
import { sizeInWords } from './byte-size.ts';

it.each([
  [0, '0 B'],
  [812, '812 B'],
  [1024, '1 KB'],
  [13_722, '13.4 KB'],
  [2 * 1024 ** 2, '2 MB'],
  [5 * 1024 ** 4, '5120 GB'],
])('a file of %i bytes is one of %s', (bytes, said) => {
  expect(sizeInWords(bytes)).toBe(said);
});
