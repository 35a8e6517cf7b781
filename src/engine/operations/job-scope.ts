// The departments of a job's source as a picker shows them: none, half or all of each in the scope.
import { z } from 'zod';
import type { Attributes, ObjectTypeSpec } from '../../core/model.ts';
import { directoryTypes } from '../../core/directory-types.ts';
import { scopeSchema, tickedDepartments } from '../../core/scope.ts';
import type { Reader } from '../../store/database.ts';
import { departmentsOf, type JobRow } from '../../store/jobs.ts';
import { jobRef, query, resolveJob, type QueryContext } from './operation.ts';
import { loadNames, settingsOfJob } from './show.ts';

const departmentType = async (context: QueryContext, job: JobRow): Promise<ObjectTypeSpec | undefined> => {
  if (job.direction === 'down') return directoryTypes.find((type) => type.id === 'department');
  const names = await loadNames(context);
  const connector = names.connectors.get(names.connections.get(job.connection)?.connector ?? '');
  return connector?.manifest.types.find((type) => type.id === 'department');
};

async function departments(
  reader: Reader,
  job: JobRow,
  type: ObjectTypeSpec,
): Promise<{ id: string; name: string; parent: string | null }[]> {
  const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
  return (await departmentsOf(reader, job)).map(({ id, data }) => {
    const attributes = (job.direction === 'up' ? (JSON.parse(data) as { a: Attributes }).a : JSON.parse(data)) as Attributes;
    return { id, name: text(attributes[type.title]) ?? id, parent: type.parent ? text(attributes[type.parent]) : null };
  });
}

export const jobDepartments = query({
  role: 'viewer',
  route: { method: 'POST', path: '/jobs/{job}/departments', group: 'jobs' },
  does: {
    en: "Lists the departments of a job's source as its scope, or one not saved yet, ticks them: none, half or all of each",
    zh: '列出任务源系统的部门及其在同步范围中的勾选状态（无、部分、全部），可用未保存的范围',
  },
  input: z.strictObject({ job: jobRef, scope: scopeSchema.optional() }),
  output: z.object({
    departments: z.array(
      z.object({ id: z.string(), name: z.string(), parent: z.string().nullable(), ticked: z.enum(['none', 'half', 'all']) }),
    ),
  }),
  async answer(context, input) {
    const job = await resolveJob(context.reader, input.job);
    const type = await departmentType(context, job);
    const found = type ? await departments(context.reader, job, type) : [];
    const ticked = tickedDepartments(new Map(found.map((one) => [one.id, one.parent])), input.scope ?? settingsOfJob(job).scope);
    return { departments: found.map((one) => ({ ...one, ticked: ticked.get(one.id)! })) };
  },
});
