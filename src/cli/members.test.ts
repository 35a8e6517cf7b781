// The members of a group on the command line, as many as there are and by a search.
import { expect, it } from 'vitest';
import { scratch, told } from '../../test/support/told.ts';

it('lists the members of a group, and those that a text finds', { timeout: 60_000 }, async () => {
  const folder = scratch();
  for (const [name, number] of [
    ['Li Na', '1'],
    ['Wei Zhang', '2'],
  ] as const)
    await told(folder, 'person', 'create', `displayName=${name}`, `employeeNumber=${number}`, '--yes');
  await told(folder, 'group', 'create', 'name=Team', '--member', '1,2', '--yes');
  const members = async (...more: string[]) =>
    (await told(folder, 'group', 'members', 'Team', ...more)).out
      .split('\n')
      .flatMap((line) => (line === '' ? [] : [line.split('  ')[0]]))
      .sort();
  expect(await members()).toEqual(['Li Na', 'Wei Zhang']);
  expect(await members('--text', 'wei')).toEqual(['Wei Zhang']);
  expect(await members('--text', 'nobody of them')).toEqual(['There is none.']);
});
