// The leaver sheet: each system, closed when and by which run, how long after the source said so, and what is still open.
import { z } from 'zod';
import { directoryTypes, LIFECYCLE } from '../../core/directory-types.ts';
import { isEnabled, type Lifecycle } from '../../core/lifecycle.ts';
import type { Attributes, Label } from '../../core/model.ts';
import { auditPage } from '../../store/audit.ts';
import { historyOf, type HistoryRow, type ObjectRow } from '../../store/directory.ts';
import { endingsOf, mirrorOf } from '../../store/find.ts';
import { getConnection, listBrakes, type JobRow } from '../../store/jobs.ts';
import type { ChangeRow } from '../../store/ledger.ts';
import { getRun, openRuns, type RunRow } from '../../store/runs.ts';
import { dueOf } from '../../store/upkeep.ts';
import type { RunEvidence } from '../context.ts';
import { PROBE_MS } from '../fault.ts';
import { remembered } from '../explain/why-not.ts';
import type { QueryContext } from '../operations/operation.ts';
import { accountNames } from '../links/titles.ts';
import { jobName, loadNames, settingsOfJob, type Names } from '../operations/show.ts';
import { labelView } from '../operations/views.ts';
import { parseJson, type Observed } from '../shapes.ts';
import { openStill } from '../stays-open.ts';
import { mayClose, notWriting, placesOf, type Place } from './closing.ts';

export const sheetView = z.object({
  person: z.object({ id: z.string(), name: z.string(), number: z.string().nullable(), lifecycle: z.string() }),
  /** When this sheet was made. */
  at: z.number(),
  /** When a source, the calendar or a person first said so; null: nobody has. */
  left: z
    .object({
      at: z.number(),
      job: z.int().nullable(),
      jobName: z.string().nullable(),
      run: z.int().nullable(),
      by: z.string(),
      /** A person closed everything by hand. */
      closed: z.boolean(),
      /** What they entered as the reason. */
      why: z.string().nullable(),
    })
    .nullable(),
  systems: z.array(
    z.object({
      connection: z.string(),
      connectionName: z.string(),
      job: z.int().nullable(),
      jobName: z.string().nullable(),
      /** Id of the account there. */
      account: z.string().nullable(),
      /** What people call it there, with its user name or mail; null: nobody has seen it. */
      accountName: z.string().nullable(),
      state: z.enum(['closed', 'open']),
      how: z.enum(['disabled', 'removed', 'by-others']).nullable(),
      closedAt: z.number().nullable(),
      run: z.int().nullable(),
      by: z.string().nullable(),
      /** After `left.at`; 0 where it was closed before. */
      afterMs: z.number().nullable(),
      /** When the account is due to be removed. */
      removalAt: z.number().nullable(),
      /** Of a disabled one: what can still be done with it there, and what to set. */
      staysOpen: labelView.nullable(),
      /** Why it is open. */
      why: z.array(labelView),
    }),
  ),
  open: z.int(),
  /** Whether closing everything now would still do something: in the directory, or to an account that a job may close. */
  closable: z.boolean(),
});
export type Sheet = z.output<typeof sheetView>;
type System = Sheet['systems'][number];

/** Far more than somebody who has left still gets. */
const HISTORY = 200;

export async function sheetOf(context: QueryContext, person: ObjectRow): Promise<Sheet> {
  const names = await loadNames(context);
  const left = await leftAt(context, names, person);
  const endings = await endingsOf(context.reader, person.id);
  const places = new Map((await placesOf(context.reader, context.connectors, person.id)).map((place) => [place.connection, place]));
  // Without a link a closing finds no account.
  const closable = new Set([...places.values()].filter(mayClose).map((place) => place.connection));
  // Where the account was removed there is no link any more; the ledger knows of it.
  for (const change of endings) {
    const job = names.jobs.get(change.job);
    if (job?.direction === 'down' && !places.has(job.connection))
      places.set(job.connection, { connection: job.connection, account: change.target_key ?? '', job });
  }
  const systems: System[] = [];
  for (const place of [...places.values()].toSorted((a, b) => (a.connection < b.connection ? -1 : 1)))
    systems.push(await systemOf(context, names, person, place, endings, left?.at ?? null));
  const hasGone = person.lifecycle === 'absent' || person.lifecycle === 'departed';
  const data = parseJson<Attributes>(person.data, {});
  const title = directoryTypes.find((spec) => spec.id === 'person')!.title;
  const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
  return {
    person: {
      id: person.id,
      name: text(data[title]) ?? text(data.userName) ?? person.id,
      number: text(data.employeeNumber),
      lifecycle: person.lifecycle,
    },
    at: context.now(),
    left,
    systems,
    open: systems.filter((system) => system.state === 'open').length,
    closable: !hasGone || systems.some((system) => system.state === 'open' && closable.has(system.connection)),
  };
}

const lifecycleIn = (row: HistoryRow): unknown =>
  row.action === 'remove' ? 'absent' : parseJson<Record<string, unknown>>(row.after, {})[LIFECYCLE];

/** The first entry since which the person has not been usable any more. Counted from where its run began to read. */
async function leftAt(context: QueryContext, names: Names, person: ObjectRow): Promise<Sheet['left']> {
  if (isEnabled(person.lifecycle as Lifecycle) || person.lifecycle === 'pre-hire') return null;
  let first: HistoryRow | undefined;
  for (const row of await historyOf(context.reader, person.id, HISTORY)) {
    const lifecycle = lifecycleIn(row);
    if (typeof lifecycle !== 'string') continue;
    if (isEnabled(lifecycle as Lifecycle) || lifecycle === 'pre-hire') break;
    first = row;
  }
  if (!first) return null;
  const run = first.run === null ? undefined : await getRun(context.reader, Number(first.run));
  return {
    at: run ? Math.min(run.now, Number(first.at)) : Number(first.at),
    job: first.job === null ? null : Number(first.job),
    jobName: first.job === null ? null : jobName(names, Number(first.job)),
    run: first.run === null ? null : Number(first.run),
    by: first.actor,
    closed: run?.cause === 'close',
    why: run?.cause === 'close' ? await reasonOf(context, person.id) : null,
  };
}

/** As it stands in the audit log; what was erased there is not known any more. */
async function reasonOf({ reader }: QueryContext, person: string): Promise<string | null> {
  const [entry] = await auditPage(reader, { action: 'person.close', subject: `person:${person}`, limit: 1 });
  return parseJson<{ why?: string }>(entry?.payload?.after ?? null, {}).why || null;
}

async function systemOf(
  context: QueryContext,
  names: Names,
  person: ObjectRow,
  place: Place,
  endings: readonly ChangeRow[],
  left: number | null,
): Promise<System> {
  const own = endings.filter((change) => names.jobs.get(change.job)?.connection === place.connection);
  const last = own[0];
  const mirror = await mirrorOf(context.reader, place.connection, 'person', place.account);
  const enabled = parseJson<Partial<Observed>>(mirror?.data, {}).e;
  // Closed since the first change after which none opened it again, and gone or disabled by the last.
  const opened = own.findIndex((change) => change.action !== 'disable' && change.action !== 'remove');
  const first = (opened === -1 ? own : own.slice(0, opened)).at(-1);
  const isOurs = last !== undefined && first !== undefined;
  const at = isOurs ? Number(first.ended_at) : null;
  // Somebody there may have put the account on again since.
  const again = isOurs && last.action === 'disable' && enabled === true && Number(mirror!.observed_at) > Number(last.ended_at);
  const how = isOurs && !again ? (last.action === 'remove' ? 'removed' : 'disabled') : enabled === false ? 'by-others' : null;
  const closed = how !== null;
  const run = closed && isOurs ? await getRun(context.reader, Number(first.run)) : undefined;
  const due = place.job
    ? (await dueOf(context.reader, place.job.id, 'person', [person.id])).find((row) => row.what.startsWith('delete'))
    : undefined;
  return {
    connection: place.connection,
    connectionName: names.connections.get(place.connection)?.name ?? place.connection,
    job: place.job?.id ?? null,
    jobName: place.job?.name ?? null,
    account: place.account === '' ? null : place.account,
    accountName:
      mirror === undefined
        ? null
        : (accountNames(names, place.connection, 'person', [{ external_id: place.account, data: mirror.data }]).get(place.account) ?? null),
    state: closed ? 'closed' : 'open',
    how,
    closedAt: closed ? at : null,
    run: run?.id ?? null,
    by: run?.actor ?? null,
    afterMs: closed && at !== null && left !== null ? Math.max(0, at - left) : null,
    removalAt: due ? Number(due.at) : null,
    staysOpen: how === 'disabled' ? await stillOpen(context, last!) : null,
    why: closed ? [] : await whyOpen(context, person, place, { again, unlinked: last?.action === 'unlink', hasLeft: left !== null }),
  };
}

/** As the run that disabled it found the connection set. */
async function stillOpen({ reader }: QueryContext, change: ChangeRow): Promise<Label | null> {
  const said = ((await getRun(reader, Number(change.run)))?.evidence as Partial<RunEvidence> | null | undefined)?.staysOpen;
  return said === undefined ? null : openStill(said);
}

interface Facts {
  readonly again: boolean;
  readonly unlinked: boolean;
  readonly hasLeft: boolean;
}

async function whyOpen(context: QueryContext, person: ObjectRow, place: Place, facts: Facts): Promise<Label[]> {
  const { reader } = context;
  const { job } = place;
  const why: Label[] = [];
  if (facts.again) why.push({ en: 'It was disabled, and somebody there has enabled it again.', zh: '曾被停用，后在该系统中又被启用。' });
  if (facts.unlinked)
    why.push({
      en: 'The job let go of it and left it as it was: close it there by hand.',
      zh: '任务已解除关联并保留账号：请在该系统中手工关闭。',
    });
  if (job === null || !mayClose(place)) return [...why, notWriting(place)];
  for (const brake of await listBrakes(reader))
    if (['all', `job:${job.id}`, `connection:${place.connection}`].includes(brake.scope))
      why.push({
        en: `The brake is on (${brake.by_whom}: ${brake.reason}). Release it ("tributary release").`,
        zh: `总闸已拉下（${brake.by_whom}：${brake.reason}）。请松开（tributary release）。`,
      });
  const connection = await getConnection(reader, place.connection);
  if (connection && connection.breaker_opened_at !== null) why.push(silentSince(connection.breaker_opened_at));
  const runs = (await openRuns(reader)).filter((run) => concerns(run, job, person.id));
  // Of a system that is known to be away, the run has nothing more to say.
  if (why.length === 0 || connection?.breaker_opened_at === null) why.push(...runs.map(underWay));
  why.push(...(await remembered(context, { job, settings: settingsOfJob(job), type: 'person', key: person.id })));
  const policy = settingsOfJob(job).policy.leaver.departed;
  if (runs.length === 0 && (policy === 'keep' || policy === 'unlink'))
    why.push({
      en: `Job ${job.id} "${job.name}" leaves accounts of people who left: so says its leaver policy.`,
      zh: `任务 ${job.id}“${job.name}”按其离职策略保留离职人员的账号。`,
    });
  if (why.length > 0) return why;
  return [facts.hasLeft ? nextRun(job) : { en: 'Nobody has said that this person left.', zh: '尚未标记该人员离职。' }];
}

const concerns = (run: RunRow, job: JobRow, person: string): boolean =>
  run.job === job.id && !run.dryRun && (run.order === null || run.order.kind !== 'close' || run.order.person === person);

const silentSince = (since: number): Label => {
  const moment = `${new Date(since).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const seconds = PROBE_MS / 1000;
  return {
    en: `The system does not answer since ${moment}; it is asked again every ${seconds} seconds, and the account is closed as soon as it answers. Until then ask whoever runs it to close the account there by hand.`,
    zh: `该系统自 ${moment} 起无响应，每 ${seconds} 秒重试一次，恢复后立即关闭账号。在此之前，请联系该系统的管理员在其中手工关闭。`,
  };
};

const underWay = (run: RunRow): Label => ({
  en: `Run ${run.id} is under way${run.problem ? `: ${run.problem.en}` : '.'}`,
  zh: `执行 ${run.id} 正在进行${run.problem ? `：${run.problem.zh}` : '。'}`,
});

const nextRun = (job: JobRow): Label =>
  job.next_due_at === null
    ? {
        en: `It comes with the next run of "${job.name}", which somebody starts ("tributary run ${job.id}").`,
        zh: `将由“${job.name}”的下一次手动执行处理（tributary run ${job.id}）。`,
      }
    : {
        en: `It comes with the next run of job ${job.id} "${job.name}" at ${new Date(job.next_due_at).toISOString()}.`,
        zh: `将由任务 ${job.id}“${job.name}”于 ${new Date(job.next_due_at).toISOString()} 的执行处理。`,
      };
