// The network to the database is gone for a whole minute, longer than anybody waits for it: the work goes on afterwards.
import { expect, it } from 'vitest';
import { testStore } from '../test/support/store.ts';
import { mostInASecond, PER_SECOND, tellTogether } from './crowd.ts';
import { tell } from './life.ts';
import { problemsOf } from './verify.ts';
import { postgresAvailable } from '../test/servers/postgres.ts';

const COMPANY = 2;

/** Workers always stand on PostgreSQL: once is enough. */
it.skipIf(testStore === 'sqlite' || !postgresAvailable().ok)(
  'a minute without the database under two workers: nothing is lost, nothing is doubled, the limit is kept',
  { timeout: 260_000 },
  async () => {
    const reference = await tell({ company: COMPANY, carries: true, kills: [] });
    const story = await tellTogether({ company: COMPANY, carries: true, workers: 2, events: ['minute'], turns: 1 });
    expect(story.happened).toEqual({ minute: 1 });
    expect(problemsOf(story, reference)).toEqual([]);
    expect(mostInASecond(story.begunAt)).toBeLessThanOrEqual(PER_SECOND);
  },
);
