// Trees of departments: which there are, by the jobs that fill them, and which departments are in one.
import { z } from 'zod';
import { CONSOLE } from '../../core/console.ts';
import { treeOrder, USUAL_TREE } from '../../core/trees.ts';
import type { Reader } from '../../store/database.ts';
import { countObjects } from '../../store/directory.ts';
import { type JobRow, listJobs } from '../../store/jobs.ts';
import { departmentsOfTree } from '../../store/tree.ts';
import { CommandError } from '../engine.ts';
import { parseJson } from '../shapes.ts';
import { query } from './operation.ts';

export const treeInput = z.string().min(1).max(200).optional().describe('Only of this tree; GET /directory/trees lists them.');

export interface TreePart {
  readonly tree: string;
  /** All of them. */
  readonly departments: readonly string[];
}

const treeOf = (job: JobRow): string => parseJson<{ tree?: string }>(job.settings, {}).tree ?? USUAL_TREE;

/** Upstream jobs by tree, the usual one first. What is edited by hand lies in the tree of what it stands below. */
async function jobsByTree(reader: Reader): Promise<ReadonlyMap<string, readonly JobRow[]>> {
  const jobs = (await listJobs(reader)).filter((job) => job.direction === 'up' && job.connection !== CONSOLE);
  const found = new Map<string, readonly JobRow[]>([[USUAL_TREE, []], ...Map.groupBy(jobs, treeOf)]);
  const inOrder = treeOrder();
  return new Map([...found].sort(([a], [b]) => inOrder(a, b)));
}

async function departmentsIn(reader: Reader, trees: ReadonlyMap<string, readonly JobRow[]>, tree: string): Promise<readonly string[]> {
  const ids = (of: (name: string) => boolean): number[] =>
    [...trees].flatMap(([name, jobs]) => (of(name) ? jobs.map((job) => job.id) : []));
  return departmentsOfTree(reader, {
    own: ids((name) => name === tree),
    others: ids((name) => name !== tree),
    takesUnsaid: tree === USUAL_TREE,
  });
}

/** null: no tree is wanted. One that no job has is refused with those that there are. */
export async function wantedTree(reader: Reader, tree: string | undefined): Promise<TreePart | null> {
  if (tree === undefined) return null;
  const trees = await jobsByTree(reader);
  if (trees.has(tree)) return { tree, departments: await departmentsIn(reader, trees, tree) };
  const known = [...trees.keys()].map((name) => `"${name}"`);
  throw new CommandError(
    `There is no tree of departments "${tree}". There are: ${known.join(', ')}.`,
    `没有部门树“${tree}”。现有：${known.join('、')}。`,
    { code: 'not-found' },
  );
}

export const directoryTrees = query({
  role: 'viewer',
  route: { method: 'GET', path: '/directory/trees', group: 'directory' },
  does: {
    en: 'Lists the trees of departments that live in the directory, each with the jobs that fill it; one that has no department yet is left out',
    zh: '列出目录中的部门树及其来源任务；尚无部门的树不列出',
  },
  input: z.strictObject({}),
  output: z.object({
    trees: z.array(
      z.object({
        tree: z.string(),
        /** A department that jobs of several trees speak of is in each of them. */
        departments: z.int(),
        jobs: z.array(z.object({ job: z.int(), jobName: z.string() })),
      }),
    ),
  }),
  async answer({ reader }) {
    const trees = await jobsByTree(reader);
    const [only] = trees.size === 1 ? trees.keys() : [];
    const counted = await Promise.all(
      [...trees].map(async ([tree, jobs]) => ({
        tree,
        departments: tree === only ? Number(await countObjects(reader, 'department')) : (await departmentsIn(reader, trees, tree)).length,
        jobs: jobs.map((job) => ({ job: job.id, jobName: job.name })),
      })),
    );
    return { trees: counted.filter(({ departments }) => departments > 0) };
  },
});
