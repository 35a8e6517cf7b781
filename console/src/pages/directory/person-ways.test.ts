// What a deed comes to is known before its form; and how accounts follow the directory.
import { describe, expect, it } from 'vitest';
import { below, closingWay, isClosed, isClosing, offersClosing, wayOf } from './person-ways.ts';

const hr = { job: 1, jobName: 'HR' };
const free = { kept: null, lockedByHand: { lifecycle: null, membership: null } };
const fed = { kept: null, lockedByHand: { lifecycle: hr, membership: hr } };
const closed = { ...fed, kept: { run: 12, by: 'may', at: 1, cause: 'close', against: 'active' } };

describe('a deed by hand', () => {
  it('has its form where nobody else decides', () => {
    for (const deed of ['change', 'transfer', 'leave', 'rehire', 'remove'] as const) expect(wayOf(deed, free)).toEqual({ kind: 'form' });
  });

  it('names the job whose word counts more, before any form is filled in; single attributes know it themselves', () => {
    for (const deed of ['transfer', 'leave', 'rehire', 'remove'] as const) expect(wayOf(deed, fed)).toEqual({ kind: 'elsewhere', ...hr });
    expect(wayOf('change', fed)).toEqual({ kind: 'form' });
  });

  it('brings back who was closed by taking the closing back, wherever the word about them comes from', () => {
    expect(wayOf('rehire', closed)).toEqual({ kind: 'take-back', run: 12, by: 'may' });
    expect(wayOf('rehire', { ...closed, lockedByHand: free.lockedByHand })).toEqual({ kind: 'take-back', run: 12, by: 'may' });
    expect(wayOf('rehire', { ...closed, kept: { ...closed.kept, cause: 'undo' } })).toEqual({ kind: 'elsewhere', ...hr });
  });
});

it('who has left and can use no account has nothing to close', () => {
  const closedOne = { key: 'a', enabled: false };
  expect(isClosed({ lifecycle: 'departed', accounts: [closedOne, { key: null, enabled: null }] })).toBe(true);
  expect(isClosed({ lifecycle: 'departed', accounts: [closedOne, { key: 'b', enabled: null }] })).toBe(false);
  expect(isClosed({ lifecycle: 'departed', accounts: [closedOne, { key: 'b', enabled: true }] })).toBe(false);
  expect(isClosed({ lifecycle: 'active', accounts: [] })).toBe(false);
});

describe('closing everything', () => {
  const open = [{ key: 'b', enabled: true }];

  it('is offered of whoever is there, and of whoever has left while something is open that a job may close', () => {
    expect(offersClosing({ lifecycle: 'active', accounts: [] }, undefined)).toBe(true);
    expect(offersClosing({ lifecycle: 'departed', accounts: open }, { closable: true })).toBe(true);
    expect(offersClosing({ lifecycle: 'departed', accounts: open }, { closable: false })).toBe(false);
    expect(offersClosing({ lifecycle: 'departed', accounts: open }, undefined), 'not asked yet').toBe(false);
    expect(offersClosing({ lifecycle: 'departed', accounts: [] }, { closable: true })).toBe(false);
    expect(offersClosing({ lifecycle: 'absent', accounts: open }, { closable: true })).toBe(false);
  });

  it('says what it comes to: accounts, the mark alone, a wait for what does not answer, or that nothing may or can be done', () => {
    const way = (...does: Parameters<typeof closingWay>[0][number]['does'][]) =>
      closingWay(does.map((one, n) => ({ does: one, connection: n === 0 ? null : `c${n}` })));
    expect(way('leave', 'disable', 'unreachable', 'refused')).toBe('close');
    expect(way('leave', 'refused', 'unreachable')).toBe('mark');
    expect(way('nothing', 'nothing', 'refused', 'unreachable'), 'the server takes the order and waits').toBe('later');
    expect(way('nothing', 'refused', 'nothing')).toBe('refused');
    expect(way('nothing', 'nothing')).toBe('nothing');
  });
});

describe('accounts below', () => {
  const job = { id: 3, name: 'LDAP', direction: 'down' as const, state: 'enabled', trigger: 'manual', nextDueAt: null };
  const accounts = [{ job: 3, key: 'uid=x' }];

  it('follow by themselves, by the clock, when somebody runs the job, or not at all', () => {
    const how = (of: Partial<typeof job> & { nextDueAt?: number | null }) => below(accounts, [{ ...job, ...of }]).map((one) => one.how);
    expect(how({})).toEqual(['by-hand']);
    expect(how({ trigger: 'event' })).toEqual(['event']);
    expect(how({ trigger: 'schedule', nextDueAt: 5 } as never)).toEqual(['schedule']);
    expect(how({ state: 'disabled' })).toEqual(['off']);
  });

  it('are named only where there is one', () => {
    expect(below([{ job: 3, key: null }], [job])).toEqual([]);
    expect(below([], [job])).toEqual([]);
  });

  it('takes what was closed a moment ago for under way until every account is closed, and not for ever', () => {
    const account = { key: 'e1', enabled: true };
    const kept = { run: 12, by: 'may', at: 1_000, cause: 'close', against: 'active' };
    const left = { lifecycle: 'departed', accounts: [account], kept };
    expect(isClosing({ ...left, kept: null, lifecycle: 'active' }, null, 2_000)).toBe(false);
    expect(isClosing({ ...left, kept: null, lifecycle: 'active' }, 1_000, 2_000), 'clicked, and not written yet').toBe(true);
    expect(isClosing(left, null, 2_000), 'the page was loaded again').toBe(true);
    expect(isClosing({ ...left, accounts: [{ ...account, enabled: false }] }, null, 2_000)).toBe(false);
    expect(isClosing(left, null, 3_600_000), 'left over: it can be closed once more').toBe(false);
  });
});
