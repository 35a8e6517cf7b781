import { expect, it } from 'vitest';
import { mayAct, type Principal, type Role } from './principal.ts';

const roles: readonly Role[] = ['viewer', 'operator', 'approver', 'admin', 'auditor'];
const somebody = (...own: Role[]): Principal => ({ kind: 'person', id: '1', name: 'Li Na', roles: own });
const allowed = (...own: Role[]): readonly Role[] => roles.filter((role) => mayAct(somebody(...own), role));

it.each([
  ['nobody in particular may do nothing', [], []],
  ['a viewer sees', ['viewer'], ['viewer']],
  ['an operator sees and runs, and confirms nothing', ['operator'], ['viewer', 'operator']],
  ['an approver sees and confirms, and runs nothing', ['approver'], ['viewer', 'approver']],
  ['an auditor sees everything and changes nothing', ['auditor'], ['viewer', 'auditor']],
  ['two roles add up', ['operator', 'approver'], ['viewer', 'operator', 'approver']],
  ['an admin may do everything', ['admin'], [...roles]],
] as const)('%s', (_, own, may) => {
  expect(allowed(...own)).toEqual(may);
});
