// Tables of drift: what targets show instead of what was written there.

export const driftTables: readonly string[] = [
  // object: directory id. wanted, found: JSON; null where the value is sensitive. written: revision of the link when it was seen.
  `CREATE TABLE drift (
     job BIGINT NOT NULL, type TEXT NOT NULL, object TEXT NOT NULL, attribute TEXT NOT NULL, title TEXT, wanted TEXT, found TEXT,
     mode TEXT NOT NULL, state TEXT NOT NULL, times BIGINT NOT NULL, first_at BIGINT NOT NULL, last_at BIGINT NOT NULL, run BIGINT NOT NULL,
     written BIGINT NOT NULL, PRIMARY KEY (job, type, object, attribute)) {rowless}`,
  // What a person could settle, counted.
  `CREATE INDEX drift_fought ON drift (job, last_at) WHERE state = 'fought'`,
  `CREATE INDEX drift_adoptable ON drift (job, last_at) WHERE state = 'open' AND mode = 'adopt'`,
  // How much of it began on which day.
  `CREATE INDEX drift_begun ON drift (first_at)`,
  `CREATE INDEX drift_of_object ON drift (object)`,
];
