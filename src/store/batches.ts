// Batches of a run: which worker has which planned changes in hand, and for how long.
import { nextNumber } from './counters.ts';
import { type Reader, rows, type Transaction } from './database.ts';
import type { ChangeRow } from './ledger.ts';

export interface SharedStep {
  readonly run: number;
  readonly wave: number;
  readonly depth: number;
  /** Changes of one batch. */
  readonly size: number;
}

/** From now on batches of the run are taken there, and only there; null: nowhere. */
export async function shareStep(transaction: Transaction, run: number, step: Omit<SharedStep, 'run'> | null): Promise<void> {
  await transaction.run('DELETE FROM shared_step WHERE run = ?', run);
  if (step) await transaction.insert('shared_step', ['run', 'wave', 'depth', 'size'], [[run, step.wave, step.depth, step.size]]);
}

/** Steps that have work left which nobody has in hand. */
export const stepsToHelp = (reader: Reader): Promise<readonly SharedStep[]> =>
  reader.all<SharedStep>(
    `SELECT s.run, s.wave, s.depth, s.size FROM shared_step s JOIN run r ON r.id = s.run WHERE r.state = 'running' AND EXISTS
       (SELECT 1 FROM change c WHERE c.run = s.run AND c.state = 'planned' AND c.wave = s.wave AND c.depth = s.depth AND c.batch IS NULL)
     ORDER BY s.run`,
  );

/** Changes of a step that nobody has in hand. */
export const countFree = async (reader: Reader, step: SharedStep): Promise<number> =>
  (await reader.get<{ n: number }>(
    `SELECT count(*) AS n FROM change WHERE run = ? AND state = 'planned' AND wave = ? AND depth = ? AND batch IS NULL`,
    step.run,
    step.wave,
    step.depth,
  ))!.n;

/** The first step of the run at which something is planned or in somebody's hands. */
export const firstStep = (reader: Reader, run: number): Promise<{ wave: number; depth: number } | undefined> =>
  reader.get(
    `SELECT wave, depth FROM change WHERE run = ? AND (state = 'planned' OR (state = 'sent' AND EXISTS
       (SELECT 1 FROM batch b WHERE b.run = change.run AND b.n = change.batch))) ORDER BY wave, depth LIMIT 1`,
    run,
  );

export interface Batch {
  readonly n: number;
  readonly changes: readonly ChangeRow[];
}

/** Takes changes of a step that nobody has, one of each object; null when there are none, or the run does not stand there. */
export async function claimBatch(transaction: Transaction, step: SharedStep, holder: string, until: number): Promise<Batch | null> {
  const stands = await transaction.get(
    `SELECT 1 AS yes FROM shared_step s JOIN run r ON r.id = s.run WHERE s.run = ? AND s.wave = ? AND s.depth = ? AND r.state = 'running'`,
    step.run,
    step.wave,
    step.depth,
  );
  if (!stands) return null;
  const free = await transaction.all<ChangeRow>(
    `SELECT * FROM change WHERE run = ? AND state = 'planned' AND wave = ? AND depth = ? AND batch IS NULL AND NOT EXISTS
       (SELECT 1 FROM change o WHERE o.directory_id = change.directory_id AND o.run = change.run AND o.batch IS NOT NULL AND o.state IN ('planned', 'sent'))
     ORDER BY id LIMIT ?`,
    step.run,
    step.wave,
    step.depth,
    step.size,
  );
  const seen = new Set<string>();
  const changes = free.filter((change) => {
    const object = change.directory_id ?? `${change.type}\0${change.source_key}`;
    return !seen.has(object) && seen.add(object);
  });
  if (changes.length === 0) return null;
  const n = await nextNumber(transaction, 'batch');
  await transaction.insert('batch', ['run', 'n', 'holder', 'until'], [[step.run, n, holder, until]]);
  await transaction.run(
    'UPDATE change SET batch = ? WHERE id IN (SELECT r.id FROM {rows: id bigint} r)',
    n,
    rows(changes.map((change) => [change.id])),
  );
  return { n, changes: changes.map((change) => ({ ...change, batch: n })) };
}

export const holdsBatch = async (reader: Reader, run: number, n: number): Promise<boolean> =>
  (await reader.get('SELECT 1 AS yes FROM batch WHERE run = ? AND n = ?', run, n)) !== undefined;

/** False when it was taken back. */
export const renewBatch = async (transaction: Transaction, run: number, n: number, until: number): Promise<boolean> =>
  (await transaction.run('UPDATE batch SET until = ? WHERE run = ? AND n = ?', until, run, n)) === 1;

/** What its holder did not come to send is free again; where no outcome was stored, it is unknown. */
export async function endBatch(transaction: Transaction, run: number, n: number): Promise<void> {
  await transaction.run(
    `UPDATE change SET batch = NULL, state = CASE WHEN state = 'sent' THEN 'unknown' ELSE state END WHERE run = ? AND batch = ?`,
    run,
    n,
  );
  await transaction.run('DELETE FROM batch WHERE run = ? AND n = ?', run, n);
}

export const lapsedBatches = (reader: Reader, run: number, now: number): Promise<readonly { n: number }[]> =>
  reader.all('SELECT n FROM batch WHERE run = ? AND until <= ?', run, now);

/** Takes back what lapsed: what was sent has an unknown outcome, the rest is free again. */
export async function takeBack(transaction: Transaction, run: number, now: number): Promise<void> {
  for (const { n } of await lapsedBatches(transaction, run, now)) {
    // Its holder may be about to make the last calls that it had prepared.
    await transaction.run(`UPDATE change SET sent_at = ? WHERE run = ? AND batch = ? AND state = 'sent'`, now, run, n);
    await endBatch(transaction, run, n);
  }
}

/** Of these changes, those that somebody has in hand just now. */
export const inHand = async (reader: Reader, changes: readonly ChangeRow[]): Promise<ReadonlySet<number>> => {
  const numbers = [...new Set(changes.flatMap((change) => change.batch ?? []))];
  if (numbers.length === 0) return new Set();
  const live = new Set(
    (await reader.all<{ n: number }>('SELECT b.n FROM batch b JOIN {rows: n bigint} r ON r.n = b.n', rows(numbers.map((n) => [n])))).map(
      (row) => row.n,
    ),
  );
  return new Set(changes.filter((change) => change.batch !== null && live.has(change.batch)).map((change) => change.id));
};
