// Fifty stops of a server in the middle of a run, and their log. On the store of the project that runs it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { dropDatabase, newDatabase, testStore } from '../test/support/store.ts';
import { isInTheMiddle, stops } from './stops.ts';
import { lineOf, wrongWith } from './stops-verify.ts';

const ROUNDS = 50;
const log = join(import.meta.dirname, '../docs/proof', testStore === 'sqlite' ? 'server-stop.log' : 'server-stop-postgres.log');

it(`${ROUNDS} stops in the middle of a run lose nothing, double nothing, and end within ten seconds`, async () => {
  const database = testStore === 'sqlite' ? null : await newDatabase();
  if (database) onTestFinished(() => dropDatabase(database));
  const startedAt = performance.now();
  const lines: string[] = [];
  const seen = await stops({ rounds: ROUNDS, database, onRound: (stop) => lines.push(lineOf(stop)) });
  const most = (of: (stop: (typeof seen)[number]) => number): number => Math.max(...seen.map(of));
  writeFileSync(
    log,
    [
      `tributary serve on ${testStore === 'sqlite' ? 'SQLite' : 'PostgreSQL'}, told to stop (SIGTERM) ${seen.length} times during a run, ${seen.filter(isInTheMiddle).length} of them between two of its writes, with four clients asking all the time: ${wrongWith(seen).length} things not as they must be, ${Math.round((performance.now() - startedAt) / 1000)} s.`,
      `Longest: ${most((stop) => stop.exitMs)} ms to end, ${most((stop) => stop.resumeMs)} ms from answering again to the next write.`,
      'Again: "npm run test:sweep". What must hold is in sweep/stops-verify.ts.',
      '',
      ...lines,
      '',
    ].join('\n'),
  );
  expect(wrongWith(seen)).toEqual([]);
  expect(seen.filter(isInTheMiddle)).toHaveLength(ROUNDS);
});
