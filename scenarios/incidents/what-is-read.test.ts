// Incidents of other sync products, replayed with default settings: what a source showed was taken for everything there is.
import { describe, expect, it, onTestFinished } from 'vitest';
import { scim } from '../../src/connectors/scim/index.ts';
import { simulate } from '../../src/connectors/scim/simulator.ts';
import type { Connector } from '../../src/connector-kit/contract.ts';
import { hooked } from '../../test/support/hooked.ts';
import { openScene, sentences } from '../../test/support/plain-scene.ts';
import { openWorkbench } from '../../test/support/workbench.ts';
import { openCompany } from '../feishu/company.ts';

describe('only the first page was read', () => {
  it('person 51 and person 101 of one Feishu department, and its 51st department below, are there', async () => {
    const company = await openCompany(0);
    const { tenant } = company.sandbox;
    const [top] = company.departments;
    for (let n = 0; n < 52; n += 1) tenant.addDepartment({ name: `below ${n}`, parent: top!, customId: `B${n}` });
    for (let n = 1; n <= 102; n += 1)
      tenant.addUser({
        userId: `u${n}`,
        fields: { name: `张${n}`, mobile: `+86138${String(n).padStart(8, '0')}`, employee_no: `N${n}`, employee_type: 1 },
        departments: [top!],
        leader: null,
        activated: true,
      });
    expect((await company.sync()).state).toBe('succeeded');
    const people = (await company.bench.objects('person')).map((row) => row.data.displayName);
    expect(people).toHaveLength(102);
    expect(people).toEqual(expect.arrayContaining(['张51', '张101', '张102']));
    const departments = (await company.bench.objects('department')).map((row) => row.data.name);
    expect(departments).toHaveLength(8 + 52);
    expect(departments).toContain('below 51');
    const before = await company.state();
    await company.sync();
    expect(await company.state()).toEqual(before);
  });

  it('a list of ten a page that begins with the newest shifts while it is read: nobody is missed, and nobody is gone', async () => {
    const bench = await openWorkbench();
    onTestFinished(() => bench.close());
    const server = await simulate({ clock: bench.clock, options: { mood: 'tencent', pageSize: '10' } });
    onTestFinished(() => server.stop());
    const hire = (n: number): void =>
      void server.state.create('Users', { userName: `u${n}`, displayName: `User ${n}`, password: 'Sandbox-1' });
    for (let n = 1; n <= 35; n += 1) hire(n);
    const idOf = (n: number): string =>
      String([...server.state.list('Users')].find((user) => (user as { userName?: string }).userName === `u${n}`)!.id);
    // Between two pages somebody who was read already leaves, and somebody new comes first.
    const moves = [() => server.state.remove('Users', idOf(35)), () => hire(36), () => server.state.remove('Users', idOf(34))];
    const shifting = hooked(scim as unknown as Connector, {
      beforePage: (type, at) => void (type === 'person' && at > 1 && moves.shift()?.()),
    });
    await bench.connection('eiam', shifting, {
      ...server.config,
      profile: 'custom',
      tokenRecipe: 'get-query',
      envelope: 'errcode',
      pageSize: 10,
    });
    const fields = ['userName', 'displayName'].map((name) => ({ target: name, field: name }));
    const job = await bench.job({ name: 'in', connection: 'eiam', direction: 'up', mapping: { person: fields } });
    expect(await bench.run(job)).toMatchObject({ state: 'succeeded', problem: null });
    expect(moves).toEqual([]);
    const people = async (): Promise<Record<string, string>> =>
      Object.fromEntries((await bench.objects('person')).map((row) => [String(row.data.userName), row.lifecycle]));
    await bench.run(job);
    const stay = Array.from({ length: 33 }, (_, at) => `u${at + 1}`).concat('u36');
    expect(
      Object.entries(await people())
        .flatMap(([name, lifecycle]) => (lifecycle === 'active' ? [name] : []))
        .sort(),
    ).toEqual(stay.sort());
    // Who left is disabled when they are seen to be gone, and nobody else.
    expect(Object.values(await people()).filter((lifecycle) => lifecycle !== 'active').length).toBeLessThanOrEqual(2);
  });
});

describe('an empty or cut-off answer counted as a good run of nothing (keycloak#48781, authentik#19295, airbyte#32914)', () => {
  it('deletes, disables and empties nobody: empty, cut off, refused, narrowed, one after the other, above and below', async () => {
    const scene = await openScene({ people: 30 });
    scene.hr.group('team', [
      ['person', '1'],
      ['person', '2'],
    ]);
    await scene.sync();
    const [before, writes] = [await scene.world(), scene.app.writes];
    const told: string[] = [];
    for (const harm of [
      () => (scene.hr.dials.empty = true),
      () => (scene.hr.dials.cutAtPage = 2),
      () => (scene.hr.dials.sizeLimit = 7),
      () => (scene.hr.dials.unreachable = true),
      () => ((scene.hr.dials.range = 'less'), scene.hr.dials.hiddenPeopleOf.add('main')),
    ]) {
      harm();
      for (const run of Object.values(await scene.sync())) if (run.state !== 'succeeded') told.push(sentences(run).trim());
      Object.assign(scene.hr.dials, { empty: false, cutAtPage: null, sizeLimit: null, unreachable: false, range: 'all' });
      scene.hr.dials.hiddenPeopleOf.clear();
      scene.bench.clock.advance(120_000);
      await scene.bench.tick();
      await scene.bench.unpause();
    }
    await scene.sync();
    expect(await scene.world()).toEqual(before);
    expect(scene.app.writes).toBe(writes);
    expect(await scene.bench.held()).toEqual([]);
    // Each of them said what was wrong; none was a success of nothing.
    expect(told).toHaveLength(5);
    expect(told.every((text) => text !== '')).toBe(true);
  });
});

describe('departments came unordered, and people before their department', () => {
  it('children before parents, a parent that comes with the next read: the tree is as the source has it', async () => {
    const scene = await openScene();
    for (const [id, parent] of [
      ['team', 'group'],
      ['group', 'division'],
      ['lost', 'comes-later'],
      ['division', null],
    ] as const)
      scene.hr.department(id, parent);
    scene.hr.person('1', 'team');
    await scene.sync();
    scene.hr.department('comes-later', 'division');
    await scene.sync();
    const rows = await scene.bench.objects('department');
    const codeOf = new Map(rows.map((row) => [row.id, row.data.code]));
    const parents = Object.fromEntries(rows.map((row) => [row.data.code, codeOf.get(row.data.parent as string) ?? null]));
    expect(parents).toEqual({ team: 'group', group: 'division', division: null, 'comes-later': 'division', lost: 'comes-later' });
    const below = new Map(scene.app.all('department').map((row) => [row.id, row.attributes.code]));
    expect(
      Object.fromEntries(
        scene.app.all('department').map((row) => [row.attributes.code, below.get(row.attributes.parent as string) ?? null]),
      ),
    ).toEqual(parents);
    expect(await scene.items()).toEqual([]);
  });
});
