// Accounts that no decision gives to anybody: those on the protected list, and those that the settings of a job protect.
import type { Label } from '../../core/model.ts';
import type { Reader } from '../../store/database.ts';
import type { JobRow } from '../../store/jobs.ts';
import type { LinkRow } from '../../store/links.ts';
import { mirrorRows } from '../../store/mirror.ts';
import { protectedAmong } from '../../store/protected.ts';
import { CommandError } from '../engine.ts';
import { settingsOfJob, targetTypes, type Names } from '../operations/show.ts';
import { heldByRules } from '../stages/untouchable.ts';
import { accountNames } from './titles.ts';

export type Protection =
  | { readonly by: 'list'; readonly reason: string }
  | { readonly by: 'job'; readonly job: JobRow; readonly attribute: string };

interface Accounts {
  readonly connection: string;
  readonly type: string;
  readonly ids: readonly string[];
}

/** Of these accounts, those that are protected, and by what. `only`: of the jobs whose settings count, this one; the list counts for all. */
export async function protectionsOf(
  reader: Reader,
  names: Names,
  { connection, type, ids }: Accounts,
  only?: JobRow,
): Promise<ReadonlyMap<string, Protection>> {
  const found = new Map<string, Protection>();
  for (const [id, reason] of await protectedAmong(reader, connection, type, ids)) found.set(id, { by: 'list', reason });
  const writing = [...names.jobs.values()].filter((job) => job.connection === connection && job.direction === 'down');
  for (const job of only ? [only] : writing) {
    const spec = targetTypes(names, job.id).find((one) => one.id === type);
    if (!spec || job.direction !== 'down') continue;
    for (const [id, attribute] of await heldByRules(reader, connection, spec, settingsOfJob(job).policy.protected, ids))
      if (!found.has(id)) found.set(id, { by: 'job', job, attribute });
  }
  return found;
}

/** In a few words. */
export const whyProtected = (protection: Protection): Label =>
  protection.by === 'list'
    ? { en: `on the list of protected accounts: "${protection.reason}"`, zh: `受保护名单，原因：${protection.reason}` }
    : {
        en: `by the settings of job ${protection.job.id} "${protection.job.name}", attribute "${protection.attribute}"`,
        zh: `来自任务 ${protection.job.id}“${protection.job.name}”的设置，属性“${protection.attribute}”`,
      };

/** Whoever is to get the account: no run would ever write to it, and nobody has said that it may. */
export async function assertUnprotected(reader: Reader, names: Names, link: LinkRow): Promise<void> {
  const { connection, type, external_id: id } = link;
  const protection = (await protectionsOf(reader, names, { connection, type, ids: [id] })).get(id);
  if (!protection) return;
  const name = accountNames(names, connection, type, await mirrorRows(reader, connection, type, [id])).get(id) ?? id;
  const kind = names.directory.find((spec) => spec.id === type)?.label ?? { en: type, zh: type };
  const named = {
    en: `the account "${name}" (${kind.en}) of connection "${connection}" is protected`,
    zh: `连接“${connection}”的账号“${name}”（${kind.zh}）受保护`,
  };
  const says = refusal(link, named, protection);
  throw new CommandError(`Not moved: ${says.en}`, `未移动：${says.zh}`, {
    code: 'conflict',
    issues: [{ field: 'externalId', message: says }],
  });
}

function refusal({ connection, type, external_id: id }: LinkRow, named: Label, protection: Protection): Label {
  if (protection.by === 'list')
    return {
      en: `${named.en} ("${protection.reason}"). Take it off the protected list first ("tributary links unprotect ${connection} ${type} ${id}"), then move it.`,
      zh: `${named.zh}（原因：${protection.reason}）。请先将其移出受保护名单（tributary links unprotect ${connection} ${type} ${id}），再移动。`,
    };
  const { job, attribute } = protection;
  return {
    en: `${named.en} by the settings of job ${job.id} "${job.name}" (policy.protected, attribute "${attribute}"). Take it out there first, then move it.`,
    zh: `${named.zh}，来自任务 ${job.id}“${job.name}”的设置（policy.protected，属性“${attribute}”）。请先在任务设置中取消，再移动。`,
  };
}
