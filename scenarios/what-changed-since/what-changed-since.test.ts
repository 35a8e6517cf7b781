// Incremental runs: only what changed is read; what a cursor cannot tell is found by a full read, which comes by itself.
import { describe, expect, it, onTestFinished } from 'vitest';
import { scim } from '../../src/connectors/scim/index.ts';
import { simulate, type ScimSimulator } from '../../src/connectors/scim/simulator.ts';
import { openScene, roomy } from '../../test/support/plain-scene.ts';
import { openWorkbench, type Workbench } from '../../test/support/workbench.ts';

const { mapping, correlation } = scim.manifest.defaults.up!;

interface Above {
  readonly bench: Workbench;
  readonly far: ScimSimulator;
  readonly ids: readonly string[];
  readonly job: number;
  /** How many single accounts and lists were asked for. */
  asked(): { readonly singles: number; readonly lists: number };
}

async function openAbove(people: number): Promise<Above> {
  const bench = await openWorkbench();
  const far = await simulate({ clock: bench.clock, options: { mood: 'strict' } });
  onTestFinished(async () => {
    await far.stop();
    await bench.close();
  });
  const ids = Array.from({ length: people }, (_, n) =>
    String(far.state.create('Users', { userName: `user${n}`, displayName: `User ${n}`, title: 'old' }).id),
  );
  await bench.connection('idp', scim, { ...far.config, changedBy: 'meta.lastModified' });
  const job = await bench.job({
    name: 'idp in',
    connection: 'idp',
    direction: 'up',
    mapping: { person: mapping.person!, group: mapping.group! },
    correlation,
    trigger: { kind: 'schedule', cron: '*/10 * * * *', mode: 'incremental' },
    policy: { guard: roomy },
  });
  let from = 0;
  return {
    bench,
    far,
    ids,
    job,
    asked() {
      const seen = far.requests.slice(from);
      from = far.requests.length;
      return {
        singles: seen.filter((request) => /^GET .*\/Users\/.+/.test(request)).length,
        lists: seen.filter((request) => /^GET .*\/Users$/.test(request)).length,
      };
    },
  };
}

const titles = async ({ bench }: Above): Promise<readonly unknown[]> => (await bench.objects('person')).map((row) => row.data.title);

describe('an incremental run', () => {
  it('without a cursor is a full one, and reads only what changed from then on', async () => {
    const above = await openAbove(30);
    const { bench, far, ids, job } = above;
    expect(await bench.run(job, { mode: 'incremental' })).toMatchObject({ mode: 'full', state: 'succeeded', counts: { read: 30 } });
    above.asked();
    bench.clock.advance(600_000);
    far.state.replace('Users', ids[3]!, { ...far.state.get('Users', ids[3]!), title: 'new' });
    const next = await bench.run(job, { mode: 'incremental' });
    expect(next).toMatchObject({ mode: 'incremental', state: 'succeeded', counts: { read: 1, applied: 1 } });
    expect(above.asked()).toMatchObject({ singles: 1 });
    expect((await titles(above)).filter((title) => title === 'new')).toHaveLength(1);
    bench.clock.advance(600_000);
    expect((await bench.run(job, { mode: 'incremental' })).counts.read ?? 0).toBe(0);
  });

  it('that cannot say who was removed becomes a full one by itself, so that leavers do not stay', async () => {
    const above = await openAbove(10);
    const { bench, far, ids, job } = above;
    await bench.run(job);
    bench.clock.advance(600_000);
    far.state.remove('Users', ids[4]!);
    const run = await bench.run(job, { mode: 'incremental' });
    expect(run).toMatchObject({ mode: 'full', state: 'succeeded', problem: null });
    const lifecycles = (await bench.objects('person')).map((row) => row.lifecycle);
    expect(lifecycles.filter((lifecycle) => lifecycle === 'active')).toHaveLength(9);
    // The cursor is of that full read: the next one is short again.
    bench.clock.advance(600_000);
    expect(await bench.run(job, { mode: 'incremental' })).toMatchObject({ mode: 'incremental', state: 'succeeded' });
  });

  it('of a source that tells no changes reads everything, instead of nothing', async () => {
    const scene = await openScene({ people: 5, up: { policy: { guard: roomy } } });
    expect(await scene.bench.run(scene.up, { mode: 'incremental' })).toMatchObject({ mode: 'full', state: 'succeeded' });
    expect(await scene.people()).toHaveLength(5);
    scene.hr.set('person', '1', { title: 'new' });
    await scene.bench.run(scene.up, { mode: 'incremental' });
    expect((await scene.known('1'))!.attributes.title).toBe('new');
  });
});
