// Downstream, two people whom the rules lead to one account: it belongs to one of them at most, so neither gets it until somebody says whose it is.
import type { EndpointObject } from '../../core/model.ts';
import { foundCounterparts, hasFound, makeAmbiguous, sharedCounterparts, unlinkedBeside } from '../../store/staged.ts';
import { BATCH, batchOf, type RunContext, type TypePlan } from '../context.ts';
import { parseJson, pieces } from '../shapes.ts';
import { sourceObjects } from '../source-data.ts';
import { NAMED } from './candidate-names.ts';
import { correlateBatch } from './correlate.ts';

interface Led {
  readonly key: string;
  readonly account: string;
  /** Null: somebody whom this run does not look at. */
  readonly detail: string | null;
}

/**
 * Whoever is in scope and has no account yet is a rival, also when this run leaves them out: a run about what changed, or a pilot, must not
 * give away what a run about everybody leaves open. Upstream the same is seen batch by batch (`correlate.ts`): there the record becomes a
 * person of its own key.
 */
export async function partRivals(context: RunContext, plan: TypePlan, isInScope: (object: EndpointObject) => boolean): Promise<void> {
  const { database, run } = context;
  if (context.up || !(await hasFound(database, run.id, plan.type))) return;
  const led = new Map<string, Led>();
  for (const row of await sharedCounterparts(database, run.id, plan.type))
    led.set(row.source_key, { key: row.source_key, account: row.target_key!, detail: row.detail });
  for (const one of await ledBeside(context, plan, isInScope)) led.set(one.key, one);
  const byAccount = Map.groupBy(led.values(), (one) => one.account);
  const parted = [...led.values()].flatMap((one) => {
    if (one.detail === null) return [];
    const rivals: string[] = [];
    for (const other of byAccount.get(one.account)!) {
      if (other.key !== one.key) rivals.push(other.key);
      if (rivals.length === NAMED) break;
    }
    if (rivals.length === 0) return [];
    return [{ key: one.key, detail: JSON.stringify({ ...parseJson<object>(one.detail, {}), candidates: [one.account], rivals }) }];
  });
  if (parted.length === 0) return;
  // All of them or none: whoever were left after a crash would seem to have no rival.
  await database.write(async (transaction) => {
    for (const piece of pieces(parted, BATCH)) await makeAmbiguous(transaction, run.id, plan.type, piece);
  });
}

/** People beside this run whom the rules lead to an account that it has found for somebody; and those it was found for. */
async function ledBeside(context: RunContext, plan: TypePlan, isInScope: (object: EndpointObject) => boolean): Promise<readonly Led[]> {
  const { database, run, outside } = context;
  const led: Led[] = [];
  for (let after = ''; ; ) {
    const limit = batchOf(context);
    const keys = await unlinkedBeside(database, { run: run.id, connection: outside.id, type: plan.type, after, limit });
    const objects = [...(await sourceObjects(context, plan, keys))].filter(([, object]) => isInScope(object));
    const subjects = objects.map(([key, object]) => ({
      key,
      object,
      mapped: plan.mapping.apply(object.attributes, { standing: 'new' }).attributes,
    }));
    const beside = [...(await correlateBatch(context, plan, subjects))].flatMap(([key, { kind, targetKey }]) =>
      kind === 'found' && targetKey !== null ? [{ key, account: targetKey, detail: null }] : [],
    );
    const own = await foundCounterparts(database, run.id, plan.type, [...new Set(beside.map((one) => one.account))]);
    const wanted = new Set(own.map((row) => row.target_key));
    led.push(...own.map((row) => ({ key: row.source_key, account: row.target_key!, detail: row.detail ?? '{}' })));
    led.push(...beside.filter((one) => wanted.has(one.account)));
    if (keys.length < limit) return led;
    after = keys.at(-1)!;
    await context.breathe();
  }
}
