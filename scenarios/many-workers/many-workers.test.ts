// Several workers on one PostgreSQL: whatever happens to them, the target is as if one had done it undisturbed.
import { describe, expect, it } from 'vitest';
import { LEASE_MS, mostInASecond, PER_SECOND, tellTogether, type Event } from '../../sweep/crowd.ts';
import { tell } from '../../sweep/life.ts';
import { problemsOf } from '../../sweep/verify.ts';
import { postgresAvailable } from '../../test/servers/postgres.ts';

const COMPANY = 1;
const PHASES = 3;
/** The network is cut for longer than a lease, and longer than anybody waits; for a whole minute in the sweep. */
const EVENTS: readonly Event[] = ['kill', 'cut', 'pause', 'restart'];

describe.skipIf(!postgresAvailable().ok)('many workers', () => {
  const reference = postgresAvailable().ok ? tell({ company: COMPANY, carries: true, phases: PHASES, kills: [] }) : null;

  const title =
    'of %s workers one is killed, one stands still beyond its lease, the database is cut off and restarted: nothing is lost, nothing is doubled, the limit is kept';

  it.each([2, 4])(title, { timeout: 600_000 }, async (workers) => {
    const story = await tellTogether({ company: COMPANY, carries: true, phases: PHASES, workers, events: EVENTS });
    expect(problemsOf(story, (await reference)!, LEASE_MS)).toEqual([]);
    expect(mostInASecond(story.begunAt), 'requests that began in one second').toBeLessThanOrEqual(PER_SECOND);
    expect(story.begunAt.length).toBeGreaterThan(story.target.journal.length);
    for (const event of EVENTS) expect(story.happened[event] ?? 0, event).toBeGreaterThan(0);
    // The conductor does not help; of two, the worker may have led every run.
    if (workers > 2) expect(story.helped, 'batches carried out by who did not lead').toBeGreaterThan(0);
  });
});
