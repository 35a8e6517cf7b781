// Scope: chosen departments with or without below, chosen people, rules, and what could not be seen.
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { bareDepartments, scopeSchema, scopeVerdict, tickedDepartments } from './scope.ts';
import type { ScopeInput } from './scope.ts';

// root ─ sales ─ east ─ shanghai
//      └ it
const parents = new Map<string, string | null>([
  ['root', null],
  ['sales', 'root'],
  ['east', 'sales'],
  ['shanghai', 'east'],
  ['it', 'root'],
]);
const chain = (id: string): string[] => {
  const parent = parents.get(id);
  return parent ? [id, ...chain(parent)] : [id];
};
const person = (...departments: string[]): ScopeInput => ({
  type: 'person',
  id: 'p1',
  ancestors: departments.map(chain),
});
const department = (id: string): ScopeInput => ({ type: 'department', id, ancestors: [chain(id).slice(1)] });
const judge = (input: ScopeInput, scope: unknown) => scopeVerdict(input, scopeSchema.parse(scope));

describe('scope', () => {
  it('is everything when nothing is said, also of people without a department', () => {
    expect(judge(person(), {})).toEqual({ in: true, rule: 'everything' });
    expect(judge(department('east'), {})).toEqual({ in: true, rule: 'everything' });
    expect(judge({ type: 'group', id: 'g', ancestors: [] }, { departments: { include: ['it'] } }).in).toBe(true);
  });

  it('holds chosen departments with everything below, or without', () => {
    expect(judge(person('shanghai'), { departments: { include: ['sales'] } })).toEqual({
      in: true,
      rule: 'departments.include:sales',
    });
    expect(judge(person('shanghai'), { departments: { include: ['sales'], below: false } })).toEqual({
      in: false,
      rule: 'departments',
    });
    expect(judge(person('sales'), { departments: { include: ['sales'], below: false } }).in).toBe(true);
    expect(judge(department('sales'), { departments: { include: ['sales'], below: false } }).in).toBe(true);
    expect(judge(person('it'), { departments: { include: ['sales'] } }).in).toBe(false);
    expect(judge(person(), { departments: { include: ['sales'] } }).in).toBe(false);
  });

  it('lets the nearest named department decide, and exclusion where both name it', () => {
    const scope = { departments: { include: ['sales', 'shanghai'], exclude: ['east'] } };
    expect(judge(person('east'), scope)).toEqual({ in: false, rule: 'departments.exclude:east' });
    expect(judge(person('shanghai'), scope).in).toBe(true);
    expect(judge(person('it'), { departments: { include: ['it'], exclude: ['it'] } }).in).toBe(false);
    expect(judge(person('it'), { departments: { exclude: ['sales'] } }).in).toBe(true);
    expect(judge(person('shanghai'), { departments: { exclude: ['sales'] } }).in).toBe(false);
  });

  it('has somebody in who is in by any department, whatever the order', () => {
    const scope = { departments: { include: ['it'], exclude: ['east'] } };
    expect(judge(person('east', 'it'), scope).in).toBe(true);
    expect(judge(person('it', 'east'), scope)).toEqual(judge(person('east', 'it'), scope));
  });

  it('lets people be chosen and left out one by one', () => {
    expect(judge(person('it'), { departments: { include: ['sales'] }, people: { include: ['p1'] } })).toEqual({
      in: true,
      rule: 'people.include',
    });
    expect(judge(person('it'), { people: { include: ['p2'] } })).toEqual({ in: false, rule: 'people' });
    expect(judge(person('it'), { people: { include: ['p1'], exclude: ['p1'] } })).toEqual({
      in: false,
      rule: 'people.exclude',
    });
    expect(judge({ ...person('it'), ruleResult: false }, { people: { include: ['p1'] }, rules: { person: 'false' } }).in).toBe(true);
  });

  it('asks the rule of its type as well', () => {
    const scope = { departments: { include: ['it'] }, rules: { person: "employeeType == 'staff'" } };
    expect(judge({ ...person('it'), ruleResult: true }, scope)).toEqual({ in: true, rule: 'departments.include:it' });
    expect(judge({ ...person('it'), ruleResult: false }, scope)).toEqual({ in: false, rule: 'rules.person' });
    expect(judge({ ...person('it'), ruleResult: true }, { rules: scope.rules })).toEqual({
      in: true,
      rule: 'rules.person',
    });
    expect(judge(department('it'), scope).in).toBe(true);
  });

  it('says unknown, not out, of what could not be seen, unless another clause already says no', () => {
    const scope = { departments: { include: ['it'] }, rules: { person: 'x' } };
    expect(judge({ ...person('it'), ruleResult: 'unknown' }, scope)).toEqual({ in: 'unknown', rule: 'rules.person' });
    expect(judge(person('it'), scope).in).toBe('unknown');
    expect(judge({ ...person(), ancestors: 'unknown', ruleResult: true }, scope)).toEqual({
      in: 'unknown',
      rule: 'departments',
    });
    expect(judge({ ...person(), ancestors: 'unknown', ruleResult: false }, scope).in).toBe(false);
    expect(judge({ ...person('sales'), ruleResult: 'unknown' }, scope).in).toBe(false);
    expect(judge({ ...person(), ancestors: 'unknown' }, {}).in).toBe(true);
  });

  it('carries the departments above something chosen along, bare', () => {
    const scope = scopeSchema.parse({ departments: { include: ['east'] } });
    const above = bareDepartments(parents, scope, ['it']);
    expect([...above].sort()).toEqual(['it', 'root', 'sales']);
    const verdict = (id: string) => scopeVerdict({ ...department(id), aboveChosen: above.has(id) }, scope);
    expect(verdict('sales')).toEqual({ in: true, rule: 'ancestor', bare: true });
    expect(verdict('east')).toEqual({ in: true, rule: 'departments.include:east' });
    expect(verdict('shanghai').bare).toBeUndefined();
    expect(scopeVerdict(person('sales'), scope).in).toBe(false);
  });

  it('refuses words it does not know', () => {
    expect(scopeSchema.safeParse({ department: {} }).success).toBe(false);
  });
});

describe('everything below a department', () => {
  const scope = { departments: { onlyBelow: ['sales'] } };
  it('does not mean the department itself, which goes along bare', () => {
    expect(judge(person('east'), scope)).toEqual({ in: true, rule: 'departments.onlyBelow:sales' });
    expect(judge(person('shanghai'), scope).in).toBe(true);
    expect(judge(person('sales'), scope)).toEqual({ in: false, rule: 'departments.onlyBelow:sales' });
    expect(judge(person('it'), scope).in).toBe(false);
    expect(judge(department('east'), scope).in).toBe(true);
    expect(judge(department('sales'), scope).in).toBe(false);
    expect([...bareDepartments(parents, scopeSchema.parse(scope))].sort()).toEqual(['root', 'sales']);
  });
  it('is left out as everything else where the nearest department says so', () => {
    const both = { departments: { include: ['root'], onlyBelow: ['sales'], exclude: ['shanghai'] } };
    expect(judge(person('sales'), both).in).toBe(false);
    expect(judge(person('east'), both).in).toBe(true);
    expect(judge(person('shanghai'), both).in).toBe(false);
    expect(judge(person('it'), both).in).toBe(true);
  });
});

describe('who came after the scope was carried out', () => {
  const held = (self: boolean, ...departments: string[]) => ({ held: { self, departments: new Set(departments) } });
  it('stays out where the scope says so, unless chosen by name', () => {
    const scope = { departments: { include: ['sales'] }, newMembers: false };
    expect(judge({ ...person('east'), ...held(true, 'sales', 'east') }, scope).in).toBe(true);
    expect(judge({ ...person('east'), ...held(false, 'sales', 'east') }, scope)).toEqual({ in: false, rule: 'newMembers' });
    expect(judge({ ...person('east'), ...held(false) }, { ...scope, newMembers: true }).in).toBe(true);
    expect(judge(person('east'), scope).in).toBe(true);
    expect(judge({ ...person('east'), ...held(false) }, { ...scope, people: { include: ['p1'] } }).in).toBe(true);
    expect(judge({ ...person('east'), ...held(false) }, { newMembers: false }).in).toBe(false);
  });
  it('stays out with a new department below a chosen one', () => {
    const scope = { departments: { include: ['sales'] }, newDepartments: false };
    const now = held(false, 'sales', 'root');
    expect(judge({ ...department('east'), ...now }, scope)).toEqual({ in: false, rule: 'newDepartments:east' });
    expect(judge({ ...person('shanghai'), ...now }, scope).in).toBe(false);
    expect(judge({ ...person('sales'), ...now }, scope).in).toBe(true);
    expect(judge({ ...department('sales'), ...now }, scope).in).toBe(true);
    expect(judge({ ...department('it'), ...held(false, 'root') }, { newDepartments: false }).in).toBe(false);
  });
});

describe('a picker', () => {
  const ticked = (scope: unknown) => Object.fromEntries(tickedDepartments(parents, scopeSchema.parse(scope)));
  it('shows none, half and all', () => {
    expect(ticked({})).toEqual({ root: 'all', sales: 'all', east: 'all', shanghai: 'all', it: 'all' });
    expect(ticked({ departments: { include: ['east'] } })).toEqual({
      root: 'half',
      sales: 'half',
      east: 'all',
      shanghai: 'all',
      it: 'none',
    });
    expect(ticked({ departments: { include: ['sales'], exclude: ['shanghai'] } })).toEqual({
      root: 'half',
      sales: 'half',
      east: 'half',
      shanghai: 'none',
      it: 'none',
    });
    expect(ticked({ departments: { onlyBelow: ['sales'] } })).toMatchObject({ sales: 'half', east: 'all' });
    expect(ticked({ departments: { include: ['sales'], below: false } })).toMatchObject({ sales: 'half', east: 'none' });
  });
  it('shows all only where everything below is all, and none only where it is none', () => {
    const some = fc.subarray([...parents.keys()]);
    fc.assert(
      fc.property(some, some, some, fc.boolean(), (include, exclude, onlyBelow, below) => {
        const states = tickedDepartments(parents, scopeSchema.parse({ departments: { include, exclude, onlyBelow, below } }));
        for (const [id, parent] of parents)
          if (parent !== null && states.get(parent) !== 'half') expect(states.get(id)).toBe(states.get(parent));
      }),
    );
  });
});
