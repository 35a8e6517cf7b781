// Operations that read the directory: people, departments and groups, page by page and one by one, and what happened to them.
import { z } from 'zod';
import { directoryTypes } from '../../core/directory-types.ts';
import type { Attributes } from '../../core/model.ts';
import {
  countEdgesOf,
  departmentPage,
  firstEdgesOf,
  historyPage,
  objectPage,
  objectsOf,
  subtreeOf,
  type EdgeRow,
  type ObjectRow,
} from '../../store/directory.ts';
import type { Reader } from '../../store/database.ts';
import { titlesOf } from '../../store/overview.ts';
import { mergedFrom } from '../../store/persons.ts';
import { departmentsAmong, peopleBelow } from '../../store/tree.ts';
import { directoryCatalogue } from '../catalogue.ts';
import { CommandError } from '../engine.ts';
import { find } from '../explain/find.ts';
import { historyViews } from '../explain/history.ts';
import { primaryOf } from '../explain/paths.ts';
import { search } from '../explain/search.ts';
import { explainedObject } from '../explain/view.ts';
import { parseJson } from '../shapes.ts';
import { query, type QueryContext } from './operation.ts';
import { loadNames, referencedIn, shownValue, specOf } from './show.ts';
import { treeInput, wantedTree } from './trees.ts';

export const objectView = z.object({
  id: z.string(),
  type: z.string(),
  title: z.string(),
  lifecycle: z.string(),
  /** By name; references as names, sensitive values as dots. */
  attributes: z.record(z.string(), z.unknown()),
  /** Of a person: the name of the primary department. */
  department: z.string().nullable(),
});
export const edgeView = z.object({
  relation: z.string(),
  type: z.string(),
  id: z.string(),
  name: z.string(),
  facts: z.record(z.string(), z.unknown()),
});
export const detailsView = objectView.extend({
  /** Departments of a person, leaders of a department, members of a group: of very many the first. */
  relations: z.array(edgeView),
  /** How many more there are than `relations` lists; `group.members` lists all of a group, page by page. */
  moreRelations: z.int(),
  revision: z.int(),
  /** Ids of people who were merged into this one: they go on answering. */
  mergedFrom: z.array(z.string()),
});

async function viewsOf(context: QueryContext, rows: readonly ObjectRow[]): Promise<z.input<typeof objectView>[]> {
  const homes = await primaryOf(
    context.reader,
    rows.filter((row) => row.type === 'person').map((row) => row.id),
  );
  const titles = await titlesOf(context.reader, [...rows.flatMap((row) => referencedIn(row)), ...homes.values()]);
  const catalogue = await directoryCatalogue(context.reader);
  return rows.map((row) => {
    const data = JSON.parse(row.data) as Attributes;
    const title = directoryTypes.find((spec) => spec.id === row.type)!.title;
    return {
      id: row.id,
      type: row.type,
      title: String(data[title] ?? data.userName ?? row.id),
      lifecycle: row.lifecycle,
      attributes: Object.fromEntries(
        Object.entries(data).map(([name, value]) => [name, shownValue(value, specOf(catalogue, row.type, name), titles)]),
      ),
      department: titles.get(homes.get(row.id) ?? '') ?? null,
    };
  });
}

export async function wantedObject(context: QueryContext, type: string, text: string): Promise<ObjectRow> {
  const label = directoryTypes.find((spec) => spec.id === type)!.label;
  const [direct] = (await objectsOf(context.reader, [text])).filter((row) => row.type === type && row.lifecycle !== 'absent');
  const found = direct ? [direct] : (await find(context.reader, text)).objects.filter((row) => row.type === type);
  if (found.length === 1 && found[0]!.lifecycle !== 'absent') return found[0]!;
  if (found.length > 1)
    throw new CommandError(
      `"${text}" could be ${found.length} of them; give the id: ${found.map((row) => row.id).join(', ')}.`,
      `“${text}”对应 ${found.length} 个对象，请使用编号：${found.map((row) => row.id).join('、')}。`,
    );
  throw new CommandError(`There is no ${label.en} "${text}".`, `没有${label.zh}“${text}”。`, { code: 'not-found' });
}

export const listInput = z.strictObject({
  text: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .describe(
      'Id, number, user name, mail, code, the last four digits or more of the phone, or the name: part of it, pinyin, initials. At most 50 are found.',
    ),
  after: z.string().optional(),
  limit: z.int().min(1).max(1000).default(100),
});
const listOutput = z.object({ objects: z.array(objectView), next: z.string().nullable() });

interface ListInput {
  readonly text?: string | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
  readonly department?: string | undefined;
  readonly below?: boolean | undefined;
  readonly tree?: string | undefined;
}

const MOST_FOUND = 50;

export async function listOf(context: QueryContext, type: string, input: ListInput): Promise<z.input<typeof listOutput>> {
  if (input.text !== undefined) {
    const inside = (await wantedTree(context.reader, input.tree))?.departments;
    return {
      objects: await viewsOf(context, await search(context.reader, type, input.text, Math.min(input.limit, MOST_FOUND), inside)),
      next: null,
    };
  }
  const rows = await rowsOf(context, type, input);
  return { objects: await viewsOf(context, rows), next: rows.length === input.limit ? rows.at(-1)!.id : null };
}

async function rowsOf(
  context: QueryContext,
  type: string,
  { department, below, tree, after = '', limit }: ListInput,
): Promise<readonly ObjectRow[]> {
  const { reader } = context;
  const inside = (await wantedTree(reader, tree))?.departments;
  if (type === 'department') return inside ? departmentsAmong(reader, inside, after, limit) : objectPage(reader, type, after, limit);
  if (department === undefined) return inside ? peopleBelow(reader, inside, after, limit) : objectPage(reader, type, after, limit);
  const { id } = await wantedObject(context, 'department', department);
  if (!below) return departmentPage(reader, id, after, limit);
  const departments = await subtreeOf(reader, [id]);
  const here = inside && new Set(inside);
  return peopleBelow(reader, here ? departments.filter((one) => one === id || here.has(one)) : departments, after, limit);
}

/** Of one object that is looked at: more than anybody reads at once. */
const MOST_RELATIONS = 200;

/** With the name of each far end. */
export async function edgeViews(reader: Reader, edges: readonly EdgeRow[]): Promise<z.input<typeof edgeView>[]> {
  const titles = await titlesOf(
    reader,
    edges.map((edge) => edge.to_id),
  );
  return edges.map((edge) => ({
    relation: edge.relation,
    type: edge.to_type,
    id: edge.to_id,
    name: titles.get(edge.to_id) ?? edge.to_id,
    facts: parseJson(edge.facts, {}),
  }));
}

export async function detailsOf(context: QueryContext, type: string, text: string): Promise<z.input<typeof detailsView>> {
  const row = await wantedObject(context, type, text);
  const edges = await firstEdgesOf(context.reader, row.id, MOST_RELATIONS);
  const total = edges.length < MOST_RELATIONS ? edges.length : await countEdgesOf(context.reader, row.id);
  return {
    ...(await viewsOf(context, [row]))[0]!,
    relations: await edgeViews(context.reader, edges),
    moreRelations: total - edges.length,
    revision: row.revision,
    mergedFrom: type === 'person' ? (await mergedFrom(context.reader, row.id)).map((one) => one.id) : [],
  };
}

export const personList = query({
  role: 'viewer',
  route: { method: 'GET', path: '/people', group: 'directory', page: 'after' },
  does: { en: 'Lists people', zh: '列出人员' },
  input: listInput.extend({
    department: z.string().min(1).optional().describe('Only people of this department.'),
    below: z.boolean().optional().describe('Of the departments below it, too.'),
    tree: treeInput,
  }),
  output: listOutput,
  answer: (context, input) => listOf(context, 'person', input),
});
export const personGet = query({
  role: 'viewer',
  route: { method: 'GET', path: '/people/{person}', group: 'directory' },
  does: { en: 'Shows a person with their departments', zh: '查看人员及其部门' },
  input: z.strictObject({ person: z.string().min(1) }),
  output: detailsView,
  answer: (context, input) => detailsOf(context, 'person', input.person),
});
export const departmentList = query({
  role: 'viewer',
  route: { method: 'GET', path: '/departments', group: 'directory', page: 'after' },
  does: { en: 'Lists departments', zh: '列出部门' },
  input: listInput.extend({ tree: treeInput }),
  output: listOutput,
  answer: (context, input) => listOf(context, 'department', input),
});
export const departmentGet = query({
  role: 'viewer',
  route: { method: 'GET', path: '/departments/{department}', group: 'directory' },
  does: { en: 'Shows a department with its leaders', zh: '查看部门及其负责人' },
  input: z.strictObject({ department: z.string().min(1) }),
  output: detailsView,
  answer: (context, input) => detailsOf(context, 'department', input.department),
});
const place = z.tuple([z.int(), z.int()]);

export const historyList = query({
  role: 'viewer',
  route: { method: 'GET', path: '/history', group: 'directory', page: 'before' },
  does: {
    en: 'Lists what happened in the directory, newest first: of one object, of one run, or of everything',
    zh: '列出目录历史，新的在前',
  },
  input: z.strictObject({
    object: z.string().min(1).optional(),
    run: z.int().positive().optional(),
    before: place.optional(),
    limit: z.int().min(1).max(200).default(50),
  }),
  output: z.object({
    entries: z.array(explainedObject.shape.history.element.extend({ id: z.string(), type: z.string(), title: z.string() })),
    next: place.nullable(),
  }),
  async answer(context, input) {
    const rows = await historyPage(context.reader, input);
    const entries = await historyViews(context, await loadNames(context), rows);
    const titles = await titlesOf(
      context.reader,
      rows.map((row) => row.id),
    );
    const last = rows.length === input.limit ? rows.at(-1)! : null;
    return {
      entries: entries.map((entry, index) => ({
        ...entry,
        id: rows[index]!.id,
        type: rows[index]!.type,
        title: titles.get(rows[index]!.id) ?? rows[index]!.id,
      })),
      next: last ? ([last.seq, last.n] as [number, number]) : null,
    };
  },
});
