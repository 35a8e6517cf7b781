// A run was refused by its system; somebody mends the credential and checks it: what waits says so before the next run.
import { describe, expect, it } from 'vitest';
import { ConnectorError } from '../../src/connector-kit/errors.ts';
import type { Connector } from '../../src/connector-kit/contract.ts';
import type { JobSettingsInput } from '../../src/core/job-settings.ts';
import { ask } from '../../test/support/asking.ts';
import { hooked } from '../../test/support/hooked.ts';
import { openScene, roomy } from '../../test/support/plain-scene.ts';

const label = (text: string) => ({ en: text, zh: text });

/** A source that lets nobody in while its password is wrong, and says so when it is checked. */
async function refusing(trigger: NonNullable<JobSettingsInput['trigger']>) {
  const scene = await openScene({ people: 2, up: { policy: { guard: roomy }, trigger } });
  const far = { isWrong: false };
  const refuse = (): void => {
    if (far.isWrong) throw new ConnectorError('credentials', label('The password is refused.'));
  };
  const source = hooked(scene.hr.connector, { beforePage: refuse });
  const connector: Connector = {
    ...source,
    async open(context) {
      const connection = await source.open(context);
      return {
        ...connection,
        async check(request) {
          const report = await connection.check(request);
          return { ...report, findings: [...report.findings, { level: 'signed-in', ok: !far.isWrong, message: label('sign-in') }] };
        },
      };
    },
  };
  await scene.bench.connection('hr', connector, {});
  const { clock } = scene.bench;
  return {
    scene,
    far,
    later: () => clock.advance(1000),
    run: () => scene.bench.run(scene.up),
    check: () => ask(scene, 'connection.check', { connection: 'hr' }),
    waits: async () =>
      (await ask(scene, 'waiting.list', {})).waiting.map((entry) => ({
        kind: entry.kind,
        title: entry.title.en,
        detail: entry.detail?.en,
        settle: entry.settle.map((way) => way.operation),
      })),
  };
}

const works = { title: 'The credential works again: the job has not run since', settle: ['run.start'] };

describe.each([
  ['run-failed', { kind: 'manual' }],
  ['job-quarantined', { kind: 'schedule', every: 'hour' }],
] as const)('a job whose credential was refused (%s)', (kind, trigger) => {
  it('waits for the credential; after a check that signed in it waits for a run only, and a run ends it', async () => {
    const { scene, far, run, check, waits, later } = await refusing(trigger);
    await run();
    // A check that was good before the failure proves nothing.
    await check();
    later();
    far.isWrong = true;
    const failed = await run();
    expect(failed.state).toBe('failed');
    const remedy = async (of: number) => (await ask(scene, 'run.get', { run: of })).remedy;
    expect(await remedy(failed.id)).toEqual({ connection: 'hr', connectionName: 'hr', renew: true });
    const refused = { kind, detail: 'The password is refused.', settle: ['connection.renew', 'run.start'] };
    expect(await waits()).toMatchObject([refused]);
    later();
    await check();
    expect(await waits()).toMatchObject([refused]);
    far.isWrong = false;
    await check();
    expect(await waits()).toMatchObject([{ kind, ...works }]);
    expect(await remedy(failed.id)).toMatchObject({ connection: 'hr', renew: false });
    // The last check counts.
    far.isWrong = true;
    await check();
    expect(await waits()).toMatchObject([refused]);
    far.isWrong = false;
    await check();
    const good = await run();
    expect([good.state, await remedy(good.id)]).toEqual(['succeeded', null]);
    expect(await waits()).toEqual([]);
  });
});
