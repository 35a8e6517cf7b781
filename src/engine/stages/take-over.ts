// Hired again under a new id of the source: who has left is free to be found by the record that is there now.
import type { Attributes } from '../../core/model.ts';
import { dropContributions } from '../../store/contributions.ts';
import { list, type Reader, type Transaction } from '../../store/database.ts';
import { objectsOf } from '../../store/directory.ts';
import { rescueHeld } from '../../store/held.ts';
import type { ChangeRow } from '../../store/ledger.ts';
import { cutLinks, endClaims } from '../../store/links.ts';
import type { StagedRow } from '../../store/staged.ts';
import { dropDue } from '../../store/upkeep.ts';
import type { RunContext, TypePlan } from '../context.ts';
import { groupBy } from '../shapes.ts';
import { conductOf } from '../states.ts';

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

interface Shown {
  readonly directory_id: string | null;
  readonly source_key: string;
}

/** In the part and the scope of this job. */
export const isShown = (row: Pick<StagedRow, 'seen' | 'situation'>): boolean =>
  row.seen === 'present' && row.situation !== 'gone' && row.situation !== 'out-of-scope';

/**
 * Records that this run shows, and that another job of the connection has seen leave its part when nobody could take them over (this job was
 * disabled then): what that job made of them was its last word, and now there is one who reads them. Whom another job reads and leaves out of its
 * scope is not meant: that job goes on saying so.
 */
export async function outlived(reader: Reader, context: RunContext, type: string, shown: readonly Shown[]): Promise<readonly Vacated[]> {
  // Who has no say in existence, or only tries, ends nobody's word about it: a leaver would be switched on again.
  if (shown.length === 0 || !context.settings.policy.decidesExistence || !conductOf(context.job.state).takesOver) return [];
  const { id, connection } = context.job;
  const other = await reader.get(`SELECT 1 AS yes FROM job WHERE connection = ? AND direction = 'up' AND id <> ? LIMIT 1`, connection, id);
  if (other === undefined) return [];
  return reader.all<Vacated>(
    `SELECT directory_id, source_key AS external_id, job FROM claim
     WHERE directory_id IN {list} AND type = ? AND source_key IN {list} AND state IN ('left', 'leaving')
       AND job IN (SELECT id FROM job WHERE connection = ? AND direction = 'up' AND id <> ?)`,
    list(shown.flatMap((row) => row.directory_id ?? [])),
    type,
    list(shown.map((row) => row.source_key)),
    connection,
    id,
  );
}

/** Their word and their claim end; the link is this job's as well. */
export const endOutlived = async (context: RunContext, transaction: Transaction, type: string, shown: readonly Shown[]): Promise<void> =>
  endWords(context, transaction, type, await outlived(transaction, context, type, shown));

async function endWords(context: RunContext, transaction: Transaction, type: string, rows: readonly Vacated[]): Promise<void> {
  for (const [job, own] of groupBy(rows, (row) => String(row.job))) {
    const keys = own.map((row) => row.external_id);
    await dropContributions(transaction, Number(job), type, keys);
    await endClaims(transaction, Number(job), type, keys);
    await rescueHeld(transaction, Number(job), type, keys, context.run.now);
    for (const what of ['review', 'delete', 'delete-asked']) await dropDue(transaction, Number(job), type, keys, what);
  }
}

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

/** Of what is applied: who is found by a new record, and who is read by this job now, belong to nobody who saw them leave. */
export async function endWordsOfLeft(
  context: RunContext,
  transaction: Transaction,
  changes: readonly ChangeRow[],
  stagedOf: (change: ChangeRow) => StagedRow,
): Promise<void> {
  for (const [type, own] of groupBy(changes, (change) => change.type)) {
    const found = own.filter((change) => change.situation === 'found').map((change) => change.directory_id!);
    if (found.length > 0) await takeOver(context, transaction, type, found);
    const shown = own.map(stagedOf).filter(isShown);
    // An undo says nothing in the name of a source.
    if (context.run.order === null) await endOutlived(context, transaction, type, shown);
  }
}

/** The records that have left end with their word, their claim and their link: the new one is who the object is. */
async function takeOver(context: RunContext, transaction: Transaction, type: string, directoryIds: readonly string[]): Promise<void> {
  const rows = await vacated(transaction, context, type, directoryIds);
  await endWords(context, transaction, type, rows);
  await cutLinks(
    transaction,
    context.outside.id,
    type,
    rows.map((row) => row.external_id),
  );
}
