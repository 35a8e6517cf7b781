// A source that shows less than before pauses its job with one question; a person mends the right, or accepts what is left.
import { beforeEach, describe, expect, it } from 'vitest';
import { doubtsOf } from '../../src/store/doubts.ts';
import { getJob } from '../../src/store/jobs.ts';
import { openScene, type Scene } from '../../test/support/plain-scene.ts';

let scene: Scene;
const job = async () => (await getJob(scene.bench.database, scene.up))!;
const question = async (): Promise<string> =>
  (await doubtsOf(scene.bench.database, scene.up)).map((row) => JSON.parse(row.said).en).join(' ');
const active = async (): Promise<number> => (await scene.people()).filter((person) => person.lifecycle === 'active').length;

beforeEach(async () => {
  scene = await openScene({ people: 60, down: { policy: { guard: { firstRun: { creates: 1000 } } } } });
  await scene.sync();
});

describe('a narrower range', () => {
  beforeEach(async () => {
    scene.hr.dials.range = 'less';
    for (let id = 1; id <= 5; id++) scene.hr.delete('person', String(id));
    scene.hr.set('person', '10', { title: 'Chief' });
    await scene.bench.run(scene.up);
  });

  it('pauses the job with one sentence that counts who is no longer visible; what was seen is still synced', async () => {
    expect(await job()).toMatchObject({ state: 'paused' });
    expect(await question()).toContain('5 of 60 person records that were known are not shown any more');
    expect(JSON.parse((await job()).state_reason!)).toMatchObject({
      en: expect.stringContaining('5 of 60'),
      zh: expect.stringContaining('5'),
    });
    expect(await active()).toBe(60);
    expect((await scene.known('10'))!.attributes.title).toBe('Chief');
    await expect(scene.bench.run(scene.up)).rejects.toThrow(/tributary resume/);
  });

  it('ends when the right is mended and the job resumed: nobody was touched', async () => {
    scene.hr.dials.range = 'all';
    for (let id = 1; id <= 5; id++) scene.hr.person(String(id), 'main', { phone: `+86 138${String(id).padStart(8, '0')}` });
    await scene.bench.engine.resume(scene.up, { accept: false }, 'approver');
    expect(await scene.bench.engine.drain()).toMatchObject([{ mode: 'full', state: 'succeeded' }]);
    expect(await job()).toMatchObject({ state: 'enabled', state_reason: null });
    expect(await question()).toBe('');
    expect(await active()).toBe(60);
  });

  it('pauses again when the job is resumed and nothing was mended', async () => {
    await scene.bench.engine.resume(scene.up, { accept: false }, 'approver');
    await scene.bench.engine.drain();
    expect(await job()).toMatchObject({ state: 'paused' });
    expect(await active()).toBe(60);
  });

  it('counts when a person accepts it: who is not in it is gone, through guard and window as ever', async () => {
    await scene.bench.engine.resume(scene.up, { accept: true }, 'approver');
    const [run] = await scene.bench.engine.drain();
    expect(run).toMatchObject({ mode: 'full', state: 'succeeded' });
    expect(await active()).toBe(55);
    expect(await job()).toMatchObject({ state: 'enabled' });
    for (let id = 6; id <= 40; id++) scene.hr.delete('person', String(id));
    await scene.bench.run(scene.up);
    expect(await active()).toBe(55);
    expect((await scene.bench.held())[0]).toMatchObject({ question: 'limit:disable' });
  });

  it('is told in the audit trail, with what was accepted', async () => {
    await scene.bench.engine.resume(scene.up, { accept: true }, 'mei');
    const rows = await scene.bench.database.all<{ actor: string; action: string; before: string }>(
      `SELECT p.actor, a.action, p.before FROM audit a JOIN audit_payload p ON p.seq = a.seq WHERE a.action LIKE 'job.%' ORDER BY a.seq`,
    );
    expect(rows.at(-1)).toMatchObject({ actor: 'mei', action: 'job.accept', before: expect.stringContaining('5 of 60') });
    expect(rows.some((row) => row.action === 'job.paused')).toBe(true);
  });
});

describe('another range in which nobody is missing', () => {
  it('asks without pausing; until it is answered, nothing counts as missing', async () => {
    scene.hr.dials.range = 'other';
    await scene.bench.run(scene.up);
    expect(await job()).toMatchObject({ state: 'enabled' });
    expect(await question()).toContain('Everybody who was known is still shown');
    scene.hr.delete('person', '1');
    await scene.bench.run(scene.up);
    expect(await job()).toMatchObject({ state: 'paused' });
    expect(await active()).toBe(60);
  });

  it('is believed from the moment a person accepts it', async () => {
    scene.hr.dials.range = 'other';
    await scene.bench.run(scene.up);
    await scene.bench.engine.resume(scene.up, { accept: true }, 'approver');
    await scene.bench.engine.drain();
    scene.hr.delete('person', '1');
    expect(await scene.bench.run(scene.up)).toMatchObject({ state: 'succeeded' });
    expect(await active()).toBe(59);
  });
});

describe('an attribute that many had and nobody has any more', () => {
  beforeEach(async () => {
    scene.hr.dials.nulled.add('phone');
    await scene.bench.run(scene.up);
  });

  it('pauses the job with one sentence that counts whose value it was', async () => {
    expect(await job()).toMatchObject({ state: 'paused' });
    expect(await question()).toContain('"phone" (60 had one)');
    expect((await scene.known('1'))!.attributes.phone).toBeDefined();
  });

  it('is cleared when a person accepts that it is empty, as one held question because of the limit', async () => {
    await scene.bench.engine.resume(scene.up, { accept: true }, 'approver');
    await scene.bench.engine.drain();
    expect((await scene.known('1'))!.attributes.phone).toBeDefined();
    expect(new Set((await scene.bench.held()).map((row) => row.question))).toEqual(new Set(['limit:clear:phone']));
    await scene.bench.approveAll();
    expect((await scene.known('1'))!.attributes.phone).toBeUndefined();
    expect(await job()).toMatchObject({ state: 'enabled' });
  });
});

describe('a job about which there is no doubt', () => {
  it('has nothing to resume', async () => {
    await expect(scene.bench.engine.resume(scene.up, { accept: true }, 'approver')).rejects.toThrow(/has no question/);
  });

  it('that is enabled by an administrator asks again when the source still shows less', async () => {
    scene.hr.dials.range = 'less';
    scene.hr.delete('person', '1');
    await scene.bench.run(scene.up);
    await scene.bench.engine.setJobState(scene.up, 'enabled', 'admin');
    expect(await question()).toBe('');
    await scene.bench.run(scene.up);
    expect(await job()).toMatchObject({ state: 'paused' });
  });

  it('below the directory, is not asked whether the directory hides something', async () => {
    for (let id = 1; id <= 60; id++) scene.hr.set('person', String(id), { title: 'Clerk' });
    await scene.bench.run(scene.up);
    await scene.bench.approveAll();
    await scene.bench.run(scene.down);
    await scene.bench.approveAll();
    await scene.bench.database.write((transaction) =>
      transaction.run(
        `UPDATE object SET data = replace(data, '"title":"Clerk"', '"title":null'), revision = revision + 1 WHERE type = 'person'`,
      ),
    );
    await scene.bench.run(scene.down);
    expect((await getJob(scene.bench.database, scene.down))!.state).toBe('enabled');
    expect((await scene.bench.held())[0]).toMatchObject({ question: 'limit:clear:title' });
  });
});
