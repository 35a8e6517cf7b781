// Scope: departments with what is below them, people one by one, rules; and what happens to those who leave it.
import { describe, expect, it } from 'vitest';
import { carryOut } from '../../src/engine/commands.ts';
import type { JobSettingsInput } from '../../src/core/job-settings.ts';
import { openScene, roomy, type Scene, sentences } from '../../test/support/plain-scene.ts';
import { byNumber, plainDown, plainUp } from '../../test/support/plain-system.ts';

const policy = { policy: { guard: roomy } };
type ScopeInput = NonNullable<JobSettingsInput['scope']>;

async function company(options: { up?: object; down?: object }): Promise<Scene> {
  const scene = await openScene({ up: { ...policy, ...options.up }, down: { ...policy, ...options.down } });
  const { hr } = scene;
  hr.department('root');
  for (const [id, parent] of [
    ['sales', 'root'],
    ['emea', 'sales'],
    ['labs', 'root'],
    ['secret', 'labs'],
  ] as const)
    hr.department(id, parent);
  for (const [id, department] of [
    ['boss', 'root'],
    ['seller', 'sales'],
    ['agent', 'emea'],
    ['maker', 'labs'],
    ['spy', 'secret'],
  ] as const)
    hr.person(id, department, { title: department === 'root' ? 'chief' : 'staff' });
  hr.person('both', ['emea', 'labs'], { title: 'staff' });
  return scene;
}
const peopleOf = async (scene: Scene): Promise<string[]> =>
  (await scene.people()).map((person) => String(person.attributes.employeeNumber).slice(2)).sort();
const departmentsOf = async (scene: Scene): Promise<string[]> =>
  (await scene.bench.objects('department')).map((row) => String(row.data.code)).sort();

const cases: readonly { name: string; scope: ScopeInput; people: string[]; departments: string[] }[] = [
  {
    name: 'nothing said',
    scope: {},
    people: ['agent', 'boss', 'both', 'maker', 'seller', 'spy'],
    departments: ['emea', 'labs', 'root', 'sales', 'secret'],
  },
  {
    name: 'a department with what is below; those above go along bare',
    scope: { departments: { include: ['emea'] } },
    people: ['agent', 'both'],
    departments: ['emea', 'root', 'sales'],
  },
  {
    name: 'a department without what is below',
    scope: { departments: { include: ['sales'], below: false } },
    people: ['seller'],
    departments: ['root', 'sales'],
  },
  {
    name: 'everything below a department, and not the department itself',
    scope: { departments: { onlyBelow: ['sales'] } },
    people: ['agent', 'both'],
    departments: ['emea', 'root', 'sales'],
  },
  {
    name: 'everything but one department',
    scope: { departments: { exclude: ['labs'] } },
    people: ['agent', 'boss', 'both', 'seller'],
    departments: ['emea', 'root', 'sales'],
  },
  {
    name: 'a department without a part of it',
    scope: { departments: { include: ['labs'], exclude: ['secret'] } },
    people: ['both', 'maker'],
    departments: ['labs', 'root'],
  },
  {
    name: 'people one by one, in all departments',
    scope: { people: { include: ['spy'] } },
    people: ['spy'],
    departments: ['emea', 'labs', 'root', 'sales', 'secret'],
  },
  {
    name: 'one more person beside a department',
    scope: { departments: { include: ['sales'] }, people: { include: ['spy'] } },
    people: ['agent', 'both', 'seller', 'spy'],
    departments: ['emea', 'labs', 'root', 'sales', 'secret'],
  },
  {
    name: 'everybody but one',
    scope: { people: { exclude: ['spy'] } },
    people: ['agent', 'boss', 'both', 'maker', 'seller'],
    departments: ['emea', 'labs', 'root', 'sales', 'secret'],
  },
  {
    name: 'a rule',
    scope: { rules: { person: 'title == "chief"' } },
    people: ['boss'],
    departments: ['emea', 'labs', 'root', 'sales', 'secret'],
  },
  {
    name: 'a rule inside a department',
    scope: { departments: { include: ['labs'] }, rules: { person: 'number != "N-spy"' } },
    people: ['both', 'maker'],
    departments: ['labs', 'root', 'secret'],
  },
];

describe('a job upstream with', () => {
  it.each(cases)('$name', async ({ scope, people, departments }) => {
    const scene = await company({ up: { scope } });
    await scene.bench.run(scene.up);
    expect(await peopleOf(scene)).toEqual(people);
    expect(await departmentsOf(scene)).toEqual(departments);
    expect(await scene.items()).toEqual([]);
    const history = await scene.history();
    expect((await scene.bench.run(scene.up)).state).toBe('succeeded');
    expect(await scene.history()).toBe(history);
  });
});

/** The same scope in ids of the directory, which scopes of downstream jobs name. */
async function namedThere(scene: Scene, scope: ScopeInput): Promise<ScopeInput> {
  const ids = new Map([
    ...(await scene.bench.objects('department')).map((row) => [String(row.data.code), row.id] as const),
    ...(await scene.people()).map((person) => [String(person.attributes.employeeNumber).slice(2), person.id] as const),
  ]);
  const named = JSON.parse(JSON.stringify(scope), (_, value) =>
    typeof value === 'string' ? (ids.get(value) ?? value) : value,
  ) as ScopeInput;
  const rules = named.rules ? { rules: { person: named.rules.person!.replace('number', 'employeeNumber') } } : {};
  return { ...named, ...rules };
}
const accountsOf = (scene: Scene): string[] =>
  scene.app
    .all('person')
    .map((account) => String(account.attributes.number).slice(2))
    .sort();

describe('a job downstream with', () => {
  it.each(cases)('$name', async ({ scope, people, departments }) => {
    const scene = await company({});
    await scene.bench.run(scene.up);
    const job = await scene.addJob(scene.app, 'down', { ...policy, name: 'scoped', scope: await namedThere(scene, scope) });
    await scene.bench.run(job);
    expect(accountsOf(scene)).toEqual(people);
    expect(
      scene.app
        .all('department')
        .map((object) => String(object.attributes.code))
        .sort(),
    ).toEqual(departments);
    expect(await scene.items(job)).toEqual([]);
    const writes = scene.app.writes;
    expect((await scene.bench.run(job)).state).toBe('succeeded');
    expect(scene.app.writes).toBe(writes);
  });
});

/** As most SCIM apps are: a department is a text on the account there. */
const peopleAlone = {
  mapping: { person: plainDown().person! },
  correlation: { person: byNumber.down.person! },
  withoutRelations: ['membership'],
};

describe('a job into a system without departments, with', () => {
  it.each(cases)('$name', async ({ scope, people }) => {
    const scene = await company({});
    await scene.bench.run(scene.up);
    const settings = { ...policy, ...peopleAlone, name: 'scoped', scope: await namedThere(scene, scope) };
    const job = await scene.addJob(scene.app, 'down', settings);
    await scene.bench.run(job);
    expect(accountsOf(scene)).toEqual(people);
    expect(await scene.items(job)).toEqual([]);
    const writes = scene.app.writes;
    expect((await scene.bench.run(job)).state).toBe('succeeded');
    expect(scene.app.writes).toBe(writes);
  });
});

describe('a source of which departments are not read', () => {
  const mapping = { person: plainUp().person! };

  it.each<[string, ScopeInput]>([
    ['a department with what is below', { departments: { include: ['sales'] } }],
    ['everything but a department', { departments: { exclude: ['labs'] } }],
    ['what is below a department', { departments: { onlyBelow: ['sales'] } }],
  ])('says that it does not know what is below, rather than leaving it out: %s', async (_, scope) => {
    const scene = await company({ up: { mapping, scope } });
    const run = await scene.bench.run(scene.up);
    expect([run.state, sentences(run)]).toEqual(['failed', expect.stringMatching(/^scope\.departments: .*Map departments, or/)]);
    expect(await peopleOf(scene)).toEqual([]);
  });

  it('gives those of departments that are named one by one', async () => {
    const scope = { departments: { include: ['sales', 'emea'], below: false } };
    const scene = await company({ up: { mapping, scope, withoutRelations: ['membership'] } });
    expect((await scene.bench.run(scene.up)).state).toBe('succeeded');
    expect(await peopleOf(scene)).toEqual(['agent', 'both', 'seller']);
  });
});

describe('a department that is moved takes its people along, though nothing of them has changed', () => {
  const leaver = { leftScope: 'disable' as const };

  it.each([
    ['into a system with departments', {}],
    ['into one without', peopleAlone],
  ] as const)('below a chosen one they come, away from it they go: %s', async (_, more) => {
    // The other job of the app would take over whoever leaves this one.
    const scene = await company({ down: { scope: { rules: { person: 'employeeNumber == "none"' } } } });
    await scene.bench.run(scene.up);
    const scope = await namedThere(scene, { departments: { include: ['sales'] } });
    const job = await scene.addJob(scene.app, 'down', { ...more, name: 'scoped', scope, policy: { guard: roomy, leaver } });
    await scene.bench.run(job);
    expect(accountsOf(scene)).toEqual(['agent', 'both', 'seller']);
    scene.hr.set('department', 'secret', { parent: 'sales' });
    scene.hr.set('department', 'emea', { parent: 'labs' });
    await scene.bench.run(scene.up);
    await scene.bench.run(job);
    expect(['agent', 'both', 'seller', 'spy'].map((id) => scene.account(id)?.enabled)).toEqual([false, false, true, true]);
    const writes = scene.app.writes;
    expect((await scene.bench.run(job)).state).toBe('succeeded');
    expect(scene.app.writes).toBe(writes);
  });

  it('the same of a source', async () => {
    const scene = await company({ up: { scope: { departments: { include: ['sales'] } }, policy: { guard: roomy, leaver } } });
    await scene.bench.run(scene.up);
    expect(await peopleOf(scene)).toEqual(['agent', 'both', 'seller']);
    scene.hr.set('department', 'secret', { parent: 'sales' });
    scene.hr.set('department', 'emea', { parent: 'labs' });
    await scene.bench.run(scene.up);
    const states = await Promise.all(['agent', 'both', 'seller', 'spy'].map(async (id) => (await scene.known(id))?.lifecycle));
    expect(states).toEqual(['suspended', 'suspended', 'active', 'active']);
    const history = await scene.history();
    expect((await scene.bench.run(scene.up)).state).toBe('succeeded');
    expect(await scene.history()).toBe(history);
  });
});

describe('who leaves the scope', () => {
  const chiefs = { rules: { person: 'title == "chief"' } };
  const rows: readonly [name: string, leftScope: object | string, lifecycle: string, removal: boolean][] = [
    ['keep', 'keep', 'active', false],
    ['disable', 'disable', 'suspended', false],
    ['delete', 'delete', 'suspended', true],
    ['disable, then delete', { disableThenDeleteAfterDays: 30 }, 'suspended', false],
    ['unlink', 'unlink', 'active', false],
  ];
  it.each(rows)('upstream is treated as the policy says: %s', async (_, leftScope, lifecycle, removal) => {
    const scene = await company({ up: { scope: chiefs, policy: { guard: roomy, leaver: { leftScope: leftScope as 'keep' } } } });
    scene.hr.set('person', 'seller', { title: 'chief' });
    await scene.bench.run(scene.up);
    scene.hr.set('person', 'seller', { title: 'staff' });
    await scene.bench.run(scene.up);
    expect((await scene.known('seller'))!.lifecycle).toBe(lifecycle);
    expect((await scene.bench.held()).map((row) => row.action)).toEqual(removal ? ['remove'] : []);
    const history = await scene.history();
    await scene.bench.run(scene.up);
    expect(await scene.history()).toBe(history);
    scene.hr.set('person', 'seller', { title: 'chief' });
    await scene.bench.run(scene.up);
    expect((await scene.known('seller'))!.lifecycle).toBe('active');
    expect(await scene.bench.held()).toEqual([]);
  });

  const below: readonly [name: string, leftScope: object | string, enabled: boolean, removal: boolean][] = [
    ['keep', 'keep', true, false],
    ['disable', 'disable', false, false],
    ['delete', 'delete', false, true],
    ['disable, then delete', { disableThenDeleteAfterDays: 30 }, false, false],
    ['unlink', 'unlink', true, false],
  ];
  it.each(below)('downstream is treated as the policy says: %s', async (_, leftScope, enabled, removal) => {
    const scene = await company({ down: { scope: chiefs, policy: { guard: roomy, leaver: { leftScope: leftScope as 'keep' } } } });
    scene.hr.set('person', 'seller', { title: 'chief' });
    await scene.sync();
    const { id } = scene.account('seller')!;
    scene.hr.set('person', 'seller', { title: 'staff' });
    await scene.sync();
    expect(scene.account('seller')).toMatchObject({ id, enabled });
    expect((await scene.bench.held()).map((row) => row.action)).toEqual(removal ? ['remove'] : []);
    const writes = scene.app.writes;
    await scene.sync();
    expect(scene.app.writes).toBe(writes);
    scene.hr.set('person', 'seller', { title: 'chief' });
    await scene.sync();
    expect(scene.account('seller')).toMatchObject({ id, enabled: true });
    expect(await scene.bench.held()).toEqual([]);
  });

  it('by a change of the settings is held as one question when they are many', async () => {
    const scene = await openScene({ people: 60, down: { policy: { guard: { firstRun: roomy.firstRun } } } });
    await scene.sync();
    const narrower = await scene.bench.database.get<{ settings: string }>('SELECT settings FROM job WHERE id = ?', scene.down);
    const settings = { ...(JSON.parse(narrower!.settings) as object), scope: { rules: { person: 'employeeNumber == "N-1"' } } };
    await scene.bench.database.write(async (transaction) => {
      await transaction.run('UPDATE job SET settings = ?, version = version + 1 WHERE id = ?', JSON.stringify(settings), scene.down);
      await transaction.run('INSERT INTO job_version SELECT id, version, settings, 0, ? FROM job WHERE id = ?', 'test', scene.down);
    });
    await scene.bench.run(scene.down);
    expect(scene.app.all('person').every((account) => account.enabled)).toBe(true);
    expect(await scene.bench.held()).toHaveLength(59);
  });
});

describe('a scope that reads what cannot be seen', () => {
  it('changes nothing: nobody leaves because the attribute is hidden, nobody comes', async () => {
    const scene = await company({ up: { scope: { rules: { person: 'title != "chief"' } } } });
    await scene.sync();
    const before = await scene.world();
    for (const dial of ['hidden', 'nulled'] as const) {
      scene.hr.dials[dial].add('title');
      scene.hr.person('new', 'labs');
      await scene.sync();
      expect(await scene.world()).toEqual(before);
      scene.hr.delete('person', 'new');
      scene.hr.dials[dial].clear();
      await scene.bench.unpause();
      await scene.sync();
      expect(await scene.world()).toEqual(before);
    }
  });

  it('of one person keeps that person, and of an unknown department too', async () => {
    const scene = await company({ up: { scope: { departments: { include: ['labs'] }, rules: { person: 'title == "staff"' } } } });
    await scene.sync();
    const before = await scene.world();
    scene.hr.unknowns.set('maker', ['title']);
    scene.hr.unknowns.set('spy', ['membership']);
    await scene.sync();
    expect(await scene.world()).toEqual(before);
  });
});

describe('who comes after the scope was chosen', () => {
  it.each(['up', 'down'] as const)('stays out where the job leaves newcomers out, and whoever is in stays in: %s', async (direction) => {
    const scope = { newMembers: false, newDepartments: false };
    const scene = await company({ [direction]: { scope } });
    await scene.sync();
    const app = () =>
      scene.app
        .all('person')
        .map((account) => String(account.attributes.number).slice(2))
        .sort();
    const all = ['agent', 'boss', 'both', 'maker', 'seller', 'spy'];
    expect(app()).toEqual(all);
    scene.hr.department('apac', 'sales');
    scene.hr.person('newcomer', 'labs');
    scene.hr.person('far', 'apac');
    scene.hr.set('person', 'seller', { title: 'moved up' });
    await scene.sync();
    await scene.sync();
    expect(app()).toEqual(all);
    expect(scene.account('seller')!.attributes.title).toBe('moved up');
    expect(scene.app.all('person').every((account) => account.enabled)).toBe(true);
    expect(scene.app.all('department').map((one) => one.attributes.code)).not.toContain('apac');
  });
});

describe('the picker of departments', () => {
  it.each(['up', 'down'] as const)('shows none, half and all of the tree of the source: %s', async (direction) => {
    const scene = await company({});
    await scene.sync();
    const { engine, database, clock } = scene.bench;
    const context = { reader: database, connectors: engine.options.connectors, now: () => clock.now(), engine, alone: true, actor: 'ann' };
    const code = new Map((await scene.bench.objects('department')).map((row) => [String(row.data.code), row.id]));
    const sales = direction === 'up' ? 'sales' : code.get('sales')!;
    const input = { job: scene[direction], scope: { departments: { onlyBelow: [sales] } } };
    const { departments } = (await carryOut('job.departments', context, input)) as {
      departments: { id: string; ticked: string }[];
    };
    const name = (id: string): string => [...code].find(([, own]) => own === id)?.[0] ?? id;
    expect(Object.fromEntries(departments.map((one) => [name(one.id), one.ticked]))).toEqual({
      root: 'half',
      sales: 'half',
      emea: 'all',
      labs: 'none',
      secret: 'none',
    });
  });
});
