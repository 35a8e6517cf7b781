// Every text colour can be read on every ground it stands on, in both themes.
import { describe, expect, it } from 'vitest';
import { palette } from './theme.ts';

/** WCAG 2 relative luminance. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].toSorted((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

describe.each(['light', 'dark'] as const)('in the %s theme', (shade) => {
  const colours = palette[shade];
  const pairs = [
    ...(['ink', 'soft', 'accent'] as const).flatMap((text) =>
      (['ground', 'paper', 'raised', 'sunken'] as const).map((ground) => [text, ground] as const),
    ),
    ...(['good', 'warn', 'bad', 'busy'] as const).map((tone) => [tone, 'raised'] as const),
    ...(['good', 'warn', 'bad', 'busy', 'still', 'accent'] as const).map((tone) => [tone, `${tone}Soft`] as const),
  ];
  it.each(pairs)('%s is read on %s', (text, ground) => {
    expect(contrast(colours[text], colours[ground])).toBeGreaterThanOrEqual(4.5);
  });
  it.each(['paper', 'raised', 'sunken'] as const)('an empty box is seen on %s', (ground) => {
    expect(contrast(colours.edge, colours[ground])).toBeGreaterThanOrEqual(3);
  });
});

// In the light a shadow does it.
it('in the dark theme what lies over a page is told from it by its colour', () => {
  expect(contrast(palette.dark.raised, palette.dark.paper)).toBeGreaterThanOrEqual(1.1);
});
