// Whose account is in question, and who belongs to one question.
import { expect, it } from 'vitest';
import { contestsIn, rowsAround } from './contests.ts';

const account = (id: string, owner: string | null = null) => ({ id, owner: owner === null ? null : { object: owner } });
const row = (id: string, ...candidates: ReturnType<typeof account>[]) => ({ id, candidates });

it('people whom the rules lead to one free account are one question; whoever was found several is in it too and keeps a row, one that is taken is nobody’s question', () => {
  const rows = [
    row('ann', account('a1')),
    row('several', account('a1'), account('a2')),
    row('ben', account('a1')),
    row('late', account('a3', 'owner')),
    row('alone', account('a4')),
  ];
  const { contests, single } = contestsIn(rows);
  expect(contests.map((one) => [one.account.id, one.people.map(({ id }) => id)])).toEqual([['a1', ['ann', 'several', 'ben']]]);
  expect(single.map(({ id }) => id)).toEqual(['several', 'late', 'alone']);
});

it('once the account has an owner nobody contests it any more', () => {
  expect(contestsIn([row('ann', account('a1', 'ben')), row('cid', account('a1', 'ben'))]).contests).toEqual([]);
});

it('around somebody stand those who are led to the same account, and those who are led to theirs', () => {
  const rows = [row('ann', account('a1')), row('ben', account('a1')), row('cid', account('a2', 'ann')), row('dan', account('a9'))];
  expect(rowsAround(rows, 'ann').map(({ id }) => id)).toEqual(['ann', 'ben', 'cid']);
  expect(rowsAround(rows, 'ben').map(({ id }) => id)).toEqual(['ann', 'ben']);
  expect(rowsAround(rows, 'nobody')).toEqual([]);
});
