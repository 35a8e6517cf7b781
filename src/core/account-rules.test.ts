// Rules on one object that no single attribute can tell.
import { expect, it } from 'vitest';
import { accountRules } from './account-rules.ts';
import type { ObjectTypeSpec } from './model.ts';

const label = { en: 'x', zh: 'x' };
const type: ObjectTypeSpec = {
  id: 'person',
  label,
  title: 'name',
  relations: [],
  needsBeside: [{ of: 'mobile', unless: '^(\\+86|[^+])', needs: 'mail', why: label }],
  attributes: [
    { name: 'mobile', label, type: 'string' },
    { name: 'mail', label, type: 'string' },
    { name: 'manager', label, type: 'reference', to: 'person', notItself: true },
    { name: 'mentor', label, type: 'reference', to: 'person' },
  ],
};
const left = (...state: Parameters<ReturnType<typeof accountRules>>) => accountRules(type)(...state).map((rule) => rule.left);

it('nobody is their own manager, where the target minds', () => {
  expect(left('me', { manager: 'me', mentor: 'me' }, undefined)).toEqual([['manager']]);
  expect(left('me', { manager: 'boss' }, { manager: 'me' })).toEqual([]);
});

it('what needs something beside it is judged by what will be there', () => {
  expect(left('me', { mobile: '+15550100' }, undefined)).toEqual([['mobile', 'mail']]);
  expect(left('me', { mobile: '+15550100', mail: 'a@b.c' }, undefined)).toEqual([]);
  expect(left('me', { mobile: '+8613800000000' }, undefined)).toEqual([]);
  expect(left('me', { mobile: '13800000000' }, undefined)).toEqual([]);
  expect(left('me', { mobile: '+15550100' }, { mail: 'a@b.c' })).toEqual([]);
  expect(left('me', { mail: null }, { mobile: '+15550100', mail: 'a@b.c' })).toEqual([['mobile', 'mail']]);
  // Hidden: nobody can say.
  expect(left('me', { mobile: '+15550100' }, {})).toEqual([]);
  expect(left('me', { mobile: null }, { mobile: '+15550100', mail: null })).toEqual([]);
});
