// Groups whose members follow a rule: who they are now, and when they are looked at again.
import { CONSOLE, type GroupRule } from '../../core/console.ts';
import { LIFECYCLE } from '../../core/directory-types.ts';
import { compileExpression } from '../../core/mapping/expression.ts';
import type { Attributes, AttributeSpec, Edge } from '../../core/model.ts';
import { ruledGroups } from '../../store/console.ts';
import type { Reader, Transaction } from '../../store/database.ts';
import { membersOfDepartments, peoplePage, subtreeOf } from '../../store/directory.ts';
import { createRun, openRuns } from '../../store/runs.ts';
import type { JobRow } from '../../store/jobs.ts';
import { directoryCatalogue } from '../catalogue.ts';

const PAGE = 1000;

/** People who are there (not departed, not absent), in the departments of the rule, of whom its expression holds. */
export async function membersByRule(reader: Reader, rule: GroupRule): Promise<Edge[]> {
  const departments = rule.departments.length === 0 ? null : await departmentsOf(reader, rule);
  const holds = await conditionOf(reader, rule);
  const members: Edge[] = [];
  for (let after = ''; ; ) {
    const page = departments ? await membersOfDepartments(reader, departments, after, PAGE) : await peoplePage(reader, after, PAGE);
    for (const row of page) if (holds(row)) members.push({ to: { type: 'person', id: row.id } });
    if (page.length < PAGE) return members;
    after = page.at(-1)!.id;
  }
}

/** Whether the expression of the rule holds of somebody; of everybody where there is none, of nobody where it cannot be understood. */
export async function conditionOf(reader: Reader, rule: GroupRule): Promise<(row: { lifecycle: string; data: string }) => boolean> {
  if (rule.where === undefined) return () => true;
  const attributes = await personAttributes(reader);
  const compiled = compileExpression(rule.where, attributes);
  if (!('expression' in compiled)) return () => false;
  // The directory knows all its attributes: what has no value is empty.
  const noValues: Attributes = Object.fromEntries(attributes.map((spec) => [spec.name, null]));
  return ({ data, lifecycle }) => {
    const verdict = compiled.expression.evaluate({ ...noValues, ...(JSON.parse(data) as Attributes), [LIFECYCLE]: lifecycle });
    return 'value' in verdict && verdict.value === true;
  };
}

/** Those that were added included. */
export const personAttributes = async (reader: Reader): Promise<readonly AttributeSpec[]> =>
  (await directoryCatalogue(reader)).find((spec) => spec.id === 'person')!.attributes;

async function departmentsOf(reader: Reader, rule: GroupRule): Promise<string[]> {
  const own = rule.departments.map((department) => department.id);
  const below = rule.departments.filter((department) => department.below).map((department) => department.id);
  return [...new Set([...own, ...(await subtreeOf(reader, below))])];
}

/** After people or departments changed: a short run of the console's job looks at its groups again. One waiting run is enough. */
export async function lookAtRuledGroups(transaction: Transaction, job: JobRow | undefined, now: number): Promise<void> {
  if (!job || job.connection !== CONSOLE || job.state !== 'enabled') return;
  const groups = await ruledGroups(transaction);
  if (groups.length === 0) return;
  const waiting = (await openRuns(transaction)).some((run) => run.job === job.id && run.cause === 'rule' && run.state === 'queued');
  if (waiting) return;
  await createRun(transaction, {
    job: job.id,
    mode: 'keys',
    dryRun: false,
    cause: 'rule',
    actor: 'rule',
    version: job.version,
    now,
    keys: groups.map((group) => ({ type: 'group', id: group.id })),
  });
}
