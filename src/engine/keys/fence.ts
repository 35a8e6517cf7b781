// Between the engine and its store: whatever is written leaves as the present master key seals it, however long ago it was sealed.
//
// A run or a command may hold in memory what it sealed before a new key took over, and store it only afterwards. It passes here.
import type { Database, SqlValue, Transaction } from '../../store/database.ts';
import { SEALED, sealedBy, sealedPrefix, type Sealer } from '../sealing.ts';

/** Texts that other keys than the present one have sealed, sealed anew. What does not open, because it is damaged, stays as it is. */
export function renewed(sealer: Sealer, text: string): string {
  if (!text.includes(SEALED)) return text;
  let now = text;
  for (const id of sealer.others) {
    if (!now.includes(sealedPrefix(id))) continue;
    now = now.replaceAll(sealedBy(id), (sealed) => {
      const open = opened(sealer, sealed);
      return open === null ? sealed : sealer.seal(open);
    });
  }
  return now;
}

function opened(sealer: Sealer, sealed: string): string | null {
  try {
    return sealer.open(sealed);
  } catch {
    return null;
  }
}

export function fenced(database: Database, sealer: Sealer): Database {
  const pass = (values: readonly SqlValue[]): readonly SqlValue[] =>
    values.some((value) => typeof value === 'string' && value.includes(SEALED))
      ? values.map((value) => (typeof value === 'string' ? renewed(sealer, value) : value))
      : values;
  // With one key there is nothing that another has sealed.
  const params = (values: readonly SqlValue[]): readonly SqlValue[] => (sealer.others.length === 0 ? values : pass(values));
  const fence = (transaction: Transaction): Transaction => ({
    ...transaction,
    all: (sql, ...values) => transaction.all(sql, ...params(values)),
    get: (sql, ...values) => transaction.get(sql, ...params(values)),
    run: (sql, ...values) => transaction.run(sql, ...params(values)),
    insert: (table, columns, rows, conflict) =>
      transaction.insert(table, columns, sealer.others.length === 0 ? rows : rows.map(pass), conflict),
  });
  return { ...database, write: (work, how) => database.write((transaction) => work(fence(transaction)), how) };
}
