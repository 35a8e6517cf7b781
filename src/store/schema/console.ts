// Tables of what is edited by hand: what the console says of an object, and edits with the records they would leave.

export const consoleTables: readonly string[] = [
  // data: attributes by name, existence among them. relations: those it speaks of. rule: members of a group by rule.
  `CREATE TABLE console_record (type TEXT NOT NULL, id TEXT NOT NULL, data TEXT NOT NULL, relations TEXT NOT NULL, rule TEXT,
     PRIMARY KEY (type, id)) {rowless}`,
  `CREATE INDEX console_record_rule ON console_record (type, id) WHERE rule IS NOT NULL`,
  `CREATE TABLE console_edge (type TEXT NOT NULL, id TEXT NOT NULL, relation TEXT NOT NULL, to_type TEXT NOT NULL, to_id TEXT NOT NULL, facts TEXT NOT NULL,
     PRIMARY KEY (type, id, relation, to_type, to_id)) {rowless}`,
  // state: proposed, applied, discarded. plan: dry run of the console job. below: dry runs of downstream jobs (JSON list).
  `CREATE TABLE edit (id {id}, at BIGINT NOT NULL, actor TEXT NOT NULL, state TEXT NOT NULL, steps TEXT NOT NULL,
     plan BIGINT, below TEXT NOT NULL, run BIGINT, decided_at BIGINT, decided_by TEXT)`,
  `CREATE INDEX edit_proposed ON edit (at, id) WHERE state = 'proposed'`,
  // The record that the edit leaves (JSON); NULL = the console says nothing of it any more. base: revision of the object that was seen.
  `CREATE TABLE edit_record (edit BIGINT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, record TEXT, base BIGINT,
     PRIMARY KEY (edit, type, id)) {rowless}`,
];
