// Unique values of the directory: who has the value already, and who gives it up in the same run.
import { comparisonKeys, sameValue } from '../../core/attribute.ts';
import type { Attributes, AttributeSpec, Value } from '../../core/model.ts';
import { list, type Transaction } from '../../store/database.ts';
import { findObjects, objectsOf, type ObjectRow } from '../../store/directory.ts';
import type { ChangeRow } from '../../store/ledger.ts';
import { contestedHolders, stagedHolders } from '../../store/staged.ts';
import type { RunContext, TypePlan } from '../context.ts';
import { parseJson } from '../shapes.ts';
import type { Desired } from './assess.ts';

interface Holder {
  readonly id: string;
  readonly title: string | null;
}
/** `attribute\0key` → who else has it: an object that keeps it, or another record of this plan. */
export type Taken = ReadonlyMap<string, readonly Holder[]>;

interface Wisher {
  readonly directoryId: string;
  readonly attributes: Attributes;
}

export async function takenValues(
  context: RunContext,
  plan: TypePlan,
  wishers: readonly Wisher[],
  objects: ReadonlyMap<string, ObjectRow>,
): Promise<Taken> {
  const taken = new Map<string, Holder[]>();
  const own = new Set(wishers.map((wisher) => wisher.directoryId));
  const stored = new Map([...objects].map(([id, object]) => [id, JSON.parse(object.data) as Attributes]));
  for (const spec of plan.target.attributes) {
    if (!spec.unique) continue;
    const keys = new Set<string>();
    for (const { directoryId, attributes } of wishers) {
      const value = attributes[spec.name];
      if (value === undefined || value === null || sameValue(value, stored.get(directoryId)?.[spec.name], spec)) continue;
      for (const key of comparisonKeys(value, spec)) keys.add(key);
    }
    if (keys.size === 0) continue;
    const found = new Map<string, Set<string>>();
    const note = ({ key, id }: { key: string; id: string }): void => void found.set(key, (found.get(key) ?? new Set()).add(id));
    const holders = await findObjects(context.database, plan.type, spec.name, [...keys]);
    const releasing = await releasingHolders(context, plan, spec, holders);
    for (const row of holders) if (!releasing.has(`${row.id}\0${row.key}`)) note(row);
    const planned = found.size > 0 ? stagedHolders : contestedHolders;
    for (const row of await planned(context.database, context.run.id, plan.type, spec.name, [...keys], [...own])) note(row);
    const contested = [...found].filter(([, ids]) => ids.size > 1 || ids.isDisjointFrom(own));
    if (contested.length === 0) continue;
    const titles = await titlesOf(
      context,
      plan,
      contested.flatMap(([, ids]) => [...ids]),
    );
    for (const [key, ids] of contested)
      taken.set(
        `${spec.name}\0${key}`,
        [...ids].map((id) => ({ id, title: titles.get(id) ?? null })),
      );
  }
  return taken;
}

/** The other one that has the value, in words; null when it is free. Of two records of one plan, neither gets it. */
export function holderOf(taken: Taken, spec: AttributeSpec, value: Value, id: string): string | null {
  if (taken.size === 0) return null;
  for (const key of comparisonKeys(value, spec)) {
    const other = taken.get(`${spec.name}\0${key}`)?.find((holder) => holder.id !== id);
    if (other) return other.title ?? 'another record';
  }
  return null;
}

/** Holders that give the value up in this same run (a swap). */
async function releasingHolders(
  context: RunContext,
  plan: TypePlan,
  spec: AttributeSpec,
  holders: readonly { key: string; id: string }[],
): Promise<ReadonlySet<string>> {
  if (holders.length === 0) return new Set();
  const rows = await context.database.all<{ directory_id: string; desired: string | null }>(
    `SELECT directory_id, desired FROM staged WHERE run = ? AND type = ? AND directory_id IN {list}`,
    context.run.id,
    plan.type,
    list(holders.map((holder) => holder.id)),
  );
  const wanted = new Map(rows.map((row) => [row.directory_id, parseJson<Desired | null>(row.desired, null)?.a[spec.name]]));
  return new Set(
    holders
      .filter(({ id, key }) => {
        const value = wanted.get(id);
        return value !== undefined && !comparisonKeys(value, spec).includes(key);
      })
      .map(({ id, key }) => `${id}\0${key}`),
  );
}

async function titlesOf(context: RunContext, plan: TypePlan, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const titles = new Map<string, string>();
  const note = (id: string, value: Value | null | undefined): void => void (typeof value === 'string' && titles.set(id, value));
  const staged = await context.database.all<{ directory_id: string; desired: string | null }>(
    'SELECT directory_id, desired FROM staged WHERE run = ? AND type = ? AND directory_id IN {list}',
    context.run.id,
    plan.type,
    list(ids),
  );
  for (const row of staged) note(row.directory_id, parseJson<Desired | null>(row.desired, null)?.a[plan.target.title]);
  for (const object of await objectsOf(context.database, ids)) note(object.id, (JSON.parse(object.data) as Attributes)[plan.target.title]);
  return titles;
}

/** Whether something of the plan did not go through, so that others may wait for what it would have given up. */
export const isAnythingStuck = async (context: RunContext, transaction: Transaction): Promise<boolean> =>
  (await transaction.get(
    `SELECT 1 AS yes FROM change WHERE run = ? AND state IN ('held', 'refused', 'superseded', 'pending', 'skipped') LIMIT 1`,
    context.run.id,
  )) !== undefined;

/**
 * Changes that would take a value from somebody whose own change was held, refused or superseded: they wait for it.
 * Asked in the transaction that writes, and only of runs in which something did not go through.
 */
export async function waitingForValues(
  context: RunContext,
  transaction: Transaction,
  changes: readonly ChangeRow[],
): Promise<ReadonlySet<number>> {
  const waiting = new Set<number>();
  if (!(await isAnythingStuck(context, transaction))) return waiting;
  for (const plan of context.types) {
    for (const spec of plan.target.attributes.filter((attribute) => attribute.unique)) {
      const takers = changes.flatMap((change) =>
        change.type === plan.type
          ? comparisonKeys(parseJson<Attributes>(change.after, {})[spec.name], spec).map((key) => ({ change, key }))
          : [],
      );
      const holders =
        takers.length === 0
          ? []
          : await findObjects(
              transaction,
              plan.type,
              spec.name,
              takers.map((taker) => taker.key),
            );
      if (holders.length === 0) continue;
      const moving = new Set(
        (
          await transaction.all<{ directory_id: string; after: string | null }>(
            `SELECT directory_id, after FROM change WHERE run = ? AND type = ? AND state IN ('planned', 'applied') AND directory_id IN {list}`,
            context.run.id,
            plan.type,
            list(holders.map((holder) => holder.id)),
          )
        )
          .filter((row) => spec.name in parseJson<Attributes>(row.after, {}))
          .map((row) => row.directory_id),
      );
      for (const { change, key } of takers) {
        if (holders.some((holder) => holder.key === key && holder.id !== change.directory_id && !moving.has(holder.id)))
          waiting.add(change.id);
      }
    }
  }
  return waiting;
}
