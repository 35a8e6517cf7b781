// Every table, in the words of the design. Common SQL for SQLite and PostgreSQL: TEXT, BIGINT, no booleans (0/1),
// times in epoch ms, structured values as canonical JSON text. `{rowless}` becomes WITHOUT ROWID on SQLite, `{id}` the
// integer primary key of the dialect. Index tails are spelled out, because PostgreSQL does not append the primary key.
//
// Ids: directory ids are UUIDv7 text; runs, jobs and changes are integers from counters of ours.
// `type` is an object type, `source_key` an id in the job's source, `target_key` an id in its target.

export const tables: readonly string[] = [
  // ── installation and configuration ─────────────────────────────────────────────────────────────────────
  `CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL)`,
  // One row per counter; history is locked as the last step before commit, so that seq follows commit order.
  `CREATE TABLE counter (name TEXT PRIMARY KEY, value BIGINT NOT NULL)`,
  `CREATE TABLE connection (
     id TEXT PRIMARY KEY, connector TEXT NOT NULL, name TEXT NOT NULL, config TEXT NOT NULL, revision BIGINT NOT NULL,
     system_id TEXT, range TEXT, expires_at TEXT, checked_at BIGINT,
     breaker_failures BIGINT NOT NULL DEFAULT 0, breaker_opened_at BIGINT, breaker_probe_at BIGINT, breaker_reason TEXT)`,
  // Secrets of a connection and its sealed memory (token, fingerprint).
  `CREATE TABLE sealed (owner TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (owner, name)) {rowless}`,
  // Wrapped key per person (or per mirror object) for sensitive attributes; deleting the row erases them.
  `CREATE TABLE person_key (owner TEXT PRIMARY KEY, wrapped TEXT NOT NULL) {rowless}`,
  // resumes: the state in which the guard found it. observed_cursor: of runs that only observe.
  `CREATE TABLE job (
     id {id}, name TEXT NOT NULL UNIQUE, connection TEXT NOT NULL REFERENCES connection (id),
     direction TEXT NOT NULL, rank BIGINT NOT NULL, state TEXT NOT NULL, state_reason TEXT, resumes TEXT,
     settings TEXT NOT NULL, version BIGINT NOT NULL, effective_hash TEXT NOT NULL,
     cursor TEXT, observed_cursor TEXT, release TEXT, last_complete_at BIGINT, settled_hash TEXT, next_due_at BIGINT, tries_left BIGINT)`,
  `CREATE TABLE job_version (job BIGINT NOT NULL, version BIGINT NOT NULL, settings TEXT NOT NULL, saved_at BIGINT NOT NULL,
     saved_by TEXT NOT NULL, PRIMARY KEY (job, version)) {rowless}`,
  `CREATE TABLE lookup (name TEXT PRIMARY KEY, revision BIGINT NOT NULL, rows TEXT NOT NULL)`,
  // scope: 'all', 'connection:<id>', 'job:<id>'
  `CREATE TABLE brake (scope TEXT PRIMARY KEY, since BIGINT NOT NULL, by_whom TEXT NOT NULL, reason TEXT NOT NULL)`,

  // ── runs, stage, ledger ────────────────────────────────────────────────────────────────────────────────
  // forgotten_at: from then on its changes are no longer whole; the row goes last.
  `CREATE TABLE run (
     id {id}, job BIGINT NOT NULL, mode TEXT NOT NULL, dry_run BIGINT NOT NULL, cause TEXT NOT NULL,
     actor TEXT NOT NULL, state TEXT NOT NULL, stage TEXT NOT NULL, checkpoint TEXT, version BIGINT NOT NULL, now BIGINT NOT NULL,
     of_plan BIGINT, proposal BIGINT, behind TEXT, trial TEXT, trial_config TEXT, over_plan BIGINT, work_order TEXT, cursor_next TEXT, evidence TEXT, counts TEXT, problem TEXT,
     attempt BIGINT NOT NULL DEFAULT 1, epoch BIGINT NOT NULL DEFAULT 0,
     queued_at BIGINT NOT NULL, started_at BIGINT, ended_at BIGINT, forgotten_at BIGINT)`,
  `CREATE INDEX run_by_job ON run (job, id)`,
  // Lists of runs: by how they ended, what started them, and when.
  `CREATE INDEX run_by_state ON run (job, state, id)`,
  `CREATE INDEX run_long ON run (id) WHERE mode <> 'keys'`,
  `CREATE INDEX run_long_of_job ON run (job, id) WHERE mode <> 'keys'`,
  `CREATE INDEX run_by_cause ON run (cause, id)`,
  `CREATE INDEX run_queued ON run (queued_at, id)`,
  // Undo and closing: few among all.
  `CREATE INDEX run_ordered ON run (id) WHERE work_order IS NOT NULL`,
  // What a keys run looks at: any number of objects, worked through page by page.
  `CREATE TABLE run_key (run BIGINT NOT NULL, type TEXT NOT NULL, source_key TEXT NOT NULL, PRIMARY KEY (run, type, source_key)) {rowless}`,
  `CREATE INDEX run_open ON run (state, id)`,
  `CREATE INDEX run_over ON run (over_plan, id) WHERE over_plan IS NOT NULL`,
  `CREATE UNIQUE INDEX run_one_full ON run (job) WHERE mode <> 'keys' AND dry_run = 0 AND ended_at IS NULL`,
  // What one run knows about one source object. Data of the object itself is in mirror.
  `CREATE TABLE staged (
     run BIGINT NOT NULL, type TEXT NOT NULL, source_key TEXT NOT NULL, step TEXT NOT NULL, seen TEXT NOT NULL, input_hash TEXT,
     desired TEXT, relations TEXT, problems TEXT, scope_rule TEXT, directory_id TEXT, target_key TEXT, situation TEXT, detail TEXT, review_at BIGINT,
     PRIMARY KEY (run, type, source_key)) {rowless}`,
  `CREATE INDEX staged_directory ON staged (run, directory_id, type, source_key)`,
  // Keys that an upstream read found unchanged, a thousand a row (JSON list): they need no row of their own.
  `CREATE TABLE unchanged (run BIGINT NOT NULL, type TEXT NOT NULL, n BIGINT NOT NULL, keys TEXT NOT NULL, count BIGINT NOT NULL, PRIMARY KEY (run, type, n)) {rowless}`,
  // Desired edges of a staged object, ends as ids of the source.
  `CREATE TABLE staged_edge (
     run BIGINT NOT NULL, type TEXT NOT NULL, source_key TEXT NOT NULL, relation TEXT NOT NULL, to_type TEXT NOT NULL, to_key TEXT NOT NULL,
     facts TEXT NOT NULL, PRIMARY KEY (run, type, source_key, relation, to_type, to_key)) {rowless}`,
  // Comparison keys of objects that this run creates or changes, for correlation and uniqueness inside one plan.
  `CREATE TABLE staged_key (
     run BIGINT NOT NULL, type TEXT NOT NULL, attribute TEXT NOT NULL, key TEXT NOT NULL, directory_id TEXT NOT NULL,
     PRIMARY KEY (run, type, attribute, key, directory_id)) {rowless}`,
  // The ledger: one row per planned change; see engine/states.ts for states and transitions.
  `CREATE TABLE change (
     id {id}, run BIGINT NOT NULL, job BIGINT NOT NULL, connection TEXT NOT NULL, wave BIGINT NOT NULL, depth BIGINT NOT NULL,
     type TEXT NOT NULL, source_key TEXT NOT NULL, directory_id TEXT, target_key TEXT, title TEXT,
     action TEXT NOT NULL, aspect TEXT NOT NULL, situation TEXT NOT NULL, reason TEXT NOT NULL, kinds TEXT NOT NULL, before TEXT, after TEXT, hash TEXT NOT NULL,
     precondition TEXT NOT NULL, needs TEXT, secrets TEXT, temporary TEXT,
     state TEXT NOT NULL, deed TEXT NOT NULL, verdict TEXT, epoch BIGINT, attempts BIGINT NOT NULL DEFAULT 0, error_kind TEXT, error TEXT,
     snapshot TEXT, held BIGINT, sent_at BIGINT, ended_at BIGINT, batch BIGINT)`,
  `CREATE INDEX change_by_run ON change (run, state, wave, depth, id)`,
  // Page by page in the order of planning, whatever became of them.
  `CREATE INDEX change_in_order ON change (run, id)`,
  // Lists of a run: by what is done (core/deed.ts), in the order of planning.
  `CREATE INDEX change_listed ON change (run, deed, id)`,
  `CREATE INDEX change_by_object ON change (job, type, source_key, id)`,
  `CREATE INDEX change_by_directory ON change (directory_id, id)`,
  `CREATE INDEX change_unfinished ON change (state, job, id) WHERE state IN ('sent', 'unknown', 'pending', 'waiting')`,
  `CREATE INDEX change_in_batch ON change (run, batch) WHERE batch IS NOT NULL`,
  // The write lease of an object at a target: it survives a crash.
  `CREATE UNIQUE INDEX change_in_flight ON change (connection, directory_id) WHERE state IN ('sent', 'unknown')`,
  `CREATE TABLE change_edge (
     change BIGINT NOT NULL, relation TEXT NOT NULL, to_type TEXT NOT NULL, to_id TEXT NOT NULL, op TEXT NOT NULL, facts TEXT NOT NULL, facts_before TEXT,
     PRIMARY KEY (change, relation, to_type, to_id)) {rowless}`,
  `CREATE TABLE held (
     id {id}, job BIGINT NOT NULL, type TEXT NOT NULL, source_key TEXT NOT NULL, action TEXT NOT NULL, aspect TEXT NOT NULL,
     directory_id TEXT, target_key TEXT, title TEXT, reason TEXT NOT NULL, question TEXT NOT NULL, kinds TEXT NOT NULL,
     before TEXT, after TEXT, hash TEXT NOT NULL, state TEXT NOT NULL, first_run BIGINT NOT NULL, last_run BIGINT NOT NULL, change BIGINT NOT NULL,
     created_at BIGINT NOT NULL, expires_at BIGINT, decided_at BIGINT, decided_by TEXT, carried_by BIGINT)`,
  // A cancelled question stays: it is ignored until the object reappears, and can be taken back.
  `CREATE UNIQUE INDEX held_open ON held (job, type, source_key, action, aspect) WHERE state IN ('open', 'approved', 'cancelled')`,
  `CREATE INDEX held_by_state ON held (state, job, id)`,
  // Page by page: all of a state, one question, what one run asked.
  `CREATE INDEX held_listed ON held (state, id)`,
  `CREATE INDEX held_of_question ON held (state, job, question, id)`,
  `CREATE INDEX held_of_first_run ON held (first_run, id)`,
  `CREATE INDEX held_of_last_run ON held (last_run, id)`,
  // What is asked, counted without a look at the rows.
  `CREATE INDEX held_asked ON held (state, job, question, directory_id, created_at, expires_at) WHERE state = 'open'`,
  // What is asked about one object, whatever the job.
  `CREATE INDEX held_of_object ON held (directory_id, state, id)`,
  // carried_by: the run that an approval started.
  `CREATE INDEX held_carried ON held (carried_by) WHERE state = 'approved'`,
  // Distinct objects counted against rolling limits.
  `CREATE TABLE guard_window (
     job BIGINT NOT NULL, kind TEXT NOT NULL, object TEXT NOT NULL, at BIGINT NOT NULL, run BIGINT NOT NULL,
     PRIMARY KEY (job, kind, object, run)) {rowless}`,
  `CREATE INDEX guard_window_at ON guard_window (job, kind, at)`,
  // A problem with one object (attribute '' = the whole object): listed, retried alone, dead after n tries.
  `CREATE TABLE item (
     job BIGINT NOT NULL, type TEXT NOT NULL, source_key TEXT NOT NULL, attribute TEXT NOT NULL, cause TEXT NOT NULL, message TEXT NOT NULL,
     title TEXT, state TEXT NOT NULL, attempts BIGINT NOT NULL, next_at BIGINT, first_run BIGINT NOT NULL, last_run BIGINT NOT NULL, at BIGINT NOT NULL,
     triage TEXT NOT NULL DEFAULT 'new', note TEXT, triage_by TEXT, triage_at BIGINT, PRIMARY KEY (job, type, source_key, attribute)) {rowless}`,
  // Groups of what is wrong alike, counted and listed.
  `CREATE INDEX item_grouped ON item (job, type, cause, attribute, state, triage)`,
  `CREATE INDEX item_in_group ON item (job, type, cause, attribute, source_key)`,
  `CREATE INDEX item_of_run ON item (last_run, job, type, source_key, attribute)`,
  `CREATE INDEX item_due ON item (state, next_at)`,
  `CREATE TABLE lease (kind TEXT NOT NULL, name TEXT NOT NULL, holder TEXT NOT NULL, epoch BIGINT NOT NULL, until BIGINT NOT NULL,
     PRIMARY KEY (kind, name)) {rowless}`,
  `CREATE INDEX lease_live ON lease (kind, until)`,
  // Times at which something must be looked at again: (job, key) of a person's last day, a delete after n days.
  `CREATE TABLE due (job BIGINT NOT NULL, type TEXT NOT NULL, source_key TEXT NOT NULL, what TEXT NOT NULL, at BIGINT NOT NULL,
     PRIMARY KEY (job, type, source_key, what)) {rowless}`,
  `CREATE INDEX due_at ON due (at)`,

  // ── what the outside looks like, and who is who ────────────────────────────────────────────────────────
  `CREATE TABLE mirror (
     connection TEXT NOT NULL, type TEXT NOT NULL, external_id TEXT NOT NULL, data TEXT NOT NULL, hash TEXT NOT NULL, revision BIGINT NOT NULL,
     observed_at BIGINT NOT NULL, PRIMARY KEY (connection, type, external_id)) {rowless}`,
  `CREATE TABLE mirror_edge (
     connection TEXT NOT NULL, type TEXT NOT NULL, external_id TEXT NOT NULL, relation TEXT NOT NULL, to_type TEXT NOT NULL, to_id TEXT NOT NULL,
     facts TEXT NOT NULL, PRIMARY KEY (connection, type, external_id, relation, to_type, to_id)) {rowless}`,
  // Comparison keys of mirror objects, for correlation and unique().
  `CREATE TABLE mirror_key (
     connection TEXT NOT NULL, type TEXT NOT NULL, attribute TEXT NOT NULL, key TEXT NOT NULL, external_id TEXT NOT NULL,
     PRIMARY KEY (connection, type, attribute, key, external_id)) {rowless}`,
  `CREATE INDEX mirror_key_of ON mirror_key (connection, type, external_id, attribute, key)`,
  // The last complete read of (job, type, part): what it could see, and how many objects had each attribute.
  `CREATE TABLE reading (
     job BIGINT NOT NULL, type TEXT NOT NULL, part_hash TEXT NOT NULL, run BIGINT NOT NULL, at BIGINT NOT NULL, range TEXT NOT NULL,
     attributes TEXT NOT NULL, objects BIGINT NOT NULL, present TEXT NOT NULL, PRIMARY KEY (job, type, part_hash)) {rowless}`,
  // Why the guard asks about a whole job; reading: what counts from then on when a person accepts what was seen.
  `CREATE TABLE doubt (job BIGINT NOT NULL, about TEXT NOT NULL, run BIGINT NOT NULL, at BIGINT NOT NULL, said TEXT NOT NULL, reading TEXT,
     PRIMARY KEY (job, about)) {rowless}`,
  // ours: 1 = what is linked was created for it by a job of ours; 0 = it was there before.
  `CREATE TABLE link (
     connection TEXT NOT NULL, type TEXT NOT NULL, external_id TEXT NOT NULL, directory_id TEXT NOT NULL, role TEXT NOT NULL,
     state TEXT NOT NULL, revision BIGINT NOT NULL, sent TEXT, echoed TEXT, agreed_hash TEXT, mirror_hash TEXT, made_by TEXT NOT NULL, made_at BIGINT NOT NULL,
     ours BIGINT NOT NULL, sent_edges TEXT, PRIMARY KEY (connection, type, external_id)) {rowless}`,
  // Per object and connection one primary link, and any number of secondary ones.
  `CREATE UNIQUE INDEX link_of_object ON link (directory_id, connection, type, (CASE WHEN role = 'primary' THEN '' ELSE external_id END))`,
  // The directory id a planned create will have, so that a held or repeated plan names the same one. Gone with the link.
  `CREATE TABLE allotted (connection TEXT NOT NULL, type TEXT NOT NULL, external_id TEXT NOT NULL, directory_id TEXT NOT NULL,
     PRIMARY KEY (connection, type, external_id)) {rowless}`,
  `CREATE TABLE protected (connection TEXT NOT NULL, type TEXT NOT NULL, external_id TEXT NOT NULL, reason TEXT NOT NULL,
     PRIMARY KEY (connection, type, external_id)) {rowless}`,
  // Which job holds which object, and what it was last settled with.
  `CREATE TABLE claim (
     job BIGINT NOT NULL, type TEXT NOT NULL, source_key TEXT NOT NULL, directory_id TEXT NOT NULL, target_key TEXT NOT NULL,
     input_hash TEXT NOT NULL, settled BIGINT NOT NULL, state TEXT NOT NULL, since BIGINT NOT NULL,
     PRIMARY KEY (job, type, source_key)) {rowless}`,
  `CREATE INDEX claim_by_directory ON claim (directory_id, job)`,

  // ── the central directory ──────────────────────────────────────────────────────────────────────────────
  // relations: the known ones. contributions: revision, bumped by every transaction that touches a contribution of it.
  `CREATE TABLE object (
     id TEXT PRIMARY KEY, type TEXT NOT NULL, lifecycle TEXT NOT NULL, data TEXT NOT NULL, relations TEXT NOT NULL,
     revision BIGINT NOT NULL, contributions BIGINT NOT NULL) {rowless}`,
  `CREATE INDEX object_by_type ON object (type, id)`,
  // tree: '' for relations that do not live in a tree.
  `CREATE TABLE edge (
     owner TEXT NOT NULL, relation TEXT NOT NULL, to_type TEXT NOT NULL, to_id TEXT NOT NULL, tree TEXT NOT NULL, job BIGINT NOT NULL, facts TEXT NOT NULL,
     PRIMARY KEY (owner, relation, to_type, to_id)) {rowless}`,
  `CREATE INDEX edge_to ON edge (to_id, relation, owner)`,
  // Comparison keys: unique values, correlation, references (attribute = reference name, key = the id pointed to).
  `CREATE TABLE object_key (type TEXT NOT NULL, attribute TEXT NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL,
     PRIMARY KEY (type, attribute, key, id)) {rowless}`,
  `CREATE TABLE contribution (
     job BIGINT NOT NULL, type TEXT NOT NULL, external_id TEXT NOT NULL, directory_id TEXT NOT NULL, data TEXT NOT NULL, relations TEXT NOT NULL,
     accepted_run BIGINT NOT NULL, PRIMARY KEY (job, type, external_id)) {rowless}`,
  `CREATE INDEX contribution_of ON contribution (directory_id, job)`,
  // Far ends as external ids: they may not exist yet (pending) or never (dead).
  `CREATE TABLE contribution_edge (
     job BIGINT NOT NULL, type TEXT NOT NULL, external_id TEXT NOT NULL, relation TEXT NOT NULL, to_type TEXT NOT NULL, to_key TEXT NOT NULL, facts TEXT NOT NULL,
     PRIMARY KEY (job, type, external_id, relation, to_type, to_key)) {rowless}`,
  // References whose far end has no link yet; looked up by the far end when it gets one.
  `CREATE TABLE waiting_reference (
     job BIGINT NOT NULL, to_type TEXT NOT NULL, to_key TEXT NOT NULL, type TEXT NOT NULL, source_key TEXT NOT NULL, name TEXT NOT NULL,
     PRIMARY KEY (job, to_type, to_key, type, source_key, name)) {rowless}`,
  `CREATE INDEX waiting_reference_by_owner ON waiting_reference (job, type, source_key)`,
  // unique(): connection '' is the directory itself; space = type.attribute. state: tentative (run) / owned / cooling (until).
  `CREATE TABLE reservation (
     connection TEXT NOT NULL, space TEXT NOT NULL, key TEXT NOT NULL, holder TEXT NOT NULL, value TEXT NOT NULL, state TEXT NOT NULL,
     run BIGINT, until BIGINT, PRIMARY KEY (connection, space, key, holder)) {rowless}`,
  `CREATE INDEX reservation_by_holder ON reservation (holder, connection, space)`,
  // Append-only. Every directory change; the audit trail, base of undo and "as of", and the change feed. One seq per
  // committed batch (n inside it), taken from `counter` as the last lock before commit.
  `CREATE TABLE history (
     seq BIGINT NOT NULL, n BIGINT NOT NULL, at BIGINT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, action TEXT NOT NULL,
     before TEXT, after TEXT, run BIGINT, job BIGINT, change BIGINT, actor TEXT NOT NULL, PRIMARY KEY (seq, n)) {rowless}`,
  `CREATE INDEX history_of ON history (id, seq, n)`,
  `CREATE INDEX history_of_run ON history (run, seq, n) WHERE run IS NOT NULL`,
  `CREATE TABLE history_edge (
     seq BIGINT NOT NULL, n BIGINT NOT NULL, relation TEXT NOT NULL, to_type TEXT NOT NULL, to_id TEXT NOT NULL, op TEXT NOT NULL,
     facts TEXT NOT NULL, facts_before TEXT, PRIMARY KEY (seq, n, relation, to_type, to_id)) {rowless}`,
];
