// Before apply: who has to let go of a unique value first. Chains get an order, swaps a temporary value in wave 0.
import { comparisonKeys } from '../../core/attribute.ts';
import type { Attributes, AttributeSpec, Value } from '../../core/model.ts';
import { unswap, valueNeeds, waveOf, type UniqueChange } from '../../core/order.ts';
import { rows } from '../../store/database.ts';
import { changesIn, patchChanges, planChanges, type ChangeRow } from '../../store/ledger.ts';
import { patchRun } from '../../store/runs.ts';
import { batchOf, type RunContext } from '../context.ts';
import { digest, parseJson } from '../shapes.ts';

/** The mark in the run's checkpoint: it is done once per run, so that a resumed run releases nothing twice. */
const ORDERED = 'ordered';

interface Moving {
  readonly change: ChangeRow;
  readonly spec: AttributeSpec;
  readonly unique: UniqueChange;
}

/** Writes the order of unique values into the ledger: one transaction, once. */
export async function orderUniqueValues(context: RunContext): Promise<void> {
  const { database, run } = context;
  if (run.checkpoint === ORDERED) return;
  const moving = await movingValues(context);
  const planned = new Map(moving.filter(({ change }) => change.state === 'planned').map((entry) => [entry.change.id, entry.change]));
  const blocked = blockedBy(moving, planned);
  const free = moving.filter(({ change }) => planned.has(change.id) && !blocked.has(change.id));
  const uniques = free.map((entry) => entry.unique);
  const released = new Set(unswap(uniques));
  // Departments are written from the top of their tree, so a chain among them cannot be put into another order.
  for (const [, holders] of valueNeeds(uniques, released))
    for (const id of holders) if (planned.get(Number(id))!.wave === 1) released.add(id);
  const later = levels(valueNeeds(uniques, released));
  if (blocked.size === 0 && released.size === 0 && later.size === 0) return;
  await database.write(async (transaction) => {
    await patchChanges(
      transaction,
      [...blocked].map((id) => ({
        id,
        state: 'pending',
        at: run.now,
        verdict: JSON.stringify({
          reason: {
            en: 'Waits for a value that another object has, whose change is held or refused.',
            zh: '所需的唯一值仍被另一个对象占用，而其变更被拦截或拒绝。',
          },
        }),
      })),
    );
    await planChanges(
      transaction,
      { run: run.id, job: context.job.id, connection: context.outside.id },
      [...released].map((id) => {
        const { change } = free.find((entry) => entry.unique.id === id)!;
        const own = free.filter((entry) => entry.unique.id === id && entry.unique.before !== null);
        const before = parseJson<Attributes>(change.before, {});
        const after = Object.fromEntries(own.map(({ spec }) => [spec.name, temporary(spec, before[spec.name]!, change.id)]));
        const had = Object.fromEntries(own.map(({ spec }) => [spec.name, before[spec.name]!]));
        return {
          ...change,
          wave: waveOf({ action: 'update', type: change.type, releases: true }),
          depth: 0,
          aspect: 'release',
          kinds: '',
          needs: null,
          secrets: null,
          before: JSON.stringify(had),
          after: JSON.stringify(after),
          temporary: JSON.stringify(after),
          hash: digest({ action: 'update', before: had, after, edges: [] }),
          edges: [],
        };
      }),
    );
    // Whoever is made with a reference to a new object stands a step below it, and stays below however far that one is put off.
    const furthest = Math.max(0, ...free.flatMap(({ change, unique }) => (change.action === 'create' ? (later.get(unique.id) ?? 0) : [])));
    if (furthest > 0)
      await transaction.run(
        `UPDATE change SET depth = depth * ? WHERE run = ? AND wave = 2 AND action = 'create' AND state = 'planned' AND depth > 0`,
        furthest + 1,
        run.id,
      );
    await transaction.run(
      'UPDATE change SET depth = change.depth + r.level FROM {rows: id bigint, level bigint} r WHERE change.id = r.id',
      rows([...later].map(([id, level]) => [Number(id), level])),
    );
    await patchRun(transaction, run.id, { checkpoint: ORDERED });
  });
}

/** Changes of unique values in which somebody wants what somebody else has. */
async function movingValues(context: RunContext): Promise<readonly Moving[]> {
  const moving: Moving[] = [];
  const specs = new Map(
    context.types.map((plan) => [plan.type, plan.target.attributes.filter((spec) => spec.unique === true && spec.writable !== 'never')]),
  );
  const collect = async (actions: readonly string[], wanted: ReadonlySet<string> | null): Promise<void> => {
    for (let after = 0; ; ) {
      const size = batchOf(context);
      const batch = await changesIn(context.database, context.run.id, ['planned', 'held', 'refused'], after, size);
      for (const change of batch) {
        if (!actions.includes(change.action) || change.aspect === 'release') continue;
        for (const spec of specs.get(change.type) ?? []) {
          const unique = uniqueOf(change, spec);
          if (unique && (wanted === null || wanted.has(`${unique.attribute}\0${unique.after}`))) moving.push({ change, spec, unique });
        }
      }
      if (batch.length < size) return;
      after = batch.at(-1)!.id;
    }
  };
  await collect(['update'], null);
  // Most first syncs end here: nobody gives up anything.
  const given = new Set(moving.flatMap(({ unique }) => (unique.before === null ? [] : [`${unique.attribute}\0${unique.before}`])));
  if (given.size > 0) await collect(['create'], given);
  return moving;
}

function uniqueOf(change: ChangeRow, spec: AttributeSpec): UniqueChange | null {
  const key = (text: string | null): string | null => {
    const value = parseJson<Attributes>(text, {})[spec.name];
    return value === undefined || value === null ? null : (comparisonKeys(value, spec)[0] ?? null);
  };
  const [before, after] = [key(change.before), key(change.after)];
  return before === after ? null : { id: String(change.id), attribute: `${change.type}.${spec.name}`, before, after };
}

/** Changes that wait, directly or through others, for one that will not be carried out. */
function blockedBy(moving: readonly Moving[], planned: ReadonlyMap<number, ChangeRow>): ReadonlySet<number> {
  const needs = valueNeeds(moving.map((entry) => entry.unique));
  const blocked = new Set<number>();
  for (let before = -1; before !== blocked.size; ) {
    before = blocked.size;
    for (const [id, holders] of needs) {
      if (planned.has(Number(id)) && holders.some((holder) => !planned.has(Number(holder)) || blocked.has(Number(holder))))
        blocked.add(Number(id));
    }
  }
  return blocked;
}

/** How many others have to come before each. There are no circles any more. */
function levels(needs: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const level = (id: string): number => {
    const known = found.get(id);
    if (known !== undefined) return known;
    found.set(id, 0);
    const own = Math.max(-1, ...(needs.get(id) ?? []).map(level)) + 1;
    found.set(id, own);
    return own;
  };
  for (const id of needs.keys()) level(id);
  return found;
}

/** Empty where that is allowed; else a value that nobody else has, of the same form. */
function temporary(spec: AttributeSpec, value: Value, change: number): Value | null {
  if (!spec.required) return null;
  const text = String(value);
  const at = text.lastIndexOf('@');
  return at > 0 ? `swap-${change}${text.slice(at)}` : `swap-${change}`;
}
