// Every clause that a scope can name is said in words, without an id.
import { describe, expect, it } from 'vitest';
import { type ScopeInput, scopeSchema, scopeVerdict } from '../core/scope.ts';
import { departmentInRule, ruleWords } from './rule-words.ts';

const nameOf = (id: string): string => `The ${id}`;
const person: ScopeInput = { type: 'person', id: 'p', ancestors: [['rd', 'hq']] };

describe('the clause that decided', () => {
  it.each([
    [{}, person, 'Everything belongs that is not left out', '未被排除，包含在内'],
    [{ departments: { include: ['hq'] } }, person, 'Department "The hq" is chosen', '部门“The hq”在所选范围内'],
    [{ departments: { exclude: ['rd'] } }, person, 'Department "The rd" is left out', '部门“The rd”不在范围内'],
    [
      { departments: { onlyBelow: ['hq'] } },
      person,
      'What is below department "The hq" is chosen, not itself',
      '只包含部门“The hq”的下级，不含其本身',
    ],
    [{ departments: { include: ['labs'] } }, person, 'None of its departments is chosen', '其部门均未被选定'],
    [{ people: { include: ['other'] } }, person, 'Only people chosen one by one belong', '只包含单独选择的人员'],
    [{ people: { include: ['p'] } }, person, 'Chosen by name', '单独选择的人员'],
    [{ people: { exclude: ['p'] } }, person, 'Left out by name', '单独排除的人员'],
    [{ rules: { person: 'x' } }, { ...person, ruleResult: false }, 'Rule for: person', '范围规则：人员'],
    [
      { newMembers: false },
      { ...person, held: { self: false, departments: new Set(['rd']) } },
      'Came later than the scope was chosen',
      '在选定范围之后才加入',
    ],
    [
      { newDepartments: false },
      { ...person, held: { self: false, departments: new Set(['hq']) } },
      'Department "The rd" came later than the scope was chosen',
      '部门“The rd”在选定范围之后才新增',
    ],
    [
      { departments: { include: ['rd'] } },
      { type: 'department', id: 'hq', ancestors: [[]], aboveChosen: true },
      'Goes along because something chosen is below it',
      '其下有选定的部门或人员，一并同步',
    ],
  ] as const)('%j', (scope, input, en, zh) => {
    expect(ruleWords(scopeVerdict(input as ScopeInput, scopeSchema.parse(scope)).rule, nameOf)).toEqual({ en, zh });
  });

  it('is not made up where there is none', () => {
    expect(ruleWords('', nameOf)).toBeNull();
    expect(ruleWords('toString', nameOf)).toBeNull();
    expect(departmentInRule('departments.exclude:a:b')).toBe('a:b');
    expect(departmentInRule('everything')).toBeNull();
  });
});
