// A store moves to another database: everything goes along, open questions and an unfinished run included, and is proved equal.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import { historySequence } from '../../src/store/directory.ts';
import { getSetting, putSetting } from '../../src/store/jobs.ts';
import { listHeld } from '../../src/store/held.ts';
import { isBeingFilled, markMoved, movedTo, transferStore, unmarkMoved } from '../../src/store/transfer.ts';
import { openPostgres } from '../../src/store/postgres/database.ts';
import { openSqlite } from '../../src/store/sqlite/database.ts';
import { dropDatabase, newDatabase } from '../../test/support/store.ts';
import { postgresAvailable } from '../../test/servers/postgres.ts';
import { openScene, type Scene } from '../../test/support/plain-scene.ts';
import { createEngine } from '../../src/engine/engine.ts';

const available = postgresAvailable();

async function emptyStore(dialect: 'sqlite' | 'postgres'): Promise<Database> {
  if (dialect === 'postgres') {
    const url = await newDatabase();
    onTestFinished(() => dropDatabase(url));
    const database = await openPostgres({ url });
    onTestFinished(() => database.close());
    return database;
  }
  const folder = mkdtempSync(join(tmpdir(), 'tributary-test-'));
  const database = openSqlite({ path: join(folder, 'moved.db') });
  onTestFinished(async () => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return database;
}

/** A directory in use: forty people below, five of them waiting for a decision, and a run that was interrupted. */
async function inUse(): Promise<Scene> {
  const scene = await openScene({ people: 40, up: { policy: { guard: { limits: { disable: { count: 1 } } } } } });
  await scene.sync();
  await scene.bench.approveAll();
  await scene.sync();
  for (const id of ['1', '2', '3', '4', '5']) scene.hr.delete('person', id);
  await scene.bench.run(scene.up);
  expect(await scene.bench.held()).not.toHaveLength(0);
  for (let id = 20; id < 30; id++) scene.hr.set('person', String(id), { title: 'Changed' });
  await scene.bench.engine.enqueue({ job: scene.up, mode: 'full', actor: 'test' });
  return scene;
}

describe.each(['sqlite', 'postgres'] as const)('a store that moves to %s', (dialect) => {
  beforeEach(({ skip }) => {
    if (dialect === 'postgres' && !available.ok) skip(available.reason);
  });
  it('is the same in the new place: the run goes on there, questions stay open, and then nothing is left to write', async () => {
    const scene = await inUse();
    const to = await emptyStore(dialect);
    const before = { held: await scene.bench.held(), history: await scene.history() };
    const counts = await transferStore({ from: scene.bench.database, to });
    expect(counts.find((count) => count.table === 'object')!.rows).toBe(41);
    expect(await historySequence(to)).toBe(before.history);
    expect(await listHeld(to, { states: ['open'], after: 0, limit: 1000 })).toEqual(before.held);

    const engine = createEngine({ ...scene.bench.engine.options, database: to });
    const finished = await engine.drain();
    expect(finished.map((run) => run.state)).toEqual(['warnings']);
    const changed = await to.all<{ data: string }>(`SELECT data FROM object WHERE data LIKE '%Changed%'`);
    expect(changed).toHaveLength(10);
    await engine.enqueue({ job: scene.down, mode: 'full', actor: 'test' });
    await engine.drain();
    const [history, writes] = [await historySequence(to), scene.app.writes];
    for (const job of [scene.up, scene.down]) await engine.enqueue({ job, mode: 'full', actor: 'test' });
    await engine.drain();
    expect([await historySequence(to), scene.app.writes]).toEqual([history, writes]);
  });

  it('says where it went', async () => {
    const scene = await openScene({ people: 1 });
    expect(await movedTo(scene.bench.database)).toBeNull();
    const moved = { to: 'postgres://db.example.com/tributary', at: 7, mark: { system: '1', database: '2' } };
    await markMoved(scene.bench.database, moved);
    expect(await movedTo(scene.bench.database)).toEqual(moved);
  });

  it('never goes into a database that holds something', async () => {
    const [scene, other] = [await openScene({ people: 2 }), await openScene({ people: 2 })];
    await other.sync();
    const objects = await other.bench.objects('person');
    await expect(transferStore({ from: scene.bench.database, to: other.bench.database })).rejects.toThrow(/Name an empty database/);
    expect(await other.bench.objects('person')).toEqual(objects);
  });

  it('begins anew after an interruption, and what was half there does no harm', async () => {
    const scene = await inUse();
    const to = await emptyStore(dialect);
    const stop = new AbortController();
    await expect(
      transferStore({
        from: scene.bench.database,
        to,
        signal: stop.signal,
        onProgress: ({ table }) => {
          if (table === 'change') stop.abort(new Error('power cut'));
        },
      }),
    ).rejects.toThrow('power cut');
    await transferStore({ from: scene.bench.database, to });
    expect(await to.all('SELECT * FROM change ORDER BY id')).toEqual(await scene.bench.database.all('SELECT * FROM change ORDER BY id'));
    expect(await to.all('SELECT * FROM setting ORDER BY name')).toEqual(
      await scene.bench.database.all('SELECT * FROM setting ORDER BY name'),
    );
  });

  it('is served to nobody before its last step, in which the old one is closed already', async () => {
    const scene = await openScene({ people: 3 });
    const to = await emptyStore(dialect);
    const seen: unknown[] = [];
    await transferStore({
      from: scene.bench.database,
      to,
      beforeOpening: async () => {
        await markMoved(scene.bench.database, { to: 'there', at: 1, mark: {} });
        seen.push(await isBeingFilled(to));
      },
      opening: (transaction) => putSetting(transaction, 'opened', 'yes'),
    });
    expect([...seen, await isBeingFilled(to), await movedTo(to)]).toEqual([true, false, null]);
    expect(await getSetting(to, 'opened')).toBe('yes');
    await unmarkMoved(scene.bench.database);
    expect(await movedTo(scene.bench.database)).toBeNull();
  });

  it('is filled by one at a time: of two the later one goes on', async () => {
    const scene = await openScene({ people: 3 });
    const to = await emptyStore(dialect);
    const first = transferStore({
      from: scene.bench.database,
      to,
      beforeOpening: () => transferStore({ from: scene.bench.database, to }),
    });
    await expect(first).rejects.toThrow(/Somebody else began/);
    expect(await isBeingFilled(to)).toBe(false);
  });

  it('is not believed when a row differs', async () => {
    const scene = await openScene({ people: 3 });
    await scene.sync();
    const to = await emptyStore(dialect);
    const spoiling: Database = {
      ...to,
      write: (work) =>
        to.write((transaction) =>
          work({
            ...transaction,
            insert: (table, columns, rows, conflict) =>
              transaction.insert(table, columns, table === 'mirror' ? rows.map((row) => row.with(4, 'another hash')) : rows, conflict),
          }),
        ),
    };
    await expect(transferStore({ from: scene.bench.database, to: spoiling })).rejects.toThrow(/Table "mirror" is not the same/);
  });

  it('is brought up to date first when it is of an older program', async () => {
    const scene = await openScene({ people: 1 });
    await scene.bench.database.write(async (transaction) => {
      await transaction.run('UPDATE schema_version SET version = 0');
      await putSetting(transaction, 'x', 'y');
    });
    await expect(transferStore({ from: scene.bench.database, to: await emptyStore(dialect) })).rejects.toThrow(/Start the server once/);
  });
});
