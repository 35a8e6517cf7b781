// Somebody says that a person and an account are not the same: from then on no rule brings the two together, whatever kind of run, until it is taken back.
import { expect, it } from 'vitest';
import { ConnectorError } from '../../src/connector-kit/errors.ts';
import { ask, refusal } from '../../test/support/asking.ts';
import { hooked, type Hooks } from '../../test/support/hooked.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';

const byLoginThenMail = { person: [{ attribute: 'login' }, { attribute: 'mail' }], department: [{ attribute: 'code' }] };
const byMail = { person: [{ attribute: 'mail' }], department: [{ attribute: 'code' }] };
const byNote = { person: [{ attribute: 'note' }], department: [{ attribute: 'code' }] };
const bare = { name: null, number: null, mail: null, phone: null, login: null, title: null, note: null };

const label = (en: string) => ({ en, zh: en });

interface Two extends Scene {
  readonly one: string;
  readonly two: string;
}

/** Two people, and one account to which the rules lead both: of one it has the user name, of the other the mail. */
async function openTwo(options: Parameters<typeof openScene>[0] = {}): Promise<Two> {
  const scene = await openScene({
    people: 2,
    up: { policy: { guard: roomy } },
    down: { correlation: byLoginThenMail, policy: { guard: roomy } },
    ...options,
  });
  scene.hr.set('person', '1', { name: '李明', login: 'liming', mail: 'one@example.com' });
  scene.hr.set('person', '2', { name: '李明', login: 'liming2', mail: 'two@example.com' });
  scene.app.put('person', 'a1', { ...bare, name: '李明', login: 'liming', mail: 'two@example.com', title: 'Clerk' });
  await scene.bench.run(scene.up);
  return { ...scene, one: (await scene.known('1'))!.id, two: (await scene.known('2'))!.id };
}

/** Account → whose it is. */
async function owners(scene: Scene): Promise<Record<string, string>> {
  const { links } = await ask(scene, 'link.list', { connection: 'app', type: 'person' });
  return Object.fromEntries(links.map((link) => [link.externalId, link.object]));
}

async function compare(scene: Scene): Promise<void> {
  await ask(scene, 'match.start', { job: scene.down });
  await scene.bench.engine.drain();
}
const kindOf = async (scene: Scene, who: string): Promise<string | undefined> => {
  for (const kind of ['ambiguous', 'create', 'matched', 'accepted', 'other'] as const)
    if ((await ask(scene, 'match.list', { job: scene.down, kind })).rows.some((row) => row.id === who)) return kind;
  return undefined;
};
const last = async (scene: Scene): Promise<number> => (await ask(scene, 'match.get', { job: scene.down })).run ?? 1;
const part = async (scene: Scene, object: string, account = 'a1') =>
  ask(scene, 'match.reject', { job: scene.down, run: await last(scene), pairs: [{ object, account }] });
const planned = async (scene: Scene, who: string, how: Parameters<Scene['bench']['run']>[1]) =>
  (await scene.changes(await scene.bench.run(scene.down, how))).filter((change) => change.key === who).map((change) => change.action);

it('of two whom the rules lead to one account one is kept apart: the other gets it, and they an account of their own', async () => {
  const scene = await openTwo();
  const { one, two } = scene;
  await scene.bench.run(scene.down);
  expect((await scene.items(scene.down)).map((item) => item.cause)).toEqual(['ambiguous', 'ambiguous']);
  await compare(scene);
  expect([await kindOf(scene, one), await kindOf(scene, two)]).toEqual(['ambiguous', 'ambiguous']);

  expect(await part(scene, one)).toEqual({ rejected: 1, left: { linked: 0, gone: 0 } });
  // Nothing was written by that, and it is said by whom and when.
  expect(scene.app.all('person').map((account) => account.id)).toEqual(['a1']);
  expect((await ask(scene, 'match.rejected', { job: scene.down })).rejected).toMatchObject([
    {
      object: one,
      marks: expect.arrayContaining(['N-1']),
      account: { id: 'a1', title: '李明', marks: expect.arrayContaining(['liming']) },
      by: 'ann',
      at: scene.bench.clock.now(),
    },
  ]);
  expect((await ask(scene, 'audit.list', { action: 'match.reject' })).entries).toMatchObject([{ actor: 'ann', subject: 'connection:app' }]);
  const why = async () =>
    (await ask(scene, 'explain', { person: one }))
      .object!.accounts.find((account) => account.job === scene.down)!
      .why.map((says) => says.en);
  const day = new Date(scene.bench.clock.now()).toISOString().slice(0, 10);
  expect(await why()).toContainEqual(
    `ann said on ${day} that the account 李明 (liming) is not theirs: no rule takes it, until that is taken back ("tributary match take-back ${scene.down} ${one}=a1").`,
  );
  await compare(scene);
  expect([await kindOf(scene, one), await kindOf(scene, two)]).toEqual(['create', 'matched']);
  expect([await planned(scene, one, { dryRun: true }), await planned(scene, two, { dryRun: true })]).toEqual([
    ['create'],
    expect.arrayContaining(['link']),
  ]);

  await scene.bench.run(scene.down);
  await scene.bench.run(scene.down);
  const of = await owners(scene);
  expect(of.a1).toBe(two);
  expect(Object.values(of).toSorted()).toEqual([one, two].toSorted());
  expect(scene.account('1')!.attributes).toMatchObject({ login: 'liming', mail: 'one@example.com' });
  expect(scene.app.get('person', 'a1')!.attributes).toMatchObject({ number: 'N-2', login: 'liming2' });
  expect(await scene.items(scene.down)).toEqual([]);
  expect((await scene.bench.run(scene.down)).counts.applied ?? 0).toBe(0);
});

it('whoever is led to the account of somebody else gets one of their own', async () => {
  const scene = await openScene({ people: 2, up: { policy: { guard: roomy } }, down: { correlation: byNote, policy: { guard: roomy } } });
  scene.hr.set('person', '2', { note: 'desk 2' });
  scene.app.put('person', 'a2', { ...bare, name: 'Person 2', note: 'desk 2' });
  await scene.sync();
  // Somebody new has the desk, and the account of whoever had it before.
  scene.hr.person('3', 'main', { name: 'Wang Fang', note: 'desk 2' });
  await scene.sync();
  const [two, three] = [(await scene.known('2'))!.id, (await scene.known('3'))!.id];
  expect(await scene.items(scene.down)).toMatchObject([{ who: three, cause: 'ambiguous' }]);
  await compare(scene);
  await part(scene, three, 'a2');
  await scene.bench.run(scene.down);
  expect(await scene.items(scene.down)).toEqual([]);
  expect((await owners(scene)).a2).toBe(two);
  expect(scene.account('3')).toMatchObject({ attributes: { name: 'Wang Fang' } });
  expect(scene.app.get('person', 'a2')!.attributes).toMatchObject({ name: 'Person 2', number: 'N-2' });
});

it.each([
  ['full', (_: string) => ({})],
  ['incremental', (_: string) => ({ mode: 'incremental' as const })],
  ['about one person', (one: string) => ({ keys: [{ type: 'person', id: one }] })],
])('the only account that a rule finds is not taken: a run that is %s makes one of their own', async (_, how) => {
  const scene = await openScene({ people: 2, up: { policy: { guard: roomy } }, down: { correlation: byNote, policy: { guard: roomy } } });
  await scene.sync();
  scene.hr.person('3', 'main', { name: 'Wang Fang', note: 'desk 3' });
  scene.app.put('person', 'a3', { ...bare, name: 'Wang F.', note: 'desk 3' });
  await scene.bench.run(scene.up);
  const three = (await scene.known('3'))!.id;
  await compare(scene);
  expect(await kindOf(scene, three)).toBe('matched');
  await part(scene, three, 'a3');
  expect(await planned(scene, three, { dryRun: true })).toEqual(['create']);
  await scene.bench.run(scene.down, how(three));
  expect(Object.keys(await owners(scene))).not.toContain('a3');
  expect(scene.account('3')).toMatchObject({ attributes: { name: 'Wang Fang' } });
  expect(scene.app.get('person', 'a3')!.attributes).toMatchObject({ name: 'Wang F.', number: null });
});

it('a unique value that the account has is told, in the plan already, and nothing is sent; taken back, the account is found again', async () => {
  const correlation = { person: [{ attribute: 'login' }], department: [{ attribute: 'code' }] };
  const scene = await openScene({ people: 1, up: { policy: { guard: roomy } }, down: { correlation, policy: { guard: roomy } } });
  scene.hr.set('person', '1', { login: 'liming' });
  scene.app.put('person', 'a1', { ...bare, name: 'Robot', login: 'LiMing' });
  await scene.bench.run(scene.up);
  const one = (await scene.known('1'))!.id;
  await compare(scene);
  await part(scene, one);
  for (const dryRun of [true, false]) {
    expect(await planned(scene, one, { dryRun })).toEqual([]);
    expect(scene.app.all('person').map((account) => account.id)).toEqual(['a1']);
  }
  expect(await scene.items(scene.down)).toMatchObject([
    {
      who: one,
      attribute: 'login',
      cause: 'duplicate',
      says: expect.stringContaining('is that of the account "Robot", which somebody has said is not theirs'),
    },
  ]);
  expect(await ask(scene, 'match.take-back', { job: scene.down, pairs: [{ object: one, account: 'a1' }] })).toEqual({ takenBack: 1 });
  await scene.bench.run(scene.down);
  expect(await owners(scene)).toEqual({ a1: one });
  expect(await scene.items(scene.down)).toEqual([]);
});

it('who is linked is not kept apart, nor is who is not there; a link by hand says that they are the same after all', async () => {
  const scene = await openTwo();
  const { one, two } = scene;
  await compare(scene);
  await part(scene, one);
  const run = (await ask(scene, 'match.get', { job: scene.down })).run!;
  expect(await ask(scene, 'match.accept', { job: scene.down, run, pairs: [{ object: one, account: 'a1' }] })).toMatchObject({ linked: 1 });
  expect((await ask(scene, 'match.rejected', { job: scene.down })).rejected).toEqual([]);
  expect(await part(scene, one)).toEqual({ rejected: 0, left: { linked: 1, gone: 0 } });
  expect(await part(scene, two, 'nowhere')).toEqual({ rejected: 0, left: { linked: 0, gone: 1 } });
  expect(await part(scene, 'nobody')).toEqual({ rejected: 0, left: { linked: 0, gone: 1 } });
  // The other one may be: the account is somebody else's.
  expect(await part(scene, two)).toMatchObject({ rejected: 1 });
  await scene.bench.run(scene.down);
  const of = await owners(scene);
  expect([of.a1, Object.values(of).toSorted()]).toEqual([one, [one, two].toSorted()]);
});

it('says nothing of an account that is gone, and holds when it is there again', async () => {
  const scene = await openTwo();
  const { one, two } = scene;
  await compare(scene);
  await part(scene, one);
  await part(scene, two);
  const listed = async () => (await ask(scene, 'match.rejected', { job: scene.down })).rejected.length;
  expect(await listed()).toBe(2);
  const account = scene.app.get('person', 'a1')!.attributes;
  scene.app.delete('person', 'a1');
  await scene.bench.run(scene.down, { dryRun: true });
  expect(await listed()).toBe(0);
  scene.app.put('person', 'a1', account);
  await scene.bench.run(scene.down);
  expect(await listed()).toBe(2);
  expect(Object.keys(await owners(scene))).not.toContain('a1');
});

it('holds for what a run has planned and not yet written', async () => {
  const scene = await openScene({ people: 1, up: { policy: { guard: roomy } }, down: { correlation: byNote, policy: { guard: roomy } } });
  const { bench, down } = scene;
  scene.hr.set('person', '1', { note: 'desk 1' });
  scene.app.put('person', 'a1', { ...bare, name: 'Robot', note: 'desk 1' });
  await bench.run(scene.up);
  const one = (await scene.known('1'))!.id;
  await compare(scene);
  await bench.engine.hold(`job:${down}`, 'ann', 'a look at it');
  await bench.run(down);
  await part(scene, one);
  await bench.engine.release(`job:${down}`, 'ann');
  await bench.engine.drain();
  expect(await owners(scene)).toEqual({});
  expect(scene.app.get('person', 'a1')!.attributes).toMatchObject({ name: 'Robot', number: null });
  await bench.run(down);
  expect(scene.account('1')).toMatchObject({ attributes: { name: 'Person 1' } });
});

it('holds where the system is read, too: its record becomes a person of its own, also where a run had planned otherwise', async () => {
  const scene = await openScene({ people: 1, up: { policy: { guard: roomy } }, down: { correlation: byMail, policy: { guard: roomy } } });
  const { bench, app } = scene;
  app.put('person', 'a1', { ...bare, name: 'Robot', mail: '1@example.com' });
  await bench.run(scene.up);
  const one = (await scene.known('1'))!.id;
  const book = await scene.addJob(app, 'up', {
    name: 'book',
    rank: 50,
    correlation: { person: [{ attribute: 'email' }] },
    mapping: {
      person: [
        { target: 'displayName', field: 'name' },
        { target: 'email', field: 'mail' },
      ],
    },
    policy: { guard: roomy },
  });
  await compare(scene);
  const found = await bench.run(book, { dryRun: true });
  expect((await scene.changes(found)).map((change) => [change.key, change.situation])).toEqual([['a1', 'found']]);
  await bench.engine.hold(`job:${book}`, 'ann', 'a look at it');
  await bench.run(book);
  await part(scene, one);
  await bench.engine.release(`job:${book}`, 'ann');
  await bench.engine.drain();
  expect(await owners(scene)).toEqual({});
  await bench.run(book);
  const { a1 } = await owners(scene);
  expect([a1 === undefined, a1 === one]).toEqual([false, false]);
  // The value that only one may have stays with whoever has it, and that is listed.
  expect(await scene.items(book)).toMatchObject([{ who: 'a1', attribute: 'email', cause: 'duplicate' }]);
  expect((await scene.people()).map((person) => person.attributes.displayName).toSorted()).toEqual(['Person 1', 'Robot']);
});

it('holds where the answer to a create was lost, and the account looks exactly like what was sent', async () => {
  const scene = await openScene({ people: 1, up: { policy: { guard: roomy } }, down: { correlation: byNote, policy: { guard: roomy } } });
  await scene.sync();
  scene.hr.person('3', 'main', { name: 'Wang Fang', note: 'desk 3' });
  scene.app.put('person', 'a3', { ...bare, name: 'Wang Fang', note: 'desk 3' });
  await scene.bench.run(scene.up);
  const three = (await scene.known('3'))!.id;
  await compare(scene);
  await part(scene, three, 'a3');
  let cut = true;
  const hooks: Hooks = {
    beforeWrite: (what, type) => {
      if (what !== 'create' || type !== 'person' || !cut) return;
      cut = false;
      // Meanwhile somebody writes there by hand what would have been written.
      const { attributes } = scene.app.get('person', scene.account('1')!.id)!;
      scene.app.set('person', 'a3', {
        ...attributes,
        name: 'Wang Fang',
        note: 'desk 3',
        number: 'N-3',
        mail: '3@example.com',
        phone: null,
        login: null,
      });
      throw new ConnectorError('unknown-outcome', label('Cut off.'), { transport: true });
    },
  };
  await scene.bench.connection('app', hooked(scene.app.connector, hooks), {});
  await scene.bench.run(scene.down);
  expect(cut).toBe(false);
  expect(Object.keys(await owners(scene))).not.toContain('a3');
});

it('is decided by no comparison that is older than another one, or than a run into the system', async () => {
  const scene = await openTwo();
  const { one, down } = scene;
  expect(await refusal(part(scene, one))).toContain('was not matched yet');
  await compare(scene);
  const first = await last(scene);
  const reject = (run: number) => ask(scene, 'match.reject', { job: down, run, pairs: [{ object: one, account: 'a1' }] });
  await compare(scene);
  const second = await last(scene);
  expect(await refusal(reject(first))).toBe(
    `Nothing was decided: run ${first} is not the last comparison of job ${down} "app out", run ${second} is (by ann). Look at that one ("tributary match show ${down}"), then reject with run ${second}.`,
  );
  const { id } = await scene.bench.run(down);
  expect(await refusal(reject(second))).toContain(`Nothing was decided: run ${id} came after the comparison (run ${second})`);
  expect((await ask(scene, 'match.rejected', { job: down })).rejected).toEqual([]);
  await compare(scene);
  expect(await part(scene, one)).toMatchObject({ rejected: 1 });
});
