// unique(): picks the first free candidate for each wish, in set SQL, and reserves it for its holder.
import { comparisonKey } from '../../core/attribute.ts';
import type { UniqueWish } from '../../core/mapping/compile.ts';
import { type Candidate, numberedForm } from '../../core/mapping/unique.ts';
import { findObjects } from '../../store/directory.ts';
import { list } from '../../store/database.ts';
import { findInMirror } from '../../store/mirror.ts';
import { reservationsHeldBy, reservationsOf, reserve, type ReservationRow } from '../../store/upkeep.ts';
import type { RunContext, TypePlan } from '../context.ts';
import type { Problem } from './assess.ts';

interface Wisher {
  readonly key: string;
  readonly holder: string;
  readonly wishes: readonly UniqueWish[];
  readonly problems: Problem[];
  /** A linked object without a reservation keeps what it has. */
  readonly creating: boolean;
}

/**
 * Of each form that counts, the first number not known to be taken in this run: the five-hundredth of one name does not try
 * the numbers of the others again.
 */
const reached = new WeakMap<RunContext, Map<string, number>>();

function reachedIn(context: RunContext): Map<string, number> {
  const known = reached.get(context) ?? new Map<string, number>();
  reached.set(context, known);
  return known;
}

/** Wisher key → attribute → value. */
export async function pickUniques(
  context: RunContext,
  plan: TypePlan,
  wishers: readonly Wisher[],
): Promise<Map<string, Record<string, string>>> {
  const picked = new Map<string, Record<string, string>>();
  const attributes = new Set(wishers.flatMap((wisher) => wisher.wishes.map((wish) => wish.attribute)));
  for (const attribute of attributes) {
    const spec = plan.target.attributes.find((candidate) => candidate.name === attribute)!;
    const space = `${plan.type}.${attribute}`;
    const place = context.target.isDirectory ? '' : context.outside.id;
    const all = wishers.filter((wisher) => wisher.wishes.some((wish) => wish.attribute === attribute));
    const known = await reservationsHeldBy(
      context.database,
      place,
      space,
      all.map((wisher) => wisher.holder),
    );
    const lost = await lostValues(context, place, space, known);
    // What is owned counts before what is cooling.
    const held = new Map(
      known
        .filter((row) => !lost.has(row))
        .sort((a, b) => Number(b.state === 'cooling') - Number(a.state === 'cooling'))
        .map((row) => [row.holder, row]),
    );
    const robbed = new Set([...lost].map((row) => row.holder));
    const entries: { key: string; holder: string; value: string }[] = [];
    const open: { wisher: Wisher; form: string | null; candidates: Generator<Candidate> }[] = [];
    const numbers = reachedIn(context);
    const keep = (wisher: Wisher, value: string): void => {
      picked.set(wisher.key, { ...picked.get(wisher.key), [attribute]: value });
    };
    for (const wisher of all) {
      const own = held.get(wisher.holder);
      if (own) {
        keep(wisher, own.value);
        if (own.state === 'cooling') entries.push({ key: own.key, holder: own.holder, value: own.value });
      } else if (wisher.creating || robbed.has(wisher.holder)) {
        const wish = wisher.wishes.find((one) => one.attribute === attribute)!;
        const counting = numberedForm(wish.forms);
        const form = counting && JSON.stringify([space, ...counting]);
        open.push({ wisher, form, candidates: wish.candidates(form === null ? undefined : numbers.get(form)) });
      }
    }
    const taken = new Map<string, boolean>();
    let left = open;
    let ahead = 4;
    while (left.length > 0) {
      const looks = left.map((one) => ({ ...one, values: take(one.candidates, ahead) }));
      const unseen = [...new Set(looks.flatMap((look) => look.values.map(({ value }) => comparisonKey(value, spec.equality))))].filter(
        (key) => !taken.has(key),
      );
      const busy = await busyKeys(context, plan, attribute, place, space, unseen);
      for (const key of unseen) taken.set(key, busy.has(key));
      left = [];
      for (const { wisher, form, candidates, values } of looks) {
        const free = values.find(({ value }) => !taken.get(comparisonKey(value, spec.equality)));
        if (free !== undefined) {
          const key = comparisonKey(free.value, spec.equality);
          taken.set(key, true);
          keep(wisher, free.value);
          entries.push({ key, holder: wisher.holder, value: free.value });
          if (form !== null && free.number !== null) numbers.set(form, Math.max(numbers.get(form) ?? 0, free.number + 1));
        } else if (values.length === 0) {
          wisher.problems.push({
            attribute,
            cause: 'unique',
            message: {
              en: `Every candidate for "${attribute}" is taken. Add a pattern with {n} to the mapping row.`,
              zh: `“${attribute}”的所有候选值都已被占用。请在映射行中增加带 {n} 的模式。`,
            },
          });
        } else left.push({ wisher, form, candidates });
      }
      ahead = Math.min(ahead * 4, 1000);
    }
    if (!context.run.dryRun && entries.length > 0)
      await context.database.write((transaction) => reserve(transaction, place, space, context.run.id, entries));
  }
  return picked;
}

/** Values that cooled down long enough and that somebody else has by now: their former holders get another one. */
async function lostValues(
  context: RunContext,
  place: string,
  space: string,
  held: readonly ReservationRow[],
): Promise<ReadonlySet<ReservationRow>> {
  const cold = held.filter((row) => row.state === 'cooling' && (row.until ?? 0) <= context.run.now);
  if (cold.length === 0) return new Set();
  const rows = await reservationsOf(
    context.database,
    place,
    space,
    cold.map((row) => row.key),
  );
  return new Set(cold.filter((own) => rows.some((row) => row.state !== 'cooling' && row.key === own.key && row.holder !== own.holder)));
}

function take(candidates: Generator<Candidate>, count: number): Candidate[] {
  const values: Candidate[] = [];
  while (values.length < count) {
    const next = candidates.next();
    if (next.done) break;
    values.push(next.value);
  }
  return values;
}

async function busyKeys(
  context: RunContext,
  plan: TypePlan,
  attribute: string,
  place: string,
  space: string,
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  if (keys.length === 0) return new Set();
  const { database, run } = context;
  const busy = new Set<string>();
  for (const row of await reservationsOf(database, place, space, keys))
    if (row.state !== 'cooling' || (row.until ?? 0) > run.now) busy.add(row.key);
  const holders = context.target.isDirectory
    ? await findObjects(database, plan.type, attribute, keys)
    : await findInMirror(database, context.outside.id, plan.type, attribute, keys);
  for (const row of holders) busy.add(row.key);
  for (const row of await database.all<{ key: string }>(
    'SELECT key FROM staged_key WHERE run = ? AND type = ? AND attribute = ? AND key IN {list}',
    run.id,
    plan.type,
    attribute,
    list(keys),
  ))
    busy.add(row.key);
  return busy;
}
