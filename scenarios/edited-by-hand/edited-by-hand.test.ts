// The directory edited by hand: what it would change everywhere is seen first, the guard watches, sources keep their word.
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { carryOut, type OutputOf } from '../../src/engine/commands.ts';
import type { Database } from '../../src/store/database.ts';
import { migrations } from '../../src/store/migrations.ts';
import { tableShapes } from '../../src/store/schema/columns.ts';
import { openApi, type ApiScene, type Answer } from '../../test/support/api-scene.ts';
import { PlainSystem } from '../../test/support/plain-system.ts';

const CONSOLE_JOB = 'Edited by hand';

/** Proposes, applies, and carries everything out; then the app is synced. */
async function edit(api: ApiScene, ...steps: object[]): Promise<Answer> {
  const proposed = await api.ask('POST', '/edits', { body: { steps } });
  expect(proposed.status, JSON.stringify(proposed.body)).toBe(201);
  const applied = await api.ask('POST', `/edits/${proposed.body.id}/apply`);
  expect(applied.status, JSON.stringify(applied.body)).toBe(202);
  await api.scene.bench.engine.drain();
  return proposed;
}
const down = (api: ApiScene) => api.scene.bench.run(api.scene.down);
const groupsOf = (plan: { groups: { action: string; type: string; count: number; state: string }[] }) =>
  plan.groups.map((group) => `${group.action} ${group.type} ${group.count} ${group.state}`);
const person = async (api: ApiScene, name: string) => (await api.scene.people()).find((one) => one.attributes.displayName === name);

const explained = async (api: ApiScene): Promise<NonNullable<OutputOf<'explain'>['object']>> =>
  (await api.ask('GET', '/explanation?person=N-900')).body.object;

const sales = { do: 'department.create', as: 'sales', attributes: { name: 'Sales', code: 'S' } };
const lina = {
  do: 'person.create',
  as: 'lina',
  attributes: { displayName: 'Li Na', employeeNumber: 'N-900', userName: 'lina' },
  departments: [{ department: '@sales' }],
};

it('what an edit would do is planned once, though the queue hears of the run meanwhile', async () => {
  const api = await openApi();
  await edit(api, sales, lina);
  let isAnswered = false;
  const queue = (async () => {
    while (!isAnswered) {
      await api.scene.bench.engine.drain();
      // The store answers without leaving the thread: whoever asks gets a turn, too.
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  const { body } = await api.ask('POST', '/edits', {
    body: { steps: [{ do: 'person.edit', person: 'N-900', attributes: { title: 'Lead' } }] },
  });
  isAnswered = true;
  await queue;
  expect(groupsOf(body.directory)).toEqual(['update person 1 planned']);
  expect(body.directory.run.counts).toMatchObject({ read: 1, planned: 1 });
});

it('closing somebody who was entered by hand names the directory and the app, and no system "Edited by hand"; taking it back brings the person back', async () => {
  const api = await openApi();
  await edit(api, sales, lina);
  await down(api);
  const { body } = await api.ask('POST', '/people/N-900/closing-preview');
  expect(body.closings.map((one: { connection: string | null; does: string }) => `${one.connection} ${one.does}`)).toEqual([
    'null leave',
    'app disable',
  ]);
  expect((await explained(api)).kept).toBeNull();
  await api.ask('POST', '/people/N-900/closing', { body: { token: body.token, why: 'a mistake' } });
  await api.scene.bench.engine.drain();
  const closed = await explained(api);
  expect(closed).toMatchObject({ lifecycle: 'departed', kept: { by: 'admin Li', cause: 'close', against: 'active' } });
  const { run } = closed.kept!;
  // An edit that says "active" would come to nothing: it is refused with what does it.
  const refused = await api.ask('POST', '/edits', { body: { steps: [{ do: 'person.rehire', person: 'N-900' }] } });
  expect([refused.status, refused.body.errors[0].message]).toEqual([409, expect.stringContaining(`tributary undo ${run}`)]);
  await api.ask('POST', `/runs/${run}/undo`, { body: { pause: false } });
  await api.scene.bench.engine.drain();
  const back = await explained(api);
  expect([back.lifecycle, back.kept]).toEqual(['active', null]);
  expect(back.lifecycleWhy.en).toContain('says so');
  expect(api.scene.account('900')!.enabled).toBe(false);
  await api.ask('POST', `/jobs/${api.scene.down}/runs`, { body: { keys: [{ type: 'person', id: back.id }] } });
  await api.scene.bench.engine.drain();
  expect(api.scene.account('900')!.enabled).toBe(true);
});

describe('a directory that is its own source', () => {
  it('feeds a system below without any job above', async () => {
    const api = await openApi();
    const proposed = await edit(api, sales, lina);
    expect(groupsOf(proposed.body.directory)).toEqual(['create department 1 planned', 'create person 1 planned']);
    expect(proposed.body.downstream).toHaveLength(1);
    expect(groupsOf(proposed.body.downstream[0])).toEqual(['create department 1 planned', 'create person 1 planned']);
    await down(api);
    expect(api.scene.account('900')).toMatchObject({ enabled: true });
    expect(await person(api, 'Li Na')).toMatchObject({ lifecycle: 'active', departments: ['S'] });
    const again = await down(api);
    expect(again.counts.applied ?? 0).toBe(0);
  });

  it.each([
    ['enabled', 1],
    ['observing', 0],
    ['disabled', 0],
  ] as const)('plans what follows below for a job that would carry it out: %s', async (state, plans) => {
    const api = await openApi();
    const { engine } = api.scene.bench;
    if (state !== 'enabled') await engine.setJobState(api.scene.down, 'disabled', 'test');
    if (state === 'observing') await engine.setJobState(api.scene.down, state, 'test');
    const { body } = await api.ask('POST', '/edits', { body: { steps: [sales, lina] } });
    expect(groupsOf(body.directory)).toEqual(['create department 1 planned', 'create person 1 planned']);
    expect(body.downstream).toHaveLength(plans);
  });

  it('a proposal writes nothing, neither above nor below', async () => {
    const api = await openApi({ people: 3 });
    await api.scene.sync();
    const before = [await api.scene.world(), await api.scene.history()];
    const proposed = await api.ask('POST', '/edits', { body: { steps: [sales, lina] } });
    expect(proposed.status).toBe(201);
    expect([await api.scene.world(), await api.scene.history()]).toEqual(before);
    await api.ask('POST', `/edits/${proposed.body.id}/discard`);
    const late = await api.ask('POST', `/edits/${proposed.body.id}/apply`);
    expect([late.status, late.body.detail]).toEqual([409, expect.stringContaining('was discarded already, by admin Li')]);
    expect([await api.scene.world(), await api.scene.history()]).toEqual(before);
  });

  it('is applied with its run or not at all: no crash in between leaves an edit that does not know its run', async () => {
    const api = await openApi({ people: 3 });
    await api.scene.sync();
    const { body: proposed } = await api.ask('POST', '/edits', { body: { steps: [lina].map(({ departments: _, ...step }) => step) } });
    const { engine, clock, database } = api.scene.bench;
    // The process ends with the transaction that queues the run: nothing is written afterwards.
    const cut: Database = { ...database, write: () => Promise.reject(new Error('power cut')) };
    const context = { reader: database, connectors: engine.options.connectors, now: () => clock.now(), actor: 'admin', alone: true };
    const applied = carryOut(
      'edit.apply',
      { ...context, engine: { ...engine, options: { ...engine.options, database: cut } } },
      { edit: proposed.id },
    );
    await applied.catch(() => {});
    const edit = (await api.ask('GET', `/edits/${proposed.id}`)).body;
    const [run] = (await api.ask('GET', '/runs?limit=1')).body.runs;
    expect([edit.state, edit.run]).toEqual(['applied', run.id]);
    await engine.drain();
    expect(await person(api, 'Li Na')).toMatchObject({ lifecycle: 'active' });
  });

  it('what is planned is what happens, and history names who did it', async () => {
    const api = await openApi();
    await edit(api, sales, lina, { do: 'department.create', as: 'it', attributes: { name: 'IT', code: 'I' } });
    await down(api);
    const moved = await edit(api, { do: 'person.move', person: 'lina', to: 'IT' });
    expect(moved.body.directory.groups[0].examples[0]).toMatchObject({
      title: 'Li Na',
      edges: expect.arrayContaining([
        expect.objectContaining({ relation: 'membership', op: 'add', name: 'IT' }),
        expect.objectContaining({ relation: 'membership', op: 'remove', name: 'Sales' }),
      ]),
    });
    expect(groupsOf(moved.body.downstream[0])).toEqual(['update person 1 planned']);
    await down(api);
    expect(await person(api, 'Li Na')).toMatchObject({ departments: ['I'] });
    const { history } = (await api.ask('GET', '/explanation?person=N-900')).body.object;
    expect(history[0]).toMatchObject({ actor: 'admin Li' });
  });
});

describe('leaving and coming back', () => {
  it('somebody offboarded today is disabled everywhere; rehired, everything is as before', async () => {
    const api = await openApi();
    await edit(api, sales, lina);
    await down(api);
    const left = await edit(api, { do: 'person.offboard', person: 'N-900' });
    expect(groupsOf(left.body.downstream[0])).toEqual(['disable person 1 planned']);
    await down(api);
    expect((await person(api, 'Li Na'))!.lifecycle).toBe('departed');
    expect(api.scene.account('900')!.enabled).toBe(false);
    await edit(api, { do: 'person.rehire', person: 'N-900' });
    await down(api);
    expect((await person(api, 'Li Na'))!.lifecycle).toBe('active');
    expect(api.scene.account('900')!.enabled).toBe(true);
  });

  it('a last day is kept by time itself', async () => {
    const api = await openApi();
    await edit(api, sales, lina);
    await down(api);
    const planned = await edit(api, { do: 'person.offboard', person: 'N-900', lastDay: '2026-01-07' });
    expect(groupsOf(planned.body.directory)).toEqual(['update person 1 planned']);
    expect((await person(api, 'Li Na'))!.lifecycle).toBe('active');
    api.scene.days(3);
    await api.scene.bench.tick();
    expect((await person(api, 'Li Na'))!.lifecycle).toBe('departed');
    await down(api);
    expect(api.scene.account('900')!.enabled).toBe(false);
  });

  it('a deletion waits for a person, as every deletion does', async () => {
    const api = await openApi();
    await edit(api, sales, lina);
    await down(api);
    const proposed = await edit(api, { do: 'person.delete', person: 'N-900' });
    expect(groupsOf(proposed.body.directory)[0]).toMatch(/^remove person 1 held/);
    expect(await person(api, 'Li Na')).toBeDefined();
    expect((await api.ask('GET', '/held')).body.held).toMatchObject([{ jobName: CONSOLE_JOB, title: 'Li Na', action: 'remove' }]);
    await api.scene.bench.approveAll();
    expect((await api.scene.people()).filter((one) => one.lifecycle !== 'absent')).toEqual([]);
  });
});

describe('departments', () => {
  const tree = [
    sales,
    { do: 'department.create', as: 'north', attributes: { name: 'North', code: 'N' }, under: '@sales' },
    { do: 'department.create', as: 'it', attributes: { name: 'IT', code: 'I' } },
    lina,
    { do: 'person.create', attributes: { displayName: 'Wang', employeeNumber: 'N-901' }, departments: [{ department: '@north' }] },
  ];

  it('are renamed, moved and merged with everybody in them', async () => {
    const api = await openApi();
    await edit(api, ...tree);
    await edit(api, { do: 'department.edit', department: 'S', attributes: { name: 'Selling' } });
    await edit(api, { do: 'department.move', department: 'N', under: 'I' });
    const merged = await edit(api, { do: 'department.merge', department: 'S', into: 'I' });
    expect(groupsOf(merged.body.directory)).toEqual(
      expect.arrayContaining(['update person 1 planned', expect.stringMatching(/^remove department 1 held/)]),
    );
    await api.scene.bench.approveAll();
    expect((await person(api, 'Li Na'))!.departments).toEqual(['I']);
    expect((await person(api, 'Wang'))!.departments).toEqual(['N']);
    const left = (await api.scene.bench.objects('department')).filter((one) => one.lifecycle !== 'absent');
    expect(left.map((one) => one.data.name).sort()).toEqual(['IT', 'North']);
  });

  it('do not move below themselves, and go only when they are empty', async () => {
    const api = await openApi();
    await edit(api, ...tree);
    const circle = await api.ask('POST', '/edits', { body: { steps: [{ do: 'department.move', department: 'S', under: 'N' }] } });
    expect([circle.status, circle.body.errors]).toMatchObject([400, [{ field: 'steps[0].under', pointer: '/steps/0/under' }]]);
    const full = await api.ask('POST', '/edits', { body: { steps: [{ do: 'department.delete', department: 'S' }] } });
    expect(full.body.errors[0].message).toContain('still has 1 people and 1 departments');
  });
});

describe('who is named as their own manager', () => {
  it.each([
    ['by an edit', { do: 'person.edit', person: 'N-900', attributes: { manager: 'N-900', title: 'Lead' } }, 'manager'],
    ['by one of many edits', { do: 'person.edit', person: 'lina', attributes: { manager: 'Li Na' } }, 'manager'],
    ['when they are made', { do: 'person.create', as: 'boss', attributes: { displayName: 'Boss', manager: '@boss' } }, 'manager'],
    ['as a department its own parent', { do: 'department.edit', department: 'S', attributes: { parent: 'S' } }, 'parent'],
  ])('%s is refused with the field and what to do, and nothing is planned', async (_how, step, name) => {
    const api = await openApi();
    await edit(api, sales, lina);
    const fine = { do: 'person.edit', person: 'N-900', attributes: { city: 'Berlin' } };
    const refused = await api.ask('POST', '/edits', { body: { steps: [fine, step] } });
    expect([refused.status, refused.body.code]).toEqual([400, 'invalid']);
    expect(refused.body.errors).toMatchObject([
      {
        field: `steps[1].attributes.${name}`,
        pointer: `/steps/1/attributes/${name}`,
        message: expect.stringMatching(/itself: choose another .*or null/),
      },
    ]);
    expect((await api.ask('GET', '/edits')).body.edits).toHaveLength(1);
  });
});

describe('sources above', () => {
  it('keep their fields: editing one is refused with the name of the source', async () => {
    const api = await openApi({ people: 3 });
    await api.scene.sync();
    const refused = await api.ask('POST', '/edits', {
      body: { steps: [{ do: 'person.edit', person: 'N-1', attributes: { displayName: 'Other' } }] },
    });
    expect([refused.status, refused.body.code]).toEqual([409, 'conflict']);
    expect(refused.body.errors).toMatchObject([
      { field: 'steps[0].attributes.displayName', message: expect.stringContaining('comes from job 1 "hr in" (rank 100') },
    ]);
    const gone = await api.ask('POST', '/edits', { body: { steps: [{ do: 'person.offboard', person: 'N-1' }] } });
    expect(gone.body.errors[0].message).toContain('whether somebody is there comes from job 1');
    expect(gone.body.errors[0].message).toContain('close every account at once');
    // Whoever asks before knows it before.
    const { lockedByHand } = (await api.ask('GET', '/explanation?person=N-1')).body.object;
    expect(lockedByHand).toEqual({ lifecycle: { job: 1, jobName: 'hr in' }, membership: { job: 1, jobName: 'hr in' } });
  });

  it('leave what they do not know to people', async () => {
    const api = await openApi({ people: 3 });
    await api.scene.sync();
    await edit(api, { do: 'person.edit', person: 'N-1', attributes: { city: 'Berlin' } });
    expect((await api.scene.known('1'))!.attributes.city).toBe('Berlin');
    await api.scene.sync();
    expect((await api.scene.known('1'))!.attributes).toMatchObject({ city: 'Berlin', displayName: expect.any(String) });
    api.scene.hr.delete('person', '1');
    await api.scene.sync();
    expect((await api.scene.known('1'))!.lifecycle).toBe('suspended');
  });

  it('are overruled when edits by hand have the higher rank, in that field alone', async () => {
    const api = await openApi({ people: 3 });
    await api.scene.sync();
    await edit(api, { do: 'person.edit', person: 'N-1', attributes: { city: 'Berlin' } });
    expect((await api.ask('PATCH', `/jobs/${encodeURIComponent(CONSOLE_JOB)}`, { body: { settings: { rank: 200 } } })).status).toBe(200);
    expect((await api.ask('GET', '/explanation?person=N-1')).body.object.lockedByHand.lifecycle).toBeNull();
    await edit(api, { do: 'person.edit', person: 'N-1', attributes: { displayName: 'By Hand' } });
    await api.scene.sync();
    expect((await api.scene.known('1'))!.attributes.displayName).toBe('By Hand');
    api.scene.hr.delete('person', '1');
    await api.scene.sync();
    expect((await api.scene.known('1'))!.lifecycle).toBe('suspended');
  });
});

describe('two people at once', () => {
  it('the second edit of somebody is refused with who changed what; a new proposal goes through', async () => {
    const api = await openApi();
    await edit(api, sales, lina);
    const steps = (title: string) => ({ body: { steps: [{ do: 'person.edit', person: 'lina', attributes: { title } }] } });
    const [first, second] = [await api.ask('POST', '/edits', steps('one')), await api.ask('POST', '/edits', steps('two'))];
    await api.ask('POST', `/edits/${first.body.id}/apply`);
    await api.scene.bench.engine.drain();
    const late = await api.ask('POST', `/edits/${second.body.id}/apply`);
    expect(late.body).toMatchObject({ status: 412, saved: { by: 'admin Li', what: ['title'] } });
    await edit(api, { do: 'person.edit', person: 'lina', attributes: { title: 'two' } });
    expect((await person(api, 'Li Na'))!.attributes.title).toBe('two');
  });
});

describe('groups', () => {
  const members = async (api: ApiScene) => {
    const rows = await api.scene.bench.database.all<{ data: string }>(
      `SELECT o.data AS data FROM edge e JOIN object o ON o.id = e.to_id WHERE e.relation = 'member'`,
    );
    return rows.map((row) => (JSON.parse(row.data) as { displayName: string }).displayName).sort();
  };

  it('have members one by one', async () => {
    const api = await openApi();
    await edit(api, sales, lina, { do: 'group.create', attributes: { name: 'Admins' }, members: ['@lina'] });
    expect(await members(api)).toEqual(['Li Na']);
    await edit(
      api,
      { do: 'person.create', as: 'w', attributes: { displayName: 'Wang' } },
      { do: 'group.edit', group: 'Admins', add: ['@w'], remove: ['lina'] },
    );
    expect(await members(api)).toEqual(['Wang']);
  });

  it('follow a rule when people move, come and go, above too', async () => {
    const api = await openApi({ people: 4, up: { policy: { guard: { limits: {} } } } });
    await api.scene.sync();
    await edit(api, {
      do: 'group.create',
      attributes: { name: 'Main in Berlin' },
      rule: { departments: [{ department: 'main' }], where: 'city == "Berlin"' },
    });
    expect(await members(api)).toEqual([]);
    const two = (await api.scene.known('2'))!.attributes.displayName as string;
    await edit(api, { do: 'person.edit', person: 'N-2', attributes: { city: 'Berlin' } });
    expect(await members(api)).toEqual([two]);
    api.scene.hr.delete('person', '2');
    await api.scene.sync();
    await api.scene.bench.engine.drain();
    expect((await api.scene.known('2'))!.lifecycle).toBe('suspended');
    await edit(api, { do: 'person.edit', person: 'N-3', attributes: { city: 'Berlin' } });
    expect(await members(api)).toHaveLength(2);
  });

  it('refuse a rule that cannot be understood, and members beside a rule', async () => {
    const api = await openApi();
    const wrong = await api.ask('POST', '/edits', {
      body: { steps: [{ do: 'group.create', attributes: { name: 'G' }, rule: { where: 'citty == "x"' } }] },
    });
    expect([wrong.status, wrong.body.errors[0].field]).toEqual([400, 'steps[0].rule.where']);
  });
});

it('wrong steps are all named at once', async () => {
  const api = await openApi();
  const { status, body } = await api.ask('POST', '/edits', {
    body: {
      steps: [
        { do: 'person.create', attributes: { displayName: 'A', startsAt: 'soon', idNumber: '1', nonsense: 1 } },
        { do: 'person.move', person: 'nobody', to: '@missing' },
        { do: 'department.create', attributes: {} },
      ],
    },
  });
  expect(status).toBe(400);
  expect(body.errors.map((error: { field: string }) => error.field)).toEqual([
    'steps[0].attributes.startsAt',
    'steps[0].attributes.idNumber',
    'steps[0].attributes.nonsense',
    'steps[1].person',
    'steps[1].to',
    'steps[2].attributes.name',
  ]);
});

it('a system that cannot be reached is the first line of the plan, and the rest is planned all the same', async () => {
  const api = await openApi();
  const other = new PlainSystem('other');
  await api.scene.bench.connection('other', other.connector, {});
  const job = await api.scene.addJob(other, 'down');
  await edit(api, sales, lina);
  await down(api);
  await api.scene.bench.run(job);
  other.dials.unreachable = true;
  const proposed = await api.ask('POST', '/edits', {
    body: { steps: [{ do: 'person.edit', person: 'lina', attributes: { title: 'Lead' } }] },
  });
  expect(proposed.status).toBe(201);
  expect(proposed.body.downstream.map((plan: { run: { jobName: string; state: string } }) => [plan.run.jobName, plan.run.state])).toEqual([
    ['other out', 'failed'],
    ['app out', 'succeeded'],
  ]);
  expect(proposed.body.downstream[0].run.problem.en).toEqual(expect.any(String));
});

it('who is erased leaves no word of what was entered by hand', async () => {
  const api = await openApi();
  await edit(api, sales, { ...lina, attributes: { ...lina.attributes, displayName: 'Planted-Name' } });
  await edit(api, { do: 'group.create', attributes: { name: 'G' }, members: ['lina'] });
  await edit(api, { do: 'person.offboard', person: 'lina' });
  expect((await api.ask('POST', '/people/lina/erasure', { body: { onlyShow: false } })).body).toMatchObject({ erased: true });
  for (const { name } of tableShapes(migrations.flat()))
    expect(JSON.stringify(await api.scene.bench.database.all(`SELECT * FROM ${name}`)), name).not.toMatch(/Planted-Name/);
});

it('the job of what is entered by hand is part of the configuration, and no file without it takes it away', async () => {
  const api = await openApi();
  await edit(api, sales, lina);
  const { yaml } = (await api.ask('GET', '/configuration')).body;
  expect(yaml).toContain(CONSOLE_JOB);
  const entries = async (document: unknown) =>
    (await api.ask('POST', '/configuration/plan', { body: { document, prune: true } })).body.entries
      .filter((entry: { action: string }) => entry.action !== 'same')
      .map((entry: { kind: string; name: string; action: string }) => `${entry.action} ${entry.kind} ${entry.name}`);
  expect(await entries(parse(yaml))).toEqual([]);
  expect(await entries({ version: 1 })).toEqual([
    'remove job hr in',
    'remove job app out',
    'remove connection app',
    'remove connection hr',
  ]);
  expect((await api.ask('DELETE', `/jobs/${encodeURIComponent(CONSOLE_JOB)}`)).status).toBe(409);
});

it('a preview names who enters and leaves groups that follow a rule, by a value, a move, or the move of a department above', async () => {
  const api = await openApi();
  await api.ask('POST', '/attributes', { body: { type: 'person', name: 'badge', label: { en: 'badge', zh: '工牌' } } });
  await edit(
    api,
    { do: 'department.create', as: 'a', attributes: { name: 'A', code: 'A' } },
    { do: 'department.create', as: 'b', attributes: { name: 'B', code: 'B' } },
    { do: 'department.create', as: 'c', attributes: { name: 'C', code: 'C' }, under: '@b' },
    ...['1', '2'].map((id) => ({
      do: 'person.create',
      attributes: { displayName: `P ${id}`, employeeNumber: `N-${id}` },
      departments: [{ department: '@c' }],
    })),
    { do: 'group.create', attributes: { name: 'below A', code: 'ga' }, rule: { departments: [{ department: '@a', below: true }] } },
    { do: 'group.create', attributes: { name: 'badges', code: 'gb' }, rule: { departments: [], where: 'badge != null' } },
  );
  const effectsOf = async (...steps: object[]): Promise<string[]> => {
    const { body } = await api.ask('POST', '/edits', { body: { steps } });
    await api.ask('POST', `/edits/${body.id}/discard`);
    expect((await api.ask('GET', `/edits/${body.id}`)).body.ruleGroups).toEqual([]);
    return body.ruleGroups
      .map(
        (one: { title: string; enters: { count: number }; leaves: { count: number; examples: { title: string }[] } }) =>
          `${one.title} +${one.enters.count} -${one.leaves.count}`,
      )
      .toSorted();
  };
  const toA = { do: 'person.move', person: 'N-1', to: 'A' };
  expect(await effectsOf({ do: 'person.edit', person: 'N-1', attributes: { title: 'Lead' } })).toEqual([]);
  expect(await effectsOf({ do: 'person.edit', person: 'N-1', attributes: { badge: '7' } })).toEqual(['badges +1 -0']);
  expect(await effectsOf(toA)).toEqual(['below A +1 -0']);
  expect(await effectsOf({ do: 'department.move', department: 'B', under: 'A' })).toEqual(['below A +2 -0']);
  await edit(api, toA, { do: 'person.edit', person: 'N-1', attributes: { badge: '7' } });
  await api.scene.bench.tick();
  expect(await effectsOf({ do: 'person.offboard', person: 'N-1' })).toEqual(['badges +0 -1', 'below A +0 -1']);
});
