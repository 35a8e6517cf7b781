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

/** By which jobs these people came into their departments, oldest first, as far as the history goes back. */
export const placingsOf = (
  reader: Reader,
  ids: readonly string[],
): Promise<readonly { readonly id: string; readonly to_type: string; readonly to_id: string; readonly job: number }[]> =>
  reader.all(
    `SELECT h.id AS id, e.to_type AS to_type, e.to_id AS to_id, h.job AS job FROM history h JOIN history_edge e ON e.seq = h.seq AND e.n = h.n
     WHERE h.id IN {list} AND e.relation = 'membership' AND e.op = 'add' AND h.job IS NOT NULL ORDER BY h.seq, h.n`,
    list(ids),
  );

/**
 * The last place of the history that belongs to a time (epoch ms) or an earlier one; 0 = before everything. Found by halving:
 * places follow commits, and entries of one run bear the time at which it began.
 */
export async function placeAt(reader: Reader, at: number): Promise<number> {
  const last = (await reader.get<{ seq: number | null }>('SELECT max(seq) AS seq FROM history'))?.seq ?? 0;
  let [low, high] = [0, Number(last)];
  while (low < high) {
    const middle = Math.floor((low + high + 1) / 2);
    const entry = await reader.get<{ seq: number; at: number }>(
      'SELECT seq, at FROM history WHERE seq <= ? ORDER BY seq DESC, n DESC LIMIT 1',
      middle,
    );
    if (!entry || entry.at <= at) low = middle;
    else high = Number(entry.seq) - 1;
  }
  return low;
}

/** Who was in one of these departments after a place, or is now. */
export const everMembersOf = async (reader: Reader, departments: readonly string[], after: number): Promise<readonly string[]> =>
  (
    await reader.all<{ id: string }>(
      `SELECT owner AS id FROM edge WHERE relation = 'membership' AND to_id IN {list}
       UNION SELECT h.id FROM history h JOIN history_edge e ON e.seq = h.seq AND e.n = h.n WHERE h.seq > ? AND h.type = 'person' AND e.relation = 'membership' AND e.to_id IN {list}`,
      list(departments),
      after,
      list(departments),
    )
  ).map((row) => row.id);

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
