// Where the cards of the canvas stand: sources left of the directory, apps right; more than a column holds stand in several.
export const CARD = { full: { width: 352, height: 132 }, compact: { width: 216, height: 74 }, dense: { width: 204, height: 50 } } as const;
export type Density = keyof typeof CARD;

const GAP = { full: { x: 28, y: 18 }, compact: { x: 28, y: 18 }, dense: { x: 24, y: 8 } } as const;
/** Between the directory and the nearest column, where the edges bend. */
const RIVER = 150;
/** The directory's card. */
export const CENTER = { width: 232, height: 168 };
/** As many on the fuller side still have cards of this kind. */
const FULL_UP_TO = 6;
const COMPACT_UP_TO = 20;
const ROWS = { full: 6, compact: 10, dense: 16 };

export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly density: Density;
  readonly center: Place;
  /** In the order given. */
  readonly up: readonly Place[];
  readonly down: readonly Place[];
}

/** Columns fill from the directory outwards; each side is centred on the directory's own middle. */
export function layOut(up: number, down: number): Layout {
  const most = Math.max(up, down);
  const density: Density = most <= FULL_UP_TO ? 'full' : most <= COMPACT_UP_TO ? 'compact' : 'dense';
  return {
    density,
    center: { x: -CENTER.width / 2, y: -CENTER.height / 2 },
    up: side(up, density, -1),
    down: side(down, density, 1),
  };
}

function side(count: number, density: Density, direction: -1 | 1): Place[] {
  const card = CARD[density];
  const gap = GAP[density];
  const columns = Math.max(1, Math.ceil(count / ROWS[density]));
  const rows = Math.ceil(count / columns);
  return Array.from({ length: count }, (_, index) => {
    const column = Math.floor(index / rows);
    const inColumn = Math.min(rows, count - column * rows);
    const distance = CENTER.width / 2 + RIVER + column * (card.width + gap.x);
    return {
      x: direction === 1 ? distance : -distance - card.width,
      y: ((index % rows) - (inColumn - 1) / 2) * (card.height + gap.y) - card.height / 2,
    };
  });
}
