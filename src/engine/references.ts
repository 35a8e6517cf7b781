// Translates references and edge ends between ids of a system and directory ids, a batch at a time.
import { list } from '../store/database.ts';
import { directoryIdsOf, externalIdsOf } from '../store/links.ts';
import type { Database } from '../store/database.ts';

export interface Wanted {
  readonly type: string;
  readonly id: string;
}

export type Translation = (type: string, id: string) => string | undefined;

async function translate(
  wanted: Iterable<Wanted>,
  look: (type: string, ids: readonly string[]) => Promise<Map<string, string>>,
): Promise<Translation> {
  const byType = new Map<string, Set<string>>();
  for (const { type, id } of wanted) {
    const ids = byType.get(type) ?? new Set<string>();
    ids.add(id);
    byType.set(type, ids);
  }
  const found = new Map<string, Map<string, string>>();
  for (const [type, ids] of byType) found.set(type, await look(type, [...ids]));
  return (type, id) => found.get(type)?.get(id);
}

/** System id → directory id, ids allotted to planned creates included. */
export const toDirectoryIds = (database: Database, connection: string, wanted: Iterable<Wanted>): Promise<Translation> =>
  translate(wanted, (type, ids) => directoryIdsOf(database, connection, type, ids));

/** The same, and what this run has just matched by a rule: its link is made only when the plan is carried out. */
export async function toDirectoryIdsInRun(
  database: Database,
  connection: string,
  run: number,
  wanted: readonly Wanted[],
): Promise<Translation> {
  const linked = await toDirectoryIds(database, connection, wanted);
  const matched = await translate(
    wanted.filter(({ type, id }) => linked(type, id) === undefined),
    async (type, ids) => {
      const rows = await database.all<{ source_key: string; directory_id: string }>(
        'SELECT source_key, directory_id FROM staged WHERE run = ? AND type = ? AND directory_id IS NOT NULL AND source_key IN {list}',
        run,
        type,
        list(ids),
      );
      return new Map(rows.map((row) => [row.source_key, row.directory_id]));
    },
  );
  return (type, id) => linked(type, id) ?? matched(type, id);
}

/** Directory id → system id. */
export const toExternalIds = (database: Database, connection: string, wanted: Iterable<Wanted>): Promise<Translation> =>
  translate(wanted, (type, ids) => externalIdsOf(database, connection, type, ids));

/** Of these objects, those that the mirror of the connection shows. */
export async function knownInMirror(
  database: Database,
  connection: string,
  type: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await database.all<{ external_id: string }>(
    'SELECT external_id FROM mirror WHERE connection = ? AND type = ? AND external_id IN {list}',
    connection,
    type,
    list(ids),
  );
  return new Set(rows.map((row) => row.external_id));
}
