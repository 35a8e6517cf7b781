// Operations about problems of single records: list them, group them by cause with what to do, look at them again, waive them.
import { z } from 'zod';
import { audit } from '../../store/audit.ts';
import { itemPage } from '../../store/overview.ts';
import {
  countGroups,
  fixedPage,
  groupPage,
  triageProblems,
  type FixedPlace,
  type GroupCount,
  type ProblemGroup,
} from '../../store/problems.ts';
import { remedyOf } from '../remedies.ts';
import { getRun, type RunRow } from '../../store/runs.ts';
import type { PlannedProblem } from '../context.ts';
import { groupBy } from '../shapes.ts';
import { command, jobRef, optionalJob, query, resolveJob } from './operation.ts';
import { assertTypes } from './named-records.ts';
import { itemOf, jobName, labelIn, labelOf, loadNames, targetTypes, type Names } from './show.ts';
import { itemView, labelView, type ItemView } from './views.ts';

/** Job, type, key and attribute: where a page of problems ends. */
const itemPlace = z.tuple([z.int(), z.string(), z.string(), z.string()]);

export const itemList = query({
  role: 'viewer',
  route: { method: 'GET', path: '/problems', group: 'waiting', page: 'after' },
  does: { en: 'Lists problems of single records; with job, type, cause and attribute those of one group', zh: '列出个别记录的问题' },
  input: z.strictObject({
    job: jobRef.optional(),
    run: z.int().positive().optional(),
    type: z.string().optional(),
    cause: z.string().optional(),
    attribute: z.string().optional().describe('Empty: the whole object.'),
    after: itemPlace.optional(),
    limit: z.int().min(1).max(1000).default(100),
  }),
  output: z.object({ items: z.array(itemView), next: itemPlace.nullable() }),
  async answer(context, input) {
    const job = await optionalJob(context.reader, input.job);
    const names = await loadNames(context);
    const { type, cause, attribute } = input;
    const group: ProblemGroup | null =
      job && type !== undefined && cause !== undefined ? { job: job.id, type, cause, attribute: attribute ?? '' } : null;
    const run = input.run === undefined ? undefined : await getRun(context.reader, input.run);
    if (run?.dryRun) return { items: foundByDryRun(names, run), next: null };
    const rows = group
      ? await groupPage(context.reader, group, input.after?.[2] ?? '', input.limit)
      : await itemPage(context.reader, { job: job?.id, run: input.run, after: input.after, limit: input.limit });
    const last = rows.length === input.limit ? rows.at(-1)! : null;
    return {
      items: rows.map((row) => itemOf(names, row)),
      next: last ? ([last.job, last.type, last.source_key, last.attribute] as [number, string, string, string]) : null,
    };
  },
});

/** A dry run lists nothing for later: what it found is kept with it. */
const foundByDryRun = (names: Names, run: RunRow): ItemView[] =>
  ((run.evidence as { readonly problems?: readonly PlannedProblem[] } | null)?.problems ?? []).map((found) => ({
    job: run.job,
    jobName: jobName(names, run.job),
    ...found,
    state: 'open',
    attempts: 0,
    nextAt: null,
    triage: 'new',
    note: null,
    triageBy: null,
    triageAt: null,
    firstRun: run.id,
    lastRun: run.id,
    at: run.endedAt ?? run.queuedAt,
  }));

const groupView = z.object({
  job: z.int(),
  jobName: z.string(),
  type: z.string(),
  cause: z.string(),
  /** Empty: the whole object. */
  attribute: z.string(),
  attributeLabel: labelView.nullable(),
  title: labelView,
  /** What to do about it. */
  remedy: labelView,
  count: z.int(),
  new: z.int(),
  known: z.int(),
  waived: z.int(),
  /** Given up after the job's number of tries. */
  dead: z.int(),
  /** A person at the far side must act first. */
  waiting: z.int(),
  /** One of them, as it is said. */
  example: z.object({ title: z.string().nullable(), key: z.string(), message: labelView }),
});

export const itemGroups = query({
  role: 'viewer',
  route: { method: 'GET', path: '/problems/groups', group: 'waiting' },
  does: { en: 'Groups problems by cause, with what to do about each, most frequent first', zh: '按原因归并问题，附处理建议，多的在前' },
  input: z.strictObject({ job: jobRef.optional() }),
  output: z.object({ groups: z.array(groupView) }),
  async answer(context, input) {
    const job = await optionalJob(context.reader, input.job);
    const names = await loadNames(context);
    const groups = [];
    const counted = groupBy(
      await countGroups(context.reader, job?.id ?? 0),
      (row) => `${row.job}\0${row.type}\0${row.cause}\0${row.attribute}`,
    );
    for (const rows of counted.values()) {
      const [example] = await groupPage(context.reader, rows[0]!, '', 1);
      if (example) groups.push(groupOf(names, rows, example));
    }
    return { groups: groups.sort((a, b) => b.count - a.count) };
  },
});

function groupOf(
  names: Names,
  rows: readonly GroupCount[],
  example: { readonly title: string | null; readonly source_key: string; readonly message: string },
): z.input<typeof groupView> {
  const { job, type, cause, attribute } = rows[0]!;
  const sum = (fits: (row: GroupCount) => boolean): number => rows.filter(fits).reduce((total, row) => total + row.count, 0);
  return {
    job,
    jobName: jobName(names, job),
    type,
    cause,
    attribute,
    attributeLabel: attribute === '' ? null : labelOf(targetTypes(names, job), type, attribute),
    ...remedyOf(cause),
    count: sum(() => true),
    new: sum((row) => row.triage === 'new'),
    known: sum((row) => row.triage === 'known'),
    waived: sum((row) => row.triage === 'waived'),
    dead: sum((row) => row.state === 'dead'),
    waiting: sum((row) => row.state === 'waiting'),
    example: { title: example.title, key: example.source_key, message: labelIn(example.message)! },
  };
}

const keys = z.array(z.object({ type: z.string().min(1), id: z.string().min(1) })).max(10_000);
const which = {
  job: jobRef,
  keys: keys.optional(),
  type: z.string().optional(),
  cause: z.string().optional(),
  attribute: z.string().optional().describe('Empty: the whole object.'),
};

export const itemsRetry = command({
  role: 'operator',
  route: { method: 'POST', path: '/jobs/{job}/retry', group: 'waiting', status: 202 },
  does: {
    en: 'Looks at records with problems again: the named ones, a group, or all of a job',
    zh: '重新处理有问题的记录：指定的、一组或全部',
  },
  input: z.strictObject(which),
  output: z.object({ run: z.int().nullable() }),
  async answer(context, { job: ref, keys: named, ...kind }) {
    const job = await resolveJob(context.reader, ref);
    assertTypes(job, named ?? []);
    return { run: await context.engine.retry(job.id, named ?? kind, context.actor) };
  },
});

export const itemTriage = command({
  role: 'operator',
  route: { method: 'POST', path: '/jobs/{job}/problems', group: 'waiting' },
  does: {
    en: 'Says of problems that they are known, waived (no reason to warn, not tried again by themselves) or new',
    zh: '将问题标记为已知、忽略（不再告警、不自动重试）或未处理',
  },
  input: z.strictObject({ ...which, triage: z.enum(['new', 'known', 'waived']), note: z.string().max(500).optional() }),
  output: z.object({ job: z.int(), changed: z.int() }),
  async answer(context, { job: ref, triage, note, ...choice }) {
    const job = await resolveJob(context.reader, ref);
    const at = context.now();
    const changed = await context.engine.options.database.write(async (transaction) => {
      const count = await triageProblems(transaction, job.id, choice, { triage, note: note ?? null, by: context.actor, at });
      if (count > 0)
        await audit(transaction, {
          at,
          actor: context.actor,
          action: `item.${triage}`,
          subject: `job:${job.id}`,
          after: JSON.stringify({ ...choice, keys: choice.keys?.length, note, count }),
        });
      return count;
    });
    return { job: job.id, changed };
  },
});

const fixedPlace = z.tuple([z.int(), z.int(), z.string(), z.string(), z.string(), z.int()]);

export const itemFixed = query({
  role: 'viewer',
  route: { method: 'GET', path: '/problems/fixed', group: 'waiting', page: 'before' },
  does: { en: 'Lists problems that a run did not meet any more, newest first', zh: '列出已解决的问题，新的在前' },
  input: z.strictObject({ job: jobRef.optional(), before: fixedPlace.optional(), limit: z.int().min(1).max(1000).default(100) }),
  output: z.object({
    items: z.array(
      itemView
        .pick({
          job: true,
          jobName: true,
          type: true,
          key: true,
          title: true,
          attribute: true,
          cause: true,
          message: true,
          firstRun: true,
          at: true,
        })
        .extend({ fixedRun: z.int(), fixedAt: z.number() }),
    ),
    next: fixedPlace.nullable(),
  }),
  async answer(context, input) {
    const job = await optionalJob(context.reader, input.job);
    const names = await loadNames(context);
    const rows = await fixedPage(context.reader, job?.id ?? 0, input.before as FixedPlace | undefined, input.limit);
    const last = rows.length === input.limit ? rows.at(-1)! : null;
    return {
      items: rows.map((row) => ({
        job: row.job,
        jobName: jobName(names, row.job),
        type: row.type,
        key: row.source_key,
        title: row.title,
        attribute: row.attribute,
        cause: row.cause,
        message: labelIn(row.message)!,
        firstRun: row.first_run,
        at: row.at,
        fixedRun: row.fixed_run,
        fixedAt: row.fixed_at,
      })),
      next: last
        ? ([last.fixed_at, last.job, last.type, last.source_key, last.attribute, last.fixed_run] as [
            number,
            number,
            string,
            string,
            string,
            number,
          ])
        : null,
    };
  },
});
