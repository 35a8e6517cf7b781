// Somebody names a record that is nowhere: the run says which one, and is no success of nothing.
import { describe, expect, it } from 'vitest';
import type { RunEvidence } from '../../src/engine/context.ts';
import type { RunRow } from '../../src/store/runs.ts';
import { openScene } from '../../test/support/plain-scene.ts';

const warnings = (run: RunRow) => (run.evidence as RunEvidence).warnings;
const person = (id: string) => ({ type: 'person', id });

describe('a record that nobody knows', () => {
  it('is named by the run that was to look at it, and the others are looked at', async () => {
    const scene = await openScene({ people: 3 });
    await scene.sync();
    const run = await scene.bench.run(scene.up, { keys: [person('1'), person('77'), person('78')] });
    expect(run.state).toBe('warnings');
    expect(run.counts).toMatchObject({ read: 1, nobodyKnows: 2 });
    expect(warnings(run).map(({ en }) => en)).toEqual([
      'Nobody knows person 77 and person 78: neither the source nor the directory has such a record. Nothing was done about them. Check the ids: they are those of the source.',
    ]);
    expect(warnings(run)[0]!.zh).toBe(
      '找不到 person 77、person 78：源系统和目录中都没有，未做任何处理。请核对编号（应为源系统中的编号）。',
    );
  });

  it('is said of a dry run, too', async () => {
    const scene = await openScene({ people: 1 });
    await scene.sync();
    const run = await scene.bench.run(scene.up, { keys: [person('77')], dryRun: true });
    expect(run.counts).toMatchObject({ read: 0, nobodyKnows: 1 });
    expect(warnings(run)).toHaveLength(1);
  });

  it('is one of the directory where a system is written: there a record has the id of the directory', async () => {
    const scene = await openScene({ people: 1 });
    await scene.sync();
    const run = await scene.bench.run(scene.down, { keys: [person('77')] });
    expect(run.state).toBe('warnings');
    expect(warnings(run).map(({ en }) => en)).toEqual([
      'Nobody knows person 77: the directory has no such record. Nothing was done about it. Check the id: in this job it is that of the directory, as a plan shows it ("tributary explain --json").',
    ]);
  });

  it('is not somebody who was known and has left the source', async () => {
    const scene = await openScene({ people: 3 });
    await scene.sync();
    scene.hr.delete('person', '2');
    const run = await scene.bench.run(scene.up, { keys: [person('2')] });
    expect(run.counts.nobodyKnows).toBeUndefined();
  });

  it('tells nobody else of it: whoever mistyped sees it where they typed', async () => {
    const scene = await openScene({ people: 1 });
    await scene.sync();
    const notices = () => scene.bench.database.all(`SELECT * FROM notice WHERE kind = 'run-warnings'`);
    await scene.bench.run(scene.up, { keys: [person('77')] });
    expect(await notices()).toEqual([]);
  });

  it('of which there are many, the first are named and the rest counted', async () => {
    const scene = await openScene({ people: 1 });
    await scene.sync();
    const run = await scene.bench.run(scene.up, { keys: Array.from({ length: 15 }, (_, n) => person(`x${n + 10}`)) });
    expect(run.counts.nobodyKnows).toBe(15);
    expect(warnings(run)[0]!.en).toMatch(/^Nobody knows person x10, .* and 10 more:/);
  });
});
