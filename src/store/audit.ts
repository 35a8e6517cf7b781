// The audit log: appended in the transaction of what it tells of, chained by hash, read page by page; nothing here shortens it.
import { randomBytes } from 'node:crypto';
import { CHAIN_START, linkHash, payloadDigest, type AuditEntry } from '../core/audit-chain.ts';
import { nextNumber } from './counters.ts';
import { list, type Reader, type Transaction } from './database.ts';

export interface AuditNote {
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly before?: string | null;
  readonly after?: string | null;
}

/** Taking the number locks the log until commit, so that entries follow each other on every store. */
export async function audit(transaction: Transaction, note: AuditNote): Promise<void> {
  const seq = await nextNumber(transaction, 'audit');
  const previous = (await transaction.get<{ hash: string }>('SELECT hash FROM audit WHERE seq = ?', seq - 1))?.hash ?? CHAIN_START;
  const payload = { actor: note.actor, subject: note.subject, before: note.before ?? null, after: note.after ?? null };
  const salt = randomBytes(16).toString('base64url');
  const link = { seq, at: note.at, action: note.action, digest: payloadDigest(salt, payload) };
  await transaction.run(
    'INSERT INTO audit (seq, at, action, digest, hash) VALUES (?, ?, ?, ?, ?)',
    seq,
    link.at,
    link.action,
    link.digest,
    linkHash(previous, link),
  );
  await transaction.run(
    'INSERT INTO audit_payload (seq, salt, actor, subject, before, after) VALUES (?, ?, ?, ?, ?, ?)',
    seq,
    salt,
    payload.actor,
    payload.subject,
    payload.before,
    payload.after,
  );
}

interface Row {
  readonly seq: number;
  readonly at: number;
  readonly action: string;
  readonly digest: string;
  readonly hash: string;
  readonly salt: string | null;
  readonly actor: string;
  readonly subject: string;
  readonly before: string | null;
  readonly after: string | null;
}

const columns = 'a.seq, a.at, a.action, a.digest, a.hash, p.salt, p.actor, p.subject, p.before, p.after';
const tables = 'audit a LEFT JOIN audit_payload p ON p.seq = a.seq';

const entryOf = (row: Row): AuditEntry => ({
  seq: Number(row.seq),
  at: Number(row.at),
  action: row.action,
  digest: row.digest,
  hash: row.hash,
  payload: row.salt === null ? null : { salt: row.salt, actor: row.actor, subject: row.subject, before: row.before, after: row.after },
});

export interface AuditFilter {
  /** Newest first, below this number. */
  readonly before?: number | undefined;
  /** `job.change`, or `job.` for all that begins so. */
  readonly action?: string | undefined;
  readonly actor?: string | undefined;
  readonly subject?: string | undefined;
  /** Epoch ms; until is outside. */
  readonly from?: number | undefined;
  readonly until?: number | undefined;
  readonly limit: number;
}

export async function auditPage(reader: Reader, filter: AuditFilter): Promise<readonly AuditEntry[]> {
  const wanted = [
    ['a.seq < ?', filter.before],
    filter.action?.endsWith('.') ? [`substr(a.action, 1, ${filter.action.length}) = ?`, filter.action] : ['a.action = ?', filter.action],
    ['a.at >= ?', filter.from],
    ['a.at < ?', filter.until],
    ['p.actor = ?', filter.actor],
    ['p.subject = ?', filter.subject],
  ].filter((pair): pair is [string, string | number] => pair[1] !== undefined);
  const where = wanted.length > 0 ? `WHERE ${wanted.map(([condition]) => condition).join(' AND ')}` : '';
  const rows = await reader.all<Row>(
    `SELECT ${columns} FROM ${tables} ${where} ORDER BY a.seq DESC LIMIT ?`,
    ...wanted.map(([, value]) => value),
    filter.limit,
  );
  return rows.map(entryOf);
}

/**
 * The last of these actions that was done about a subject after a moment. Asked every few seconds, so it is found by the actions, which
 * people take seldom (`+a.seq`: not by walking back through all that was ever written).
 */
export const doneSince = async (
  reader: Reader,
  asked: { readonly subject: string; readonly actions: readonly string[]; readonly after: number },
): Promise<string | undefined> =>
  (
    await reader.get<{ action: string }>(
      `SELECT a.action AS action FROM audit a JOIN audit_payload p ON p.seq = a.seq
       WHERE a.action IN {list} AND a.at > ? AND p.subject = ? ORDER BY +a.seq DESC LIMIT 1`,
      list(asked.actions),
      asked.after,
      asked.subject,
    )
  )?.action;

/** Those that follow this number, oldest first. */
export const auditAfter = async (reader: Reader, after: number, limit: number): Promise<readonly AuditEntry[]> =>
  (await reader.all<Row>(`SELECT ${columns} FROM ${tables} WHERE a.seq > ? ORDER BY a.seq LIMIT ?`, after, limit)).map(entryOf);

/** All of it, in order. */
export async function* auditEntries(reader: Reader, page = 1000): AsyncIterable<AuditEntry> {
  for (let after = 0; ; ) {
    const entries = await auditAfter(reader, after, page);
    yield* entries;
    if (entries.length < page) return;
    after = entries.at(-1)!.seq;
  }
}

/** The number of the last entry ever written. */
export const auditLast = async (reader: Reader): Promise<number> =>
  Number((await reader.get<{ value: number }>(`SELECT value FROM counter WHERE name = 'audit'`))?.value ?? 0);

/** Destroys what these entries say. Their links in the chain stay. */
export const erasePayloads = (transaction: Transaction, seqs: readonly number[]): Promise<number> =>
  transaction.run('DELETE FROM audit_payload WHERE CAST(seq AS TEXT) IN {list}', list(seqs.map(String)));
