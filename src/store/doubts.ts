// Doubts: why the guard asks about a whole job, and what counts from then on when a person says yes.
import type { Reader, Transaction } from './database.ts';

export interface DoubtRow {
  readonly job: number;
  /** `narrower:<type>`: the source shows less of it · `upgrade`: the program alone would change too much. */
  readonly about: string;
  readonly run: number;
  readonly at: number;
  /** What was seen, as a sentence (JSON label). */
  readonly said: string;
  /** The reading that counts once it is accepted (JSON of `ReadingRow`); null: nothing to take over. */
  readonly reading: string | null;
}

export const doubtsOf = (reader: Reader, job: number): Promise<readonly DoubtRow[]> =>
  reader.all<DoubtRow>('SELECT * FROM doubt WHERE job = ? ORDER BY about', job);

export const listDoubts = (reader: Reader): Promise<readonly DoubtRow[]> => reader.all<DoubtRow>('SELECT * FROM doubt ORDER BY job, about');

export const putDoubt = (transaction: Transaction, doubt: DoubtRow): Promise<number> =>
  transaction.run(
    `INSERT INTO doubt (job, about, run, at, said, reading) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (job, about) DO UPDATE SET run = excluded.run, at = excluded.at, said = excluded.said, reading = excluded.reading`,
    doubt.job,
    doubt.about,
    doubt.run,
    doubt.at,
    doubt.said,
    doubt.reading,
  );

export const dropDoubt = (transaction: Transaction, job: number, about: string): Promise<number> =>
  transaction.run('DELETE FROM doubt WHERE job = ? AND about = ?', job, about);

export const dropDoubts = (transaction: Transaction, job: number): Promise<number> =>
  transaction.run('DELETE FROM doubt WHERE job = ?', job);
