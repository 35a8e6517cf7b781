// A worker that stands still on its way from the lease to the target: what it may still send when it wakes up, and what not.
import { expect, it } from 'vitest';
import type { Connection, ConnectionContext, Connector } from '../../src/connector-kit/contract.ts';
import { createEngine, type Engine } from '../../src/engine/engine.ts';
import type { Database } from '../../src/store/database.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';

type Update = NonNullable<Connection['update']>;

/** The app as one worker reaches it: one change at a time. */
function reachedBy(scene: Scene, update: (real: Update, look: () => void) => Update): Connector {
  const { connector } = scene.app;
  return {
    ...connector,
    manifest: { ...connector.manifest, limits: { ...connector.manifest.limits, inFlight: 1, batchSize: 1 } },
    async open(context: ConnectionContext<unknown>) {
      const connection = await connector.open(context as never);
      return { ...connection, update: update(connection.update!, () => context.beforeWrite?.()) };
    },
  } as unknown as Connector;
}

/** A door that is open until it is shut, and opened again once. */
function doorway() {
  let open = Promise.resolve();
  let unlock = (): void => {};
  return {
    shut: () => void (open = new Promise((resolve) => (unlock = resolve))),
    open: () => unlock(),
    pass: () => open,
  };
}

/** A process that is stopped reaches its store no more than anything else. */
const through = (door: ReturnType<typeof doorway>, database: Database): Database => ({
  dialect: database.dialect,
  all: (sql, ...params) => door.pass().then(() => database.all(sql, ...params)),
  get: (sql, ...params) => door.pass().then(() => database.get(sql, ...params)),
  write: (work, how) => door.pass().then(() => database.write(work, how)),
  close: () => database.close(),
});

/**
 * Two titles change; one worker has one of them, another the other and stands still, before its last look at the lease or after it, until
 * the first has taken it back and written both. Returns what was written.
 */
async function tell(scene: Scene, stops: 'before' | 'after', title: string): Promise<readonly string[]> {
  for (const id of ['1', '2']) scene.hr.set('person', id, { title });
  await scene.bench.run(scene.up);
  const door = doorway();
  let inHand = (): void => {};
  const bothInHand = new Promise<void>((resolve) => (inHand = resolve));
  const standStill = (): Promise<void> => {
    door.shut();
    inHand();
    return door.pass();
  };
  const leading = reachedBy(scene, (real) => async (...call) => {
    await bothInHand;
    return real(...call);
  });
  await scene.bench.connection('app', leading, {});
  const { options } = scene.bench.engine;
  const late = reachedBy(scene, (real, look) => async (...call) => {
    if (stops === 'before') await standStill();
    look();
    if (stops === 'after') await standStill();
    return real(...call);
  });
  const helper: Engine = createEngine({
    ...options,
    holder: 'helper',
    database: through(door, options.database),
    connectors: new Map([...options.connectors, [late.manifest.id, late]]),
  });
  const from = scene.app.log.length;
  let isOver = false;
  const run = scene.bench.run(scene.down).finally(() => (isOver = true));
  const helping = (async () => {
    let helped = 0;
    while (helped === 0 && !isOver) helped += await helper.help();
  })();
  expect((await run).state).toBe('succeeded');
  door.open();
  await helping;
  return scene.app.log.slice(from).toSorted();
}

/** Everything is written, the ledger tells of each change once, and nothing is left to do. */
async function expectDone(scene: Scene, title: string): Promise<void> {
  expect(['1', '2'].map((id) => scene.account(id)!.attributes.title)).toEqual([title, title]);
  const told = await scene.bench.database.all<{ state: string }>(
    `SELECT state FROM change WHERE action = 'update' AND job = ? AND after LIKE ?`,
    scene.down,
    `%${title}%`,
  );
  expect(told.map((change) => change.state)).toEqual(['applied', 'applied']);
  const { writes } = scene.app;
  await scene.bench.run(scene.down);
  expect(scene.app.writes).toBe(writes);
}

it('a worker that stood still before its last look at the lease sends nothing when it wakes up; between look and sending, the same values again, known to the ledger once', async (context) => {
  if (process.env.TRIBUTARY_TEST_STORE !== 'postgres') context.skip('several workers share runs on PostgreSQL only');
  const policy = { guard: roomy };
  const scene = await openScene({ people: 2, up: { policy }, down: { policy }, engine: { leaseMs: 1000 } });
  await scene.sync();
  const before = await tell(scene, 'before', 'Engineer');
  expect(before).toHaveLength(2);
  expect(new Set(before).size).toBe(2);
  await expectDone(scene, 'Engineer');
  const after = await tell(scene, 'after', 'Director');
  expect(after).toHaveLength(3);
  expect(new Set(after).size).toBe(2);
  await expectDone(scene, 'Director');
});
