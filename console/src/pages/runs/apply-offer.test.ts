// What is offered of a plan while its job is asked for, when it is known, and when it cannot be.
import { expect, it } from 'vitest';
import { applyOffer } from './apply-offer.ts';

it('keeps its place while the job is asked for, and goes where the job cannot be known', () => {
  expect(applyOffer({ isPending: true })).toBe('asked');
  expect(applyOffer({ isPending: false })).toBe('none');
});

it('is there for a job that writes, also when asking it again failed; otherwise what leads there', () => {
  expect(applyOffer({ isPending: false, data: { state: 'enabled' } })).toBe('ready');
  expect(applyOffer({ isPending: false, data: { state: 'observing' } })).toBe('not-yet');
  expect(applyOffer({ isPending: false, data: { state: 'disabled' } })).toBe('not-yet');
});
