// Contributions: what each job says of an object, as last accepted. The directory is a pure function of these.
import { list, type Reader, type Transaction } from './database.ts';

export interface ContributionRow {
  readonly job: number;
  readonly type: string;
  readonly external_id: string;
  readonly directory_id: string;
  /** `{a: attributes, x: existence}`; references are ids of the job's source. */
  readonly data: string;
  /** Known relations, JSON list. */
  readonly relations: string;
  readonly accepted_run: number;
}

export const contributionsOf = (reader: Reader, directoryIds: readonly string[]): Promise<readonly ContributionRow[]> =>
  directoryIds.length === 0
    ? Promise.resolve([])
    : reader.all<ContributionRow>('SELECT * FROM contribution WHERE directory_id IN {list}', list(directoryIds));

export interface ContributionEdgeRow {
  readonly job: number;
  readonly type: string;
  readonly external_id: string;
  readonly relation: string;
  readonly to_type: string;
  readonly to_key: string;
  readonly facts: string;
}

export const contributionEdgesOf = (
  reader: Reader,
  job: number,
  type: string,
  ids: readonly string[],
): Promise<readonly ContributionEdgeRow[]> =>
  reader.all<ContributionEdgeRow>(
    `SELECT * FROM contribution_edge WHERE job = ? AND type = ? AND external_id IN {list}`,
    job,
    type,
    list(ids),
  );

export type ContributionIn = Omit<ContributionRow, 'accepted_run'>;

/** Accepts contributions as staged by a run: data as given, edges copied from the stage for the relations it knows. */
export async function acceptContributions(transaction: Transaction, run: number, entries: readonly ContributionIn[]): Promise<void> {
  if (entries.length === 0) return;
  const known = await knownRelations(transaction, entries);
  await transaction.insert(
    'contribution',
    ['job', 'type', 'external_id', 'directory_id', 'data', 'relations', 'accepted_run'],
    entries.map((entry) => [
      entry.job,
      entry.type,
      entry.external_id,
      entry.directory_id,
      entry.data,
      known.get(`${entry.type}\0${entry.external_id}`) ?? entry.relations,
      run,
    ]),
    `(job, type, external_id) DO UPDATE SET directory_id = excluded.directory_id, data = excluded.data, relations = excluded.relations,
       accepted_run = excluded.accepted_run`,
  );
  const [first] = entries;
  for (const type of new Set(entries.map((entry) => entry.type))) {
    const ids = list(entries.filter((entry) => entry.type === type).map((entry) => entry.external_id));
    // Relations unknown to this read keep their accepted edges.
    await transaction.run(
      `DELETE FROM contribution_edge WHERE job = ? AND type = ? AND external_id IN {list} AND EXISTS
         (SELECT 1 FROM staged s WHERE s.run = ? AND s.type = contribution_edge.type AND s.source_key = contribution_edge.external_id
            AND s.relations LIKE '%"' || contribution_edge.relation || '"%')`,
      first!.job,
      type,
      ids,
      run,
    );
    await transaction.run(
      `INSERT INTO contribution_edge (job, type, external_id, relation, to_type, to_key, facts)
       SELECT ?, e.type, e.source_key, e.relation, e.to_type, e.to_key, e.facts FROM staged_edge e WHERE e.run = ? AND e.type = ? AND e.source_key IN {list}
       ON CONFLICT (job, type, external_id, relation, to_type, to_key) DO UPDATE SET facts = excluded.facts`,
      first!.job,
      run,
      type,
      ids,
    );
  }
}

/** A relation that was known before and is unknown now stays known: its accepted edges stay as well. */
async function knownRelations(transaction: Transaction, entries: readonly ContributionIn[]): Promise<ReadonlyMap<string, string>> {
  const united = new Map<string, string>();
  for (const type of new Set(entries.map((entry) => entry.type))) {
    const own = new Map(entries.filter((entry) => entry.type === type).map((entry) => [entry.external_id, entry]));
    const rows = await transaction.all<{ external_id: string; relations: string }>(
      'SELECT external_id, relations FROM contribution WHERE job = ? AND type = ? AND external_id IN {list}',
      entries[0]!.job,
      type,
      list([...own.keys()]),
    );
    for (const row of rows) {
      const entry = own.get(row.external_id)!;
      if (row.relations === entry.relations) continue;
      const relations = [...new Set([...(JSON.parse(row.relations) as string[]), ...(JSON.parse(entry.relations) as string[])])];
      united.set(`${type}\0${row.external_id}`, JSON.stringify(relations));
    }
  }
  return united;
}

export async function dropContributions(transaction: Transaction, job: number, type: string, ids: readonly string[]): Promise<void> {
  for (const table of ['contribution', 'contribution_edge']) {
    await transaction.run(`DELETE FROM ${table} WHERE job = ? AND type = ? AND external_id IN {list}`, job, type, list(ids));
  }
}

/** Whether the job says anything of anybody. */
export const hasContributions = async (reader: Reader, job: number): Promise<boolean> =>
  (await reader.get('SELECT 1 AS yes FROM contribution WHERE job = ? LIMIT 1', job)) !== undefined;

/** Whoever speaks of these objects above is asked again, so that their word counts for what somebody else has said no more, or says now. */
export const askContributors = (transaction: Transaction, directoryIds: readonly string[]): Promise<number> =>
  transaction.run(
    `INSERT INTO due (job, type, source_key, what, at) SELECT o.job, o.type, o.external_id, 'review', CAST(0 AS BIGINT) FROM contribution o
     WHERE o.directory_id IN {list} AND o.job IN (SELECT id FROM job WHERE direction = 'up') ON CONFLICT (job, type, source_key, what) DO NOTHING`,
    list(directoryIds),
  );
