// Hired again under a new id of the source: who has left is free to be found by the record that is there now.
import type { Attributes } from '../../core/model.ts';
import { dropContributions } from '../../store/contributions.ts';
import { list, type Reader, type Transaction } from '../../store/database.ts';
import { objectsOf } from '../../store/directory.ts';
import { cutLinks, endClaims } from '../../store/links.ts';
import { dropDue } from '../../store/upkeep.ts';
import type { RunContext, TypePlan } from '../context.ts';
import { groupBy } from '../shapes.ts';

interface Vacated {
  readonly directory_id: string;
  readonly external_id: string;
  readonly job: number;
}

/** Records of the connection that were linked to these objects, that every job has seen leave, and that this run does not show. */
export const vacated = (reader: Reader, context: RunContext, type: string, directoryIds: readonly string[]): Promise<readonly Vacated[]> =>
  directoryIds.length === 0
    ? Promise.resolve([])
    : reader.all<Vacated>(
        `SELECT l.directory_id, l.external_id, c.job FROM link l JOIN claim c ON c.directory_id = l.directory_id AND c.type = l.type AND c.source_key = l.external_id JOIN job j ON j.id = c.job AND j.connection = l.connection
     WHERE l.directory_id IN {list} AND l.connection || '' = ? AND l.type = ? AND j.direction = 'up' AND NOT EXISTS
       (SELECT 1 FROM claim o JOIN job p ON p.id = o.job AND p.connection = l.connection WHERE o.directory_id = l.directory_id AND o.type = l.type AND o.source_key = l.external_id AND o.state NOT IN ('left', 'leaving'))
       AND NOT EXISTS (SELECT 1 FROM staged s WHERE s.run = ? AND s.type = l.type AND s.source_key = l.external_id AND s.seen <> 'absent')`,
        list(directoryIds),
        context.outside.id,
        type,
        context.run.id,
      );

/**
 * Whether a record that the rule at `place` found by may take such an object over: a mail address or a user name can be given to somebody else after a
 * departure, so that no stronger rule may say otherwise.
 */
export async function freeFor(
  context: RunContext,
  plan: TypePlan,
  ids: readonly string[],
): Promise<(id: string, mapped: Attributes, place: number) => boolean> {
  const free = new Set((await vacated(context.database, context, plan.type, ids)).map((row) => row.directory_id));
  const known = new Map(
    (free.size === 0 ? [] : await objectsOf(context.database, [...free])).map((object) => [
      object.id,
      JSON.parse(object.data) as Attributes,
    ]),
  );
  return (id, mapped, place) => {
    const before = known.get(id);
    return before !== undefined && !plan.correlation.slice(0, place).some((stronger) => stronger.contradicts(mapped, before));
  };
}

/** The records that have left end with their word, their claim and their link: the new one is who the object is. */
export async function takeOver(
  context: RunContext,
  transaction: Transaction,
  type: string,
  directoryIds: readonly string[],
): Promise<void> {
  const rows = await vacated(transaction, context, type, directoryIds);
  for (const [job, own] of groupBy(rows, (row) => String(row.job))) {
    const keys = own.map((row) => row.external_id);
    await dropContributions(transaction, Number(job), type, keys);
    await endClaims(transaction, Number(job), type, keys);
    for (const what of ['review', 'delete', 'delete-asked']) await dropDue(transaction, Number(job), type, keys, what);
  }
  await cutLinks(
    transaction,
    context.outside.id,
    type,
    rows.map((row) => row.external_id),
  );
}
