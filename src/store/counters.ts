// Numbers of ours: a row per counter, so that they follow commit order on every store.
import type { Transaction } from './database.ts';

/** Takes `count` consecutive numbers; returns the first. Numbers start at 1. */
export async function takeNumbers(transaction: Transaction, name: string, count: number): Promise<number> {
  const row = await transaction.get<{ value: number }>(
    'INSERT INTO counter (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = counter.value + ? RETURNING value',
    name,
    count,
    count,
  );
  return row!.value - count + 1;
}

export const nextNumber = (transaction: Transaction, name: string): Promise<number> => takeNumbers(transaction, name, 1);

/** A number given from outside is never handed out again. */
export const raiseNumber = (transaction: Transaction, name: string, atLeast: number): Promise<number> =>
  transaction.run(
    'INSERT INTO counter (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = CASE WHEN counter.value < ? THEN ? ELSE counter.value END',
    name,
    atLeast,
    atLeast,
    atLeast,
  );
