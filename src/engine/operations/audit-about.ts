// What was decided about held changes, in words: the audit log itself names them by number and holds no value of anybody.
import { z } from 'zod';
import { deeds, type Deed } from '../../core/deed.ts';
import type { Label } from '../../core/model.ts';
import type { Reader } from '../../store/database.ts';
import { heldInBrief, type HeldInBrief } from '../../store/held.ts';
import { groupBy, parseJson } from '../shapes.ts';
import { countedWords } from '../words.ts';
import { labelView } from './views.ts';

/** So many are named; how many others there are is counted. */
const MOST_NAMED = 5;

export const aboutView = z.object({
  /** `delete: 2 people (Ann, Bob)` */
  says: labelView,
  /** The run that carries it out, or else the one that asked last. */
  run: z.int(),
});
export type About = z.output<typeof aboutView>;

interface Entry {
  readonly seq: number;
  readonly action: string;
  readonly payload: { readonly after: string | null } | null;
}

/** By number of the entry. Questions that were forgotten, or whose person was erased, are missing. */
export async function aboutHeld(reader: Reader, entries: readonly Entry[]): Promise<ReadonlyMap<number, About>> {
  const asked = new Map(
    entries.filter(({ action }) => action.startsWith('held.')).map((entry) => [entry.seq, idsIn(entry.payload?.after)]),
  );
  const ids = [...new Set([...asked.values()].flat())];
  if (ids.length === 0) return new Map();
  const held = new Map((await heldInBrief(reader, ids)).map((row) => [row.id, row]));
  return new Map(
    [...asked].flatMap(([seq, of]) => {
      const rows = of.flatMap((id) => held.get(id) ?? []);
      return rows.length === 0 ? [] : [[seq, { says: saysOf(rows), run: rows[0]!.carried_by ?? rows[0]!.last_run }] as const];
    }),
  );
}

function idsIn(after: string | null | undefined): readonly number[] {
  const parsed = parseJson<unknown>(after ?? null, null);
  return Array.isArray(parsed) ? parsed.filter((id): id is number => Number.isSafeInteger(id)) : [];
}

function saysOf(rows: readonly HeldInBrief[]): Label {
  const parts = [...groupBy(rows, (row) => row.action)].map(([action, of]) => {
    const word: Label = deeds[action as Deed]?.label ?? { en: action, zh: action };
    const counted = countedWords([...groupBy(of, (row) => row.type)].map(([type, same]) => ({ type, count: objectsIn(same) })));
    return { en: `${word.en}: ${counted.en}`, zh: `${word.zh}：${counted.zh}` };
  });
  const called = new Map(rows.flatMap((row) => (row.title ? [[objectOf(row), row.title] as const] : [])));
  const named = [...called.values()].slice(0, MOST_NAMED);
  const others = objectsIn(rows) - named.length;
  return {
    en: `${parts.map(({ en }) => en).join('; ')}${named.length > 0 ? ` (${named.join(', ')}${others > 0 ? ` and ${others} more` : ''})` : ''}`,
    zh: `${parts.map(({ zh }) => zh).join('；')}${named.length > 0 ? `（${named.join('、')}${others > 0 ? `，另有 ${others} 个` : ''}）` : ''}`,
  };
}

/** Two changes of one person are one person; two people of one name are two. */
const objectOf = (row: HeldInBrief): string => `${row.type}\0${row.source_key}`;
const objectsIn = (rows: readonly HeldInBrief[]): number => new Set(rows.map(objectOf)).size;
