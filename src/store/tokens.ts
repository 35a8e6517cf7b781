// API tokens, by the hash of their secret.
import type { Reader, Transaction } from './database.ts';

export interface TokenRow {
  readonly id: string;
  readonly hash: string;
  readonly name: string;
  readonly role: string;
  /** null = everywhere. */
  readonly connections: readonly string[] | null;
  readonly jobs: readonly number[] | null;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly expiresAt: number;
  readonly usedAt: number | null;
  readonly revokedAt: number | null;
}

interface Stored {
  readonly id: string;
  readonly hash: string;
  readonly name: string;
  readonly role: string;
  readonly connections: string | null;
  readonly jobs: string | null;
  readonly created_at: number;
  readonly created_by: string;
  readonly expires_at: number;
  readonly used_at: number | null;
  readonly revoked_at: number | null;
}

const tokenOf = (row: Stored): TokenRow => ({
  id: row.id,
  hash: row.hash,
  name: row.name,
  role: row.role,
  connections: row.connections === null ? null : (JSON.parse(row.connections) as string[]),
  jobs: row.jobs === null ? null : (JSON.parse(row.jobs) as number[]),
  createdAt: Number(row.created_at),
  createdBy: row.created_by,
  expiresAt: Number(row.expires_at),
  usedAt: row.used_at === null ? null : Number(row.used_at),
  revokedAt: row.revoked_at === null ? null : Number(row.revoked_at),
});

/** Newest first. */
export const listTokens = async (reader: Reader): Promise<readonly TokenRow[]> =>
  (await reader.all<Stored>('SELECT * FROM token ORDER BY created_at DESC, id')).map(tokenOf);

export async function tokenByHash(reader: Reader, hash: string): Promise<TokenRow | undefined> {
  const row = await reader.get<Stored>('SELECT * FROM token WHERE hash = ?', hash);
  return row && tokenOf(row);
}

export const putToken = (transaction: Transaction, row: Omit<TokenRow, 'usedAt' | 'revokedAt'>): Promise<void> =>
  transaction.insert(
    'token',
    ['id', 'hash', 'name', 'role', 'connections', 'jobs', 'created_at', 'created_by', 'expires_at'],
    [
      [
        row.id,
        row.hash,
        row.name,
        row.role,
        row.connections === null ? null : JSON.stringify(row.connections),
        row.jobs === null ? null : JSON.stringify(row.jobs),
        row.createdAt,
        row.createdBy,
        row.expiresAt,
      ],
    ],
  );

export const noteUsed = (transaction: Transaction, id: string, now: number): Promise<number> =>
  transaction.run('UPDATE token SET used_at = ? WHERE id = ? AND (used_at IS NULL OR used_at < ?)', now, id, now);

/** 0 = it was revoked before, or never there. */
export const revokeToken = (transaction: Transaction, id: string, now: number): Promise<number> =>
  transaction.run('UPDATE token SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL', now, id);
