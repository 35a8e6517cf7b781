// A store that counts what is asked of it: what a person costs, whatever else the machine is doing.
import type { Database, SqlValue, Transaction } from '../src/store/database.ts';

export interface Asked {
  commits: number;
  /** Reads outside and statements inside of transactions. */
  statements: number;
  /** Rows handed over to be inserted. */
  rows: number;
}

export function counted(database: Database): { readonly database: Database; readonly asked: Asked; readonly texts: Map<string, number> } {
  const asked: Asked = { commits: 0, statements: 0, rows: 0 };
  const texts = new Map<string, number>();
  const one = (sql: string): void => {
    asked.statements += 1;
    texts.set(sql, (texts.get(sql) ?? 0) + 1);
  };
  const inside = (transaction: Transaction): Transaction => ({
    all: (sql, ...params) => (one(sql), transaction.all(sql, ...params)),
    get: (sql, ...params) => (one(sql), transaction.get(sql, ...params)),
    run: (sql, ...params) => (one(sql), transaction.run(sql, ...params)),
    insert(table, columns, rows: readonly (readonly SqlValue[])[], conflict) {
      if (rows.length > 0) one(`INSERT ${table}`);
      asked.rows += rows.length;
      return transaction.insert(table, columns, rows, conflict);
    },
  });
  return {
    asked,
    texts,
    database: {
      dialect: database.dialect,
      all: (sql, ...params) => (one(sql), database.all(sql, ...params)),
      get: (sql, ...params) => (one(sql), database.get(sql, ...params)),
      async write(work, how) {
        const result = await database.write((transaction) => work(inside(transaction)), how);
        asked.commits += 1;
        return result;
      },
      close: () => database.close(),
    },
  };
}
