// Scope: chosen departments with or without below, chosen people, rules, and what could not be seen.
import { describe, expect, it } from 'vitest';
import { bareDepartments, scopeSchema, scopeVerdict } from './scope.ts';
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
