// What runs keep about their own work: problems of single objects, due times, leases, guard windows, readings, reservations.
import { list, type Reader, rows, type Transaction } from './database.ts';
import { nameOfReserved } from '../core/regroup.ts';

// ── items: one problem of one object ─────────────────────────────────────────────────────────────────────

export interface ItemRow {
  readonly job: number;
  readonly type: string;
  readonly source_key: string;
  readonly attribute: string;
  readonly cause: string;
  readonly message: string;
  readonly title: string | null;
  readonly state: 'open' | 'retrying' | 'dead' | 'waiting';
  readonly attempts: number;
  readonly next_at: number | null;
  readonly first_run: number;
  readonly last_run: number;
  readonly at: number;
}

export const putItems = (transaction: Transaction, items: readonly ItemRow[]): Promise<void> =>
  transaction.insert(
    'item',
    ['job', 'type', 'source_key', 'attribute', 'cause', 'message', 'title', 'state', 'attempts', 'next_at', 'first_run', 'last_run', 'at'],
    items.map((item) => [
      item.job,
      item.type,
      item.source_key,
      item.attribute,
      item.cause,
      item.message,
      item.title,
      item.state,
      item.attempts,
      item.next_at,
      item.first_run,
      item.last_run,
      item.at,
    ]),
    `(job, type, source_key, attribute) DO UPDATE SET cause = excluded.cause, message = excluded.message, title = coalesce(excluded.title, item.title), state = excluded.state,
       attempts = item.attempts + excluded.attempts, next_at = excluded.next_at, last_run = excluded.last_run, at = excluded.at,
       triage = CASE WHEN item.cause = excluded.cause THEN item.triage ELSE 'new' END`,
  );

/** Problems of these objects that the run did not see again are mended: those of their data, or those of writing them. */
export async function mendItems(
  transaction: Transaction,
  job: number,
  type: string,
  keys: readonly string[],
  run: number,
  of: 'data' | 'writing',
): Promise<number> {
  const mended = `item i WHERE i.job = ? AND i.type = ? AND i.last_run < ? AND i.cause ${of === 'data' ? 'NOT LIKE' : 'LIKE'} 'apply:%' AND i.source_key IN {list}`;
  const noted = await transaction.run(
    `INSERT INTO item_fixed (job, type, source_key, attribute, fixed_run, cause, message, title, first_run, at, fixed_at)
     SELECT i.job, i.type, i.source_key, i.attribute, CAST(? AS BIGINT), i.cause, i.message, i.title, i.first_run, i.at, coalesce((SELECT r.now FROM run r WHERE r.id = ?), i.at)
     FROM ${mended} ON CONFLICT (job, type, source_key, attribute, fixed_run) DO NOTHING`,
    run,
    run,
    job,
    type,
    run,
    list(keys),
  );
  if (noted === 0) return 0;
  await transaction.run(`DELETE FROM ${mended.replace('item i', 'item AS i')}`, job, type, run, list(keys));
  return noted;
}

export const itemsOf = (reader: Reader, job: number, type: string, keys: readonly string[]): Promise<readonly ItemRow[]> =>
  reader.all<ItemRow>('SELECT * FROM item WHERE job = ? AND type = ? AND source_key IN {list}', job, type, list(keys));

export const listItems = (reader: Reader, job: number, limit: number): Promise<readonly ItemRow[]> =>
  reader.all<ItemRow>('SELECT * FROM item WHERE (? = 0 OR job = ?) ORDER BY job, type, source_key, attribute LIMIT ?', job, job, limit);

export const dueItems = (reader: Reader, now: number, limit: number): Promise<readonly ItemRow[]> =>
  reader.all<ItemRow>(
    `SELECT * FROM item WHERE state IN ('retrying', 'waiting') AND next_at <= ? AND triage <> 'waived' ORDER BY next_at LIMIT ?`,
    now,
    limit,
  );

export const postponeItems = (transaction: Transaction, items: readonly ItemRow[], nextAt: number): Promise<number> =>
  transaction.run(
    'UPDATE item SET next_at = ? WHERE (job, type, source_key) IN (SELECT r.j, r.t, r.k FROM {rows: j bigint, t text, k text} r)',
    nextAt,
    rows(items.map((item) => [item.job, item.type, item.source_key])),
  );

// ── due list ─────────────────────────────────────────────────────────────────────────────────────────────

export interface DueRow {
  readonly job: number;
  readonly type: string;
  readonly source_key: string;
  readonly what: string;
  readonly at: number;
}

export const putDue = (transaction: Transaction, entries: readonly DueRow[]): Promise<void> =>
  transaction.insert(
    'due',
    ['job', 'type', 'source_key', 'what', 'at'],
    entries.map((due) => [due.job, due.type, due.source_key, due.what, due.at]),
    '(job, type, source_key, what) DO UPDATE SET at = excluded.at',
  );
/** What the keys run was to look at is due again. */
export const reviewAgain = (transaction: Transaction, run: { readonly id: number; readonly job: number }, at: number): Promise<number> =>
  transaction.run(
    `INSERT INTO due (job, type, source_key, what, at) SELECT CAST(? AS BIGINT), k.type, k.source_key, 'review', CAST(? AS BIGINT) FROM run_key k WHERE k.run = ?
     ON CONFLICT (job, type, source_key, what) DO UPDATE SET at = excluded.at`,
    run.job,
    at,
    run.id,
  );
/** Whoever is to be looked at again some time is so at once. */
export const reviewAllNow = (transaction: Transaction, now: number): Promise<number> =>
  transaction.run(`UPDATE due SET at = ? WHERE what = 'review' AND at > ?`, now, now);
export const dropDue = (transaction: Transaction, job: number, type: string, keys: readonly string[], what: string): Promise<number> =>
  transaction.run('DELETE FROM due WHERE job = ? AND type = ? AND what = ? AND source_key IN {list}', job, type, what, list(keys));
export const dueNow = (reader: Reader, now: number, limit: number): Promise<readonly DueRow[]> =>
  reader.all<DueRow>('SELECT * FROM due WHERE at <= ? ORDER BY at LIMIT ?', now, limit);
export const dueOf = (reader: Reader, job: number, type: string, keys: readonly string[]): Promise<readonly DueRow[]> =>
  reader.all<DueRow>('SELECT * FROM due WHERE job = ? AND type = ? AND source_key IN {list}', job, type, list(keys));

// ── leases ───────────────────────────────────────────────────────────────────────────────────────────────

/** Takes or renews; returns the epoch, or null while somebody else holds it. A new holder gets a higher epoch. */
export async function takeLease(
  transaction: Transaction,
  kind: string,
  name: string,
  holder: string,
  now: number,
  until: number,
): Promise<number | null> {
  const held = await transaction.get<{ holder: string; epoch: number; until: number }>(
    'SELECT holder, epoch, until FROM lease WHERE kind = ? AND name = ?',
    kind,
    name,
  );
  if (held && held.holder !== holder && held.until > now) return null;
  const epoch = held ? (held.holder === holder ? held.epoch : held.epoch + 1) : 1;
  await transaction.run(
    `INSERT INTO lease (kind, name, holder, epoch, until) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (kind, name) DO UPDATE SET holder = excluded.holder, epoch = excluded.epoch, until = excluded.until`,
    kind,
    name,
    holder,
    epoch,
    until,
  );
  return epoch;
}
/** Makes a lease last longer that is still held under the epoch; never takes one that somebody else has, had or may have. */
export const renewLease = async (
  transaction: Transaction,
  kind: string,
  name: string,
  holder: string,
  epoch: number,
  until: number,
): Promise<boolean> =>
  (await transaction.run(
    'UPDATE lease SET until = ? WHERE kind = ? AND name = ? AND holder = ? AND epoch = ?',
    until,
    kind,
    name,
    holder,
    epoch,
  )) === 1;
export const holdsLease = async (reader: Reader, kind: string, name: string, holder: string, epoch: number): Promise<boolean> =>
  (await reader.get('SELECT 1 AS yes FROM lease WHERE kind = ? AND name = ? AND holder = ? AND epoch = ?', kind, name, holder, epoch)) !==
  undefined;
export const endLease = (transaction: Transaction, kind: string, name: string, holder: string): Promise<number> =>
  transaction.run('UPDATE lease SET until = 0 WHERE kind = ? AND name = ? AND holder = ?', kind, name, holder);

/** A run that has ended is never taken again: its lapsed lease says nothing any more. */
export const dropEndedLeases = (transaction: Transaction, now: number): Promise<number> =>
  transaction.run(
    `DELETE FROM lease WHERE kind = 'run' AND until <= ? AND name IN (SELECT CAST(id AS TEXT) FROM run WHERE ended_at IS NOT NULL)`,
    now,
  );

// ── guard window ─────────────────────────────────────────────────────────────────────────────────────────

/** Distinct objects counted in the window before this run. */
export const windowCount = async (reader: Reader, job: number, kind: string, since: number, run: number): Promise<number> =>
  (await reader.get<{ n: number }>(
    'SELECT count(DISTINCT object) AS n FROM guard_window WHERE job = ? AND kind = ? AND at > ? AND run <> ?',
    job,
    kind,
    since,
    run,
  ))!.n;
/** Of the planned changes of this run with the kind, how many objects are in the window already. */
export const windowOverlap = async (reader: Reader, job: number, kind: string, since: number, run: number): Promise<number> =>
  (await reader.get<{ n: number }>(
    `SELECT count(DISTINCT w.object) AS n FROM guard_window w WHERE w.job = ? AND w.kind = ? AND w.at > ? AND w.run <> ? AND EXISTS
       (SELECT 1 FROM change c WHERE c.job = w.job AND c.directory_id = w.object AND c.run = ? AND c.kinds LIKE ?)`,
    job,
    kind,
    since,
    run,
    run,
    `%|${kind}|%`,
  ))!.n;
/** Of these objects, those that other runs have put into the window. */
export const windowObjects = (
  reader: Reader,
  job: number,
  kind: string,
  since: number,
  run: number,
  objects: readonly string[],
): Promise<readonly { object: string }[]> =>
  reader.all(
    'SELECT DISTINCT object FROM guard_window WHERE job = ? AND kind = ? AND at > ? AND run <> ? AND object IN {list}',
    job,
    kind,
    since,
    run,
    list(objects),
  );
export const reserveWindow = (
  transaction: Transaction,
  job: number,
  run: number,
  at: number,
  entries: readonly { kind: string; object: string }[],
): Promise<void> =>
  transaction.insert(
    'guard_window',
    ['job', 'kind', 'object', 'at', 'run'],
    entries.map((entry) => [job, entry.kind, entry.object, at, run]),
    '(job, kind, object, run) DO NOTHING',
  );
export const giveBackWindow = (transaction: Transaction, job: number, run: number, objects: readonly string[]): Promise<number> =>
  transaction.run('DELETE FROM guard_window WHERE job = ? AND run = ? AND object IN {list}', job, run, list(objects));
/** What a run reserved for objects that it did not come to write. */
export const giveBackUnused = (transaction: Transaction, job: number, run: number): Promise<number> =>
  transaction.run(
    `DELETE FROM guard_window WHERE job = ? AND run = ? AND object NOT IN
    (SELECT coalesce(directory_id, source_key) FROM change WHERE run = ? AND state IN ('applied', 'sent', 'unknown', 'waiting'))`,
    job,
    run,
    run,
  );
export const trimWindow = (transaction: Transaction, before: number): Promise<number> =>
  transaction.run('DELETE FROM guard_window WHERE at < ?', before);

// ── readings ─────────────────────────────────────────────────────────────────────────────────────────────

export interface ReadingRow {
  readonly job: number;
  readonly type: string;
  readonly part_hash: string;
  readonly run: number;
  readonly at: number;
  readonly range: string;
  readonly attributes: string;
  readonly objects: number;
  readonly present: string;
}
/** The last one of each type. */
export const readingsOf = async (reader: Reader, job: number): Promise<ReadonlyMap<string, ReadingRow>> =>
  new Map((await reader.all<ReadingRow>('SELECT * FROM reading WHERE job = ? ORDER BY at', job)).map((row) => [row.type, row]));

export const putReadings = (transaction: Transaction, readings: readonly ReadingRow[]): Promise<void> =>
  transaction.insert(
    'reading',
    ['job', 'type', 'part_hash', 'run', 'at', 'range', 'attributes', 'objects', 'present'],
    readings.map((row) => [row.job, row.type, row.part_hash, row.run, row.at, row.range, row.attributes, row.objects, row.present]),
    `(job, type, part_hash) DO UPDATE SET run = excluded.run, at = excluded.at, range = excluded.range, attributes = excluded.attributes,
       objects = excluded.objects, present = excluded.present`,
  );

// ── reservations of unique() ─────────────────────────────────────────────────────────────────────────────

export interface ReservationRow {
  readonly key: string;
  readonly holder: string;
  readonly value: string;
  readonly state: string;
  readonly until: number | null;
}

/** Names that go along with a merge or a split are held by whom they go to. */
const heldThen = ({ regrouped }: Reader, connection: string, space: string, rows: readonly ReservationRow[]): readonly ReservationRow[] =>
  regrouped
    ? rows.map((row) =>
        row.holder === regrouped.from && regrouped.reserved.has(nameOfReserved(connection, space, row.key))
          ? { ...row, holder: regrouped.to }
          : row,
      )
    : rows;

export const reservationsOf = async (
  reader: Reader,
  connection: string,
  space: string,
  keys: readonly string[],
): Promise<readonly ReservationRow[]> =>
  heldThen(
    reader,
    connection,
    space,
    await reader.all<ReservationRow>(
      'SELECT key, holder, value, state, until FROM reservation WHERE connection = ? AND space = ? AND key IN {list}',
      connection,
      space,
      list(keys),
    ),
  );

export async function reservationsHeldBy(
  reader: Reader,
  connection: string,
  space: string,
  holders: readonly string[],
): Promise<readonly ReservationRow[]> {
  const { regrouped } = reader;
  const rows = await reader.all<ReservationRow>(
    // By the holder (`|| ''`): a store without statistics would walk through the whole space for each batch.
    `SELECT key, holder, value, state, until FROM reservation WHERE holder IN {list} AND connection || '' = ? AND space || '' = ?`,
    list(regrouped && holders.includes(regrouped.to) ? [...holders, regrouped.from] : holders),
    connection,
    space,
  );
  return regrouped ? heldThen(reader, connection, space, rows).filter((row) => holders.includes(row.holder)) : rows;
}

export const reserve = (
  transaction: Transaction,
  connection: string,
  space: string,
  run: number,
  entries: readonly { key: string; holder: string; value: string }[],
): Promise<void> =>
  transaction.insert(
    'reservation',
    ['connection', 'space', 'key', 'holder', 'value', 'state', 'run'],
    entries.map((entry) => [connection, space, entry.key, entry.holder, entry.value, 'owned', run]),
    '(connection, space, key, holder) DO UPDATE SET state = excluded.state, until = NULL',
  );
export const coolReservations = (
  transaction: Transaction,
  connection: string,
  holders: readonly string[],
  until: number,
): Promise<number> =>
  transaction.run(
    `UPDATE reservation SET state = 'cooling', until = ? WHERE connection = ? AND state = 'owned' AND holder IN {list}`,
    until,
    connection,
    list(holders),
  );
export const dropDryReservations = (transaction: Transaction, run: number): Promise<number> =>
  transaction.run('DELETE FROM reservation WHERE run = ?', run);
