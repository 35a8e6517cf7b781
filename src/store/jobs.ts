// Configuration: connections, jobs and their versions, sealed secrets, brakes, lookups, settings.
import { type Reader, rows, type Transaction } from './database.ts';
import { nextNumber } from './counters.ts';

export interface ConnectionRow {
  readonly id: string;
  readonly connector: string;
  readonly name: string;
  readonly config: string;
  readonly revision: number;
  readonly system_id: string | null;
  readonly range: string | null;
  readonly expires_at: string | null;
  readonly checked_at: number | null;
  readonly breaker_failures: number;
  readonly breaker_opened_at: number | null;
  readonly breaker_probe_at: number | null;
  readonly breaker_reason: string | null;
}

export interface JobRow {
  readonly id: number;
  readonly name: string;
  readonly connection: string;
  readonly direction: 'up' | 'down';
  readonly rank: number;
  readonly state: string;
  readonly state_reason: string | null;
  /** The state that a paused job goes back to. */
  readonly resumes: string | null;
  readonly settings: string;
  readonly version: number;
  readonly effective_hash: string;
  readonly cursor: string | null;
  readonly observed_cursor: string | null;
  /** Version of the program that settled the job last. */
  readonly release: string | null;
  readonly last_complete_at: number | null;
  /** Of what decided when that was settled; null: something could not be seen then. */
  readonly settled_hash: string | null;
  readonly next_due_at: number | null;
  readonly tries_left: number | null;
}

export const listConnections = (reader: Reader): Promise<readonly ConnectionRow[]> =>
  reader.all<ConnectionRow>('SELECT * FROM connection ORDER BY id');
export const getConnection = (reader: Reader, id: string): Promise<ConnectionRow | undefined> =>
  reader.get<ConnectionRow>('SELECT * FROM connection WHERE id = ?', id);

export const putConnection = (
  transaction: Transaction,
  row: { id: string; connector: string; name: string; config: string },
): Promise<number> =>
  transaction.run(
    `INSERT INTO connection (id, connector, name, config, revision) VALUES (?, ?, ?, ?, 1)
     ON CONFLICT (id) DO UPDATE SET connector = excluded.connector, name = excluded.name, config = excluded.config, revision = connection.revision + 1`,
    row.id,
    row.connector,
    row.name,
    row.config,
  );

export async function deleteConnection(transaction: Transaction, id: string): Promise<void> {
  for (const table of ['budget', 'callback']) await transaction.run(`DELETE FROM ${table} WHERE connection = ?`, id);
  await transaction.run('DELETE FROM connection WHERE id = ?', id);
}

export const patchBreaker = (
  transaction: Transaction,
  id: string,
  failures: number,
  openedAt: number | null,
  probeAt: number | null,
  reason: string | null,
): Promise<number> =>
  transaction.run(
    'UPDATE connection SET breaker_failures = ?, breaker_opened_at = ?, breaker_probe_at = ?, breaker_reason = ? WHERE id = ?',
    failures,
    openedAt,
    probeAt,
    reason,
    id,
  );

/** The next check tells anew which system it is. */
export const forgetCheck = (transaction: Transaction, id: string): Promise<number> =>
  transaction.run('UPDATE connection SET system_id = NULL, checked_at = NULL WHERE id = ?', id);

export const noteCheck = (
  transaction: Transaction,
  id: string,
  facts: { systemId: string | null; range: string | null; expiresAt: string | null; at: number },
): Promise<number> =>
  transaction.run(
    'UPDATE connection SET system_id = ?, range = ?, expires_at = ?, checked_at = ? WHERE id = ?',
    facts.systemId,
    facts.range,
    facts.expiresAt,
    facts.at,
    id,
  );

export const listJobs = (reader: Reader): Promise<readonly JobRow[]> => reader.all<JobRow>('SELECT * FROM job ORDER BY id');
export const getJob = (reader: Reader, id: number): Promise<JobRow | undefined> => reader.get<JobRow>('SELECT * FROM job WHERE id = ?', id);
export const jobByName = (reader: Reader, name: string): Promise<JobRow | undefined> =>
  reader.get<JobRow>('SELECT * FROM job WHERE name = ?', name);

/** Ids of the jobs whose connection is of one of these connectors. */
export const jobsThrough = async (reader: Reader, connectors: readonly string[]): Promise<readonly number[]> =>
  (
    await reader.all<{ id: number }>(
      `SELECT j.id FROM job j JOIN connection c ON c.id = j.connection WHERE c.connector IN (SELECT k.connector FROM {rows: connector text} k) ORDER BY j.id`,
      rows(connectors.map((connector) => [connector])),
    )
  ).map(({ id }) => id);

/** Departments of the job's source as last seen: `data` is the object's, or the mirror's. */
export const departmentsOf = (reader: Reader, job: JobRow): Promise<readonly { id: string; data: string }[]> =>
  job.direction === 'down'
    ? reader.all(`SELECT id, data FROM object WHERE type = 'department' AND lifecycle <> 'absent' ORDER BY id`)
    : reader.all(
        `SELECT external_id AS id, data FROM mirror WHERE connection = ? AND type = 'department' ORDER BY external_id`,
        job.connection,
      );

export async function putJob(
  transaction: Transaction,
  row: {
    id?: number;
    name: string;
    connection: string;
    direction: string;
    rank: number;
    settings: string;
    effectiveHash: string;
    now: number;
    by: string;
  },
): Promise<number> {
  const id = row.id ?? (await nextNumber(transaction, 'job'));
  await transaction.run(
    `INSERT INTO job (id, name, connection, direction, rank, state, settings, version, effective_hash) VALUES (?, ?, ?, ?, ?, 'disabled', ?, 1, ?)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, connection = excluded.connection, direction = excluded.direction, rank = excluded.rank,
       settings = excluded.settings, version = job.version + 1, effective_hash = excluded.effective_hash`,
    id,
    row.name,
    row.connection,
    row.direction,
    row.rank,
    row.settings,
    row.effectiveHash,
  );
  const version = (await transaction.get<{ version: number }>('SELECT version FROM job WHERE id = ?', id))!.version;
  await transaction.run(
    'INSERT INTO job_version (job, version, settings, saved_at, saved_by) VALUES (?, ?, ?, ?, ?)',
    id,
    version,
    row.settings,
    row.now,
    row.by,
  );
  return id;
}

export const settingsOfVersion = async (reader: Reader, job: number, version: number): Promise<string | undefined> =>
  (await reader.get<{ settings: string }>('SELECT settings FROM job_version WHERE job = ? AND version = ?', job, version))?.settings;

/** Newest first, those below `before`. */
export const jobVersions = (
  reader: Reader,
  job: number,
  before: number,
  limit: number,
): Promise<readonly { version: number; settings: string; saved_at: number; saved_by: string }[]> =>
  reader.all(
    'SELECT version, settings, saved_at, saved_by FROM job_version WHERE job = ? AND version < ? ORDER BY version DESC LIMIT ?',
    job,
    before,
    limit,
  );

/** What jobs that are not there any more were called at last: their versions stay when they go. */
export const removedJobs = (reader: Reader): Promise<readonly { readonly job: number; readonly settings: string }[]> =>
  // From one number to the next, so that it costs a look per job and not one per version.
  reader.all(
    `WITH RECURSIVE known (job) AS (
       SELECT min(job) FROM job_version
       UNION ALL SELECT (SELECT min(v.job) FROM job_version v WHERE v.job > known.job) FROM known WHERE known.job IS NOT NULL)
     SELECT known.job AS job, (SELECT v.settings FROM job_version v WHERE v.job = known.job ORDER BY v.version DESC LIMIT 1) AS settings
     FROM known WHERE known.job IS NOT NULL AND NOT EXISTS (SELECT 1 FROM job j WHERE j.id = known.job) ORDER BY known.job`,
  );

export const savedVersion = (
  reader: Reader,
  job: number,
  version: number,
): Promise<{ settings: string; saved_at: number; saved_by: string } | undefined> =>
  reader.get('SELECT settings, saved_at, saved_by FROM job_version WHERE job = ? AND version = ?', job, version);

export const deleteJob = async (transaction: Transaction, id: number): Promise<void> => {
  for (const table of [
    'claim',
    'item',
    'item_fixed',
    'due',
    'waiting_reference',
    'guard_window',
    'reading',
    'doubt',
    'doubt_vote',
    'touched',
    'feed',
    'drift',
    'matching',
  ])
    await transaction.run(`DELETE FROM ${table} WHERE job = ?`, id);
  await transaction.run('DELETE FROM job WHERE id = ?', id);
};

export type JobPatch = Partial<
  Pick<
    JobRow,
    | 'state'
    | 'state_reason'
    | 'resumes'
    | 'cursor'
    | 'observed_cursor'
    | 'release'
    | 'last_complete_at'
    | 'settled_hash'
    | 'next_due_at'
    | 'tries_left'
  >
>;
export async function patchJob(transaction: Transaction, id: number, patch: JobPatch): Promise<void> {
  const entries = Object.entries(patch) as [string, string | number | null][];
  if (entries.length > 0)
    await transaction.run(
      `UPDATE job SET ${entries.map(([name]) => `${name} = ?`).join(', ')} WHERE id = ?`,
      ...entries.map(([, value]) => value),
      id,
    );
}

// ── sealed values, settings, lookups ─────────────────────────────────────────────────────────────────────

export const getSealed = async (reader: Reader, owner: string): Promise<ReadonlyMap<string, string>> =>
  new Map(
    (await reader.all<{ name: string; value: string }>('SELECT name, value FROM sealed WHERE owner = ?', owner)).map((row) => [
      row.name,
      row.value,
    ]),
  );
export const getSealedOne = async (reader: Reader, owner: string, name: string): Promise<string | undefined> =>
  (await reader.get<{ value: string }>('SELECT value FROM sealed WHERE owner = ? AND name = ?', owner, name))?.value;
export const putSealed = (transaction: Transaction, owner: string, name: string, value: string): Promise<number> =>
  transaction.run(
    'INSERT INTO sealed (owner, name, value) VALUES (?, ?, ?) ON CONFLICT (owner, name) DO UPDATE SET value = excluded.value',
    owner,
    name,
    value,
  );

export const deleteSealed = (transaction: Transaction, owner: string): Promise<number> =>
  transaction.run('DELETE FROM sealed WHERE owner = ?', owner);

export const getSetting = async (reader: Reader, name: string): Promise<string | undefined> =>
  (await reader.get<{ value: string }>('SELECT value FROM setting WHERE name = ?', name))?.value;
export const putSetting = (transaction: Transaction, name: string, value: string): Promise<number> =>
  transaction.run('INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value', name, value);

export interface LookupRow {
  readonly name: string;
  readonly revision: number;
  readonly rows: string;
}
export const listLookups = (reader: Reader): Promise<readonly LookupRow[]> => reader.all<LookupRow>('SELECT * FROM lookup ORDER BY name');
export const putLookup = (transaction: Transaction, name: string, rows: string): Promise<number> =>
  transaction.run(
    `INSERT INTO lookup (name, revision, rows) VALUES (?, 1, ?) ON CONFLICT (name) DO UPDATE SET rows = excluded.rows, revision = lookup.revision + 1`,
    name,
    rows,
  );
export const deleteLookup = (transaction: Transaction, name: string): Promise<number> =>
  transaction.run('DELETE FROM lookup WHERE name = ?', name);

// ── brake ────────────────────────────────────────────────────────────────────────────────────────────────

export interface BrakeRow {
  readonly scope: string;
  readonly since: number;
  readonly by_whom: string;
  readonly reason: string;
}
export const listBrakes = (reader: Reader): Promise<readonly BrakeRow[]> => reader.all<BrakeRow>('SELECT * FROM brake ORDER BY scope');
export const setBrake = (transaction: Transaction, row: BrakeRow): Promise<number> =>
  transaction.run(
    'INSERT INTO brake (scope, since, by_whom, reason) VALUES (?, ?, ?, ?) ON CONFLICT (scope) DO NOTHING',
    row.scope,
    row.since,
    row.by_whom,
    row.reason,
  );
export const releaseBrake = (transaction: Transaction, scope: string): Promise<number> =>
  transaction.run('DELETE FROM brake WHERE scope = ?', scope);
