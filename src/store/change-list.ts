// The changes of one run, page by page, however many there are: every question is bounded and answered from an index.
import { deedsNamed } from '../core/deed.ts';
import { containing, list, type Reader, type SqlValue } from './database.ts';
import type { ChangeRow } from './ledger.ts';

export interface ChangeFilter {
  readonly run: number;
  /** Id of the last change of the page before; 0 for the first page. */
  readonly after: number;
  readonly limit: number;
  readonly states?: readonly string[] | undefined;
  readonly actions?: readonly string[] | undefined;
  /** Narrower than an action: see core/deed.ts. */
  readonly deeds?: readonly string[] | undefined;
  readonly types?: readonly string[] | undefined;
  readonly situations?: readonly string[] | undefined;
  /** A directory id: the department itself, who belongs to it, and who comes to it or leaves it by the change. */
  readonly department?: string | undefined;
  /** Anywhere in name or source key, case ignored. */
  readonly text?: string | undefined;
  /** How many ids one page of a search looks through. */
  readonly lookThrough?: number | undefined;
}

export interface ChangePage {
  readonly rows: readonly ChangeRow[];
  /** `after` of the next page; null when this was the last. A page of a search may be short or empty and still have a next one. */
  readonly next: number | null;
}

/** Up to so many changes are looked through in one page for what no index knows. */
const LOOKED_THROUGH = 10_000;
/** Up to so many changes in the wanted states they are sorted; more are found soon enough in the order of ids. */
const FEW = 5_000;

export async function changePage(reader: Reader, filter: ChangeFilter): Promise<ChangePage> {
  const last = await lastOf(reader, filter);
  if (last === null || last <= filter.after) return { rows: [], next: null };
  const until = isSearch(filter) ? Math.min(last, (await startOf(reader, filter)) + (filter.lookThrough ?? LOOKED_THROUGH)) : last;
  const rows = (await areFew(reader, filter)) ? await fewRows(reader, filter, until) : await manyRows(reader, filter, until);
  if (rows.length === filter.limit) return { rows, next: rows.at(-1)!.id };
  return { rows, next: until < last ? until : null };
}

const isNamed = (values: readonly string[] | undefined): values is readonly string[] => values !== undefined && values.length > 0;

/** What is asked for could be anywhere, or nowhere. */
const isSearch = (filter: ChangeFilter): boolean =>
  Boolean(filter.text) || isNamed(filter.types) || isNamed(filter.situations) || filter.department !== undefined;

/** The last change that the page could come to. */
async function lastOf(reader: Reader, filter: ChangeFilter): Promise<number | null> {
  const bounds = await boundsOf(reader, filter);
  return bounds.length === 0 ? null : Math.max(...bounds.map((bound) => bound.last));
}

/** Where looking through begins: changes of a run lie together, long after those of older runs. */
async function startOf(reader: Reader, filter: ChangeFilter): Promise<number> {
  const bounds = await boundsOf(reader, filter);
  return Math.max(filter.after, Math.min(...bounds.map((bound) => bound.first)) - 1);
}

/** First and last id per deed that the run has; one look into the index for each. */
async function boundsOf(reader: Reader, filter: ChangeFilter): Promise<readonly { deed: string; first: number; last: number }[]> {
  const wanted = deedsNamed(filter.actions, filter.deeds);
  return reader.all<{ deed: string; first: number; last: number }>(
    `WITH RECURSIVE a(deed) AS (
       SELECT min(deed) FROM change WHERE run = ?
       UNION ALL SELECT (SELECT min(c.deed) FROM change c WHERE c.run = ? AND c.deed > a.deed) FROM a WHERE a.deed IS NOT NULL)
     SELECT a.deed AS deed, (SELECT min(c.id) FROM change c WHERE c.run = ? AND c.deed = a.deed) AS first,
       (SELECT max(c.id) FROM change c WHERE c.run = ? AND c.deed = a.deed) AS last
     FROM a WHERE a.deed IS NOT NULL AND (? = 1 OR a.deed IN {list})`,
    filter.run,
    filter.run,
    filter.run,
    filter.run,
    wanted ? 0 : 1,
    list(wanted ?? []),
  );
}

async function areFew(reader: Reader, filter: ChangeFilter): Promise<boolean> {
  if (!isNamed(filter.states)) return false;
  let found = 0;
  for (const state of filter.states) {
    const row = await reader.get<{ n: number }>(
      'SELECT count(*) AS n FROM (SELECT 1 AS x FROM change WHERE run = ? AND state = ? LIMIT ?) c',
      filter.run,
      state,
      FEW + 1,
    );
    found += row!.n;
    if (found > FEW) return false;
  }
  return true;
}

/** What every question asks beside run, deed and place. */
function conditions(filter: ChangeFilter): { sql: string; params: SqlValue[] } {
  const parts: string[] = [];
  const params: SqlValue[] = [];
  if (isNamed(filter.states)) {
    parts.push('state IN {list}');
    params.push(list(filter.states));
  }
  if (isNamed(filter.types)) {
    parts.push('type IN {list}');
    params.push(list(filter.types));
  }
  if (isNamed(filter.situations)) {
    parts.push('situation IN {list}');
    params.push(list(filter.situations));
  }
  if (filter.department !== undefined) {
    parts.push(`(change.directory_id = ? OR EXISTS (SELECT 1 FROM edge e WHERE e.owner = change.directory_id AND e.to_id = ?)
      OR EXISTS (SELECT 1 FROM change_edge ce WHERE ce.change = change.id AND ce.to_id = ?))`);
    params.push(filter.department, filter.department, filter.department);
  }
  if (filter.text) {
    parts.push(`(lower(title) LIKE ? ESCAPE '\\' OR lower(source_key) LIKE ? ESCAPE '\\')`);
    params.push(containing(filter.text), containing(filter.text));
  }
  return { sql: parts.map((part) => ` AND ${part}`).join(''), params };
}

/** By the index on states; `+id` keeps both databases from walking along the primary key instead. */
const fewRows = (reader: Reader, filter: ChangeFilter, until: number): Promise<readonly ChangeRow[]> => {
  const more = conditions(filter);
  const wanted = deedsNamed(filter.actions, filter.deeds);
  return reader.all<ChangeRow>(
    `SELECT * FROM change WHERE run = ? AND (? = 1 OR deed IN {list})${more.sql} AND +id > ? AND +id <= ? ORDER BY +id LIMIT ?`,
    filter.run,
    wanted ? 0 : 1,
    list(wanted ?? []),
    ...more.params,
    filter.after,
    until,
    filter.limit,
  );
};

/** The first of each deed, merged: each is a walk along the index (run, deed, id). */
async function manyRows(reader: Reader, filter: ChangeFilter, until: number): Promise<readonly ChangeRow[]> {
  const more = conditions(filter);
  const found: ChangeRow[] = [];
  for (const { deed } of await boundsOf(reader, filter))
    found.push(
      ...(await reader.all<ChangeRow>(
        `SELECT * FROM change WHERE run = ? AND deed = ? AND id > ? AND id <= ?${more.sql} ORDER BY id LIMIT ?`,
        filter.run,
        deed,
        filter.after,
        until,
        ...more.params,
        filter.limit,
      )),
    );
  return found.sort((a, b) => a.id - b.id).slice(0, filter.limit);
}

export interface DepartmentShare {
  readonly department: string;
  readonly count: number;
}

/**
 * How many of the first `among` changes of a run concern each department, as the filter means it, most first; who is in several, or moves from one
 * to another, counts in each. `isWhole`: the run has no more than `among`.
 */
export async function departmentsOfChanges(
  reader: Reader,
  run: number,
  { most, among }: { readonly most: number; readonly among: number },
): Promise<{ readonly shares: readonly DepartmentShare[]; readonly departments: number; readonly isWhole: boolean }> {
  const first = 'SELECT id, type, directory_id FROM change WHERE run = ? ORDER BY id LIMIT ?';
  const row = await reader.get<{ there: number }>(`SELECT count(*) AS there FROM (${first}) c`, run, among + 1);
  const found = await reader.all<DepartmentShare & { departments: number }>(
    `WITH c AS (${first})
     SELECT department, count(*) AS count, count(*) OVER () AS departments FROM (
       SELECT directory_id AS department, id FROM c WHERE type = 'department' AND directory_id IS NOT NULL
       UNION SELECT e.to_id, c.id FROM c JOIN edge e ON e.owner = c.directory_id WHERE e.to_type = 'department'
       UNION SELECT ce.to_id, c.id FROM c JOIN change_edge ce ON ce.change = c.id WHERE ce.to_type = 'department') d
     GROUP BY department ORDER BY count DESC, department LIMIT ?`,
    run,
    among,
    most,
  );
  return {
    shares: found.map(({ department, count }) => ({ department, count })),
    departments: found[0]?.departments ?? 0,
    isWhole: row!.there <= among,
  };
}

/** What took these objects of the directory out of use, oldest first. */
export const disablesOf = (
  reader: Reader,
  ids: readonly string[],
): Promise<readonly { readonly id: number; readonly job: number; readonly directory_id: string; readonly situation: string }[]> =>
  reader.all(
    `SELECT id, job, directory_id, situation FROM change WHERE directory_id IN {list} AND action = 'disable' AND state = 'applied' ORDER BY id`,
    list(ids),
  );
