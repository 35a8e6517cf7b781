// What a target's tree cannot take is refused in the plan, with the reason, and not sent in vain.
import { misplaced, type Misplaced, type TreeLimits } from '../../core/tree-limits.ts';
import type { Attributes, Label } from '../../core/model.ts';
import { mirrorPage } from '../../store/mirror.ts';
import { BATCH, type RunContext } from '../context.ts';
import { plannedPlaces } from './order-parents.ts';

/** Changes of this plan that its target would refuse because of where they put something. */
export async function misplacedChanges(context: RunContext): Promise<ReadonlyMap<number, Label>> {
  const found = new Map<number, Label>();
  if (context.target.isDirectory) return found;
  for (const plan of context.types) {
    const { parent, tree } = plan.target;
    if (parent === undefined || tree === undefined) continue;
    const places = await plannedPlaces(context, plan, parent, ['planned', 'held', 'refused']);
    if (places.length === 0) continue;
    const wrong = misplaced(
      await standingTree(context, plan.type, parent),
      places.map(({ change, id, to }) => ({ id, to, isNew: change.target_key === null })),
      tree,
    );
    for (const [at, how] of wrong) found.set(places[at]!.change.id, says[how](tree));
  }
  return found;
}

/** The whole tree as it was observed, child → parent. */
async function standingTree(context: RunContext, type: string, parent: string): Promise<ReadonlyMap<string, string | null>> {
  const tree = new Map<string, string | null>();
  for (let after = ''; ; ) {
    const page = await mirrorPage(context.database, context.outside.id, type, after, BATCH);
    if (page.length === 0) return tree;
    after = page.at(-1)!.external_id;
    for (const row of page) {
      const above = (JSON.parse(row.data) as { a: Attributes }).a[parent];
      tree.set(row.external_id, typeof above === 'string' ? above : null);
    }
  }
}

const says: Readonly<Record<Misplaced, (limits: TreeLimits) => Label>> = {
  levels: ({ levels }) => ({
    en: `The tree of this target can have at most ${levels} levels, and this would stand below them. Put it higher at the source, or leave it out of the job's scope.`,
    zh: `该目标系统的层级最多 ${levels} 级，此对象会超出。请在源系统中上移，或将其移出任务范围。`,
  }),
  children: ({ children }) => ({
    en: `This target allows at most ${children} directly below one department, and there are as many already. Put some of them one level deeper at the source, or leave them out of the job's scope.`,
    zh: `该目标系统中一个部门最多有 ${children} 个直属下级，现已满。请在源系统中将一部分下移一级，或移出任务范围。`,
  }),
  above: () => ({
    en: 'The one above it cannot be made in this target; mend that first.',
    zh: '其上级无法在该目标系统中创建，请先处理上级。',
  }),
};
