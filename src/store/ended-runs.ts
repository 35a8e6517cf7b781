// Which runs have ended since the last look, whoever carried them out: this process or a worker on another machine.
import type { Reader } from './database.ts';
import { type RunRow, runsById } from './runs.ts';

const PAGE = 1000;

export interface EndedRuns {
  /** Each that has ended since the last look, once; the first look is a beginning, and finds none. Looks wait for each other. */
  look(): Promise<readonly RunRow[]>;
}

export function endedRuns(reader: Reader): EndedRuns {
  /** Runs up to this number are known: those that were open then are in `open`, the others have ended. */
  let last: number | null = null;
  const open = new Set<number>();
  let turn: Promise<unknown> = Promise.resolve();

  const begin = async (): Promise<void> => {
    const newest = Number((await reader.get<{ id: number | null }>('SELECT max(id) AS id FROM run'))?.id ?? 0);
    for (const { id } of await reader.all<{ id: number }>(
      `SELECT id FROM run WHERE state IN ('queued', 'running', 'waiting') AND ended_at IS NULL AND id <= ?`,
      newest,
    ))
      open.add(Number(id));
    last = newest;
  };

  const sinceThen = async (): Promise<readonly RunRow[]> => {
    if (last === null) {
      await begin();
      return [];
    }
    const ended: RunRow[] = [];
    const known = [...open];
    for (let at = 0; at < known.length; at += PAGE) {
      const ids = known.slice(at, at + PAGE);
      const rows = new Map((await runsById(reader, ids)).map((row) => [row.id, row]));
      for (const id of ids) {
        const row = rows.get(id);
        if (row && row.endedAt === null) continue;
        // A run that is gone was forgotten: it ended long ago, and nobody looked.
        open.delete(id);
        if (row) ended.push(row);
      }
    }
    for (;;) {
      const found: readonly { id: number }[] = await reader.all('SELECT id FROM run WHERE id > ? ORDER BY id LIMIT ?', last, PAGE);
      for (const row of await runsById(
        reader,
        found.map(({ id }) => Number(id)),
      ))
        if (row.endedAt === null) open.add(row.id);
        else ended.push(row);
      last = Number(found.at(-1)?.id ?? last);
      if (found.length < PAGE) return ended;
    }
  };

  return {
    look() {
      const result = turn.then(() => sinceThen());
      turn = result.catch(() => undefined);
      return result;
    },
  };
}
