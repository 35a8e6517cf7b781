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
const ROWS = { full: 6, compact: 10, dense: 21 };
/** On a usual wide screen, px, without its margins: where the height is what limits, cards are as wide as the width allows, for their names. */
const FRAME = { full: { width: 1290, height: 640 }, compact: { width: 1290, height: 640 }, dense: { width: 1290, height: 930 } } as const;
/** A name of this width is read at one glance; wider cards would only be further away. */
const WIDEST = 320;

export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly density: Density;
  /** Of each card. */
  readonly card: { readonly width: number; readonly height: number };
  readonly center: Place;
  /** In the order given. */
  readonly up: readonly Place[];
  readonly down: readonly Place[];
}

/** Columns fill from the directory outwards; each side is centred on the directory's own middle. */
export function layOut(up: number, down: number): Layout {
  const most = Math.max(up, down);
  const density: Density = most <= FULL_UP_TO ? 'full' : most <= COMPACT_UP_TO ? 'compact' : 'dense';
  const card = { width: widthOf(up, down, density), height: CARD[density].height };
  const side = (count: number, direction: -1 | 1): Place[] => column(count, density, card.width, direction);
  return {
    density,
    card,
    center: { x: -CENTER.width / 2, y: -CENTER.height / 2 },
    up: side(up, -1),
    down: side(down, 1),
  };
}

const columnsOf = (count: number, density: Density): number => Math.max(1, Math.ceil(count / ROWS[density]));

function widthOf(up: number, down: number, density: Density): number {
  const { width, height } = CARD[density];
  if (density === 'full') return width;
  const rows = Math.max(...[up, down].map((count) => Math.ceil(count / columnsOf(count, density))));
  const high = rows * (height + GAP[density].y);
  const across = Math.max(1, high / FRAME[density].height) * FRAME[density].width;
  const columns = columnsOf(up, density) + columnsOf(down, density);
  const left = across - CENTER.width - 2 * RIVER - (columns - 2) * GAP[density].x;
  return Math.min(Math.max(Math.floor(left / columns), width), WIDEST);
}

function column(count: number, density: Density, width: number, direction: -1 | 1): Place[] {
  const { height } = CARD[density];
  const gap = GAP[density];
  const columns = columnsOf(count, density);
  const rows = Math.ceil(count / columns);
  return Array.from({ length: count }, (_, index) => {
    const place = Math.floor(index / rows);
    const inColumn = Math.min(rows, count - place * rows);
    const distance = CENTER.width / 2 + RIVER + place * (width + gap.x);
    return {
      x: direction === 1 ? distance : -distance - width,
      y: ((index % rows) - (inColumn - 1) / 2) * (height + gap.y) - height / 2,
    };
  });
}
