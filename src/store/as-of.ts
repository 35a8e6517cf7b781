// The directory at another moment: steps of the history, read for many objects at once. What is now, less what came after, is what was.
import { list, type Reader } from './database.ts';
import type { HistoryRow } from './directory.ts';
import type { EdgeStep } from '../core/undo.ts';

/** Which entries of the history are meant: those of one run, or all after a place. */
export type Span = { readonly run: number } | { readonly after: number };

const where = (span: Span): readonly [string, number] => ('run' in span ? ['h.run = ?', span.run] : ['h.seq > ?', span.after]);

/** Entries about these objects, oldest first. */
export const entriesOf = (reader: Reader, ids: readonly string[], span: Span): Promise<readonly HistoryRow[]> => {
  const [condition, value] = where(span);
  return ids.length === 0
    ? Promise.resolve([])
    : reader.all<HistoryRow>(`SELECT h.* FROM history h WHERE h.id IN {list} AND ${condition} ORDER BY h.id, h.seq, h.n`, list(ids), value);
};

export interface HistoryEdge extends EdgeStep {
  readonly seq: number;
  readonly n: number;
}

export const entryEdgesOf = (reader: Reader, ids: readonly string[], span: Span): Promise<readonly HistoryEdge[]> => {
  const [condition, value] = where(span);
  return ids.length === 0
    ? Promise.resolve([])
    : reader.all<HistoryEdge>(
        `SELECT e.* FROM history h JOIN history_edge e ON e.seq = h.seq AND e.n = h.n WHERE h.id IN {list} AND ${condition}`,
        list(ids),
        value,
      );
};

/** The last place of the history that was written at or before a time (epoch ms); 0 = before everything. */
export const placeAt = async (reader: Reader, at: number): Promise<number> =>
  (await reader.get<{ seq: number | null }>('SELECT max(seq) AS seq FROM history WHERE at <= ?', at))?.seq ?? 0;

/** Every object there ever was, by id. */
export const everPage = (reader: Reader, type: string, after: string, limit: number): Promise<readonly { id: string }[]> =>
  reader.all('SELECT id FROM object WHERE type = ? AND id > ? ORDER BY id LIMIT ?', type, after, limit);

/** Objects of a type that the history tells something of between two places, by id. */
export const touchedBetween = (
  reader: Reader,
  type: string,
  from: number,
  to: number,
  after: string,
  limit: number,
): Promise<readonly { id: string }[]> =>
  reader.all(
    'SELECT DISTINCT id FROM history WHERE type = ? AND seq > ? AND seq <= ? AND id > ? ORDER BY id LIMIT ?',
    type,
    from,
    to,
    after,
    limit,
  );
