// Three sources, each in a tree of departments, with random arrivals, losses, unknowns and rank changes: the directory is always the same pure function of what they said.
//   AUTHORITY_RUNS=200 npm test -- scenarios/authority/any-order.test.ts     the long one
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { times } from '../../test/support/store.ts';
import { mustBe, openThree, stories, type Person } from './sources.ts';

const RUNS = Number(process.env.AUTHORITY_RUNS ?? times(3, 1));
const ROUNDS = 3;

/** Of `people` what somebody speaks of: what nobody says any more stays as it was. Of who is absent nothing else counts. */
const shown = (people: Readonly<Record<string, Person>>, must: Readonly<Record<string, Person>>): unknown =>
  Object.fromEntries(
    Object.entries(must).map(([id, spoken]) => {
      const person = people[id];
      if (person?.lifecycle === 'absent') return [id, 'absent'];
      return [id, person && Object.fromEntries(Object.keys(spoken).map((name) => [name, person[name as keyof Person]]))];
    }),
  );

it(`${RUNS} stories, each in two orders of arrival, end in one and the same directory; after every step it is what was said so far`, {
  timeout: 60_000 + RUNS * 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(stories(ROUNDS), async ({ sources, orders }) => {
      const ends: unknown[] = [];
      for (const order of orders) {
        const three = await openThree(sources);
        for (const [step, at] of order.entries()) {
          await three.turn(at);
          const must = mustBe(three.memories);
          expect(shown(await three.people(), must), `after step ${step} of ${order.join('')}`).toEqual(shown(must, must));
        }
        ends.push(shown(await three.people(), mustBe(three.memories)));
      }
      expect(ends[1]).toEqual(ends[0]);
    }),
    {
      numRuns: RUNS,
      endOnFailure: process.env.AUTHORITY_SEED === undefined,
      ...(process.env.AUTHORITY_SEED ? { seed: Number(process.env.AUTHORITY_SEED) } : {}),
    },
  );
});
