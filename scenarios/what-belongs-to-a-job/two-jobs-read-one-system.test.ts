// Two jobs read the same system, each other attributes of the same people: neither disturbs the other, and the system is asked for both.
import { beforeEach, describe, expect, it } from 'vitest';
import { getJob } from '../../src/store/jobs.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';
import { plainUp } from '../../test/support/plain-system.ts';

const rows = (names: readonly string[]) => ({
  department: plainUp().department!,
  person: plainUp().person!.filter((row) => names.includes(row.target)),
});

let scene: Scene;
let titles: number;
const policy = { guard: roomy };

beforeEach(async () => {
  // The first reads numbers, names and phones of everybody, the second titles and nobody's department.
  scene = await openScene({ people: 12, up: { policy, mapping: rows(['displayName', 'employeeNumber', 'phone']) } });
  titles = await scene.addJob(scene.hr, 'up', {
    name: 'titles',
    policy,
    rank: 90,
    mapping: rows(['displayName', 'employeeNumber', 'title']),
    withoutRelations: ['membership'],
  });
  for (let id = 1; id <= 12; id++) scene.hr.set('person', String(id), { title: 'Clerk' });
  for (const job of [scene.up, titles]) await scene.bench.run(job);
});

const mirror = () =>
  scene.bench.database.all<{ external_id: string; data: string; revision: number }>(
    `SELECT external_id, data, revision FROM mirror WHERE connection = 'hr' AND type = 'person' ORDER BY external_id`,
  );
const state = async (job: number): Promise<string> => (await getJob(scene.bench.database, job))!.state;

describe('two jobs that read one system', () => {
  it('see both what either reads, and write it down once', async () => {
    const seen = (JSON.parse((await mirror())[0]!.data) as { a: object }).a;
    expect(seen).toMatchObject({ phone: expect.any(String), title: 'Clerk' });
    const before = await mirror();
    for (const job of [scene.up, titles, scene.up]) {
      const run = await scene.bench.run(job);
      expect(run.counts).toMatchObject({ read: 13, same: 13 });
    }
    expect(await mirror()).toEqual(before);
  });

  it('are not woken by what only the other reads', async () => {
    scene.hr.set('person', '3', { title: 'Chief' });
    expect((await scene.bench.run(scene.up)).counts).toMatchObject({ read: 13, same: 13 });
    const run = await scene.bench.run(titles);
    expect(run.counts).toMatchObject({ applied: 1, same: 12 });
    expect((await scene.known('3'))!.attributes.title).toBe('Chief');
    scene.hr.set('person', '3', {}, { membership: [] });
    expect((await scene.bench.run(titles)).counts).toMatchObject({ same: 13 });
    expect((await scene.bench.run(scene.up)).counts).toMatchObject({ same: 12 });
  });

  it('are not paused by what only the other misses', async () => {
    scene.hr.dials.nulled.add('phone');
    expect(await scene.bench.run(titles)).toMatchObject({ state: 'succeeded' });
    expect(await state(titles)).toBe('enabled');
    await scene.bench.run(scene.up);
    expect(await state(scene.up)).toBe('paused');
  });

  it('keep what the other saw when a single record is read again', async () => {
    await scene.bench.run(titles, { keys: [{ type: 'person', id: '4' }] });
    expect(JSON.parse((await mirror()).find((row) => row.external_id === '4')!.data)).toMatchObject({ a: { phone: expect.any(String) } });
  });
});
