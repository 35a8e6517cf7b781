// A SCIM app that describes nothing, ignores filters and forgets attributes: what it does not keep is not written again and again.
import { expect, it, onTestFinished } from 'vitest';
import { scim } from '../../src/connectors/scim/index.ts';
import { simulate } from '../../src/connectors/scim/simulator.ts';
import { byNumber, PlainSystem, plainUp } from '../../test/support/plain-system.ts';
import { roomy, sentences } from '../../test/support/plain-scene.ts';
import { openWorkbench } from '../../test/support/workbench.ts';

it('the second run writes nothing although the app forgets titles, and a change is written once', async () => {
  const bench = await openWorkbench();
  const app = await simulate({ clock: bench.clock, options: { mood: 'sloppy' } });
  onTestFinished(async () => {
    await app.stop();
    await bench.close();
  });
  const hr = new PlainSystem('hr');
  hr.department('d');
  const hire = (n: number, more: Record<string, string> = {}): void =>
    hr.person(String(n), 'd', { login: `user${n}`, title: 'old', ...(n > 1 ? { manager: '1' } : {}), ...more });
  for (let n = 1; n <= 12; n += 1) hire(n);
  hr.group('g', [
    ['person', '1'],
    ['person', '2'],
  ]);
  await bench.connection('hr', hr.connector, {});
  await bench.connection('app', scim, app.config);
  const policy = { guard: roomy };
  const up = await bench.job({ name: 'in', connection: 'hr', direction: 'up', mapping: plainUp(), correlation: byNumber.up, policy });
  const down = await bench.job({ name: 'out', connection: 'app', direction: 'down', ...scim.manifest.defaults.down!, policy });
  /** Requests that wrote, and how the run into the app ended. */
  const sync = async () => {
    const before = app.writes();
    await bench.run(up);
    const run = await bench.run(down);
    const { state, counts } = run;
    return { state, applied: counts.applied ?? 0, wrote: app.writes() - before, says: sentences(run) };
  };
  const names = () =>
    app.state
      .list('Users')
      .map((user) => String(user.displayName))
      .sort();

  // What it forgets is said once, and not written again.
  expect(await sync()).toMatchObject({
    state: 'warnings',
    says: expect.stringMatching(/shows what was there before: job title\. .*\(12 objects\)$/),
  });
  expect(app.state.list('Users')).toHaveLength(12);
  expect(app.state.list('Users').some((user) => 'title' in user)).toBe(false);
  expect(await sync()).toEqual({ state: 'succeeded', applied: 0, wrote: 0, says: '' });

  hire(3, { name: '新名字', title: 'new' });
  expect(await sync()).toMatchObject({ state: 'warnings', applied: 1, says: expect.stringContaining('job title') });
  expect(names()).toContain('新名字');
  expect(await sync()).toEqual({ state: 'succeeded', applied: 0, wrote: 0, says: '' });
});
