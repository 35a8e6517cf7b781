// What is pasted becomes the rows that somebody meant, and what cannot be read is named by its line.
import { describe, expect, it } from 'vitest';
import { doubledKeys, joined, pastedRows } from './lookup-rows.ts';

describe('rows of a lookup table', () => {
  it.each([
    ['a spreadsheet', 'P1\tJunior\nP2\tSenior'],
    ['a CSV file with commas', 'P1,Junior\r\nP2,Senior\r\n'],
    ['a CSV file with semicolons', '\ufeffP1;Junior\nP2;Senior'],
  ])('are read from %s', (_, text) => {
    expect(pastedRows(text)).toEqual({
      rows: [
        { key: 'P1', value: 'Junior' },
        { key: 'P2', value: 'Senior' },
      ],
      wrong: [],
    });
  });

  it('keep commas and quotes that stand in quotes, and an empty value', () => {
    expect(pastedRows('"P1, new","the ""first"""\nP2,')).toEqual({
      rows: [
        { key: 'P1, new', value: 'the "first"' },
        { key: 'P2', value: '' },
      ],
      wrong: [],
    });
  });

  it('that are not a key and a value are named by their line', () => {
    expect(pastedRows('P1,Junior\nrubbish\n\na,b,c\n,empty key')).toEqual({ rows: [{ key: 'P1', value: 'Junior' }], wrong: [2, 4, 5] });
  });

  it('replace what has the same key, in its place', () => {
    const rows = [
      { key: 'P1', value: 'Junior' },
      { key: 'P2', value: 'Senior' },
    ];
    expect(
      joined(rows, [
        { key: 'P1', value: 'Beginner' },
        { key: 'P3', value: 'Lead' },
      ]),
    ).toEqual([
      { key: 'P1', value: 'Beginner' },
      { key: 'P2', value: 'Senior' },
      { key: 'P3', value: 'Lead' },
    ]);
    expect(doubledKeys([...rows, rows[0]!])).toEqual(['P1']);
  });
});
