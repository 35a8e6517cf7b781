// A store that counts the statements and transactions that it is asked for, with their texts.
import type { Database, Reader, Transaction } from '../../src/store/database.ts';

export interface CountedDatabase extends Database {
  /** Texts since the last call, in order; a transaction stands as `BEGIN`, rows put into a table as `INSERT INTO …`. */
  told(): readonly string[];
}

export function countedDatabase(store: Database): CountedDatabase {
  let texts: string[] = [];
  const readerOf = (reader: Reader): Reader => ({
    ...reader,
    all: (sql, ...params) => {
      texts.push(sql);
      return reader.all(sql, ...params);
    },
    get: (sql, ...params) => {
      texts.push(sql);
      return reader.get(sql, ...params);
    },
  });
  const transactionOf = (transaction: Transaction): Transaction => ({
    ...transaction,
    ...readerOf(transaction),
    run: (sql, ...params) => {
      texts.push(sql);
      return transaction.run(sql, ...params);
    },
    insert: (table, columns, rows, conflict) => {
      if (rows.length > 0) texts.push(`INSERT INTO ${table}`);
      return transaction.insert(table, columns, rows, conflict);
    },
  });
  return {
    ...store,
    ...readerOf(store),
    write: (work, how) =>
      store.write((transaction) => {
        texts.push('BEGIN');
        return work(transactionOf(transaction));
      }, how),
    told() {
      const told = texts;
      texts = [];
      return told;
    },
  };
}
