// A target that has accounts already: what is whose is proposed with reasons, a person decides, and nobody gets a second account or loses theirs.
import { describe, expect, it } from 'vitest';
import { failureOf } from '../../src/engine/operations/operation.ts';
import { audit } from '../../src/store/audit.ts';
import { ask, refusal } from '../../test/support/asking.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';
import type { Attributes } from '../../src/core/model.ts';

const none = { name: null, number: null, mail: null, phone: null, login: null, title: null };

/** Twelve people, and an app in which somebody has made accounts by hand for years. */
async function grown(): Promise<Scene> {
  const scene = await openScene({ up: { policy: { guard: roomy } }, down: { policy: { guard: roomy } } });
  const { hr, app } = scene;
  hr.department('main');
  for (let id = 1; id <= 6; id++) hr.person(String(id), 'main');
  hr.person('7', 'main', { name: '张伟', phone: '+86 138 0000 0007' });
  hr.person('8', 'main', { name: '李娜' });
  hr.person('9', 'main', { name: '李娜' });
  hr.person('10', 'main', { name: '王芳' });
  hr.person('11', 'main', { name: '赵敏' });
  hr.person('12', 'main', { name: '孙立', status: 'departed' });
  const account = (id: string, attributes: Attributes): void => app.put('person', id, { ...none, ...attributes });
  for (let id = 1; id <= 4; id++) account(`a${id}`, { name: `Old ${id}`, number: `N-${id}` });
  account('a5', { name: 'Person 5', number: 'N-5' });
  account('a5b', { name: 'Person 5', number: 'N-5', mail: '5@EXAMPLE.com' });
  account('a6', { name: 'Person 6', mail: '6@example.com' });
  account('a7', { name: 'Zhang Wei', phone: '13800000007' });
  account('l1', { name: '李娜' });
  account('l2', { name: '李娜' });
  account('a10', { name: '陈强', mail: '10@example.com' });
  account('a12', { name: '孙立', mail: '12@example.com' });
  account('backup', { name: 'Backup robot', login: 'backup' });
  account('admin', { name: 'Administrator', login: 'admin' });
  await scene.bench.run(scene.up);
  return scene;
}

async function matched(scene: Scene): Promise<void> {
  const { run } = await ask(scene, 'match.start', { job: scene.down });
  const runs = await scene.bench.engine.drain();
  expect(runs.find((one) => one.id === run)).toMatchObject({ state: 'succeeded', dryRun: true });
}
const last = async (scene: Scene) => (await ask(scene, 'match.get', { job: scene.down })).run!;
const people = async (scene: Scene) => (await ask(scene, 'match.get', { job: scene.down })).types.find((sums) => sums.type === 'person')!;
const rows = async (scene: Scene, kind: 'create' | 'ambiguous' | 'candidate' | 'nobody' | 'untouched' | 'other' | 'matched' | 'accepted') =>
  (await ask(scene, 'match.list', { job: scene.down, kind })).rows;

describe('a target that has accounts already', () => {
  it('is matched, decided and taken over', async () => {
    const scene = await grown();
    const { app } = scene;
    // Nothing is there before the first comparison, and that is no error.
    const never = await ask(scene, 'match.get', { job: scene.down });
    expect(never).toMatchObject({ run: null, state: 'never', at: null, by: null });
    expect([never.says?.en, never.types.map(({ type, accounts, matched }) => [type, accounts, matched])]).toEqual([
      expect.stringContaining('was not matched yet'),
      expect.arrayContaining([['person', 0, 0]]),
    ]);
    expect(await refusal(ask(scene, 'match.list', { job: scene.down, kind: 'nobody' }))).toContain('was not matched yet');
    expect(await refusal(ask(scene, 'match.start', { job: scene.up }))).toContain('Only accounts of a system that is written to');
    const before = JSON.stringify(app.all('person'));
    await matched(scene);
    expect(JSON.stringify(app.all('person'))).toBe(before);
    const id = async (number: string): Promise<string> => (await scene.known(number))!.id;

    const sums = await people(scene);
    expect(sums.says.en).toBe("4 matched (4 with another name), 1 ambiguous, 6 would be created, 4 nobody's");
    expect(sums).toMatchObject({
      linked: 0,
      matched: 0,
      renamed: 4,
      ambiguous: 1,
      create: 6,
      createProposed: 3,
      other: 1,
      candidate: 6,
      nobody: 4,
      clear: 3,
    });
    // What would be created is what the plan creates.
    const { run } = await ask(scene, 'match.get', { job: scene.down });
    const plan = await ask(scene, 'run.plan', { run: run! });
    expect(
      plan.groups.filter((group) => group.type === 'person' && group.action === 'create').reduce((sum, group) => sum + group.count, 0),
    ).toBe(6);

    const proposals = (await ask(scene, 'match.proposals', { job: scene.down })).proposals;
    const told = (account: string) =>
      proposals
        .filter((one) => one.account.id === account)
        .map((one) => ({
          for: one.title,
          score: one.score,
          clear: one.clear,
          why: one.reasons.map((reason) => `${reason.agrees ? '' : 'not '}${reason.sign}`),
        }));
    expect(told('a6')).toEqual([{ for: 'Person 6', score: 89, clear: true, why: ['mail', 'name'] }]);
    expect(told('a7')).toEqual([{ for: '张伟', score: 77, clear: true, why: ['phone', 'pinyin'] }]);
    expect(told('a10')).toEqual([{ for: '王芳', score: 40, clear: false, why: ['mail', 'not name'] }]);
    // Two of one name on both sides are nobody's guess; a rule that finds two is helped by what else they share.
    expect([...told('l1'), ...told('l2')]).toEqual([]);
    expect(told('a5b')).toMatchObject([{ for: 'Person 5', clear: true }]);
    expect(await rows(scene, 'ambiguous')).toMatchObject([
      { title: 'Person 5', rule: 'number', candidates: [{ id: 'a5', title: 'Person 5' }, { id: 'a5b' }] },
    ]);
    // An account that may be somebody's says whose.
    const whose = (await rows(scene, 'candidate')).map((row) => [row.id, row.proposals.map(({ title }) => title)]);
    expect(whose).toContainEqual(['a7', ['张伟']]);
    expect(whose).toContainEqual(['a10', ['王芳']]);
    // Who has left gets no account, and has one: listed, and not accepted in bulk.
    expect(await rows(scene, 'other')).toMatchObject([{ title: '孙立', proposals: [{ account: { id: 'a12' }, clear: false }] }]);

    // Not to be touched, one by one and whatever is left over at the end.
    await ask(scene, 'match.protect', { job: scene.down, accounts: ['admin'], reason: 'emergency account' });
    // Who is called the same is told apart by user name and mail, on both sides.
    expect(await rows(scene, 'untouched')).toMatchObject([{ id: 'admin', title: 'Administrator', marks: ['admin'] }]);
    expect((await rows(scene, 'other'))[0]).toMatchObject({
      marks: expect.arrayContaining(['N-12']),
      proposals: [{ account: { title: '孙立', marks: ['12@example.com'] } }],
    });
    // A clear pair that is wrong is refused, and stays so.
    await ask(scene, 'match.reject', { job: scene.down, run: await last(scene), pairs: [{ object: await id('7'), account: 'a7' }] });
    expect(await ask(scene, 'match.accept', { job: scene.down, run: await last(scene) })).toEqual({
      linked: 2,
      left: { linked: 0, gone: 0, protected: 0, changed: 0 },
    });
    expect(await people(scene)).toMatchObject({ linked: 2, accepted: 2, ambiguous: 0, clear: 0 });
    await matched(scene);
    expect((await people(scene)).says.en).toBe("6 matched (4 with another name), 0 ambiguous, 5 would be created, 5 nobody's");
    // Nobody's, though it has the number of somebody: they have another account, which is named.
    expect((await rows(scene, 'nobody')).map(({ id: account, looksLike }) => [account, looksLike?.title, looksLike?.account?.id])).toEqual([
      ['a5', 'Person 5', 'a5b'],
      ['a7', undefined, undefined],
      ['backup', undefined, undefined],
      ['l1', undefined, undefined],
      ['l2', undefined, undefined],
    ]);
    expect((await ask(scene, 'match.proposals', { job: scene.down })).proposals.map((one) => one.account.id).toSorted()).toEqual([
      'a10',
      'a12',
    ]);

    // The refusal is listed with its author; taken back, the pair is proposed again.
    const seven = { object: await id('7'), account: 'a7' };
    expect((await ask(scene, 'match.rejected', { job: scene.down })).rejected).toMatchObject([
      { object: seven.object, title: '张伟', account: { id: 'a7', title: 'Zhang Wei' }, by: 'ann' },
    ]);
    expect(await ask(scene, 'match.take-back', { job: scene.down, pairs: [seven] })).toEqual({ takenBack: 1 });
    await matched(scene);
    expect((await ask(scene, 'match.proposals', { job: scene.down })).proposals.some((one) => one.account.id === 'a7')).toBe(true);
    await ask(scene, 'match.reject', { job: scene.down, run: await last(scene), pairs: [seven] });

    // By hand after all: a refused pair, somebody who has left; what does not stand any more is left out and counted.
    app.delete('person', 'a10');
    const named = [
      { object: await id('7'), account: 'a7' },
      { object: await id('12'), account: 'a12' },
      { object: await id('12'), account: 'l1' },
      { object: await id('6'), account: 'l1' },
      { object: await id('11'), account: 'admin' },
      { object: await id('10'), account: 'nowhere' },
    ];
    expect(await ask(scene, 'match.accept', { job: scene.down, run: await last(scene), pairs: named })).toEqual({
      linked: 2,
      left: { linked: 2, gone: 1, protected: 1, changed: 0 },
    });
    expect(await ask(scene, 'match.protect', { job: scene.down, reason: 'nobody knows' })).toEqual({ protected: 4 });
    expect((await ask(scene, 'match.proposals', { job: scene.down })).proposals.map((one) => one.account.id)).toEqual(['a10']);

    app.set('person', 'a5', { number: null });
    const count = app.all('person').length;
    const taken = await scene.bench.run(scene.down);
    expect(taken.counts).toMatchObject({ 'applied.create.person': 4 });
    expect(app.all('person')).toHaveLength(count + 4);
    expect(app.get('person', 'a6')!.attributes).toMatchObject({ name: 'Person 6', number: 'N-6' });
    expect(app.get('person', 'a7')!.attributes).toMatchObject({ name: '张伟', number: 'N-7' });
    expect((await ask(scene, 'link.list', { object: await id('5'), connection: 'app' })).links).toMatchObject([
      { externalId: 'a5b', madeBy: 'ann' },
    ]);
    // Whoever has left is shut out of the account that is known to be theirs; nobody else is.
    expect(app.all('person').flatMap((one) => (one.enabled ? [] : [one.id]))).toEqual(['a12']);
    for (const spared of ['admin', 'backup', 'l1', 'l2']) expect(app.get('person', spared)!.attributes.number).toBeNull();
    const again = await scene.bench.run(scene.down);
    expect(again.counts.applied ?? 0).toBe(0);

    expect((await ask(scene, 'audit.list', { action: 'match.accept' })).entries).toHaveLength(2);
    expect((await ask(scene, 'history.list', { object: await id('6') })).entries[0]).toMatchObject({
      action: 'link',
      actor: 'ann',
      link: { connection: 'app', externalId: 'a6' },
    });
  });
});

describe('an account that the settings of a job protect', () => {
  it('is accepted for nobody, also where it was protected after the comparison', async () => {
    const scene = await grown();
    await matched(scene);
    const service = [{ attribute: 'login', values: ['Backup'] }];
    await ask(scene, 'job.update', { job: scene.down, settings: { policy: { guard: roomy, protected: service } }, withoutForecast: true });
    const pairs = [
      { object: (await scene.known('11'))!.id, account: 'backup' },
      { object: (await scene.known('7'))!.id, account: 'a7' },
    ];
    expect(await ask(scene, 'match.accept', { job: scene.down, run: await last(scene), pairs })).toEqual({
      linked: 1,
      left: { linked: 0, gone: 0, protected: 1, changed: 0 },
    });
    expect((await ask(scene, 'link.list', { connection: 'app' })).links.map((link) => link.externalId)).toEqual(['a7']);
  });
});

describe('a comparison that counts no more', () => {
  it('links nothing: when somebody has compared anew, while that is under way, and when a run came after it', async () => {
    const scene = await grown();
    const { bench, down } = scene;
    await matched(scene);
    const first = await last(scene);
    const pairs = [{ object: (await scene.known('7'))!.id, account: 'a7' }];
    const accept = (run: number, more: object = { pairs }) => ask(scene, 'match.accept', { job: down, run, ...more });
    const links = async () => (await ask(scene, 'link.list', { connection: 'app' })).links.length;
    const newer = async () => (await ask(scene, 'match.get', { job: down })).newer;
    expect(await newer()).toBeNull();
    // Under way: what it will find is not known.
    await ask(scene, 'match.start', { job: down });
    expect(await refusal(accept(first))).toContain('has not come to its end');
    await bench.engine.drain();
    const second = await last(scene);
    expect(second).toBeGreaterThan(first);
    const { label, code, issues } = failureOf(await accept(first).catch((error: unknown) => error));
    expect([label.en, code]).toEqual([
      `Nothing was linked: run ${first} is not the last comparison of job 2 "app out", run ${second} is (by ann). Look at that one ("tributary match show 2"), then accept with run ${second}.`,
      'conflict',
    ]);
    expect([label.zh, issues]).toEqual([expect.stringContaining(`最近一次为执行 ${second}`), [expect.objectContaining({ field: 'run' })]]);
    // All that are clear are no exception, and neither is a run that compared nothing.
    expect(await refusal(accept(first, {}))).toContain(`run ${second} is`);
    expect(await refusal(accept(9999))).toContain(`run ${second} is`);

    const { id: wrote } = await bench.run(down);
    expect(await newer()).toBe(wrote);
    // What the run linked is not counted again as what was found before it.
    const { types } = await ask(scene, 'match.get', { job: down });
    const people = types.find(({ type }) => type === 'person')!;
    expect(people.says.en).toMatch(new RegExp(`^At that time: ${people.matched + people.renamed} matched.*Linked now: ${people.linked}$`));
    const before = await links();
    const moved = `Nothing was linked: run ${wrote} came after the comparison (run ${second}) and may have changed what it saw. Compare again ("tributary match start 2"), then accept by the new one.`;
    expect([await refusal(accept(second)), await refusal(accept(second, {}))]).toEqual([moved, moved]);
    expect(await links()).toBe(before);
    // A dry run changes nothing, so it takes nothing from the comparison.
    await matched(scene);
    await bench.run(down, { dryRun: true });
    const third = await last(scene);
    expect([await newer(), (await ask(scene, 'match.list', { job: down, kind: 'nobody' })).run]).toEqual([null, third]);
    expect((await ask(scene, 'match.proposals', { job: down })).run).toBe(third);
    // Who was made an account by the run has one by now.
    const eleven = { object: (await scene.known('11'))!.id, account: 'backup' };
    expect(await accept(third, { pairs: [eleven] })).toEqual({ linked: 0, left: { linked: 1, gone: 0, protected: 0, changed: 0 } });
  });

  it('is one only about those who have changed in the directory since: they are left as they were, the others are linked', async () => {
    const scene = await grown();
    const { hr, bench, down } = scene;
    await matched(scene);
    const accept = async (more: object) => ask(scene, 'match.accept', { job: down, run: await last(scene), ...more });
    const linked = async () => (await ask(scene, 'link.list', { connection: 'app' })).links.map((link) => link.externalId);
    const seven = { pairs: [{ object: (await scene.known('7'))!.id, account: 'a7' }] };
    hr.set('person', '6', { status: 'departed' });
    hr.set('person', '7', { mail: 'somebody.else@example.com' });
    await bench.run(scene.up);
    const none = { linked: 0, gone: 0, protected: 0, changed: 0 };
    expect(await accept(seven)).toEqual({ linked: 0, left: { ...none, changed: 1 } });
    expect(await accept({})).toEqual({ linked: 1, left: { ...none, changed: 2 } });
    expect(await linked()).toEqual(['a5b']);
    // Compared anew, they can be decided.
    await matched(scene);
    expect(await accept(seven)).toEqual({ linked: 1, left: none });
    expect(await linked()).toEqual(['a5b', 'a7']);
    expect(await accept({})).toMatchObject({ linked: 0 });
  });

  it('is also one that another job has written into since', async () => {
    const scene = await grown();
    const other = await scene.addJob(scene.app, 'down', { name: 'second', policy: { guard: roomy } });
    await matched(scene);
    const run = await last(scene);
    const { id } = await scene.bench.run(other);
    expect(await refusal(ask(scene, 'match.accept', { job: scene.down, run }))).toContain(`run ${id} came after the comparison`);
  });
});

describe('a plan that was made before', () => {
  it('says that accounts were matched or protected since, or that the settings were edited, until it is made again', async () => {
    const scene = await grown();
    const { bench, down, up } = scene;
    const plan = async () => (await bench.run(down, { dryRun: true })).id;
    const outdated = async (run: number) => (await ask(scene, 'run.get', { run })).outdated?.en ?? null;
    const first = await plan();
    bench.clock.advance(60_000);
    await matched(scene);
    expect(await outdated(first)).toBeNull();
    bench.clock.advance(60_000);
    await ask(scene, 'match.accept', {
      job: down,
      run: await last(scene),
      pairs: [{ object: (await scene.known('7'))!.id, account: 'a7' }],
    });
    expect(await outdated(first)).toContain('linked, refused, let go or protected accounts');
    const second = await plan();
    expect(await outdated(second)).toBeNull();
    bench.clock.advance(60_000);
    await ask(scene, 'protected.add', { connection: 'app', accounts: [{ type: 'person', externalId: 'backup' }], reason: 'a robot' });
    expect(await outdated(second)).toContain('protected accounts');
    const third = await plan();
    expect(await outdated(third)).toBeNull();
    await ask(scene, 'job.update', { job: down, settings: { description: 'to the app' }, withoutForecast: true });
    expect(await outdated(third)).toContain('settings of the job were edited');
    // What is done in another system, and a run that writes, is nothing of it.
    const fourth = await plan();
    bench.clock.advance(60_000);
    await ask(scene, 'protected.add', { connection: 'hr', accounts: [{ type: 'person', externalId: '1' }], reason: 'the boss' });
    expect(await outdated(fourth)).toBeNull();
    expect(await outdated((await bench.run(up)).id)).toBeNull();
  });

  it('goes on saying so however much else is written down since', async () => {
    const scene = await grown();
    const { bench, down } = scene;
    const { id } = await bench.run(down, { dryRun: true });
    bench.clock.advance(60_000);
    await ask(scene, 'protected.add', { connection: 'app', accounts: [{ type: 'person', externalId: 'backup' }], reason: 'a robot' });
    await bench.database.write(async (transaction) => {
      for (let entry = 0; entry < 1001; entry++)
        await audit(transaction, { at: bench.clock.now(), actor: 'ann', action: 'sign-in', subject: 'account:ann' });
    });
    expect((await ask(scene, 'run.get', { run: id })).outdated?.en).toContain('protected accounts');
  });
});
