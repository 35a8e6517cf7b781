// Tables about who is one person and who is not: ids that answer for another one, and pairs that a person keeps apart.

export const personTables: readonly string[] = [
  // id is no longer there: whoever asks for it is told of into_id. run: the merge.
  `CREATE TABLE merged (id TEXT PRIMARY KEY, into_id TEXT NOT NULL, run BIGINT NOT NULL, at BIGINT NOT NULL, by_whom TEXT NOT NULL) {rowless}`,
  `CREATE INDEX merged_into ON merged (into_id, id)`,
  // Two people who look like one and are not. one < other.
  `CREATE TABLE kept_apart (one TEXT NOT NULL, other TEXT NOT NULL, at BIGINT NOT NULL, by_whom TEXT NOT NULL, PRIMARY KEY (one, other)) {rowless}`,
  `CREATE INDEX kept_apart_other ON kept_apart (other, one)`,
];
