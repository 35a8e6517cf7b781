// The held list page by page, each page from an index in the order of the numbers, however much has ever been asked.
import { list, type Reader, type SqlValue } from './database.ts';
import type { HeldRow } from './held.ts';

interface HeldFilter {
  readonly job?: number | undefined;
  readonly run?: number | undefined;
  readonly question?: string | undefined;
  readonly states: readonly string[];
  readonly after: number;
  readonly limit: number;
}

/** What is read in one go along one index. */
interface Branch {
  readonly sql: string;
  readonly params: readonly SqlValue[];
}

/** By state; of a run by the run that asked first, or last. */
function branchesOf({ run, states }: HeldFilter): readonly Branch[] {
  if (run === undefined) return states.map((state) => ({ sql: 'state = ?', params: [state] }));
  // `state || ''`: the run says more.
  return [
    { sql: `first_run = ? AND state || '' IN {list}`, params: [run, list(states)] },
    { sql: `last_run = ? AND first_run <> ? AND state || '' IN {list}`, params: [run, run, list(states)] },
  ];
}

/** By number, after this one. */
export function heldPage(reader: Reader, filter: HeldFilter): Promise<readonly HeldRow[]> {
  const branches = branchesOf(filter);
  if (branches.length === 0) return Promise.resolve([]);
  const [also, given]: [string[], SqlValue[]] = [[], []];
  const only = (condition: string, value: SqlValue | undefined): void => {
    if (value === undefined) return;
    also.push(`AND ${condition}`);
    given.push(value);
  };
  only('job = ?', filter.job);
  only('question = ?', filter.question);
  const parts = branches.map(
    ({ sql }, index) => `SELECT * FROM (SELECT * FROM held WHERE ${sql} ${also.join(' ')} AND id > ? ORDER BY id LIMIT ?) part${index}`,
  );
  return reader.all<HeldRow>(
    `SELECT * FROM (${parts.join(' UNION ALL ')}) page ORDER BY id LIMIT ?`,
    ...branches.flatMap(({ params }) => [...params, ...given, filter.after, filter.limit]),
    filter.limit,
  );
}
