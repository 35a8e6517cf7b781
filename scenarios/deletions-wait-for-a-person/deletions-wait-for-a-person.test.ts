// Promise 3: deletions wait for a person, disable comes before delete, protected accounts are never touched.
import { describe, expect, it } from 'vitest';
import { openScene, type Scene } from '../../test/support/plain-scene.ts';

const DELETE = { gone: 'delete', leftScope: 'delete', departed: 'delete' } as const;
const free = { guard: { firstRun: { creates: 1000 } } };
const deleting = { policy: { ...free, leaver: DELETE } };

/** Person 1 is gone from the source; both jobs would delete. */
async function goneOne(people = 5): Promise<Scene> {
  const scene = await openScene({ people, up: deleting, down: deleting });
  await scene.sync();
  scene.hr.delete('person', '1');
  await scene.sync();
  return scene;
}
const question = async (scene: Scene, job: number) => (await scene.bench.held()).find((row) => row.job === job && row.action === 'remove');

describe('somebody gone from the source, where the policy says delete', () => {
  it('is disabled at once in the directory and below, and deleted nowhere before a person says so', async () => {
    const scene = await goneOne();
    expect((await scene.known('1'))!.lifecycle).toBe('suspended');
    expect(scene.account('1')).toMatchObject({ enabled: false });
    expect(await scene.bench.held()).toMatchObject([{ job: scene.up, action: 'remove', title: 'Person 1' }]);
  });

  it('leaves the directory with the approval, then asks again for the account below', async () => {
    const scene = await goneOne();
    const [run] = await scene.bench.approveAll();
    expect(run).toMatchObject({ cause: 'approval', actor: 'approver', state: 'succeeded' });
    expect((await scene.bench.objects('person')).filter((person) => person.lifecycle === 'absent')).toHaveLength(1);
    expect((await scene.heldIn('done')).map((row) => row.job)).toEqual([scene.up]);
    await scene.sync();
    expect(scene.account('1')).toMatchObject({ enabled: false });
    expect((await question(scene, scene.down))!.title).toBe('Person 1');
    await scene.bench.approveAll();
    expect(scene.account('1')).toBeUndefined();
    expect(scene.app.all('person')).toHaveLength(4);
    const writes = scene.app.writes;
    expect((await scene.sync()).down.state).toBe('succeeded');
    expect(scene.app.writes).toBe(writes);
  });

  it('can be approved one by one: the others go on waiting', async () => {
    const scene = await openScene({ people: 20, up: deleting });
    await scene.sync();
    for (const id of ['1', '2', '3']) scene.hr.delete('person', id);
    await scene.bench.run(scene.up);
    const [first] = await scene.bench.held();
    await scene.bench.engine.approve([first!.id], 'approver');
    await scene.bench.engine.drain();
    const absent = (await scene.bench.objects('person')).filter((person) => person.lifecycle === 'absent');
    expect(absent.map((person) => person.id)).toEqual([first!.directory_id]);
    expect(await scene.bench.held()).toHaveLength(2);
  });

  it('is asked about once, however many runs see it', async () => {
    const scene = await goneOne();
    const [before] = await scene.bench.held();
    await scene.sync();
    await scene.sync();
    expect(await scene.bench.held()).toMatchObject([{ id: before!.id, created_at: before!.created_at }]);
  });

  it('is rescued by reappearing: enabled again, the question is gone', async () => {
    const scene = await goneOne();
    scene.hr.person('1', 'main');
    await scene.sync();
    expect((await scene.known('1'))!.lifecycle).toBe('active');
    expect(scene.account('1')).toMatchObject({ enabled: true });
    expect(await scene.bench.held()).toEqual([]);
    expect((await scene.heldIn('rescued')).map((row) => row.action)).toEqual(['remove']);
  });
});

describe('a deletion that a person refused', () => {
  it('is ignored, run after run, until the person reappears', async () => {
    const scene = await goneOne();
    await scene.bench.engine.cancelHeld([(await question(scene, scene.up))!.id], 'ann');
    const { up } = await scene.sync();
    expect(await scene.bench.held()).toEqual([]);
    expect(await scene.changes(up)).toMatchObject([
      { action: 'remove', state: 'skipped', says: 'Cancelled by ann; ignored until it reappears.' },
    ]);
    scene.hr.person('1', 'main');
    await scene.sync();
    scene.hr.delete('person', '1');
    await scene.sync();
    expect(await scene.bench.held()).toMatchObject([{ job: scene.up, action: 'remove' }]);
  });

  it('can be taken back: it is a question again, and can be approved', async () => {
    const scene = await goneOne();
    const { id } = (await question(scene, scene.up))!;
    await scene.bench.engine.cancelHeld([id], 'ann');
    await scene.bench.engine.takeBack([id], 'bob');
    expect((await scene.bench.held()).map((row) => row.id)).toEqual([id]);
    await scene.bench.approveAll();
    expect((await scene.known('1'))?.lifecycle ?? 'absent').toBe('absent');
  });

  it('does not hide another change of the same object later', async () => {
    const scene = await openScene({ people: 60 });
    await scene.bench.run(scene.up);
    for (let id = 1; id <= 60; id++) scene.hr.set('person', String(id), { mail: `wrong-${id}@example.com` });
    await scene.bench.run(scene.up);
    await scene.bench.engine.cancelHeld(
      (await scene.bench.held()).map((row) => row.id),
      'ann',
    );
    for (let id = 1; id <= 60; id++) scene.hr.set('person', String(id), { mail: `${id}@example.com` });
    scene.hr.set('person', '1', { mail: 'right@example.com' });
    await scene.bench.run(scene.up);
    expect((await scene.known('1'))!.attributes.email).toBe('right@example.com');
    expect((await scene.known('2'))!.attributes.email).toBe('2@example.com');
    expect(await scene.heldIn('open', 'cancelled')).toEqual([]);
  });
});

describe('a question', () => {
  it('expires after its days, and is asked anew by the next run', async () => {
    const scene = await goneOne();
    const [before] = await scene.bench.held();
    scene.days(31);
    await scene.bench.tick();
    expect((await scene.heldIn('expired')).map((row) => row.id)).toEqual([before!.id]);
    await scene.sync();
    const [again] = await scene.bench.held();
    expect(again).toMatchObject({ action: 'remove', state: 'open' });
    expect(again!.id).not.toBe(before!.id);
  });

  it('whose object moved since is not carried out by its approval: it is asked again as it is now', async () => {
    const scene = await goneOne();
    const before = (await question(scene, scene.up))!;
    const other = await scene.addJob(scene.hr, 'up', {
      name: 'titles',
      rank: 200,
      policy: { decidesExistence: false },
      mapping: { person: [{ target: 'title', constant: 'Director' }] },
      scope: { people: { include: ['1'], exclude: [] } },
    });
    scene.hr.person('1', 'main');
    await scene.bench.run(other);
    scene.hr.delete('person', '1');
    await scene.bench.engine.approve([before.id], 'approver');
    await scene.bench.engine.drain();
    expect((await scene.known('1'))!.lifecycle).toBe('suspended');
    expect(await question(scene, scene.up)).toMatchObject({ id: before.id, state: 'open' });
    await scene.bench.approveAll();
    expect((await scene.known('1'))?.lifecycle ?? 'absent').toBe('absent');
  });

  it('whose account was changed in the target since is asked again as well', async () => {
    const scene = await goneOne();
    await scene.bench.approveAll();
    await scene.sync();
    const before = (await question(scene, scene.down))!;
    scene.app.set('person', scene.account('1')!.id, { note: 'legal hold' });
    await scene.bench.engine.approve([before.id], 'approver');
    await scene.bench.engine.drain();
    expect(scene.account('1')).toBeDefined();
    expect(await question(scene, scene.down)).toMatchObject({ id: before.id, state: 'open' });
    await scene.bench.approveAll();
    expect(scene.account('1')).toBeUndefined();
  });

  it('that was approved while the system was away is carried out when it answers again', async () => {
    const scene = await goneOne();
    await scene.bench.approveAll();
    await scene.sync();
    await scene.bench.engine.approve([(await question(scene, scene.down))!.id], 'approver');
    scene.app.dials.unreachable = true;
    await scene.bench.engine.drain();
    for (let hour = 0; hour < 5; hour++) {
      scene.bench.clock.advance(3_600_000);
      await scene.bench.tick();
    }
    expect(scene.account('1')).toBeDefined();
    scene.app.dials.unreachable = false;
    scene.bench.clock.advance(3_600_000);
    await scene.bench.tick();
    await scene.sync();
    expect(scene.account('1')).toBeUndefined();
    expect(await scene.heldIn('open', 'approved')).toEqual([]);
  });

  it('that was approved and then refused by the target is a question again, with its cause', async () => {
    const scene = await goneOne();
    await scene.bench.approveAll();
    await scene.sync();
    scene.app.refusals.set(scene.account('1')!.id, 'forbidden');
    await scene.bench.approveAll();
    expect(scene.account('1')).toBeDefined();
    expect(await scene.items(scene.down)).toMatchObject([{ cause: 'apply:forbidden', says: expect.stringContaining('refuses to remove') }]);
    scene.app.refusals.clear();
    expect(await question(scene, scene.down)).toMatchObject({ state: 'open' });
    await scene.bench.approveAll();
    expect(scene.account('1')).toBeUndefined();
    expect(await scene.items(scene.down)).toEqual([]);
  });
});

describe('a job that is not enabled', () => {
  it('does not take approvals: the question stays open, and says why', async () => {
    const scene = await goneOne();
    const ids = (await scene.bench.held()).map((row) => row.id);
    await scene.bench.engine.setJobState(scene.up, 'disabled', 'ann');
    await expect(scene.bench.engine.approve(ids, 'approver')).rejects.toThrow('is disabled');
    expect((await scene.bench.held()).map((row) => row.id)).toEqual(ids);
  });
});

describe('where the policy holds deletions only above the limit', () => {
  it('one deletion goes through, with the disable before it, in the directory and below', async () => {
    const freely = { policy: { leaver: DELETE, guard: { deletions: 'hold-above-limit', firstRun: { creates: 1000 } } } } as const;
    const scene = await openScene({ people: 30, up: freely, down: freely });
    await scene.sync();
    const account = scene.account('1')!.id;
    scene.hr.delete('person', '1');
    const { up, down } = await scene.sync();
    expect((await scene.changes(up)).map((change) => `${change.action} ${change.state}`)).toEqual(['disable applied', 'remove applied']);
    expect((await scene.changes(down)).map((change) => `${change.action} ${change.state}`).sort()).toEqual([
      'disable applied',
      'remove applied',
    ]);
    expect(scene.app.log.slice(-2)).toEqual([`disable person ${account}`, `remove person ${account}`]);
    for (let id = 2; id <= 20; id++) scene.hr.delete('person', String(id));
    await scene.sync();
    expect(scene.app.all('person')).toHaveLength(29);
    expect(scene.app.all('person').every((one) => one.enabled)).toBe(true);
  });
});

describe('disable, then delete after 30 days', () => {
  const later = { policy: { ...free, leaver: { gone: { disableThenDeleteAfterDays: 30 }, departed: { disableThenDeleteAfterDays: 30 } } } };

  it('disables now, asks after 30 days by the clock alone, and deletes with the approval', async () => {
    const scene = await openScene({ people: 5, up: later, down: later });
    await scene.sync();
    scene.hr.delete('person', '1');
    await scene.sync();
    expect((await scene.known('1'))!.lifecycle).toBe('suspended');
    expect(await scene.bench.held()).toEqual([]);
    scene.days(29);
    await scene.bench.tick();
    await scene.sync();
    expect(await scene.bench.held()).toEqual([]);
    scene.days(1);
    await scene.bench.tick();
    expect(await scene.bench.held()).toMatchObject([{ job: scene.up, action: 'remove' }]);
    await scene.bench.approveAll();
    expect(await scene.known('1')).toMatchObject({ lifecycle: 'absent' });
  });

  it('does the same for who has departed: disabled below at once, asked about after 30 days', async () => {
    const scene = await openScene({ people: 5, down: later, up: { policy: { leaver: { departed: 'keep' } } } });
    await scene.sync();
    scene.hr.set('person', '1', { endsAt: '2026-01-05' });
    await scene.sync();
    scene.days(1);
    await scene.bench.tick();
    await scene.sync();
    expect((await scene.known('1'))!.lifecycle).toBe('departed');
    expect(scene.account('1')).toMatchObject({ enabled: false });
    scene.days(30);
    await scene.bench.tick();
    expect(await question(scene, scene.down)).toMatchObject({ title: 'Person 1' });
    await scene.bench.approveAll();
    expect(scene.account('1')).toBeUndefined();
  });

  it('forgets the date when the person comes back in time', async () => {
    const scene = await openScene({ people: 5, up: later, down: later });
    await scene.sync();
    scene.hr.delete('person', '1');
    await scene.sync();
    scene.days(20);
    scene.hr.person('1', 'main');
    await scene.sync();
    scene.days(20);
    await scene.bench.tick();
    await scene.sync();
    expect((await scene.known('1'))!.lifecycle).toBe('active');
    expect(scene.account('1')).toMatchObject({ enabled: true });
    expect(await scene.bench.held()).toEqual([]);
  });

  it('asks again when the question expired unanswered', async () => {
    const scene = await openScene({ people: 5, up: later });
    await scene.bench.run(scene.up);
    scene.hr.delete('person', '1');
    await scene.bench.run(scene.up);
    scene.days(31);
    await scene.bench.tick();
    const [before] = await scene.bench.held();
    scene.days(31);
    await scene.bench.tick();
    await scene.bench.tick();
    const [again] = await scene.bench.held();
    expect(again!.id).not.toBe(before!.id);
  });

  it('is not forgotten when the source was away on the day', async () => {
    const scene = await openScene({ people: 5, up: later });
    await scene.bench.run(scene.up);
    scene.hr.delete('person', '1');
    await scene.bench.run(scene.up);
    scene.days(30);
    scene.hr.dials.unreachable = true;
    for (let tries = 0; tries < 10; tries++) {
      await scene.bench.tick();
      scene.bench.clock.advance(600_000);
    }
    scene.hr.dials.unreachable = false;
    await scene.bench.tick();
    expect(await scene.bench.held()).toMatchObject([{ action: 'remove' }]);
  });
});

describe('a protected account', () => {
  const shielded = {
    policy: {
      ...free,
      leaver: DELETE,
      protected: [
        { attribute: 'login', values: ['Admin'] },
        { attribute: 'kind', values: ['service'] },
      ],
    },
  };

  it('is never matched by a rule: the person is listed, the account stays as it is', async () => {
    const scene = await openScene({ people: 3, down: shielded });
    scene.app.put('person', 'root', { name: 'The Root', number: 'N-1', login: 'admin' });
    scene.app.put('person', 'robot', { name: 'The Robot', number: 'N-2', kind: 'service' });
    const before = [scene.app.get('person', 'root'), scene.app.get('person', 'robot')];
    await scene.sync();
    expect([scene.app.get('person', 'root'), scene.app.get('person', 'robot')]).toEqual(before);
    expect((await scene.items(scene.down)).map((item) => item.cause)).toEqual(['protected', 'protected']);
    expect(scene.account('3')).toBeDefined();
  });

  it('is not touched even where it was linked before: neither updated, disabled nor deleted', async () => {
    const scene = await openScene({ people: 4, up: deleting, down: shielded });
    for (const [id, more] of [
      ['1', { login: 'ADMIN' }],
      ['2', { kind: 'service' }],
    ] as const)
      scene.hr.set('person', id, more);
    await scene.sync();
    scene.app.set('person', scene.account('2')!.id, { kind: 'service' });
    const before = ['1', '2'].map((id) => scene.account(id));
    scene.hr.set('person', '1', { title: 'Boss' });
    scene.hr.delete('person', '2');
    await scene.sync();
    await scene.bench.approveAll();
    await scene.sync();
    await scene.bench.approveAll();
    expect(['1', '2'].map((id) => scene.account(id))).toEqual(before);
  });
});

describe('what a first run asks about', () => {
  /** Twelve people whose accounts are there already, with other titles than the directory gives them. */
  async function matched(): Promise<{ scene: Scene; titles: () => unknown[] }> {
    const scene = await openScene({ people: 12 });
    for (const person of scene.hr.all('person')) {
      scene.hr.set('person', person.id, { title: 'from HR', manager: person.id === '1' ? null : '1' });
      scene.app.put('person', `there-${person.id}`, { name: 'Somebody', number: `N-${person.id}`, title: 'their own' }, { membership: [] });
    }
    await scene.sync();
    return {
      scene,
      titles: () => scene.app.all('person').map((account) => [account.id, account.attributes.name, account.attributes.title]),
    };
  }

  it('waits for an answer however often the job runs, in full, for single people and by the clock, and is carried out when it comes', async () => {
    const { scene, titles } = await matched();
    const before = titles();
    expect(before).toHaveLength(12);
    expect(new Set(before.map((row) => String((row as string[])[2])))).toEqual(new Set(['their own']));
    const asked = async () => [...new Set((await scene.bench.held()).map((row) => `${row.question} of ${row.directory_id}`))].toSorted();
    const questions = await asked();
    expect(questions).toHaveLength(12);
    expect(questions.every((one) => one.startsWith('first-run:touched'))).toBe(true);
    const ids = (await scene.bench.objects('person')).map((one) => one.id);
    for (const id of ids.slice(0, 3)) await scene.bench.run(scene.down, { keys: [{ type: 'person', id }] });
    scene.days(1);
    await scene.bench.tick();
    await scene.bench.run(scene.down);
    expect(titles()).toEqual(before);
    expect(await asked()).toEqual(questions);
    await scene.bench.approveAll();
    expect(new Set(titles().map((row) => (row as string[])[2]))).toEqual(new Set(['from HR']));
    expect(await scene.bench.held()).toEqual([]);
  });
});
