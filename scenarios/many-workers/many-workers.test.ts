// Several workers on one PostgreSQL: whatever happens to them, the target is as if one had done it undisturbed.
import { describe, expect, it } from 'vitest';
import { mostInASecond, PER_SECOND, tellTogether, type Event } from '../../sweep/crowd.ts';
import { tell } from '../../sweep/life.ts';
import { problemsOf } from '../../sweep/verify.ts';
import { postgresAvailable } from '../../test/servers/postgres.ts';

const COMPANY = 1;
const stories: readonly (readonly [what: string, workers: number, events: readonly Event[]])[] = [
  ['two workers share every run', 2, []],
  ['of two workers, one is killed again and again', 2, ['kill']],
  ['of two workers, one stands still beyond its lease and goes on', 2, ['pause']],
  ['the database is restarted under two workers', 2, ['restart']],
  ['the network to the database is cut', 2, ['cut']],
  ['all of that happens to four workers', 4, ['kill', 'pause', 'cut', 'restart']],
];

describe.skipIf(!postgresAvailable().ok)('many workers', () => {
  const reference = postgresAvailable().ok ? tell({ company: COMPANY, carries: true, kills: [] }) : null;

  it.each(stories)(
    '%s: nothing is lost, nothing is doubled, and the target is asked no more often than it allows',
    { timeout: 250_000 },
    async (_, workers, events) => {
      const story = await tellTogether({ company: COMPANY, carries: true, workers, events });
      expect(problemsOf(story, (await reference)!)).toEqual([]);
      expect(mostInASecond(story.begunAt), 'requests that began in one second').toBeLessThanOrEqual(PER_SECOND);
      expect(story.begunAt.length).toBeGreaterThan(story.target.journal.length);
      for (const event of new Set(events)) expect(story.happened[event] ?? 0, event).toBeGreaterThan(0);
      if (events.length === 0) expect(story.helped).toBeGreaterThan(0);
    },
  );
});
