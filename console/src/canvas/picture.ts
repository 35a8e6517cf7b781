// What the picture of the sync center shows and where: cards, streams between them, and how all of it fits into a frame.
import type { WireOutput } from '../../../src/server/api/wire.ts';
import { CENTER, layOut, type Density, type Place } from './layout.ts';
import { lookOf } from './look.ts';

export type Job = WireOutput<'status'>['jobs'][number];
export type Sizes = WireOutput<'sizes'>;

interface Box {
  readonly width: number;
  readonly height: number;
}

type Shown =
  | {
      readonly kind: 'job';
      readonly data: { readonly job: Job; readonly size: Sizes['jobs'][number] | null | undefined; readonly density: Density };
    }
  | { readonly kind: 'directory'; readonly data: { readonly sizes: Sizes | undefined } }
  | { readonly kind: 'resting'; readonly data: { readonly count: number } }
  | { readonly kind: 'add'; readonly data: { readonly direction: 'up' | 'down' } };

export type Card = Shown & { readonly id: string; readonly at: Place; readonly size: Box };

interface Picture {
  readonly cards: readonly Card[];
  readonly streams: readonly { readonly job: Job; readonly from: string; readonly to: string }[];
  /** Of its frame, as CSS. */
  readonly height: string;
}

const DIRECTORY = 'directory';
/** Where a side has more jobs than this, those that are disabled are one card: what flows stays large enough to be read. */
const CROWD = 20;
/** Above and below the cards, px. */
const MARGIN = 110;
/** Of a picture with very many cards, px. */
const HIGH = 1000;

/** The jobs of one side with a card of their own, and how many rest behind one card. */
function standing(jobs: readonly Job[], direction: 'up' | 'down'): { readonly own: readonly Job[]; readonly resting: number } {
  const all = jobs.filter((job) => job.direction === direction);
  if (all.length <= CROWD) return { own: all, resting: 0 };
  // Of many, those of one kind of system stand together: their logos make a group.
  const own = all
    .filter((job) => lookOf(job).code !== 'disabled')
    .toSorted((a, b) => a.connector.localeCompare(b.connector) || a.id - b.id);
  return { own, resting: all.length - own.length };
}

export function picture(jobs: readonly Job[], sizes: Sizes | undefined): Picture {
  const sides = { up: standing(jobs, 'up'), down: standing(jobs, 'down') };
  // The card with the plus stands below the others of its side.
  const cardsOf = ({ own, resting }: (typeof sides)['up']): number => own.length + (resting > 0 ? 1 : 0) + 1;
  const { density, card: size, center, ...places } = layOut(cardsOf(sides.up), cardsOf(sides.down));
  const side = (direction: 'up' | 'down'): Card[] => {
    const { own, resting: count } = sides[direction];
    const shown: (Shown & { readonly id: string })[] = own.map((job) => ({
      kind: 'job',
      id: `job-${job.id}`,
      data: { job, size: sizes && (sizes.jobs.find((one) => one.job === job.id) ?? null), density },
    }));
    if (count > 0) shown.push({ kind: 'resting', id: `resting-${direction}`, data: { count } });
    shown.push({ kind: 'add', id: `add-${direction}`, data: { direction } });
    return shown.map((card, index) => ({ ...card, at: places[direction][index]!, size }));
  };
  const tops = [...places.up, ...places.down].map((place) => place.y);
  const rows = Math.max(...tops) + size.height - Math.min(...tops) + MARGIN;
  return {
    cards: [...side('up'), { kind: 'directory', id: DIRECTORY, at: center, size: CENTER, data: { sizes } }, ...side('down')],
    streams: [...sides.up.own, ...sides.down.own].map((job) =>
      job.direction === 'up' ? { job, from: `job-${job.id}`, to: DIRECTORY } : { job, from: DIRECTORY, to: `job-${job.id}` },
    ),
    // Of very many the picture is higher than the screen: small print helps nobody.
    height: `max(460px, min(${density === 'dense' ? `max(calc(100vh - 210px), ${HIGH}px)` : 'calc(100vh - 210px)'}, ${rows}px))`,
  };
}

export const FIT = { padding: 0.06, least: 0.3, most: 1 } as const;

/** Where React Flow puts the picture in a frame: so that nothing moves when it takes over. */
export function fitted(cards: readonly Card[], frame: Box): Place & { readonly zoom: number } {
  const left = Math.min(...cards.map(({ at }) => at.x));
  const top = Math.min(...cards.map(({ at }) => at.y));
  const width = Math.max(...cards.map(({ at, size }) => at.x + size.width)) - left;
  const height = Math.max(...cards.map(({ at, size }) => at.y + size.height)) - top;
  const inner = (length: number): number => length - 2 * Math.floor((length - length / (1 + FIT.padding)) / 2);
  const wanted = Math.min(inner(frame.width) / width, inner(frame.height) / height);
  const zoom = Math.min(Math.max(wanted, FIT.least), FIT.most);
  return { x: frame.width / 2 - (left + width / 2) * zoom, y: frame.height / 2 - (top + height / 2) * zoom, zoom };
}
