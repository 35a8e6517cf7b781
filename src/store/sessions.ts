// Sessions of signed-in people, by the hash of their id.
import type { Reader, Transaction } from './database.ts';

export interface SessionRow {
  readonly hash: string;
  readonly account: string;
  /** code: the password was right, a code is still asked for. */
  readonly stage: 'code' | 'full';
  readonly createdAt: number;
  readonly seenAt: number;
  /** The end, whatever happens; without use it ends earlier. */
  readonly expiresAt: number;
  readonly address: string;
  readonly agent: string;
  /** When a provider last said who it is; null = signed in here. */
  readonly vouchedAt: number | null;
  /** The provider's refresh token, sealed; null = it gave none. */
  readonly refresh: string | null;
}

interface Stored {
  readonly hash: string;
  readonly account: string;
  readonly stage: SessionRow['stage'];
  readonly created_at: number;
  readonly seen_at: number;
  readonly expires_at: number;
  readonly address: string;
  readonly agent: string;
  readonly vouched_at: number | null;
  readonly refresh: string | null;
}

const sessionOf = (row: Stored): SessionRow => ({
  hash: row.hash,
  account: row.account,
  stage: row.stage,
  createdAt: Number(row.created_at),
  seenAt: Number(row.seen_at),
  expiresAt: Number(row.expires_at),
  address: row.address,
  agent: row.agent,
  vouchedAt: row.vouched_at === null ? null : Number(row.vouched_at),
  refresh: row.refresh,
});

export async function getSession(reader: Reader, hash: string): Promise<SessionRow | undefined> {
  const row = await reader.get<Stored>('SELECT * FROM session WHERE hash = ?', hash);
  return row && sessionOf(row);
}

/** Newest first. */
export const sessionsOf = async (reader: Reader, account: string): Promise<readonly SessionRow[]> =>
  (await reader.all<Stored>('SELECT * FROM session WHERE account = ? ORDER BY created_at DESC, hash', account)).map(sessionOf);

export const putSession = (transaction: Transaction, row: SessionRow): Promise<void> =>
  transaction.insert(
    'session',
    ['hash', 'account', 'stage', 'created_at', 'seen_at', 'expires_at', 'address', 'agent', 'vouched_at', 'refresh'],
    [[row.hash, row.account, row.stage, row.createdAt, row.seenAt, row.expiresAt, row.address, row.agent, row.vouchedAt, row.refresh]],
  );

export const noteVouched = (transaction: Transaction, hash: string, now: number, refresh: string): Promise<number> =>
  transaction.run('UPDATE session SET vouched_at = ?, refresh = ? WHERE hash = ?', now, refresh, hash);

export const noteSeen = (transaction: Transaction, hash: string, now: number): Promise<number> =>
  transaction.run('UPDATE session SET seen_at = ? WHERE hash = ? AND seen_at < ?', now, hash, now);

export const deleteSession = (transaction: Transaction, hash: string): Promise<number> =>
  transaction.run('DELETE FROM session WHERE hash = ?', hash);

/** Signs somebody out everywhere; `but` is the one session that stays. */
export const deleteSessionsOf = (transaction: Transaction, account: string, but = ''): Promise<number> =>
  transaction.run('DELETE FROM session WHERE account = ? AND hash <> ?', account, but);
