// A SCIM app that describes nothing, ignores filters and forgets attributes: what it does not keep is not written again and again.
import { expect, it } from 'vitest';
import { sentences } from '../../test/support/plain-scene.ts';
import { scimScene } from './scene.ts';

it('the second run writes nothing although the app forgets titles, and a change is written once', async () => {
  const scene = await scimScene('sloppy');
  const { app, hr } = scene;
  const hire = (n: number, more: Record<string, string> = {}): void => scene.hire(n, { ...(n > 1 ? { manager: '1' } : {}), ...more });
  for (let n = 1; n <= 12; n += 1) hire(n);
  hr.group('g', [
    ['person', '1'],
    ['person', '2'],
  ]);
  /** Requests that wrote, and how the run into the app ended. */
  const sync = async () => {
    const { run, wrote } = await scene.sync();
    return { state: run.state, applied: run.counts.applied ?? 0, wrote, says: sentences(run) };
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
