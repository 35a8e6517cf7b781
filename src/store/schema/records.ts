// Tables of records: problems that were mended, and what waits for a second person.

export const recordTables: readonly string[] = [
  // A problem that the run `fixed_run` did not meet any more; forgotten after a while.
  `CREATE TABLE item_fixed (
     job BIGINT NOT NULL, type TEXT NOT NULL, source_key TEXT NOT NULL, attribute TEXT NOT NULL, fixed_run BIGINT NOT NULL, cause TEXT NOT NULL, message TEXT NOT NULL,
     title TEXT, first_run BIGINT NOT NULL, at BIGINT NOT NULL, fixed_at BIGINT NOT NULL, PRIMARY KEY (job, type, source_key, attribute, fixed_run)) {rowless}`,
  `CREATE INDEX item_fixed_at ON item_fixed (fixed_at, job, type, source_key, attribute, fixed_run)`,
  // Whoever has confirmed a held change of a job that asks for two people. hash: of what they confirmed.
  `CREATE TABLE held_vote (held BIGINT NOT NULL, actor TEXT NOT NULL, hash TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (held, actor)) {rowless}`,
  // Whoever would accept what the guard asks about a job that asks for two people. hash: of the questions as they were then.
  `CREATE TABLE doubt_vote (job BIGINT NOT NULL, actor TEXT NOT NULL, hash TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (job, actor)) {rowless}`,
];
