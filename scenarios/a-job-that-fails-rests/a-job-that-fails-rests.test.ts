// On-error of a job: tried again after a growing pause, then quarantined and tried at a slower beat, back by itself.
import { describe, expect, it } from 'vitest';
import { ConnectorError, type ErrorKind } from '../../src/connector-kit/errors.ts';
import { getJob } from '../../src/store/jobs.ts';
import { ask, refusal } from '../../test/support/asking.ts';
import { hooked } from '../../test/support/hooked.ts';
import { openScene, roomy, type JobPart, type Scene } from '../../test/support/plain-scene.ts';

const MINUTE = 60_000;
const label = (text: string) => ({ en: text, zh: text });

/** A source that answers with this error while there is one. */
async function failing(up: JobPart) {
  const scene = await openScene({ people: 3, up: { policy: { guard: roomy }, ...up } });
  const fault: { kind: ErrorKind | null } = { kind: null };
  await scene.bench.connection(
    'hr',
    hooked(scene.hr.connector, {
      beforePage: () => {
        if (fault.kind) throw new ConnectorError(fault.kind, label(`The source says ${fault.kind}.`));
      },
      beforeGet: () => {
        if (fault.kind) throw new ConnectorError(fault.kind, label(`The source says ${fault.kind}.`));
      },
    }),
    {},
  );
  return { scene, fault };
}
const jobOf = async (scene: Scene) => (await getJob(scene.bench.database, scene.up))!;
const told = async (scene: Scene) => (await ask(scene, 'notice.list', { limit: 100 })).notices.map((row) => row.kind).reverse();
const pass = async (scene: Scene, minutes: number) => {
  scene.bench.clock.advance(minutes * MINUTE);
  return (await scene.bench.tick()).map((run) => ({ cause: run.cause, mode: run.mode, state: run.state }));
};
const by = { trigger: { kind: 'schedule', every: 'hour' }, onError: { tries: 3, pauseSeconds: 60, quarantineMinutes: 240 } } as const;

describe('a scheduled job whose source fails', () => {
  it('is tried again after growing pauses, then rests, is tried at a slower beat, and is as before once it works', async () => {
    const { scene, fault } = await failing(by);
    expect(await pass(scene, 0)).toEqual([]);
    expect(await pass(scene, 60)).toMatchObject([{ cause: 'schedule', state: 'succeeded' }]);

    // What may pass by itself is tried again: after one minute, then after two.
    fault.kind = 'transient';
    expect(await pass(scene, 60)).toMatchObject([{ cause: 'schedule', state: 'waiting' }]);
    expect(await pass(scene, 1)).toMatchObject([{ state: 'waiting' }]);
    expect(await pass(scene, 1)).toEqual([]);
    expect(await pass(scene, 1)).toMatchObject([{ state: 'failed' }]);
    expect(await jobOf(scene)).toMatchObject({ state: 'quarantined', resumes: 'enabled' });
    expect((await ask(scene, 'job.list', {})).jobs[0]).toMatchObject({
      state: 'quarantined',
      stateReason: label('The source says transient.'),
      nextDueAt: scene.bench.clock.now() + 240 * MINUTE,
    });

    // Its schedule says nothing now; the slower beat does, and every try that fails is nothing new.
    expect(await pass(scene, 120)).toEqual([]);
    fault.kind = 'credentials';
    expect(await pass(scene, 120)).toEqual([{ cause: 'quarantine', mode: 'full', state: 'failed' }]);
    expect(await pass(scene, 239)).toEqual([]);
    expect(await told(scene)).toEqual(['run-succeeded', 'run-failed', 'job-quarantined']);
    expect((await jobOf(scene)).state_reason).toContain('credentials');

    scene.hr.person('4', 'main');
    fault.kind = null;
    expect(await pass(scene, 1)).toEqual([{ cause: 'quarantine', mode: 'full', state: 'succeeded' }]);
    expect(await scene.known('4')).toBeDefined();
    expect(await jobOf(scene)).toMatchObject({ state: 'enabled', state_reason: null, resumes: null });
    expect((await told(scene)).slice(3)).toEqual(['run-recovered']);
    await pass(scene, 0);
    expect(await pass(scene, 60)).toMatchObject([{ cause: 'schedule', state: 'succeeded' }]);
    const log = (await ask(scene, 'audit.list', { subject: `job:${scene.up}` })).entries;
    expect(log.filter((entry) => entry.actor === 'quarantine').map((entry) => entry.action)).toEqual(['job.enabled', 'job.quarantined']);
  });

  it('rests at once where trying again brings the same, can be tried by hand and disabled, and goes back to the pilot it was', async () => {
    const { scene, fault } = await failing({ ...by, pilot: { people: { include: ['1'] } } });
    await scene.bench.run(scene.up, { dryRun: true });
    await ask(scene, 'job.state', { job: scene.up, state: 'pilot' });
    await pass(scene, 0);
    fault.kind = 'credentials';
    expect(await pass(scene, 60)).toMatchObject([{ cause: 'schedule', state: 'failed' }]);
    expect(await jobOf(scene)).toMatchObject({ state: 'quarantined', resumes: 'pilot' });
    // A short run that works does not prove that nothing was missed.
    fault.kind = null;
    await scene.bench.run(scene.up, { keys: [{ type: 'person', id: '1' }] });
    expect((await jobOf(scene)).state).toBe('quarantined');
    expect((await scene.bench.run(scene.up)).state).toBe('succeeded');
    expect((await jobOf(scene)).state).toBe('pilot');
    fault.kind = 'permission';
    await scene.bench.run(scene.up);
    expect((await jobOf(scene)).state).toBe('quarantined');
    expect(await refusal(ask(scene, 'job.state', { job: scene.up, state: 'disabled', seen: true }))).toBe('done');
    expect(await pass(scene, 1000)).toEqual([]);
  });
});

it('a job that only people start is never quarantined: they see how its run ends', async () => {
  const { scene, fault } = await failing({});
  fault.kind = 'credentials';
  expect((await scene.bench.run(scene.up)).state).toBe('failed');
  expect((await jobOf(scene)).state).toBe('enabled');
});
