// Tables about links besides the links themselves: which account an entry of the history is about.

export const linkTables: readonly string[] = [
  // Of entries `link` and `unlink` that a person caused: (seq, n) of the history, and the account.
  `CREATE TABLE history_link (seq BIGINT NOT NULL, n BIGINT NOT NULL, connection TEXT NOT NULL, external_id TEXT NOT NULL, PRIMARY KEY (seq, n)) {rowless}`,
];
