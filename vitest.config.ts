// The runs as vitest knows them: quick is what needs nothing and is short, full is everything once, again what is said a second time, sweep the kill
// sweep alone. Which files belong to which, and why: test/runs.ts.
// Files of one worker share its process and modules (`isolate: false`): loading the engine anew for each took a quarter of all time.
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { withCompileCache } from './bin/pinned-node.mjs';
import { filesReaching, readTree } from './test/imports.ts';
import LongestFirst from './test/order.ts';
import { everything, notQuick, oftener, once, runsOf, sweep } from './test/runs.ts';
import { postgresPrograms } from './test/servers/postgres.ts';

// Tests start the program a hundred times: what it is compiled to is kept, however the tests were started.
Object.assign(process.env, withCompileCache(process.env));

const root = dirname(fileURLToPath(import.meta.url));
const never = ['**/node_modules/**', 'dist/**', 'data/**'];
/** What starts real servers, found by what it imports, so that nobody has to remember a file name. */
const tree = readTree(root, ['src', 'test', 'scenarios', 'bench', 'sweep', 'console']);
const withServers = filesReaching(tree, 'test/servers/');
const { postgres, again } = runsOf(tree);
/** Empty where there is none: test/real-servers.ts says so. */
const whereThereIs = (files: readonly string[]): string[] => (postgresPrograms() === null ? [] : [...files]);
/**
 * CI gates landing, and its machine may stall for seconds: there a failed test is tried twice more, and test/run.ts prints
 * by name whoever needed it. Everywhere else the first failure counts.
 */
const retry = process.env.CI === 'true' ? 2 : 0;
const onPostgres = {
  isolate: false,
  globalSetup: './test/servers/one-postgres.ts',
  exclude: never,
  env: { TRIBUTARY_TEST_STORE: 'postgres' },
  passWithNoTests: true,
};

export default defineConfig({
  root,
  test: {
    pool: 'forks',
    // Two more than there are cores: tests wait for servers much of the time. More than four make servers fight for the disk.
    maxWorkers: Math.min(4, availableParallelism() + 2),
    teardownTimeout: 10_000,
    // Node runs TypeScript itself: going through Vite costs a fifth of all processor time.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'quick',
          isolate: false,
          include: everything.filter((files) => !files.startsWith('scenarios/')),
          exclude: [...never, ...sweep, ...withServers, ...notQuick, '**/*.slow.test.ts'],
          testTimeout: 20_000,
          hookTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'full',
          isolate: false,
          retry,
          globalSetup: './test/servers/one-postgres.ts',
          include: [...everything, 'sweep/sample.test.ts'],
          exclude: [...never, ...again.later],
          // A test that hangs ends here; a machine that is busy with other things makes no test fail.
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
      {
        test: {
          ...onPostgres,
          name: 'full-postgres',
          retry,
          include: whereThereIs(postgres),
          // Every statement is a round trip: many small transactions take longer than in the process.
          testTimeout: 240_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'again',
          isolate: false,
          retry,
          globalSetup: './test/servers/one-postgres.ts',
          include: [...again.stories, ...again.longer, ...again.later],
          exclude: never,
          env: { TRIBUTARY_TEST_AGAIN: 'yes', TRIBUTARY_TEST_WHOLE: 'yes' },
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
      {
        test: {
          ...onPostgres,
          name: 'again-postgres',
          retry,
          include: whereThereIs(again.postgres),
          testTimeout: 240_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          ...onPostgres,
          name: 'sweep-postgres',
          env: { ...onPostgres.env, TRIBUTARY_TEST_WHOLE: 'yes' },
          include: whereThereIs([...sweep, ...once, ...oftener]),
          testTimeout: 3_600_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'sweep',
          include: sweep,
          exclude: never,
          testTimeout: 3_600_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
