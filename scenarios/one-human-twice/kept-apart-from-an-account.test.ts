// One of two people who are made one was kept apart from an account: whoever they are now is, too, and taking the merge back leaves nothing of it.
import { expect, it } from 'vitest';
import { ask } from '../../test/support/asking.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';
import { PlainSystem } from '../../test/support/plain-system.ts';

const byNote = { person: [{ attribute: 'note' }], department: [{ attribute: 'code' }] };
const bare = { name: null, number: null, mail: null, phone: null, login: null, title: null, note: null };

/** One human by two sources; an account of nobody to which a rule leads the one of them. */
async function openTwin(): Promise<Scene & { readonly one: string; readonly twin: string }> {
  const scene = await openScene({
    people: 1,
    up: { policy: { guard: roomy, nullFallsThrough: ['nickname'] } },
    down: { correlation: byNote, policy: { guard: roomy } },
  });
  const crm = new PlainSystem('crm');
  await scene.bench.connection('crm', crm.connector, {});
  const job = await scene.addJob(crm, 'up', { policy: { guard: roomy }, rank: 50 });
  crm.department('lab');
  crm.person('c1', 'lab', { note: 'desk 9' });
  await scene.bench.run(scene.up);
  await scene.bench.run(job);
  scene.app.put('person', 'a9', { ...bare, name: 'Robot', note: 'desk 9' });
  return { ...scene, one: (await scene.known('1'))!.id, twin: (await scene.known('c1'))!.id };
}

async function part(scene: Scene, object: string): Promise<void> {
  const { run } = await ask(scene, 'match.start', { job: scene.down });
  await scene.bench.engine.drain();
  expect(await ask(scene, 'match.reject', { job: scene.down, run, pairs: [{ object, account: 'a9' }] })).toMatchObject({ rejected: 1 });
}

async function merge(scene: Scene, person: string, into: string): Promise<void> {
  const { token } = await ask(scene, 'person.merge-preview', { person, into, accounts: {} });
  await ask(scene, 'person.merge', { person, into, token });
  await scene.bench.engine.drain();
  await scene.bench.approveAll();
}

const takeBack = async (scene: Scene): Promise<void> => {
  const [merged] = await scene.bench.database.all<{ run: number }>('SELECT run FROM merged');
  await ask(scene, 'undo.start', { run: Number(merged!.run) });
  await scene.bench.engine.drain();
  await scene.bench.approveAll();
};

const apart = async (scene: Scene): Promise<readonly (readonly [string, string])[]> =>
  (await ask(scene, 'match.rejected', { job: scene.down })).rejected.map((row) => [row.object, row.account.id] as const);
const owner = async (scene: Scene): Promise<string | undefined> =>
  (await ask(scene, 'link.list', { connection: 'app', type: 'person' })).links.find((link) => link.externalId === 'a9')?.object;

it('the account that was not theirs is not theirs after a merge either, and is found for nobody', async () => {
  const scene = await openTwin();
  const { one, twin } = scene;
  await part(scene, twin);
  await merge(scene, twin, one);
  expect((await scene.people()).find((person) => person.id === twin)?.lifecycle ?? 'absent').toBe('absent');
  // What the rule goes by has come along, and so has what was said.
  expect((await scene.people()).find((person) => person.id === one)!.attributes.nickname).toBe('desk 9');
  expect(await apart(scene)).toEqual([[one, 'a9']]);
  expect((await ask(scene, 'match.rejected', { job: scene.down })).rejected).toMatchObject([{ by: 'ann' }]);
  await scene.bench.run(scene.down);
  expect(await owner(scene)).toBeUndefined();
  expect(scene.app.get('person', 'a9')!.attributes).toMatchObject({ name: 'Robot', number: null });
  expect(scene.account('1')).toBeDefined();

  await takeBack(scene);
  expect(await apart(scene)).toEqual([[twin, 'a9']]);
});

it('what was said of both is still said of both when the merge was taken back', async () => {
  const scene = await openTwin();
  const { one, twin } = scene;
  await part(scene, one);
  scene.days(1);
  await part(scene, twin);
  const before = (await apart(scene)).toSorted();
  await merge(scene, twin, one);
  expect(await apart(scene)).toEqual([[one, 'a9']]);
  await takeBack(scene);
  expect((await apart(scene)).toSorted()).toEqual(before);
});

it('an account that is theirs is not kept apart from them by what was said of the other one', async () => {
  const scene = await openTwin();
  const { one, twin } = scene;
  await part(scene, twin);
  const links = [{ type: 'person', externalId: 'a9', object: one }];
  await ask(scene, 'link.import', {
    connection: 'app',
    links,
    check: (await ask(scene, 'link.check', { connection: 'app', links })).check,
  });
  await merge(scene, twin, one);
  expect(await apart(scene)).toEqual([]);
  await scene.bench.run(scene.down);
  expect([await owner(scene), scene.app.get('person', 'a9')!.attributes.number]).toEqual([one, 'N-1']);
});
