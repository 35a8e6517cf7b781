// Of a department that is gone, each system below is told by the policy of its job, unless something has happened there.
import { expect, it } from 'vitest';
import { jobConduct } from '../../../src/engine/states.ts';
import { fateByPolicy, fateThere } from './department-fate.ts';

const job = (gone: unknown, more: object = {}) => ({
  id: 2,
  connection: 'ldap',
  state: 'enabled',
  settings: { mapping: { person: [], department: [] }, policy: { leaver: { gone } } },
  ...more,
});
const department = (more: object = {}, held: readonly object[] = []) =>
  ({ accounts: [{ job: 2, key: 'ou=sales2', lastChange: null, ...more }], held }) as never;

it.each([
  ['disable', { fate: 'disable', days: 0 }],
  ['keep', { fate: 'keep', days: 0 }],
  ['unlink', { fate: 'unlink', days: 0 }],
  ['delete', { fate: 'delete', days: 0 }],
  [{ disableThenDeleteAfterDays: 30 }, { fate: 'later', days: 30 }],
])('what the job does with who is gone (%j) is what becomes of it', (gone, fate) => {
  expect(fateThere(department(), job(gone))).toEqual(fate);
});

it('a job that is off does nothing, and one that writes no departments has no say', () => {
  expect(fateByPolicy(job('delete', { state: 'disabled' }))).toEqual({ fate: 'off', days: 0 });
  expect(fateByPolicy({ ...job('delete'), settings: { mapping: { person: [] }, policy: { leaver: { gone: 'delete' } } } })).toBeNull();
});

it.each(
  Object.keys(jobConduct).filter((state) => state !== 'enabled' && state !== 'disabled'),
)('a job that is %s is not said to delete with its next run, and what it would leave stays so', (state) => {
  expect(fateByPolicy(job('delete', { state }))).toEqual({ fate: state, days: 0 });
  expect(fateByPolicy(job({ disableThenDeleteAfterDays: 30 }, { state }))).toEqual({ fate: state, days: 0 });
  expect(fateByPolicy(job('keep', { state }))).toEqual({ fate: 'keep', days: 0 });
});

it('nor is one below a brake: of everything, of the job, or of its system', () => {
  const fateBelow = (scope: string) => fateThere(department(), job('delete'), [{ scope }])?.fate;
  expect(['all', 'job:2', 'connection:ldap'].map(fateBelow)).toEqual(['braked', 'braked', 'braked']);
  expect(['job:3', 'connection:hr'].map(fateBelow)).toEqual(['delete', 'delete']);
  expect(fateThere(department(), job('keep'), [{ scope: 'all' }])?.fate).toBe('keep');
});

it('what has happened there, or is asked, comes before the policy', () => {
  const removed = { key: null, lastChange: { action: 'remove', state: 'applied' } };
  expect(fateThere(department(removed), job('disable'))).toEqual({ fate: 'deleted', days: 0 });
  expect(fateThere(department({}, [{ job: 2, action: 'remove' }]), job('delete'))).toEqual({ fate: 'asked', days: 0 });
});

it('where it never was, nothing becomes of it', () => {
  expect(fateThere(department({ key: null }), job('disable'))).toBeNull();
  expect(fateThere(department(), job('disable', { id: 3 }))).toBeNull();
});
