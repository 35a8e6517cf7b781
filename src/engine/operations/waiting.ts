// The one list of everything that waits for a person, worst first, each with the operations that settle it.
import { z } from 'zod';
import { countAskedAbout } from '../../store/waiting.ts';
import { allThatWaits } from '../waiting/entries.ts';
import type { Entry, Way } from '../waiting/entry.ts';
import { deeds, kindNames, urgencies, waitingKinds } from '../waiting/kinds.ts';
import { channelTest } from './channels.ts';
import { connectionGet } from './connections.ts';
import { brakeRelease, connectionCheck, jobResume } from './control.ts';
import { driftAdopt, driftEnforce, driftList } from './drift.ts';
import { editApply, editDiscard, editGet } from './edits.ts';
import { heldDecide, heldList } from './held.ts';
import { matchAccept } from './match-decisions.ts';
import { matchList } from './matching.ts';
import { noticeList } from './notices.ts';
import { jobRef, optionalJob, query, type Role, type Route } from './operation.ts';
import { itemGroups, itemsRetry, itemTriage } from './problems.ts';
import { connectionRenew } from './renewal.ts';
import { runGet, runList, runStart } from './runs.ts';
import { jobName, loadNames, type Names } from './show.ts';
import { tokenGive, tokenList, tokenRevoke } from './tokens.ts';
import { labelView } from './views.ts';

/** Whatever an entry may lead to. */
const reachable: Readonly<Record<string, { readonly role: Role; readonly route: Route | null }>> = {
  'brake.release': brakeRelease,
  'channel.test': channelTest,
  'connection.check': connectionCheck,
  'connection.get': connectionGet,
  'connection.renew': connectionRenew,
  'drift.adopt': driftAdopt,
  'drift.enforce': driftEnforce,
  'drift.list': driftList,
  'edit.apply': editApply,
  'edit.discard': editDiscard,
  'edit.get': editGet,
  'held.decide': heldDecide,
  'held.list': heldList,
  'item.groups': itemGroups,
  'item.retry': itemsRetry,
  'item.triage': itemTriage,
  'job.resume': jobResume,
  'match.accept': matchAccept,
  'match.list': matchList,
  'notice.list': noticeList,
  'run.get': runGet,
  'run.list': runList,
  'run.start': runStart,
  'token.give': tokenGive,
  'token.list': tokenList,
  'token.revoke': tokenRevoke,
};

const linkView = z.object({
  label: labelView,
  operation: z.string(),
  /** Who may. */
  role: z.string(),
  method: z.string(),
  /** Below /api/v1. */
  path: z.string(),
  /** Fields that the path does not name: query of a GET, else body. */
  input: z.record(z.string(), z.unknown()),
});

const entryView = z.object({
  /** The same at every call while it waits. */
  id: z.string(),
  kind: z.enum(kindNames),
  /** stopped: something stands still until somebody acts · asked: work waits for an answer · look: nothing waits yet, but it will get worse. */
  urgency: z.enum(urgencies),
  title: labelView,
  detail: labelView.nullable(),
  job: z.int().nullable(),
  jobName: z.string().nullable(),
  connection: z.string().nullable(),
  connectionName: z.string().nullable(),
  /** How much of it: changes, records, attributes. */
  count: z.int().nullable(),
  /** About how many people, departments and groups. */
  objects: z.int().nullable(),
  /** Of problems: how many nobody has marked as known. */
  fresh: z.int().nullable(),
  since: z.number().nullable(),
  /** When it ends by itself: a question expires, a credential ends, a job is tried again. */
  until: z.number().nullable(),
  /** How many people must agree. */
  needs: z.int(),
  settle: z.array(linkView),
  see: linkView.nullable(),
});
export type WaitingView = z.output<typeof entryView>;

const MOST = 200;

export const waitingList = query({
  role: 'viewer',
  route: { method: 'GET', path: '/waiting', group: 'waiting' },
  does: {
    en: 'Lists everything that waits for a person, worst first, each with the operations that settle it; no values of people',
    zh: '列出所有等待人工处理的事项，最严重的在前，并给出处理操作；不含人员数据',
  },
  input: z.strictObject({ job: jobRef.optional().describe('Only what concerns this job and its connection.') }),
  output: z.object({
    now: z.number(),
    /** Entries by urgency, those that are left out too. */
    totals: z.object({ stopped: z.int(), asked: z.int(), look: z.int() }),
    /** People, departments and groups that held changes are about, whatever the job: held.people lists them. */
    people: z.int(),
    waiting: z.array(entryView),
    leftOut: z.int(),
  }),
  async answer(context, input) {
    const job = await optionalJob(context.reader, input.job);
    const names = await loadNames(context);
    const all = await allThatWaits(context.reader, context.now());
    const own = all.filter((entry) => job === undefined || concerns(entry, job)).sort(worstFirst);
    const total = (urgency: string): number => own.filter((entry) => waitingKinds[entry.kind] === urgency).length;
    return {
      now: context.now(),
      totals: { stopped: total('stopped'), asked: total('asked'), look: total('look') },
      people: await countAskedAbout(context.reader, job?.id ?? 0),
      waiting: own.slice(0, MOST).map((entry) => viewOf(names, entry)),
      leftOut: Math.max(0, own.length - MOST),
    };
  },
});

const concerns = (entry: Entry, job: { readonly id: number; readonly connection: string }): boolean =>
  entry.job === job.id ||
  (entry.job === undefined && entry.connection === job.connection) ||
  (entry.kind === 'brake' && entry.job === undefined && entry.connection === undefined);

const place = (entry: Entry): number => kindNames.indexOf(entry.kind);
/** By kind; among problems those that nobody knows yet first; then the most, then the oldest. */
const worstFirst = (a: Entry, b: Entry): number =>
  place(a) - place(b) ||
  (b.fresh ?? 0) - (a.fresh ?? 0) ||
  (b.count ?? 0) - (a.count ?? 0) ||
  (a.since ?? Number.MAX_SAFE_INTEGER) - (b.since ?? Number.MAX_SAFE_INTEGER);

function viewOf(names: Names, entry: Entry): z.input<typeof entryView> {
  const connection = entry.connection ?? (entry.job === undefined ? undefined : names.jobs.get(entry.job)?.connection);
  return {
    id: `${entry.kind}:${entry.of}`,
    kind: entry.kind,
    urgency: waitingKinds[entry.kind],
    title: entry.title,
    detail: entry.detail ?? null,
    job: entry.job ?? null,
    jobName: entry.job === undefined ? null : jobName(names, entry.job),
    connection: connection ?? null,
    connectionName: connection === undefined ? null : (names.connections.get(connection)?.name ?? connection),
    count: entry.count ?? null,
    objects: entry.objects ?? null,
    fresh: entry.fresh ?? null,
    since: entry.since ?? null,
    until: entry.until ?? null,
    needs: entry.needs ?? 1,
    settle: entry.settle.map(linkOf),
    see: entry.see ? linkOf(entry.see) : null,
  };
}

function linkOf({ deed, operation, input }: Way): z.input<typeof linkView> {
  const { role, route } = reachable[operation]!;
  const inPath = new Set([...route!.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!));
  return {
    label: deeds[deed],
    operation,
    role,
    method: route!.method,
    path: route!.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(input[name]))),
    input: Object.fromEntries(Object.entries(input).filter(([name]) => !inPath.has(name))),
  };
}
