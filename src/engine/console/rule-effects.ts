// Who would enter and leave the groups that follow a rule, were an edit carried out. Only those whom its plan touches can, and those below a
// department that it moves. Groups that the edit itself is about are in its plan.
import type { GroupRule } from '../../core/console.ts';
import type { Attributes } from '../../core/model.ts';
import { ruledGroups } from '../../store/console.ts';
import type { Reader } from '../../store/database.ts';
import { edgesOf, type EdgeRow, membersOfDepartments, objectsOf, type ObjectRow, subtreeOf } from '../../store/directory.ts';
import { groupBy, parseJson } from '../shapes.ts';
import { proposedDirectory, type ProposedDirectory } from './proposed.ts';
import { conditionOf } from './rules.ts';

export interface RuleEffect {
  readonly group: string;
  /** Directory ids, and what the people are called. */
  readonly enters: readonly Named[];
  readonly leaves: readonly Named[];
}
interface Named {
  readonly id: string;
  readonly title: string;
}

const PAGE = 1000;
const THERE: readonly string[] = ['active', 'suspended', 'pre-hire'];

/** @param plan  the dry run of the edit */
export async function ruleEffects(reader: Reader, plan: number): Promise<readonly RuleEffect[]> {
  const groups = await ruledGroups(reader);
  const proposed = groups.length === 0 ? null : await proposedDirectory(reader, plan, 'down');
  if (!proposed) return [];
  const people = await concernedBy(reader, proposed);
  const now = sideOf(reader, people.stored, people.edges, null);
  const then = sideOf(reader, new Map([...people.stored, ...proposed.objects]), new Map([...people.edges, ...proposed.edges]), proposed);
  const effects: RuleEffect[] = [];
  for (const { id: group, rule: text } of groups) {
    if (proposed.objects.has(group)) continue;
    const rule = parseJson<GroupRule>(text, { departments: [] });
    const holds = await conditionOf(reader, rule);
    const enters: Named[] = [];
    const leaves: Named[] = [];
    for (const id of people.ids) {
      const [was, is] = [await now.isIn(rule, holds, id), await then.isIn(rule, holds, id)];
      if (was !== is) (is ? enters : leaves).push({ id, title: then.titleOf(id) ?? now.titleOf(id) ?? id });
    }
    if (enters.length + leaves.length > 0) effects.push({ group, enters, leaves });
  }
  return effects;
}

interface Concerned {
  readonly ids: readonly string[];
  readonly stored: ReadonlyMap<string, ObjectRow | null>;
  readonly edges: ReadonlyMap<string, readonly EdgeRow[]>;
}

async function concernedBy(reader: Reader, proposed: ProposedDirectory): Promise<Concerned> {
  const touched = await objectsOf(reader, [...proposed.objects.keys()]);
  const ids = new Set(touched.filter((row) => row.type === 'person').map((row) => row.id));
  for (const [id, row] of proposed.objects) if (row?.type === 'person') ids.add(id);
  const departments = touched.filter((row) => row.type === 'department').map((row) => row.id);
  const below = departments.length === 0 ? [] : await subtreeOf(reader, departments);
  for (let after = ''; below.length > 0; ) {
    const page = await membersOfDepartments(reader, below, after, PAGE);
    for (const row of page) ids.add(row.id);
    if (page.length < PAGE) break;
    after = page.at(-1)!.id;
  }
  const all = [...ids];
  const stored = new Map((await objectsOf(reader, all)).map((row) => [row.id, row]));
  return { ids: all, stored, edges: groupBy(await edgesOf(reader, all), (edge) => edge.owner) };
}

/** The directory as it is, or as the plan leaves it. */
function sideOf(
  reader: Reader,
  objects: ReadonlyMap<string, ObjectRow | null>,
  edges: ReadonlyMap<string, readonly EdgeRow[]>,
  proposed: ProposedDirectory | null,
) {
  const parents = new Map<string, string | null>();
  const parentOf = async (department: string): Promise<string | null> => {
    if (!parents.has(department)) {
      const row = proposed?.objects.has(department) ? proposed.objects.get(department) : (await objectsOf(reader, [department]))[0];
      parents.set(department, (parseJson<Attributes>(row?.data, {}).parent as string | undefined) ?? null);
    }
    return parents.get(department)!;
  };
  const isUnder = async (department: string, { id, below }: GroupRule['departments'][number]): Promise<boolean> => {
    const seen = new Set<string>();
    for (let at: string | null = department; at !== null && !seen.has(at); at = below ? await parentOf(at) : null) {
      if (at === id) return true;
      seen.add(at);
    }
    return false;
  };
  return {
    titleOf: (id: string): string | undefined => parseJson<Attributes>(objects.get(id)?.data, {}).displayName as string | undefined,
    async isIn(rule: GroupRule, holds: (row: ObjectRow) => boolean, id: string): Promise<boolean> {
      const row = objects.get(id);
      if (!row || !THERE.includes(row.lifecycle) || !holds(row)) return false;
      if (rule.departments.length === 0) return true;
      for (const edge of edges.get(id) ?? [])
        if (edge.relation === 'membership') for (const one of rule.departments) if (await isUnder(edge.to_id, one)) return true;
      return false;
    },
  };
}
