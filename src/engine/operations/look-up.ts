// Operations that find one's way in the directory: search, the tree level by level, and where somebody stands in it.
import { z } from 'zod';
import { directoryTypes } from '../../core/directory-types.ts';
import type { Attributes } from '../../core/model.ts';
import { treeOrder } from '../../core/trees.ts';
import { edgesOf, edgesTo, objectsOf, type ObjectRow } from '../../store/directory.ts';
import { titlesOf } from '../../store/overview.ts';
import { countReferringTo, departmentsBelow, departmentsUnder, referringTo, topsAmong } from '../../store/tree.ts';
import { CommandError } from '../engine.ts';
import { isPrimary, pathsOf, primaryOf } from '../explain/paths.ts';
import { search } from '../explain/search.ts';
import { relationWinners, speakerOf } from '../explain/sources.ts';
import { parseJson } from '../shapes.ts';
import { query, type QueryContext } from './operation.ts';
import { jobName, loadNames } from './show.ts';
import { peopleOfTrees } from './tree-counts.ts';
import { treeInput, wantedTree } from './trees.ts';

const inOrder = treeOrder();
const step = z.object({ id: z.string(), name: z.string() });
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

function titleOf(row: ObjectRow, data: Attributes): string {
  const title = directoryTypes.find((spec) => spec.id === row.type)?.title ?? 'name';
  return text(data[title]) ?? text(data.userName) ?? text(data.code) ?? '–';
}

const hitView = z.object({
  id: z.string(),
  type: z.string(),
  title: z.string(),
  lifecycle: z.string(),
  /** Number of a person, code of a department or group. */
  number: z.string().nullable(),
  jobTitle: z.string().nullable(),
  email: z.string().nullable(),
  /** From the top down: a person's primary department, what a department stands below. */
  path: z.array(step),
});

export const directorySearch = query({
  role: 'viewer',
  route: { method: 'GET', path: '/directory/search', group: 'directory' },
  does: {
    en: 'Searches people, departments and groups: name or part of it, pinyin, initials, number, user name, mail, end of the phone number',
    zh: '搜索人员、部门和组：姓名或其一部分、拼音、首字母、工号、用户名、邮箱、手机尾号',
  },
  input: z.strictObject({
    text: z.string().trim().min(1).max(200),
    type: z.enum(['person', 'department', 'group']).optional(),
    limit: z.int().min(1).max(50).default(20).describe('Of each type.'),
  }),
  output: z.object({ hits: z.array(hitView) }),
  async answer(context, input) {
    const types = input.type === undefined ? ['person', 'department', 'group'] : [input.type];
    const rows: ObjectRow[] = [];
    for (const type of types) rows.push(...(await search(context.reader, type, input.text, input.limit)));
    return { hits: await hitsOf(context, rows) };
  },
});

/** Facts about people and departments as a list shows them, with the way to each. */
async function hitsOf(context: QueryContext, rows: readonly ObjectRow[]): Promise<z.input<typeof hitView>[]> {
  const homes = await primaryOf(
    context.reader,
    rows.filter((row) => row.type === 'person').map((row) => row.id),
  );
  const data = new Map(rows.map((row) => [row.id, parseJson<Attributes>(row.data, {})]));
  const home = (row: ObjectRow): string | null => (row.type === 'person' ? (homes.get(row.id) ?? null) : text(data.get(row.id)!.parent));
  const paths = await pathsOf(
    context.reader,
    rows.flatMap((row) => home(row) ?? []),
  );
  return rows.map((row) => {
    const own = data.get(row.id)!;
    return {
      id: row.id,
      type: row.type,
      title: titleOf(row, own),
      lifecycle: row.lifecycle,
      number: text(own.employeeNumber) ?? text(own.code),
      jobTitle: text(own.title),
      email: text(own.email),
      path: [...(paths.get(home(row) ?? '') ?? [])],
    };
  });
}

// ── the tree ─────────────────────────────────────────────────────────────────────────────────────────────

const MOST_DEPARTMENTS = 5000;

export const directoryTree = query({
  role: 'viewer',
  route: { method: 'GET', path: '/directory/tree', group: 'directory' },
  does: {
    en: 'One level of the tree of departments: those right below one, or at the top, each with how many departments and people are below it',
    zh: '部门树的一层：某部门的直属下级或顶层部门，以及各自的下级部门数与人数',
  },
  input: z.strictObject({ under: z.string().min(1).optional().describe('A directory id; left out: the top.'), tree: treeInput }),
  output: z.object({
    departments: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        code: z.string().nullable(),
        lifecycle: z.string(),
        /** Right below it. */
        departments: z.int(),
        /** In it and below, once each. */
        people: z.int(),
      }),
    ),
  }),
  async answer({ reader, now }, input) {
    const part = await wantedTree(reader, input.tree);
    const inside = part && new Set(part.departments);
    const isHere = ({ id }: { readonly id: string }): boolean => inside === null || inside.has(id);
    const rows =
      part && input.under === undefined
        ? await topsAmong(reader, part.departments, MOST_DEPARTMENTS)
        : (await departmentsUnder(reader, input.under ?? null, MOST_DEPARTMENTS)).filter(isHere);
    const below = (
      await departmentsBelow(
        reader,
        rows.map((row) => row.id),
      )
    ).filter(isHere);
    const children = Map.groupBy(below, (one) => one.parent);
    const treeOf = (id: string): readonly string[] => [id, ...(children.get(id) ?? []).flatMap((child) => treeOf(child.id))];
    const people = await peopleOfTrees(reader, JSON.stringify([input.under, input.tree]), now, () =>
      rows.flatMap(({ id }) => treeOf(id).map((department) => [id, department] as const)),
    );
    return {
      departments: rows
        .map((row) => ({ row, data: parseJson<Attributes>(row.data, {}) }))
        .toSorted((a, b) => orderOf(a.data) - orderOf(b.data) || titleOf(a.row, a.data).localeCompare(titleOf(b.row, b.data), 'zh-CN'))
        .map(({ row, data }) => ({
          id: row.id,
          name: titleOf(row, data),
          code: text(data.code),
          lifecycle: row.lifecycle,
          departments: children.get(row.id)?.length ?? 0,
          people: people.get(row.id) ?? 0,
        })),
    };
  },
});

const orderOf = (data: Attributes): number => (typeof data.order === 'number' ? data.order : Number.MAX_SAFE_INTEGER);

// ── where somebody stands ────────────────────────────────────────────────────────────────────────────────

const personView = z.object({ id: z.string(), title: z.string(), jobTitle: z.string().nullable(), lifecycle: z.string() });
const LONGEST_CHAIN = 30;
const REPORTS = 50;

export const directoryPlace = query({
  role: 'viewer',
  route: { method: 'GET', path: '/directory/place', group: 'directory' },
  does: {
    en: 'Where a person, department or group stands: departments with their way from the top, managers up to the top, who reports to them, groups, what they lead',
    zh: '人员、部门或组的位置：所在部门及路径、逐级上级、下属、所在组与所负责的部门',
  },
  input: z.strictObject({ object: z.string().min(1).describe('A directory id; of what was removed, too.') }),
  output: z.object({
    id: z.string(),
    type: z.string(),
    title: z.string(),
    lifecycle: z.string(),
    revision: z.int(),
    /** Of a person: departments. Of a department: itself. */
    departments: z.array(
      z.object({
        path: z.array(step),
        primary: z.boolean(),
        /** Of departments; null: it is the department itself. */
        tree: z.string().nullable(),
        title: z.string().nullable(),
        from: z.string().nullable(),
        until: z.string().nullable(),
        /** Whose word it is. */
        job: z.int().nullable(),
        jobName: z.string().nullable(),
      }),
    ),
    /** The nearest first. Of a department: who leads it. */
    managers: z.array(personView),
    reports: z.object({ count: z.int(), people: z.array(personView) }),
    groups: z.array(step),
    leads: z.array(step),
  }),
  async answer(context, input) {
    const { reader } = context;
    const [row] = await objectsOf(reader, [input.object]);
    if (!row) throw new CommandError('There is nothing with this address in the directory.', '目录中没有该对象。', { code: 'not-found' });
    const names = await loadNames(context);
    // Whom a group holds is another question, and may be everybody.
    const edges = row.type === 'group' ? [] : await edgesOf(reader, [row.id]);
    // Everybody of a department leads to it: that is another question.
    const into = row.type === 'department' ? [] : await edgesTo(reader, [row.id]);
    const memberships = edges
      .filter((edge) => edge.relation === 'membership')
      .toSorted((a, b) => Number(isPrimary(b)) - Number(isPrimary(a)) || inOrder(a.tree, b.tree) || (a.to_id < b.to_id ? -1 : 1));
    const winners = memberships.length > 0 ? await relationWinners(reader, names, row.id) : {};
    const homes = row.type === 'department' ? [row.id] : memberships.map((edge) => edge.to_id);
    const paths = await pathsOf(reader, homes);
    const leaders = edges.filter((edge) => edge.relation === 'leader').map((edge) => edge.to_id);
    const reports = row.type === 'person' ? await referringTo(reader, 'person', 'manager', row.id, REPORTS) : [];
    const steps = async (relation: string): Promise<{ id: string; name: string }[]> => {
      const owners = into.filter((edge) => edge.relation === relation).map((edge) => edge.owner);
      const titles = await titlesOf(reader, owners);
      return owners.map((id) => ({ id, name: titles.get(id) ?? '–' }));
    };
    return {
      id: row.id,
      type: row.type,
      title: titleOf(row, parseJson<Attributes>(row.data, {})),
      lifecycle: row.lifecycle,
      revision: row.revision,
      departments: homes.map((id, index) => {
        const edge = memberships[index];
        const facts = parseJson<Record<string, unknown>>(edge?.facts ?? null, {});
        const job = edge ? speakerOf(winners, edge) : null;
        return {
          path: [...(paths.get(id) ?? [])],
          primary: facts.primary === true,
          tree: edge?.tree ?? null,
          title: text(facts.title),
          from: text(facts.from),
          until: text(facts.until),
          job,
          jobName: job === null ? null : jobName(names, job),
        };
      }),
      managers: row.type === 'person' ? await chainOf(context, row) : await peopleOf(context, leaders),
      reports: {
        count: row.type === 'person' ? await countReferringTo(reader, 'person', 'manager', row.id) : 0,
        people: await peopleOf(
          context,
          reports.map((one) => one.id),
        ),
      },
      groups: await steps('member'),
      leads: await steps('leader'),
    };
  },
});

function personOf(row: ObjectRow): z.input<typeof personView> {
  const data = parseJson<Attributes>(row.data, {});
  return { id: row.id, title: titleOf(row, data), jobTitle: text(data.title), lifecycle: row.lifecycle };
}

/** In the order of the ids. */
async function peopleOf({ reader }: QueryContext, ids: readonly string[]): Promise<z.input<typeof personView>[]> {
  const rows = new Map((await objectsOf(reader, ids)).map((row) => [row.id, row]));
  return ids.flatMap((id) => rows.get(id) ?? []).map(personOf);
}

/** Upwards from somebody; a chain that comes back to where it was ends there. */
async function chainOf({ reader }: QueryContext, from: ObjectRow): Promise<z.input<typeof personView>[]> {
  const chain: ObjectRow[] = [];
  const seen = new Set([from.id]);
  for (let at = from; chain.length < LONGEST_CHAIN; ) {
    const above = text(parseJson<Attributes>(at.data, {}).manager);
    if (above === null || seen.has(above)) break;
    const [row] = await objectsOf(reader, [above]);
    if (!row) break;
    seen.add(above);
    chain.push(row);
    at = row;
  }
  return chain.map(personOf);
}
