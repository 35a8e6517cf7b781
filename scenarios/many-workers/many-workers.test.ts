// Several workers on one PostgreSQL: whatever happens to them, the target is as if one had done it undisturbed.
import { describe, expect, it } from 'vitest';
import { mostInASecond, PER_SECOND, tellTogether, type Event } from '../../sweep/crowd.ts';
import { tell } from '../../sweep/life.ts';
import { problemsOf } from '../../sweep/verify.ts';
import { postgresAvailable } from '../../test/servers/postgres.ts';

const COMPANY = 1;
const PHASES = 3;
/** The network is cut for longer than a lease, and longer than anybody waits; for a whole minute in the sweep. */
const EVENTS: readonly Event[] = ['kill', 'cut', 'pause', 'restart'];

describe.skipIf(!postgresAvailable().ok)('many workers', () => {
  const reference = postgresAvailable().ok ? tell({ company: COMPANY, carries: true, phases: PHASES, kills: [] }) : null;

  it.each([
    2, 4,
  ])('of %s workers one is killed, one stands still beyond its lease and goes on, the network to the database is cut, and the database is restarted: nothing is lost, nothing is doubled, and the target is asked no more often than it allows', {
    timeout: 250_000,
  }, async (workers) => {
    const story = await tellTogether({ company: COMPANY, carries: true, phases: PHASES, workers, events: EVENTS });
    expect(problemsOf(story, (await reference)!)).toEqual([]);
    expect(mostInASecond(story.begunAt), 'requests that began in one second').toBeLessThanOrEqual(PER_SECOND);
    expect(story.begunAt.length).toBeGreaterThan(story.target.journal.length);
    for (const event of EVENTS) expect(story.happened[event] ?? 0, event).toBeGreaterThan(0);
    expect(story.helped, 'batches carried out by workers that did not lead').toBeGreaterThan(0);
  });
});
