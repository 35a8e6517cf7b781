// What a new version of the program alone would change: the source is as it was, the settings are as they were.
import type { Attributes, Label } from '../../core/model.ts';
import { changesIn, edgesOfChanges, type ChangeRow } from '../../store/ledger.ts';
import { claimsOf } from '../../store/links.ts';
import { mirrorHashes } from '../../store/mirror.ts';
import { batchOf, type RunContext, type TypePlan } from '../context.ts';
import { digest, groupBy, parseJson, summarise } from '../shapes.ts';
import { mirrorObjects } from '../source-data.ts';
import { accountValues } from './accounts.ts';
import { ownView } from './own-view.ts';
import { partOf } from './part.ts';

/** Somebody new, gone or out of scope, or a day that was reached, is no matter of the program. */
const byProgram = new Set(['changed', 'drifted']);

/** Those changes of a batch that nothing but the new release brings about. */
export async function byUpgradeAlone(context: RunContext, batch: readonly ChangeRow[]): Promise<ReadonlySet<number>> {
  const found = new Set<number>();
  const { formerHash, database, job } = context;
  if (formerHash === null) return found;
  const candidates = batch.filter((change) => change.action === 'update' && byProgram.has(change.situation));
  for (const [type, own] of groupBy(candidates, (change) => change.type)) {
    const plan = context.types.find((candidate) => candidate.type === type)!;
    const keys = [...new Set(own.map((change) => change.source_key))];
    const settledWith = new Map((await claimsOf(database, job.id, type, keys)).map((claim) => [claim.source_key, claim.input_hash]));
    const hashes = await sourceHashes(context, plan, keys);
    const accounts = await accountValues(context, plan, context.source.isDirectory ? keys : []);
    for (const change of own) {
      const hash = hashes.get(change.source_key);
      if (hash !== undefined && settledWith.get(change.source_key) === digest(hash + formerHash + accounts.digestOf(change.source_key)))
        found.add(change.id);
    }
  }
  return found;
}

async function sourceHashes(context: RunContext, plan: TypePlan, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { source, database, run, signal } = context;
  if (!source.isDirectory && plan.asks.more) {
    const objects = await mirrorObjects(context, source.id, plan.type, keys);
    return new Map([...objects].map(([id, object]) => [id, summarise(ownView(plan, object)).hash]));
  }
  if (!source.isDirectory)
    return new Map((await mirrorHashes(database, source.id, plan.type, keys)).map((row) => [row.external_id, row.hash]));
  const request = { part: partOf(context), attributes: plan.asks.attributes, relations: plan.asks.relations, now: run.now, signal };
  const { answers } = await source.connection.get!(plan.type, keys, request);
  return new Map([...answers].flatMap(([id, answer]) => (answer.state === 'found' ? [[id, summarise(answer.object).hash]] : [])));
}

/** The sentence when that is more than the limit, else null. `settled`: a person has answered it already. */
export async function judgeUpgrade(
  context: RunContext,
  settled: (batch: readonly ChangeRow[]) => Promise<ReadonlySet<number>>,
): Promise<Label | null> {
  if (context.formerHash === null) return null;
  const objects = new Set<string>();
  let values = 0;
  for (let after = 0; ; ) {
    const batch = await changesIn(context.database, context.run.id, ['planned', 'held', 'refused', 'skipped'], after, batchOf(context));
    if (batch.length === 0) break;
    after = batch.at(-1)!.id;
    const alone = await byUpgradeAlone(context, batch);
    const answered = alone.size > 0 ? await settled(batch) : alone;
    const asked = batch.filter((change) => alone.has(change.id) && !answered.has(change.id));
    const edges = await edgesOfChanges(
      context.database,
      asked.map((change) => change.id),
    );
    values += edges.length;
    for (const change of asked) {
      values += Object.keys(parseJson<Attributes>(change.after, {})).length;
      objects.add(`${change.type}\0${change.source_key}`);
    }
  }
  const limit = context.settings.policy.guard.upgradeValues;
  const [from, to] = [context.job.release!, context.engine.release ?? ''];
  return values <= limit
    ? null
    : {
        en: `The new version (${from} → ${to}) alone would change ${values} values of ${objects.size} objects; ${limit} need no question. They are held: look at them ("tributary held --question upgrade"), and accept them or change the mapping.`,
        zh: `仅因升级（${from} → ${to}）就将改动 ${objects.size} 个对象的 ${values} 个值，超过 ${limit} 个需要确认。已全部拦截：请查看（tributary held --question upgrade），然后接受或调整映射。`,
      };
}
