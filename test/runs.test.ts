// What `npm test` leaves out, `npm run test:again` has: between them nothing is lost, and nothing is done twice.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesReaching, readTree } from './imports.ts';
import { core, later, leftToAgain, notQuick, oftener, once, runsOf } from './runs.ts';

const root = dirname(import.meta.dirname);
const tree = readTree(root, ['src', 'test', 'scenarios', 'sweep']);
const { postgres, again } = runsOf(tree);

describe('the two runs', () => {
  it('have each test that stands on a store once on PostgreSQL, but for those that the sweep has', () => {
    const onAStore = filesReaching(tree, 'test/support/workbench.ts').filter((file) => !once.includes(file));
    expect([...postgres, ...again.postgres].toSorted()).toEqual([...onAStore, 'sweep/sample.test.ts'].toSorted());
  });

  it('name only files that there are', () => {
    const named = [...Object.keys(core), ...Object.keys(later), ...again.longer, ...once, ...oftener, ...notQuick];
    expect(named.filter((file) => !tree.has(file))).toEqual([]);
  });

  it('have in another language only files that tell something in it: one without a test would fail', () => {
    const once = again.stories.filter(
      (file) => file.endsWith('.test.ts') && !/toldIn\(|toldBy\(/.test(readFileSync(join(root, file), 'utf8')),
    );
    expect(once).toEqual([]);
  });
});

describe('at its end `npm test` says what it left to the other', () => {
  it('of all', () => {
    const said = leftToAgain({ postgres: [], again: { postgres: ['a', 'b'], stories: ['c'], longer: ['d'], later: ['e', 'f'] } }, []);
    expect(said).toBe(
      'Left to "npm run test:again", which .ci/run runs, too: on PostgreSQL what was said on SQLite alone (2 files); in their other language the stories in a browser (1 file); at full length d; altogether e, f.',
    );
  });

  it('of the chosen files alone, and nothing where nothing is left', () => {
    const runs = { postgres: [], again: { postgres: ['scenarios/a.test.ts'], stories: ['test/console/c.test.ts'], longer: [], later: [] } };
    expect(leftToAgain(runs, ['./scenarios/a', '--reporter=dot'])).toBe(
      'Left to "npm run test:again", which .ci/run runs, too: on PostgreSQL what was said on SQLite alone (1 file).',
    );
    expect(leftToAgain(runs, ['src/core'])).toBe(null);
  });
});
