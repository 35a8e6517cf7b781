// Notices: what happened that somebody may want to be told, written in the transaction of what caused it.
import { nextNumber } from './counters.ts';
import { list, type Reader, type Transaction } from './database.ts';

export interface NewNotice {
  readonly kind: string;
  readonly at: number;
  readonly job?: number | null;
  readonly connection?: string | null;
  /** Names what it tells of; a second notice of the same cause is not written. */
  readonly cause: string;
  /** JSON; never a value of a person. */
  readonly facts: string;
  /** Sealed; wiped when the last delivery has ended. */
  readonly secret?: string | null;
}

export interface NoticeRow {
  readonly id: number;
  readonly kind: string;
  readonly at: number;
  readonly job: number | null;
  readonly connection: string | null;
  readonly cause: string;
  readonly facts: string;
  readonly secret: string | null;
  readonly state: 'new' | 'routed' | 'unheard';
}

/** False when it is written already. */
export async function putNotice(transaction: Transaction, notice: NewNotice): Promise<boolean> {
  if (await transaction.get('SELECT 1 AS yes FROM notice WHERE cause = ?', notice.cause)) return false;
  await transaction.run(
    `INSERT INTO notice (id, kind, at, job, connection, cause, facts, secret, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'new')`,
    await nextNumber(transaction, 'notice'),
    notice.kind,
    notice.at,
    notice.job ?? null,
    notice.connection ?? null,
    notice.cause,
    notice.facts,
    notice.secret ?? null,
  );
  return true;
}

/** Those nobody has looked for recipients of, oldest first. */
export const newNotices = (reader: Reader, limit: number): Promise<readonly NoticeRow[]> =>
  reader.all<NoticeRow>(`SELECT * FROM notice WHERE state = 'new' ORDER BY id LIMIT ?`, limit);

export const settleNotice = (transaction: Transaction, id: number, state: NoticeRow['state']): Promise<number> =>
  transaction.run(`UPDATE notice SET state = ? WHERE id = ?`, state, id);

/** What a delivery tells, oldest first. */
export const noticesOf = (reader: Reader, delivery: number, limit: number): Promise<readonly NoticeRow[]> =>
  reader.all<NoticeRow>(
    'SELECT n.* FROM delivery_notice d JOIN notice n ON n.id = d.notice WHERE d.delivery = ? ORDER BY n.id LIMIT ?',
    delivery,
    limit,
  );

export interface NoticeFilter {
  readonly job?: number | undefined;
  readonly kind?: string | undefined;
  /** With a delivery in this state. */
  readonly delivery?: string | undefined;
  /** About this person, by directory id. */
  readonly person?: string | undefined;
  /** Newest first, below this number. */
  readonly before?: number | undefined;
  readonly limit: number;
}

export async function noticePage(reader: Reader, filter: NoticeFilter): Promise<readonly NoticeRow[]> {
  const wanted = [
    ['id < ?', filter.before],
    ['job = ?', filter.job],
    ['kind = ?', filter.kind],
    ['facts LIKE ?', filter.person === undefined ? undefined : `%"person":"${filter.person}"%`],
    [
      'EXISTS (SELECT 1 FROM delivery_notice x JOIN delivery d ON d.id = x.delivery WHERE x.notice = notice.id AND d.state = ?)',
      filter.delivery,
    ],
  ].filter((pair): pair is [string, string | number] => pair[1] !== undefined);
  const where = wanted.length > 0 ? `WHERE ${wanted.map(([condition]) => condition).join(' AND ')}` : '';
  return reader.all<NoticeRow>(`SELECT * FROM notice ${where} ORDER BY id DESC LIMIT ?`, ...wanted.map(([, value]) => value), filter.limit);
}

const toldBefore = `n.at < ? AND n.state <> 'new' AND NOT EXISTS
       (SELECT 1 FROM delivery_notice x JOIN delivery d ON d.id = x.delivery WHERE x.notice = n.id AND d.state IN ('queued', 'sending'))`;

export const countOldNotices = async (reader: Reader, before: number): Promise<number> =>
  (await reader.get<{ n: number }>(`SELECT count(*) AS n FROM notice n WHERE ${toldBefore}`, before))!.n;

/** Removes what was told before that time; what still waits to be told stays. */
export async function trimNotices(transaction: Transaction, before: number): Promise<number> {
  const old = await transaction.all<{ id: number }>(`SELECT n.id FROM notice n WHERE ${toldBefore} ORDER BY n.id LIMIT 5000`, before);
  const ids = list(old.map((row) => String(row.id)));
  await transaction.run('DELETE FROM delivery_notice WHERE CAST(notice AS TEXT) IN {list}', ids);
  await transaction.run('DELETE FROM notice WHERE CAST(id AS TEXT) IN {list}', ids);
  await transaction.run(
    `DELETE FROM delivery WHERE made_at < ? AND state IN ('sent', 'dead') AND NOT EXISTS (SELECT 1 FROM delivery_notice x WHERE x.delivery = delivery.id)`,
    before,
  );
  return old.length;
}

// ── when something was looked at last ────────────────────────────────────────────────────────────────────

export const lookedAt = async (reader: Reader, subject: string): Promise<number | null> =>
  (await reader.get<{ at: number }>('SELECT at FROM looked_at WHERE subject = ?', subject))?.at ?? null;

export const noteLooked = (transaction: Transaction, subject: string, at: number): Promise<number> =>
  transaction.run('INSERT INTO looked_at (subject, at) VALUES (?, ?) ON CONFLICT (subject) DO UPDATE SET at = excluded.at', subject, at);
