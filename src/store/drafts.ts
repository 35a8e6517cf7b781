// Drafts of jobs and connections: saved part by part, gone once they are finished or thrown away.
import { nextNumber } from './counters.ts';
import type { Reader, Transaction } from './database.ts';

export interface DraftRow {
  readonly id: number;
  readonly kind: 'job' | 'connection';
  readonly name: string;
  /** JSON by part. */
  readonly parts: string;
  readonly revision: number;
  readonly at: number;
  readonly by_whom: string;
}

export const listDrafts = (reader: Reader): Promise<readonly DraftRow[]> => reader.all<DraftRow>('SELECT * FROM draft ORDER BY id');
export const getDraft = (reader: Reader, id: number): Promise<DraftRow | undefined> =>
  reader.get<DraftRow>('SELECT * FROM draft WHERE id = ?', id);
export const draftNamed = (reader: Reader, kind: DraftRow['kind'], name: string): Promise<DraftRow | undefined> =>
  reader.get<DraftRow>('SELECT * FROM draft WHERE kind = ? AND name = ?', kind, name);

/** A job has its number already as a draft. */
export async function createDraft(transaction: Transaction, row: Omit<DraftRow, 'id' | 'revision'>): Promise<number> {
  const id = await nextNumber(transaction, 'job');
  await transaction.insert(
    'draft',
    ['id', 'kind', 'name', 'parts', 'revision', 'at', 'by_whom'],
    [[id, row.kind, row.name, row.parts, 1, row.at, row.by_whom]],
  );
  return id;
}

/** False: somebody saved it after `revision`. */
export const saveDraft = async (
  transaction: Transaction,
  id: number,
  revision: number,
  row: Pick<DraftRow, 'name' | 'parts' | 'at' | 'by_whom'>,
): Promise<boolean> =>
  (await transaction.run(
    'UPDATE draft SET name = ?, parts = ?, at = ?, by_whom = ?, revision = revision + 1 WHERE id = ? AND revision = ?',
    row.name,
    row.parts,
    row.at,
    row.by_whom,
    id,
    revision,
  )) === 1;

/** With its secrets. */
export async function dropDraft(transaction: Transaction, id: number): Promise<void> {
  await transaction.run('DELETE FROM sealed WHERE owner = ?', `draft:${id}`);
  await transaction.run('DELETE FROM draft WHERE id = ?', id);
}

export const dropDraftSecret = (transaction: Transaction, id: number, name: string): Promise<number> =>
  transaction.run('DELETE FROM sealed WHERE owner = ? AND name = ?', `draft:${id}`, name);
