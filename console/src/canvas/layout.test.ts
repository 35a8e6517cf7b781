// Cards never cover each other or the directory, however many there are, and stay near enough to be read.
import { expect, it } from 'vitest';
import fc from 'fast-check';
import { CARD, layOut, type Place } from './layout.ts';

it('no two cards overlap, and sources stand left of the directory, apps right', () => {
  fc.assert(
    fc.property(fc.nat({ max: 60 }), fc.nat({ max: 60 }), (up, down) => {
      const { density, center, ...sides } = layOut(up, down);
      const { width, height } = CARD[density];
      const all: Place[] = [...sides.up, ...sides.down];
      expect(sides.up.every((place) => place.x + width < center.x)).toBe(true);
      expect(sides.down.every((place) => place.x > -center.x)).toBe(true);
      for (const [index, a] of all.entries())
        for (const b of all.slice(index + 1)) expect(Math.abs(a.x - b.x) >= width || Math.abs(a.y - b.y) >= height).toBe(true);
    }),
  );
});

it('sixty connections fit a wide screen at a size that can be read', () => {
  const { up, down } = layOut(30, 30);
  const { width, height } = CARD.compact;
  const all = [...up, ...down];
  const across = Math.max(...all.map((place) => place.x)) + width - Math.min(...all.map((place) => place.x));
  const high = Math.max(...all.map((place) => place.y)) + height - Math.min(...all.map((place) => place.y));
  expect(Math.min(1400 / across, 760 / high)).toBeGreaterThan(0.7);
});
