// The order of "sync everything": upstream before downstream of the same tree, account values before who reads them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { riverOrder, type RiverJob } from './river.ts';

const job = (id: number, direction: 'up' | 'down', more: Partial<RiverJob> = {}): RiverJob => ({
  id,
  direction,
  tree: 'main',
  connection: `c${id}`,
  reads: [],
  ...more,
});

describe('the river', () => {
  it('flows into a tree before it flows out of it', () => {
    expect(riverOrder([job(1, 'down'), job(2, 'up'), job(3, 'up', { tree: 'partners' }), job(4, 'down', { tree: 'partners' })])).toEqual([
      { job: 2, behind: [] },
      { job: 3, behind: [] },
      { job: 1, behind: [2] },
      { job: 4, behind: [3] },
    ]);
  });
  it('fills an app before those that read its accounts', () => {
    expect(riverOrder([job(1, 'down', { reads: ['c3'] }), job(2, 'up'), job(3, 'down')]).map((step) => [step.job, step.behind])).toEqual([
      [2, []],
      [3, [2]],
      [1, [2, 3]],
    ]);
  });
  it('has every job once, behind none that comes later, whatever the jobs read', () => {
    const any = fc.uniqueArray(
      fc.record({
        id: fc.integer({ min: 1, max: 30 }),
        direction: fc.constantFrom('up' as const, 'down' as const),
        tree: fc.constantFrom('main', 'partners'),
        connection: fc.constantFrom('a', 'b', 'c', 'd'),
        reads: fc.subarray(['a', 'b', 'c', 'd']),
      }),
      { selector: (one) => one.id, maxLength: 12 },
    );
    fc.assert(
      fc.property(any, (jobs) => {
        const steps = riverOrder(jobs);
        expect(steps.map((step) => step.job).sort((a, b) => a - b)).toEqual(jobs.map((one) => one.id).sort((a, b) => a - b));
        const seen = new Set<number>();
        for (const step of steps) {
          for (const before of step.behind) expect(seen).toContain(before);
          seen.add(step.job);
        }
      }),
    );
  });
});
