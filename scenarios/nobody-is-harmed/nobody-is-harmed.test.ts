// Promise 2: an empty, shrunken, narrowed or interrupted source deletes and disables nobody, clears nothing, and the run says why.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Connector } from '../../src/connector-kit/contract.ts';
import { file } from '../../src/connectors/file/index.ts';
import { evidenceOf, openScene, roomy, type Scene, sentences } from '../../test/support/plain-scene.ts';
import { openWorkbench } from '../../test/support/workbench.ts';

let scene: Scene;
const firstRuns = { policy: { guard: { firstRun: { creates: 1000 } } } };

beforeEach(async () => {
  scene = await openScene({ people: 60, down: firstRuns });
  for (const id of ['north', 'south']) scene.hr.department(id, 'main');
  scene.hr.department('south-1', 'south');
  for (let id = 61; id <= 64; id++) scene.hr.person(String(id), 'south-1');
  // One of them also works elsewhere.
  scene.hr.person('65', ['south-1', 'main']);
  scene.hr.group(
    'all',
    Array.from({ length: 60 }, (_, index) => ['person', String(index + 1)] as const),
  );
  await scene.sync();
});

/** Runs both jobs after the harm; the world must be as it was. */
async function unharmed(): Promise<{ up: Awaited<ReturnType<Scene['sync']>>['up']; down: Awaited<ReturnType<Scene['sync']>>['down'] }> {
  const before = await scene.world();
  const writes = scene.app.writes;
  const runs = await scene.sync();
  expect(await scene.world()).toEqual(before);
  expect(scene.app.writes).toBe(writes);
  return runs;
}

describe('the source above the directory', () => {
  it('starts from 65 people in both systems', async () => {
    expect(await scene.people()).toHaveLength(65);
    expect(scene.app.all('person')).toHaveLength(65);
    expect((await scene.sync()).up.state).toBe('succeeded');
  });

  it('is empty: nobody is touched, and the run says that nothing at all was shown', async () => {
    scene.hr.dials.empty = true;
    const { up } = await unharmed();
    expect(up.state).toBe('warnings');
    expect(sentences(up)).toContain('shows no person at all, although 65 were known');
    scene.hr.dials.empty = false;
    expect((await unharmed()).up.state).toBe('succeeded');
  });

  it('is cut in the middle of page 3: the run tries again, waits with the reason, and harms nobody however long it lasts', async () => {
    scene.hr.dials.cutAtPage = 3;
    const { up } = await unharmed();
    expect(up.state).toBe('waiting');
    expect(sentences(up)).toContain('The connection was cut.');
    const before = await scene.world();
    for (let tries = 0; tries < 20; tries++) {
      scene.bench.clock.advance(61_000);
      for (const run of await scene.bench.tick()) expect(sentences(run)).toContain('The connection was cut.');
    }
    expect(await scene.world()).toEqual(before);
    scene.hr.dials.cutAtPage = null;
    scene.bench.clock.advance(61_000);
    expect(await scene.bench.tick()).toMatchObject([{ id: up.id, state: 'succeeded' }]);
    expect(await scene.world()).toEqual(before);
  });

  it('is cut once: the same run goes on by itself and ends well', async () => {
    scene.hr.dials.cutAtPage = 3;
    const { up } = await unharmed();
    scene.hr.dials.cutAtPage = null;
    scene.bench.clock.advance(61_000);
    const runs = await scene.bench.tick();
    expect(runs).toMatchObject([{ id: up.id, state: 'succeeded', problem: null }]);
    // It is judged by the whole read, not by what came after the cut.
    expect(evidenceOf(runs[0]!).types.person).toMatchObject({ objects: 65, present: { number: 65, phone: 60 } });
  });

  it('has records that cannot be understood: they are listed, and do not count as missing', async () => {
    for (let id = 1; id <= 20; id++) scene.hr.dials.unreadable.add(String(id));
    expect((await scene.bench.run(scene.up, { dryRun: true })).state).toBe('succeeded');
    expect(await scene.items()).toEqual([]);
    const { up } = await unharmed();
    expect(up.state).toBe('warnings');
    expect(await scene.items()).toHaveLength(20);
    expect((await scene.items())[0]).toMatchObject({ cause: 'unreadable', says: 'cannot be understood' });
    scene.hr.dials.unreadable.clear();
    await unharmed();
    expect(await scene.items()).toEqual([]);
  });

  it('hits its size limit: what was not seen does not count as missing', async () => {
    scene.hr.dials.sizeLimit = 20;
    const { up } = await unharmed();
    expect(up.state).toBe('warnings');
    expect(sentences(up)).toContain('The size limit of 20 was reached. Nothing counts as missing.');
  });

  it('shows half of the people: all of it is one question with the numbers', async () => {
    for (let id = 1; id <= 30; id++) scene.hr.delete('person', String(id));
    const { up } = await unharmed();
    expect(up.state).toBe('warnings');
    const held = await scene.bench.held();
    expect(held).toHaveLength(30);
    expect(new Set(held.map((row) => row.question)).size).toBe(1);
    expect(JSON.parse(held[0]!.reason).en).toContain('30 objects would be disabled');
  });

  it('hides one small department with everybody in it: one question, because it looks like a lost right', async () => {
    scene.hr.dials.hiddenDepartments.add('south');
    const { up } = await unharmed();
    expect(up.state).toBe('warnings');
    const held = await scene.bench.held();
    expect(held.length).toBeGreaterThanOrEqual(6);
    for (const row of held) expect(JSON.parse(row.reason).en).toContain('looks like a lost permission');
  });

  it('shows a department without the people who were in it: one question for them too', async () => {
    scene.hr.dials.hiddenPeopleOf.add('south-1');
    await unharmed();
    for (const row of await scene.bench.held()) expect(JSON.parse(row.reason).en).toContain('looks like a lost permission');
    expect(await scene.bench.held()).toHaveLength(5);
  });

  it('shows a narrower range: nothing counts as missing until the range is back', async () => {
    scene.hr.dials.range = 'less';
    for (let id = 1; id <= 5; id++) scene.hr.delete('person', String(id));
    const { up } = await unharmed();
    expect(up.state).toBe('warnings');
    expect(sentences(up)).toContain('What the source lets us see has changed');
  });

  it('hides an attribute of everybody, and says so: no field is cleared', async () => {
    scene.hr.dials.hidden.add('phone');
    const { up } = await unharmed();
    expect(sentences(up)).toContain('"phone"');
    expect(up.state).toBe('warnings');
  });

  it('shows an attribute as empty for everybody: it counts as hidden, and no field is cleared', async () => {
    scene.hr.dials.nulled.add('phone');
    const { up } = await unharmed();
    expect(sentences(up)).toContain('Nobody has a value in "phone" any more, although 60 had one');
    // It stays unknown as long as it stays away, and is believed again when it is back.
    await scene.bench.unpause();
    await unharmed();
    scene.hr.dials.nulled.clear();
    await scene.bench.unpause();
    scene.hr.set('person', '1', { phone: null });
    await scene.sync();
    expect((await scene.known('1'))!.attributes.phone).toBeUndefined();
    expect((await scene.known('2'))!.attributes.phone).toBeDefined();
  });

  it('shows nobody in any department any more: that counts as hidden as well, in a company of any size', async () => {
    scene = await openScene({ people: 8, down: firstRuns });
    await scene.sync();
    scene.hr.dials.nulled.add('membership');
    const { up } = await unharmed();
    expect(sentences(up)).toContain('Nobody has a value in "membership" any more, although 8 had one');
    scene.hr.dials.nulled.clear();
    await scene.bench.unpause();
    expect((await unharmed()).up.state).toBe('succeeded');
  });

  it('has a shifted column, so that every mail is wrong: held as one question', async () => {
    for (let id = 1; id <= 60; id++) scene.hr.set('person', String(id), { mail: `${id + 1}@example.com.wrong` });
    await unharmed();
    const held = await scene.bench.held();
    expect(held).toHaveLength(60);
    expect(JSON.parse(held[0]!.reason).en).toContain('60 objects would get another "e-mail"');
  });

  it('is unreachable: nothing happens, and the run waits for it', async () => {
    scene.hr.dials.unreachable = true;
    const { up } = await unharmed();
    expect(up.state).toBe('waiting');
    expect(sentences(up)).toContain('No answer from the system.');
  });

  it('answers "not found" to single questions while its range is narrower: nothing is believed', async () => {
    scene.hr.dials.empty = true;
    scene.hr.dials.range = 'less';
    const before = await scene.world();
    await scene.bench.run(scene.up, { keys: Array.from({ length: 65 }, (_, index) => ({ type: 'person', id: String(index + 1) })) });
    await scene.bench.run(scene.down);
    expect(await scene.world()).toEqual(before);
  });
});

describe('the target below the directory', () => {
  it('is read only in part: nobody is created again', async () => {
    scene.app.dials.sizeLimit = 20;
    const { down } = await unharmed();
    expect(sentences(down)).toContain('could not be read to its end');
  });

  it('shows none of its accounts any more: they are not made again before a person says so', async () => {
    scene = await openScene({ people: 8, down: firstRuns });
    await scene.sync();
    scene.app.dials.empty = true;
    const { down } = await unharmed();
    expect(sentences(down)).toContain('The target shows no person at all, although 8 were linked');
    expect(new Set((await scene.bench.held()).map((row) => row.question))).toEqual(
      new Set(['target-empty:department', 'target-empty:person']),
    );
    scene.app.dials.empty = false;
    await unharmed();
    expect(await scene.bench.held()).toEqual([]);
  });

  it('is cut while it is observed: the run waits and writes nothing', async () => {
    scene.app.dials.cutAtPage = 3;
    const { down } = await unharmed();
    expect(down.state).toBe('waiting');
  });

  it('hides an attribute: it is not written again and again', async () => {
    scene.app.dials.hidden.add('phone');
    await unharmed();
    await unharmed();
  });
});

describe('a careless job above', () => {
  const careless = { policy: { guard: roomy } };

  it('suspends half of the directory: the job below asks before it disables their accounts', async () => {
    scene = await openScene({ people: 60, up: careless, down: firstRuns });
    await scene.sync();
    for (let id = 1; id <= 30; id++) scene.hr.delete('person', String(id));
    const { down } = await scene.sync();
    expect((await scene.people()).filter((person) => person.lifecycle === 'suspended')).toHaveLength(30);
    expect(scene.app.all('person').every((account) => account.enabled)).toBe(true);
    expect(down.state).toBe('warnings');
    expect((await scene.changes(down))[0]).toMatchObject({
      action: 'disable',
      state: 'held',
      says: expect.stringContaining('30 objects would be disabled'),
    });
  });

  it('suspends them one by one: the window of the job below holds all the same', async () => {
    scene = await openScene({ people: 60, up: careless, down: firstRuns });
    await scene.sync();
    for (let id = 1; id <= 40; id++) {
      scene.hr.delete('person', String(id));
      await scene.bench.run(scene.up, { keys: [{ type: 'person', id: String(id) }] });
      await scene.bench.run(scene.down, { keys: [{ type: 'person', id: (await scene.known(String(id)))!.id }] });
    }
    expect(scene.app.all('person').filter((account) => !account.enabled)).toHaveLength(10);
    expect(await scene.bench.held()).toHaveLength(30);
  });

  it('gives everybody a wrong mail: the job below holds it as one question', async () => {
    scene = await openScene({ people: 60, up: careless, down: firstRuns });
    await scene.sync();
    for (let id = 1; id <= 60; id++) scene.hr.set('person', String(id), { mail: `wrong-${id}@example.com` });
    const before = scene.app.writes;
    await scene.sync();
    expect(scene.app.writes).toBe(before);
    expect(new Set((await scene.bench.held()).map((row) => row.question))).toEqual(new Set(['limit:update:identifying:mail']));
  });
});

describe('many small runs', () => {
  /** One person a run, as events bring them. */
  async function oneByOne(count: number, harm: (id: string) => void): Promise<void> {
    for (let n = 0; n < count; n++) {
      const id = String(n + 1);
      harm(id);
      await scene.bench.run(scene.up, { keys: [{ type: 'person', id }] });
    }
  }

  it('let through no more departures than one run would: the rolling window holds', async () => {
    await oneByOne(60, (id) => scene.hr.delete('person', id));
    const people = await scene.people();
    expect(people.filter((person) => person.lifecycle !== 'active')).toHaveLength(10);
    expect(await scene.bench.held()).toHaveLength(50);
    await scene.bench.run(scene.up);
    expect((await scene.people()).filter((person) => person.lifecycle !== 'active')).toHaveLength(10);
  });

  it('let through no more emptied fields than one run would', async () => {
    await oneByOne(60, (id) => scene.hr.set('person', id, { phone: null }));
    expect(
      (await scene.people()).filter(
        (person) => person.attributes.phone === undefined && Number(person.attributes.employeeNumber?.toString().slice(2)) <= 60,
      ),
    ).toHaveLength(10);
  });

  it('let the next ones through when the window has moved on', async () => {
    await oneByOne(20, (id) => scene.hr.delete('person', id));
    scene.days(2);
    await scene.bench.run(scene.up);
    expect((await scene.people()).filter((person) => person.lifecycle !== 'active')).toHaveLength(20);
  });
});

it('a list of HR whose column of mails was shifted by a row: one question about all of them, and nothing changes before it is answered', async () => {
  const bench = await openWorkbench({ connectors: [file as unknown as Connector] });
  onTestFinished(() => bench.close());
  const path = join(bench.folder, 'people.csv');
  const save = (mailOf: (row: number) => number): void =>
    writeFileSync(
      path,
      [
        '工号,姓名,部门,邮箱',
        ...Array.from({ length: 60 }, (_, row) => `${1000 + row},人员${row},总公司,p${mailOf(row)}@example.com`),
      ].join('\n'),
    );
  save((row) => row);
  await bench.connection('list', file as unknown as Connector, { use: 'read', path, settleSeconds: 0 });
  const job = await bench.job({ name: 'list', connection: 'list', direction: 'up', ...file.manifest.defaults.up! });
  const first = await bench.run(job);
  expect([first.problem, (await bench.objects('person')).length]).toEqual([null, 60]);
  const before = await bench.objects('person');
  // Cells of one column were sorted, or a cell was put in at its top: every row has the mail of the one above.
  save((row) => (row + 59) % 60);
  const run = await bench.run(job);
  expect(run.counts.applied ?? 0).toBe(0);
  expect(await bench.objects('person')).toEqual(before);
  const held = await bench.held();
  expect(held).toHaveLength(60);
  expect(new Set(held.map((row) => row.question)).size).toBe(1);
  expect(JSON.parse(held[0]!.reason).en).toContain('60 objects would get another "e-mail"');
  save((row) => row);
  await bench.unpause();
  await bench.run(job);
  expect(await bench.held()).toEqual([]);
  expect(await bench.objects('person')).toEqual(before);
});
