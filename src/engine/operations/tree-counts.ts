// How many people are in parts of the tree: counted once for each state of the directory, since counting a million takes a second.
import type { Reader } from '../../store/database.ts';
import { historySequence } from '../../store/directory.ts';
import { countPeople } from '../../store/tree.ts';

/** Answers that are kept, of one store. */
const MOST_KEPT = 200;
/** While a sync writes, a count stands so many times as long as it took to make. */
const PATIENCE = 30;
/** What takes less is counted again at once. */
const LONG_MS = 100;

interface Counted {
  readonly sequence: number;
  readonly until: number;
  readonly people: ReadonlyMap<string, number>;
}
const kept = new WeakMap<Reader, Map<string, Counted>>();

/** `under`: names the trees; `parts` is called when they have to be counted. Everything that changes the directory is in its history. */
export async function peopleOfTrees(
  reader: Reader,
  under: string,
  now: () => number,
  parts: () => readonly (readonly [tree: string, department: string])[],
): Promise<ReadonlyMap<string, number>> {
  const own = kept.get(reader) ?? new Map<string, Counted>();
  kept.set(reader, own);
  const sequence = Number(await historySequence(reader));
  const before = own.get(under);
  const startedAt = now();
  if (before && (before.sequence === sequence || startedAt < before.until)) return before.people;
  const people = new Map((await countPeople(reader, parts())).map((one) => [one.tree, Number(one.people)]));
  const endedAt = now();
  const tookMs = endedAt - startedAt;
  own.delete(under);
  own.set(under, { sequence, until: tookMs < LONG_MS ? 0 : endedAt + PATIENCE * tookMs, people });
  if (own.size > MOST_KEPT) own.delete(own.keys().next().value!);
  return people;
}
