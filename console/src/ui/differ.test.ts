// Laws of the marking of differences.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differ, type Piece } from './differ.ts';

const text = (pieces: readonly Piece[]): string => pieces.map((piece) => piece.text).join('');
const quiet = (pieces: readonly Piece[]): string => text(pieces.filter((piece) => !piece.differs));
const few = fc.string({ unit: fc.constantFrom('a', 'b', '张', '😀'), maxLength: 12 });

describe('the marking of differences', () => {
  it('loses nothing, and what is not marked is the same on both sides', () => {
    fc.assert(
      fc.property(few, few, (before, after) => {
        const found = differ(before, after);
        expect(text(found.before)).toBe(before);
        expect(text(found.after)).toBe(after);
        expect(quiet(found.before)).toBe(quiet(found.after));
      }),
    );
  });

  it('marks nothing where nothing differs', () => {
    fc.assert(fc.property(few, (same) => void expect(differ(same, same).before.filter((piece) => piece.differs)).toEqual([])));
  });

  it('marks the characters that differ and no others', () => {
    expect(differ('zhang.wei@corp.cn', 'zhang.wei2@corp.cn').after).toEqual([
      { text: 'zhang.wei', differs: false },
      { text: '2', differs: true },
      { text: '@corp.cn', differs: false },
    ]);
  });

  it('marks two words that have little in common as a whole', () => {
    expect(differ('active', 'suspended').after).toEqual([{ text: 'suspended', differs: true }]);
  });

  it('finds the one place that differs in very long texts', () => {
    const long = 'x'.repeat(5_000);
    expect(differ(`${long}ab`, `${long}bb`).before.map((piece) => piece.text.length)).toEqual([5_000, 1, 1]);
  });
});
