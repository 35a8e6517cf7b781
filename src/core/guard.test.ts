// The guard: limits hold however the work is cut, and no change passes against the evidence.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { directoryTypes } from './directory-types.ts';
import { allowance, guardPolicySchema, judgeChange, judgeKinds, kindsOf } from './guard.ts';
import type { CountedChange, Evidence, GuardPolicy, JudgedChange, KindVerdict, RunFacts } from './guard.ts';
import { limitNameOf } from './plan.ts';
import type { GuardKind } from './plan.ts';

const defaults = guardPolicySchema.parse({});
const later: RunFacts = {
  firstRun: false,
  targetIsDirectory: false,
  targetWasEmpty: false,
  touchedBefore: 0,
  thereBefore: 0,
  called: (name) => ({ en: name, zh: name === 'title' ? '职位' : name }),
};
const sound: Evidence = { emptySource: false, narrower: false, incomplete: false, vanishedContainers: new Set() };
const change = (different: Partial<JudgedChange>): JudgedChange => ({
  action: 'update',
  kinds: [],
  situation: 'changed',
  protected: false,
  departedAtSource: false,
  ordinals: {},
  ...different,
});
const byKind = (verdicts: readonly KindVerdict[]) => new Map(verdicts.map((verdict) => [verdict.kind, verdict]));
const one = (kind: GuardKind, planned: number, inWindow: number, base: number, facts = later, policy = defaults): KindVerdict =>
  judgeKinds([{ kind, planned, inWindow, base }], policy, facts)[0]!;

// ── a window store of the test's own ─────────────────────────────────────────────────────────────────────

interface Work {
  readonly object: number;
  readonly kinds: readonly GuardKind[];
}

/** Plans, judges and "applies" one run; what was allowed is in the window afterwards. Returns what was allowed. */
function runOnce(
  work: readonly Work[],
  window: Map<GuardKind, Set<number>>,
  policy: GuardPolicy,
  facts: RunFacts,
  base: number,
): readonly Work[] {
  const planned = new Map<GuardKind, Set<number>>();
  const ordinalsOf = work.map(({ object, kinds }) => {
    const ordinals: Partial<Record<GuardKind, number>> = {};
    for (const kind of kinds) {
      if (window.get(kind)?.has(object)) continue;
      const fresh = planned.get(kind) ?? new Set<number>();
      planned.set(kind, fresh.add(object));
      ordinals[kind] = [...fresh].indexOf(object) + 1;
    }
    return ordinals;
  });
  const kinds = [...new Set(work.flatMap((item) => item.kinds))];
  const counts = kinds.map((kind) => ({
    kind,
    planned: planned.get(kind)?.size ?? 0,
    inWindow: window.get(kind)?.size ?? 0,
    base,
  }));
  const verdicts = byKind(judgeKinds(counts, policy, facts));
  const allowed = work.filter(
    (item, index) =>
      judgeChange(change({ kinds: item.kinds, ordinals: ordinalsOf[index]! }), verdicts, sound, policy).verdict === 'allowed',
  );
  for (const item of allowed) for (const kind of item.kinds) window.set(kind, (window.get(kind) ?? new Set()).add(item.object));
  return allowed;
}

const kinds: readonly GuardKind[] = [
  'create',
  'disable',
  'delete',
  'move',
  'membership-loss',
  'messages',
  'update:city',
  'update:identifying:email',
  'clear:city',
];
const smallLimit = fc.record({
  percent: fc.integer({ min: 0, max: 40 }),
  count: fc.integer({ min: 0, max: 12 }),
  share: fc.integer({ min: 0, max: 100 }),
});
const anyPolicy = fc.record({
  deletions: fc.constantFrom('hold-all' as const, 'hold-unless-departed' as const, 'hold-above-limit' as const),
  windowHours: fc.constant(24),
  upgradeValues: fc.constant(20),
  limits: fc.record({
    create: smallLimit,
    move: smallLimit,
    update: smallLimit,
    identifying: smallLimit,
    disable: smallLimit,
    clear: smallLimit,
    membershipLoss: smallLimit,
    messages: smallLimit,
  }),
  firstRun: fc.record({ creates: fc.integer({ min: 0, max: 12 }), touched: fc.integer({ min: 0, max: 12 }), share: fc.constant(50) }),
});
const anyRuns = fc.array(
  fc.array(
    fc.record({
      object: fc.integer({ min: 0, max: 60 }),
      kinds: fc.subarray([...kinds], { minLength: 1, maxLength: 3 }),
    }),
    { maxLength: 40 },
  ),
  { maxLength: 12 },
);

describe('limits over a window', () => {
  it('let no more objects through than they say, however the work is cut into runs', () => {
    fc.assert(
      fc.property(anyPolicy, anyRuns, fc.integer({ min: 0, max: 100 }), (policy, runs, base) => {
        const window = new Map<GuardKind, Set<number>>();
        for (const work of runs) runOnce(work, window, policy, later, base);
        for (const [kind, objects] of window) {
          expect(objects.size).toBeLessThanOrEqual(allowance(policy.limits[limitNameOf(kind)], base));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('judge n runs of one change like one run within the limit: the same number passes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 0, max: 400 }), (count, base) => {
        const window = new Map<GuardKind, Set<number>>();
        for (let object = 0; object < count; object++) runOnce([{ object, kinds: ['disable'] }], window, defaults, later, base);
        expect(window.get('disable')?.size ?? 0).toBe(Math.min(count, allowance(defaults.limits.disable, base)));
      }),
    );
  });

  it('let nothing of a kind through in a run that exceeds the limit by itself', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 0, max: 1000 }), (count, base) => {
        const work = Array.from({ length: count }, (_, object) => ({ object, kinds: ['disable'] as const }));
        const allowed = runOnce(work, new Map(), defaults, later, base).length;
        expect(allowed).toBe(count > allowance(defaults.limits.disable, base) ? 0 : count);
      }),
    );
  });

  it('count an object once: the same one again in the window is free', () => {
    const window = new Map<GuardKind, Set<number>>([['disable', new Set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])]]);
    expect(
      runOnce(
        [
          { object: 3, kinds: ['disable'] },
          { object: 11, kinds: ['disable'] },
        ],
        window,
        defaults,
        later,
        100,
      ),
    ).toEqual([{ object: 3, kinds: ['disable'] }]);
  });

  it('never let more than the first-run number of creates into an outside target', () => {
    fc.assert(
      fc.property(anyPolicy, anyRuns, (policy, runs) => {
        const window = new Map<GuardKind, Set<number>>();
        for (const work of runs) runOnce(work, window, policy, { ...later, firstRun: true }, 0);
        expect(window.get('create')?.size ?? 0).toBeLessThanOrEqual(policy.firstRun.creates);
      }),
    );
  });
});

describe('the limit that holds', () => {
  it('is the larger of count and percent', () => {
    expect(one('disable', 10, 0, 100)).toEqual({ kind: 'disable', allow: 'all' });
    expect(one('disable', 11, 0, 100).allow).toBe('none');
    expect(one('disable', 20, 0, 1000).allow).toBe('all');
    expect(one('disable', 21, 0, 1000).allow).toBe('none');
  });

  it('is lower for identifying attributes', () => {
    expect(one('update:city', 50, 0, 100).allow).toBe('all');
    expect(one('update:identifying:email', 21, 0, 100)).toMatchObject({
      allow: 'none',
      question: 'limit:update:identifying:email',
    });
  });

  it('holds what comes after it when only the window is full', () => {
    expect(one('disable', 4, 8, 100)).toMatchObject({ allow: 'first', first: 2, question: 'limit:disable' });
    expect(one('disable', 4, 12, 100)).toMatchObject({ allow: 'first', first: 0 });
  });

  it('is explained by both numbers where the share would be more than the whole', () => {
    const verdict = one('update:title', 290, 0, 2);
    expect(verdict.allow === 'none' && verdict.reason.en).toContain(
      '290 objects would get another "title", together 290 where there were 2.',
    );
    expect(verdict.allow === 'none' && verdict.reason.zh).toContain('合计 290 个，而原有 2 个');
    expect(verdict.allow === 'none' && verdict.reason.zh, 'in the words of the target').toContain('更改“职位”');
  });

  it('is explained with counts and percent in both languages', () => {
    expect(one('disable', 12, 9, 500)).toMatchObject({
      reason: {
        en: '12 objects would be disabled, after 9 in the last 24 hours, together 4.2 % of 500. The limit is 10 within 24 hours (2 % or 10, the larger).',
        zh: '12 个对象将被停用，此前 24 小时内已有 9 个，合计占 500 个的 4.2%。24 小时内的上限为 10 个（2% 或 10 个，取较大者）。',
      },
    });
    expect(one('clear:phone', 11, 0, 0)).toMatchObject({
      reason: {
        en: '11 objects would lose their value of "phone". The limit is 10 within 24 hours (2 % or 10, the larger).',
      },
    });
  });
});

describe('the first run', () => {
  const first = { ...later, firstRun: true };
  it('creates freely in an empty directory', () => {
    expect(one('create', 50_000, 0, 0, { ...first, targetIsDirectory: true, targetWasEmpty: true }).allow).toBe('all');
    expect(one('create', 51, 0, 0, { ...first, targetIsDirectory: true }).allow).toBe('none');
  });
  it('asks before more than 50 creates in an outside target, also an empty one', () => {
    expect(one('create', 50, 0, 0, { ...first, targetWasEmpty: true }).allow).toBe('all');
    expect(one('create', 51, 0, 10_000, { ...first, targetWasEmpty: true })).toMatchObject({
      allow: 'none',
      question: 'first-run:create',
    });
  });
  it('asks one question about everything it would change of what was there before', () => {
    const touched = { ...first, touchedBefore: 11 };
    expect(one('update:city', 11, 0, 0, touched)).toMatchObject({ allow: 'none', question: 'first-run:touched' });
    expect(one('move', 1, 0, 0, touched)).toMatchObject({ question: 'first-run:touched' });
    expect(one('create', 5, 0, 0, touched).allow).toBe('all');
    expect(one('update:city', 10, 0, 0, { ...first, touchedBefore: 10 }).allow).toBe('all');
  });
});

describe('a small company', () => {
  it.each([
    [3, 10],
    [4, 1],
    [15, 3],
    [40, 10],
    [1000, 20],
  ])('of %i people sees at most %i of them disabled in a window without a question', (people, most) => {
    expect(allowance(defaults.limits.disable, people)).toBe(most);
  });

  it('reads in the question why so few are too many', () => {
    const verdict = one('disable', 4, 0, 15, later);
    expect(verdict.allow === 'none' && verdict.reason.en).toContain(
      'The limit is 3 within 24 hours (2 % or 10, the larger; in a small company at most 25 %).',
    );
  });

  it('of any size above 3 never has more than half of it changed in any one way without a question, however the work is cut into runs', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: 300 }),
        fc.constantFrom(...kinds.filter((kind) => kind !== 'create' && kind !== 'messages')),
        fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 12 }),
        (people, kind, sizes) => {
          const window = new Map<GuardKind, Set<number>>();
          let next = 0;
          for (const size of sizes) {
            const work = Array.from({ length: Math.min(size, people) }, () => ({ object: next++ % people, kinds: [kind] }));
            runOnce(work, window, defaults, later, people);
          }
          expect(window.get(kind)?.size ?? 0).toBeLessThanOrEqual(people / 2);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('has no more than half of what was there before touched by a first run without a question', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 60 }), fc.integer({ min: 0, max: 60 }), (there, touched) => {
        const first: RunFacts = { ...later, firstRun: true, touchedBefore: Math.min(there, touched), thereBefore: there };
        const verdict = one('update:city', first.touchedBefore, 0, 0, first);
        if (verdict.allow === 'all') expect(first.touchedBefore).toBeLessThanOrEqual(there / 2);
      }),
    );
  });

  it('may say otherwise for itself', () => {
    const own = guardPolicySchema.parse({ limits: { disable: { count: 10, share: 100 } } });
    expect(allowance(own.limits.disable, 12)).toBe(10);
    expect(allowance(guardPolicySchema.parse({ limits: { disable: { percent: 60 } } }).limits.disable, 10)).toBe(6);
  });
});

describe('deletions', () => {
  const judge = (level: GuardPolicy['deletions'], planned: number, departedAtSource: boolean) => {
    const policy = { ...defaults, deletions: level };
    const verdicts = byKind(judgeKinds([{ kind: 'delete', planned, inWindow: 0, base: 100 }], policy, later));
    const verdict = judgeChange(
      change({ action: 'remove', kinds: ['delete'], situation: 'departed', departedAtSource, ordinals: { delete: 1 } }),
      verdicts,
      sound,
      policy,
    );
    return verdict.verdict === 'held' ? verdict.question : verdict.verdict;
  };
  it('are always held by default', () => {
    expect(judge(defaults.deletions, 1, true)).toBe('delete');
    expect(judge('hold-all', 0, true)).toBe('delete');
  });
  it('are free of the question where the source says departed, up to the limit', () => {
    expect(judge('hold-unless-departed', 1, true)).toBe('allowed');
    expect(judge('hold-unless-departed', 1, false)).toBe('delete');
    expect(judge('hold-unless-departed', 11, true)).toBe('limit:delete');
  });
  it('are held above the limit where the policy says so', () => {
    expect(judge('hold-above-limit', 10, false)).toBe('allowed');
    expect(judge('hold-above-limit', 11, false)).toBe('limit:delete');
  });
});

describe('one change', () => {
  const free = new Map<GuardKind, KindVerdict>(kinds.map((kind) => [kind, { kind, allow: 'all' }]));
  const policy: GuardPolicy = { ...defaults, deletions: 'hold-above-limit' };
  const verdict = (different: Partial<JudgedChange>, evidence: Partial<Evidence> = {}) =>
    judgeChange(change(different), free, { ...sound, ...evidence }, policy).verdict;

  it('of a protected account is refused, whatever it is', () => {
    for (const action of ['update', 'link', 'disable', 'enable', 'remove', 'unlink'] as const)
      expect(verdict({ action, protected: true })).toBe('refused');
    expect(verdict({ action: 'create', kinds: ['create'], protected: true })).toBe('allowed');
  });

  const takingAway: readonly Partial<JudgedChange>[] = [
    { action: 'remove', kinds: ['delete'], situation: 'gone' },
    { action: 'disable', kinds: ['disable'], situation: 'gone' },
    { action: 'disable', kinds: ['disable'], situation: 'departed', departedAtSource: true },
    { action: 'unlink', kinds: [], situation: 'gone' },
    { action: 'update', kinds: ['clear:city'] },
    { action: 'update', kinds: ['membership-loss'] },
    { action: 'update', kinds: ['disable'] },
  ];
  it.each(takingAway)('that takes something away is refused when the source is empty or narrower: %o', (different) => {
    expect(verdict(different)).toBe('allowed');
    expect(verdict(different, { emptySource: true })).toBe('refused');
    expect(verdict(different, { narrower: true })).toBe('refused');
  });

  it('that gives something passes even then', () => {
    expect(verdict({ action: 'create', kinds: ['create'] }, { narrower: true })).toBe('allowed');
    expect(verdict({ kinds: ['update:city', 'move'] }, { emptySource: true })).toBe('allowed');
  });

  it('by absence is refused after an incomplete read, what a record says itself is not', () => {
    expect(verdict({ action: 'disable', kinds: ['disable'], situation: 'gone' }, { incomplete: true })).toBe('refused');
    expect(verdict({ action: 'disable', kinds: ['disable'], situation: 'out-of-scope' }, { incomplete: true })).toBe('refused');
    expect(verdict({ action: 'disable', kinds: ['disable'], situation: 'departed' }, { incomplete: true })).toBe('allowed');
    expect(verdict({ kinds: ['clear:city'] }, { incomplete: true })).toBe('allowed');
  });

  it('in a department that vanished with everything in it belongs to one question', () => {
    const evidence = { vanishedContainers: new Set(['d7']) };
    const gone = { action: 'disable', kinds: ['disable'], situation: 'gone', container: 'd7' } as const;
    expect(judgeChange(change(gone), free, { ...sound, ...evidence }, policy)).toMatchObject({
      verdict: 'held',
      question: 'vanished:d7',
    });
    expect(verdict({ ...gone, container: 'd8' }, evidence)).toBe('allowed');
    expect(verdict({ ...gone, situation: 'departed' }, evidence)).toBe('allowed');
    expect(verdict({ kinds: ['update:city'], container: 'd7' }, evidence)).toBe('allowed');
  });

  it('of several held kinds asks the gravest question', () => {
    const held = (kind: GuardKind): KindVerdict => ({
      kind,
      allow: 'none',
      question: `limit:${kind}`,
      reason: { en: kind, zh: kind },
    });
    const verdicts = byKind(kinds.map(held));
    const question = (asked: readonly GuardKind[]) => judgeChange(change({ kinds: asked }), verdicts, sound, policy);
    expect(question(['update:city', 'disable', 'clear:city'])).toMatchObject({ question: 'limit:disable' });
    expect(question(['update:city', 'update:identifying:email'])).toMatchObject({
      question: 'limit:update:identifying:email',
    });
  });

  it('of a kind that was not counted is a bug', () => {
    expect(() => judgeChange(change({ kinds: ['move'] }), new Map(), sound, policy)).toThrow('without having counted');
  });
});

describe('the kinds of a change', () => {
  const base: CountedChange = {
    action: 'update',
    type: 'person',
    before: {},
    after: {},
    edgesLost: 0,
    moves: false,
    messages: 0,
  };
  const of = (different: Partial<CountedChange>) => kindsOf({ ...base, ...different }, directoryTypes);

  it('name each changed attribute, and tell identifying ones and clears apart', () => {
    expect(of({ before: { city: 'A', email: 'a@x', phone: '1' }, after: { city: 'B', email: 'b@x', phone: null } })).toEqual([
      'clear:phone',
      'update:city',
      'update:identifying:email',
    ]);
  });
  it('take an attribute that nobody declared for an identifying one', () => {
    expect(of({ after: { mystery: 'x' } })).toEqual(['update:identifying:mystery']);
  });
  it('count a create or a delete as that alone, and the messages it causes', () => {
    expect(of({ action: 'create', after: { email: 'x' }, messages: 1 })).toEqual(['messages', 'create']);
    expect(of({ action: 'remove', edgesLost: 4 })).toEqual(['delete']);
  });
  it('count a move once, and lost edges', () => {
    expect(of({ type: 'department', before: { parent: 'a' }, after: { parent: 'b' }, moves: true })).toEqual(['move']);
    expect(of({ edgesLost: 2, moves: true })).toEqual(['membership-loss', 'move']);
  });
  it('see a lifecycle that ends as a disable or a delete', () => {
    expect(of({ before: { lifecycle: 'active' }, after: { lifecycle: 'departed' } })).toEqual(['disable']);
    expect(of({ before: { lifecycle: 'departed' }, after: { lifecycle: 'absent' } })).toEqual(['delete']);
    expect(of({ before: { lifecycle: 'suspended' }, after: { lifecycle: 'active' } })).toEqual([]);
    expect(of({ before: { lifecycle: 'suspended' }, after: { lifecycle: 'departed' } })).toEqual([]);
  });
  it('leave a link or an enable without other differences uncounted', () => {
    expect(of({ action: 'link' })).toEqual([]);
    expect(of({ action: 'enable' })).toEqual([]);
  });
});

describe('the policy', () => {
  it('is safe when nothing is said, and keeps what is said in part', () => {
    expect(defaults).toMatchObject({
      deletions: 'hold-all',
      windowHours: 24,
      limits: {
        create: { percent: 20, count: 50 },
        move: { percent: 20, count: 50 },
        update: { percent: 20, count: 50 },
        identifying: { percent: 5, count: 20 },
        disable: { percent: 2, count: 10 },
        clear: { percent: 2, count: 10 },
        membershipLoss: { percent: 5, count: 50 },
      },
      firstRun: { creates: 50, touched: 10, share: 50 },
    });
    expect(guardPolicySchema.parse({ limits: { disable: { count: 3 } } }).limits.disable).toEqual({
      percent: 2,
      count: 3,
      share: 25,
    });
    expect(guardPolicySchema.safeParse({ limits: { disabel: {} } }).success).toBe(false);
  });
});
