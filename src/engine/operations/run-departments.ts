// The changes of one run by department: how many concern each, so that a plan can be read department by department.
import { z } from 'zod';
import { departmentsOfChanges } from '../../store/change-list.ts';
import { titlesOf } from '../../store/overview.ts';
import { query } from './operation.ts';
import { wantedRun } from './runs.ts';
import { toldApart } from './same-names.ts';

/** So many changes are counted: more take longer than a page may wait, and the filter finds any of them. */
const COUNTED = 50_000;

export const runDepartments = query({
  role: 'viewer',
  route: { method: 'GET', path: '/runs/{run}/departments', group: 'runs' },
  does: {
    en: 'Counts the changes of a run by department, most first; who is in several counts in each',
    zh: '按部门统计一次执行的变更，多者在前；同属多个部门者分别计入',
  },
  input: z.strictObject({ run: z.int().positive(), limit: z.int().min(1).max(200).default(30) }),
  output: z.object({
    departments: z.array(z.object({ id: z.string(), title: z.string(), count: z.int() })),
    /** How many there are in all, those beyond `limit` included. */
    total: z.int(),
    /** Of a plan larger than this only the first so many changes are counted; null: all were. */
    countedFirst: z.int().nullable(),
  }),
  async answer(context, input) {
    const row = await wantedRun(context, input.run);
    const { shares, departments, isWhole } = await departmentsOfChanges(context.reader, row.id, { most: input.limit, among: COUNTED });
    const ids = shares.map(({ department }) => department);
    const [titles] = await toldApart(context.reader, await titlesOf(context.reader, ids), [ids]);
    return {
      departments: shares.map(({ department, count }) => ({ id: department, title: titles?.get(department) ?? department, count })),
      total: departments,
      countedFirst: isWhole ? null : COUNTED,
    };
  },
});
