// A run's writes count only under its lease: who was taken over changes nothing any more, however late it comes.
import { holdsBatch } from '../store/batches.ts';
import type { Database, Transaction } from '../store/database.ts';
import { holdsLease } from '../store/upkeep.ts';

/** Another worker has the run. Whoever meets this stops at once and leaves everything as it is. */
export class LostLease extends Error {
  constructor(run: number) {
    super(`Run ${run} was taken over by another worker.`);
    this.name = 'LostLease';
  }
}

/** The same database, of which every write transaction first looks whether the lease is still held under the epoch. */
export const fenced = (database: Database, run: number, holder: string, epoch: number): Database =>
  guarded(database, run, (transaction) => holdsLease(transaction, 'run', String(run), holder, epoch));

/** The same for who helps with one batch: nothing is written once it was taken back. */
export const fencedByBatch = (database: Database, run: number, n: number): Database =>
  guarded(database, run, (transaction) => holdsBatch(transaction, run, n));

const guarded = (database: Database, run: number, holds: (transaction: Transaction) => Promise<boolean>): Database => ({
  dialect: database.dialect,
  all: (sql, ...params) => database.all(sql, ...params),
  get: (sql, ...params) => database.get(sql, ...params),
  write: (work, how) =>
    database.write(async (transaction) => {
      if (!(await holds(transaction))) throw new LostLease(run);
      return work(transaction);
    }, how),
  close: () => database.close(),
});
