// Operations that read groups: the list, one with its members and the rule they follow, and whom a rule would take before it is saved.
import { z } from 'zod';
import type { GroupRule } from '../../core/console.ts';
import { compileExpression } from '../../core/mapping/expression.ts';
import { consoleRecords } from '../../store/console.ts';
import { countEdges, edgePage, type EdgeRow } from '../../store/directory.ts';
import { titlesOf } from '../../store/overview.ts';
import { membersByRule, personAttributes } from '../console/rules.ts';
import { searchEdges } from '../explain/search.ts';
import { parseJson } from '../shapes.ts';
import { detailsOf, detailsView, edgeView, edgeViews, listInput, listOf, objectView, wantedObject } from './directory.ts';
import { query } from './operation.ts';
import { labelView } from './views.ts';

const MEMBER = 'member';

export const groupList = query({
  role: 'viewer',
  route: { method: 'GET', path: '/groups', group: 'directory', page: 'after' },
  does: { en: 'Lists groups', zh: '列出组' },
  input: listInput,
  output: z.object({
    objects: z.array(objectView.extend({ members: z.int(), byRule: z.boolean() })),
    next: z.string().nullable(),
  }),
  async answer(context, input) {
    const { objects, next } = await listOf(context, 'group', input);
    const ids = objects.map((one) => one.id);
    const counts = new Map((await countEdges(context.reader, ids, MEMBER)).map((row) => [row.owner, Number(row.count)]));
    const ruled = new Set((await consoleRecords(context.reader, 'group', ids)).filter((row) => row.rule !== null).map((row) => row.id));
    return { objects: objects.map((one) => ({ ...one, members: counts.get(one.id) ?? 0, byRule: ruled.has(one.id) })), next };
  },
});

export const groupGet = query({
  role: 'viewer',
  route: { method: 'GET', path: '/groups/{group}', group: 'directory' },
  does: {
    en: 'Shows a group with the first of its members, how many there are, and the rule that they follow',
    zh: '查看组、其前若干成员、成员总数及成员规则',
  },
  input: z.strictObject({ group: z.string().min(1) }),
  output: detailsView.extend({
    members: z.int(),
    /** null: members are entered one by one, or come from a source. */
    rule: z
      .object({ departments: z.array(z.object({ id: z.string(), name: z.string(), below: z.boolean() })), where: z.string().nullable() })
      .nullable(),
  }),
  async answer(context, input) {
    const details = await detailsOf(context, 'group', input.group);
    const [record] = await consoleRecords(context.reader, 'group', [details.id]);
    const rule = parseJson<GroupRule | null>(record?.rule, null);
    const names = await titlesOf(context.reader, rule?.departments.map((one) => one.id) ?? []);
    const [counted] = await countEdges(context.reader, [details.id], MEMBER);
    return {
      ...details,
      members: Number(counted?.count ?? 0),
      rule: rule && {
        departments: rule.departments.map(({ id, below }) => ({ id, name: names.get(id) ?? '–', below })),
        where: rule.where ?? null,
      },
    };
  },
});

const place = z.tuple([z.string(), z.string()]);

export const groupMembers = query({
  role: 'viewer',
  route: { method: 'GET', path: '/groups/{group}/members', group: 'directory', page: 'after' },
  does: {
    en: 'Lists the members of a group, however many there are, or those of them that a text finds',
    zh: '列出组的全部成员，分页返回；或按文本查找其成员',
  },
  input: z.strictObject({
    group: z.string().min(1),
    text: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .optional()
      .describe('Only members whom the search of the directory finds by it: the first of them.'),
    after: place.optional(),
    limit: z.int().min(1).max(1000).default(200),
  }),
  output: z.object({ members: z.array(edgeView), next: place.nullable() }),
  async answer(context, input) {
    const { id } = await wantedObject(context, 'group', input.group);
    if (input.text !== undefined) {
      const found: EdgeRow[] = [];
      for (const type of ['person', 'group'])
        found.push(...(await searchEdges(context.reader, { owner: id, relation: MEMBER, type }, input.text, input.limit)));
      return { members: await edgeViews(context.reader, found.slice(0, input.limit)), next: null };
    }
    const rows = await edgePage(context.reader, id, MEMBER, input.after ?? ['', ''], input.limit);
    const last = rows.length === input.limit ? rows.at(-1)! : null;
    return { members: await edgeViews(context.reader, rows), next: last ? ([last.to_type, last.to_id] as [string, string]) : null };
  },
});

const EXAMPLES = 8;

export const groupRulePreview = query({
  role: 'viewer',
  route: { method: 'POST', path: '/groups/rule-preview', group: 'directory' },
  does: {
    en: 'Says whom a rule of a group would take now, with a few of them; what is wrong with its expression, else',
    zh: '预览组规则当前会包含哪些人员；表达式有误时说明原因',
  },
  input: z.strictObject({
    departments: z
      .array(z.strictObject({ department: z.string().min(1), below: z.boolean().default(true) }))
      .max(200)
      .default([]),
    where: z.string().max(2000).optional(),
  }),
  output: z.object({
    count: z.int(),
    examples: z.array(z.object({ id: z.string(), title: z.string() })),
    problem: labelView.nullable(),
  }),
  async answer(context, input) {
    const attributes = await personAttributes(context.reader);
    const compiled = input.where === undefined ? null : compileExpression(input.where, attributes, {}, { returns: 'boolean' });
    if (compiled && 'problem' in compiled) return { count: 0, examples: [], problem: compiled.problem };
    const members = await membersByRule(context.reader, {
      departments: input.departments.map(({ department, below }) => ({ id: department, below })),
      ...(input.where === undefined ? {} : { where: input.where }),
    });
    const few = members.slice(0, EXAMPLES).map((edge) => edge.to.id);
    const titles = await titlesOf(context.reader, few);
    return { count: members.length, examples: few.map((id) => ({ id, title: titles.get(id) ?? '–' })), problem: null };
  },
});
