// Circles: a value that is made of itself, over the accounts of one person in several systems.
import { accountReads } from './mapping/compile.ts';
import type { MappingRow } from './mapping/rows.ts';

/** A job that writes accounts, with its rows per type. */
export interface WritingJob {
  readonly name: string;
  readonly connection: string;
  readonly mapping: Readonly<Record<string, readonly MappingRow[]>>;
}

/** One attribute that a job writes out of accounts. */
interface Flow {
  readonly job: string;
  readonly row: number;
  readonly type: string;
  readonly to: string;
  readonly from: readonly string[];
}

export interface Circle {
  /** The job and row with which it begins. */
  readonly job: string;
  readonly type: string;
  readonly row: number;
  /** `app.mail`, each made of the next; the last is the first again. */
  readonly values: readonly string[];
  /** Names of the jobs along it. */
  readonly jobs: readonly string[];
}

const placeOf = (system: string, attribute: string): string => `${system}.${attribute}`;

/** Each circle once, named from each row that is on it. */
export function circlesOver(jobs: readonly WritingJob[]): readonly Circle[] {
  const flows = jobs.flatMap((job) =>
    Object.entries(job.mapping).flatMap(([type, rows]) =>
      rows.map(
        (row, index): Flow => ({
          job: job.name,
          row: index,
          type,
          to: placeOf(job.connection, row.target),
          from: accountReads([row]).map(({ system, attribute }) => placeOf(system, attribute)),
        }),
      ),
    ),
  );
  return flows.flatMap((flow) => {
    const way = wayBack(flow, flow, flows, new Set());
    return way === null
      ? []
      : [
          {
            job: flow.job,
            type: flow.type,
            row: flow.row,
            values: [...way.map((one) => one.to), flow.to],
            jobs: [...new Set(way.map((one) => one.job))],
          },
        ];
  });
}

/** The rows from `at` to a value that is made of `start`'s; null when there is none. */
function wayBack(start: Flow, at: Flow, flows: readonly Flow[], seen: Set<string>): readonly Flow[] | null {
  if (at.from.includes(start.to)) return [at];
  for (const value of at.from) {
    if (seen.has(value)) continue;
    seen.add(value);
    for (const next of flows) {
      if (next.to !== value || next.type !== start.type) continue;
      const way = wayBack(start, next, flows, seen);
      if (way) return [at, ...way];
    }
  }
  return null;
}
