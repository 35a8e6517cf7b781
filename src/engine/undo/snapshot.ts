// What the ledger keeps of an account that was removed, beside what the target said of it: who pointed to it, and what was sent sealed.
import { directoryTypes } from '../../core/directory-types.ts';
import type { Attributes } from '../../core/model.ts';
import type { EdgeFacts } from '../../core/plan.ts';
import { list, type Transaction } from '../../store/database.ts';
import { putSnapshots } from '../../store/undo.ts';
import { linksByDirectory, linksByExternal } from '../../store/links.ts';
import { mirrorEdges, mirrorRows } from '../../store/mirror.ts';
import type { RunContext, TypePlan } from '../context.ts';
import { factsText, groupBy, type Observed, parseJson, keptFacts } from '../shapes.ts';
import type { Outcome } from '../stages/outcomes.ts';
import type { Pointer, Snapshot } from './stage.ts';

interface Row {
  readonly outcome: Outcome;
  readonly change: Outcome['prepared']['change'];
}

/** In the transaction of the outcome, while links and mirror still know the account. */
export async function keepForUndo(context: RunContext, transaction: Transaction, plan: TypePlan, rows: readonly Row[]): Promise<void> {
  const gone = rows.filter(({ outcome }) => outcome.removed?.snapshot);
  if (gone.length === 0) return;
  const ids = gone.map(({ change }) => change.target_key!);
  const sent = new Map(
    (await linksByExternal(transaction, context.outside.id, plan.type, ids)).map((link) => [link.external_id, link.sent]),
  );
  const pointers = await pointersTo(
    context,
    transaction,
    plan.type,
    new Map(gone.map(({ change }) => [change.source_key, change.target_key!])),
  );
  await putSnapshots(
    transaction,
    gone.map(({ outcome, change }) => {
      const values = parseJson<Attributes>(sent.get(change.target_key!), {});
      const veiled = Object.fromEntries(Object.entries(values).filter(([name]) => plan.veiled.has(name)));
      const into = pointers.get(change.source_key) ?? [];
      const snapshot: Snapshot = {
        ...outcome.removed!.snapshot!,
        ...(into.length > 0 ? { into } : {}),
        ...(Object.keys(veiled).length > 0 ? { sent: veiled } : {}),
      };
      return { id: change.id, text: JSON.stringify(snapshot) };
    }),
  );
}

const kept = (plan: TypePlan, edge: { readonly relation: string; readonly facts: string }): string =>
  factsText(parseJson<EdgeFacts>(edge.facts, {}), keptFacts(plan.target.relations.find((relation) => relation.name === edge.relation)));

const referenceNames = directoryTypes.flatMap((type) =>
  type.attributes.filter((spec) => spec.type === 'reference').map((spec) => spec.name),
);

/**
 * Whose accounts may point to them: whoever does in the directory, and those whose account is not, or not yet, as the directory says:
 * departed, out of scope, pinned, removed by the same run, with a change that was not carried out, or refused for a problem.
 */
async function ownersOf(context: RunContext, transaction: Transaction, ids: readonly string[]): Promise<readonly string[]> {
  const { run, job, outside } = context;
  const rows = await transaction.all<{ id: string }>(
    `SELECT owner AS id FROM edge WHERE to_id IN {list} UNION SELECT id FROM object_key WHERE type IN {list} AND attribute IN {list} AND key IN {list}
     UNION SELECT id FROM object WHERE type = 'person' AND lifecycle = 'departed'
     UNION SELECT directory_id AS id FROM claim WHERE job = ? AND state IN ('leaving', 'left')
     UNION SELECT object AS id FROM pin WHERE connection = ?
     UNION SELECT directory_id AS id FROM change WHERE run = ? AND (action = 'remove' OR state <> 'applied') AND directory_id IS NOT NULL
     UNION SELECT directory_id AS id FROM staged WHERE run = ? AND problems IS NOT NULL AND directory_id IS NOT NULL`,
    list(ids),
    list(directoryTypes.map((one) => one.id)),
    list(referenceNames),
    list(ids),
    job.id,
    outside.id,
    run.id,
    run.id,
  );
  return rows.map((row) => row.id);
}

/** The mirror says whether their accounts point to the accounts that go. */
async function pointersTo(
  context: RunContext,
  transaction: Transaction,
  type: string,
  accounts: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, Pointer[]>> {
  const found = new Map<string, Pointer[]>();
  const owners = await ownersOf(context, transaction, [...accounts.keys()]);
  if (owners.length === 0) return found;
  const removed = new Map([...accounts].map(([directoryId, id]) => [id, directoryId]));
  const note = (id: string, pointer: Pointer): void => void found.set(removed.get(id)!, [...(found.get(removed.get(id)!) ?? []), pointer]);
  for (const plan of context.types) {
    const links = await linksByDirectory(transaction, context.outside.id, plan.type, owners);
    const ownerOf = new Map(links.map((link) => [link.external_id, link.directory_id]));
    const keys = [...ownerOf.keys()];
    for (const [id, own] of groupBy(await mirrorEdges(transaction, context.outside.id, plan.type, keys), (edge) => edge.external_id))
      for (const edge of own)
        if (edge.to_type === type && removed.has(edge.to_id))
          note(edge.to_id, { type: plan.type, owner: ownerOf.get(id)!, relation: edge.relation, facts: kept(plan, edge) });
    const specs = plan.target.attributes.filter((spec) => spec.type === 'reference' && spec.to === type);
    for (const row of specs.length === 0 ? [] : await mirrorRows(transaction, context.outside.id, plan.type, keys)) {
      const { a } = JSON.parse(row.data) as Observed;
      for (const spec of specs) {
        const end = a[spec.name];
        if (typeof end === 'string' && removed.has(end))
          note(end, { type: plan.type, owner: ownerOf.get(row.external_id)!, attribute: spec.name, facts: '' });
      }
    }
  }
  return found;
}
