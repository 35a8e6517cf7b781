// Scope: which objects of the source a job is about, and the clause that decided.
import { z } from 'zod';
import type { ObjectTypeId } from './model.ts';

const ids = z.array(z.string().min(1)).default([]);

/** Everything is optional; what is left out includes everything. */
export const scopeSchema = z.strictObject({
  departments: z
    .strictObject({
      include: ids,
      exclude: ids,
      /** Chosen departments are meant with everything below. An excluded department always is. */
      below: z.boolean().default(true),
      /** Everything below these, and not they themselves: they go along bare. */
      onlyBelow: z.array(z.string().min(1)).optional(),
    })
    .optional(),
  /** Chosen one by one. Exclusion is the strongest word; inclusion beats departments and rules. */
  people: z.strictObject({ include: ids, exclude: ids }).optional(),
  /** Object type → CEL that is true for what belongs. */
  rules: z.record(z.string(), z.string().min(1)).optional(),
  /** Off: whoever joins a chosen department after the scope was first carried out stays out. People chosen one by one are in. */
  newMembers: z.boolean().optional(),
  /** Off: a department that appears below a chosen one after that stays out, with everybody in it. */
  newDepartments: z.boolean().optional(),
});
export type Scope = z.output<typeof scopeSchema>;

export interface ScopeInput {
  readonly type: ObjectTypeId;
  readonly id: string;
  /**
   * One chain of department ids per membership, nearest first: [department, its parent, …, root]. Of a department:
   * the one chain of its parents. `unknown`: memberships could not be seen.
   */
  readonly ancestors: readonly (readonly string[])[] | 'unknown';
  /** What the rule of its type said. `unknown`: it read something that was not visible. */
  readonly ruleResult?: boolean | 'unknown';
  /** What the job held when the scope had been carried out once; missing: that is still to come, and nothing is new. */
  readonly held?: { readonly self: boolean; readonly departments: ReadonlySet<string> } | undefined;
  /** From `bareDepartments`: something chosen lies below this department. */
  readonly aboveChosen?: boolean;
}

export interface ScopeVerdict {
  readonly in: boolean | 'unknown';
  /** The clause that decided, e.g. `departments.exclude:d7`, `rules.person`, `everything`. */
  readonly rule: string;
  /** In only to carry what is below: synced without its people. */
  readonly bare?: boolean;
}

export function scopeVerdict(input: ScopeInput, scope: Scope): ScopeVerdict {
  if (input.type === 'person' && scope.people?.exclude.includes(input.id)) return { in: false, rule: 'people.exclude' };
  if (input.type === 'person' && scope.people?.include.includes(input.id)) return { in: true, rule: 'people.include' };
  const verdict = withoutNew(both(byDepartments(input, scope), byRule(input, scope)), input, scope);
  return verdict.in !== true && input.type === 'department' && input.aboveChosen ? { in: true, rule: 'ancestor', bare: true } : verdict;
}

/** Who came after the scope was carried out, where the scope leaves them out. */
function withoutNew(verdict: ScopeVerdict, input: ScopeInput, scope: Scope): ScopeVerdict {
  if (verdict.in !== true || input.held === undefined || input.held.self) return verdict;
  if (input.type === 'person' && scope.newMembers === false) return { in: false, rule: 'newMembers' };
  const isChosen = scope.departments?.include.includes(input.id) === true;
  return input.type === 'department' && scope.newDepartments === false && !isChosen ? { in: false, rule: 'newDepartments' } : verdict;
}

/** Both clauses must hold. A clear no needs no second answer. */
function both(departments: ScopeVerdict, rule: ScopeVerdict): ScopeVerdict {
  if (departments.in === false) return departments;
  if (rule.in !== true) return rule;
  if (departments.in === 'unknown') return departments;
  return departments.rule === 'everything' ? rule : departments;
}

function byRule(input: ScopeInput, scope: Scope): ScopeVerdict {
  if (scope.rules?.[input.type] === undefined) return { in: true, rule: 'everything' };
  return { in: input.ruleResult ?? 'unknown', rule: `rules.${input.type}` };
}

function byDepartments(input: ScopeInput, scope: Scope): ScopeVerdict {
  const departments = scope.departments ?? { include: [], exclude: [], below: true };
  const chosen: Chosen = {
    ...departments,
    onlyBelow: departments.onlyBelow ?? [],
    known: scope.newDepartments === false ? input.held?.departments : undefined,
  };
  const people = input.type === 'person' ? (scope.people?.include.length ?? 0) : 0;
  const everything = chosen.include.length === 0 && chosen.onlyBelow.length === 0 && people === 0;
  if (input.type !== 'person' && input.type !== 'department') return { in: true, rule: 'everything' };
  if (everything && chosen.exclude.length === 0 && chosen.known === undefined) return { in: true, rule: 'everything' };
  if (!everything && chosen.include.length === 0 && chosen.onlyBelow.length === 0 && chosen.exclude.length === 0)
    return { in: false, rule: 'people' };
  if (input.ancestors === 'unknown') return { in: 'unknown', rule: 'departments' };

  const chains = input.type === 'department' ? [[input.id, ...(input.ancestors[0] ?? [])]] : input.ancestors;
  // Sorted, so that the clause named does not depend on the order in which memberships were read.
  const verdicts = chains.map((chain) => byChain(chain, chosen, everything)).sort((a, b) => (a.rule < b.rule ? -1 : 1));
  const otherwise: ScopeVerdict = { in: everything, rule: everything ? 'everything' : 'departments' };
  return verdicts.find((verdict) => verdict.in === true) ?? verdicts[0] ?? otherwise;
}

interface Chosen {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly onlyBelow: readonly string[];
  readonly below: boolean;
  /** Departments that are not new; missing: none is. */
  readonly known: ReadonlySet<string> | undefined;
}

/** The nearest department that is named decides; named twice, exclusion wins. */
function byChain(chain: readonly string[], chosen: Chosen, everything: boolean): ScopeVerdict {
  for (const [height, id] of chain.entries()) {
    if (chosen.exclude.includes(id)) return { in: false, rule: `departments.exclude:${id}` };
    if ((chosen.below || height === 0) && chosen.include.includes(id)) return { in: true, rule: `departments.include:${id}` };
    // Named to be left out itself: what holds above it does not hold for it.
    if (chosen.onlyBelow.includes(id)) return { in: height > 0, rule: `departments.onlyBelow:${id}` };
    if (chosen.known && !chosen.known.has(id)) return { in: false, rule: `newDepartments:${id}` };
  }
  return { in: everything, rule: everything ? 'everything' : 'departments' };
}

/**
 * Departments above something chosen; they go along bare where the scope leaves them out.
 * @param parents  department → parent, of the whole tree
 * @param holding  departments of people who were chosen one by one
 */
export function bareDepartments(
  parents: ReadonlyMap<string, string | null>,
  scope: Scope,
  holding: Iterable<string> = [],
): ReadonlySet<string> {
  const above = new Set<string>();
  const climb = (from: string | null | undefined): void => {
    for (let id = from; id !== null && id !== undefined && !above.has(id); id = parents.get(id)) above.add(id);
  };
  for (const id of scope.departments?.include ?? []) climb(parents.get(id));
  for (const id of scope.departments?.onlyBelow ?? []) climb(id);
  for (const id of holding) climb(id);
  return above;
}

export type Ticked = 'none' | 'half' | 'all';

/**
 * How a picker shows each department: `all`: it and everything below is in; `none`: nothing of it; else `half`.
 * @param parents  department → parent, of the whole tree
 */
export function tickedDepartments(parents: ReadonlyMap<string, string | null>, scope: Scope): ReadonlyMap<string, Ticked> {
  const isIn = new Map<string, boolean>();
  const children = new Map<string, string[]>();
  for (const [id, parent] of parents) {
    const above: string[] = [];
    for (let at = parent; at !== null && at !== undefined && !above.includes(at); at = parents.get(at) ?? null) above.push(at);
    isIn.set(id, scopeVerdict({ type: 'department', id, ancestors: [above] }, { ...scope, rules: undefined }).in === true);
    if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), id]);
  }
  const found = new Map<string, Ticked>();
  const tick = (id: string, path: ReadonlySet<string>): Ticked => {
    const known = found.get(id);
    if (known) return known;
    const below = (children.get(id) ?? []).filter((child) => !path.has(child)).map((child) => tick(child, new Set([...path, id])));
    const own: Ticked = isIn.get(id) ? 'all' : 'none';
    const result = below.every((one) => one === own) ? own : 'half';
    found.set(id, result);
    return result;
  };
  for (const id of parents.keys()) tick(id, new Set());
  return found;
}
