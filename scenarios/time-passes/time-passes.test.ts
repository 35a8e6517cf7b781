// First days, last days, rehires: what happens by the clock alone, in the time zone of the person.
import { describe, expect, it } from 'vitest';
import { ask } from '../../test/support/asking.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';

const at = (iso: string): number => Date.parse(iso);
const policy = { policy: { guard: roomy } };

/** Moves the clock to a moment, sweeps, and lets the changed directory flow on. */
async function clock(scene: Scene, iso: string): Promise<void> {
  scene.bench.clock.advance(at(iso) - scene.bench.clock.now());
  await scene.bench.tick();
  await scene.bench.run(scene.down);
}

describe('a first day', () => {
  const zones: readonly [zone: string | null, before: string, after: string][] = [
    ['Asia/Shanghai', '2026-02-28T15:59:00Z', '2026-02-28T16:00:01Z'],
    ['America/New_York', '2026-03-01T04:59:00Z', '2026-03-01T05:00:01Z'],
    ['Pacific/Kiritimati', '2026-02-28T09:59:00Z', '2026-02-28T10:00:01Z'],
    [null, '2026-02-28T23:59:00Z', '2026-03-01T00:00:01Z'],
  ];
  it.each(zones)('in %s comes at its midnight: no account before, one after', async (timeZone, before, after) => {
    const scene = await openScene({ people: 1, up: policy, down: policy });
    scene.hr.set('person', '1', { startsAt: '2026-03-01', timeZone });
    await scene.sync();
    expect((await scene.known('1'))!.lifecycle).toBe('pre-hire');
    await clock(scene, before);
    expect((await scene.known('1'))!.lifecycle).toBe('pre-hire');
    expect(scene.account('1')).toBeUndefined();
    await clock(scene, after);
    expect((await scene.known('1'))!.lifecycle).toBe('active');
    expect(scene.account('1')).toMatchObject({ enabled: true });
  });

  it('of somebody without a time zone is one of the installation, also when that is decided while they wait', async () => {
    const scene = await openScene({ people: 2, up: policy, down: policy });
    scene.hr.set('person', '1', { startsAt: '2026-03-01' });
    scene.hr.set('person', '2', { startsAt: '2026-03-01', timeZone: 'UTC' });
    await scene.sync();
    await clock(scene, '2026-02-28T16:00:01Z');
    const states = async () => [(await scene.known('1'))!.lifecycle, (await scene.known('2'))!.lifecycle];
    expect(await states()).toEqual(['pre-hire', 'pre-hire']);
    await ask(scene, 'settings.change', { timeZone: 'Asia/Shanghai' });
    await clock(scene, '2026-02-28T16:00:02Z');
    expect(await states()).toEqual(['active', 'pre-hire']);
    expect(scene.account('1')).toMatchObject({ enabled: true });
    scene.hr.set('person', '1', { endsAt: '2026-03-09' });
    await scene.sync();
    await clock(scene, '2026-03-09T16:00:01Z');
    expect(await states()).toEqual(['departed', 'active']);
  });

  it('that is moved is kept at its new date', async () => {
    const scene = await openScene({ people: 1, up: policy, down: policy });
    scene.hr.set('person', '1', { startsAt: '2026-03-01' });
    await scene.sync();
    scene.hr.set('person', '1', { startsAt: '2026-04-01' });
    await scene.sync();
    await clock(scene, '2026-03-02T00:00:00Z');
    expect((await scene.known('1'))!.lifecycle).toBe('pre-hire');
    await clock(scene, '2026-04-01T00:00:01Z');
    expect((await scene.known('1'))!.lifecycle).toBe('active');
  });
});

describe('a last day', () => {
  it('is worked to its end: departed and disabled when the next day begins, in the zone of the person', async () => {
    const scene = await openScene({ people: 2, up: policy, down: policy });
    // The night in which the clocks of New York go forward.
    scene.hr.set('person', '1', { endsAt: '2026-03-08', timeZone: 'America/New_York' });
    await scene.sync();
    await clock(scene, '2026-03-09T03:59:00Z');
    expect(await scene.known('1')).toMatchObject({ lifecycle: 'active' });
    await clock(scene, '2026-03-09T04:00:01Z');
    expect(await scene.known('1')).toMatchObject({ lifecycle: 'departed' });
    expect(scene.account('1')).toMatchObject({ enabled: false });
    expect(scene.account('2')).toMatchObject({ enabled: true });
  });

  it('fires although the source has been away since, as soon as it answers', async () => {
    const scene = await openScene({ people: 1, up: policy, down: policy });
    scene.hr.set('person', '1', { endsAt: '2026-02-01' });
    await scene.sync();
    scene.hr.dials.unreachable = true;
    await clock(scene, '2026-02-02T00:00:01Z');
    await clock(scene, '2026-02-02T05:00:00Z');
    scene.hr.dials.unreachable = false;
    await clock(scene, '2026-02-02T06:00:00Z');
    await clock(scene, '2026-02-02T07:00:00Z');
    expect((await scene.known('1'))!.lifecycle).toBe('departed');
  });

  it('starts the days until the deletion, also in the directory', async () => {
    const leaver = { policy: { guard: roomy, leaver: { departed: { disableThenDeleteAfterDays: 30 } } } };
    const scene = await openScene({ people: 2, up: leaver, down: policy });
    scene.hr.set('person', '1', { endsAt: '2026-02-01' });
    await scene.sync();
    await clock(scene, '2026-02-02T00:00:01Z');
    expect(await scene.bench.held()).toEqual([]);
    await clock(scene, '2026-03-04T00:00:10Z');
    expect(await scene.bench.held()).toMatchObject([
      { job: scene.up, action: 'remove', title: 'Person 1' },
      { job: scene.down, action: 'remove' },
    ]);
  });

  it('that is put off in time takes nothing away', async () => {
    const scene = await openScene({ people: 1, up: policy, down: policy });
    scene.hr.set('person', '1', { endsAt: '2026-02-01' });
    await scene.sync();
    scene.hr.set('person', '1', { endsAt: '2026-12-31' });
    await scene.sync();
    await clock(scene, '2026-02-02T00:00:01Z');
    expect(scene.account('1')).toMatchObject({ enabled: true });
    scene.hr.set('person', '1', { endsAt: null });
    await scene.sync();
    await clock(scene, '2027-01-02T00:00:00Z');
    expect((await scene.known('1'))!.lifecycle).toBe('active');
  });
});

describe('a rehire', () => {
  it('after a departure is the same person with the same account, enabled again', async () => {
    const scene = await openScene({ people: 2, up: policy, down: policy });
    await scene.sync();
    const [person, account] = [(await scene.known('1'))!, scene.account('1')!];
    scene.hr.set('person', '1', { status: 'departed' });
    await scene.sync();
    expect(scene.account('1')).toMatchObject({ enabled: false });
    scene.hr.set('person', '1', { status: 'active', title: 'again' });
    await scene.sync();
    expect(await scene.known('1')).toMatchObject({ id: person.id, lifecycle: 'active' });
    expect(scene.account('1')).toMatchObject({ id: account.id, enabled: true, attributes: { title: 'again' } });
  });

  it('after the last day, with a new first day, waits for it', async () => {
    const scene = await openScene({ people: 1, up: policy, down: policy });
    scene.hr.set('person', '1', { endsAt: '2026-01-10' });
    await scene.sync();
    await clock(scene, '2026-01-12T00:00:00Z');
    expect(scene.account('1')).toMatchObject({ enabled: false });
    scene.hr.set('person', '1', { startsAt: '2026-06-01', endsAt: null });
    await scene.sync();
    expect((await scene.known('1'))!.lifecycle).toBe('pre-hire');
    expect(scene.account('1')).toMatchObject({ enabled: false });
    await clock(scene, '2026-06-01T00:00:01Z');
    expect(scene.account('1')).toMatchObject({ enabled: true });
  });

  it('after the deletion in the directory is the same person again, and gets an account again', async () => {
    const DELETE = { policy: { guard: roomy, leaver: { gone: 'delete' } } } as const;
    const scene = await openScene({ people: 2, up: DELETE, down: DELETE });
    await scene.sync();
    const { id } = (await scene.known('1'))!;
    scene.hr.delete('person', '1');
    for (let again = 0; again < 2; again++) {
      await scene.sync();
      await scene.bench.approveAll();
    }
    expect(scene.account('1')).toBeUndefined();
    scene.hr.person('1', 'main');
    await scene.sync();
    expect(await scene.known('1')).toMatchObject({ id, lifecycle: 'active', departments: ['main'] });
    expect(scene.account('1')).toMatchObject({ enabled: true });
    expect(await scene.people()).toHaveLength(2);
  });

  it('under a new number in the source is listed for somebody to link, and is not a second person', async () => {
    const scene = await openScene({
      people: 2,
      up: { ...policy, correlation: { person: [{ attribute: 'employeeNumber' }, { attribute: 'email' }] } },
      down: policy,
    });
    await scene.sync();
    scene.hr.delete('person', '1');
    await scene.sync();
    scene.hr.person('9', 'main', { mail: '1@example.com' });
    await scene.sync();
    expect(await scene.people()).toHaveLength(2);
    expect(await scene.items()).toMatchObject([
      { who: '9', cause: 'ambiguous', says: expect.stringContaining('already belongs to another record') },
    ]);
  });
});
