// What a target takes slowly, or will refuse, because of how many edges one object has, and whom a first run would move: said with the plan, before anybody waits for it.
import type { Label, RelationSpec } from '../../core/model.ts';
import { countMoved, fullEnds, mostAdded } from '../../store/edge-counts.ts';
import { titlesOf } from '../../store/overview.ts';
import { endedBefore } from '../../store/runs.ts';
import type { RunContext, TypePlan } from '../context.ts';

export async function tellEdgeLimits(context: RunContext): Promise<void> {
  if (context.target.isDirectory) return;
  const moves = context.types.flatMap(({ type, target }) =>
    target.relations.flatMap((relation) => (relation.moves === undefined ? [] : [`${type} ${relation.name}`])),
  );
  if (moves.length > 0) context.evidence.moves = moves;
  for (const plan of context.types) {
    for (const relation of plan.target.relations) {
      for (const said of [
        await moved(context, plan, relation),
        await slow(context, plan, relation),
        await crowded(context, plan, relation),
      ])
        if (said && !context.evidence.warnings.some(({ en }) => en === said.en)) context.evidence.warnings.push(said);
    }
  }
}

/** Of the first run only: it meets accounts that somebody else has placed. Later, people move because they do. */
async function moved({ database, run, job }: RunContext, plan: TypePlan, { name, moves }: RelationSpec): Promise<Label | null> {
  if (moves === undefined || (await endedBefore(database, job.id, run.id)) !== undefined) return null;
  const count = await countMoved(database, run.id, plan.type, name);
  if (count === 0) return null;
  return {
    en: `${count} ${count === 1 ? 'entry that is' : 'entries that are'} there already would be ${moves.says.en}. ${moves.avoid.en}`,
    zh: `${count} 个原有条目将${moves.says.zh}。${moves.avoid.zh}`,
  };
}

async function slow({ database, run }: RunContext, plan: TypePlan, { name, label, perHour }: RelationSpec): Promise<Label | null> {
  if (perHour === undefined) return null;
  const most = await mostAdded(database, run.id, plan.type, name, perHour);
  if (!most) return null;
  // The first hour's are taken at once.
  const hours = Math.ceil(most.edges / perHour) - 1;
  const others = most.objects - 1;
  return {
    en: `"${most.title}" gets ${most.edges} ${label.en}, and this target takes ${perHour} of one object in an hour: that lasts about ${hours} ${hours === 1 ? 'hour' : 'hours'}, and the run rests in between.${others > 0 ? ` So it is with ${others} more.` : ''}`,
    zh: `“${most.title}”将增加 ${most.edges} 个${label.zh}，而该目标系统每小时对单个对象最多接受 ${perHour} 个：约需 ${hours} 小时，期间执行会暂停等待。${others > 0 ? `另有 ${others} 个对象也是如此。` : ''}`,
  };
}

/** Of a complete look only: short runs would count the whole target for one person. */
async function crowded(context: RunContext, plan: TypePlan, { name, mostAtEnd, label }: RelationSpec): Promise<Label | null> {
  const { database, run, outside } = context;
  if (mostAtEnd === undefined || run.mode !== 'full') return null;
  const full = await fullEnds(database, { run: run.id, connection: outside.id, type: plan.type, relation: name, most: mostAtEnd });
  const [first] = full;
  if (!first) return null;
  const title = (await titlesOf(database, [first.id])).get(first.id) ?? first.id;
  const others = full.length - 1;
  return {
    en: `"${title}" would hold ${first.edges}, and this target takes at most ${mostAtEnd} there (${label.en}): it will refuse the others.${others > 0 ? ` So it is with ${others} more.` : ''} Divide it at the source, or narrow the scope.`,
    zh: `“${title}”将有 ${first.edges} 个，而该目标系统最多 ${mostAtEnd} 个（${label.zh}）：超出部分会被拒绝。${others > 0 ? `另有 ${others} 个也是如此。` : ''}请在源系统中拆分，或缩小任务范围。`,
  };
}
