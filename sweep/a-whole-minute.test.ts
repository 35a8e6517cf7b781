// The network to the database is gone for a whole minute, longer than anybody waits for it: the work goes on afterwards.
import { describe, expect, it } from 'vitest';
import { testStore } from '../test/support/store.ts';
import { mostInASecond, PER_SECOND, tellTogether } from './crowd.ts';
import { tell } from './life.ts';
import { problemsOf } from './verify.ts';
import { postgresAvailable } from '../test/servers/postgres.ts';

const COMPANY = 2;

/** Workers always stand on PostgreSQL: once is enough. */
const canRun = testStore === 'postgres' && postgresAvailable().ok;

describe.skipIf(!canRun)('a minute without the database', () => {
  const reference = canRun ? tell({ company: COMPANY, carries: true, kills: [] }) : null;

  it.each([2, 4])('under %s workers: nothing is lost, nothing is doubled, the limit is kept', { timeout: 400_000 }, async (workers) => {
    const story = await tellTogether({ company: COMPANY, carries: true, workers, events: ['minute'], turns: 1 });
    expect(story.happened).toEqual({ minute: 1 });
    expect(problemsOf(story, (await reference)!)).toEqual([]);
    expect(mostInASecond(story.begunAt)).toBeLessThanOrEqual(PER_SECOND);
  });
});
