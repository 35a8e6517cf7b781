// What a dry run found wrong with single objects: kept with the run, since it must leave the list of what is wrong as it is.
import { troubledRows } from '../../store/staged.ts';
import type { PlannedProblem, RunContext } from '../context.ts';
import { parseJson } from '../shapes.ts';
import type { Desired, Problem } from './assess.ts';

/** Who looks at more of them lets the job run, or mends the first ones. */
const KEPT = 100;

export async function problemsOfDryRun({ database, run, types }: RunContext): Promise<readonly PlannedProblem[]> {
  return (await troubledRows(database, run.id, KEPT)).flatMap(({ type, source_key, desired, problems }) => {
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
}
