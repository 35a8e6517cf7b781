// Keys of owners of sensitive values, wrapped by the master key. Deleting a row makes the values unreadable for good.
import { list, type Reader, type Transaction } from './database.ts';

export const wrappedKeys = async (reader: Reader, owners: readonly string[]): Promise<ReadonlyMap<string, string>> =>
  new Map(
    (await reader.all<{ owner: string; wrapped: string }>('SELECT owner, wrapped FROM person_key WHERE owner IN {list}', list(owners))).map(
      (row) => [row.owner, row.wrapped],
    ),
  );

/** The first key of an owner stays. */
export const putWrappedKeys = (transaction: Transaction, keys: readonly { owner: string; wrapped: string }[]): Promise<void> =>
  transaction.insert(
    'person_key',
    ['owner', 'wrapped'],
    keys.map((key) => [key.owner, key.wrapped]),
    '(owner) DO NOTHING',
  );
