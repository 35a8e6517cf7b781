// Merged cells: only the first cell of the area holds the value, but it is meant for all of them.
import type { Cell } from './table.ts';

export interface Merges {
  /** The cells of a row with the values of merged areas filled in. Rows must come from top to bottom. */
  fill(line: number, cells: Cell[]): Cell[];
}

interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  value?: Cell;
}

/** More areas than this is decoration; they are left alone. */
const MOST_AREAS = 50_000;
const WIDEST_AREA = 200;
const REFERENCE = /<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"/g;
const LONGEST_TAG = 200;

/** The areas of one sheet. They stand after its rows, so the sheet is looked through once before it is read. */
export async function mergesOf(texts: AsyncIterable<string>): Promise<Merges> {
  const areas: Area[] = [];
  let rest = '';
  for await (const piece of texts) {
    const text = rest + piece;
    let end = 0;
    if (text.includes('mergeCell')) {
      for (const match of text.matchAll(REFERENCE)) {
        end = match.index + match[0].length;
        if (areas.length < MOST_AREAS)
          areas.push({
            left: column(match[1]!),
            top: Number(match[2]),
            right: column(match[3]!),
            bottom: Number(match[4]),
          });
      }
    }
    rest = text.slice(Math.max(end, text.length - LONGEST_TAG));
  }
  return filler(areas.filter((area) => area.right - area.left < WIDEST_AREA && area.bottom > area.top));
}

function filler(areas: readonly Area[]): Merges {
  if (areas.length === 0) return { fill: (_, cells) => cells };
  const starts = Map.groupBy(areas, (area) => area.top);
  let open: Area[] = [];
  return {
    fill(line, cells) {
      open = open.filter((area) => area.bottom >= line);
      for (const area of open) {
        for (let at = area.left; at <= area.right; at++) {
          if (area.value === undefined || (cells[at] ?? '') !== '') continue;
          while (cells.length <= at) cells.push('');
          cells[at] = area.value;
        }
      }
      for (const area of starts.get(line) ?? []) open.push({ ...area, value: cells[area.left] });
      return cells;
    },
  };
}

const column = (letters: string): number => [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
