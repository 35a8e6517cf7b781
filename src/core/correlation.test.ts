import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Candidate, correlate } from './correlation.ts';
import { compileCorrelation } from './correlation-rules.ts';
import type { AttributeSpec } from './model.ts';

const text = (name: string, more: Partial<AttributeSpec> = {}): AttributeSpec => ({
  name,
  label: { en: name, zh: name },
  type: 'string',
  ...more,
});
const catalogue = {
  attributes: [
    text('number'),
    text('mail', { equality: 'ignore-case' }),
    text('phone', { equality: 'phone' }),
    text('homePhone'),
    text('note'),
  ],
  lookups: { sites: { sh: 'Shanghai' } },
  known: ['number', 'mail', 'phone', 'homePhone'],
  sealed: new Set(['homePhone']),
};
const only = (cel: string, attribute = 'mail') => compileCorrelation([{ attribute, cel }], catalogue);

describe('a correlation rule', () => {
  it('looks for the value of the attribute itself, by its own equality', () => {
    const { rules } = compileCorrelation([{ attribute: 'phone' }, { attribute: 'mail' }], catalogue);
    expect(rules.map((rule) => [rule.name, rule.keys({ phone: '0086 138-0000 0001', mail: 'A@x.com' })])).toEqual([
      ['phone', ['+8613800000001']],
      ['mail', ['a@x.com']],
    ]);
    expect(rules[0]!.keys({ mail: 'a@x.com' })).toEqual([]);
  });

  it('looks for the result of its expression, by the equality of the attribute', () => {
    const { rules, problems } = only('lookup("sites", "sh") + number + "@x.com"');
    expect(problems).toEqual([]);
    expect(rules[0]!.name).toBe('mail = lookup("sites", "sh") + number + "@x.com"');
    expect(rules[0]!.keys({ number: 'N-1', mail: 'other@x.com' })).toEqual(['shanghain-1@x.com']);
    // Unknown and empty find nobody.
    expect([rules[0]!.keys({ mail: 'other@x.com' }), only('number').rules[0]!.keys({ number: null })]).toEqual([[], []]);
  });

  it('speaks against somebody only by values that both sides know', () => {
    const [rule] = only('number + "@x.com"').rules;
    expect(rule!.contradicts({ number: '1' }, { mail: '1@X.com' })).toBe(false);
    expect(rule!.contradicts({ number: '1' }, { mail: '2@x.com' })).toBe(true);
    expect([rule!.contradicts({}, { mail: '2@x.com' }), rule!.contradicts({ number: '1' }, {})]).toEqual([false, false]);
  });

  it('that fails for an object finds nobody and says why', () => {
    const [rule] = only('split(number, "-")[1]').rules;
    expect(rule!.keys({ number: 'N-7' })).toEqual(['7']);
    expect([rule!.keys({ number: 'N' }), rule!.problem({ number: 'N-7' })]).toEqual([[], null]);
    expect(rule!.problem({ number: 'N' })).toMatchObject({ en: expect.stringMatching(/\S/), zh: expect.stringMatching(/\S/) });
  });

  it.each([
    ['number +', 'ends too early: something has to follow'],
    ['nmber', 'the target has no attribute "nmber"; did you mean number'],
    ['"always"', 'the same for everybody'],
    ['note', 'which the job does not map'],
    ['homePhone', 'holds a sensitive value'],
    ['number + account("ad").mail', 'account'],
    ['matches(number, "x")', 're\\('],
  ])('is refused when saved: %s', (cel, says) => {
    const { rules, problems } = only(cel);
    expect(rules).toEqual([]);
    expect(problems).toMatchObject([{ rule: 0, problem: { en: expect.stringMatching(new RegExp(says, 'i')) } }]);
  });

  it('names an attribute that the target has', () => {
    expect(only('number', 'login').problems[0]!.problem.en).toBe('The target has no attribute "login".');
  });
});

describe('rules in order', () => {
  const rule = (name: string, ...candidates: Candidate[]) => ({ rule: name, candidates });

  it('come after the link, and the first that names somebody decides', () => {
    expect(correlate('x', [rule('number', { id: 'y' })])).toEqual({ kind: 'linked', id: 'x' });
    expect(correlate(null, [rule('number'), rule('mail', { id: 'b' }), rule('phone', { id: 'c' })])).toEqual({
      kind: 'found',
      id: 'b',
      rule: 'mail',
    });
    expect(correlate(null, [])).toEqual({ kind: 'none' });
  });

  it('never guess: several, somebody else’s and protected ones are nobody’s', () => {
    expect(correlate(null, [rule('mail', { id: 'a' }, { id: 'b' }), rule('phone', { id: 'a' })])).toEqual({
      kind: 'ambiguous',
      candidates: ['a', 'b'],
      rule: 'mail',
    });
    expect(correlate(null, [rule('mail', { id: 'a' }, { id: 'a' })])).toEqual({ kind: 'found', id: 'a', rule: 'mail' });
    expect(correlate(null, [rule('mail', { id: 'a', linkedTo: 'z' })])).toMatchObject({ kind: 'ambiguous', candidates: ['a'] });
    expect(correlate(null, [rule('mail', { id: 'a', protected: true })])).toEqual({ kind: 'protected', id: 'a', rule: 'mail' });
  });

  it.each([
    ['the only one', [rule('mail', { id: 'a', keptApart: true })], { kind: 'none' }],
    ['the only one, of somebody else', [rule('mail', { id: 'a', linkedTo: 'z', keptApart: true })], { kind: 'none' }],
    ['the only one, and protected', [rule('mail', { id: 'a', protected: true, keptApart: true })], { kind: 'none' }],
    ['one of two', [rule('mail', { id: 'a', keptApart: true }, { id: 'b' })], { kind: 'found', id: 'b', rule: 'mail' }],
    [
      'what a stronger rule names',
      [rule('mail', { id: 'a', keptApart: true }), rule('phone', { id: 'b' })],
      { kind: 'found', id: 'b', rule: 'phone' },
    ],
    [
      'one of three',
      [rule('mail', { id: 'a', keptApart: true }, { id: 'b' }, { id: 'c' })],
      { kind: 'ambiguous', candidates: ['b', 'c'], rule: 'mail' },
    ],
  ] as const)('pass over what is kept apart: %s', (_, perRule, expected) => {
    expect(correlate(null, perRule)).toEqual(expected);
    // What is linked by hand comes first all the same.
    expect(correlate('a', perRule)).toEqual({ kind: 'linked', id: 'a' });
  });

  it('whatever they name, the answer is that without what is kept apart, and never names it', () => {
    const candidate = fc.record(
      { id: fc.constantFrom('a', 'b', 'c', 'd'), linkedTo: fc.constantFrom('y', 'z'), protected: fc.boolean() },
      { requiredKeys: ['id'] },
    );
    const named = fc.array(
      fc.record({ rule: fc.constantFrom('number', 'mail', 'phone'), candidates: fc.array(candidate, { maxLength: 4 }) }),
      {
        maxLength: 4,
      },
    );
    fc.assert(
      fc.property(named, fc.subarray(['a', 'b', 'c', 'd']), (perRule, apart) => {
        const isApart = ({ id }: Candidate): boolean => apart.includes(id);
        const marked = perRule.map((one) => ({
          ...one,
          candidates: one.candidates.map((each) => (isApart(each) ? { ...each, keptApart: true } : each)),
        }));
        const answer = correlate(null, marked);
        expect(answer).toEqual(
          correlate(
            null,
            perRule.map((one) => ({ ...one, candidates: one.candidates.filter((each) => !isApart(each)) })),
          ),
        );
        const names = 'id' in answer ? [answer.id] : 'candidates' in answer ? answer.candidates : [];
        expect(names.filter((id) => apart.includes(id))).toEqual([]);
      }),
    );
  });
});
