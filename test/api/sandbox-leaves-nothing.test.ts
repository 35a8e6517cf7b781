// The sandbox company beside a real one: removed, it leaves nothing of its own, and nothing real is touched. Killed in the middle, it goes on.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openApp } from '../../src/cli/open-app.ts';
import { dataFolder, prepareFolder } from '../../src/cli/data-folder.ts';
import { connectors } from '../../src/connectors/index.ts';
import { carryOut, type InputOf, type OperationName, type OutputOf } from '../../src/engine/commands.ts';

const defaults = connectors.find((one) => one.manifest.id === 'file')!.manifest.defaults;

async function office() {
  const root = mkdtempSync(join(tmpdir(), 'tributary-sandbox-'));
  const folder = dataFolder(root);
  prepareFolder(folder);
  const app = await openApp({ folder, key: null, log: () => {} });
  onTestFinished(async () => {
    await app.close();
    rmSync(root, { recursive: true, force: true });
  });
  const { database, engine } = app;
  const context = { reader: database, connectors: engine.options.connectors, now: () => Date.now(), engine, alone: true, actor: 'anna' };
  const call = async <N extends OperationName>(name: N, input: InputOf<N>): Promise<OutputOf<N>> => {
    const answer = await carryOut(name, context, input);
    await engine.drain();
    return answer as OutputOf<N>;
  };
  const bin = async (): Promise<readonly { type: string; id: string }[]> => {
    const found: { type: string; id: string }[] = [];
    for (const type of ['person', 'department', 'group'] as const)
      for (const { id } of (await call('directory.gone', { type, limit: 500 })).gone) found.push({ type, id });
    return found;
  };
  const remove = async (): Promise<void> => {
    let steps = 0;
    while (!(await call('sandbox.remove', {})).isDone) expect(++steps).toBeLessThan(6);
  };
  const approveAll = async (): Promise<void> => {
    for (let held = [0]; held.length > 0; held = (await call('held.list', { limit: 500 })).held.map((row) => row.id))
      if (held[0] !== 0) await call('held.decide', { decision: 'approve', ids: held });
  };
  return { approveAll, root, folder, database, engine, call, bin, remove };
}

it('removed, the sandbox company leaves the recycle bin, the undo and the data folder as they were, and the runs under their name', async () => {
  const { folder, database, call, bin, remove } = await office();
  const before = readdirSync(folder.path).sort();
  const { run } = await call('sandbox.add', { hr: 'Made-up HR', book: 'Made-up book' });
  await call('sandbox.try', { attempt: 'renamed' });
  await remove();
  expect(await bin()).toEqual([]);
  expect((await call('pin.list', { limit: 10 })).pins).toEqual([]);
  for (const table of [
    'object',
    'link',
    'contribution',
    'claim',
    'allotted',
    'mirror',
    'mirror_key',
    'mirror_edge',
    'undo_loss',
    'reservation',
  ])
    expect([table, (await database.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`))!.n]).toEqual([table, 0]);
  expect(await database.all('SELECT id FROM change WHERE snapshot IS NOT NULL')).toEqual([]);
  expect(
    readdirSync(folder.path)
      .sort()
      .filter((name) => !before.includes(name) && name !== 'connections'),
  ).toEqual([]);
  expect(readdirSync(join(folder.path, 'connections'))).toEqual([]);
  expect((await call('run.get', { run })).run).toMatchObject({ jobName: 'Made-up HR', jobRemoved: true });
  // Added once more it is as new, and goes as a whole again.
  await call('sandbox.add', {});
  expect((await call('sizes', {})).directory.people.active).toBeGreaterThan(200);
  await remove();
  expect(await bin()).toEqual([]);
});

it('whoever is in a real system as well stays exactly as they are, and so does what was taken out before', async () => {
  const { approveAll, root, database, engine, call, bin, remove } = await office();
  const staff = join(root, 'staff.csv');
  const write = (...rows: readonly string[]): void => writeFileSync(staff, ['employee number,full name,job title', ...rows].join('\n'));
  write('R-1,Real One,Clerk', 'R-2,Real Two,Clerk', '001002,Real Four,Clerk');
  const connection = (id: string, config: object) => ({ id, connector: 'file', name: id, config });
  const job = (name: string, direction: 'up' | 'down', more: object) => ({
    name,
    connection: name,
    direction,
    correlation: defaults[direction]!.correlation,
    mapping: {
      person: defaults[direction]!.mapping.person!.filter(({ target }) => ['employeeNumber', 'displayName', 'title'].includes(target)),
    },
    ...(direction === 'down' ? { withoutRelations: ['membership'] } : {}),
    state: 'enabled',
    ...more,
  });
  const guard = {
    limits: Object.fromEntries(['create', 'update', 'identifying', 'disable', 'clear'].map((name) => [name, { count: 1000, share: 100 }])),
  };
  const settings = (...jobs: object[]) =>
    call('config.apply', {
      document: {
        version: 1,
        connections: [
          connection('real', { use: 'read', path: staff, settleSeconds: 0 }),
          connection('badges', { use: 'write', path: join(root, 'badges.csv') }),
        ],
        jobs,
      },
      unseen: true,
      seen: true,
      withoutForecast: true,
    });
  const real = job('real', 'up', { rank: 50, policy: { guard, leaver: { gone: 'delete' } } });
  await settings(real);
  const run = async (name: string) => (await call('run.start', { job: name, mode: 'full' })).run;
  await run('real');
  write('R-1,Real One,Clerk', '001002,Real Four,Clerk');
  await run('real');
  await approveAll();
  expect(await bin()).toHaveLength(1);
  await call('sandbox.add', {});
  await approveAll();
  await run('Sandbox HR');
  await approveAll();
  // One whom both sources have, and one with a badge from a real system.
  const made = await database.all<{ id: string; data: string }>(
    `SELECT id, data FROM object WHERE type = 'person' AND lifecycle = 'active' AND data NOT LIKE '%R-1%' AND data NOT LIKE '%001002%' ORDER BY id LIMIT 2`,
  );
  const [both, badged] = made.map((row) => ({ id: row.id, ...(JSON.parse(row.data) as { employeeNumber: string }) }));
  const [first] = await database.all<{ id: string; data: string }>(`SELECT id, data FROM object WHERE data LIKE '%"001002"%'`);
  expect(await database.all('SELECT job FROM contribution WHERE directory_id = ? ORDER BY job', first!.id)).toHaveLength(2);
  write('R-1,Real One,Clerk', '001002,Real Four,Clerk', `${both!.employeeNumber},Real Three,Clerk`);
  await run('real');
  await settings(real, job('badges', 'down', { scope: { people: { include: [badged!.id] } } }));
  await run('badges');
  const kept = async (table: string, column: string, id: string) =>
    database.all(`SELECT * FROM ${table} WHERE ${column} = ? AND ${table === 'link' ? "connection NOT LIKE 'sandbox-%'" : 'job = 1'}`, id);
  const others = async () => ({
    contribution: await kept('contribution', 'directory_id', both!.id),
    claim: await kept('claim', 'directory_id', both!.id),
    links: [...(await kept('link', 'directory_id', both!.id)), ...(await kept('link', 'directory_id', badged!.id))],
    badges: await database.all(`SELECT * FROM claim WHERE directory_id = ? AND job NOT IN (1, 2, 3)`, badged!.id),
    both: await database.all('SELECT lifecycle, data FROM object WHERE id IN (?, ?) ORDER BY id', both!.id, first!.id),
    untouched: await database.all(`SELECT * FROM object WHERE data LIKE '%R-1%' OR data LIKE '%R-2%' OR data = '{}' ORDER BY id`),
  });
  const shown = async (id: string) =>
    (await database.get<{ lifecycle: string; data: string }>('SELECT lifecycle, data FROM object WHERE id = ?', id))!;
  const before = await others();
  expect([before.contribution.length, before.links.length, before.badges.length]).toEqual([1, 2, 1]);
  const badges = readFileSync(join(root, 'badges.csv'), 'utf8');
  // The job of the badges would take away what it has given: first it is stopped.
  await expect(remove()).rejects.toThrow(
    /"badges" has given 1 of the sandbox company an account .* Disable or delete that job, then remove the sandbox/,
  );
  expect(await others()).toEqual(before);
  expect((await shown(badged!.id)).lifecycle).toBe('active');
  await settings(real, { ...job('badges', 'down', { scope: { people: { include: [badged!.id] } } }), state: 'disabled' });
  await remove();
  expect(await others()).toEqual(before);
  // From then on the word of the real source counts.
  await engine.sweep();
  await engine.drain();
  await approveAll();
  for (const [id, displayName] of [
    [both!.id, 'Real Three'],
    [first!.id, 'Real Four'],
  ] as const) {
    const left = await shown(id);
    expect([left.lifecycle, JSON.parse(left.data)]).toMatchObject(['active', { displayName, title: 'Clerk' }]);
  }
  // Out of the directory by the word of the only source that said they were there; the account outside is still known to be theirs.
  expect((await shown(badged!.id)).lifecycle).toBe('absent');
  expect((await bin()).map(({ id }) => id)).toContain(badged!.id);
  expect(await bin()).toHaveLength(2);
  await engine.drain();
  expect(readFileSync(join(root, 'badges.csv'), 'utf8')).toBe(badges);
});

it('with another job over one of its connections nothing is removed, and it is said which', async () => {
  const { call, remove } = await office();
  await call('sandbox.add', {});
  const { up: mapped } = defaults;
  const second = { name: 'second', connection: 'sandbox-hr', direction: 'up', correlation: mapped!.correlation, mapping: mapped!.mapping };
  await call('config.apply', { document: { version: 1, jobs: [second] }, withoutForecast: true });
  await expect(remove()).rejects.toThrow(/Job 3 "second" uses a connection of the sandbox company. Disable and delete that job/);
  expect((await call('sizes', {})).directory.people.active).toBeGreaterThan(200);
  await call('job.remove', { job: 3, seen: true });
  await remove();
  expect((await call('sizes', {})).directory.people).toEqual({});
});

it('killed in the middle, what is left goes with the next call', async () => {
  const { engine, database, call, bin, remove } = await office();
  await call('sandbox.add', {});
  // Between two pieces of the recycle bin; then when its jobs are gone and its connections are still there.
  for (const dies of [1, 2]) {
    let pieces = 0;
    Object.assign(engine.options, {
      probe: (point: string) => {
        if (point === 'leftovers:piece' && ++pieces === dies) throw new Error('killed');
      },
    });
    await expect(remove()).rejects.toThrow('killed');
    expect((await call('sandbox.show', {})).isHere).toBe(true);
    expect([dies, (await bin()).length > 0, (await call('job.list', {})).jobs.length]).toEqual([dies, dies === 1, dies === 1 ? 2 : 0]);
  }
  Object.assign(engine.options, { probe: undefined });
  await remove();
  expect(await call('sandbox.show', {})).toMatchObject({ isHere: false });
  expect(await bin()).toEqual([]);
  expect((await call('job.list', {})).jobs).toEqual([]);
  expect(await database.all('SELECT 1 FROM mirror')).toEqual([]);
  const { entries } = await call('audit.list', { limit: 5 });
  expect(entries.map((entry) => entry.action)).toContain('sandbox.remove');
});
