// The moments that a person can be put back to are those before what happened to them.
import { expect, it } from 'vitest';
import { momentsBefore } from './moments.ts';

const phone = { en: 'Phone', zh: '手机号' };
const entry = (at: number, action: string, run: number | null) => ({
  at,
  action,
  run,
  jobName: 'HR',
  actor: 'may',
  attributes: [{ name: 'phone', label: phone, after: '1' }],
});

it('each change has the moment before it, newest first; before somebody was made there is none', () => {
  const found = momentsBefore([entry(9000, 'update', 12), entry(5000, 'update', null), entry(1000, 'create', 2)]);
  expect(found.map(({ at, run, by }) => [at, run, by])).toEqual([
    [new Date(8999).toISOString(), 12, 'HR'],
    [new Date(4999).toISOString(), null, 'HR'],
  ]);
  expect(found[0]!.what).toEqual([phone]);
});

it('what one run did is one change, and the moment is before all of it', () => {
  const found = momentsBefore([entry(9010, 'update', 12), entry(9000, 'update', 12), entry(1000, 'create', 2)]);
  expect(found.map((one) => one.at)).toEqual([new Date(8999).toISOString()]);
  expect(found[0]!.what).toHaveLength(2);
  expect(momentsBefore([entry(1000, 'create', 2)])).toEqual([]);
});
