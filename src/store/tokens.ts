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
  /** Who answers for it; null = whoever runs the server. `account`: as it is now, null = removed. */
  readonly owner: {
    readonly id: string;
    readonly name: string;
    readonly account: {
      readonly state: string;
      readonly roles: readonly string[];
      /** Of who came through an OIDC provider: its last yes, null = it has said no since; undefined = of nobody's word but ours. */
      readonly vouchedAt?: number | null;
    } | null;
  } | null;
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
  readonly owner: string | null;
  readonly owner_name: string | null;
  readonly owner_state: string | null;
  readonly owner_roles: string | null;
  readonly owner_issuer: string | null;
  readonly owner_vouched_at: number | null;
  readonly expires_at: number;
  readonly used_at: number | null;
  readonly revoked_at: number | null;
}

const ownerOf = (row: Stored): TokenRow['owner'] =>
  row.owner === null
    ? null
    : {
        id: row.owner,
        name: row.owner_name ?? row.owner,
        account:
          row.owner_state === null
            ? null
            : {
                state: row.owner_state,
                roles: JSON.parse(row.owner_roles!) as string[],
                ...(row.owner_issuer === null ? {} : { vouchedAt: row.owner_vouched_at === null ? null : Number(row.owner_vouched_at) }),
              },
      };

const tokenOf = (row: Stored): TokenRow => ({
  id: row.id,
  hash: row.hash,
  name: row.name,
  role: row.role,
  connections: row.connections === null ? null : (JSON.parse(row.connections) as string[]),
  jobs: row.jobs === null ? null : (JSON.parse(row.jobs) as number[]),
  createdAt: Number(row.created_at),
  createdBy: row.created_by,
  owner: ownerOf(row),
  expiresAt: Number(row.expires_at),
  usedAt: row.used_at === null ? null : Number(row.used_at),
  revokedAt: row.revoked_at === null ? null : Number(row.revoked_at),
});

const withOwner =
  'SELECT t.*, a.state AS owner_state, a.roles AS owner_roles, a.issuer AS owner_issuer, a.vouched_at AS owner_vouched_at FROM token t LEFT JOIN account a ON a.id = t.owner';

/** Newest first. */
export const listTokens = async (reader: Reader): Promise<readonly TokenRow[]> =>
  (await reader.all<Stored>(`${withOwner} ORDER BY t.created_at DESC, t.id`)).map(tokenOf);

export async function tokenByHash(reader: Reader, hash: string): Promise<TokenRow | undefined> {
  const row = await reader.get<Stored>(`${withOwner} WHERE t.hash = ?`, hash);
  return row && tokenOf(row);
}

export type NewToken = Omit<TokenRow, 'usedAt' | 'revokedAt' | 'owner'> & {
  readonly owner: { readonly id: string; readonly name: string } | null;
};

export const putToken = (transaction: Transaction, row: NewToken): Promise<void> =>
  transaction.insert(
    'token',
    ['id', 'hash', 'name', 'role', 'connections', 'jobs', 'owner', 'owner_name', 'created_at', 'created_by', 'expires_at'],
    [
      [
        row.id,
        row.hash,
        row.name,
        row.role,
        row.connections === null ? null : JSON.stringify(row.connections),
        row.jobs === null ? null : JSON.stringify(row.jobs),
        row.owner?.id ?? null,
        row.owner?.name ?? null,
        row.createdAt,
        row.createdBy,
        row.expiresAt,
      ],
    ],
  );

export const noteUsed = (transaction: Transaction, id: string, now: number): Promise<number> =>
  transaction.run('UPDATE token SET used_at = ? WHERE id = ? AND (used_at IS NULL OR used_at < ?)', now, id, now);

export const giveToken = (transaction: Transaction, id: string, owner: { readonly id: string; readonly name: string }): Promise<number> =>
  transaction.run('UPDATE token SET owner = ?, owner_name = ? WHERE id = ?', owner.id, owner.name, id);

/** 0 = it was revoked before, or never there. */
export const revokeToken = (transaction: Transaction, id: string, now: number): Promise<number> =>
  transaction.run('UPDATE token SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL', now, id);
