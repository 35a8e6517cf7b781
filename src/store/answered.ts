// Answers to commands that came with an idempotency key: the same request gets the same answer again.
import type { Transaction } from './database.ts';

export interface AnsweredRow {
  readonly by_whom: string;
  readonly key: string;
  /** Hash of operation and input. */
  readonly request: string;
  /** Null while it is under way. */
  readonly answer: string | null;
  readonly at: number;
}

/** What is known of this key; undefined: it is new, and from now on taken. */
export async function takeKey(transaction: Transaction, row: Omit<AnsweredRow, 'answer'>): Promise<AnsweredRow | undefined> {
  const taken = await transaction.run(
    'INSERT INTO answered (by_whom, key, request, answer, at) VALUES (?, ?, ?, NULL, ?) ON CONFLICT (by_whom, key) DO NOTHING',
    row.by_whom,
    row.key,
    row.request,
    row.at,
  );
  if (taken === 1) return undefined;
  return transaction.get<AnsweredRow>('SELECT * FROM answered WHERE by_whom = ? AND key = ?', row.by_whom, row.key);
}

export const keepAnswer = (transaction: Transaction, by: string, key: string, answer: string): Promise<number> =>
  transaction.run('UPDATE answered SET answer = ? WHERE by_whom = ? AND key = ?', answer, by, key);

/** Nothing was done: the key may be used again. */
export const freeKey = (transaction: Transaction, by: string, key: string): Promise<number> =>
  transaction.run('DELETE FROM answered WHERE by_whom = ? AND key = ? AND answer IS NULL', by, key);

/** Those that are there, sealed. */
export const keptAnswers = (
  transaction: Transaction,
): Promise<readonly { readonly by_whom: string; readonly key: string; readonly answer: string }[]> =>
  transaction.all('SELECT by_whom, key, answer FROM answered WHERE answer IS NOT NULL');

/** The key stays taken, nobody is told the answer any more. */
export const withdrawAnswer = (transaction: Transaction, by: string, key: string): Promise<number> =>
  transaction.run('UPDATE answered SET answer = NULL WHERE by_whom = ? AND key = ?', by, key);

export const forgetAnswers = (transaction: Transaction, before: number): Promise<number> =>
  transaction.run('DELETE FROM answered WHERE at < ?', before);
