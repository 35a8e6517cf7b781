// A run's writes count only under its lease: who was taken over changes nothing any more, however late it comes.
import type { Database } from '../store/database.ts';
import { holdsLease } from '../store/upkeep.ts';

/** Another worker has the run. Whoever meets this stops at once and leaves everything as it is. */
export class LostLease extends Error {
  constructor(run: number) {
    super(`Run ${run} was taken over by another worker.`);
    this.name = 'LostLease';
  }
}

/** The same database, of which every write transaction first looks whether the lease is still held under the epoch. */
export const fenced = (database: Database, run: number, holder: string, epoch: number): Database => ({
  dialect: database.dialect,
  all: (sql, ...params) => database.all(sql, ...params),
  get: (sql, ...params) => database.get(sql, ...params),
  write: (work, how) =>
    database.write(async (transaction) => {
      if (!(await holdsLease(transaction, 'run', String(run), holder, epoch))) throw new LostLease(run);
      return work(transaction);
    }, how),
  close: () => database.close(),
});
