// What is said of one attribute leaves what is said of the others alone, and the default is not named.
import { expect, it } from 'vitest';
import { policySchema } from '../../../src/core/job-settings.ts';
import { driftOf, withDrift, withFallsThrough, withRank } from './attribute-rules.ts';

it('drift is named per type and attribute; written over, which is the default, is not', () => {
  const one = withDrift(withDrift({}, 'person', 'title', 'report'), 'person', 'phone', 'follow');
  expect(one).toEqual({ drift: { person: { title: 'report', phone: 'follow' } } });
  expect(policySchema.parse(one).drift).toEqual(one.drift);
  expect([driftOf(one, 'person', 'title'), driftOf(one, 'group', 'title')]).toEqual(['report', 'enforce']);
  const none = withDrift(withDrift(one, 'person', 'title', 'enforce'), 'person', 'phone', 'enforce');
  expect(none).toEqual({ drift: {} });
});

it('a rank of its own is taken away again, and the rest of the policy stays', () => {
  const policy = withFallsThrough(withRank({ heldExpiresAfterDays: 7 }, 'phone', 300), 'phone', true);
  expect(policy).toEqual({ heldExpiresAfterDays: 7, attributeRanks: { phone: 300 }, nullFallsThrough: ['phone'] });
  expect(policySchema.parse(policy)).toMatchObject(policy);
  expect(withFallsThrough(withRank(policy, 'phone', null), 'phone', false)).toEqual({
    heldExpiresAfterDays: 7,
    attributeRanks: {},
    nullFallsThrough: [],
  });
});
