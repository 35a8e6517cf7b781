// Operations that look at the directory as it was, compare two moments, and bring a person or a part of the tree back.
import { z } from 'zod';
import { directoryTypes, LIFECYCLE } from '../../core/directory-types.ts';
import type { Value } from '../../core/model.ts';
import { audit } from '../../store/audit.ts';
import { everPage, placeAt, touchedBetween } from '../../store/as-of.ts';
import { objectsOf } from '../../store/directory.ts';
import { titlesOf } from '../../store/overview.ts';
import { CommandError } from '../engine.ts';
import { ensureConsoleJob } from '../console/job.ts';
import { find } from '../explain/find.ts';
import { historyKept } from '../prune.ts';
import { stateAt, subtreeAt, type StateThen } from '../undo/as-of.ts';
import { parseJson } from '../shapes.ts';
import { command, query, type QueryContext } from './operation.ts';
import { labelOf, shownValue, specOf } from './show.ts';
import { enqueue } from './undo.ts';

const moment = z.iso.datetime({ offset: true }).describe('A time, such as 2026-01-05T08:00:00Z.');
const type = z.enum(['person', 'department', 'group']).default('person');
const labelView = z.object({ en: z.string(), zh: z.string() });
const page = { after: z.string().default(''), limit: z.int().min(1).max(1000).default(100) };

const stateView = z.object({
  id: z.string(),
  type: z.string(),
  title: z.string(),
  lifecycle: z.string(),
  attributes: z.record(z.string(), z.unknown()),
  relations: z.array(
    z.object({ relation: z.string(), type: z.string(), id: z.string(), name: z.string(), facts: z.record(z.string(), z.unknown()) }),
  ),
});

const titleOf = (state: StateThen): string => {
  const title = state.attributes[directoryTypes.find((spec) => spec.id === state.type)!.title];
  return typeof title === 'string' ? title : state.id;
};

/** Names of what these states point to, as they are now. */
function titlesIn(context: QueryContext, states: readonly StateThen[]): Promise<ReadonlyMap<string, string>> {
  const ids = states.flatMap((state) => [
    ...[...state.edges.values()].map((edge) => edge.to_id),
    ...Object.entries(state.attributes).flatMap(([name, value]) =>
      typeof value === 'string' && specOf(directoryTypes, state.type, name)?.type === 'reference' ? [value] : [],
    ),
  ]);
  return titlesOf(context.reader, [...new Set(ids)]);
}

async function placeOf(context: QueryContext, at: string): Promise<number> {
  const moment = Date.parse(at);
  const kept = await historyKept(context.reader);
  if (kept === null || moment >= kept.at) return placeAt(context.reader, moment);
  const since = new Date(kept.at).toISOString();
  throw new CommandError(
    `How the directory was then is not kept: its history begins at ${since}. Name a later time; keepHistoryDays says how long it is kept.`,
    `该时刻的目录状态未保留：历史记录始于 ${since}。请选择更晚的时间；保留时长由 keepHistoryDays 设置。`,
    { code: 'not-found' },
  );
}

export const directoryAt = query({
  role: 'viewer',
  route: { method: 'GET', path: '/directory/at', group: 'directory', page: 'after' },
  does: { en: 'Shows the directory as it was at a moment, page by page', zh: '分页查看目录在某一时刻的状态' },
  input: z.strictObject({ at: moment, type, ...page }),
  output: z.object({ place: z.int(), objects: z.array(stateView), next: z.string().nullable() }),
  async answer(context, input) {
    const place = await placeOf(context, input.at);
    const ids = (await everPage(context.reader, input.type, input.after, input.limit)).map((row) => row.id);
    const states = [...(await stateAt(context.reader, ids, place)).values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const titles = await titlesIn(context, states);
    return {
      place,
      objects: states.map((state) => ({
        id: state.id,
        type: state.type,
        title: titleOf(state),
        lifecycle: state.lifecycle,
        attributes: Object.fromEntries(
          Object.entries(state.attributes).map(([name, value]) => [
            name,
            shownValue(value, specOf(directoryTypes, state.type, name), titles),
          ]),
        ),
        relations: [...state.edges.values()].map((edge) => ({
          relation: edge.relation,
          type: edge.to_type,
          id: edge.to_id,
          name: titles.get(edge.to_id) ?? edge.to_id,
          facts: parseJson(edge.facts, {}),
        })),
      })),
      next: ids.length === input.limit ? ids.at(-1)! : null,
    };
  },
});

const differenceView = z.object({
  id: z.string(),
  type: z.string(),
  title: z.string(),
  /** made, removed or changed between the two moments. */
  what: z.enum(['made', 'removed', 'changed']),
  values: z.array(z.object({ name: z.string(), label: labelView, before: z.unknown(), after: z.unknown() })),
  relations: z.array(
    z.object({
      relation: z.string(),
      label: labelView,
      op: z.enum(['add', 'remove', 'update']),
      type: z.string(),
      id: z.string(),
      name: z.string(),
    }),
  ),
});

export const directoryDifference = query({
  role: 'viewer',
  route: { method: 'GET', path: '/directory/difference', group: 'directory', page: 'after' },
  does: { en: 'Compares the directory at two moments, page by page', zh: '分页比较目录在两个时刻的差异' },
  input: z.strictObject({ from: moment, to: moment, type, ...page }),
  output: z.object({ from: z.int(), to: z.int(), differences: z.array(differenceView), next: z.string().nullable() }),
  async answer(context, input) {
    const [from, to] = [await placeOf(context, input.from), await placeOf(context, input.to)];
    const ids = (await touchedBetween(context.reader, input.type, from, to, input.after, input.limit)).map((row) => row.id);
    const [before, after] = [await stateAt(context.reader, ids, from), await stateAt(context.reader, ids, to)];
    const titles = await titlesIn(context, [...before.values(), ...after.values()]);
    return {
      from,
      to,
      differences: ids.flatMap((id) => differenceOf(id, input.type, before.get(id), after.get(id), titles) ?? []),
      next: ids.length === input.limit ? ids.at(-1)! : null,
    };
  },
});

function differenceOf(
  id: string,
  type: string,
  before: StateThen | undefined,
  after: StateThen | undefined,
  titles: ReadonlyMap<string, string>,
): z.input<typeof differenceView> | null {
  if (!before && !after) return null;
  const was: Readonly<Record<string, Value | null>> = before ? { ...before.attributes, [LIFECYCLE]: before.lifecycle } : {};
  const is: Readonly<Record<string, Value | null>> = after ? { ...after.attributes, [LIFECYCLE]: after.lifecycle } : {};
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].sort();
  const values = names.filter((name) => JSON.stringify(was[name] ?? null) !== JSON.stringify(is[name] ?? null));
  const subjects = [...new Set([...(before?.edges.keys() ?? []), ...(after?.edges.keys() ?? [])])];
  const edges = subjects.filter((subject) => before?.edges.get(subject)?.facts !== after?.edges.get(subject)?.facts);
  if (values.length + edges.length === 0) return null;
  return {
    id,
    type,
    title: titleOf((after ?? before)!),
    what: before ? (after ? 'changed' : 'removed') : 'made',
    values: values.map((name) => {
      const spec = specOf(directoryTypes, type, name);
      return {
        name,
        label: labelOf(directoryTypes, type, name),
        before: shownValue(was[name] ?? null, spec, titles),
        after: shownValue(is[name] ?? null, spec, titles),
      };
    }),
    relations: edges.map((subject) => {
      const [old, now] = [before?.edges.get(subject), after?.edges.get(subject)];
      const edge = (now ?? old)!;
      return {
        relation: edge.relation,
        label: labelOf(directoryTypes, type, edge.relation),
        op: old ? (now ? ('update' as const) : ('remove' as const)) : ('add' as const),
        type: edge.to_type,
        id: edge.to_id,
        name: titles.get(edge.to_id) ?? edge.to_id,
      };
    }),
  };
}

export const directoryRestore = command({
  role: 'admin',
  route: { method: 'POST', path: '/directory/restore', group: 'directory', status: 202 },
  does: {
    en: 'Brings a person, or a department with all below it, back to what it was at a moment',
    zh: '将人员或部门（含下级）恢复到某一时刻',
  },
  input: z.strictObject({
    at: moment,
    object: z.string().trim().min(1).describe('Id of anything; or a number, user name, code or name of what is there now.'),
    below: z.boolean().default(true).describe('Of a department: with everything below it and everybody in it then.'),
    dryRun: z.boolean().default(false).describe('Only plan it, and list what cannot be as before.'),
    made: z.enum(['disable', 'remove']).default('disable'),
  }),
  output: z.object({ run: z.int(), place: z.int(), objects: z.int() }),
  async answer(context, input) {
    const place = await placeOf(context, input.at);
    const [direct] = await objectsOf(context.reader, [input.object]);
    const found = direct ? [direct] : (await find(context.reader, input.object)).objects;
    const [object] = found;
    if (!object || found.length > 1)
      throw new CommandError(
        object
          ? `"${input.object}" could be ${found.length} objects; give the id.`
          : `There is no "${input.object}". Of what was removed, give the id.`,
        object ? `“${input.object}”对应 ${found.length} 个对象，请使用编号。` : `没有“${input.object}”。已移除的对象请使用编号。`,
        { code: object ? 'conflict' : 'not-found' },
      );
    if (object.type === 'person' && !(await stateAt(context.reader, [object.id], place)).has(object.id))
      throw new CommandError(
        'This person was not in the directory then: there is nothing to bring back. Name a later moment; what happened to the person says which there are.',
        '此人当时不在目录中，没有可恢复的状态。请选择更晚的时刻；可参考此人的历史。',
        { code: 'conflict', issues: [{ field: 'at', message: { en: 'was not there then', zh: '当时不在目录中' } }] },
      );
    const keys =
      object.type === 'department' && input.below
        ? await subtreeAt(context.reader, object.id, place)
        : [{ type: object.type, id: object.id }];
    const job = await ensureConsoleJob(context.engine.options);
    const run = await enqueue(
      context,
      job.id,
      { kind: 'moment', seq: place, made: input.made },
      { dryRun: input.dryRun, keys },
      async (transaction) =>
        void (await audit(transaction, {
          at: context.now(),
          actor: context.actor,
          action: input.dryRun ? 'directory.restore-preview' : 'directory.restore',
          subject: object.id,
          after: JSON.stringify({ at: input.at, place, objects: keys.length }),
        })),
    );
    return { run, place, objects: keys.length };
  },
});
