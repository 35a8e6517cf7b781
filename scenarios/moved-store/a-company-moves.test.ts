// Two thousand people move to PostgreSQL while a run lies there killed and questions are open; the same with 100,000: npm run bench:move.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { postgresAvailable } from '../../test/servers/postgres.ts';
import { dropDatabase, newDatabase } from '../../test/support/store.ts';
import { tellMove } from './company-story.ts';

it.skipIf(!postgresAvailable().ok)(
  'nothing is lost on the way, nothing is written twice, and the run goes on in the new place',
  { timeout: 300_000 },
  async () => {
    const root = mkdtempSync(join(tmpdir(), 'tributary-test-'));
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    const url = await newDatabase();
    onTestFinished(() => dropDatabase(url));
    const story = await tellMove({ people: 2000, root, url });
    // The run was in the middle of it: some accounts are written, the ledger knows of none how it ended.
    expect(story.beforeKill).toBeGreaterThan(0);
    expect(story.beforeKill).toBeLessThan(story.changed);
    expect(story.before.ledger.sent).toBeGreaterThan(0);
    // Who is gone from the source and had not left already.
    expect(story.before.held.length).toBeGreaterThan(50);
    expect(story.before.links.length).toBeGreaterThan(3500);

    expect(story.after).toEqual(story.before);
    for (const said of story.refused) expect(said).toContain('was moved to PostgreSQL at');

    expect(story.resumed.state).toBe('succeeded');
    expect([story.beforeKill + story.resumed.writes, story.promoted, story.twice]).toEqual([story.changed, story.changed, []]);
    expect(story.nextRound).toEqual({ writes: 0, history: 0 });
    // No copy was restored, so nothing is braked anew; what a person braked stays so.
    expect(story.after.brakes).toEqual(['job:3 being rebuilt']);
    expect(story.braked).toEqual({ exit: 'waits', writes: 0 });
    expect(story.confirmed.open).toBe(Math.floor(story.before.held.length / 2));
    expect(story.confirmed.inactive).toBeGreaterThan(20);
  },
);
