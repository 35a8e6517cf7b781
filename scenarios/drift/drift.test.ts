// Drift, attribute by attribute: written over, left as it is and reported, or offered to the directory; a second writer is recognised and left alone.
import { describe, expect, it } from 'vitest';
import { ask, refusal } from '../../test/support/asking.ts';
import { openScene, roomy, type Scene, valueOf } from '../../test/support/plain-scene.ts';

const policy = { guard: roomy, drift: { person: { title: 'report', note: 'adopt' } } } as const;

async function open(people = 6): Promise<Scene> {
  const scene = await openScene({ people, up: { policy: { guard: roomy } }, down: { policy } });
  for (let id = 1; id <= people; id++) {
    scene.hr.set('person', String(id), { title: 'Clerk', note: 'Nick' });
    scene.hr.unknowns.set(String(id), []);
  }
  await scene.sync();
  await scene.sync();
  return scene;
}
const there = (scene: Scene, id: string, values: object): void => scene.app.set('person', scene.account(id)!.id, { ...values });
const shown = (scene: Scene, id: string, name: string): unknown => scene.account(id)!.attributes[name];
const listed = async (scene: Scene) =>
  (await ask(scene, 'drift.list', { job: scene.down })).drift.map((row) => [row.title, row.attribute, row.wanted, row.found, row.state]);

describe('what somebody else changes in the target', () => {
  it('is written over, reported or offered, as the job says of the attribute; the report says what stands, and how it went', async () => {
    const scene = await open();
    there(scene, '1', { title: 'Queen', note: 'Lilibet', mail: 'queen@example.com' });
    there(scene, '2', { title: 'King' });
    const writes = scene.app.writes;
    const { down } = await scene.sync();
    expect([shown(scene, '1', 'title'), shown(scene, '1', 'note'), shown(scene, '1', 'mail')]).toEqual([
      'Queen',
      'Lilibet',
      '1@example.com',
    ]);
    expect(scene.app.writes - writes).toBe(1);
    expect(await listed(scene)).toEqual([
      ['Person 1', 'mail', '1@example.com', 'queen@example.com', 'corrected'],
      ['Person 1', 'note', 'Nick', 'Lilibet', 'open'],
      ['Person 1', 'title', 'Clerk', 'Queen', 'open'],
      ['Person 2', 'title', 'Clerk', 'King', 'open'],
    ]);
    expect(down.state).toBe('succeeded');
    // What stands, stands in every later report; what was written over does not.
    await scene.sync();
    expect(scene.app.writes - writes).toBe(1);
    there(scene, '2', { title: 'Clerk' });
    await scene.sync();
    expect((await listed(scene)).map((row) => row.slice(0, 2))).toEqual([
      ['Person 1', 'mail'],
      ['Person 1', 'note'],
      ['Person 1', 'title'],
    ]);
    const { course } = await ask(scene, 'drift.course', { job: scene.down });
    expect(course.slice(0, 4).map(({ corrected, open: stands, fought }) => [corrected, stands, fought])).toEqual([
      [0, 2, 0],
      [0, 3, 0],
      [1, 3, 0],
      [0, 0, 0],
    ]);
    // Our own change is written all the same, and ends it.
    scene.hr.set('person', '1', { title: 'Chief' });
    await scene.sync();
    expect(shown(scene, '1', 'title')).toBe('Chief');
    expect((await listed(scene)).map((row) => row[1])).toEqual(['mail', 'note']);
    // What is no longer reported but enforced is written over at once.
    await ask(scene, 'job.update', { job: scene.down, settings: { policy: { guard: roomy } }, withoutForecast: true });
    await scene.sync();
    expect(shown(scene, '1', 'note')).toBe('Nick');
    expect((await listed(scene)).map((row) => row[4])).toEqual(['corrected', 'corrected']);
  });

  it('is taken over as an edit by hand, under the name of who asked; a source above keeps its field', async () => {
    const scene = await openScene({ people: 3, up: { policy: { guard: roomy } }, down: { policy } });
    for (const id of ['1', '2', '3']) scene.hr.unknowns.set(id, ['note']);
    await scene.sync();
    await scene.sync();
    await ask(scene, 'edit.propose', {
      steps: [{ do: 'person.edit', person: (await scene.known('1'))!.id, attributes: { nickname: 'Nick' } }],
    }).then(({ id }) => ask(scene, 'edit.apply', { edit: id }));
    await scene.bench.engine.drain();
    await scene.sync();
    expect(shown(scene, '1', 'note')).toBe('Nick');
    there(scene, '1', { note: 'Lilibet' });
    await scene.sync();
    const edit = await ask(scene, 'drift.adopt', { job: scene.down });
    expect(valueOf(await scene.known('1'), 'nickname')).toBe('Nick');
    await ask(scene, 'edit.apply', { edit: edit.id });
    await scene.bench.engine.drain();
    expect(valueOf(await scene.known('1'), 'nickname')).toBe('Lilibet');
    const writes = scene.app.writes;
    await scene.sync();
    expect(scene.app.writes).toBe(writes);
    expect(await listed(scene)).toEqual([]);
    expect(await refusal(ask(scene, 'drift.adopt', { job: scene.down }))).toContain('no drift to adopt');
  });

  it('is said of attributes that the job writes, and taken over where they are mapped as they are', async () => {
    const scene = await open(1);
    const saved = (drift: object) =>
      refusal(ask(scene, 'job.update', { job: scene.down, settings: { policy: { drift } }, withoutForecast: true }));
    expect(await saved({ person: { kind: 'report' } })).toContain('policy.drift.person.kind: Only what the job writes');
    expect(await saved({ person: { title: 'report' } })).toBe('done');
    const up = ask(scene, 'job.update', {
      job: scene.up,
      settings: { policy: { drift: { person: { title: 'report' } } } },
      withoutForecast: true,
    });
    expect(await refusal(up)).toContain('Only what the job writes to a system');
  });
});

describe('memberships, members and managers', () => {
  it('that somebody else changes are drift: written over or left alone, and named in the report; our own changes are none', async () => {
    const scene = await openScene({
      up: { policy: { guard: roomy } },
      down: { policy: { guard: roomy, drift: { group: { member: 'report' } } } },
    });
    const { hr, app } = scene;
    for (const id of ['main', 'side']) hr.department(id);
    for (const id of ['1', '2', '3', '4', '5']) hr.person(id, 'main', { manager: id === '1' ? null : '1' });
    hr.group('all', [
      ['person', '1'],
      ['person', '2'],
    ]);
    await scene.sync();
    await scene.sync();
    expect(await listed(scene)).toEqual([]);
    const at = (type: string, code: string): string => app.by(type, type === 'person' ? 'number' : 'code', code)!.id;
    const edge = (type: string, id: string, more: object = {}) => ({ to: { type, id }, ...more });
    const members = (): string[] =>
      app
        .by('group', 'code', 'all')!
        .edges!.member!.map((one) => String(app.get('person', one.to.id)!.attributes.number))
        .sort();
    // Three is put into another department and given another manager; two is taken out of the group, four is put in.
    app.set(
      'person',
      at('person', 'N-3'),
      { manager: at('person', 'N-2') },
      { membership: [edge('department', at('department', 'side'), { primary: true })] },
    );
    app.set('group', at('group', 'all'), {}, { member: [edge('person', at('person', 'N-1')), edge('person', at('person', 'N-4'))] });
    const { down } = await scene.sync();
    expect(await scene.changes(down)).toMatchObject([{ action: 'update', situation: 'drifted', type: 'person' }]);
    expect(app.get('person', at('person', 'N-3'))).toMatchObject({
      attributes: { manager: at('person', 'N-1') },
      edges: { membership: [{ to: { id: at('department', 'main') } }] },
    });
    expect(members()).toEqual(['N-1', 'N-4']);
    expect(await listed(scene)).toEqual([
      ['all', 'member', ['Person 2'], ['Person 4'], 'open'],
      ['Person 3', 'manager', 'Person 1', 'Person 2', 'corrected'],
      ['Person 3', 'membership', ['main'], ['side'], 'corrected'],
    ]);
    const writes = app.writes;
    await scene.sync();
    expect([app.writes - writes, members()]).toEqual([0, ['N-1', 'N-4']]);
    // Of a group in which somebody else may write, our own changes alone are written.
    hr.group('all', [
      ['person', '2'],
      ['person', '5'],
    ]);
    hr.person('3', 'side', { manager: '1' });
    expect(await scene.changes((await scene.sync()).down)).toMatchObject([{ situation: 'changed' }, { situation: 'changed' }]);
    expect(members()).toEqual(['N-4', 'N-5']);
    expect((await listed(scene)).filter((row) => row[4] === 'open')).toEqual([['all', 'member', ['Person 2'], ['Person 4'], 'open']]);
    // Somebody who has left and comes back is in the group again; nobody took them out.
    hr.set('person', '5', { status: 'departed' });
    await scene.sync();
    app.delete('person', at('person', 'N-5'));
    app.set('group', at('group', 'all'), {}, { member: [edge('person', at('person', 'N-4'))] });
    await scene.sync();
    hr.set('person', '5', { status: 'active' });
    await scene.sync();
    await scene.sync();
    expect(members()).toEqual(['N-4', 'N-5']);
    // Ended with the mode: what was left alone is written over.
    await ask(scene, 'job.update', { job: scene.down, settings: { policy: { guard: roomy } }, withoutForecast: true });
    await scene.sync();
    expect(members()).toEqual(['N-2', 'N-5']);
    expect(
      await refusal(ask(scene, 'job.update', { job: scene.down, settings: { policy: { drift: { group: { member: 'adopt' } } } } })),
    ).toContain('are written over or reported');
  });

  it('that one and the same writer puts back each time are left to them; a group that many people change is not given up', async () => {
    const scene = await openScene({ people: 6, up: { policy: { guard: roomy } }, down: { policy: { guard: roomy } } });
    const { hr, app } = scene;
    for (const code of ['robbed', 'busy']) hr.group(code, [['person', '1']]);
    await scene.sync();
    await scene.sync();
    const groupOf = (code: string) => app.by('group', 'code', code)!;
    for (let round = 0; round < 6; round++) {
      for (const [code, also] of [
        ['robbed', '2'],
        ['busy', String(2 + (round % 5))],
      ] as const) {
        const group = groupOf(code);
        const extra = { to: { type: 'person', id: scene.account(also)!.id } };
        app.set('group', group.id, {}, { member: [...group.edges!.member!.filter((one) => one.to.id !== extra.to.id), extra] });
      }
      await scene.sync();
    }
    expect([groupOf('robbed').edges!.member!.length, groupOf('busy').edges!.member!.length]).toEqual([2, 1]);
    expect((await listed(scene)).map((row) => [row[0], row[4]]).sort()).toEqual([
      ['busy', 'corrected'],
      ['robbed', 'fought'],
    ]);
    expect((await scene.items(scene.down)).map((item) => [item.attribute, item.cause])).toEqual([['member', 'fought']]);
    await ask(scene, 'drift.enforce', { job: scene.down });
    await scene.sync();
    expect(groupOf('robbed').edges!.member!.length).toBe(1);
  });
});

describe('a second writer', () => {
  const written = async (scene: Scene, rounds: number, says: (round: number) => string): Promise<number> => {
    const before = scene.app.writes;
    for (let round = 1; round <= rounds; round++) {
      there(scene, '3', { mail: says(round) });
      await scene.sync();
    }
    return scene.app.writes - before;
  };

  it.each([
    ['another value each time', (round: number) => `other-${round}@example.com`, 3],
    ['the same value each time', () => 'other@example.com', 2],
  ])('who writes %s is recognised and named; the attribute is left to them, until a person decides', async (_, says, writes) => {
    const scene = await open();
    expect(await written(scene, 8, says)).toBe(writes);
    expect(shown(scene, '3', 'mail')).toBe(says(8));
    expect(await listed(scene)).toEqual([['Person 3', 'mail', '3@example.com', says(8), 'fought']]);
    const [item, ...more] = await scene.items(scene.down);
    expect([item!.attribute, item!.cause, more]).toEqual(['mail', 'fought', []]);
    expect(item!.says).toContain('Somebody else changes "mail" back each time it is written');
    expect(item!.says).not.toContain('@example.com');
    // Everything else of the account is written as ever.
    scene.hr.set('person', '3', { name: 'Another Name' });
    await scene.sync();
    expect([shown(scene, '3', 'name'), shown(scene, '3', 'mail')]).toEqual(['Another Name', says(8)]);
    // A person has stopped the other writer.
    expect(await ask(scene, 'drift.enforce', { job: scene.down })).toEqual({ objects: 1 });
    await scene.sync();
    expect(shown(scene, '3', 'mail')).toBe('3@example.com');
    await scene.sync();
    expect(await scene.items(scene.down)).toEqual([]);
    expect((await listed(scene)).map((row) => row[4])).toEqual(['corrected']);
  });

  it('a target that makes something else of every value is none: it is left in peace, and nothing is listed', async () => {
    const scene = await openScene({ people: 4, up: { policy: { guard: roomy } }, down: { policy: { guard: roomy } } });
    scene.app.dials.makes = (name, value) => (name === 'name' ? `${String(value)} *` : value);
    for (let round = 0; round < 6; round++) await scene.sync();
    expect(await scene.items()).toEqual([]);
    expect((await listed(scene)).every((row) => row[4] === 'corrected')).toBe(true);
  });
});

describe('an attribute in which the directory follows the target', () => {
  it('takes what somebody has made of it there as a word of the job with its rank, explained as such, and lets it go when it follows no more', async () => {
    const follows = { rank: 200, policy: { guard: roomy, drift: { person: { title: 'follow' } } } } as const;
    const scene = await openScene({ people: 3, up: { policy: { guard: roomy } }, down: follows });
    const { bench } = scene;
    for (const id of ['1', '2', '3']) scene.hr.set('person', id, { title: 'Clerk' });
    await scene.sync();
    await scene.sync();
    there(scene, '1', { title: 'Queen' });
    // A dry run says nothing in anybody's name.
    await bench.run(scene.down, { dryRun: true });
    expect(await bench.tick()).toEqual([]);
    await bench.run(scene.down);
    await bench.tick();
    expect(valueOf(await scene.known('1'), 'title')).toBe('Queen');
    expect(valueOf(await scene.known('2'), 'title')).toBe('Clerk');
    const writes = scene.app.writes;
    const again = await scene.sync();
    expect([scene.app.writes - writes, again.up.counts.applied ?? 0, await listed(scene)]).toEqual([0, 0, []]);
    const explained = (await ask(scene, 'explain', { person: 'N-1' })).object!;
    const title = explained.attributes.find((one) => one.name === 'title')!;
    expect(title.said.map((one) => [one.jobName, one.rule, one.value, one.wins])).toEqual([
      ['hr in', 'field title', 'Clerk', false],
      ['app out', 'follows title', 'Queen', true],
    ]);
    // Whether somebody is there, the app does not say.
    scene.hr.set('person', '1', { status: 'departed' });
    await scene.sync();
    expect((await scene.known('1'))!.lifecycle).toBe('departed');
    scene.hr.set('person', '1', { status: 'active' });
    await scene.sync();

    // Below the rank of the source it is listed, and does not count.
    await ask(scene, 'job.update', { job: scene.down, settings: { rank: 50 }, withoutForecast: true });
    there(scene, '2', { title: 'King' });
    await bench.run(scene.down);
    await bench.tick();
    expect(valueOf(await scene.known('2'), 'title')).toBe('Clerk');
    expect((await listed(scene)).map((row) => [row[0], row[3], row[4]])).toEqual([['Person 2', 'King', 'open']]);

    // It follows no more: the next source speaks again, and the target is written.
    await ask(scene, 'job.update', { job: scene.down, settings: { rank: 200, policy: { guard: roomy } }, withoutForecast: true });
    await bench.run(scene.down);
    await bench.tick();
    await scene.sync();
    expect([valueOf(await scene.known('1'), 'title'), shown(scene, '1', 'title'), shown(scene, '2', 'title')]).toEqual([
      'Clerk',
      'Clerk',
      'Clerk',
    ]);
    expect(await bench.database.all('SELECT 1 FROM contribution WHERE job = ?', scene.down)).toEqual([]);
  });
});
