// Applying a plan to whatever the target shows gives what the directory says, and planning again gives nothing.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Edge, EndpointObject, Value } from '../../src/core/model.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';
import { PlainSystem } from '../../test/support/plain-system.ts';

const PEOPLE = ['1', '2', '3', '4', '5'];
/** Code → code of its parent in the directory. */
const DEPARTMENTS = { root: null, sales: 'root', emea: 'sales', labs: 'root' } as const;
const codes = Object.keys(DEPARTMENTS);

async function company(): Promise<Scene> {
  const scene = await openScene({});
  const { hr } = scene;
  for (const [code, parent] of Object.entries(DEPARTMENTS)) hr.department(code, parent);
  const homes = [['sales', 'labs'], 'emea', 'labs', 'root', 'emea'];
  for (const [index, id] of PEOPLE.entries())
    hr.person(id, homes[index]!, { login: `user${id}`, title: id === '4' ? null : `Title ${id}`, manager: id === '1' ? '5' : '1' });
  // Nobody is a word, too: of a relation that the source says nothing about the target keeps what it has.
  for (const code of codes)
    hr.set('department', code, {}, { leader: code === 'sales' ? [{ to: { type: 'person', id: '2' }, order: 1 }] : [] });
  hr.group('all', [
    ['person', '1'],
    ['person', '3'],
  ]);
  const up = await scene.bench.run(scene.up);
  expect([up.problem, up.counts.applied]).toEqual([null, 10]);
  return scene;
}

/** An object that is there already: each part right, wrong or empty, and links to whoever is there too. */
const anyPerson = fc.record({
  name: fc.constantFrom('Somebody', 'Person 2'),
  mail: fc.nat(6),
  login: fc.nat(6),
  title: fc.constantFrom(null, 'Title 1', 'wrong'),
  note: fc.constantFrom(null, 'kept by nobody'),
  manager: fc.nat(PEOPLE.length),
  departments: fc.uniqueArray(fc.constantFrom(...codes, 'foreign'), { maxLength: 3 }),
  enabled: fc.boolean(),
});
const anyDepartment = fc.record({ name: fc.constantFrom('wrong', 'labs'), parent: fc.nat(5), leader: fc.nat(PEOPLE.length) });
const anyState = fc.record({
  people: fc.array(fc.option(anyPerson, { freq: 3 }), { minLength: PEOPLE.length, maxLength: PEOPLE.length }),
  departments: fc.array(fc.option(anyDepartment, { freq: 3 }), { minLength: codes.length, maxLength: codes.length }),
  // Above itself nobody is: parents come earlier in this order.
  order: fc.shuffledSubarray([...codes, 'foreign'], { minLength: codes.length + 1 }),
  /** Which of the unique values each holds: a permutation, so that no two hold the same. */
  mails: fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6], { minLength: 7 }),
  logins: fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6], { minLength: 7 }),
  members: fc.option(fc.uniqueArray(fc.constantFrom(...PEOPLE, 'stranger'))),
});
type State = typeof anyState extends fc.Arbitrary<infer T> ? T : never;

function fill(app: PlainSystem, state: State): void {
  const there = (type: string, id: string): string[] => (app.get(type, id) ? [id] : []);
  for (const [place, code] of state.order.entries()) {
    const own = code === 'foreign' ? { name: 'Foreign', parent: 0 } : state.departments[codes.indexOf(code)];
    if (!own) continue;
    const above = state.order.slice(0, place).flatMap((other) => there('department', `d-${other}`));
    app.put('department', `d-${code}`, { name: own.name, code, parent: above[own.parent] ?? null });
  }
  app.put('person', 'a-stranger', { name: 'Stranger', number: 'X-1' }, { membership: [] });
  for (const [index, own] of state.people.entries()) {
    if (!own) continue;
    const homes = own.departments.flatMap((code) => there('department', `d-${code}`));
    const membership: Edge[] = homes.map((id, at) => ({ to: { type: 'department', id }, ...(at === 0 ? { primary: true } : {}) }));
    const holds = (order: readonly number[], form: (id: string) => string): Value | null => {
      const which = order[index]!;
      return which === 6 ? null : which === 5 ? form(`nobody${index}`) : form(PEOPLE[which]!);
    };
    app.put(
      'person',
      `a-${PEOPLE[index]!}`,
      {
        name: own.name,
        number: `N-${PEOPLE[index]!}`,
        mail: holds(state.mails, (id) => `${id}@example.com`),
        login: holds(state.logins, (id) => `USER${id}`),
        title: own.title,
        note: own.note,
      },
      { membership },
      own.enabled,
    );
  }
  for (const [index, own] of state.people.entries())
    if (own) app.set('person', `a-${PEOPLE[index]!}`, { manager: there('person', `a-${PEOPLE[own.manager] ?? 'stranger'}`)[0] ?? null });
  for (const [index, own] of state.departments.entries()) {
    const leader = own ? there('person', `a-${PEOPLE[own.leader] ?? ''}`) : [];
    if (own) app.set('department', `d-${codes[index]!}`, {}, { leader: leader.map((id) => ({ to: { type: 'person', id }, order: 1 })) });
  }
  if (state.members)
    app.put(
      'group',
      'g-all',
      { name: 'wrong', code: 'all' },
      { member: state.members.flatMap((id) => there('person', `a-${id}`)).map((id) => ({ to: { type: 'person', id } })) },
    );
}

/** What the target shows of what the directory holds, ends by what they are called. What is nobody's of ours may stay. */
function shown(app: PlainSystem): unknown {
  const names = new Map(
    [...app.all('department'), ...app.all('person'), ...app.all('group')].map((object) => [
      object.id,
      String(object.attributes.number ?? object.attributes.code),
    ]),
  );
  const isOurs = (name: string): boolean => name !== 'foreign' && name !== 'X-1';
  const one = ({ id, attributes, edges, enabled }: EndpointObject): unknown => [
    names.get(id),
    {
      ...Object.fromEntries(Object.entries(attributes).filter(([, value]) => (value ?? null) !== null)),
      ...(attributes.login ? { login: String(attributes.login).toLowerCase() } : {}),
      parent: names.get(String(attributes.parent)) ?? null,
      manager: names.get(String(attributes.manager)) ?? null,
    },
    Object.fromEntries(
      Object.entries(edges ?? {}).map(([relation, own]) => [
        relation,
        own
          .map((edge) => `${names.get(edge.to.id)}${edge.primary ? ' primary' : ''}`)
          .filter((text) => isOurs(text.split(' ')[0]!))
          .toSorted(),
      ]),
    ),
    enabled ?? null,
  ];
  return [...app.all('department'), ...app.all('person'), ...app.all('group')]
    .filter((object) => isOurs(names.get(object.id)!))
    .map(one)
    .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

it('whatever a target shows, a sync makes of it what the directory says, and the next plan is empty', { timeout: 300_000 }, async () => {
  const scene = await company();
  let count = 0;
  const synced = async (state: State | null) => {
    const app = new PlainSystem(`app${count++}`);
    if (state) fill(app, state);
    await scene.bench.connection(app.id, app.connector, {});
    const job = await scene.addJob(app, 'down', { policy: { guard: roomy } });
    const first = await scene.bench.run(job);
    // Accounts that were disabled there before are asked about.
    await scene.bench.approveAll();
    const stands = shown(app);
    const plan = await scene.bench.run(job, { dryRun: true });
    return { problem: first.problem, stands, planned: await scene.changes(plan) };
  };
  // An empty target shows what is desired.
  const wanted = (await synced(null)).stands;
  await fc.assert(
    fc.asyncProperty(anyState, async (state) => {
      expect(await synced(state)).toEqual({ problem: null, stands: wanted, planned: [] });
    }),
    { numRuns: 10 },
  );
});
