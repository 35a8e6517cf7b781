// What a dry run found wrong with single objects: kept with the run, since it must leave the list of what is wrong as it is.
import { troubledRows } from '../../store/staged.ts';
import type { PlannedProblem, RunContext } from '../context.ts';
import { parseJson } from '../shapes.ts';
import type { Desired, Problem } from './assess.ts';

/** Who looks at more of them lets the job run, or mends the first ones. */
const KEPT = 100;

/** What cannot be staged, since it could not be read. */
export function keepProblem({ evidence }: RunContext, problem: PlannedProblem): void {
  const kept = evidence.problems ?? [];
  if (kept.length < KEPT) evidence.problems = [...kept, problem];
}

export async function problemsOfDryRun({ database, run, types, evidence }: RunContext): Promise<readonly PlannedProblem[]> {
  const unread = (evidence.problems ?? []).filter(({ cause }) => cause === 'unreadable');
  const found = (await troubledRows(database, run.id, KEPT)).flatMap(({ type, source_key, desired, problems }) => {
    const name = types.find((plan) => plan.type === type)?.target.title;
    const title = name === undefined ? null : parseJson<Desired | null>(desired, null)?.a[name];
    return parseJson<Problem[]>(problems, []).map((found) => ({
      type,
      key: source_key,
      title: typeof title === 'string' ? title : null,
      attribute: found.attribute,
      cause: found.cause,
      message: found.message,
    }));
  });
  return [...unread, ...found].slice(0, KEPT);
}
