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
function branchesOf({ run, states }: Pick<HeldFilter, 'run' | 'states'>): readonly Branch[] {
  if (run === undefined) return states.map((state) => ({ sql: 'state = ?', params: [state] }));
  // `state || ''`: the run says more.
  return [
    { sql: `first_run = ? AND state || '' IN {list}`, params: [run, list(states)] },
    { sql: `last_run = ? AND first_run <> ? AND state || '' IN {list}`, params: [run, run, list(states)] },
  ];
}

/** How much of a question there is, however many pages it takes. */
export interface HeldTotal {
  readonly job: number;
  readonly question: string;
  readonly type: string;
  readonly action: string;
  /** People, departments or groups; somebody may have several changes. */
  readonly objects: number;
  readonly changes: number;
}

/** Of all that a list shows, by question, type and action. */
export function heldTotals(reader: Reader, filter: Omit<HeldFilter, 'after' | 'limit'>): Promise<readonly HeldTotal[]> {
  const branches = branchesOf(filter);
  if (branches.length === 0) return Promise.resolve([]);
  const { also, given } = onlyOf(filter);
  const parts = branches.map(({ sql }) => `SELECT job, question, type, action, source_key FROM held WHERE ${sql} ${also}`);
  return reader.all<HeldTotal>(
    `SELECT job, question, type, action, count(DISTINCT source_key) AS objects, count(*) AS changes FROM (${parts.join(' UNION ALL ')}) page
     GROUP BY job, question, type, action ORDER BY job, question, type, action`,
    ...branches.flatMap(({ params }) => [...params, ...given]),
  );
}

function onlyOf({ job, question }: Pick<HeldFilter, 'job' | 'question'>): { readonly also: string; readonly given: readonly SqlValue[] } {
  const [also, given]: [string[], SqlValue[]] = [[], []];
  const only = (condition: string, value: SqlValue | undefined): void => {
    if (value === undefined) return;
    also.push(`AND ${condition}`);
    given.push(value);
  };
  only('job = ?', job);
  only('question = ?', question);
  return { also: also.join(' '), given };
}

/** By number, after this one. */
export function heldPage(reader: Reader, filter: HeldFilter): Promise<readonly HeldRow[]> {
  const branches = branchesOf(filter);
  if (branches.length === 0) return Promise.resolve([]);
  const { also, given } = onlyOf(filter);
  const parts = branches.map(
    ({ sql }, index) => `SELECT * FROM (SELECT * FROM held WHERE ${sql} ${also} AND id > ? ORDER BY id LIMIT ?) part${index}`,
  );
  return reader.all<HeldRow>(
    `SELECT * FROM (${parts.join(' UNION ALL ')}) page ORDER BY id LIMIT ?`,
    ...branches.flatMap(({ params }) => [...params, ...given, filter.after, filter.limit]),
    filter.limit,
  );
}
