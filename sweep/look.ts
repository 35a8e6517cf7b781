// What the engine's store holds: what a story is judged by.
import type { Database } from '../src/store/database.ts';
import type { HistoryRow } from '../src/store/directory.ts';
import type { ChangeEdgeRow, ChangeRow } from '../src/store/ledger.ts';
import { openStore } from '../test/support/store.ts';

export interface Looked {
  readonly objects: readonly { id: string; type: string; lifecycle: string; data: string }[];
  readonly edges: readonly { owner: string; relation: string; to_id: string; facts: string }[];
  readonly links: readonly { connection: string; type: string; external_id: string; directory_id: string }[];
  /** In the order in which they are applied. */
  readonly changes: readonly ChangeRow[];
  readonly changeEdges: readonly ChangeEdgeRow[];
  readonly history: readonly HistoryRow[];
  readonly historyEdges: readonly { seq: number; n: number; relation: string; to_id: string; op: string; facts: string }[];
  /** What a matching has found, of each kind. */
  readonly matched: readonly { type: string; kind: string; count: number }[];
  readonly runs: readonly { id: number; job: number; cause: string; state: string; stage: string }[];
  /** What may not be left: open questions, problems, staged rows. */
  readonly left: readonly string[];
}

async function within<T>(folder: string, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await openStore(folder);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

export const look = (folder: string): Promise<Looked> => within(folder, lookAt);

export const lookAt = async (database: Database): Promise<Looked> => ({
    objects: await database.all('SELECT id, type, lifecycle, data FROM object ORDER BY id'),
    edges: await database.all('SELECT owner, relation, to_id, facts FROM edge ORDER BY owner, relation, to_id'),
    links: await database.all('SELECT connection, type, external_id, directory_id FROM link ORDER BY connection, type, external_id'),
    changes: await database.all('SELECT * FROM change WHERE run IN (SELECT id FROM run WHERE dry_run = 0) ORDER BY run, wave, depth, id'),
    changeEdges: await database.all('SELECT * FROM change_edge'),
    history: await database.all('SELECT * FROM history ORDER BY seq, n'),
    historyEdges: await database.all('SELECT * FROM history_edge ORDER BY seq, n'),
    matched: (await database.all<{ type: string; kind: string; count: number }>('SELECT type, kind, count(*) AS count FROM match_row GROUP BY type, kind ORDER BY type, kind')).map((row) => ({ ...row, count: Number(row.count) })),
    runs: await database.all('SELECT id, job, cause, state, stage FROM run ORDER BY id'),
    left: [
      ...(await database.all<{ id: number; state: string; title: string }>(`SELECT id, state, title FROM held WHERE state IN ('open', 'approved')`)).map((row) => `held change ${row.id} (${row.title}) is ${row.state}`),
      ...(await database.all<{ source_key: string; message: string }>('SELECT source_key, message FROM item')).map((row) => `item ${row.source_key}: ${row.message}`),
      ...(await database.all<{ run: number }>('SELECT DISTINCT run FROM match_sign')).map((row) => `matching ${row.run} left what it compared by`),
      ...(await database.all<{ run: number; n: number }>('SELECT run, count(*) AS n FROM staged GROUP BY run')).map((row) => `run ${row.run} left ${row.n} staged rows`),
    ],
  });

/** Where the run was when its process died: stage under way, and the states that its changes were in. */
export const statesAt = (folder: string): Promise<{ stage: string; states: readonly string[] }> =>
  within(folder, async (database) => {
    const run = await database.get<{ id: number; stage: string; mode: string }>(`SELECT id, stage, mode FROM run WHERE state = 'running' ORDER BY id DESC LIMIT 1`).catch(() => undefined);
    if (!run) return { stage: 'between runs', states: [] };
    const states = await database.all<{ state: string }>('SELECT DISTINCT state FROM change WHERE run = ? ORDER BY state', run.id);
    return { stage: `${run.mode} run after "${run.stage || 'nothing'}"`, states: states.map((row) => row.state) };
  });
