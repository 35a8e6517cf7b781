// Drift of downstream jobs: one row per attribute of an account that shows something else than was written.
import { list, rows, type Reader, type Transaction } from './database.ts';

export interface DriftRow {
  readonly job: number;
  readonly type: string;
  /** Directory id. */
  readonly object: string;
  readonly attribute: string;
  readonly title: string | null;
  /** JSON; null where the value is sensitive. */
  readonly wanted: string | null;
  readonly found: string | null;
  readonly mode: string;
  readonly state: string;
  readonly times: number;
  readonly first_at: number;
  readonly last_at: number;
  readonly run: number;
  readonly written: number;
}
const columns = [
  'job',
  'type',
  'object',
  'attribute',
  'title',
  'wanted',
  'found',
  'mode',
  'state',
  'times',
  'first_at',
  'last_at',
  'run',
  'written',
] as const;

export const driftOf = (reader: Reader, job: number, type: string, objects: readonly string[]): Promise<readonly DriftRow[]> =>
  objects.length === 0
    ? Promise.resolve([])
    : reader.all<DriftRow>('SELECT * FROM drift WHERE job = ? AND type = ? AND object IN {list}', job, type, list(objects));

/** What was found of the objects that were looked at. What stands no longer goes; what was written over is remembered, to know who writes it back. */
export async function replaceDrift(
  transaction: Transaction,
  job: number,
  type: string,
  looked: readonly string[],
  found: readonly DriftRow[],
): Promise<void> {
  await transaction.run(
    `DELETE FROM drift WHERE job = ? AND type = ? AND state <> 'corrected' AND object IN {list}
       AND (object, attribute) NOT IN (SELECT r.o, r.a FROM {rows: o text, a text} r)`,
    job,
    type,
    list(looked),
    rows(found.map((row) => [row.object, row.attribute])),
  );
  await transaction.insert(
    'drift',
    [...columns],
    found.map((row) => columns.map((name) => row[name])),
    `(job, type, object, attribute) DO UPDATE SET ${columns
      .slice(4)
      .map((name) => `${name} = excluded.${name}`)
      .join(', ')}`,
  );
}

/** Corrections of so long ago say nothing about a second writer. */
export const forgetCorrected = (transaction: Transaction, job: number, before: number): Promise<number> =>
  transaction.run(`DELETE FROM drift WHERE job = ? AND state = 'corrected' AND last_at < ?`, job, before);

/** How much stands, and how much this run has written over. */
export const countDrift = (
  reader: Reader,
  job: number,
  run: number,
): Promise<readonly { readonly state: string; readonly count: number }[]> =>
  reader.all(
    `SELECT state, count(*) AS count FROM drift WHERE job = ? AND (state <> 'corrected' OR run = ?) GROUP BY state ORDER BY state`,
    job,
    run,
  );

export type DriftPlace = readonly [type: string, object: string, attribute: string];

export const driftPage = (
  reader: Reader,
  job: number,
  filter: { readonly states: readonly string[]; readonly after: DriftPlace; readonly limit: number },
): Promise<readonly DriftRow[]> =>
  reader.all<DriftRow>(
    `SELECT * FROM drift WHERE job = ? AND state IN {list} AND (type, object, attribute) > (?, ?, ?) ORDER BY type, object, attribute LIMIT ?`,
    job,
    list(filter.states),
    ...filter.after,
    filter.limit,
  );

/** Counted anew from now on. Returns the objects. */
export async function endFights(transaction: Transaction, job: number, connection: string): Promise<readonly string[]> {
  const found = await transaction.all<{ object: string }>(
    `SELECT DISTINCT object FROM drift WHERE job = ? AND state = 'fought' ORDER BY object`,
    job,
  );
  await transaction.run(`DELETE FROM drift WHERE job = ? AND state = 'fought'`, job);
  // What was written back may pass for what the target makes of our value.
  await transaction.run(
    'UPDATE link SET echoed = NULL, revision = revision + 1 WHERE connection = ? AND directory_id IN {list}',
    connection,
    list(found.map((row) => row.object)),
  );
  return found.map((row) => row.object);
}
