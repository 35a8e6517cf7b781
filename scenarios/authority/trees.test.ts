// Two trees of departments, one person in both: each source places people in its own tree, and takes only that away again.
import { expect, it } from 'vitest';
import { ask, refusal } from '../../test/support/asking.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';
import { PlainSystem } from '../../test/support/plain-system.ts';

interface Trees {
  readonly scene: Scene;
  readonly book: PlainSystem;
  readonly projects: number;
}

const unlinks = { guard: roomy, leaver: { gone: 'unlink' } } as const;

/** HR (rank 200) places 1, 2, 3 in `main`; the projects (rank 100, a tree of their own) 1 and 2 in `apollo` and `gemini`. */
async function openTrees(runs: readonly ('hr' | 'projects')[] = ['hr', 'projects']): Promise<Trees> {
  const scene = await openScene({ people: 3, up: { rank: 200, policy: unlinks } });
  const book = new PlainSystem('book');
  await scene.bench.connection('book', book.connector, {});
  for (const id of ['apollo', 'gemini', 'mercury']) book.department(id);
  for (const id of ['1', '2']) place(book, id, ['apollo', 'gemini']);
  const projects = await scene.addJob(book, 'up', { name: 'projects', rank: 100, tree: 'projects', policy: unlinks });
  for (const one of runs) await scene.bench.run(one === 'hr' ? scene.up : projects);
  return { scene, book, projects };
}

function place(system: PlainSystem, id: string, departments: readonly string[]): void {
  system.person(id, departments);
  system.unknowns.set(id, ['phone']);
}

const departmentsOf = async (scene: Scene, id: string): Promise<readonly string[]> => [...(await scene.known(id))!.departments].sort();

/** `apollo projects *`: department, tree, and whether it is the primary one there. */
async function placesOf(scene: Scene, id: string): Promise<readonly string[]> {
  const rows = await scene.bench.database.all<{ data: string; tree: string; facts: string }>(
    `SELECT d.data, e.tree, e.facts FROM edge e JOIN object d ON d.id = e.to_id WHERE e.owner = ? AND e.relation = 'membership'`,
    (await scene.known(id))!.id,
  );
  return rows.map((row) => `${JSON.parse(row.data).code} ${row.tree}${row.facts.includes('"primary":true') ? ' *' : ''}`).sort();
}

/** `apollo: projects`: department and the job that explain names. */
const saidBy = async (scene: Scene, id: string): Promise<readonly string[]> =>
  (await ask(scene, 'explain', { person: `N-${id}` })).object!.memberships.map((one) => `${one.name}: ${one.jobName}`).sort();

async function nothingMoves({ scene, projects }: Trees): Promise<void> {
  const before = await scene.history();
  for (const job of [scene.up, projects, projects, scene.up]) {
    const run = await scene.bench.run(job);
    expect(await scene.changes(run)).toEqual([]);
  }
  expect(await scene.history()).toBe(before);
}

const both = ['apollo projects *', 'gemini projects', 'main main *'];

it.each([
  [['hr', 'projects'] as const],
  [['projects', 'hr'] as const],
])('who is in the tree of HR and in another one is in both, in whatever order they are read: %j; and no run takes back what the other did', async (order) => {
  const trees = await openTrees(order);
  const { scene } = trees;
  for (const id of ['1', '2']) {
    expect(await placesOf(scene, id)).toEqual(both);
    expect(await saidBy(scene, id)).toEqual(['apollo: projects', 'gemini: projects', 'main: hr in']);
  }
  expect(await placesOf(scene, '3')).toEqual(['main main *']);
  const { id } = (await scene.known('1'))!;
  const { departments } = await ask(scene, 'directory.place', { object: id });
  expect(departments.map((one) => [one.path.at(-1)!.name, one.jobName])).toEqual([
    ['main', 'hr in'],
    ['apollo', 'projects'],
    ['gemini', 'projects'],
  ]);
  await nothingMoves(trees);
});

it('within a tree the highest rank wins as a set, and what it does not name is no longer there; the other tree stays as it is', async () => {
  const trees = await openTrees();
  const { scene } = trees;
  const staff = new PlainSystem('staff');
  await scene.bench.connection('staff', staff.connector, {});
  staff.department('mercury');
  for (const id of ['1', '9']) place(staff, id, ['mercury']);
  const above = await scene.addJob(staff, 'up', { name: 'staff', rank: 150, tree: 'projects', policy: unlinks });
  await scene.bench.run(above);
  expect(await placesOf(scene, '1')).toEqual(['main main *', 'mercury projects *']);
  expect(await placesOf(scene, '2')).toEqual(both);
  await nothingMoves(trees);
  // It lets go: the next of that tree speaks, for that tree.
  staff.delete('person', '1');
  await scene.bench.run(above);
  expect(await placesOf(scene, '1')).toEqual(both);
  await nothingMoves(trees);
});

it('a rank of its own for memberships counts within each tree', async () => {
  const { scene, projects } = await openTrees();
  await ask(scene, 'job.update', {
    job: projects,
    settings: { policy: { ...unlinks, attributeRanks: { membership: 900 } } },
    withoutForecast: true,
  });
  await scene.bench.run(projects);
  expect(await placesOf(scene, '1')).toEqual(both);
});

it('what a source moves is moved in its own tree alone, and the edges of the other tree keep tree and source', async () => {
  const trees = await openTrees();
  const { scene, book, projects } = trees;
  place(book, '1', ['mercury', 'gemini']);
  const run = await scene.bench.run(projects);
  expect(await placesOf(scene, '1')).toEqual(['gemini projects', 'main main *', 'mercury projects *']);
  expect((await scene.changes(run)).filter((change) => change.type === 'person').map((change) => change.key)).toEqual(['1']);
  scene.hr.department('board');
  scene.hr.person('1', 'board', { phone: '+86 13800000001' });
  await scene.bench.run(scene.up);
  expect(await placesOf(scene, '1')).toEqual(['board main *', 'gemini projects', 'mercury projects *']);
  await nothingMoves(trees);
  // Who leaves all projects is in none of them, and stays where HR has them.
  place(book, '1', []);
  await scene.bench.run(projects);
  expect(await placesOf(scene, '1')).toEqual(['board main *']);
});

it('a source that lets go of somebody takes the memberships of its tree and no others', async () => {
  const trees = await openTrees();
  const { scene, book, projects } = trees;
  book.delete('person', '1');
  await scene.bench.run(projects);
  expect(await placesOf(scene, '1')).toEqual(['main main *']);
  scene.hr.delete('person', '2');
  await scene.bench.run(scene.up);
  expect(await placesOf(scene, '2')).toEqual(['apollo projects *', 'gemini projects']);
  await nothingMoves(trees);
});

it('a source that says somebody has left, or does not say where anybody is, leaves the other tree alone', async () => {
  const { scene, book, projects } = await openTrees();
  book.set('person', '1', { status: 'departed' });
  book.unknowns.set('2', ['phone', 'membership']);
  scene.hr.unknowns.set('3', ['membership']);
  await scene.bench.run(projects);
  await scene.bench.run(scene.up);
  for (const id of ['1', '2']) expect(await placesOf(scene, id)).toEqual(both);
  expect(await placesOf(scene, '3')).toEqual(['main main *']);
});

it('a deleted job takes the memberships of its tree and no others', async () => {
  const { scene, projects } = await openTrees();
  await ask(scene, 'job.state', { job: projects, state: 'disabled', seen: true });
  await ask(scene, 'job.remove', { job: projects, seen: true });
  // Whoever else speaks of them is asked again.
  await scene.bench.tick();
  for (const id of ['1', '2', '3']) expect(await placesOf(scene, id)).toEqual(['main main *']);
});

it('a department that both trees have is one membership: of the first tree while that says so, then of the other', async () => {
  const trees = await openTrees();
  const { scene, book, projects } = trees;
  book.department('main');
  place(book, '1', ['apollo', 'main']);
  await scene.bench.run(projects);
  expect(await placesOf(scene, '1')).toEqual(['apollo projects *', 'main main *']);
  await nothingMoves(trees);
  scene.hr.department('board');
  scene.hr.person('1', 'board', { phone: '+86 13800000001' });
  await scene.bench.run(scene.up);
  expect(await placesOf(scene, '1')).toEqual(['apollo projects *', 'board main *', 'main projects']);
  expect(await saidBy(scene, '1')).toEqual(['apollo: projects', 'board: hr in', 'main: projects']);
  await nothingMoves(trees);
});

it('a run of one tree is undone in that tree: what the other source says stays, and nothing of it comes back by itself', async () => {
  const trees = await openTrees();
  const { scene, book, projects } = trees;
  place(book, '1', ['mercury']);
  const moved = await scene.bench.run(projects);
  expect(await placesOf(scene, '1')).toEqual(['main main *', 'mercury projects *']);
  scene.hr.department('board');
  scene.hr.person('1', 'board', { phone: '+86 13800000001' });
  await scene.bench.run(scene.up);
  await scene.bench.engine.enqueue({
    job: projects,
    mode: 'keys',
    dryRun: false,
    cause: 'undo',
    actor: 'test',
    order: { kind: 'run', run: moved.id, made: 'disable' },
  });
  await scene.bench.engine.drain();
  await scene.bench.approveAll();
  expect(await placesOf(scene, '1')).toEqual(['apollo projects *', 'board main *', 'gemini projects']);
  // Kept while the source says what was undone; the primary one of the other tree does not end that.
  await nothingMoves(trees);
  expect(await placesOf(scene, '1')).toEqual(['apollo projects *', 'board main *', 'gemini projects']);
});

it('who is brought back as they were is in the trees in which they were', async () => {
  const trees = await openTrees();
  const { scene, book, projects } = trees;
  const at = new Date(scene.bench.clock.now()).toISOString();
  const { id: object } = (await scene.known('1'))!;
  scene.days(1);
  place(book, '1', ['mercury']);
  await scene.bench.run(projects);
  await ask(scene, 'directory.restore', { at, object });
  await scene.bench.engine.drain();
  await scene.bench.approveAll();
  expect(await placesOf(scene, '1')).toEqual(both);
  await nothingMoves(trees);
  expect(await placesOf(scene, '1')).toEqual(both);
});

it('what is set by hand is the whole set: it counts where no source of any tree ranks higher, and else the edit is refused', async () => {
  const trees = await openTrees();
  const { scene, projects } = trees;
  const { id: person } = (await scene.known('1'))!;
  const edit = async (departments: readonly string[]) => {
    const proposed = await ask(scene, 'edit.propose', {
      steps: [{ do: 'person.edit', person, departments: departments.map((department) => ({ department })) }],
    });
    await ask(scene, 'edit.apply', { edit: proposed.id });
    await scene.bench.engine.drain();
  };
  expect(await refusal(edit(['mercury']))).toContain('"hr in" (rank 200');
  await ask(scene, 'job.update', { job: scene.up, settings: { rank: 40 }, withoutForecast: true });
  expect(await refusal(edit(['mercury'])), 'half of it would not count').toContain('"projects" (rank 100');
  await ask(scene, 'job.update', { job: projects, settings: { rank: 30 }, withoutForecast: true });
  await edit(['mercury', 'main']);
  expect(await departmentsOf(scene, '1')).toEqual(['main', 'mercury']);
  expect(await departmentsOf(scene, '2')).toEqual(['apollo', 'gemini', 'main']);
  await nothingMoves(trees);
  // A set by hand has one primary department, also where it begins with those of two trees.
  const mercury = (await scene.bench.objects('department')).find((one) => one.data.code === 'mercury')!.id;
  const { id: second } = (await scene.known('2'))!;
  const moved = await ask(scene, 'edit.propose', { steps: [{ do: 'person.move', person: second, to: mercury }] });
  await ask(scene, 'edit.apply', { edit: moved.id });
  await scene.bench.engine.drain();
  expect((await placesOf(scene, '2')).filter((one) => one.endsWith('*'))).toEqual(['mercury main *']);
  expect(await departmentsOf(scene, '2')).toEqual(['apollo', 'gemini', 'mercury']);
  await nothingMoves(trees);
  await ask(scene, 'job.update', { job: projects, settings: { rank: 100 }, withoutForecast: true });
  await scene.bench.run(projects);
  expect(await departmentsOf(scene, '1')).toEqual(['apollo', 'gemini', 'main']);
});

it('a target is told one primary department: the one of the tree of its job, else of the main tree', async () => {
  const { scene, book, projects } = await openTrees();
  const other = new PlainSystem('other');
  await scene.bench.connection('other', other.connector, {});
  const rows = (system: string) => ({
    name: `${system} out`,
    connection: system,
    direction: 'down' as const,
  });
  const mapping = {
    department: [
      { target: 'name', field: 'name' },
      { target: 'code', field: 'code' },
    ],
    person: [
      { target: 'name', field: 'displayName' },
      { target: 'number', field: 'employeeNumber' },
      { target: 'title', field: 'departmentName' },
    ],
  };
  const usual = await scene.bench.job({ ...rows('app'), name: 'usual', mapping, policy: { guard: roomy } } as never);
  const own = await scene.bench.job({ ...rows('other'), tree: 'projects', mapping, policy: { guard: roomy } } as never);
  for (const job of [usual, own]) await scene.bench.run(job);
  const primaryIn = (system: PlainSystem, id: string) => {
    const account = system.by('person', 'number', `N-${id}`)!;
    const primaries = (account.edges?.membership ?? []).filter((edge) => edge.primary);
    return [account.attributes.title, ...primaries.map((edge) => system.get('department', edge.to.id)!.attributes.code)];
  };
  expect(primaryIn(scene.app, '1')).toEqual(['main', 'main']);
  expect(primaryIn(other, '1')).toEqual(['apollo', 'apollo']);
  expect(primaryIn(other, '3'), 'in no project').toEqual(['main', 'main']);
  expect(other.by('person', 'number', 'N-1')!.edges!.membership).toHaveLength(3);
  for (const job of [usual, own]) expect(await scene.changes(await scene.bench.run(job))).toEqual([]);
  place(book, '1', ['gemini', 'apollo']);
  await scene.bench.run(projects);
  for (const job of [usual, own]) await scene.bench.run(job);
  expect(primaryIn(scene.app, '1')).toEqual(['main', 'main']);
  expect(primaryIn(other, '1')).toEqual(['gemini', 'gemini']);
});
