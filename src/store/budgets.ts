// Rate budgets in the store: each word about a bucket is one short transaction on its one row, which waits for nobody else's work.
import { type BudgetAsk, type BudgetState, hold, lend, noBudget, type Slice } from '../core/budget.ts';
import type { Database, Reader } from './database.ts';

/** Lends a slice of the bucket, or takes back what is left of one. */
export const borrow = (database: Database, connection: string, bucket: string, ask: BudgetAsk): Promise<Slice> =>
  onRow(database, connection, bucket, (state) => {
    const lent = lend(state, ask);
    return [lent.state, lent.slice];
  });

/** The system wants no calls in this bucket before that time. */
export const holdBudget = (database: Database, connection: string, bucket: string, at: number): Promise<void> =>
  onRow(database, connection, bucket, (state) => [hold(state, at), undefined]);

export interface BudgetRow {
  readonly connection: string;
  readonly bucket: string;
  readonly state: BudgetState;
}

export const listBudgets = async (reader: Reader): Promise<readonly BudgetRow[]> =>
  (
    await reader.all<{ connection: string; bucket: string; state: string }>(
      'SELECT connection, bucket, state FROM budget ORDER BY connection, bucket',
    )
  ).map((row) => ({ ...row, state: JSON.parse(row.state) as BudgetState }));

function onRow<T>(
  database: Database,
  connection: string,
  bucket: string,
  change: (state: BudgetState) => readonly [BudgetState, T],
): Promise<T> {
  return database.write(
    async (transaction) => {
      // Writing first locks the row: who comes second reads what the first one left.
      const row = await transaction.get<{ state: string }>(
        `INSERT INTO budget (connection, bucket, state) VALUES (?, ?, ?)
         ON CONFLICT (connection, bucket) DO UPDATE SET state = budget.state RETURNING state`,
        connection,
        bucket,
        JSON.stringify(noBudget),
      );
      const [state, result] = change(JSON.parse(row!.state) as BudgetState);
      await transaction.run('UPDATE budget SET state = ? WHERE connection = ? AND bucket = ?', JSON.stringify(state), connection, bucket);
      return result;
    },
    { apart: true },
  );
}
