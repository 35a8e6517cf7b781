// Cards never cover each other or the directory, however many there are, and stay near enough to be read.
import { expect, it } from 'vitest';
import fc from 'fast-check';
import { layOut, type Place } from './layout.ts';

it('no two cards overlap, and sources stand left of the directory, apps right', () => {
  fc.assert(
    fc.property(fc.nat({ max: 110 }), fc.nat({ max: 110 }), (up, down) => {
      const { density: _, card, center, ...sides } = layOut(up, down);
      const { width, height } = card;
      const all: Place[] = [...sides.up, ...sides.down];
      expect(sides.up.every((place) => place.x + width < center.x)).toBe(true);
      expect(sides.down.every((place) => place.x > -center.x)).toBe(true);
      const overlap = (a: Place, b: Place): boolean => Math.abs(a.x - b.x) < width && Math.abs(a.y - b.y) < height;
      expect(all.filter((a, index) => all.slice(index + 1).some((b) => overlap(a, b)))).toEqual([]);
    }),
  );
});

it.each([
  [30, 30, 0.9, 204],
  [5, 60, 0.75, 240],
  [5, 95, 0.65, 204],
  [4, 12, 0.75, 240],
] as const)('%i sources and %i apps fit a wide screen at a size that can be read', (sources, apps, least, name) => {
  const { up, down, density, card } = layOut(sources, apps);
  const all = [...up, ...down];
  const across = Math.max(...all.map((place) => place.x)) + card.width - Math.min(...all.map((place) => place.x));
  const high = Math.max(...all.map((place) => place.y)) + card.height - Math.min(...all.map((place) => place.y));
  // Of very many, the picture may be higher than the screen.
  expect(Math.min(1376 / across, (density === 'dense' ? 1000 : 690) / high)).toBeGreaterThan(least);
  expect(card.width).toBeGreaterThanOrEqual(name);
});
