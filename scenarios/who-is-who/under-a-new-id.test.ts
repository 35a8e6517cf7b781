// Accounts come back under new ids and are known again by what stays with them: what people have said of the old ids and of the new ones holds.
import { expect, it } from 'vitest';
import { ask } from '../../test/support/asking.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';

const byNote = { person: [{ attribute: 'note' }], department: [{ attribute: 'code' }] };
const bare = { name: null, number: null, mail: null, phone: null, login: null, title: null, note: null };

/** An app in which the number stays with an account when all ids change. */
async function openRenewing(): Promise<Scene> {
  const scene = await openScene({ people: 2, up: { policy: { guard: roomy } }, down: { correlation: byNote, policy: { guard: roomy } } });
  const { connector } = scene.app;
  const types = connector.manifest.types.map((type) => (type.id === 'person' ? { ...type, knownAgainBy: ['number'] } : type));
  await scene.bench.connection('app', { ...connector, manifest: { ...connector.manifest, types } }, {});
  return scene;
}

/** Person 2 has the account a2, which is shown as b2, too; what is decided is decided before a2 is there no more. */
async function renewed(scene: Scene, decide: (people: { one: string; two: string }, run: number) => Promise<unknown>): Promise<string> {
  scene.app.put('person', 'a2', { ...bare, name: 'Person 2', note: 'desk 2' });
  scene.hr.set('person', '2', { note: 'desk 2' });
  await scene.sync();
  const [one, two] = [(await scene.known('1'))!.id, (await scene.known('2'))!.id];
  scene.app.put('person', 'b2', { ...scene.app.get('person', 'a2')!.attributes, login: null, mail: null, phone: null });
  const { run } = await ask(scene, 'match.start', { job: scene.down });
  await scene.bench.engine.drain();
  await decide({ one, two }, run);
  scene.app.delete('person', 'a2');
  expect((await scene.bench.run(scene.down)).state).not.toBe('failed');
  return two;
}

const reject = (scene: Scene, run: number, object: string, account: string) =>
  ask(scene, 'match.reject', { job: scene.down, run, pairs: [{ object, account }] });
const owner = async (scene: Scene, account: string): Promise<string | undefined> =>
  (await ask(scene, 'link.list', { connection: 'app', type: 'person' })).links.find((link) => link.externalId === account)?.object;
const apart = async (scene: Scene): Promise<readonly (readonly [string, string])[]> =>
  (await ask(scene, 'match.rejected', { job: scene.down })).rejected.map((row) => [row.object, row.account.id] as const);

it('an account is known again by what stays with it', async () => {
  const scene = await openRenewing();
  const two = await renewed(scene, async () => undefined);
  expect(await owner(scene, 'b2')).toBe(two);
});

it('an account that somebody has said is not theirs is not taken for the one they had', async () => {
  const scene = await openRenewing();
  const two = await renewed(scene, async (people, run) =>
    expect(await reject(scene, run, people.two, 'b2')).toMatchObject({ rejected: 1 }),
  );
  expect(await owner(scene, 'b2')).toBeUndefined();
  expect(await apart(scene)).toEqual([[two, 'b2']]);
  expect(scene.app.get('person', 'b2')!.attributes).toMatchObject({ name: 'Person 2', mail: null });
});

it('an account that is protected under its new id alone keeps saying whose it is, gets no value and is not disabled, and nobody gets a second one', async () => {
  const scene = await openRenewing();
  const two = await renewed(scene, () =>
    ask(scene, 'protected.add', { connection: 'app', accounts: [{ type: 'person', externalId: 'b2' }], reason: 'emergency' }),
  );
  const { attributes, enabled } = scene.app.get('person', 'b2')!;
  expect(attributes).toMatchObject({ name: 'Person 2', mail: null });
  for (const [name, value] of [
    ['title', 'Chief'],
    ['status', 'departed'],
  ] as const) {
    scene.hr.set('person', '2', { [name]: value });
    await scene.sync();
    expect(await owner(scene, 'b2')).toBe(two);
    expect(scene.app.get('person', 'b2')).toMatchObject({ attributes, enabled });
    expect(scene.app.all('person')).toHaveLength(2);
  }
});

it('somebody whom neither the old nor the new id belongs to is kept apart from the account, and no run fails', async () => {
  const scene = await openRenewing();
  let who = '';
  const two = await renewed(scene, async ({ one }, run) => {
    who = one;
    await reject(scene, run, one, 'a2');
    await reject(scene, run, one, 'b2');
  });
  expect(await owner(scene, 'b2')).toBe(two);
  expect(await apart(scene)).toEqual([[who, 'b2']]);
});

it('an account that was protected under both ids stays protected, and no run fails', async () => {
  const scene = await openRenewing();
  scene.app.put('person', 'r1', { ...bare, name: 'Robot', number: 'R-1' });
  await scene.sync();
  scene.app.put('person', 'r2', { ...bare, name: 'Robot', number: 'R-1' });
  await scene.bench.run(scene.down, { dryRun: true });
  for (const externalId of ['r1', 'r2'])
    await ask(scene, 'protected.add', { connection: 'app', accounts: [{ type: 'person', externalId }], reason: 'robot' });
  scene.app.delete('person', 'r1');
  for (let runs = 0; runs < 2; runs++) expect((await scene.bench.run(scene.down)).state).not.toBe('failed');
  const rows = (await ask(scene, 'protected.list', { connection: 'app' })).accounts;
  expect(rows.map((row) => row.externalId)).toEqual(['r2']);
});
