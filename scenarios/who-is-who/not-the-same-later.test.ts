// That two are not the same, and that they are after all, is followed by runs about what changed since, too; by itself it starts none.
import { describe, expect, it } from 'vitest';
import { ask } from '../../test/support/asking.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';
import { speaking } from '../../test/support/speaking.ts';

const byNote = { person: [{ attribute: 'note' }], department: [{ attribute: 'code' }] };
const bare = { name: null, number: null, mail: null, phone: null, login: null, title: null, note: null };

async function compare(scene: Scene): Promise<void> {
  await ask(scene, 'match.start', { job: scene.down });
  await scene.bench.engine.drain();
}
const part = async (scene: Scene, object: string, account: string) =>
  ask(scene, 'match.reject', {
    job: scene.down,
    run: (await ask(scene, 'match.get', { job: scene.down })).run!,
    pairs: [{ object, account }],
  });
/** Account → whose it is. */
const owners = async (scene: Scene): Promise<Record<string, string>> =>
  Object.fromEntries(
    (await ask(scene, 'link.list', { connection: 'app', type: 'person' })).links.map((link) => [link.externalId, link.object]),
  );
const since = (scene: Scene) => scene.bench.run(scene.down, { mode: 'incremental' });
const runs = async (scene: Scene) => (await ask(scene, 'run.list', { limit: 100 })).runs.length;
const entriesOf = async (scene: Scene, object: string) =>
  (await ask(scene, 'history.list', { object, limit: 100 })).entries.map((entry) => [entry.action, entry.by.en, entry.link]);

describe('a run about what changed since', () => {
  it('gives the account that is left to whom it had left out between two, once one of them is said not to be theirs', async () => {
    const scene = await openScene({ people: 1, up: { policy: { guard: roomy } }, down: { correlation: byNote, policy: { guard: roomy } } });
    await scene.sync();
    scene.hr.person('3', 'main', { note: 'desk 3' });
    for (const id of ['a3', 'b3']) scene.app.put('person', id, { ...bare, name: 'Robot', note: 'desk 3' });
    await scene.bench.run(scene.up);
    await scene.bench.run(scene.down);
    const three = (await scene.known('3'))!.id;
    expect((await scene.items(scene.down)).map((item) => [item.who, item.cause])).toEqual([[three, 'ambiguous']]);
    await compare(scene);
    await part(scene, three, 'a3');
    expect(await entriesOf(scene, three)).toContainEqual(['apart', 'by ann', { connection: 'app', externalId: 'a3' }]);

    await since(scene);
    expect(await owners(scene)).toMatchObject({ b3: three });
    expect(await owners(scene)).not.toHaveProperty('a3');
    expect(await scene.items(scene.down)).toEqual([]);
    expect((await since(scene)).counts.applied ?? 0).toBe(0);
  });

  it('makes an account for whom a run was about to give one that is said not to be theirs meanwhile', async () => {
    const scene = await openScene({ people: 1, up: { policy: { guard: roomy } }, down: { correlation: byNote, policy: { guard: roomy } } });
    const { bench, down } = scene;
    await scene.sync();
    scene.hr.person('3', 'main', { note: 'desk 3' });
    scene.app.put('person', 'a3', { ...bare, name: 'Robot', note: 'desk 3' });
    await bench.run(scene.up);
    const three = (await scene.known('3'))!.id;
    await compare(scene);
    await bench.engine.hold(`job:${down}`, 'ann', 'a look at it');
    await bench.run(down);
    await part(scene, three, 'a3');
    await bench.engine.release(`job:${down}`, 'ann');
    await bench.engine.drain();
    expect(await owners(scene)).not.toHaveProperty('a3');
    await since(scene);
    const of = await owners(scene);
    expect(of).not.toHaveProperty('a3');
    expect(Object.values(of)).toContain(three);
  });

  it('finds the account again once that is taken back, which is said of whom it was kept from and of nobody else', async () => {
    const correlation = { person: [{ attribute: 'login' }], department: [{ attribute: 'code' }] };
    const scene = await openScene({ people: 1, up: { policy: { guard: roomy } }, down: { correlation, policy: { guard: roomy } } });
    await scene.sync();
    scene.hr.person('3', 'main', { login: 'liming' });
    scene.app.put('person', 'a3', { ...bare, name: 'Robot', login: 'LiMing' });
    await scene.bench.run(scene.up);
    const [one, three] = [(await scene.known('1'))!.id, (await scene.known('3'))!.id];
    await compare(scene);
    await part(scene, three, 'a3');
    await since(scene);
    expect((await scene.items(scene.down)).map((item) => [item.who, item.cause])).toEqual([[three, 'duplicate']]);
    const pairs = [three, one, three].map((object) => ({ object, account: 'a3' }));
    expect(await ask(scene, 'match.take-back', { job: scene.down, pairs })).toEqual({ takenBack: 1 });
    const said = ['apart-ended', 'by ann', { connection: 'app', externalId: 'a3' }];
    expect((await entriesOf(scene, three)).filter(([action]) => action === 'apart-ended')).toEqual([said]);
    expect((await entriesOf(scene, one)).map(([action]) => action)).not.toContain('apart-ended');

    await since(scene);
    expect(await owners(scene)).toMatchObject({ a3: three });
    expect(await scene.items(scene.down)).toEqual([]);
  });
});

it('a job that follows the directory by itself does not begin because of it: who decides pair by pair goes on in the same comparison', async () => {
  const live = { trigger: { kind: 'event' as const } };
  const scene = await openScene({
    people: 1,
    source: (system) => speaking(system.connector),
    up: { policy: { guard: roomy }, ...live },
    down: { correlation: byNote, policy: { guard: roomy }, ...live },
  });
  const { bench } = scene;
  await scene.sync();
  await bench.tick();
  for (const id of ['3', '4'])
    for (const letter of ['a', 'b']) scene.app.put('person', `${letter}${id}`, { ...bare, name: 'Robot', note: `desk ${id}` });
  await bench.run(scene.down);
  for (const id of ['3', '4']) scene.hr.person(id, 'main', { note: `desk ${id}` });
  await bench.run(scene.up);
  await bench.tick();
  await bench.engine.drain();
  const [three, four] = [(await scene.known('3'))!.id, (await scene.known('4'))!.id];
  await compare(scene);
  const before = await runs(scene);
  for (const [who, account] of [
    [three, 'a3'],
    [four, 'a4'],
  ] as const) {
    expect(await part(scene, who, account)).toMatchObject({ rejected: 1 });
    await bench.tick();
    await bench.engine.drain();
  }
  expect(await runs(scene)).toBe(before);
  await since(scene);
  expect(await owners(scene)).toMatchObject({ b3: three, b4: four });
});
