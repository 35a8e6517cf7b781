// A plan is made, and while the brake keeps it from being carried out somebody decides otherwise about an account: what they decided holds.
import { expect, it } from 'vitest';
import { getRun } from '../../src/store/runs.ts';
import { ask, refusal } from '../../test/support/asking.ts';
import { hooked, type Hooks } from '../../test/support/hooked.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';

const byNote = { person: [{ attribute: 'note' }], department: [{ attribute: 'code' }] };
const bare = { name: null, number: null, mail: null, phone: null, login: null, title: null, note: null };

/** Account → whose it is. */
async function owners(scene: Scene): Promise<Record<string, string>> {
  const { links } = await ask(scene, 'link.list', { connection: 'app', type: 'person' });
  return Object.fromEntries(links.map((link) => [link.externalId, link.object]));
}

/** Plans with the brake on, lets somebody decide, and carries out what is left. What became of each change: action, state and why. */
async function planned(scene: Scene, decide: () => Promise<unknown>): Promise<readonly (readonly [string, string, string])[]> {
  const { bench, down } = scene;
  await bench.engine.hold(`job:${down}`, 'ann', 'a look at it');
  const run = await bench.run(down);
  await decide();
  await bench.engine.release(`job:${down}`, 'ann');
  await bench.engine.drain();
  return (await scene.changes(run)).map((change) => [change.action, change.state, change.says] as const);
}

async function compare(scene: Scene): Promise<number> {
  const { run } = await ask(scene, 'match.start', { job: scene.down });
  await scene.bench.engine.drain();
  return run;
}

type Decision = 'protected' | 'moved' | 'cut';
const says: Readonly<Record<Decision, string>> = {
  protected: 'The account has been protected since the plan was made; it is left alone.',
  moved: 'The account has been linked to somebody else since the plan was made; it is planned anew.',
  cut: 'The link to the account has been cut since the plan was made; it is planned anew.',
};

async function decide(scene: Scene, what: Decision, externalId: string, to: string): Promise<void> {
  if (what === 'protected') {
    await ask(scene, 'protected.add', { connection: 'app', accounts: [{ type: 'person', externalId }], reason: 'of the board' });
    return;
  }
  const link = { connection: 'app', type: 'person', externalId };
  if (what === 'moved') await ask(scene, 'link.move', { ...link, to, seen: (await ask(scene, 'link.consequence', { ...link, to })).seen });
  else await ask(scene, 'link.cut', { ...link, seen: (await ask(scene, 'link.consequence', link)).seen });
}

const all: readonly Decision[] = ['protected', 'moved', 'cut'];

it.each(all)('an account that is %s meanwhile gets no value of whom it belonged to', async (what) => {
  const scene = await openScene({ people: 2, up: { policy: { guard: roomy } }, down: { policy: { guard: roomy } } });
  await scene.sync();
  const account = scene.account('1')!.id;
  scene.hr.set('person', '1', { title: 'Chief' });
  scene.hr.person('3', 'main');
  await scene.bench.run(scene.up);
  const three = (await scene.known('3'))!.id;
  const became = await planned(scene, () => decide(scene, what, account, three));
  expect(became).toContainEqual(['update', 'superseded', says[what]]);
  const { name, title } = scene.app.get('person', account)!.attributes;
  expect([name, title ?? null]).toEqual(['Person 1', null]);
  expect((await owners(scene))[account]).toBe({ protected: (await scene.known('1'))!.id, moved: three, cut: undefined }[what]);
});

it.each(all)('an account that is %s meanwhile is not disabled for somebody who has left', async (what) => {
  const leaver = (gone: 'delete' | 'disable' | 'unlink') => ({ policy: { guard: roomy, leaver: { gone } } });
  const scene = await openScene({ people: 3, up: leaver('delete'), down: leaver('disable') });
  const { bench } = scene;
  await scene.sync();
  const account = scene.account('1')!.id;
  scene.hr.person('4', 'main');
  scene.hr.delete('person', '1');
  await bench.run(scene.up);
  await bench.approveAll();
  const four = (await scene.known('4'))!.id;
  const became = await planned(scene, () => decide(scene, what, account, four));
  expect(became).toContainEqual(['disable', 'superseded', says[what]]);
  expect(scene.app.get('person', account)!.enabled).toBe(true);
  if (what !== 'moved') return;
  // The next plan begins with what was decided.
  await bench.run(scene.down);
  expect([(await owners(scene))[account], scene.app.get('person', account)]).toMatchObject([
    four,
    { enabled: true, attributes: { number: 'N-4' } },
  ]);
});

it('a link that somebody has moved to a living person is not ended for somebody who has left', async () => {
  const leaver = (gone: 'delete' | 'disable' | 'unlink') => ({ policy: { guard: roomy, leaver: { gone } } });
  const scene = await openScene({ people: 3, up: leaver('delete'), down: leaver('unlink') });
  const { bench } = scene;
  await scene.sync();
  const account = scene.account('1')!.id;
  scene.hr.person('4', 'main');
  scene.hr.delete('person', '1');
  await bench.run(scene.up);
  await bench.approveAll();
  const four = (await scene.known('4'))!.id;
  const became = await planned(scene, () => decide(scene, 'moved', account, four));
  expect(became).toContainEqual(['unlink', 'superseded', says.moved]);
  expect((await owners(scene))[account]).toBe(four);
});

it('an account that is cut while everything of its owner is closed is not disabled for them', async () => {
  const scene = await openScene({ people: 2, up: { policy: { guard: roomy } }, down: { policy: { guard: roomy } } });
  const { bench, down } = scene;
  await scene.sync();
  const account = scene.account('1')!.id;
  const one = (await scene.known('1'))!.id;
  await bench.engine.hold(`job:${down}`, 'ann', 'a look at it');
  const { token } = await ask(scene, 'leaver.preview', { person: one });
  const { runs } = await ask(scene, 'leaver.close', { person: one, token });
  await bench.engine.drain();
  await decide(scene, 'cut', account, '');
  await bench.engine.release(`job:${down}`, 'ann');
  await bench.engine.drain();
  const became = (await Promise.all(runs.map(async (id) => scene.changes((await getRun(bench.database, id))!))))
    .flat()
    .map((change) => [change.action, change.state, change.says]);
  expect(became).toContainEqual(['disable', 'superseded', says.cut]);
  expect(scene.app.get('person', account)!.enabled).toBe(true);
});

/** Somebody to whom a rule leads an account that was there before, and somebody else. */
async function openFound(): Promise<Scene & { readonly one: string; readonly two: string; readonly run: number }> {
  const scene = await openScene({ people: 2, up: { policy: { guard: roomy } }, down: { correlation: byNote, policy: { guard: roomy } } });
  scene.hr.set('person', '1', { note: 'desk 1' });
  scene.app.put('person', 'a1', { ...bare, name: 'Robot', note: 'desk 1' });
  scene.app.put('person', 'a2', { ...bare, name: 'Other' });
  await scene.bench.run(scene.up);
  const [one, two] = [(await scene.known('1'))!.id, (await scene.known('2'))!.id];
  return { ...scene, one, two, run: await compare(scene) };
}

it('an account that is accepted for somebody else stays theirs, and gets no value of whom a rule had found it for', async () => {
  const scene = await openFound();
  const { one, two, run, down } = scene;
  const pairs = [{ object: two, account: 'a1' }];
  const became = await planned(scene, async () =>
    expect(await ask(scene, 'match.accept', { job: down, run, pairs })).toMatchObject({ linked: 1 }),
  );
  expect(became).toContainEqual(['link', 'superseded', says.moved]);
  expect((await owners(scene)).a1).toBe(two);
  expect(scene.app.get('person', 'a1')!.attributes).toMatchObject({ name: 'Robot', number: null });
  await scene.bench.run(down);
  expect([(await owners(scene)).a1, scene.app.get('person', 'a1')!.attributes.number]).toEqual([two, 'N-2']);
  // The rule goes on finding it for the other one, who is listed.
  expect(await scene.items(down)).toMatchObject([{ who: one, cause: 'ambiguous' }]);
});

it('an account that is protected after a rule has found it is linked to nobody', async () => {
  const scene = await openFound();
  expect(await planned(scene, () => decide(scene, 'protected', 'a1', ''))).toContainEqual(['link', 'superseded', says.protected]);
  expect(Object.keys(await owners(scene))).not.toContain('a1');
  expect(scene.app.get('person', 'a1')!.attributes).toMatchObject({ name: 'Robot', number: null });
});

it('whoever is given another account does not get the one that a rule had found, too', async () => {
  const scene = await openFound();
  const { one, run, down } = scene;
  const pairs = [{ object: one, account: 'a2' }];
  const became = await planned(scene, () => ask(scene, 'match.accept', { job: down, run, pairs }));
  expect(became).toContainEqual(['link', 'superseded', 'Another account has been linked since the plan was made; it is planned anew.']);
  expect([(await owners(scene)).a2, (await owners(scene)).a1]).toEqual([one, undefined]);
  expect(scene.app.get('person', 'a1')!.attributes).toMatchObject({ name: 'Robot', number: null });
});

it('what is decided while the answers of a batch are awaited holds for the batch after it', async () => {
  const scene = await openScene({ people: 40, up: { policy: { guard: roomy } }, down: { policy: { guard: roomy } } });
  const { bench, app } = scene;
  await scene.sync();
  for (let id = 1; id <= 40; id++) scene.hr.set('person', String(id), { title: 'Chief' });
  await bench.run(scene.up);
  let guarded: string[] = [];
  const hooks: Hooks = {
    beforeWrite: async () => {
      if (guarded.length > 0) return;
      guarded = app
        .all('person')
        .filter((account) => account.attributes.title !== 'Chief')
        .map((account) => account.id);
      const accounts = guarded.map((externalId) => ({ type: 'person', externalId }));
      await ask(scene, 'protected.add', { connection: 'app', accounts, reason: 'of the board' });
    },
  };
  await bench.connection('app', hooked(app.connector, { ...hooks, limits: { batchSize: 5, inFlight: 1 } }), {});
  const run = await bench.run(scene.down);
  const states = (await scene.changes(run)).map((change) => change.state);
  expect(states.filter((state) => state === 'applied').length).toBeLessThanOrEqual(10);
  expect(states.filter((state) => state === 'superseded').length).toBeGreaterThanOrEqual(30);
});

it('a comparison decides nothing any more once a run that is still open has begun to write', async () => {
  const scene = await openFound();
  const { bench, app, down, two, run } = scene;
  let answer = '';
  const pairs = [{ object: two, account: 'a2' }];
  const hooks: Hooks = {
    beforeWrite: async () => {
      if (answer === '') answer = await refusal(ask(scene, 'match.accept', { job: down, run, pairs }));
    },
  };
  await bench.connection('app', hooked(app.connector, hooks), {});
  const wrote = await bench.run(down);
  expect(answer).toContain(`run ${wrote.id} came after the comparison (run ${run})`);
  expect((await owners(scene)).a2).toBeUndefined();
});
