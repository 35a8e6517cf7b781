// Accounts of people whom the scope of a job leaves out are left over, and the list of the comparison says whose they seem to be.
import { expect, it } from 'vitest';
import { ask } from '../../test/support/asking.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';

const none = { name: null, number: null, mail: null, phone: null, login: null, title: null };

/** Of four people two work in the team below the lab; the app has an account of each of these, one of somebody else, and one that no person has. */
async function withAccounts(): Promise<Scene> {
  const scene = await openScene({ people: 2, up: { policy: { guard: roomy } }, down: { policy: { guard: roomy } } });
  const { hr, app } = scene;
  hr.department('lab');
  hr.department('team', 'lab');
  for (const id of ['3', '4']) hr.person(id, 'team');
  app.put('person', 'a1', { ...none, name: 'Old 1', number: 'N-1' });
  app.put('person', 'a3', { ...none, name: 'Old 3', mail: '3@EXAMPLE.com' });
  app.put('person', 'a4', { ...none, name: 'Old 4', number: 'N-4' });
  app.put('person', 'robot', { ...none, name: 'Backup robot', login: 'backup' });
  await scene.bench.run(scene.up);
  return scene;
}

async function leftOver({ bench, down }: Scene) {
  await ask({ bench }, 'match.start', { job: down });
  await bench.engine.drain();
  const { rows } = await ask({ bench }, 'match.list', { job: down, kind: 'nobody' });
  return rows.map((row) => [row.id, row.looksLike && [row.looksLike.title, row.looksLike.account]]);
}

const leaveOut = (scene: Scene, scope: object) =>
  ask(scene, 'job.update', { job: scene.down, settings: { scope } as never, withoutForecast: true });

it('an account with the mail or number of somebody whose department is left out says so; one of nobody says nothing', async () => {
  const scene = await withAccounts();
  const lab = (await scene.bench.objects('department')).find((row) => row.data.code === 'lab')!.id;
  await leaveOut(scene, { departments: { exclude: [lab] } });
  expect(await leftOver(scene)).toEqual([
    ['a3', ['Person 3', null]],
    ['a4', ['Person 4', null]],
    ['robot', null],
  ]);
});

it('so does one of somebody who is left out by an expression, and none of whom somebody has said that they are not theirs', async () => {
  const scene = await withAccounts();
  await leaveOut(scene, { rules: { person: 'employeeNumber != "N-3"' } });
  expect(await leftOver(scene)).toEqual([
    ['a3', ['Person 3', null]],
    ['robot', null],
  ]);
  // Who is in the scope is compared: what was refused of them is not taken for left out.
  const run = (await ask(scene, 'match.get', { job: scene.down })).run!;
  await ask(scene, 'match.reject', { job: scene.down, run, pairs: [{ object: (await scene.known('4'))!.id, account: 'a4' }] });
  expect(await leftOver(scene)).toEqual([
    ['a3', ['Person 3', null]],
    ['a4', null],
    ['robot', null],
  ]);
});
