// How large the directory and each job are.
import { expect, it } from 'vitest';
import { openApi } from '../support/api-scene.ts';

it('people, departments and groups are counted in the directory and for each job, those removed apart', async () => {
  const { ask, scene } = await openApi({ people: 4 });
  await scene.sync();
  const { directory, jobs } = (await ask('GET', '/sizes')).body;
  expect(directory).toEqual({ person: 4, department: 1, group: 0, people: { active: 4 }, removed: 0 });
  expect(jobs.length).toBeGreaterThan(0);
  for (const job of jobs) expect(job).toMatchObject({ person: 4, department: 1, group: 0 });
});
