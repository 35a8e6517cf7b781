// Who is one person: ids that answer for another one, pairs that are kept apart, and everything that leads to a person, led to somebody else.
import { CONSOLE } from '../core/console.ts';
import type { RecordOf, RoledLink } from '../core/regroup.ts';
import { list, type Reader, rows, type SqlValue, type Transaction } from './database.ts';

export interface MergedRow {
  readonly id: string;
  readonly into_id: string;
  readonly run: number;
  readonly at: number;
  readonly by_whom: string;
}

/** Of these ids, those that answer for somebody else, with the one who is there in the end. */
export async function mergedInto(reader: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  let open = new Map(ids.map((id) => [id, [id]]));
  // Whoever was merged may have been merged again.
  for (let hops = 0; open.size > 0 && hops < 100; hops++) {
    const next = new Map<string, string[]>();
    for (const row of await reader.all<MergedRow>('SELECT * FROM merged WHERE id IN {list}', list([...open.keys()])))
      for (const id of open.get(row.id)!) {
        found.set(id, row.into_id);
        next.set(row.into_id, [...(next.get(row.into_id) ?? []), id]);
      }
    open = next;
  }
  return found;
}

/** Everybody who was merged into this one, those merged into them before included. */
export async function mergedFrom(reader: Reader, id: string): Promise<readonly MergedRow[]> {
  const found: MergedRow[] = [];
  for (let open: readonly string[] = [id]; open.length > 0; ) {
    const rows = await reader.all<MergedRow>('SELECT * FROM merged WHERE into_id IN {list} ORDER BY id', list(open));
    found.push(...rows.map((row) => ({ ...row, run: Number(row.run), at: Number(row.at) })));
    open = rows.map((row) => row.id);
  }
  return found;
}

export const putMerged = (transaction: Transaction, row: MergedRow): Promise<void> =>
  transaction.insert(
    'merged',
    ['id', 'into_id', 'run', 'at', 'by_whom'],
    [[row.id, row.into_id, row.run, row.at, row.by_whom]],
    '(id) DO UPDATE SET into_id = excluded.into_id, run = excluded.run, at = excluded.at, by_whom = excluded.by_whom',
  );

export const dropMerged = (transaction: Transaction, id: string): Promise<number> => transaction.run('DELETE FROM merged WHERE id = ?', id);

// ── pairs that are kept apart ────────────────────────────────────────────────────────────────────────────

export interface ApartRow {
  readonly one: string;
  readonly other: string;
  readonly at: number;
  readonly by_whom: string;
}

const inOrder = (a: string, b: string): readonly [string, string] => (a < b ? [a, b] : [b, a]);

export const putApart = (
  transaction: Transaction,
  a: string,
  b: string,
  by: { readonly at: number; readonly actor: string },
): Promise<void> =>
  transaction.insert('kept_apart', ['one', 'other', 'at', 'by_whom'], [[...inOrder(a, b), by.at, by.actor]], '(one, other) DO NOTHING');

export const dropApart = (transaction: Transaction, a: string, b: string): Promise<number> =>
  transaction.run('DELETE FROM kept_apart WHERE one = ? AND other = ?', ...inOrder(a, b));

export const apartOf = (reader: Reader, a: string, b: string): Promise<ApartRow | undefined> =>
  reader.get<ApartRow>('SELECT one, other, at, by_whom FROM kept_apart WHERE one = ? AND other = ?', ...inOrder(a, b));

export const apartPage = (reader: Reader, after: readonly [string, string], limit: number): Promise<readonly ApartRow[]> =>
  reader.all<ApartRow>(
    'SELECT one, other, at, by_whom FROM kept_apart WHERE (one, other) > (?, ?) ORDER BY one, other LIMIT ?',
    ...after,
    limit,
  );

// ── everything that leads to a person ────────────────────────────────────────────────────────────────────

/** Links of these people, as roles are judged. */
export const linksOfPeople = async (reader: Reader, ids: readonly string[]): Promise<readonly RoledLink[]> =>
  (
    await reader.all<{ connection: string; external_id: string; directory_id: string; role: 'primary' | 'secondary' }>(
      `SELECT connection, external_id, directory_id, role FROM link WHERE directory_id IN {list} AND type = 'person' ORDER BY connection, role, external_id`,
      list(ids),
    )
  ).map((row) => ({ connection: row.connection, externalId: row.external_id, object: row.directory_id, role: row.role }));

const linkColumns = [
  'connection',
  'type',
  'external_id',
  'directory_id',
  'role',
  'state',
  'revision',
  'sent',
  'echoed',
  'agreed_hash',
  'mirror_hash',
  'made_by',
  'made_at',
  'ours',
];

/** Links lead where they are told to, with all they know. Taken away first: two may change places. */
export async function leadLinks(transaction: Transaction, people: readonly string[], after: readonly RoledLink[]): Promise<void> {
  const now = await transaction.all<Record<string, SqlValue>>(
    `SELECT * FROM link WHERE directory_id IN {list} AND type = 'person'`,
    list(people),
  );
  const wanted = new Map(after.map((link) => [`${link.connection}\0${link.externalId}`, link]));
  const changed = now.flatMap((row) => {
    const link = wanted.get(`${String(row.connection)}\0${String(row.external_id)}`);
    if (!link || (link.object === row.directory_id && link.role === row.role)) return [];
    return [{ ...row, directory_id: link.object, role: link.role, revision: Number(row.revision) + 1 }] as Record<string, SqlValue>[];
  });
  await transaction.run(
    `DELETE FROM link WHERE (connection, type, external_id) IN (SELECT r.c, 'person', r.e FROM {rows: c text, e text} r)`,
    rows(changed.map((row) => [String(row.connection), String(row.external_id)])),
  );
  await transaction.insert(
    'link',
    linkColumns,
    changed.map((row) => linkColumns.map((name) => row[name] ?? null)),
  );
}

/** What upstream jobs say by these records counts for somebody else; they look at them again. */
export async function leadWords(transaction: Transaction, records: readonly RecordOf[], to: string): Promise<void> {
  for (const { connection, externalId } of records) {
    const jobs = `(SELECT id FROM job WHERE connection = ? AND direction = 'up')`;
    await transaction.run(
      `UPDATE contribution SET directory_id = ? WHERE type = 'person' AND external_id = ? AND job IN ${jobs}`,
      to,
      externalId,
      connection,
    );
    await transaction.run(
      // What is entered by hand says all it has to say whenever it is read.
      `UPDATE claim SET directory_id = ?, settled = ${connection === CONSOLE ? 'settled' : '0'}, target_key = ? WHERE type = 'person' AND source_key = ? AND job IN ${jobs}`,
      to,
      to,
      externalId,
      connection,
    );
    await transaction.run(
      `UPDATE held SET directory_id = ? WHERE type = 'person' AND source_key = ? AND state IN ('open', 'approved', 'cancelled') AND job IN ${jobs}`,
      to,
      externalId,
      connection,
    );
  }
  // What their own records say of somebody who is themselves by now has to be looked at again, too.
  await transaction.run(
    `UPDATE claim SET settled = 0 WHERE directory_id = ? AND type = 'person' AND job IN (SELECT id FROM job WHERE connection <> ? AND direction = 'up')`,
    to,
    CONSOLE,
  );
}

/** The same words, sealed for somebody else. */
export const setWords = (
  transaction: Transaction,
  words: readonly { readonly job: number; readonly external_id: string; readonly data: string }[],
): Promise<number> =>
  transaction.run(
    `UPDATE contribution SET data = r.d FROM {rows: j bigint, e text, d text} r
     WHERE contribution.job = r.j AND contribution.type = 'person' AND contribution.external_id = r.e`,
    rows(words.map((word) => [word.job, word.external_id, word.data])),
  );

/** What downstream jobs hold by these accounts is held for whom they lead to now. */
export async function leadClaims(transaction: Transaction, accounts: readonly (RecordOf & { readonly to: string })[]): Promise<void> {
  const columns = ['job', 'type', 'source_key', 'directory_id', 'target_key', 'input_hash', 'settled', 'state', 'since'];
  const moved: Record<string, SqlValue>[] = [];
  for (const { connection, externalId, to } of accounts)
    for (const row of await transaction.all<Record<string, SqlValue>>(
      `SELECT * FROM claim WHERE type = 'person' AND target_key = ? AND job IN (SELECT id FROM job WHERE connection = ? AND direction = 'down')`,
      externalId,
      connection,
    )) {
      moved.push({ ...row, source_key: to, directory_id: to, settled: 0 });
      await transaction.run(
        `DELETE FROM claim WHERE job = ? AND type = 'person' AND source_key = ?`,
        row.job as number,
        row.source_key as string,
      );
    }
  await transaction.insert(
    'claim',
    columns,
    moved.map((row) => columns.map((name) => row[name] ?? null)),
    '(job, type, source_key) DO NOTHING',
  );
}

export interface Reserved {
  readonly connection: string;
  readonly space: string;
  readonly key: string;
}

/** Names made by unique() that one person holds in places where the other holds none. */
export const reservedAlone = (reader: Reader, holder: string, beside: string): Promise<readonly Reserved[]> =>
  reader.all<Reserved>(
    `SELECT connection, space, key FROM reservation WHERE holder = ? AND state = 'owned' AND NOT EXISTS
       (SELECT 1 FROM reservation o WHERE o.holder = ? AND o.connection = reservation.connection AND o.space = reservation.space AND o.state = 'owned')
     ORDER BY connection, space, key`,
    holder,
    beside,
  );

export const leadReserved = (transaction: Transaction, reserved: readonly Reserved[], from: string, to: string): Promise<number> =>
  transaction.run(
    `UPDATE reservation SET holder = ? WHERE holder = ? AND (connection, space, key) IN (SELECT r.c, r.s, r.k FROM {rows: c text, s text, k text} r)
       AND NOT EXISTS (SELECT 1 FROM reservation o WHERE o.holder = ? AND o.connection = reservation.connection AND o.space = reservation.space AND o.key = reservation.key)`,
    to,
    from,
    rows(reserved.map((one) => [one.connection, one.space, one.key])),
    to,
  );

/** What an undo keeps of an account goes where the account goes. */
export const leadPins = (transaction: Transaction, connections: readonly string[], from: string, to: string): Promise<number> =>
  transaction.run(
    `UPDATE pin SET object = ? WHERE object = ? AND type = 'person' AND connection IN {list} AND NOT EXISTS
       (SELECT 1 FROM pin o WHERE o.connection = pin.connection AND o.type = pin.type AND o.object = ? AND o.subject = pin.subject)`,
    to,
    from,
    list(connections),
    to,
  );

/** Of which accounts one person was kept apart, another one is, too, if they are not theirs. By whom it was said stays; when says when it came along. */
export const leadRejected = (transaction: Transaction, from: string, to: string, at: number): Promise<number> =>
  transaction.run(
    `INSERT INTO match_rejected (connection, type, object, external_id, at, by_whom)
     SELECT n.connection, n.type, ?, n.external_id, CAST(? AS BIGINT), n.by_whom FROM match_rejected n WHERE n.object = ? AND n.type = 'person' AND NOT EXISTS
       (SELECT 1 FROM link l WHERE l.connection = n.connection AND l.type = n.type AND l.external_id = n.external_id AND l.directory_id = ?)
     ON CONFLICT (connection, type, object, external_id) DO NOTHING`,
    to,
    at,
    from,
    to,
  );

/** What came along with somebody who is a person of their own again is said of the other one no more. Before the merge itself is forgotten. */
export const dropLedRejected = (transaction: Transaction, from: string, to: string): Promise<number> =>
  transaction.run(
    `DELETE FROM match_rejected WHERE object = ? AND type = 'person' AND at = (SELECT m.at FROM merged m WHERE m.id = ?) AND EXISTS
       (SELECT 1 FROM match_rejected o WHERE o.connection = match_rejected.connection AND o.type = match_rejected.type AND o.object = ?
          AND o.external_id = match_rejected.external_id)`,
    to,
    from,
    from,
  );

/** A run that has one of these people in hand, beside this one. */
export const runWith = (
  reader: Reader,
  people: readonly string[],
  run: number,
): Promise<{ readonly id: number; readonly job: number } | undefined> =>
  reader.get(
    `SELECT r.id, r.job FROM run r WHERE r.ended_at IS NULL AND r.dry_run = 0 AND r.id <> ? AND EXISTS
       (SELECT 1 FROM staged s WHERE s.run = r.id AND s.directory_id IN {list}) ORDER BY r.id LIMIT 1`,
    run,
    list(people),
  );

/** Everything that points to one of these people: by an edge, or by a reference. */
export const pointersTo = (reader: Reader, people: readonly string[]): Promise<readonly { readonly type: string; readonly id: string }[]> =>
  reader.all(
    `SELECT o.type, o.id FROM object o JOIN edge e ON e.owner = o.id WHERE e.to_id IN {list} AND o.lifecycle <> 'absent'
     UNION SELECT o.type, o.id FROM object_key k JOIN object o ON o.id = k.id WHERE k.type = 'person' AND k.attribute = 'manager' AND k.key IN {list} AND o.lifecycle <> 'absent'`,
    list(people),
    list(people),
  );
