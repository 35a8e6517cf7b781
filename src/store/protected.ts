// Accounts that are not to be touched: no rule matches them, no run writes to them. By connection, type and external id.
import { list, type Reader, type Transaction } from './database.ts';

export interface ProtectedRow {
  readonly type: string;
  readonly external_id: string;
  readonly reason: string;
}

export const protectedPage = (
  reader: Reader,
  connection: string,
  after: readonly [type: string, externalId: string],
  limit: number,
): Promise<readonly ProtectedRow[]> =>
  reader.all<ProtectedRow>(
    'SELECT type, external_id, reason FROM protected WHERE connection = ? AND (type, external_id) > (?, ?) ORDER BY type, external_id LIMIT ?',
    connection,
    ...after,
    limit,
  );

/** Of these accounts, the protected ones, and why. */
export const protectedAmong = async (
  reader: Reader,
  connection: string,
  type: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> =>
  new Map(
    (
      await reader.all<{ external_id: string; reason: string }>(
        'SELECT external_id, reason FROM protected WHERE connection = ? AND type = ? AND external_id IN {list}',
        connection,
        type,
        list(ids),
      )
    ).map((row) => [row.external_id, row.reason]),
  );

export const putProtected = (transaction: Transaction, connection: string, accounts: readonly ProtectedRow[]): Promise<void> =>
  transaction.insert(
    'protected',
    ['connection', 'type', 'external_id', 'reason'],
    accounts.map((account) => [connection, account.type, account.external_id, account.reason]),
    '(connection, type, external_id) DO UPDATE SET reason = excluded.reason',
  );

/** Whether it was protected. */
export const dropProtected = async (transaction: Transaction, connection: string, type: string, externalId: string): Promise<boolean> =>
  (await transaction.run('DELETE FROM protected WHERE connection = ? AND type = ? AND external_id = ?', connection, type, externalId)) > 0;
