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
    ['hash', 'account', 'stage', 'created_at', 'seen_at', 'expires_at', 'address', 'agent'],
    [[row.hash, row.account, row.stage, row.createdAt, row.seenAt, row.expiresAt, row.address, row.agent]],
  );

export const noteSeen = (transaction: Transaction, hash: string, now: number): Promise<number> =>
  transaction.run('UPDATE session SET seen_at = ? WHERE hash = ? AND seen_at < ?', now, hash, now);

export const deleteSession = (transaction: Transaction, hash: string): Promise<number> =>
  transaction.run('DELETE FROM session WHERE hash = ?', hash);

/** Signs somebody out everywhere; `but` is the one session that stays. */
export const deleteSessionsOf = (transaction: Transaction, account: string, but = ''): Promise<number> =>
  transaction.run('DELETE FROM session WHERE account = ? AND hash <> ?', account, but);
