// What the picture of the sync center shows and where: cards, streams between them, and how all of it fits into a frame.
import type { WireOutput } from '../../../src/server/api/wire.ts';
import { CARD, CENTER, layOut, type Density, type Place } from './layout.ts';

export type Job = WireOutput<'status'>['jobs'][number];
export type Sizes = WireOutput<'sizes'>;

interface Box {
  readonly width: number;
  readonly height: number;
}

type Shown =
  | {
      readonly kind: 'job';
      readonly data: { readonly job: Job; readonly size: Sizes['jobs'][number] | undefined; readonly density: Density };
    }
  | { readonly kind: 'directory'; readonly data: { readonly sizes: Sizes | undefined } }
  | { readonly kind: 'add'; readonly data: { readonly direction: 'up' | 'down' } };

export type Card = Shown & { readonly id: string; readonly at: Place; readonly size: Box };

interface Picture {
  readonly cards: readonly Card[];
  readonly streams: readonly { readonly job: Job; readonly from: string; readonly to: string }[];
  /** Of its frame, as CSS. */
  readonly height: string;
}

const DIRECTORY = 'directory';
/** Above and below the cards, px. */
const MARGIN = 110;

export function picture(jobs: readonly Job[], sizes: Sizes | undefined): Picture {
  const up = jobs.filter((job) => job.direction === 'up');
  const down = jobs.filter((job) => job.direction === 'down');
  // The card with the plus stands below the others of its side.
  const { density, center, ...places } = layOut(up.length + 1, down.length + 1);
  const size = CARD[density];
  const side = (own: readonly Job[], direction: 'up' | 'down'): Card[] => [
    ...own.map((job, index) => ({
      kind: 'job' as const,
      id: `job-${job.id}`,
      at: places[direction][index]!,
      size,
      data: { job, size: sizes?.jobs.find((one) => one.job === job.id), density },
    })),
    { kind: 'add', id: `add-${direction}`, at: places[direction].at(-1)!, size, data: { direction } },
  ];
  const tops = [...places.up, ...places.down].map((place) => place.y);
  const rows = Math.max(...tops) + size.height - Math.min(...tops) + MARGIN;
  return {
    cards: [...side(up, 'up'), { kind: 'directory', id: DIRECTORY, at: center, size: CENTER, data: { sizes } }, ...side(down, 'down')],
    streams: jobs.map((job) =>
      job.direction === 'up' ? { job, from: `job-${job.id}`, to: DIRECTORY } : { job, from: DIRECTORY, to: `job-${job.id}` },
    ),
    height: `max(460px, min(calc(100vh - 210px), ${rows}px))`,
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
