// A company in use moves to PostgreSQL in the middle of a run that was killed: what is there before, what is seen after. For any size.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { commands, dispatch } from '../../src/cli/cli.ts';
import { dataFolder, type DataFolder } from '../../src/cli/data-folder.ts';
import { openLocalSession } from '../../src/cli/local-session.ts';
import { connectorMap, openApp } from '../../src/cli/open-app.ts';
import { createOutput } from '../../src/cli/terminal.ts';
import { simulate, type ScimSimulator } from '../../src/connectors/scim/simulator.ts';
import { answerQuery } from '../../src/engine/commands.ts';
import { createEngine } from '../../src/engine/engine.ts';
import { writeCompanyFile } from '../../src/sandbox/company-file.ts';
import { type Company, makeCompany } from '../../src/sandbox/company.ts';
import { readSettings } from '../../src/settings.ts';
import type { Database } from '../../src/store/database.ts';
import { historySequence } from '../../src/store/directory.ts';
import { listBrakes } from '../../src/store/jobs.ts';
import { openPostgres } from '../../src/store/postgres/database.ts';
import { openSqlite } from '../../src/store/sqlite/database.ts';

const main = join(import.meta.dirname, '../../src/main.ts');
/** Of the people: who left and waits for a decision, and whose title changed. */
const LEAVERS = 0.03;
const CHANGED = 0.1;
/** People of whom everything that `explain` says is compared. */
const EXPLAINED = 60;

export interface StoryOptions {
  readonly people: number;
  /** An empty folder of the story's own. */
  readonly root: string;
  /** An empty database. */
  readonly url: string;
  readonly tell?: (what: string, ms: number) => void;
}

export interface Seen {
  readonly held: readonly string[];
  readonly links: readonly string[];
  readonly explained: readonly unknown[];
  readonly history: number;
  readonly brakes: readonly string[];
  /** Of the run that was killed: how many changes are in which state. */
  readonly ledger: Readonly<Record<string, number>>;
  readonly jobs: readonly unknown[];
}

export interface Story {
  readonly before: Seen;
  readonly after: Seen;
  /** What the old store answers to each command. */
  readonly refused: readonly string[];
  /** Accounts whose title was to change, as the plan of the killed run says; writes that reached the app before the kill, and while the run was resumed. */
  readonly changed: number;
  readonly beforeKill: number;
  readonly resumed: { readonly state: string; readonly writes: number };
  /** Writes that came more than once; accounts that have their new title. */
  readonly twice: readonly string[];
  readonly promoted: number;
  /** Writes at the app and new history entries of a whole further round. */
  readonly nextRound: { readonly writes: number; readonly history: number };
  /** A job whose brake was on before the move: how its run ends in the new place, and accounts that it made. */
  readonly braked: { readonly exit: string; readonly writes: number };
  /** Open questions after one half of them was confirmed in the new place, and accounts that this disabled. */
  readonly confirmed: { readonly open: number; readonly inactive: number };
}

/** Types a command as an administrator does. */
async function type(folder: DataFolder, ...words: string[]): Promise<{ exit: string; text: string }> {
  const written: string[] = [];
  const stream = { write: (text: string) => void written.push(text), isTTY: false, columns: 100 };
  const output = createOutput({ out: stream, err: stream, language: 'en', colour: false });
  const settings = readSettings(
    { TRIBUTARY_DATA: folder.path, ...(folder.postgres === null ? {} : { TRIBUTARY_DATABASE: folder.postgres }) },
    '/',
  );
  const exit = await dispatch(commands[words[0]!]!, words.slice(1), settings, output, (data, signal) =>
    openLocalSession({ folder: data, key: null, command: 'test', log: () => {}, signal }),
  );
  return { exit, text: written.join('') };
}

async function good(folder: DataFolder, ...words: string[]): Promise<void> {
  const { exit, text } = await type(folder, ...words);
  if (!['done', 'doubts', 'held'].includes(exit)) throw new Error(`${words.join(' ')}: ${exit}\n${text}`);
}

const aDayLater = (company: Company, leavers: number, changed: number): Company => ({
  ...company,
  // From the end, so that no leader and no manager of many is among them.
  people: company.people.slice(0, company.people.length - leavers).map((person, at) => ({
    ...person,
    title: at >= 10 && at < 10 + changed ? 'Promoted' : person.title,
  })),
});

async function seenIn(store: Database, run: number, explain: readonly string[]): Promise<Seen> {
  const context = { reader: store, connectors: connectorMap(), now: () => 1_800_000_000_000 };
  const lines = async (sql: string): Promise<string[]> => (await store.all<Record<string, unknown>>(sql)).map((row) => JSON.stringify(row));
  const states = await store.all<{ state: string; n: number }>(
    'SELECT state, count(*) AS n FROM change WHERE run = ? GROUP BY state ORDER BY state',
    run,
  );
  return {
    held: await lines(`SELECT * FROM held WHERE state = 'open' ORDER BY id`),
    links: await lines('SELECT * FROM link ORDER BY connection, type, external_id'),
    explained: await Promise.all(explain.map((person) => answerQuery('explain', context, { person, history: 50 }))),
    history: await historySequence(store),
    brakes: (await listBrakes(store)).map((brake) => `${brake.scope} ${brake.reason}`),
    ledger: Object.fromEntries(states.map(({ state, n }) => [state, n])),
    jobs: await store.all('SELECT id, name, state, state_reason, cursor, version FROM job ORDER BY id'),
  };
}

/** Runs a job in a process of its own and kills it when the app has taken `writes` of it. */
async function killedInApply(folder: DataFolder, job: string, app: ScimSimulator, writes: number): Promise<void> {
  const until = app.writes() + writes;
  const child: ChildProcess = spawn(process.execPath, [main, 'run', job], {
    stdio: 'ignore',
    env: { ...process.env, TRIBUTARY_DATA: folder.path },
  });
  const ended = once(child, 'exit');
  while (app.writes() < until && child.exitCode === null) await pause(2);
  child.kill('SIGKILL');
  const [code, signal] = (await ended) as [number | null, string | null];
  if (signal !== 'SIGKILL') throw new Error(`The run ended by itself (${code}): nothing was killed.`);
}

/** Goes on with whatever is open, as a server does. */
async function resume(folder: DataFolder, run: number): Promise<string> {
  const app = await openApp({ folder, key: null, log: () => {} });
  try {
    // The story has seen that nothing is on its way any more: the half minute in which it could be is not waited for.
    const engine = createEngine({ ...app.engine.options, settleMs: 0 });
    for (;;) {
      await engine.sweep();
      await engine.drain();
      const found = await app.database.get<{ state: string; ended_at: number | null }>('SELECT state, ended_at FROM run WHERE id = ?', run);
      if (found!.ended_at !== null) return found!.state;
      await pause(200);
    }
  } finally {
    await app.close();
  }
}

async function lookAt<T>(folder: DataFolder, look: (store: Database) => Promise<T>): Promise<T> {
  const store =
    folder.postgres === null ? openSqlite({ path: folder.database, readOnly: true }) : await openPostgres({ url: folder.postgres });
  try {
    return await look(store);
  } finally {
    await store.close();
  }
}

export async function tellMove({ people, root, url, tell = () => {} }: StoryOptions): Promise<Story> {
  let at = performance.now();
  const step = (what: string): void => {
    tell(what, performance.now() - at);
    at = performance.now();
  };
  const app = await simulate({ options: { mood: 'strict', pageSize: 1000 } });
  try {
    const file = join(root, 'people.csv');
    const company = makeCompany({ people, departments: Math.max(10, Math.round(people / 30)), seed: 7 });
    await writeCompanyFile(company, file);
    const config = join(root, 'tributary.yaml');
    const guard = '{ firstRun: { creates: 10000000 }, limits: { update: { count: 50, percent: 25 } } }';
    writeFileSync(
      config,
      `connections:
  - { id: hr, connector: file, name: HR, config: { use: read, path: '${file}', settleSeconds: 0 } }
  - { id: app, connector: scim, name: App, config: ${JSON.stringify(app.config)} }
  - { id: other, connector: memory, name: Other, config: { token: memory-full-access-7Q2 } }
jobs:
  - { name: In, connection: hr, direction: up, policy: { guard: ${guard} } }
  - { name: Out, connection: app, direction: down, policy: { guard: ${guard} } }
  - { name: Braked, connection: other, direction: down }
`,
    );
    const old = dataFolder(join(root, 'data'));
    await good(old, 'config', 'apply', '-f', config);
    for (const job of ['In', 'Out', 'Braked']) await good(old, 'config', 'enable', job, '--unseen');
    await good(old, 'hold', 'being rebuilt', '--job', 'Braked');
    step('configured');
    await good(old, 'run', 'In');
    step('first run in');
    await good(old, 'run', 'Out');
    step('first run out');

    const [leavers, promotions] = [Math.round(people * LEAVERS), Math.round(people * CHANGED)];
    await writeCompanyFile(aDayLater(company, leavers, promotions), file);
    await good(old, 'run', 'In');
    step('changes in');
    const requestsBefore = app.requests.length;
    const writesBefore = app.writes();
    await killedInApply(old, 'Out', app, Math.round(promotions * 0.4));
    // What was on its way when the process died is taken or not within a moment.
    for (let last = -1; last !== app.writes(); await pause(200)) last = app.writes();
    const changed = await lookAt(
      old,
      async (store) => (await store.get<{ n: number }>('SELECT count(*) AS n FROM change WHERE run = (SELECT max(id) FROM run)'))!.n,
    );
    const beforeKill = app.writes() - writesBefore;
    step('killed in apply');

    const run = await lookAt(old, async (store) => (await store.get<{ id: number }>('SELECT max(id) AS id FROM run'))!.id);
    const some = (list: Company['people'], count: number) => list.slice(0, count).map((person) => person.employeeNumber);
    const explain = [
      ...some(company.people, 10),
      ...some(company.people.slice(10), Math.min(promotions, EXPLAINED / 2)),
      ...some(company.people.toReversed(), EXPLAINED - EXPLAINED / 2 - 10),
    ];
    const before = await lookAt(old, (store) => seenIn(store, run, explain));
    step('looked at');
    const move = await type(old, 'migrate', '--to', url);
    if (move.exit !== 'done') throw new Error(move.text);
    step(`moved: ${/Moved [\d,]+ rows/.exec(move.text)?.[0]}`);
    const refused = [];
    for (const words of [['runs'], ['run', 'Out'], ['serve'], ['explain', explain[0]!]]) refused.push((await type(old, ...words)).text);

    const moved = dataFolder(old.path, url);
    const after = await lookAt(moved, (store) => seenIn(store, run, explain));
    step('looked at again');
    const writesMoved = app.writes();
    const state = await resume(moved, run);
    const resumed = { state, writes: app.writes() - writesMoved };
    step('resumed');
    const counts = new Map<string, number>();
    for (const request of app.requests.slice(requestsBefore))
      if (!request.startsWith('GET')) counts.set(request, (counts.get(request) ?? 0) + 1);
    const promoted = app.state.list('Users').filter((user) => user.title === 'Promoted').length;

    const [writes, history] = [app.writes(), await lookAt(moved, historySequence)];
    await good(moved, 'run', 'In');
    await good(moved, 'run', 'Out');
    const nextRound = { writes: app.writes() - writes, history: (await lookAt(moved, historySequence)) - history };
    step('next round');
    const other = await type(moved, 'run', 'Braked');
    const otherWrites = await lookAt(
      moved,
      async (store) => (await store.get<{ n: number }>(`SELECT count(*) AS n FROM link WHERE connection = 'other'`))!.n,
    );

    const inactive = (): number => app.state.list('Users').filter((user) => user.active === false).length;
    const inactiveBefore = inactive();
    const open = await lookAt(moved, (store) =>
      store.all<{ id: number }>(`SELECT id FROM held WHERE state = 'open' AND job = 1 ORDER BY id`),
    );
    await good(moved, 'confirm', ...open.slice(0, Math.ceil(open.length / 2)).map((row) => String(row.id)));
    await good(moved, 'run', 'Out');
    step('half of the questions confirmed');
    return {
      before,
      after,
      refused,
      changed,
      beforeKill,
      resumed,
      twice: [...counts].filter(([, n]) => n > 1).map(([request]) => request),
      promoted,
      nextRound,
      braked: { exit: other.exit, writes: otherWrites },
      confirmed: {
        open: await lookAt(
          moved,
          async (store) => (await store.get<{ n: number }>(`SELECT count(*) AS n FROM held WHERE state = 'open' AND job = 1`))!.n,
        ),
        inactive: inactive() - inactiveBefore,
      },
    };
  } finally {
    await app.stop();
  }
}
