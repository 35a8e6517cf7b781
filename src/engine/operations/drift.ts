// Operations on drift: what targets show instead of what was written, its course, and taking it over or writing it again.
import { z } from 'zod';
import { driftPage, endFights, type DriftRow } from '../../store/drift.ts';
import { titlesOf } from '../../store/overview.ts';
import { unsettleObjects } from '../../store/pins.ts';
import { listRuns } from '../../store/runs.ts';
import { audit } from '../../store/audit.ts';
import { driftModeSchema } from '../../core/drift.ts';
import type { MappingRow } from '../../core/mapping/rows.ts';
import type { ObjectTypeSpec } from '../../core/model.ts';
import { CommandError } from '../engine.ts';
import { parseJson } from '../shapes.ts';
import { editPropose } from './edits.ts';
import { command, jobRef, query, resolveJob } from './operation.ts';
import { labelOf, loadNames, settingsOfJob, targetTypes } from './show.ts';
import { labelView } from './views.ts';

const states = ['corrected', 'open', 'fought'] as const;
const place = z.tuple([z.string(), z.string(), z.string()]);

const driftView = z.object({
  type: z.string(),
  object: z.string(),
  title: z.string(),
  attribute: z.string(),
  attributeLabel: labelView,
  /**
   * As the directory has it, and as the target shows it; null also where it is sensitive. Of a relation: names of what is missing there, and of
   * what is there and not wanted; of many, the last one counts the rest (`+37`).
   */
  wanted: z.unknown(),
  found: z.unknown(),
  mode: driftModeSchema,
  state: z.enum(states),
  times: z.int(),
  firstAt: z.number(),
  lastAt: z.number(),
  run: z.int(),
});
export type DriftView = z.output<typeof driftView>;

const looksLikeId = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(value);
const idsIn = (text: string | null): readonly string[] => [parseJson<unknown>(text, null)].flat().filter(looksLikeId);

/** Whom a reference or an edge leads to, by name. */
function named(text: string | null, titles: ReadonlyMap<string, string>): unknown {
  const value = parseJson<unknown>(text, null);
  const nameOf = (one: unknown): unknown => (looksLikeId(one) ? (titles.get(one) ?? one) : one);
  return Array.isArray(value) ? value.map(nameOf) : nameOf(value);
}

const viewOf = (row: DriftRow, types: readonly ObjectTypeSpec[], titles: ReadonlyMap<string, string>): DriftView => ({
  type: row.type,
  object: row.object,
  title: row.title ?? row.object,
  attribute: row.attribute,
  attributeLabel: labelOf(types, row.type, row.attribute),
  wanted: named(row.wanted, titles),
  found: named(row.found, titles),
  mode: row.mode as DriftView['mode'],
  state: row.state as DriftView['state'],
  times: row.times,
  firstAt: row.first_at,
  lastAt: row.last_at,
  run: row.run,
});

export const driftList = query({
  role: 'viewer',
  route: { method: 'GET', path: '/jobs/{job}/drift', group: 'jobs', page: 'after' },
  does: {
    en: 'Lists what a target shows instead of what was written there: left as it is, written over, or given up because somebody writes it back each time',
    zh: '列出目标系统中与写入值不同的内容：保留、已改回，或因对方反复改写而放弃',
  },
  input: z.strictObject({
    job: jobRef,
    state: z.enum(states).optional(),
    after: place.optional(),
    limit: z.int().min(1).max(1000).default(100),
  }),
  output: z.object({ drift: z.array(driftView), next: place.nullable() }),
  async answer(context, input) {
    const job = await resolveJob(context.reader, input.job);
    const rows = await driftPage(context.reader, job.id, {
      states: input.state ? [input.state] : states,
      after: input.after ?? ['', '', ''],
      limit: input.limit,
    });
    const last = rows.length === input.limit ? rows.at(-1)! : null;
    const titles = await titlesOf(
      context.reader,
      rows.flatMap((row) => [...idsIn(row.wanted), ...idsIn(row.found)]),
    );
    const types = targetTypes(await loadNames(context), job.id);
    return {
      drift: rows.map((row) => viewOf(row, types, titles)),
      next: last ? ([last.type, last.object, last.attribute] as [string, string, string]) : null,
    };
  },
});

export const driftCourse = query({
  role: 'viewer',
  route: { method: 'GET', path: '/jobs/{job}/drift/course', group: 'jobs', page: 'before' },
  does: {
    en: 'Shows the course of the drift of a job: how much each full run found, newest first',
    zh: '查看任务差异的变化趋势：每次全量执行发现的数量，新的在前',
  },
  input: z.strictObject({ job: jobRef, before: z.int().optional(), limit: z.int().min(1).max(200).default(30) }),
  output: z.object({
    course: z.array(z.object({ run: z.int(), at: z.number(), corrected: z.int(), open: z.int(), fought: z.int() })),
    next: z.int().nullable(),
  }),
  async answer(context, input) {
    const job = await resolveJob(context.reader, input.job);
    const runs = await listRuns(context.reader, {
      job: job.id,
      limit: input.limit,
      ...(input.before === undefined ? {} : { before: input.before }),
    });
    const of = (counts: Readonly<Record<string, number>>, state: string): number => counts[`drift.${state}`] ?? 0;
    return {
      course: runs
        .filter((run) => run.mode === 'full' && !run.dryRun && run.endedAt !== null)
        .map(({ id, endedAt, counts }) => ({
          run: id,
          at: endedAt!,
          corrected: of(counts, 'corrected'),
          open: of(counts, 'open'),
          fought: of(counts, 'fought'),
        })),
      next: runs.length === input.limit ? runs.at(-1)!.id : null,
    };
  },
});

export const driftEnforce = command({
  role: 'operator',
  route: { method: 'POST', path: '/jobs/{job}/drift/enforce', group: 'jobs' },
  does: {
    en: 'Writes again what was given up because somebody wrote it back each time; the next run does it',
    zh: '重新写入因对方反复改写而放弃的属性，由下次执行完成',
  },
  input: z.strictObject({ job: jobRef }),
  output: z.object({ objects: z.int() }),
  async answer(context, input) {
    const job = await resolveJob(context.reader, input.job);
    return context.engine.options.database.write(async (transaction) => {
      const objects = await endFights(transaction, job.id, job.connection);
      await unsettleObjects(transaction, objects);
      await audit(transaction, { at: context.now(), actor: context.actor, action: 'drift.enforce', subject: `job:${job.id}` });
      return { objects: objects.length };
    });
  },
});

const MOST = 200;
const edits = { person: 'person.edit', department: 'department.edit', group: 'group.edit' } as const;

export const driftAdopt = command({
  role: 'admin',
  route: { method: 'POST', path: '/jobs/{job}/drift/adopt', group: 'jobs', status: 201 },
  does: {
    en: 'Proposes an edit of the directory that takes over what the target shows, for attributes whose drift is to be adopted; apply it like any edit',
    zh: '针对设为“采纳”的属性，提出一份采用目标系统值的目录编辑；与其他编辑一样需要应用',
  },
  input: z.strictObject({ job: jobRef, objects: z.array(z.string()).optional().describe('Directory ids; else all.') }),
  output: editPropose.output,
  async answer(context, input) {
    const job = await resolveJob(context.reader, input.job);
    const rows = await driftPage(context.reader, job.id, { states: ['open'], after: ['', '', ''], limit: 100_000 });
    const wanted = rows.filter((row) => row.mode === 'adopt' && (input.objects?.includes(row.object) ?? true));
    const steps = [...stepsOf(wanted, settingsOfJob(job).mapping)].slice(0, MOST);
    if (steps.length === 0)
      throw new CommandError(
        `Job ${job.id} "${job.name}" has no drift to adopt. Which attributes are adopted is said in policy.drift.`,
        `任务 ${job.id}“${job.name}”没有可采纳的差异。可在 policy.drift 中设置要采纳的属性。`,
      );
    return editPropose.output.parse(await editPropose.answer(context, editPropose.input.parse({ steps })));
  },
});

/** One step per object. Only values that are mapped as they are can be taken back. */
function* stepsOf(drift: readonly DriftRow[], mapping: Readonly<Record<string, readonly unknown[]>>): Generator<object> {
  const objects = new Map<string, { readonly type: string; readonly attributes: Record<string, unknown> }>();
  for (const row of drift) {
    const from = (mapping[row.type] as readonly MappingRow[] | undefined)?.find((one) => one.target === row.attribute)?.field;
    if (from === undefined || row.found === null) continue;
    const known = objects.get(row.object) ?? { type: row.type, attributes: {} };
    known.attributes[from] = JSON.parse(row.found) as unknown;
    objects.set(row.object, known);
  }
  for (const [id, { type, attributes }] of objects)
    if (type in edits) yield { do: edits[type as keyof typeof edits], [type]: id, attributes };
}
