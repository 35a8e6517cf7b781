// Random runs over the directory, a real LDAP server, SCIM and Feishu: taken back, everything readable is as before but for what was listed.
//   UNDO_RUNS=200 UNDO_LOG=undo.log npm test -- scenarios/undo/any-run.test.ts     the long one
import { appendFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { lossPage } from '../../src/store/undo.ts';
import type { RunRow } from '../../src/store/runs.ts';
import { startSlapd } from '../../test/servers/slapd.ts';
import { emptyTree, TARGET } from '../../test/support/ldap-pair.ts';
import { times } from '../../test/support/store.ts';
import { daysOf, differences, openWorld, randomOf, systems, type System, type World } from './world.ts';

/** In every `npm test`: each system a few times; in `npm run test:again` on PostgreSQL, where a round takes three times as long, once. */
const RUNS = Number(process.env.UNDO_RUNS ?? times(12, 4));
const SEED = Number(process.env.UNDO_SEED ?? 1);
const say = (line: string): void => {
  if (process.env.UNDO_LOG) appendFileSync(process.env.UNDO_LOG, `${line}\n`);
};

async function undo({ bench, jobs }: World, system: System, run: RunRow, dryRun: boolean): Promise<RunRow> {
  bench.clock.advance(1000);
  const id = await bench.engine.enqueue({
    job: jobs[system],
    mode: 'keys',
    dryRun,
    cause: 'undo',
    actor: 'test',
    order: { kind: 'run', run: run.id, made: 'disable' },
  });
  return (await bench.engine.drain()).find((one) => one.id === id)!;
}

/** Nothing is planned, nothing arrives at the system, and it shows what it showed. */
async function writesNothing(world: World, system: System, round: string): Promise<void> {
  const [writes, seen] = [world.writes(system), await world.look(system)];
  const run = await world.bench.run(world.jobs[system]);
  expect(await changesOf(world, run.id), `${round}: the run after it`).toEqual([]);
  expect(world.writes(system), round).toBe(writes);
  expect(differences(seen, await world.look(system)), round).toEqual([]);
}

interface Planned {
  readonly type: string;
  readonly source_key: string;
  readonly action: string;
  readonly state: string;
}

const changesOf = ({ bench }: World, run: number): Promise<readonly Planned[]> =>
  bench.database.all<Planned>('SELECT type, source_key, action, aspect, title, before, after, state, error FROM change WHERE run = ?', run);

/**
 * With the undo taken back, the run stands. What it could not do, such as the removal of a department in which accounts of departed people stand, is
 * tried again, and nothing else. Where that goes through by now, exactly that differs. Returns how many changes were tried.
 */
async function triesOnlyTheRest(world: World, system: System, undone: RunRow, round: string): Promise<number> {
  const open = (await changesOf(world, undone.id)).filter((change) => change.state !== 'applied');
  if (open.length === 0) return writesNothing(world, system, round).then(() => 0);
  const seen = await world.look(system);
  const run = await world.bench.run(world.jobs[system]);
  const planned = await changesOf(world, run.id);
  const known = (change: Planned): boolean =>
    open.some((other) => (['type', 'source_key', 'action'] as const).every((name) => other[name] === change[name]));
  expect(
    planned.filter((change) => !known(change)),
    `${round}: the run after it`,
  ).toEqual([]);
  const done = planned.filter((change) => change.state === 'applied');
  expect(differences(seen, await world.look(system)), round).toEqual(
    done.map((change) => `${change.type} ${change.source_key} `).toSorted(),
  );
  return planned.length;
}

/** What the two runs did to the objects that are not as they should be. */
const storyOf = ({ bench }: World, places: readonly string[], runs: readonly number[]): Promise<readonly unknown[]> =>
  bench.database.all(
    'SELECT run, action, aspect, state, before, after FROM change WHERE run IN (?, ?) AND directory_id IN {list}',
    ...(runs as [number, number]),
    JSON.stringify(places.map((place) => place.split(' ')[1])),
  );

/** Takes the run back; what differs afterwards from before is what the preview had listed, no more and no less. */
async function takeBack(
  world: World,
  system: System,
  run: RunRow,
  before: Awaited<ReturnType<World['look']>>,
  round: string,
): Promise<RunRow & { lost: number }> {
  const preview = await undo(world, system, run, true);
  const losses = await lossPage(world.bench.database, preview.id, 0, 10_000);
  const undone = await undo(world, system, run, false);
  const failed = await world.bench.database.all(
    `SELECT type, action, title, state, error, verdict, before, after FROM change WHERE run = ? AND state <> 'applied'`,
    undone.id,
  );
  expect(failed, `${round}: what the undo could not do`).toEqual([]);
  const listed = [...new Set(losses.map((loss) => `${loss.type} ${loss.object} ${loss.subject}`))].toSorted();
  const found = differences(before, await world.look(system));
  const unlike = [...found.filter((one) => !listed.includes(one)), ...listed.filter((one) => !found.includes(one))];
  const about = unlike.length === 0 ? '' : JSON.stringify(await storyOf(world, unlike, [run.id, undone.id]));
  expect(found, `${round}: the difference is what was listed ${about}`).toEqual(listed);
  return { ...undone, lost: listed.length };
}

describe(`${RUNS} random runs`, () => {
  it('are undone, stay so, and come back', { timeout: 60_000 + RUNS * 30_000 }, async () => {
    const server = await startSlapd({ suffix: TARGET, ldif: emptyTree(TARGET), sizelimit: 'unlimited' });
    onTestFinished(() => server.stop());
    const world = await openWorld({ url: server.url, rootDn: server.rootDn, password: server.password, base: TARGET });
    const { bench, jobs } = world;
    const days = daysOf(world.hr, randomOf(SEED));
    days.found();
    for (const system of systems) {
      const first = await bench.run(jobs[system]);
      expect([system, first.problem]).toEqual([system, null]);
      await bench.run(jobs[system]);
    }
    const sums = { changes: 0, undone: 0, lost: 0, open: 0 };
    for (let n = 0; n < RUNS; n++) {
      const system = systems[n % systems.length]!;
      // Nobody leaves and comes back five times within an hour: that would be asked about as going round.
      bench.clock.advance(65 * 60_000);
      const what = days.change();
      const round = `seed ${SEED} run ${n + 1} ${system} (${what.join(', ')})`;
      if (system !== 'directory') await bench.run(jobs.directory);
      const before = await world.look(system);
      const run = await bench.run(jobs[system]);
      expect(run.problem, round).toBeNull();
      const after = await world.look(system);
      const undone = await takeBack(world, system, run, before, `${round}, undo`);
      await writesNothing(world, system, `${round}, undo`);
      const again = await takeBack(world, system, undone, after, `${round}, undo of the undo`);
      sums.open += await triesOnlyTheRest(world, system, run, `${round}, undo of the undo`);
      sums.changes += run.counts.applied ?? 0;
      sums.undone += undone.counts.applied ?? 0;
      sums.lost += undone.lost + again.lost;
      say(
        `${round}: ${run.counts.applied ?? 0} changes; undo ${undone.counts.applied ?? 0}, listed and lost ${undone.lost}; undo of the undo ${again.counts.applied ?? 0}, ${again.lost}`,
      );
    }
    say(
      `${RUNS} runs, ${sums.changes} changes, ${sums.undone} written to undo them, ${sums.lost} differences, all listed before; every run after an undo planned nothing; runs after an undo of an undo tried ${sums.open} changes again that the run itself could not carry out, and nothing else.`,
    );
    expect(sums.changes).toBeGreaterThan(RUNS);
  });
});
