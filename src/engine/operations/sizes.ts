// How large the directory is and how much each job holds: for pictures that people look at, beside the status.
import { z } from 'zod';
import { directorySizes, jobSizes } from '../../store/sizes.ts';
import { query } from './operation.ts';

const count = z.int().nonnegative();
const sizes = z.object({ person: count, department: count, group: count });

export const sizesShow = query({
  role: 'viewer',
  route: { method: 'GET', path: '/sizes', group: 'status' },
  does: {
    en: 'Says how many people, departments and groups there are, and how many each job holds',
    zh: '查看人员、部门、组的数量及各任务持有的数量',
  },
  input: z.strictObject({}),
  output: z.object({
    directory: sizes.extend({
      /** People by lifecycle, without those removed. */
      people: z.record(z.string(), count),
      /** Removed, and can be brought back. */
      removed: count,
    }),
    jobs: z.array(sizes.extend({ job: z.int() })),
  }),
  async answer({ reader }) {
    const [rows, held] = [await directorySizes(reader), await jobSizes(reader)];
    const there = rows.filter((row) => row.lifecycle !== 'absent');
    const jobs = [...new Set(held.map((row) => row.job))];
    return {
      directory: {
        ...byType(there),
        people: Object.fromEntries(there.filter((row) => row.type === 'person').map((row) => [row.lifecycle, row.count])),
        removed: sum(rows.filter((row) => row.lifecycle === 'absent')),
      },
      jobs: jobs.map((job) => ({ job, ...byType(held.filter((row) => row.job === job)) })),
    };
  },
});

const sum = (rows: readonly { readonly count: number }[]): number => rows.reduce((total, row) => total + row.count, 0);

const byType = (rows: readonly { readonly type: string; readonly count: number }[]) => ({
  person: sum(rows.filter((row) => row.type === 'person')),
  department: sum(rows.filter((row) => row.type === 'department')),
  group: sum(rows.filter((row) => row.type === 'group')),
});
