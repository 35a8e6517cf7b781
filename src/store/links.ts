// Links (who is who), allotted ids, claims (which job holds what) and waiting references.
import { CONSOLE } from '../core/console.ts';
import { nameOfClaim, nameOfRecord } from '../core/regroup.ts';
import { mergedInto } from './persons.ts';
import { containing, list, type Reader, rows, type SqlValue, type Transaction } from './database.ts';

/** Whom a merge or a split is about. */
const PERSON = 'person';

export interface LinkRow {
  readonly connection: string;
  readonly type: string;
  readonly external_id: string;
  readonly directory_id: string;
  readonly role: 'primary' | 'secondary';
  readonly revision: number;
  /** 1: a job of ours created what is linked; 0: it was there before. */
  readonly ours: number;
  readonly sent: string | null;
  readonly echoed: string | null;
  readonly mirror_hash: string | null;
  /** `mirror_hash`, once the target was seen so after our last write. */
  readonly agreed_hash: string | null;
  /** By relation, what was written of it last: engine/stages/sent-edges.ts. */
  readonly sent_edges: string | null;
}

export async function linksByExternal(
  reader: Reader,
  connection: string,
  type: string,
  ids: readonly string[],
): Promise<readonly LinkRow[]> {
  const rows = await reader.all<LinkRow>(
    `SELECT * FROM link WHERE connection = ? AND type = ? AND external_id IN {list}`,
    connection,
    type,
    list(ids),
  );
  const { regrouped } = reader;
  if (!regrouped || type !== PERSON) return rows;
  return rows.map((row) => {
    const link = regrouped.links.get(nameOfRecord(connection, row.external_id));
    return link ? { ...row, directory_id: link.object, role: link.role } : row;
  });
}

export async function linksByDirectory(
  reader: Reader,
  connection: string,
  type: string,
  ids: readonly string[],
): Promise<readonly LinkRow[]> {
  // `connection || ''` keeps SQLite from choosing the primary key and walking the whole connection.
  const rows = await reader.all<LinkRow>(
    `SELECT * FROM link WHERE directory_id IN {list} AND connection || '' = ? AND type = ? AND role = 'primary'`,
    list(ids),
    connection,
    type,
  );
  const { regrouped } = reader;
  if (!regrouped || type !== PERSON) return rows;
  const own = [...regrouped.links.values()].filter(
    (link) => link.connection === connection && link.role === 'primary' && ids.includes(link.object),
  );
  const others = rows.filter((row) => row.directory_id !== regrouped.from && row.directory_id !== regrouped.to);
  const theirs = await linksByExternal(
    reader,
    connection,
    type,
    own.map((link) => link.externalId),
  );
  return [...others, ...theirs];
}

/** Links of these objects beside their primary ones, on every connection. */
export const secondaryLinks = (
  reader: Reader,
  type: string,
  ids: readonly string[],
): Promise<readonly { connection: string; external_id: string }[]> =>
  reader.all(`SELECT connection, external_id FROM link WHERE directory_id IN {list} AND type = ? AND role = 'secondary'`, list(ids), type);

/** External id → directory id, through links and ids allotted to planned creates. */
export async function directoryIdsOf(
  reader: Reader,
  connection: string,
  type: string,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  if (ids.length === 0) return found;
  // What is edited by hand speaks in directory ids, also in those of people who were merged since.
  if (connection === CONSOLE) {
    const merged = type === 'person' ? await mergedInto(reader, ids) : new Map<string, string>();
    return new Map(ids.map((id) => [id, merged.get(id) ?? id]));
  }
  const wanted = list(ids);
  for (const table of ['allotted', 'link']) {
    const rows = await reader.all<{ external_id: string; directory_id: string }>(
      `SELECT external_id, directory_id FROM ${table} WHERE connection = ? AND type = ? AND external_id IN {list}`,
      connection,
      type,
      wanted,
    );
    for (const row of rows) found.set(row.external_id, row.directory_id);
  }
  if (type === PERSON)
    for (const id of found.keys()) {
      const link = reader.regrouped?.links.get(nameOfRecord(connection, id));
      if (link) found.set(id, link.object);
    }
  return found;
}

/** Directory id → external id of the primary link. */
export async function externalIdsOf(
  reader: Reader,
  connection: string,
  type: string,
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  return new Map((await linksByDirectory(reader, connection, type, ids)).map((link) => [link.directory_id, link.external_id]));
}

export interface LinkIn {
  readonly type: string;
  readonly externalId: string;
  readonly directoryId: string;
  readonly madeBy: string;
  /** Created for it just now; left out: it was there. */
  readonly ours?: boolean;
}

/** New links; an existing one of the same object is moved to the new directory id, for which it then was there before. */
export async function putLinks(transaction: Transaction, connection: string, links: readonly LinkIn[], now: number): Promise<void> {
  if (links.length === 0) return;
  const primaries = new Map<string, string>();
  for (const type of new Set(links.map((link) => link.type))) {
    const ids = links.filter((link) => link.type === type).map((link) => link.directoryId);
    for (const row of await linksByDirectory(transaction, connection, type, ids))
      primaries.set(`${type} ${row.directory_id}`, row.external_id);
  }
  /** Of several links to one object, also of one call, the first is primary. */
  const roleOf = (link: LinkIn): string => {
    const object = `${link.type} ${link.directoryId}`;
    if (!primaries.has(object)) primaries.set(object, link.externalId);
    return primaries.get(object) === link.externalId ? 'primary' : 'secondary';
  };
  await transaction.insert(
    'link',
    ['connection', 'type', 'external_id', 'directory_id', 'role', 'state', 'revision', 'made_by', 'made_at', 'ours'],
    links.map((link) => [
      connection,
      link.type,
      link.externalId,
      link.directoryId,
      roleOf(link),
      'linked',
      1,
      link.madeBy,
      now,
      link.ours ? 1 : 0,
    ]),
    `(connection, type, external_id) DO UPDATE SET directory_id = excluded.directory_id, role = excluded.role, revision = link.revision + 1,
       ours = CASE WHEN excluded.ours = 1 OR link.directory_id <> excluded.directory_id THEN excluded.ours ELSE link.ours END`,
  );
  for (const type of new Set(links.map((link) => link.type))) {
    await transaction.run(
      `DELETE FROM allotted WHERE connection = ? AND type = ? AND external_id IN {list}`,
      connection,
      type,
      list(links.filter((link) => link.type === type).map((link) => link.externalId)),
    );
  }
}

export interface LinkFilter {
  readonly connection?: string | undefined;
  readonly type?: string | undefined;
  /** A directory id. */
  readonly object?: string | undefined;
  /** In the external id, or anywhere in what the directory knows of the object: sealed values too, so look at what comes. */
  readonly text?: string | undefined;
  readonly after?: readonly [connection: string, type: string, externalId: string] | undefined;
  readonly limit: number;
}

/** In the order of connection, type and external id, after a place. */
export const linkPage = (
  reader: Reader,
  filter: LinkFilter,
): Promise<readonly (LinkRow & { readonly made_by: string; readonly made_at: number })[]> => {
  const text = filter.text === undefined ? undefined : containing(filter.text);
  const wanted = [
    ['connection = ?', filter.connection],
    ['type = ?', filter.type],
    ['directory_id = ?', filter.object],
    [
      `(lower(external_id) LIKE ? ESCAPE '\\' OR EXISTS (SELECT 1 FROM object o WHERE o.id = link.directory_id AND lower(o.data) LIKE ? ESCAPE '\\'))`,
      text,
      text,
    ],
  ].filter((row): row is [string, ...string[]] => row[1] !== undefined);
  return reader.all(
    `SELECT * FROM link WHERE ${wanted.map(([condition]) => `${condition} AND`).join(' ')} (connection, type, external_id) > (?, ?, ?)
     ORDER BY connection, type, external_id LIMIT ?`,
    ...wanted.flatMap(([, ...values]) => values),
    ...(filter.after ?? ['', '', '']),
    filter.limit,
  );
};

/** Where a primary link is cut, the next one of its object takes its place. */
export async function cutLinks(transaction: Transaction, connection: string, type: string, externalIds: readonly string[]): Promise<void> {
  if (externalIds.length === 0) return;
  const objects = [...new Set((await linksByExternal(transaction, connection, type, externalIds)).map((link) => link.directory_id))];
  await transaction.run(
    `DELETE FROM link WHERE connection = ? AND type = ? AND external_id IN {list}`,
    connection,
    type,
    list(externalIds),
  );
  await transaction.run(
    `UPDATE link SET role = 'primary' WHERE connection = ? AND type = ? AND directory_id IN {list}
       AND external_id = (SELECT min(o.external_id) FROM link o WHERE o.directory_id = link.directory_id AND o.connection = link.connection AND o.type = link.type)
       AND NOT EXISTS (SELECT 1 FROM link p WHERE p.directory_id = link.directory_id AND p.connection = link.connection AND p.type = link.type AND p.role = 'primary')`,
    connection,
    type,
    list(objects),
  );
}

/** What was sent, what came back, and the mirror hash both sides agreed on. */
export async function putAgreement(
  transaction: Transaction,
  connection: string,
  entries: readonly {
    type: string;
    externalId: string;
    sent?: string;
    echoed?: string;
    sentEdges?: string | null;
    mirrorHash: string | null;
  }[],
): Promise<void> {
  // The connection comes with each row: as a constant it lets SQLite, while it has no statistics, walk through all links of the
  // connection and through all rows for each of them (12 s for a thousand, measured; 40 ms this way).
  await transaction.run(
    `UPDATE link SET sent = coalesce(r.sent, link.sent), echoed = coalesce(r.echoed, link.echoed), sent_edges = coalesce(r.sent_edges, link.sent_edges),
       mirror_hash = r.mirror_hash, agreed_hash = CASE WHEN r.sent IS NULL THEN r.mirror_hash ELSE NULL END, revision = link.revision + 1
     FROM {rows: connection text, type text, external_id text, sent text, echoed text, sent_edges text, mirror_hash text} r
     WHERE link.connection = r.connection AND link.type = r.type AND link.external_id = r.external_id`,
    rows(
      entries.map((entry) => [
        connection,
        entry.type,
        entry.externalId,
        entry.sent ?? null,
        entry.echoed ?? null,
        entry.sentEdges ?? null,
        entry.mirrorHash,
      ]),
    ),
  );
}

/** The target shows what is wanted of these relations: from now on another edge there is somebody's doing. */
export const putSentEdges = (
  transaction: Transaction,
  connection: string,
  type: string,
  entries: readonly { readonly externalId: string; readonly sentEdges: string }[],
): Promise<number> =>
  entries.length === 0
    ? Promise.resolve(0)
    : transaction.run(
        `UPDATE link SET sent_edges = r.sent_edges FROM {rows: connection text, type text, external_id text, sent_edges text} r
         WHERE link.connection = r.connection AND link.type = r.type AND link.external_id = r.external_id`,
        rows(entries.map((entry) => [connection, type, entry.externalId, entry.sentEdges])),
      );

/** These accounts were seen as they were left: from now on, another value there is drift. */
export const confirmAgreement = (
  transaction: Transaction,
  connection: string,
  type: string,
  externalIds: readonly string[],
): Promise<number> =>
  transaction.run(
    `UPDATE link SET agreed_hash = mirror_hash WHERE connection = ? AND type = ? AND external_id IN {list} AND mirror_hash IS NOT NULL AND (agreed_hash IS NULL OR agreed_hash <> mirror_hash)
       AND mirror_hash = (SELECT m.hash FROM mirror m WHERE m.connection = link.connection AND m.type = link.type AND m.external_id = link.external_id)`,
    connection,
    type,
    list(externalIds),
  );

export const putAllotted = (
  transaction: Transaction,
  connection: string,
  entries: readonly { type: string; externalId: string; directoryId: string }[],
): Promise<void> =>
  transaction.insert(
    'allotted',
    ['connection', 'type', 'external_id', 'directory_id'],
    entries.map((entry) => [connection, entry.type, entry.externalId, entry.directoryId]),
    '(connection, type, external_id) DO NOTHING',
  );

// ── claims ───────────────────────────────────────────────────────────────────────────────────────────────

export interface ClaimRow {
  readonly job: number;
  readonly type: string;
  readonly source_key: string;
  readonly directory_id: string;
  readonly target_key: string;
  readonly input_hash: string;
  readonly settled: number;
  /** held: normal · disabled: by us · leaving: waits for its delete · left: the leaver policy is done with it */
  readonly state: string;
  readonly since: number;
}

/** Claims of a job on these objects of its target. */
export const claimsByTarget = (reader: Reader, job: number, type: string, targets: readonly string[]): Promise<readonly ClaimRow[]> =>
  reader.all<ClaimRow>(
    'SELECT * FROM claim WHERE job = ? AND type = ? AND target_key IN {list} ORDER BY source_key',
    job,
    type,
    list(targets),
  );

export async function claimsOf(reader: Reader, job: number, type: string, keys: readonly string[]): Promise<readonly ClaimRow[]> {
  const rows = await reader.all<ClaimRow>(`SELECT * FROM claim WHERE job = ? AND type = ? AND source_key IN {list}`, job, type, list(keys));
  const { regrouped } = reader;
  if (!regrouped || type !== PERSON) return rows;
  const theirs = keys.map((key) => regrouped.claims.get(nameOfClaim(job, key)) ?? null);
  return [...rows.filter((row) => !regrouped.claims.has(nameOfClaim(job, row.source_key))), ...theirs.filter((row) => row !== null)];
}

/** Source key → the input it was settled with, of those with nothing left to do. */
export const settledInputs = async (
  reader: Reader,
  job: number,
  type: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, string>> =>
  new Map(
    (
      await reader.all<{ source_key: string; input_hash: string }>(
        'SELECT source_key, input_hash FROM claim WHERE job = ? AND type = ? AND settled = 1 AND source_key IN {list}',
        job,
        type,
        list(keys),
      )
    ).map((row) => [row.source_key, row.input_hash]),
  );

export const putClaims = (transaction: Transaction, claims: readonly Omit<ClaimRow, 'since'>[], now: number): Promise<void> =>
  transaction.insert(
    'claim',
    ['job', 'type', 'source_key', 'directory_id', 'target_key', 'input_hash', 'settled', 'state', 'since'],
    claims.map((claim): SqlValue[] => [
      claim.job,
      claim.type,
      claim.source_key,
      claim.directory_id,
      claim.target_key,
      claim.input_hash,
      claim.settled,
      claim.state,
      now,
    ]),
    `(job, type, source_key) DO UPDATE SET directory_id = excluded.directory_id, target_key = excluded.target_key, input_hash = excluded.input_hash,
       settled = excluded.settled, state = excluded.state`,
  );

export const unsettle = (transaction: Transaction, job: number, type: string, keys: readonly string[]): Promise<number> =>
  transaction.run(`UPDATE claim SET settled = 0 WHERE job = ? AND type = ? AND source_key IN {list}`, job, type, list(keys));

export const endClaims = (transaction: Transaction, job: number, type: string, keys: readonly string[]): Promise<number> =>
  transaction.run(`DELETE FROM claim WHERE job = ? AND type = ? AND source_key IN {list}`, job, type, list(keys));

/** Hands objects to another job: same link, same directory object, no delete and create. */
export async function handOver(transaction: Transaction, from: number, to: number, type: string, keys: readonly string[]): Promise<void> {
  const wanted = list(keys);
  for (const table of ['contribution_edge', 'contribution', 'claim']) {
    const column = table === 'claim' ? 'source_key' : 'external_id';
    // Where the other job has read it already, its own word stands.
    await transaction.run(
      `DELETE FROM ${table} WHERE job = ? AND type = ? AND ${column} IN {list} AND EXISTS
         (SELECT 1 FROM claim o WHERE o.job = ? AND o.type = ${table}.type AND o.source_key = ${table}.${column})`,
      from,
      type,
      wanted,
      to,
    );
    await transaction.run(`UPDATE ${table} SET job = ? WHERE job = ? AND type = ? AND ${column} IN {list}`, to, from, type, wanted);
  }
  await transaction.run(`UPDATE claim SET settled = 0 WHERE job = ? AND type = ? AND source_key IN {list}`, to, type, wanted);
  await transaction.run(
    `UPDATE object SET contributions = contributions + 1 WHERE id IN (SELECT directory_id FROM claim WHERE job = ? AND type = ? AND source_key IN {list})`,
    to,
    type,
    wanted,
  );
}

/** Objects of the job are looked at again whole, whatever they were settled with. */
export const unsettleClaims = (transaction: Transaction, job: number): Promise<number> =>
  transaction.run('UPDATE claim SET settled = 0 WHERE job = ?', job);

// ── waiting references ───────────────────────────────────────────────────────────────────────────────────

export interface WaitingReference {
  readonly to_type: string;
  readonly to_key: string;
  readonly type: string;
  readonly source_key: string;
  readonly name: string;
}

export async function replaceWaiting(
  transaction: Transaction,
  job: number,
  owners: readonly { type: string; key: string }[],
  waiting: readonly WaitingReference[],
): Promise<void> {
  for (const type of new Set(owners.map((owner) => owner.type))) {
    await transaction.run(
      'DELETE FROM waiting_reference WHERE job = ? AND type = ? AND source_key IN {list}',
      job,
      type,
      list(owners.filter((owner) => owner.type === type).map((owner) => owner.key)),
    );
  }
  await addWaiting(transaction, job, waiting);
}

export const addWaiting = (transaction: Transaction, job: number, waiting: readonly WaitingReference[]): Promise<void> =>
  transaction.insert(
    'waiting_reference',
    ['job', 'to_type', 'to_key', 'type', 'source_key', 'name'],
    waiting.map((row) => [job, row.to_type, row.to_key, row.type, row.source_key, row.name]),
    '(job, to_type, to_key, type, source_key, name) DO NOTHING',
  );

/** Owners that waited for one of these objects are looked at again, unless the run has a change of them that is still to come. */
export const wakeWaiting = (transaction: Transaction, job: number, run: number, type: string, keys: readonly string[]): Promise<number> =>
  transaction.run(
    // Key by key, and `run + 0`: neither all that waits for the job nor all that the run has planned is walked through.
    `INSERT INTO due (job, type, source_key, what, at) SELECT DISTINCT w.job, w.type, w.source_key, 'reference', CAST(0 AS BIGINT)
       FROM {rows: key text} k CROSS JOIN waiting_reference w
     WHERE w.job = ? AND w.to_type = ? AND w.to_key = k.key AND NOT EXISTS
       (SELECT 1 FROM change c WHERE c.job = w.job AND c.type = w.type AND c.source_key = w.source_key AND c.run + 0 = ? AND c.state || '' IN ('planned', 'sent', 'unknown'))
     ON CONFLICT (job, type, source_key, what) DO UPDATE SET at = excluded.at`,
    rows(keys.map((key) => [key])),
    job,
    type,
    run,
  );

/** Owners that waited for one of these objects. */
export const waitingFor = (
  reader: Reader,
  job: number,
  type: string,
  keys: readonly string[],
): Promise<readonly { type: string; source_key: string }[]> =>
  reader.all(
    `SELECT DISTINCT type, source_key FROM waiting_reference WHERE job = ? AND to_type = ? AND to_key IN {list}`,
    job,
    type,
    list(keys),
  );
