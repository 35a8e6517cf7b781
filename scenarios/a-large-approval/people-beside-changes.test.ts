// How many people a plan, a run and a job are about, where somebody has several changes: each is one.
import { describe, expect, it } from 'vitest';
import { planChanges, planPage } from '../../src/store/ledger.ts';
import { patchRun, type RunRow } from '../../src/store/runs.ts';
import { ask } from '../../test/support/asking.ts';
import { openScene, roomy, type JobPart, type Scene } from '../../test/support/plain-scene.ts';

const open = (down: JobPart, people = 0): Promise<Scene> =>
  openScene({ people, up: { policy: { guard: roomy } }, down: { policy: { guard: roomy }, ...down } });

/** Of each group of people in a plan: how many changes of how many. */
const groupsOf = async (scene: Scene, run: RunRow) =>
  (await ask(scene, 'run.plan', { run: run.id })).groups
    .filter((group) => group.type === 'person')
    .map(({ action, question, count, objects }) => [action, question, count, objects]);

describe('people beside changes', () => {
  it('are in each question about them, and once at the job that asks several', async () => {
    const limits = { ...roomy.limits, update: { percent: 0, count: 3, share: 1 } };
    const scene = await open({ policy: { guard: { ...roomy, limits } } });
    const { hr, bench } = scene;
    hr.department('main');
    for (let id = 1; id <= 12; id++) hr.person(String(id), 'main', { title: 'Clerk' });
    await scene.sync();
    // A new head comes, and with her those below get another title.
    hr.person('99', 'main', { title: 'Head' });
    for (let id = 2; id <= 12; id++) hr.set('person', String(id), { title: 'Boss', manager: '99' });
    await bench.run(scene.up);
    const dry = await bench.run(scene.down, { dryRun: true });
    const updates = (await groupsOf(scene, dry)).filter(([action]) => action === 'update');
    expect(updates).toHaveLength(2);
    for (const [, question, count, objects] of updates) expect([question, count, objects]).toEqual([expect.any(String), 11, 11]);
    const run = await bench.run(scene.down);
    expect(run.counts).toMatchObject({ held: 22, 'objects.held': 11 });
    expect((await ask(scene, 'job.list', {})).jobs.find((one) => one.id === scene.down)).toMatchObject({ held: 11 });
  });

  it('are told in full on the first page of what is asked, however many pages there are', async () => {
    const scene = await open({ policy: { guard: { ...roomy, firstRun: { creates: 2, touched: 100, share: 100 } } } }, 9);
    await scene.sync();
    const { totals, next } = await ask(scene, 'held.list', { job: scene.down, limit: 4 });
    expect(totals.map(({ type, action, objects, changes }) => [type, action, objects, changes])).toEqual([
      ['department', 'create', 1, 1],
      ['person', 'create', 9, 9],
    ]);
    expect((await ask(scene, 'held.list', { job: scene.down, limit: 4, after: next! })).totals).toEqual([]);
    expect((await ask(scene, 'held.list', { job: scene.down, limit: 100 })).totals).toEqual([]);
  });

  it('are one each who are disabled and deleted in the same run', async () => {
    const scene = await open({ policy: { guard: { ...roomy, deletions: 'hold-above-limit' }, leaver: { departed: 'delete' } } }, 10);
    await scene.sync();
    for (let id = 1; id <= 4; id++) scene.hr.set('person', String(id), { status: 'departed' });
    await scene.bench.run(scene.up);
    const dry = await scene.bench.run(scene.down, { dryRun: true });
    expect(dry.counts).toMatchObject({ planned: 8, 'objects.planned': 4, objects: 4 });
    expect(await groupsOf(scene, dry)).toEqual([
      ['remove', null, 4, 4],
      ['disable', null, 4, 4],
    ]);
  });

  it('are one each who come back with another title', async () => {
    const scene = await open({ policy: { guard: roomy, leaver: { departed: 'disable' } } }, 10);
    await scene.sync();
    for (let id = 1; id <= 4; id++) scene.hr.set('person', String(id), { status: 'departed' });
    await scene.sync();
    for (let id = 1; id <= 4; id++) scene.hr.set('person', String(id), { status: 'active', title: 'Boss' });
    await scene.bench.run(scene.up);
    const dry = await scene.bench.run(scene.down, { dryRun: true });
    expect(dry.counts).toMatchObject({ planned: 8, 'objects.planned': 4, objects: 4 });
  });

  it('are not told from changes while a large run is under way, and are when it has ended', async () => {
    const scene = await open({}, 3);
    await scene.bench.run(scene.up);
    const run = await scene.bench.run(scene.down, { dryRun: true });
    const { database } = scene.bench;
    const [like] = await planPage(database, run.id, 0, 1);
    await database.write(async (transaction) => {
      const twice = Array.from({ length: 50_002 }, (_, n) => ({
        ...like!,
        type: 'person',
        action: 'update',
        situation: 'changed',
        kinds: '',
        source_key: `p-${n >> 1}`,
        aspect: n % 2 ? 'references' : '',
        edges: [],
      }));
      await planChanges(transaction, { run: run.id, job: scene.down, connection: 'app' }, twice);
      await transaction.run('UPDATE run SET ended_at = NULL WHERE id = ?', run.id);
    });
    const updates = async () => (await groupsOf(scene, run)).filter(([action]) => action === 'update');
    expect(await updates()).toEqual([['update', null, 50_002, 50_002]]);
    await database.write((transaction) => patchRun(transaction, run.id, { endedAt: 1 }));
    expect(await updates()).toEqual([['update', null, 50_002, 25_001]]);
    expect((await ask(scene, 'run.departments', { run: run.id })).countedFirst).toBe(50_000);
  });

  it('are counted by department: who moves, in the one they leave and in the one they come to', async () => {
    const scene = await open({});
    const { hr, bench } = scene;
    for (const department of ['sales', 'finance', 'idle']) hr.department(department);
    for (let id = 1; id <= 3; id++) hr.person(String(id), 'sales', { title: 'Clerk' });
    hr.person('4', 'idle', { title: 'Clerk' });
    await scene.sync();
    for (let id = 1; id <= 3; id++) hr.set('person', String(id), { title: 'Boss' });
    hr.set('person', '3', {}, { membership: [{ to: { type: 'department', id: 'finance' } }] });
    await bench.run(scene.up);
    const dry = await bench.run(scene.down, { dryRun: true });
    const { departments, total, countedFirst } = await ask(scene, 'run.departments', { run: dry.id });
    expect(departments.map(({ title, count }) => [title, count])).toEqual([
      ['sales', 3],
      ['finance', 1],
    ]);
    expect([total, countedFirst]).toEqual([2, null]);
    for (const { id, count } of departments)
      expect((await ask(scene, 'run.changes', { run: dry.id, department: id })).changes).toHaveLength(count);
    expect(await ask(scene, 'run.departments', { run: dry.id, limit: 1 })).toMatchObject({ departments: [{ title: 'sales' }], total: 2 });
  });
});
