// The program with two and four workers, disturbed in every way, and its log. On PostgreSQL, which workers always share.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { postgresAvailable } from '../test/servers/postgres.ts';
import { testStore } from '../test/support/store.ts';
import { happenings, tellOfCrew } from './crew.ts';
import { lineOfRound, wrongWithCrew } from './crew-verify.ts';

const log = join(import.meta.dirname, '../docs/proof/workers.log');

it.skipIf(testStore === 'sqlite' || !postgresAvailable().ok)(
  'a server with two and with four workers, killed, stopped, told to end, and their database restarted: nothing is lost, nothing is doubled',
  async () => {
    const startedAt = performance.now();
    const crews = [2, 4];
    // Most of the time a lease is waited for.
    const stories = await Promise.all(crews.map((workers) => tellOfCrew(workers, (round) => console.log(workers, lineOfRound(round)))));
    const wrong = stories.flatMap((story, index) => wrongWithCrew(story).map((text) => `${crews[index]} workers: ${text}`));
    writeFileSync(
      log,
      [
        `tributary serve and tributary worker, in folders of their own on one PostgreSQL, share runs into a SCIM server while things happen to them: ${wrong.length} things not as they must be, ${Math.round((performance.now() - startedAt) / 1000)} s.`,
        'Again: "npm run test:sweep". What must hold is in sweep/crew-verify.ts.',
        ...stories.flatMap((story, index) => ['', `${crews[index]} workers beside the server`, ...story.rounds.map((round) => `  ${lineOfRound(round)}`)]),
        '',
      ].join('\n'),
    );
    expect(wrong).toEqual([]);
    for (const story of stories) expect(story.rounds.map(({ happening }) => happening)).toEqual([...happenings]);
  },
);
