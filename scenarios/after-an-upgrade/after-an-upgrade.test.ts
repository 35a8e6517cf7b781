// A new version that computes values differently does not rewrite everybody unasked: what it alone would change is one question.
import { beforeEach, describe, expect, it } from 'vitest';
import { doubtsOf } from '../../src/store/doubts.ts';
import { getJob } from '../../src/store/jobs.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';

let scene: Scene;
const options = () => scene.bench.engine.options as { release?: string };
const job = async (id: number) => (await getJob(scene.bench.database, id))!;
const titles = async () => new Set((await scene.people()).map((person) => person.attributes.title));

beforeEach(async () => {
  const guard = { guard: roomy };
  scene = await openScene({ people: 60, up: { policy: guard }, down: { policy: guard } });
  options().release = '1.0.0';
  for (let id = 1; id <= 60; id++) scene.hr.set('person', String(id), { title: 'Clerk' });
  await scene.sync();
});

/** What the directory holds and what was last accepted differ from what the source still says: only a program does that. */
async function computeOtherwise(count: number): Promise<void> {
  const rows = await scene.bench.database.all<{ id: string; data: string }>(
    `SELECT id, data FROM object WHERE type = 'person' ORDER BY id LIMIT ?`,
    count,
  );
  await scene.bench.database.write(async (transaction) => {
    for (const row of rows) {
      await transaction.run(`UPDATE object SET data = replace(data, '"title":"Clerk"', '"title":"clerk"') WHERE id = ?`, row.id);
      await transaction.run(
        `UPDATE contribution SET data = replace(data, '"title":"Clerk"', '"title":"clerk"') WHERE directory_id = ?`,
        row.id,
      );
    }
  });
}

describe('a run after an upgrade', () => {
  it('goes on as ever when the upgrade changes little', async () => {
    await computeOtherwise(20);
    options().release = '2.0.0';
    expect(await scene.bench.run(scene.up)).toMatchObject({ state: 'succeeded' });
    expect(await titles()).toEqual(new Set(['Clerk']));
    expect(await job(scene.up)).toMatchObject({ state: 'enabled', release: '2.0.0' });
  });

  it('is held and pauses the job when the upgrade alone would change more than the limit', async () => {
    await computeOtherwise(40);
    options().release = '2.0.0';
    scene.hr.set('person', '60', { title: 'Chief' });
    await scene.bench.run(scene.up);
    const held = await scene.bench.held();
    expect(held).toHaveLength(40);
    expect(new Set(held.map((row) => row.question))).toEqual(new Set(['upgrade']));
    expect(JSON.parse((await doubtsOf(scene.bench.database, scene.up))[0]!.said).en).toContain(
      'The new version (1.0.0 → 2.0.0) alone would change 40 values of 40 objects; 20 need no question.',
    );
    expect(await job(scene.up)).toMatchObject({ state: 'paused', release: '1.0.0' });
    // What the source itself changed is no matter of the upgrade.
    expect((await scene.known('60'))!.attributes.title).toBe('Chief');
    expect(await titles()).toContain('clerk');
  });

  it('asks again when the job is resumed without an answer', async () => {
    await computeOtherwise(40);
    options().release = '2.0.0';
    await scene.bench.run(scene.up);
    await scene.bench.engine.resume(scene.up, { accept: false }, 'approver');
    await scene.bench.engine.drain();
    expect(await job(scene.up)).toMatchObject({ state: 'paused', release: '1.0.0' });
    expect(await scene.bench.held()).toHaveLength(40);
    expect(await titles()).toContain('clerk');
  });

  it('writes exactly what was held when a person accepts the upgrade', async () => {
    await computeOtherwise(40);
    options().release = '2.0.0';
    await scene.bench.run(scene.up);
    await scene.bench.engine.resume(scene.up, { accept: true }, 'mei');
    expect(await scene.bench.engine.drain()).toMatchObject([{ state: 'succeeded' }]);
    expect(await titles()).toEqual(new Set(['Clerk']));
    expect(await scene.bench.held()).toEqual([]);
    expect(await job(scene.up)).toMatchObject({ state: 'enabled', release: '2.0.0' });
    expect(await scene.heldIn('done')).toHaveLength(40);
  });

  it('is judged by what is left when a person cancelled some of it', async () => {
    await computeOtherwise(40);
    options().release = '2.0.0';
    await scene.bench.run(scene.up);
    await scene.bench.engine.cancelHeld(
      (await scene.bench.held()).slice(0, 25).map((row) => row.id),
      'mei',
    );
    await scene.bench.engine.resume(scene.up, { accept: false }, 'approver');
    await scene.bench.engine.drain();
    expect(await job(scene.up)).toMatchObject({ state: 'enabled', release: '2.0.0' });
    expect((await scene.people()).filter((person) => person.attributes.title === 'clerk')).toHaveLength(25);
  });

  it('of a job whose settings changed meanwhile is judged by the ordinary limits', async () => {
    await computeOtherwise(40);
    options().release = '2.0.0';
    await scene.bench.database.write((transaction) =>
      transaction.run(`UPDATE job_version SET settings = replace(settings, '"rank":100', '"rank":101') WHERE job = ?`, scene.up),
    );
    expect(await scene.bench.run(scene.up)).toMatchObject({ state: 'succeeded' });
    expect(await titles()).toEqual(new Set(['Clerk']));
  });

  it('into a target is judged alike', async () => {
    for (let id = 1; id <= 40; id++) {
      const account = scene.account(String(id))!;
      scene.app.set('person', account.id, { title: 'clerk' });
    }
    const rows = await scene.bench.database.all<{ external_id: string; sent: string }>(
      `SELECT external_id, sent FROM link WHERE connection = 'app' AND type = 'person'`,
    );
    await scene.bench.database.write(async (transaction) => {
      for (const row of rows)
        await transaction.run(
          `UPDATE link SET sent = replace(sent, 'Clerk', 'clerk') WHERE connection = 'app' AND external_id = ?`,
          row.external_id,
        );
    });
    options().release = '2.0.0';
    const writes = scene.app.writes;
    await scene.bench.run(scene.down);
    expect(scene.app.writes).toBe(writes);
    expect(new Set((await scene.bench.held()).map((row) => row.question))).toEqual(new Set(['upgrade']));
    expect(await job(scene.down)).toMatchObject({ state: 'paused' });
  });

  it('tells nothing apart in a dry run but plans the same', async () => {
    await computeOtherwise(40);
    options().release = '2.0.0';
    const run = await scene.bench.run(scene.up, { dryRun: true });
    expect(run.counts.held).toBe(40);
    expect(await job(scene.up)).toMatchObject({ state: 'enabled', release: '1.0.0' });
  });
});
