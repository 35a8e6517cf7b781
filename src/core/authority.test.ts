// Authority: the directory is a pure function of what was said, whatever the order of arrival.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foremostOf, mergeAccepted, resolve } from './authority.ts';
import type { ContributionView } from './authority.ts';

const say = (different: Partial<ContributionView>): ContributionView => ({
  job: 1,
  rank: 100,
  decidesExistence: true,
  externalId: 'x',
  primary: true,
  attributes: {},
  relations: [],
  ...different,
});
const now = Date.UTC(2026, 5, 15);

const anyContribution: fc.Arbitrary<ContributionView> = fc.record(
  {
    job: fc.integer({ min: 1, max: 4 }),
    rank: fc.constantFrom(10, 20),
    decidesExistence: fc.boolean(),
    externalId: fc.constantFrom('a', 'b', 'c'),
    primary: fc.boolean(),
    attributes: fc.dictionary(
      fc.constantFrom('email', 'phone', 'endsAt', 'startsAt', 'timeZone'),
      fc.constantFrom(null, '2026-06-01', '2026-07-01', 'Asia/Shanghai'),
    ),
    existence: fc.constantFrom('active' as const, 'departed' as const, 'absent' as const, 'pre-hire' as const),
    relations: fc.subarray(['membership/main', 'membership/projects', 'membership', 'member']),
    attributeRanks: fc.dictionary(fc.constantFrom('email', 'membership', 'lifecycle'), fc.integer({ min: 0, max: 30 })),
    nullFallsThrough: fc.subarray(['email', 'phone']),
  },
  { requiredKeys: ['job', 'rank', 'decidesExistence', 'externalId', 'primary', 'attributes', 'relations'] },
);
/** (job, external id) is the key of a contribution. */
const anySet = fc.uniqueArray(anyContribution, { selector: (one) => `${one.job}:${one.externalId}`, maxLength: 8 });

describe('resolve', () => {
  it('does not depend on the order of arrival', () => {
    fc.assert(
      fc.property(
        anySet.chain((set) => fc.tuple(fc.constant(set), fc.shuffledSubarray(set, { minLength: set.length }))),
        ([set, shuffled]) => {
          expect(JSON.stringify(resolve(shuffled, now))).toBe(JSON.stringify(resolve(set, now)));
        },
      ),
    );
  });

  it('never lets an unknown win or clear', () => {
    fc.assert(
      fc.property(anySet, anySet, (set, more) => {
        const silent = more.map((one) => ({
          ...one,
          job: one.job + 10,
          rank: 999,
          attributes: { email: undefined as never },
          existence: undefined,
          relations: [],
        }));
        const { attributes, winners, relationWinners } = resolve([...set, ...silent], now);
        const before = resolve(set, now);
        expect({ attributes, winners, relationWinners }).toEqual({
          attributes: before.attributes,
          winners: before.winners,
          relationWinners: before.relationWinners,
        });
      }),
    );
  });

  it('invents no value: each is what its winner said', () => {
    fc.assert(
      fc.property(anySet, (set) => {
        const { attributes, winners } = resolve(set, now);
        for (const [name, value] of Object.entries(attributes)) {
          const { job, externalId } = winners[name]!;
          expect(set.find((one) => one.job === job && one.externalId === externalId)!.attributes[name]).toBe(value);
        }
      }),
    );
  });

  it('takes the highest rank, then the lower job, then the primary link, then the external id', () => {
    const email = (contributions: readonly Partial<ContributionView>[]) =>
      resolve(
        contributions.map((one) => say({ ...one, attributes: { email: `${one.rank}/${one.job}/${one.primary}/${one.externalId}` } })),
        now,
      ).attributes.email;
    expect(
      email([
        { rank: 1, job: 1 },
        { rank: 2, job: 9 },
      ]),
    ).toMatch('2/9');
    expect(
      email([
        { rank: 1, job: 7, primary: true },
        { rank: 1, job: 3, primary: false },
      ]),
    ).toMatch('1/3');
    expect(
      email([
        { rank: 1, job: 3, primary: false, externalId: 'a' },
        { rank: 1, job: 3, primary: true, externalId: 'b' },
      ]),
    ).toMatch('true/b');
    expect(
      email([
        { rank: 1, job: 3, primary: false, externalId: 'b' },
        { rank: 1, job: 3, primary: false, externalId: 'a' },
      ]),
    ).toMatch('false/a');
  });

  it('lets null win for its rank unless told to fall through', () => {
    const low = say({ job: 2, rank: 1, attributes: { phone: '138' } });
    expect(resolve([say({ attributes: { phone: null } }), low], now).attributes.phone).toBeNull();
    expect(resolve([say({ attributes: { phone: null }, nullFallsThrough: ['phone'] }), low], now)).toMatchObject({
      attributes: { phone: '138' },
      winners: { phone: { job: 2 } },
    });
    expect(resolve([say({ attributes: { phone: null }, nullFallsThrough: ['phone'] })], now).attributes.phone).toBeNull();
  });

  it('ranks single attributes and relations apart', () => {
    const hr = say({ job: 1, rank: 10, attributes: { email: 'hr', phone: 'hr' }, relations: ['membership'] });
    const mail = say({
      job: 2,
      rank: 5,
      attributes: { email: 'mail', phone: 'mail' },
      relations: ['membership'],
      attributeRanks: { email: 20 },
    });
    expect(resolve([hr, mail], now)).toMatchObject({
      attributes: { email: 'mail', phone: 'hr' },
      relationWinners: { membership: { job: 1 } },
    });
  });

  it('gives a relation that lives in trees to one job in each of them, by one rank for all', () => {
    const hr = say({ job: 1, rank: 200, relations: ['membership/main'] });
    const staff = say({ job: 2, rank: 100, relations: ['membership/main'] });
    const projects = say({ job: 3, rank: 50, relations: ['membership/projects'] });
    const more = say({ job: 4, rank: 10, relations: ['membership/projects'], attributeRanks: { membership: 60 } });
    expect(resolve([staff, projects, hr], now).relationWinners).toEqual({
      'membership/main': { job: 1 },
      'membership/projects': { job: 3 },
    });
    expect(resolve([staff, projects, more], now).relationWinners).toEqual({
      'membership/main': { job: 2 },
      'membership/projects': { job: 4 },
    });
  });

  it('hears a word about all trees as a whole, or not at all', () => {
    const hr = say({ job: 1, rank: 200, relations: ['membership/main'] });
    const projects = say({ job: 2, rank: 20, relations: ['membership/projects'] });
    const byHand = (rank: number) => say({ job: 9, rank, relations: ['membership'] });
    const ofSources = { 'membership/main': { job: 1 }, 'membership/projects': { job: 2 } };
    expect(resolve([hr, projects, byHand(50)], now).relationWinners).toEqual(ofSources);
    expect(resolve([hr, projects, byHand(300)], now).relationWinners).toEqual({ membership: { job: 9 } });
    expect(foremostOf([hr, projects, byHand(50)], 'membership')?.job).toBe(1);
    expect(foremostOf([hr, projects], 'member')).toBeUndefined();
  });

  it('gives a relation to one job as a whole, and skips jobs that do not know it', () => {
    const knows = say({ job: 5, rank: 1, relations: ['membership'] });
    expect(resolve([knows, say({ job: 1, rank: 99 })], now).relationWinners).toEqual({ membership: { job: 5 } });
  });
});

describe('existence', () => {
  it('is decided by the highest rank that knows it, among those who may', () => {
    const hr = say({ job: 1, rank: 10, existence: 'active' });
    const chat = say({ job: 2, rank: 99, existence: 'absent', decidesExistence: false });
    expect(resolve([hr, chat], now).lifecycle).toBe('active');
    expect(resolve([hr, say({ job: 3, rank: 50, existence: 'departed' })], now)).toMatchObject({
      lifecycle: 'departed',
      winners: { lifecycle: { job: 3 } },
    });
    expect(resolve([hr, say({ job: 3, rank: 50 })], now).lifecycle).toBe('active');
  });

  it('stays while anybody still speaks of the person, and ends with the last contribution', () => {
    expect(resolve([say({ decidesExistence: false, existence: 'departed' })], now).lifecycle).toBe('active');
    expect(resolve([], now)).toEqual({
      attributes: {},
      winners: {},
      relationWinners: {},
      lifecycle: null,
      reviewAt: null,
    });
  });

  it('moves with first and last day by itself, and says when to look again', () => {
    const person = say({
      existence: 'active',
      attributes: { startsAt: '2026-06-16', endsAt: '2026-06-20', timeZone: 'Asia/Shanghai' },
    });
    expect(resolve([person], now)).toMatchObject({ lifecycle: 'pre-hire', reviewAt: Date.UTC(2026, 5, 15, 16) });
    expect(resolve([person], Date.UTC(2026, 5, 15, 16))).toMatchObject({
      lifecycle: 'active',
      reviewAt: Date.UTC(2026, 5, 20, 16),
    });
    expect(resolve([person], Date.UTC(2026, 5, 20, 16))).toMatchObject({ lifecycle: 'departed', reviewAt: null });
  });

  it('is not ended by a last day from somebody who does not decide existence', () => {
    const chat = say({ job: 2, rank: 99, decidesExistence: false, attributes: { endsAt: '2020-01-01' } });
    expect(resolve([say({ existence: 'active' }), chat], now)).toMatchObject({
      lifecycle: 'active',
      attributes: { endsAt: '2020-01-01' },
    });
  });
});

describe('mergeAccepted', () => {
  it('keeps what is not said again, and takes values and nulls', () => {
    expect(mergeAccepted({ a: '1', b: '2', c: '3' }, { b: null, c: '4', d: '5' })).toEqual({
      a: '1',
      b: null,
      c: '4',
      d: '5',
    });
    expect(mergeAccepted({ a: '1' }, { a: undefined as never })).toEqual({ a: '1' });
  });
});
