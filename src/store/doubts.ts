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

export async function dropDoubts(transaction: Transaction, job: number): Promise<void> {
  for (const table of ['doubt', 'doubt_vote']) await transaction.run(`DELETE FROM ${table} WHERE job = ?`, job);
}

/** A person who would accept all that is asked about a job. */
export interface DoubtVote {
  readonly actor: string;
  /** Of the questions as they were then. */
  readonly hash: string;
  readonly at: number;
}

export const doubtVotes = (reader: Reader, job: number): Promise<readonly DoubtVote[]> =>
  reader.all<DoubtVote>('SELECT actor, hash, at FROM doubt_vote WHERE job = ? ORDER BY at, actor', job);

/** One word per person; the last one counts. */
export const putDoubtVote = (transaction: Transaction, job: number, vote: DoubtVote): Promise<void> =>
  transaction.insert(
    'doubt_vote',
    ['job', 'actor', 'hash', 'at'],
    [[job, vote.actor, vote.hash, vote.at]],
    '(job, actor) DO UPDATE SET hash = excluded.hash, at = excluded.at',
  );
