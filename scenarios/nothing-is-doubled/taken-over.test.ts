import { describe, expect, it } from 'vitest';
import type { EngineOptions } from '../../src/engine/context.ts';
import { createEngine } from '../../src/engine/engine.ts';
import { fenced, LostLease } from '../../src/engine/fence.ts';
import type { Database } from '../../src/store/database.ts';
import { patchChanges } from '../../src/store/ledger.ts';
import { getRun } from '../../src/store/runs.ts';
import { takeLease } from '../../src/store/upkeep.ts';
import { gate, hooked } from '../../test/support/hooked.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';

const policy = { policy: { guard: roomy } };
const creates = (scene: Scene): number => scene.app.log.filter((line) => line.startsWith('create person')).length;

/** Everything that a late holder could spoil. */
const stored = async (database: Database): Promise<unknown> => {
  const tables = [
    'run',
    'change',
    'link',
    'claim',
    'mirror',
    'item',
    'held',
    'lease',
    'due',
    'connection',
    'job',
    'guard_window',
    'staged',
  ];
  return Object.fromEntries(
    await Promise.all(tables.map(async (table) => [table, await database.all(`SELECT * FROM ${table} ORDER BY 1, 2, 3`)])),
  );
};

/** The engine of a process that can be held still, as a laptop lid or a stalled machine does it: nothing of it moves, its timers included. */
function stallable(scene: Scene, holder: string): { engine: ReturnType<typeof createEngine>; stall(): void; wake(): void } {
  let still: { promise: Promise<void>; resolve: () => void } | null = null;
  const { database } = scene.bench;
  const slow: Database = {
    ...database,
    write: async (work) => {
      await still?.promise;
      return database.write(work);
    },
  };
  return {
    engine: createEngine({ ...scene.bench.engine.options, database: slow, holder } satisfies EngineOptions),
    stall: () => {
      let resolve = (): void => {};
      const promise = new Promise<void>((done) => (resolve = done));
      still = { promise, resolve };
    },
    wake: () => still?.resolve(),
  };
}

describe('a run that somebody carries out', () => {
  it('cannot be carried out by a second holder', async () => {
    const scene = await openScene({ people: 5, up: policy });
    const slow = gate();
    await scene.bench.connection('hr', hooked(scene.hr.connector, { beforePage: () => slow.pass() }), {});
    const run = await scene.bench.engine.enqueue({ job: scene.up, mode: 'full', actor: 'test' });
    const first = scene.bench.engine.drain();
    await slow.reached;
    const before = await getRun(scene.bench.database, run);
    const other = createEngine({ ...scene.bench.engine.options, holder: 'other' });
    const [seen] = await other.drain();
    expect(seen).toMatchObject({ id: run, state: 'running', epoch: before!.epoch, stage: before!.stage });
    slow.open();
    await first;
    expect((await getRun(scene.bench.database, run))!.state).toBe('succeeded');
  });

  it('is taken over when its lease lapses, under a higher epoch; what the old holder says later changes nothing', async () => {
    const scene = await openScene({ people: 12, up: policy, down: policy });
    await scene.bench.run(scene.up);
    const late = gate();
    let isOld = true;
    // The old holder's third write is done, but its answer comes only after everything is over.
    await scene.bench.connection(
      'app',
      hooked(scene.app.connector, {
        limits: { inFlight: 1 },
        afterWrite: (_what, type) => (isOld && type === 'person' && creates(scene) === 3 ? late.pass() : undefined),
      }),
      {},
    );
    const old = stallable(scene, 'old');
    const run = await old.engine.enqueue({ job: scene.down, mode: 'full', actor: 'test' });
    const drainingOld = old.engine.drain();
    await late.reached;
    old.stall();
    const epoch = (await getRun(scene.bench.database, run))!.epoch;

    isOld = false;
    scene.bench.clock.advance(59_000);
    const fresh = createEngine({ ...scene.bench.engine.options, holder: 'fresh' });
    await fresh.drain();
    expect((await getRun(scene.bench.database, run))!.state).toBe('running');
    expect(creates(scene)).toBe(3);

    scene.bench.clock.advance(2_000);
    await fresh.drain();
    const ended = (await getRun(scene.bench.database, run))!;
    expect(ended.state).toBe('succeeded');
    expect(ended.epoch).toBeGreaterThan(epoch);
    expect(creates(scene)).toBe(12);
    const before = await stored(scene.bench.database);

    old.wake();
    late.open();
    await drainingOld;
    expect(await stored(scene.bench.database)).toEqual(before);
    // Of the batch that it still had in hand, nothing left the house.
    expect(creates(scene)).toBe(12);
    expect(scene.app.all('person')).toHaveLength(12);
    const writes = scene.app.writes;
    await scene.bench.run(scene.down);
    expect(scene.app.writes).toBe(writes);
  });

  it('is not marked as sent by a holder that was taken over', async () => {
    const scene = await openScene({ people: 3, up: policy, down: policy });
    await scene.bench.run(scene.up);
    const run = await scene.bench.engine.enqueue({ job: scene.down, mode: 'full', actor: 'test' });
    const { database, clock } = scene.bench;
    const epoch = await database.write((transaction) => takeLease(transaction, 'run', String(run), 'old', clock.now(), clock.now() + 1000));
    clock.advance(2000);
    const next = await database.write((transaction) =>
      takeLease(transaction, 'run', String(run), 'fresh', clock.now(), clock.now() + 1000),
    );
    expect(next).toBeGreaterThan(epoch!);
    const old = fenced(database, run, 'old', epoch!);
    await expect(old.write((transaction) => patchChanges(transaction, [{ id: 1, state: 'sent', at: 0 }]))).rejects.toThrow(LostLease);
    // Not even when it takes the lease again later: its epoch is over.
    clock.advance(2000);
    const again = await database.write((transaction) => takeLease(transaction, 'run', String(run), 'old', clock.now(), clock.now() + 1000));
    expect(again).toBeGreaterThan(next!);
    await expect(old.write((transaction) => transaction.run('DELETE FROM change'))).rejects.toThrow(LostLease);
  });
});
