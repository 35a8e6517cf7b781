// What several workers share beside the ledger: batches of a run, the step they may be taken from, rate budgets.

export const workerTables: readonly string[] = [
  // A batch is a handful of planned changes (change.batch) that one worker has in hand until a time. Numbers are never
  // used again: a row that is gone was taken back, and whoever had it writes nothing any more.
  `CREATE TABLE batch (
     run BIGINT NOT NULL, n BIGINT NOT NULL, holder TEXT NOT NULL, until BIGINT NOT NULL, PRIMARY KEY (run, n)) {rowless}`,
  // Where the run stands in its plan: batches are taken from this wave and depth only. Written by who leads the run.
  `CREATE TABLE shared_step (run BIGINT PRIMARY KEY, wave BIGINT NOT NULL, depth BIGINT NOT NULL, size BIGINT NOT NULL) {rowless}`,
  // The rate budget of a bucket: what is lent to whom, and what counts in its windows (BudgetState of core/budget.ts).
  `CREATE TABLE budget (connection TEXT NOT NULL, bucket TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (connection, bucket)) {rowless}`,
];
