// Fields that another source feeds: editing them by hand would come to nothing, so it is refused with the source's name.
import { resolve, type ContributionView } from '../../core/authority.ts';
import { directoryTypes, LIFECYCLE } from '../../core/directory-types.ts';
import type { JobSettings } from '../../core/job-settings.ts';
import { loadSources } from '../explain/sources.ts';
import type { CommandContext, Issue } from '../operations/operation.ts';
import { labelOf, type Names } from '../operations/show.ts';
import type { Working } from './draft.ts';

/** Issues for what the edit touches and the console's word would not win. */
export async function fedFromAbove(
  context: CommandContext,
  names: Names,
  console: { readonly id: number; readonly settings: JobSettings },
  objects: readonly Working[],
): Promise<Issue[]> {
  const issues: Issue[] = [];
  for (const object of objects) {
    if (!object.stored) continue;
    const { sources } = await loadSources(context, names, object.stored);
    const others = sources.filter((source) => source.row.job !== console.id);
    if (others.length === 0) continue;
    const resolved = resolve([...others.map((source) => source.view), viewOf(object, console)], context.now());
    for (const [name, field] of object.touched) {
      const winner = resolved.winners[name] ?? resolved.relationWinners[name];
      if (!winner || winner.job === console.id) continue;
      const source = others.find((one) => one.row.job === winner.job)!;
      const label = labelOf(directoryTypes, object.type, name);
      const rank = source.settings.policy.attributeRanks[name] ?? source.settings.rank;
      const who = { en: `job ${source.job.id} "${source.job.name}"`, zh: `任务 ${source.job.id}“${source.job.name}”` };
      issues.push({
        field,
        message: {
          en: `${name === LIFECYCLE ? 'whether somebody is there' : label.en} comes from ${who.en} (rank ${rank}, edits by hand have ${console.settings.rank}). Change it there, or give the edits by hand a higher rank`,
          zh: `${name === LIFECYCLE ? '在职状态' : label.zh}来自${who.zh}（优先级 ${rank}，手工维护为 ${console.settings.rank}）。请在源系统修改，或提高手工维护的优先级`,
        },
      });
    }
  }
  return issues;
}

/** What the console would say, as authority hears it. */
function viewOf(object: Working, console: { readonly id: number; readonly settings: JobSettings }): ContributionView {
  const { [LIFECYCLE]: existence, ...attributes } = object.record.a;
  const { rank, policy } = console.settings;
  return {
    job: console.id,
    rank,
    decidesExistence: policy.decidesExistence,
    externalId: object.id,
    primary: true,
    attributes,
    ...(object.ended ? { existence: 'absent' as const } : typeof existence === 'string' ? { existence: existence as 'active' } : {}),
    relations: Object.keys(object.record.e),
    attributeRanks: policy.attributeRanks,
    nullFallsThrough: policy.nullFallsThrough,
  };
}
