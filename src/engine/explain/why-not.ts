// Why a job does not (or not yet) have an object: problem, open question, failed change, scope, or simply not run since.
import type { JobSettings } from '../../core/job-settings.ts';
import type { Attributes, Label } from '../../core/model.ts';
import type { ScopeVerdict } from '../../core/scope.ts';
import { directoryTypes } from '../../core/directory-types.ts';
import type { ObjectRow } from '../../store/directory.ts';
import { itemsOfKey, lastChangeOf, lastEndedRun, mirrorOf, mirrorTargets, openHeldOf, type OutsideRow } from '../../store/find.ts';
import type { JobRow } from '../../store/jobs.ts';
import { rejectedPage } from '../../store/matching.ts';
import { mirrorRows } from '../../store/mirror.ts';
import { titlesOf } from '../../store/overview.ts';
import type { QueryContext } from '../operations/operation.ts';
import { accountNames } from '../links/titles.ts';
import { labelIn, labelOf, loadNames, type Names, settingsOfJob, targetTypes } from '../operations/show.ts';
import { parseJson, type Observed } from '../shapes.ts';
import { wordOf } from '../words.ts';
import { clauseWords, scopeOf } from './scope.ts';
import { scopeOfObjects } from './scope-of-objects.ts';

interface Asked {
  readonly job: JobRow;
  readonly settings: JobSettings;
  readonly type: string;
  /** Id in the source of the job. */
  readonly key: string;
}

const isFuture = new Set([
  'planned',
  'sent',
  'unknown',
  'pending',
  'waiting',
  'held',
  'refused',
  'failed',
  'dead',
  'superseded',
  'skipped',
]);

const typeLabel = (type: string): Label => directoryTypes.find((spec) => spec.id === type)?.label ?? { en: type, zh: type };

/** What the store remembers of the job's last try; empty when it remembers nothing. */
export async function remembered(context: QueryContext, { job, settings, type, key }: Asked): Promise<Label[]> {
  const why: Label[] = [];
  if (job.state !== 'enabled')
    why.push({
      en: `The job is ${wordOf.job(job.state).en}.${job.state_reason ? ` ${labelIn(job.state_reason)!.en}` : ''}`,
      zh: `该任务${wordOf.job(job.state).zh}。${job.state_reason ? labelIn(job.state_reason)!.zh : ''}`,
    });
  if (settings.mapping[type] === undefined)
    why.push({ en: `The job does not sync this kind: ${typeLabel(type).en}.`, zh: `该任务不同步“${typeLabel(type).zh}”类型。` });
  const items = await itemsOfKey(context.reader, job.id, type, key);
  const types = items.length === 0 ? [] : targetTypes(await loadNames(context), job.id);
  for (const item of items) {
    const message = labelIn(item.message)!;
    const at = item.attribute ? labelOf(types, type, item.attribute) : null;
    why.push(at ? { en: `${at.en}: ${message.en}`, zh: `${at.zh}：${message.zh}` } : message);
  }
  const held = (await openHeldOf(context.reader, job.id, type, key))[0];
  if (held)
    why.push({
      en: `Its ${wordOf.action(held.action).en} is ${held.state === 'cancelled' ? `cancelled by ${held.decided_by}` : 'held for confirmation'} ("tributary confirm ${held.id}").`,
      zh: `其${wordOf.action(held.action).zh}操作${held.state === 'cancelled' ? `已由 ${held.decided_by} 取消` : '待确认'}（tributary confirm ${held.id}）。`,
    });
  const change = await lastChangeOf(context.reader, job.id, type, key);
  if (change && !held && isFuture.has(change.state)) {
    const reason = parseJson<{ reason?: Label }>(change.verdict, {}).reason ?? labelIn(change.error);
    why.push({
      en: `Its last ${wordOf.action(change.action).en} (run ${change.run}): ${wordOf.change(change.state).en}${reason ? `: ${reason.en}` : ''}`,
      zh: `最近一次${wordOf.action(change.action).zh}（执行 ${change.run}）：${wordOf.change(change.state).zh}${reason ? `：${reason.zh}` : ''}`,
    });
  }
  return why;
}

async function notSince(context: QueryContext, job: JobRow, what: Label): Promise<Label> {
  const last = await lastEndedRun(context.reader, job.id);
  return last
    ? {
        en: `${what.en} Run ${last.id} was the last one of the job; run it again ("tributary run ${job.id}").`,
        zh: `${what.zh}该任务最近一次执行为 ${last.id}；请重新执行（tributary run ${job.id}）。`,
      }
    : { en: `The job has never run ("tributary run ${job.id}").`, zh: `该任务从未执行（tributary run ${job.id}）。` };
}

/** Why a downstream job has no account for an object of the directory. */
export async function whyNoAccount(context: QueryContext, job: JobRow, object: ObjectRow): Promise<Label[]> {
  const settings = settingsOfJob(job);
  const why = await remembered(context, { job, settings, type: object.type, key: object.id });
  why.push(...(await keptApart(context, job, object)));
  const verdict = (await scopeOfObjects(context.reader, settings, [object])).get(object.id)!;
  const out = await outOfScope(settings, object.type, verdict, (ids) => titlesOf(context.reader, ids));
  if (out) why.push(out);
  if (object.type === 'person' && ['suspended', 'departed', 'pre-hire'].includes(object.lifecycle)) {
    why.push({
      en: `No account is made for somebody who is ${wordOf.lifecycle(object.lifecycle).en}.`,
      zh: `状态为“${wordOf.lifecycle(object.lifecycle).zh}”的人员不会新建账号。`,
    });
  }
  return why.length > 0 ? why : [await notSince(context, job, { en: 'Nothing stands in the way.', zh: '没有阻碍。' })];
}

/** So many are named. */
const NAMED = 5;

/** Accounts of which somebody has said that they are not this one's. */
async function keptApart(context: QueryContext, job: JobRow, { id, type }: ObjectRow): Promise<Label[]> {
  const rows = (await rejectedPage(context.reader, job.connection, { type, after: [id, ''], limit: NAMED })).filter(
    (row) => row.object === id,
  );
  if (rows.length === 0) return [];
  const accounts = rows.map((row) => row.external_id);
  const seen = await mirrorRows(context.reader, job.connection, type, accounts);
  const called = accountNames(await loadNames(context), job.connection, type, seen);
  return rows.map(({ external_id: account, at, by_whom: who }) => {
    const [named, day] = [called.get(account) ?? account, new Date(Number(at)).toISOString().slice(0, 10)];
    return {
      en: `${who} said on ${day} that the account ${named} is not theirs: no rule takes it, until that is taken back ("tributary match take-back ${job.id} ${id}=${account}").`,
      zh: `${who} 于 ${day} 指明账号 ${named} 不属于此人：撤回之前规则不会匹配它（tributary match take-back ${job.id} ${id}=${account}）。`,
    };
  });
}

async function outOfScope(
  settings: JobSettings,
  type: string,
  verdict: ScopeVerdict,
  namesOf: (departments: readonly string[]) => Promise<ReadonlyMap<string, string>>,
): Promise<Label | null> {
  if (verdict.in === true) return null;
  const titles = await namesOf([...(settings.scope.departments?.include ?? []), ...(settings.scope.departments?.exclude ?? [])]);
  return clauseWords(verdict, settings, type, (id) => titles.get(id) ?? id);
}

/** Why something that an outside system shows is not in the directory. */
export async function whyOutside(context: QueryContext, names: Names, row: OutsideRow): Promise<Label[]> {
  const mirror = await mirrorOf(context.reader, row.connection, row.type, row.external_id);
  if (!mirror) return [];
  const observed = JSON.parse(mirror.data) as Observed;
  const catalogue = names.connectors.get(names.connections.get(row.connection)?.connector ?? '')?.manifest.types ?? [];
  const source = catalogue.find((spec) => spec.id === row.type);
  const jobs = [...names.jobs.values()].filter((job) => job.connection === row.connection);
  const why: Label[] = [];
  for (const job of jobs.filter((one) => one.direction === 'up')) {
    const settings = settingsOfJob(job);
    const own = await remembered(context, { job, settings, type: row.type, key: row.external_id });
    const parentName = catalogue.find((spec) => spec.id === 'department')?.parent;
    const departmentOf = async (id: string): Promise<Attributes> => {
      const department = await mirrorOf(context.reader, row.connection, 'department', id);
      return department ? (JSON.parse(department.data) as Observed).a : {};
    };
    const parentOf = async (id: string): Promise<string | null> =>
      parentName ? (((await departmentOf(id))[parentName] as string | undefined) ?? null) : null;
    const departments = (await mirrorTargets(context.reader, row.connection, row.type, row.external_id, 'membership')).map(
      (edge) => edge.to_id,
    );
    const titleName = catalogue.find((spec) => spec.id === 'department')?.title ?? 'name';
    const subject = { id: row.external_id, type: row.type, attributes: observed.a, departments };
    const verdict = await scopeOf(context.reader, settings, source, subject, parentOf);
    const out = await outOfScope(
      settings,
      row.type,
      verdict,
      async (ids) =>
        new Map(
          await Promise.all(ids.map(async (id): Promise<[string, string]> => [id, String((await departmentOf(id))[titleName] ?? id)])),
        ),
    );
    if (out) own.push(out);
    if (own.length === 0)
      own.push(await notSince(context, job, { en: 'It was seen, and nothing stands in the way.', zh: '已读取到，没有阻碍。' }));
    why.push(...own.map((label) => ({ en: `Job ${job.id} "${job.name}": ${label.en}`, zh: `任务 ${job.id}“${job.name}”：${label.zh}` })));
  }
  if (jobs.some((job) => job.direction === 'down'))
    why.push({
      en: 'The target has it, and nobody in the directory is its owner (no link, and no matching rule found one).',
      zh: '目标系统中存在，但目录中没有其所有者（无关联，匹配规则也未找到）。',
    });
  return why.length > 0 ? why : [{ en: 'No job reads this connection into the directory.', zh: '没有任务把此连接读入目录。' }];
}
