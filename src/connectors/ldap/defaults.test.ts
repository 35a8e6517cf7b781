// What a new job writes into LDAP where the directory knows less than LDAP wants.
import { expect, it } from 'vitest';
import { compileExpression } from '../../core/mapping/expression.ts';
import { personType } from '../../core/directory-types.ts';
import { down } from './defaults.ts';

const { cel } = down.mapping.person!.find((row) => row.target === 'sn')! as { readonly cel: string };

it.each([
  ['张', { displayName: '张三丰', familyName: null }],
  ['欧阳', { displayName: '欧阳修', familyName: null }],
  ['Smith', { displayName: 'John Smith', familyName: null }],
  ['O', { displayName: 'John Smith', familyName: 'O' }],
  // None that could be told apart: the whole name, since LDAP takes nobody without.
  ['Cher', { displayName: 'Cher', familyName: null }],
])('the family name is %s of %j', (sn, attributes) => {
  const compiled = compileExpression(cel, personType.attributes);
  if ('problem' in compiled) throw new Error(compiled.problem.en);
  expect(compiled.expression.evaluate(attributes)).toEqual({ value: sn });
});
