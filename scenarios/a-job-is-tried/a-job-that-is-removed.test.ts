// What a job has done stays on record under the name that it had, wherever it is told, after the job is removed.
import { expect, it } from 'vitest';
import { ask } from '../../test/support/asking.ts';
import { openApi } from '../../test/support/api-scene.ts';
import { roomy } from '../../test/support/plain-scene.ts';

const policy = { guard: roomy, leaver: { gone: 'delete' } } as const;

it('its runs keep its name in lists, on their page, in files and in the recycle bin, and it is said that it was removed', async () => {
  const api = await openApi({ people: 3, up: { policy }, down: { policy } });
  const { scene } = api;
  await scene.sync();
  scene.hr.delete('person', '3');
  for (let again = 0; again < 2; again++) {
    await scene.sync();
    await scene.bench.approveAll();
  }
  const last = await scene.bench.run(scene.up);
  const nameOf = async () => (await ask(scene, 'run.get', { run: last.id })).run;
  expect(await nameOf()).toMatchObject({ jobName: 'hr in', jobRemoved: false });
  await ask(scene, 'job.state', { job: scene.up, state: 'disabled', seen: true });
  await ask(scene, 'job.remove', { job: scene.up, seen: true });
  // Its name may be given to another one.
  const successor = await scene.addJob(scene.hr, 'up', { policy });
  await scene.bench.run(successor);

  const removed = { jobName: 'hr in', jobRemoved: true };
  expect(await nameOf()).toMatchObject(removed);
  const { runs } = await ask(scene, 'run.list', { limit: 100 });
  for (const run of runs)
    expect(run).toMatchObject(run.job === scene.up ? removed : { jobName: run.job === successor ? 'hr in' : 'app out', jobRemoved: false });
  expect(runs.filter((run) => run.jobRemoved).length).toBeGreaterThan(3);
  const { gone } = await ask(scene, 'directory.gone', {});
  expect(gone.map(({ title, jobName, jobRemoved }) => ({ title, jobName, jobRemoved }))).toEqual([{ title: 'Person 3', ...removed }]);
  const { entries } = await ask(scene, 'history.list', { object: gone[0]!.id });
  expect(new Set(entries.filter((entry) => entry.run !== null).map((entry) => entry.jobName))).toContain('hr in');
  for (const list of ['runs', 'history'])
    expect(String((await api.ask('GET', `/exports/${list}?format=csv`)).body), list).not.toMatch(/,#\d/);
});
