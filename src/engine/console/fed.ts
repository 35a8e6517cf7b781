// Fields that another source feeds: editing them by hand would come to nothing, so it is refused with the source's name.
import { foremostOf, resolve, type ContributionView } from '../../core/authority.ts';
import { directoryTypes, LIFECYCLE } from '../../core/directory-types.ts';
import { CONSOLE, CONSOLE_RANK } from '../../core/console.ts';
import { jobSettingsSchema, type JobSettings } from '../../core/job-settings.ts';
import type { Label } from '../../core/model.ts';
import { loadSources, type Source, type Spoken } from '../explain/sources.ts';
import type { CommandContext, Issue } from '../operations/operation.ts';
import { keptBy, type Kept } from '../explain/kept.ts';
import { pinsOfObject } from '../../store/pins.ts';
import { labelOf, settingsOfJob, type Names } from '../operations/show.ts';
import type { Working } from './draft.ts';

/** The word of the console, as far as authority weighs it. */
type Hand = Pick<JobSettings, 'rank' | 'policy'>;

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
    const kept = await closedBy(context, object);
    if (kept) issues.push({ field: object.touched.get(LIFECYCLE)!, message: takeBack(kept) });
    const { sources } = await loadSources(context, names, object.stored);
    const others = sources.filter((source) => source.row.job !== console.id);
    if (others.length === 0) continue;
    const views = [...others.map((source) => source.view), viewOf(object, console)];
    const resolved = resolve(views, context.now());
    for (const [name, field] of object.touched) {
      const winner = resolved.winners[name] ?? foremostOf(views, name);
      if (!winner || winner.job === console.id || (kept && name === LIFECYCLE)) continue;
      const source = others.find((one) => one.row.job === winner.job)!;
      const label = labelOf(directoryTypes, object.type, name);
      const rank = source.settings.policy.attributeRanks[name] ?? source.settings.rank;
      const who = { en: `job ${source.job.id} "${source.job.name}"`, zh: `任务 ${source.job.id}“${source.job.name}”` };
      const way = name === LIFECYCLE && object.type === 'person' && object.record.a[LIFECYCLE] !== 'active' ? atOnce : elsewhere;
      issues.push({
        field,
        message: {
          en: `${name === LIFECYCLE ? 'whether somebody is there' : label.en} comes from ${who.en} (rank ${rank}, edits by hand have ${console.settings.rank}: the higher one counts). ${way.en}`,
          zh: `${name === LIFECYCLE ? '在职状态' : label.zh}来自${who.zh}（优先级 ${rank}，手工维护为 ${console.settings.rank}，数值大者优先）。${way.zh}`,
        },
      });
    }
  }
  return issues;
}

const elsewhere: Label = {
  en: 'Change it there, or give the edits by hand a higher rank',
  zh: '请在源系统修改，或提高手工维护的优先级',
};
const atOnce: Label = {
  en: 'Enter it there; to close every account at once, whatever a source says, close everything now ("tributary leaver PERSON --close")',
  zh: '请在源系统登记；如需不论源系统如何立即关闭全部账号，请使用“立即关闭全部账号”（tributary leaver 人员 --close）',
};

/** Who is to come back and was closed: a closing stands above whatever any source says, edits by hand included. */
async function closedBy({ reader }: CommandContext, object: Working): Promise<Kept | null> {
  if (object.type !== 'person' || !object.touched.has(LIFECYCLE) || object.record.a[LIFECYCLE] !== 'active' || object.ended) return null;
  const kept = await keptBy(reader, object.stored!, await pinsOfObject(reader, object.id));
  return kept?.cause === 'close' ? kept : null;
}

const takeBack = ({ by, run }: Kept): Label => ({
  en: `${by} closed it by hand in run ${run}. Take that back, and the word of the sources counts again ("tributary undo ${run}")`,
  zh: `${by} 已在执行 ${run} 中手工关闭。撤销该执行后，恢复以源系统为准（tributary undo ${run}）`,
});

/** Whose word counts more than an edit by hand would; null: nobody's. */
export function strongerThanHand(
  names: Names,
  { sources }: Spoken,
  object: string,
  now: number,
): { readonly lifecycle: Source | null; readonly membership: Source | null } {
  const job = [...names.jobs.values()].find((one) => one.connection === CONSOLE && one.direction === 'up');
  const hand = job ? { id: job.id, settings: settingsOfJob(job) } : { id: Number.MAX_SAFE_INTEGER, settings: unmade };
  const others = sources.filter((source) => source.row.job !== hand.id);
  const own: ContributionView = { ...wordOf(hand, object), attributes: {}, existence: 'active', relations: [MEMBERSHIP] };
  const views = [...others.map((source) => source.view), own];
  const resolved = resolve(views, now);
  const of = (winner: number | undefined): Source | null => others.find((source) => source.row.job === winner) ?? null;
  return { lifecycle: of(resolved.winners[LIFECYCLE]?.job), membership: of(foremostOf(views, MEMBERSHIP)?.job) };
}

const MEMBERSHIP = 'membership';
/** Before the first edit there is no job of edits yet. */
const unmade: Hand = jobSettingsSchema.parse({ name: CONSOLE, connection: CONSOLE, direction: 'up', rank: CONSOLE_RANK, mapping: {} });

const wordOf = ({ id, settings }: { readonly id: number; readonly settings: Hand }, object: string) => ({
  job: id,
  rank: settings.rank,
  decidesExistence: settings.policy.decidesExistence,
  externalId: object,
  primary: true,
  attributeRanks: settings.policy.attributeRanks,
  nullFallsThrough: settings.policy.nullFallsThrough,
});

/** What the console would say, as authority hears it. */
function viewOf(object: Working, console: { readonly id: number; readonly settings: JobSettings }): ContributionView {
  const { [LIFECYCLE]: existence, ...attributes } = object.record.a;
  return {
    ...wordOf(console, object.id),
    attributes,
    ...(object.ended ? { existence: 'absent' as const } : typeof existence === 'string' ? { existence: existence as 'active' } : {}),
    relations: Object.keys(object.record.e),
  };
}
