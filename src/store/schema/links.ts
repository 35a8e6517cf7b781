// Tables about links besides the links themselves: what a person linked, and what a matching found for them to decide.

export const linkTables: readonly string[] = [
  // Of entries `link` and `unlink` that a person caused: (seq, n) of the history, and the account.
  `CREATE TABLE history_link (seq BIGINT NOT NULL, n BIGINT NOT NULL, connection TEXT NOT NULL, external_id TEXT NOT NULL, PRIMARY KEY (seq, n)) {rowless}`,
  // The last matching of a job; the run is a dry run.
  `CREATE TABLE matching (job BIGINT PRIMARY KEY, run BIGINT NOT NULL, at BIGINT NOT NULL, by_whom TEXT NOT NULL) {rowless}`,
  // Who or what has no link. id: a directory id; of the kinds nobody and untouched the id of the account. external_id: what a rule found.
  `CREATE TABLE match_row (run BIGINT NOT NULL, type TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, external_id TEXT, detail TEXT,
     PRIMARY KEY (run, type, kind, id)) {rowless}`,
  `CREATE INDEX match_row_of ON match_row (id)`,
  `CREATE INDEX match_row_account ON match_row (run, type, external_id)`,
  // By what the two sides are compared, while the matching is made. side: 'object' or 'account'.
  `CREATE TABLE match_sign (run BIGINT NOT NULL, type TEXT NOT NULL, side TEXT NOT NULL, sign TEXT NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL,
     PRIMARY KEY (run, type, side, sign, key, id)) {rowless}`,
  `CREATE INDEX match_sign_of ON match_sign (run, type, side, id, sign, key)`,
  // reasons: JSON list of {sign, agrees, sharedBy}. clear: 1 = far ahead of every rival on both sides.
  `CREATE TABLE match_proposal (run BIGINT NOT NULL, type TEXT NOT NULL, object TEXT NOT NULL, external_id TEXT NOT NULL, score BIGINT NOT NULL,
     clear BIGINT NOT NULL, reasons TEXT NOT NULL, PRIMARY KEY (run, type, object, external_id)) {rowless}`,
  `CREATE INDEX match_proposal_account ON match_proposal (run, type, external_id, score)`,
  `CREATE INDEX match_proposal_of ON match_proposal (object)`,
  // Pairs of which a person has said that they are not the same: no rule brings them together, and they are not proposed.
  `CREATE TABLE match_rejected (connection TEXT NOT NULL, type TEXT NOT NULL, object TEXT NOT NULL, external_id TEXT NOT NULL, at BIGINT NOT NULL,
     by_whom TEXT NOT NULL, PRIMARY KEY (connection, type, object, external_id)) {rowless}`,
];
