// The life of a job before it is enabled: it observes and writes nothing, then writes for a chosen few, then for everybody.
import { describe, expect, it } from 'vitest';
import { settingsOfJob } from '../../src/engine/operations/show.ts';
import { getJob } from '../../src/store/jobs.ts';
import { ask, refusal } from '../../test/support/asking.ts';
import { openScene, roomy, type JobPart, type Scene } from '../../test/support/plain-scene.ts';

const policy = { guard: roomy };

/** root ─ sales ─ emea, root ─ labs; five people, nothing synced yet. */
async function company(up: JobPart = {}, down: JobPart = {}): Promise<Scene> {
  const scene = await openScene({ up: { policy, ...up }, down: { policy, ...down } });
  const { hr } = scene;
  hr.department('root');
  for (const [id, parent] of [
    ['sales', 'root'],
    ['emea', 'sales'],
    ['labs', 'root'],
  ] as const)
    hr.department(id, parent);
  for (const [id, place] of [
    ['1', 'root'],
    ['2', 'sales'],
    ['3', 'emea'],
    ['4', 'labs'],
    ['5', 'emea'],
  ] as const)
    hr.person(id, place);
  return scene;
}
const numbers = async (scene: Scene) => (await scene.people()).map((person) => person.attributes.employeeNumber).sort();
const codes = async (scene: Scene) => (await scene.bench.objects('department')).map((row) => row.data.code).sort();
const rowsOf = async (scene: Scene, job: number) => {
  const found: Record<string, number> = {};
  for (const table of ['claim', 'contribution', 'item', 'reading', 'due'])
    found[table] = (await scene.bench.database.get<{ n: number }>(`SELECT count(*) AS n FROM ${table} WHERE job = ?`, job))!.n;
  for (const table of ['link', 'reservation'])
    found[table] = (await scene.bench.database.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`))!.n;
  return found;
};

describe('a new job', () => {
  it('is enabled once somebody has seen a dry run of it', async () => {
    const scene = await company();
    const { id } = await ask(scene, 'job.duplicate', { job: scene.up, name: 'second' });
    expect(await refusal(ask(scene, 'job.state', { job: id, state: 'enabled' }))).toContain('Nobody has seen yet');
    await scene.bench.run(id, { dryRun: true });
    await ask(scene, 'job.state', { job: id, state: 'enabled' });
    expect((await getJob(scene.bench.database, id))!.state).toBe('enabled');
  });
});

describe('a job that observes', () => {
  it('plans by its schedule and leaves no trace but plans; enabling begins with everything', async () => {
    const scene = await company({ trigger: { kind: 'schedule', every: 'hour' } });
    await ask(scene, 'job.state', { job: scene.up, state: 'observing' });
    await scene.bench.tick();
    for (let hour = 0; hour < 3; hour++) {
      scene.bench.clock.advance(3_600_000);
      const runs = await scene.bench.tick();
      expect(runs).toMatchObject([{ job: scene.up, dryRun: true, cause: 'schedule', state: 'succeeded' }]);
      expect(runs[0]!.counts['planned.create.person']).toBe(5);
    }
    expect(await rowsOf(scene, scene.up)).toEqual({ claim: 0, contribution: 0, item: 0, reading: 0, due: 0, link: 0, reservation: 0 });
    expect(await scene.people()).toEqual([]);
    expect(await scene.bench.run(scene.up)).toMatchObject({ dryRun: true });
    await ask(scene, 'job.state', { job: scene.up, state: 'enabled' });
    expect(await getJob(scene.bench.database, scene.up)).toMatchObject({ cursor: null, observed_cursor: null });
    const run = await scene.bench.run(scene.up, { mode: 'incremental' });
    expect(run).toMatchObject({ mode: 'full', dryRun: false });
    expect(await numbers(scene)).toEqual(['N-1', 'N-2', 'N-3', 'N-4', 'N-5']);
  });

  it('follows events below, and writes nothing there', async () => {
    const scene = await company({}, { trigger: { kind: 'event' } });
    await scene.bench.engine.setJobState(scene.down, 'observing', 'ann');
    await scene.bench.run(scene.up);
    await scene.bench.tick();
    const runs = await scene.bench.database.all<{ dry_run: number }>('SELECT dry_run FROM run WHERE job = ?', scene.down);
    expect(runs.length).toBeGreaterThan(0);
    expect(runs.every((run) => run.dry_run === 1)).toBe(true);
    expect(scene.app.all('person')).toEqual([]);
  });
});

describe('a pilot', () => {
  it('writes for the chosen departments and the bare ones above them, upstream', async () => {
    const scene = await company({ pilot: { departments: { include: ['emea'] } } });
    await scene.bench.engine.setJobState(scene.up, 'pilot', 'ann');
    const run = await scene.bench.run(scene.up);
    expect(run.counts).toMatchObject({ 'applied.create.person': 2, 'applied.create.department': 3, notTried: 4 });
    expect(await numbers(scene)).toEqual(['N-3', 'N-5']);
    expect(await codes(scene)).toEqual(['emea', 'root', 'sales']);
    expect((await scene.bench.run(scene.up)).counts.applied ?? 0).toBe(0);
    await scene.bench.engine.setJobState(scene.up, 'enabled', 'ann');
    await scene.bench.run(scene.up);
    expect(await numbers(scene)).toEqual(['N-1', 'N-2', 'N-3', 'N-4', 'N-5']);
  });

  it('of people alone makes no department but those above them', async () => {
    const scene = await company({ pilot: { people: { include: ['3'], exclude: [] } } });
    await scene.bench.engine.setJobState(scene.up, 'pilot', 'ann');
    await scene.bench.run(scene.up);
    expect([await numbers(scene), await codes(scene)]).toEqual([['N-3'], ['emea', 'root', 'sales']]);
  });

  it('writes for chosen people downstream, and touches nobody who had an account before', async () => {
    const scene = await company();
    await scene.bench.run(scene.up);
    await scene.bench.run(scene.down);
    const [id3, id4] = await Promise.all(['3', '4'].map(async (id) => (await scene.known(id))!.id));
    const job = (await getJob(scene.bench.database, scene.down))!;
    await ask(scene, 'job.update', { job: job.id, settings: { pilot: { people: { include: [id3!] } } } });
    await ask(scene, 'job.state', { job: job.id, state: 'pilot' });
    for (const id of ['3', '4', '5']) scene.hr.set('person', id, { title: 'new' });
    scene.hr.set('person', '4', { status: 'departed' });
    scene.hr.delete('person', '5');
    await scene.sync();
    const titles = ['3', '4', '5'].map((id) => [scene.account(id)?.attributes.title ?? null, scene.account(id)?.enabled]);
    expect(titles[0]).toEqual(['new', true]);
    expect(titles.slice(1).map(([, enabled]) => enabled)).toEqual([true, true]);
    expect(id4).toBeDefined();
    // Whoever was left out is found when everybody is in again.
    await ask(scene, 'job.state', { job: job.id, state: 'enabled' });
    await scene.bench.run(scene.down);
    expect(scene.account('4')!.enabled).toBe(false);
  });

  it('needs somebody to be tried with', async () => {
    const scene = await company();
    await scene.bench.run(scene.up);
    expect(await refusal(ask(scene, 'job.state', { job: scene.up, state: 'pilot' }))).toContain('names nobody to try it with');
  });

  it('that the guard paused goes on as a pilot', async () => {
    const scene = await company({ pilot: { people: { include: ['3'] } } });
    for (const id of ['1', '2', '3', '4', '5']) scene.hr.set('person', id, { title: 'clerk' });
    await scene.bench.run(scene.up);
    await scene.bench.engine.setJobState(scene.up, 'pilot', 'ann');
    for (const id of ['1', '2', '3', '4', '5']) scene.hr.set('person', id, { title: null });
    await scene.bench.run(scene.up);
    const now = (await getJob(scene.bench.database, scene.up))!;
    expect(now).toMatchObject({ state: 'paused', resumes: 'pilot' });
    await ask(scene, 'job.resume', { job: scene.up, accept: true });
    expect((await getJob(scene.bench.database, scene.up))!.state).toBe('pilot');
    expect(settingsOfJob(now).pilot).toBeDefined();
  });
});

describe('a job that is deleted', () => {
  const rows = async (scene: Scene, table: 'link' | 'claim' | 'contribution') =>
    (await scene.bench.database.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`))!.n;

  it('is disabled before; its accounts stay and are listed as those that lose their owner', async () => {
    const scene = await company();
    await scene.sync();
    expect(await refusal(ask(scene, 'job.remove', { job: scene.down }))).toContain('Disable it first');
    const { orphans } = await ask(scene, 'job.orphans', { job: scene.down });
    expect(orphans.map((one) => one.title).filter((title) => title.startsWith('Person'))).toHaveLength(5);
    const off = await refusal(ask(scene, 'job.state', { job: scene.down, state: 'disabled' }));
    expect(off).toContain('It looks after 5 people');
    expect(off).toContain('the accounts of people who leave stay open');
    expect((await ask(scene, 'job.get', { job: scene.down })).state).toBe('enabled');
    await ask(scene, 'job.state', { job: scene.down, state: 'disabled', seen: true });
    const [before, links] = [scene.app.all('person'), await rows(scene, 'link')];
    const { losing, says } = await ask(scene, 'job.parting', { job: scene.down, parting: 'remove' });
    expect(losing).toContainEqual({ type: 'person', count: 5 });
    expect(says!.en).toContain('nobody disables them any more');
    expect(await refusal(ask(scene, 'job.remove', { job: scene.down }))).toContain(says!.en);
    await ask(scene, 'job.remove', { job: scene.down, seen: true });
    expect(scene.app.all('person')).toEqual(before);
    expect(await rows(scene, 'link')).toBe(links);
    // A new job over the same connection finds everybody by their link.
    const again = await scene.addJob(scene.app, 'down', { name: 'again', policy, correlation: {} });
    const run = await scene.bench.run(again);
    expect(run.counts['applied.create'] ?? 0).toBe(0);
    expect(scene.app.all('person')).toHaveLength(5);
  });

  it('forgets who was who where that is wanted', async () => {
    const scene = await company();
    await scene.sync();
    const links = await rows(scene, 'link');
    await ask(scene, 'job.state', { job: scene.down, state: 'disabled', seen: true });
    await ask(scene, 'job.remove', { job: scene.down, links: 'cut', seen: true });
    expect(await rows(scene, 'link')).toBe(links / 2);
  });

  it('upstream leaves its people to the next source, through the guard, and those of nobody else as they are', async () => {
    const scene = await company();
    const second = await scene.addJob(scene.hr, 'up', { name: 'second', policy, rank: 50, scope: { departments: { include: ['emea'] } } });
    for (const id of ['1', '2', '3', '4', '5']) scene.hr.set('person', id, { title: 'clerk' });
    await scene.bench.run(scene.up);
    await scene.bench.run(second);
    const before = await scene.people();
    const { orphans } = await ask(scene, 'job.orphans', { job: scene.up });
    expect(orphans.filter((one) => one.type === 'person').map((one) => one.key)).toEqual(['1', '2', '4']);
    await ask(scene, 'job.state', { job: scene.up, state: 'disabled', seen: true });
    const { says } = await ask(scene, 'job.parting', { job: scene.up, parting: 'remove' });
    expect(says!.en).toContain('3 people');
    await ask(scene, 'job.remove', { job: scene.up, seen: true });
    const said = await scene.bench.database.all<{ job: number }>('SELECT DISTINCT job FROM contribution');
    expect(said).toEqual([{ job: second }]);
    scene.hr.set('person', '3', { title: 'chief' });
    const runs = await scene.bench.tick();
    expect(runs.map((run) => [run.job, run.cause, run.state])).toEqual([[second, 'due', 'succeeded']]);
    expect((await scene.known('3'))!.attributes.title).toBe('chief');
    expect((await scene.people()).map((person) => person.lifecycle)).toEqual(before.map((person) => person.lifecycle));
  });
});

describe('a setting that is locked', () => {
  it('can be changed until the job has written, and says why not afterwards', async () => {
    const scene = await company();
    expect((await ask(scene, 'job.get', { job: scene.up })).locked).toEqual([]);
    await ask(scene, 'job.update', { job: scene.up, settings: { tree: 'people' } });
    await scene.bench.run(scene.up);
    expect((await ask(scene, 'job.get', { job: scene.up })).locked.map((one) => one.setting)).toEqual(['connection', 'direction', 'tree']);
    expect(await refusal(ask(scene, 'job.update', { job: scene.up, settings: { tree: 'main' } }))).toContain('live in this tree');
    await ask(scene, 'job.update', { job: scene.up, name: 'renamed' });
  });
});
