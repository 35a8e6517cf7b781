// Approving many held changes at once: however many there are, no more than a batch of them is in memory.
import { expect, it } from 'vitest';
import { createEngine } from '../../src/engine/engine.ts';
import type { Database, Reader, Transaction } from '../../src/store/database.ts';
import { countHeld } from '../../src/store/held.ts';
import { ask } from '../../test/support/asking.ts';
import { openScene, roomy } from '../../test/support/plain-scene.ts';
import { plainDown } from '../../test/support/plain-system.ts';

const PEOPLE = 1_500;
const BATCH = 1_000;
/** By so many values a person is found again. */
const KEYS = 3;

/** The same store; `largest` is the longest list that went in or came out. */
function metered(database: Database): { readonly database: Database; largest(): { readonly count: number; readonly of: string } } {
  let largest = { count: 0, of: '' };
  const note = (count: number, of: string): void => {
    if (count > largest.count) largest = { count, of };
  };
  const given = (sql: string, params: readonly unknown[]): void => {
    for (const param of params) if (typeof param === 'string' && param.startsWith('[')) note((JSON.parse(param) as unknown[]).length, sql);
  };
  const reading = (reader: Reader): Reader => ({
    async all<T>(sql: string, ...params: Parameters<Reader['all']> extends [string, ...infer P] ? P : never) {
      given(sql, params);
      const found = await reader.all<T>(sql, ...params);
      note(found.length, sql);
      return found;
    },
    get: (sql, ...params) => (given(sql, params), reader.get(sql, ...params)),
  });
  const inside = (transaction: Transaction): Transaction => ({
    ...reading(transaction),
    run: (sql, ...params) => (given(sql, params), transaction.run(sql, ...params)),
    insert(table, columns, rows, conflict) {
      note(rows.length / (table.endsWith('_key') ? KEYS : 1), table);
      return transaction.insert(table, columns, rows, conflict);
    },
  });
  return {
    largest: () => largest,
    database: {
      ...reading(database),
      dialect: database.dialect,
      write: (work, how) => database.write((transaction) => work(inside(transaction)), how),
      close: () => database.close(),
    },
  };
}

it('is carried out from stored keys, a batch at a time', { timeout: 120_000 }, async () => {
  const scene = await openScene({ people: PEOPLE, up: { policy: { guard: roomy } } });
  await scene.sync();
  expect(scene.app.all('person')).toHaveLength(0);
  const held = (await scene.bench.held()).map((row) => row.id);
  expect(held.length).toBeGreaterThan(PEOPLE);

  const { database, largest } = metered(scene.bench.database);
  const engine = createEngine({ ...scene.bench.engine.options, database });
  await engine.approve(held, 'approver');
  await engine.drain();

  expect(scene.app.all('person')).toHaveLength(PEOPLE);
  expect((await countHeld(database)).filter((row) => row.state !== 'done')).toEqual([]);
  expect(largest().count, largest().of).toBeLessThanOrEqual(BATCH);
});

it('of what an edit has made different since it was asked is asked again, and the run says so', async () => {
  const scene = await openScene({ people: 8, up: { policy: { guard: roomy } }, down: { policy: { guard: { firstRun: { creates: 2 } } } } });
  await scene.sync();
  const mapping = plainDown();
  mapping.person!.push({ target: 'note', constant: 'edited since', when: 'made' });
  const rows = { ...mapping, person: mapping.person!.filter((row) => row.target !== 'note' || 'constant' in row) };
  await ask(scene, 'job.update', { job: scene.down, settings: { mapping: rows }, withoutForecast: true });
  const runs = await scene.bench.approveAll();
  const said = runs.flatMap((run) => (run.evidence as { warnings: readonly { en: string }[] }).warnings.map(({ en }) => en));
  expect(said).toEqual([expect.stringMatching(/^8 of the confirmed changes .* because the job was edited after they were asked/)]);
  expect(scene.app.all('person')).toHaveLength(0);
  expect((await scene.bench.held()).filter((row) => row.type === 'person')).toHaveLength(8);
});

it('counts people beside changes wherever somebody has several: in plan and run, at the job, and in what waits', async () => {
  const scene = await openScene({
    up: { policy: { guard: roomy } },
    down: { policy: { guard: { ...roomy, firstRun: { creates: 10_000, touched: 3, share: 100 } } } },
  });
  const { hr, app, bench } = scene;
  hr.department('main');
  app.department('main');
  for (let id = 1; id <= 12; id++) {
    hr.person(String(id), 'main', { title: 'Boss', ...(id > 1 ? { manager: '1' } : {}) });
    app.person(String(id), 'main');
  }
  await bench.run(scene.up);
  const dry = await bench.run(scene.down, { dryRun: true });
  // 12 are linked, 12 get a title, 11 of them a manager, too.
  expect(dry.counts).toMatchObject({ 'held.update.person': 23, held: 23, 'objects.held': 12 });
  expect(dry.counts.objects).toBe(dry.counts.planned! - dry.counts['planned.link.person']! + 12);
  const { groups } = await ask(scene, 'run.plan', { run: dry.id });
  expect(groups.filter((group) => group.type === 'person').map(({ action, count, objects }) => [action, count, objects])).toEqual([
    ['update', 23, 12],
    ['link', 12, 12],
  ]);
  const run = await bench.run(scene.down);
  expect(run.counts).toMatchObject({ held: 23, 'objects.held': 12 });
  expect((await ask(scene, 'job.list', {})).jobs.find((job) => job.id === scene.down)).toMatchObject({ held: 12 });
  expect((await ask(scene, 'status', {})).questions).toMatchObject([{ objects: 12 }]);
  expect((await ask(scene, 'waiting.list', {})).waiting).toMatchObject([{ objects: 12 }]);
  // Who has one change of each kind is counted as before.
  expect((await bench.run(scene.up)).counts.objects).toBeUndefined();
});
