// Which number stands beside a name in the rows of a plan.
import { expect, it } from 'vitest';
import { ownNumber, sharedAmong } from './told-apart.ts';

const UUID = '019ab3c4-0000-7000-8000-000000000001';
const value = (name: string, after: unknown, before?: unknown) => ({ name, label: { en: name, zh: name }, after, before });
const change = (key: string, title = '王强', attributes: ReturnType<typeof value>[] = []) =>
  ({ type: 'person', title, key, targetKey: null, attributes }) as Parameters<typeof ownNumber>[0];

it('is the number that the change gives or takes away, else the key of the record at its source', () => {
  expect(ownNumber(change(UUID, '王强', [value('userName', 'wangqiang'), value('employeeNumber', '1024')]))).toBe('1024');
  expect(ownNumber(change(UUID, '王强', [value('employeeNumber', null, '1024')]))).toBe('1024');
  expect(ownNumber(change(UUID, '王强', [value('userName', 'wangqiang')]))).toBe('wangqiang');
  expect(ownNumber(change('10234'))).toBe('10234');
});

it('is no id that tells nobody anything, and not the name once more', () => {
  expect(ownNumber(change(UUID))).toBeNull();
  expect(ownNumber(change('王强'))).toBeNull();
});

it('a name is shared where it stands for two objects, not where one object has two changes', () => {
  const [one, again, other] = [change('1'), change('1'), change('2')];
  expect(sharedAmong([one, again])(one)).toBe(false);
  expect(sharedAmong([one, again, other])(one)).toBe(true);
  expect(sharedAmong([one, other])(change('3', '李明'))).toBe(false);
});
