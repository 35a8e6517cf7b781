// The situation table and the leaver policy, row by row.
import { describe, expect, it } from 'vitest';
import { decide, existenceSaid, leaverPolicySchema, situationOf, situations } from './situation.ts';
import type { Decision, LeaverAction, Situation, SituationFacts } from './situation.ts';

/** Present, in scope, linked, enabled, equal. */
const calm: SituationFacts = {
  source: 'present',
  scope: 'in',
  departed: false,
  counterpart: 'linked',
  targetExists: true,
  protected: false,
  invalid: false,
  pending: false,
  changed: false,
  drifted: false,
  shouldBeEnabled: true,
  enabledNow: true,
};
const facts = (different: Partial<SituationFacts>): SituationFacts => ({ ...calm, ...different });
const defaults = leaverPolicySchema.parse({});
const always = (wanted: LeaverAction) => ({ gone: wanted, leftScope: wanted, departed: wanted });

const rows: readonly [string, Partial<SituationFacts>, Situation, Decision][] = [
  ['source and target agree', {}, 'same', { action: 'none' }],
  ['the source differs', { changed: true }, 'changed', { action: 'update' }],
  ['a rule found one counterpart', { counterpart: 'found' }, 'found', { action: 'link' }],
  ['… that differs', { counterpart: 'found', changed: true }, 'found', { action: 'link', also: ['update'] }],
  ['… and is disabled (a rehire)', { counterpart: 'found', enabledNow: false }, 'found', { action: 'link', also: ['enable'] }],
  ['the target has none', { counterpart: 'none', targetExists: false }, 'absent', { action: 'create' }],
  ['the target lost it', { targetExists: false }, 'absent', { action: 'create' }],
  [
    'the target has none, and nobody may use it yet',
    { counterpart: 'none', targetExists: false, shouldBeEnabled: false },
    'absent',
    { action: 'none' },
  ],
  ['several counterparts are possible', { counterpart: 'ambiguous' }, 'ambiguous', { action: 'report' }],
  ['a value is wrong', { invalid: true }, 'invalid', { action: 'report' }],
  ['something is not there yet', { pending: true }, 'pending', { action: 'none' }],
  ['somebody wrote in the target', { drifted: true, changed: true }, 'drifted', { action: 'update' }],
  ['an administrator of the target locked it', { enabledNow: false, disabledByOthers: true }, 'drifted', { action: 'report' }],
  ['nobody owns it', { source: 'none', counterpart: 'none' }, 'orphan', { action: 'report' }],
  ['it is protected', { protected: true, changed: true }, 'protected', { action: 'report' }],
  ['it is protected and its owner is gone', { protected: true, source: 'gone' }, 'protected', { action: 'report' }],
  ['nothing was seen of it', { source: 'unknown' }, 'pending', { action: 'none' }],
  ['the scope could not be judged', { scope: 'unknown' }, 'pending', { action: 'none' }],
  ['it left the scope', { scope: 'out' }, 'out-of-scope', { action: 'disable' }],
  ['it is gone', { source: 'gone' }, 'gone', { action: 'disable' }],
  ['it is gone, and out of scope before', { source: 'gone', scope: 'out' }, 'gone', { action: 'disable' }],
  ['the person left', { departed: true }, 'departed', { action: 'disable', deleteAfterDays: 30 }],
  [
    'the person left, is gone and out of scope',
    { departed: true, source: 'gone', scope: 'out' },
    'departed',
    { action: 'disable', deleteAfterDays: 30 },
  ],
  [
    'the person left, whatever else is wrong',
    { departed: true, invalid: true, pending: true, scope: 'unknown' },
    'departed',
    { action: 'disable', deleteAfterDays: 30 },
  ],
  ['somebody became suspended', { shouldBeEnabled: false }, 'changed', { action: 'disable' }],
  ['… and changed too', { shouldBeEnabled: false, changed: true }, 'changed', { action: 'disable', also: ['update'] }],
  ['somebody reappeared', { enabledNow: false }, 'changed', { action: 'enable' }],
  ['… and changed too', { enabledNow: false, changed: true }, 'changed', { action: 'enable', also: ['update'] }],
];

describe('the situation table', () => {
  it.each(rows)('when %s', (_, different, situation, decision) => {
    expect(situationOf(facts(different))).toBe(situation);
    expect(decide(situation, defaults, facts(different))).toEqual(decision);
  });

  it('has an example for every row, and says in both languages when each holds', () => {
    const shown = new Set(rows.map(([, different]) => situations.find((row) => row.holds(facts(different)))));
    expect(situations.filter((row) => !shown.has(row)).map((row) => row.situation)).toEqual([]);
    for (const { label, when } of situations) for (const text of [label, when]) expect([text.en, text.zh]).not.toContain('');
  });
});

describe('the leaver policy', () => {
  it('keeps, unlinks or disables as it says', () => {
    const gone = facts({ source: 'gone' });
    expect(decide('gone', always('keep'), gone)).toEqual({ action: 'none' });
    expect(decide('gone', always('unlink'), gone)).toEqual({ action: 'unlink' });
    expect(decide('gone', always('disable'), gone)).toEqual({ action: 'disable' });
  });

  it('reads a line of its own for each cause', () => {
    const policy = { gone: 'keep', leftScope: 'unlink', departed: 'delete' } as const;
    expect(decide('gone', policy, facts({ source: 'gone' })).action).toBe('none');
    expect(decide('out-of-scope', policy, facts({ scope: 'out' })).action).toBe('unlink');
    expect(decide('departed', policy, facts({ departed: true })).action).toBe('remove');
  });

  it('does nothing a second time', () => {
    const disabled = facts({ departed: true, enabledNow: false });
    expect(decide('departed', defaults, disabled)).toEqual({ action: 'none', deleteAfterDays: 30 });
    expect(decide('gone', always('disable'), disabled)).toEqual({ action: 'none' });
    expect(decide('gone', always('unlink'), facts({ source: 'gone', counterpart: 'none' }))).toEqual({
      action: 'none',
    });
  });

  it('disables before it deletes, however late it comes', () => {
    const late = { departed: true, leaverDays: 400 };
    expect(decide('departed', defaults, facts(late))).toEqual({
      action: 'remove',
      also: ['disable'],
      deleteAfterDays: 30,
    });
    expect(decide('departed', defaults, facts({ ...late, enabledNow: false }))).toEqual({
      action: 'remove',
      deleteAfterDays: 30,
    });
    expect(decide('departed', always('delete'), facts(late))).toEqual({ action: 'remove', also: ['disable'] });
  });

  it('deletes on the day that was said and not before', () => {
    const after = (leaverDays: number) => decide('departed', defaults, facts({ departed: true, enabledNow: false, leaverDays })).action;
    expect([after(0), after(29), after(30), after(31)]).toEqual(['none', 'none', 'remove', 'remove']);
  });

  it('never deletes instead of disabling where the target cannot disable', () => {
    const gone = facts({ source: 'gone', canDisable: false, leaverDays: 99 });
    expect(decide('gone', always('disable'), gone)).toEqual({ action: 'report' });
    expect(decide('gone', always({ disableThenDeleteAfterDays: 100 }), gone)).toEqual({
      action: 'none',
      deleteAfterDays: 100,
    });
    expect(decide('gone', always({ disableThenDeleteAfterDays: 99 }), gone)).toEqual({
      action: 'remove',
      deleteAfterDays: 99,
    });
  });

  it('touches no account that was only matched and never linked', () => {
    expect(decide('departed', always('delete'), facts({ departed: true, counterpart: 'found' }))).toEqual({
      action: 'report',
    });
    expect(decide('gone', always('delete'), facts({ source: 'gone', counterpart: 'ambiguous' }))).toEqual({
      action: 'report',
    });
  });

  it('lets go of a link whose object is no longer there', () => {
    expect(decide('departed', defaults, facts({ departed: true, targetExists: false }))).toEqual({ action: 'unlink' });
  });

  it('refuses days that are not whole and words it does not know', () => {
    expect(leaverPolicySchema.safeParse({ gone: { disableThenDeleteAfterDays: 1.5 } }).success).toBe(false);
    expect(leaverPolicySchema.safeParse({ gone: 'purge' }).success).toBe(false);
  });
});

describe('what an upstream job says about existence', () => {
  it('follows the policy', () => {
    expect(existenceSaid('departed', defaults, 'departed', 0)).toEqual({ existence: 'departed' });
    expect(existenceSaid('departed', defaults, 'departed', 30)).toEqual({ existence: 'absent' });
    expect(existenceSaid('gone', defaults, 'active', 0)).toEqual({ existence: 'suspended' });
    expect(existenceSaid('out-of-scope', always('delete'), 'active', 0)).toEqual({ existence: 'absent' });
    expect(existenceSaid('gone', always('keep'), 'active', 0)).toBe('unknown');
    expect(existenceSaid('gone', always('unlink'), 'active', 0)).toBe('withdraw');
  });

  it('is nothing at all without evidence, and the source’s own word otherwise', () => {
    expect(existenceSaid('pending', always('delete'), 'active', 99)).toBe('unknown');
    expect(existenceSaid('same', always('delete'), 'suspended', 99)).toEqual({ existence: 'suspended' });
  });
});
