// Which test files belong to which run: quick is what needs nothing and is short, full is everything, sweep is the kill sweep alone.
// Files of one worker share its process and modules (`isolate: false`): loading the engine anew for each took a quarter of all time.
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { withCompileCache } from './bin/pinned-node.mjs';
import { filesReaching, readTree } from './test/imports.ts';
import LongestFirst from './test/order.ts';
import { postgresPrograms } from './test/servers/postgres.ts';

// Tests start the program a hundred times: what it is compiled to is kept, however the tests were started.
Object.assign(process.env, withCompileCache(process.env));

const root = dirname(fileURLToPath(import.meta.url));
const everything = ['src/**/*.test.ts', 'test/**/*.test.ts', 'scenarios/**/*.test.ts', 'bench/**/*.test.ts', 'console/src/**/*.test.ts'];
const sweep = ['sweep/**/*.test.ts', 'test/sweep/**/*.test.ts'];
const never = ['**/node_modules/**', 'dist/**', 'data/**'];
/** What starts real servers, found by what it imports, so that nobody has to remember a file name. */
const tree = readTree(root, ['src', 'test', 'scenarios', 'bench', 'sweep', 'console']);
const withServers = filesReaching(tree, 'test/servers/');
/**
 * On PostgreSQL these run with the sweep, not each time. Two take minutes there: a store for each of 188 requests; the leases of killed servers, a
 * minute each, which scenarios/many-workers waits for. The third has both stores of its own. What comes after them is about the far side, which does
 * not know the store: servers that others wrote, whose like the simulated apps beside them are on both stores; the pace of a vendor, which
 * scenarios/real-time/figures keeps on both; and what an OpenLDAP server does with many people, with two jobs, and when it refuses or dies: two
 * other scenarios with such servers are on both.
 */
const once = [
  'test/api/document.slow.test.ts',
  'scenarios/real-time/killed.slow.test.ts',
  'test/rotate-key-served.slow.test.ts',
  'scenarios/people-go-into-scim-apps/jackson.slow.test.ts',
  'scenarios/people-go-into-scim-apps/scimmy.test.ts',
  'scenarios/feishu/backlog.slow.test.ts',
  'scenarios/ldap-to-ldap/five-thousand-people.test.ts',
  'scenarios/ldap-to-ldap/the-target-says-no.test.ts',
  'scenarios/ldap-to-ldap/two-jobs-share-one-server.test.ts',
];
/** These try something random, on PostgreSQL a few times each time, and as often as on SQLite with the sweep. */
const oftener = [
  'scenarios/undo/any-run.test.ts',
  'scenarios/nobody-is-harmed/two-thousand-runs.slow.test.ts',
  'scenarios/authority/any-order.test.ts',
  'scenarios/one-human-twice/any-two.test.ts',
  'src/engine/stages/creates.test.ts',
];
/** What stands on a store of test/support/store.ts runs a second time, on PostgreSQL, where there is one. */
const onBothStores = filesReaching(tree, 'test/support/workbench.ts')
  .filter((file) => !once.includes(file))
  .concat('sweep/sample.test.ts');
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
          exclude: [...never, ...sweep, ...withServers, '**/*.slow.test.ts'],
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
          exclude: never,
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
          include: postgresPrograms() === null ? [] : onBothStores,
          // Every statement is a round trip: many small transactions take longer than in the process.
          testTimeout: 240_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          ...onPostgres,
          name: 'sweep-postgres',
          env: { ...onPostgres.env, TRIBUTARY_TEST_WHOLE: 'yes' },
          include: postgresPrograms() === null ? [] : [...sweep, ...once, ...oftener],
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
