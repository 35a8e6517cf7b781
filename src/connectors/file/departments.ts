// The department tree of a file: from a table of departments, or from the paths that people carry.
import type { Attributes, Edge } from '../../core/model.ts';
import type { DepartmentRow, Problem } from './rows.ts';
import { whereIs } from './rows.ts';
import { clean, excerpt, nameKey, say } from './text.ts';

export interface DepartmentObject {
  readonly id: string;
  readonly attributes: Attributes;
  readonly edges?: { readonly leader: readonly Edge[] };
}

/** An id, or why there is none. */
export type Resolved = { readonly id: string } | { readonly problem: { readonly en: string; readonly zh: string } };

export interface DepartmentTree {
  /** The department that a cell of a person names. */
  resolve(text: string): Resolved;
  /** Parents first. May add to `problems`; to be gone through once. */
  objects(): Iterable<DepartmentObject>;
  readonly problems: readonly Problem[];
}

/** Departments come into being as people name them: A/B/C makes A, A/B and A/B/C. The path is the id. */
export function pathTree(separator: string): DepartmentTree {
  const parents = new Map<string, { parent: string | null; name: string }>();
  const split = (text: string): string[] =>
    (separator === '/' ? text.replaceAll('／', '/') : text)
      .split(separator)
      .map((name) => clean(name).replace(/\s+/g, ' '))
      .filter((name) => name !== '');
  return {
    resolve(text) {
      let parent: string | null = null;
      for (const name of split(text)) {
        const id: string = parent === null ? name : `${parent}${separator}${name}`;
        if (!parents.has(id)) parents.set(id, { parent, name });
        parent = id;
      }
      return parent === null ? { problem: say(`"${excerpt(text)}" names no department`, `“${excerpt(text)}”不是部门`) } : { id: parent };
    },
    *objects() {
      for (const [id, { parent, name }] of parents) yield { id, attributes: { name, parent } };
    },
    problems: [],
  };
}

/** What stands for "no parent" in lists of departments. */
const ROOT = new Set(['', '0', '-1', '-', '/', '无', 'null', 'none', 'root']);

/** Departments from a table of their own. `resolvePerson` finds leaders. */
export function tableTree(rows: readonly DepartmentRow[], separator: string, resolvePerson: (text: string) => Resolved): DepartmentTree {
  const problems: Problem[] = [];
  const byId = new Map<string, DepartmentRow>();
  const repeated = new Map<string, DepartmentRow[]>();
  for (const row of rows) {
    const id = row.code ?? (row.problems.length === 0 ? String(row.attributes.name) : null);
    for (const reason of row.problems)
      problems.push({
        id: row.code,
        where: whereIs(row.from, row.line),
        reason,
        ...(id === null ? { hidesSomebody: true as const } : {}),
      });
    if (id === null) continue;
    const first = byId.get(id);
    if (first) repeated.set(id, [...(repeated.get(id) ?? [first]), row]);
    else byId.set(id, row);
  }
  for (const [id, all] of repeated) {
    byId.delete(id);
    const lines = all.map((row) => row.line).join(', ');
    for (const row of all) {
      problems.push({
        id,
        where: whereIs(row.from, row.line),
        reason: say(`department ${id} stands on several lines (${lines}); all are rejected`, `部门 ${id} 出现在多行（${lines}），全部拒绝`),
      });
    }
  }
  const names = uniqueNames(byId);
  const parentOf = parentFinder(byId, names);
  const { order, cyclic } = parentsFirst(byId, parentOf);
  for (const id of cyclic) {
    const row = byId.get(id)!;
    problems.push({
      id,
      where: whereIs(row.from, row.line),
      reason: say(`department ${id} is below itself`, `部门 ${id} 的上级形成循环`),
    });
  }
  const resolved = new Map<string, Resolved>();
  return {
    resolve(text) {
      let found = resolved.get(text);
      if (!found) {
        found = resolveDepartment(text, byId, names, parentOf, separator);
        resolved.set(text, found);
      }
      return found;
    },
    *objects() {
      for (const id of order) yield departmentObject(id, byId.get(id)!, parentOf, resolvePerson, problems);
    },
    problems,
  };
}

const AMBIGUOUS = '';

/** Name → id; the empty text when several have it. */
function uniqueNames(rows: ReadonlyMap<string, DepartmentRow>): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const [id, row] of rows) {
    const key = nameKey(String(row.attributes.name ?? id));
    names.set(key, names.has(key) ? AMBIGUOUS : id);
  }
  return names;
}

type ParentOf = (id: string) => string | null | undefined;

function parentFinder(rows: ReadonlyMap<string, DepartmentRow>, names: ReadonlyMap<string, string>): ParentOf {
  return (id) => {
    const parent = rows.get(id)?.parent;
    if (parent === undefined) return undefined;
    if (parent === null || parent === id || (ROOT.has(parent.toLowerCase()) && !rows.has(parent))) return null;
    if (rows.has(parent)) return parent;
    // By name only when exactly one has it; otherwise the code as given: the engine treats it as a dead reference.
    return names.get(nameKey(parent)) || parent;
  };
}

function parentsFirst(rows: ReadonlyMap<string, DepartmentRow>, parentOf: ParentOf): { order: string[]; cyclic: string[] } {
  const order: string[] = [];
  const done = new Map<string, 'placed' | 'cyclic'>();
  for (const start of rows.keys()) {
    const chain: string[] = [];
    const onChain = new Set<string>();
    let at: string | null | undefined = start;
    while (typeof at === 'string' && rows.has(at) && !done.has(at) && !onChain.has(at)) {
      chain.push(at);
      onChain.add(at);
      at = parentOf(at);
    }
    const cyclic = typeof at === 'string' && (onChain.has(at) || done.get(at) === 'cyclic');
    for (const id of chain.reverse()) {
      done.set(id, cyclic ? 'cyclic' : 'placed');
      if (!cyclic) order.push(id);
    }
  }
  return { order, cyclic: [...done].filter(([, state]) => state === 'cyclic').map(([id]) => id) };
}

/** By code, then by path of names, then by a name that only one has. */
function resolveDepartment(
  text: string,
  rows: ReadonlyMap<string, DepartmentRow>,
  names: ReadonlyMap<string, string>,
  parentOf: ParentOf,
  separator: string,
): Resolved {
  if (rows.has(text)) return { id: text };
  const segments = text
    .split(separator)
    .map(nameKey)
    .filter((name) => name !== '');
  if (segments.length > 1) {
    const ids = [...rows.keys()].filter((id) => endsWithPath(id, segments, rows, parentOf));
    if (ids.length === 1) return { id: ids[0]! };
  }
  const byName = names.get(nameKey(text));
  if (byName) return { id: byName };
  return byName === AMBIGUOUS
    ? {
        problem: say(`several departments are named "${excerpt(text)}"; use the code`, `有多个部门名为“${excerpt(text)}”，请使用部门编码`),
      }
    : {
        problem: say(`the department "${excerpt(text)}" is not in the list of departments`, `部门“${excerpt(text)}”不在部门列表中`),
      };
}

function endsWithPath(id: string, segments: readonly string[], rows: ReadonlyMap<string, DepartmentRow>, parentOf: ParentOf): boolean {
  let at: string | null | undefined = id;
  for (let index = segments.length - 1; index >= 0; index--) {
    if (typeof at !== 'string' || nameKey(String(rows.get(at)?.attributes.name ?? '')) !== segments[index]) return false;
    at = parentOf(at);
  }
  return true;
}

function departmentObject(
  id: string,
  row: DepartmentRow,
  parentOf: ParentOf,
  resolvePerson: (text: string) => Resolved,
  problems: Problem[],
): DepartmentObject {
  const parent = parentOf(id);
  const attributes = { ...row.attributes, code: row.code, ...(parent === undefined ? {} : { parent }) };
  if (row.leaders === undefined) return { id, attributes };
  const leader: Edge[] = [];
  for (const text of row.leaders) {
    const found = resolvePerson(text);
    if ('problem' in found) {
      problems.push({
        id,
        where: whereIs(row.from, row.line),
        reason: say(`leader: ${found.problem.en}`, `负责人：${found.problem.zh}`),
      });
      return { id, attributes };
    }
    if (!leader.some((edge) => edge.to.id === found.id)) leader.push({ to: { type: 'person', id: found.id }, order: leader.length });
  }
  return { id, attributes, edges: { leader } };
}
