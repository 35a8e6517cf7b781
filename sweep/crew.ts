// The program as it is run: `serve` and several `worker` in folders of their own on one PostgreSQL share a run under load, while one of
// them is killed, stands still beyond its lease, is told to stop, leads and dies, or the database is restarted. Nothing of it is played:
// messages, leases (a minute) and the look for the version of the server are those of the product.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { scim } from '../src/connectors/scim/index.ts';
import { simulate, type ScimSimulator } from '../src/connectors/scim/simulator.ts';
import { makeCompany } from '../src/sandbox/company.ts';
import { writeCompanyFile } from '../src/sandbox/company-file.ts';
import type { Database } from '../src/store/database.ts';
import { openPostgres } from '../src/store/postgres/database.ts';
import { startPostgres, type Postgres } from '../test/servers/postgres.ts';
import { begin, configure, runAndFollow, serve, start, until, type Served, type ServerPlace } from '../test/support/server-process.ts';

const PEOPLE = 400;
/** Always the same ones get a new title: below the half of a small company that needs nobody's consent. */
const CHANGED = 180;
/** For each write, one at a time by each process: so a batch of 25 lasts some seconds, and everybody has one in hand. */
const LATENCY_MS = 150;
/** A lease, the half minute in which a request of a dead process may still be carried out, and a machine that is busy. */
const OVER_MS = 400_000;
const LEASE_MS = 60_000;

/** What happens in a round, once everybody has a batch in hand. */
export const happenings = ['nothing', 'worker killed', 'worker stopped', 'worker told to end', 'database restarted', 'two leaders killed'] as const;
type Happening = (typeof happenings)[number];

export interface Round {
  readonly happening: Happening;
  /** Who led the run: `server`, `worker 2`; several, one after the other. */
  readonly leaders: readonly string[];
  readonly state: string;
  /** Accounts that have this round's title, accounts in all, and user names that more than one has. */
  readonly changed: number;
  readonly accounts: number;
  readonly doubled: number;
  readonly writes: number;
  /** Requests that a client made once more, since no answer came in time and twice does no harm. */
  readonly repeated: number;
  /** Batches carried out by processes that did not lead the run. */
  readonly helped: number;
  /** Of a worker that was told to end. */
  readonly exit: { readonly code: number | null; readonly ms: number } | null;
  readonly ms: number;
}

export interface CrewStory {
  readonly rounds: readonly Round[];
  /** Runs by job, and how they ended. */
  readonly runs: readonly { readonly job: string; readonly state: string; readonly runs: number }[];
  /** Who brought runs of the list of people to an end. */
  readonly readBy: readonly string[];
  readonly jobs: readonly { readonly name: string; readonly state: string }[];
  readonly held: number;
  /** Writes of a last comparison of everything. */
  readonly lastWrites: number;
  /** Batches that somebody still has in hand. */
  readonly batches: number;
  /** What lies in the folders of the workers. */
  readonly left: readonly string[];
  /** Lines of their logs that somebody should look at. */
  readonly warnings: readonly string[];
}

interface Hand {
  readonly name: string;
  readonly place: ServerPlace;
  process: ChildProcess;
}

export async function tellOfCrew(workers: number, onRound: (round: Round) => void = () => {}, what: readonly Happening[] = happenings): Promise<CrewStory> {
  const root = mkdtempSync(join(tmpdir(), 'tributary-crew-'));
  const running = new Set<ChildProcess>();
  const postgres = await startPostgres({ fsync: true });
  const target = await simulate({ options: {} });
  try {
    return await tell({ root, running, postgres, target, workers, what, onRound });
  } finally {
    for (const child of running) child.kill('SIGKILL');
    await target.stop();
    await postgres.stop();
    rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

interface Scene {
  readonly root: string;
  readonly running: Set<ChildProcess>;
  readonly postgres: Postgres;
  readonly target: ScimSimulator;
  readonly workers: number;
  readonly what: readonly Happening[];
  readonly onRound: (round: Round) => void;
}

async function tell({ root, running, postgres, target, workers, what, onRound }: Scene): Promise<CrewStory> {
  const url = await postgres.createDatabase();
  const environment = { TRIBUTARY_KEY: Buffer.alloc(32, 5).toString('base64') };
  const placeOf = (name: string): ServerPlace => {
    mkdirSync(join(root, name));
    return { root: join(root, name), database: url, running, environment };
  };
  const home = placeOf('server');
  const people = join(home.root, 'people.csv');
  await writeCompanyFile(makeCompany({ people: PEOPLE, departments: 12, seed: 11 }), people);
  const guard = '{ limits: { update: { count: 100000 } }, firstRun: { creates: 100000 } }';
  writeFileSync(
    join(home.root, 'tributary.yaml'),
    `connections:
  - { id: hr, connector: file, name: HR, config: { path: people.csv, settleSeconds: 0 } }
  - { id: app, connector: ${scim.manifest.id}, name: App, config: ${JSON.stringify({ ...target.config, parallel: 1 })} }
jobs:
  - { name: In, connection: hr, direction: up, policy: { guard: ${guard} } }
  - { name: Out, connection: app, direction: down, policy: { guard: ${guard} } }
`,
  );
  await configure(home, 'tributary.yaml', ['In', 'Out']);

  const warnings: string[] = [];
  const readBy = new Set<string>();
  let helped = 0;
  let repeated = 0;
  /** @param name  whose log it is */
  const listen = (child: ChildProcess, name: string): ChildProcess => {
    let rest = '';
    child.stdout!.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop()!;
      for (const line of lines) {
        if (line.includes('"msg":"helped"')) helped += 1;
        if (line.includes('"msg":"request-repeated"')) repeated += 1;
        if (/"job":1\b.*"msg":"run-settled"/.test(line)) readBy.add(name);
        if (/"level":[56]0/.test(line)) warnings.push(`${name}: ${line}`);
      }
    });
    return child;
  };
  const serving = async (): Promise<Served> => {
    const served = await serve(home);
    listen(served.child, 'server');
    return served;
  };
  let server = await serving();
  const hands: Hand[] = [];
  const hire = (place: ServerPlace, name: string): ChildProcess => listen(start(place, 'worker'), name);
  for (let n = 1; n <= workers; n++) {
    const place = placeOf(`worker-${n}`);
    hands.push({ name: `worker ${n}`, place, process: hire(place, `worker ${n}`) });
  }
  const database = await openPostgres({ url });
  const look = lookInto(database);
  const nameOf = (pid: number): string => (pid === server.child.pid ? 'server' : (hands.find((hand) => hand.process.pid === pid)?.name ?? 'gone'));
  try {
    for (const job of ['In', 'Out']) await runAndFollow(server.session, job);
    target.fault({ fault: 'delay', on: 'write', times: Number.MAX_SAFE_INTEGER, afterMs: LATENCY_MS });
    const [head, ...rows] = readFileSync(people, 'utf8').split(/\r?\n/);
    const column = head!.replace(/^\ufeff/, '').split(',').indexOf('职位');
    const rounds: Round[] = [];

    for (const [index, happening] of what.entries()) {
      const startedAt = performance.now();
      const title = `Round ${index + 1}`;
      writeFileSync(people, [head, ...rows.map((row, at) => (row === '' || at >= CHANGED ? row : row.split(',').with(column, title).join(',')))].join('\n'));
      await runAndFollow(server.session, 'In');
      const [before, helpedBefore, repeatedBefore] = [target.writes(), helped, repeated];
      const written = (): number => target.writes() - before;
      const run = await begin(server.session, 'Out');
      const leaders: string[] = [];
      const leading = async (): Promise<number> => {
        let pid = 0;
        await until(async () => (pid = (await look.leader(run)) ?? 0) > 0 && nameOf(pid) !== 'gone', OVER_MS, 50);
        if (leaders.at(-1) !== nameOf(pid)) leaders.push(nameOf(pid));
        return pid;
      };
      const leader = await leading();
      await until(async () => (await look.helpers(run)).some((pid) => pid !== leader && nameOf(pid) !== 'gone'), OVER_MS, 20);
      await until(() => written() > 10, OVER_MS, 5);
      const helper = async (): Promise<Hand> => {
        let hand: Hand | undefined;
        await until(async () => {
          const busy = await look.helpers(run);
          hand = hands.find(({ process }) => process.pid !== leader && busy.includes(process.pid!));
          return hand !== undefined;
        }, OVER_MS, 20);
        return hand!;
      };
      const comesBack = (hand: Hand): void => void (hand.process = hire(hand.place, hand.name));
      const gone = async (child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> => {
        const ended = once(child, 'exit');
        child.kill(signal);
        return ((await ended) as [number | null])[0];
      };
      let exit: Round['exit'] = null;
      switch (happening) {
        case 'nothing':
          break;
        case 'worker killed': {
          const hand = await helper();
          await gone(hand.process, 'SIGKILL');
          comesBack(hand);
          break;
        }
        case 'worker stopped': {
          const hand = await helper();
          hand.process.kill('SIGSTOP');
          await pause(LEASE_MS * 1.2);
          hand.process.kill('SIGCONT');
          break;
        }
        case 'worker told to end': {
          const hand = await helper();
          const toldAt = performance.now();
          exit = { code: await gone(hand.process, 'SIGTERM'), ms: Math.round(performance.now() - toldAt) };
          comesBack(hand);
          break;
        }
        case 'database restarted':
          await postgres.shutDown();
          await pause(300);
          await postgres.start();
          break;
        case 'two leaders killed':
          // The server leads what it has queued; while it is away a worker does.
          for (let killed = 0; killed < 2; killed++) {
            const pid = killed === 0 ? leader : await leading();
            const hand = hands.find(({ process }) => process.pid === pid);
            await gone(hand?.process ?? server.child, 'SIGKILL');
            if (hand) comesBack(hand);
            const from = written();
            await until(async () => (await leading()) !== pid, OVER_MS, 50);
            if (killed === 0) await until(async () => written() > from || !(await look.isOpen(run)), OVER_MS, 20);
          }
          if (server.child.exitCode !== null || server.child.signalCode !== null) server = await serving();
          break;
      }
      await until(async () => !(await look.isOpen(run)), OVER_MS, 50);
      const users = target.state.list('Users');
      const round: Round = {
        happening,
        leaders,
        state: await look.state(run),
        changed: users.filter((user) => user.title === title).length,
        accounts: users.length,
        doubled: users.length - new Set(users.map((user) => String(user.userName).toLowerCase())).size,
        writes: written(),
        repeated: repeated - repeatedBefore,
        helped: helped - helpedBefore,
        exit,
        ms: Math.round(performance.now() - startedAt),
      };
      onRound(round);
      rounds.push(round);
    }
    const beforeLast = target.writes();
    for (const job of ['In', 'Out']) await runAndFollow(server.session, job);
    const left = hands.flatMap(({ place }) => readdirSync(join(place.root, 'data'), { recursive: true }).map(String).filter((name) => /\.csv$|connections\/hr/.test(name)));
    const story: CrewStory = {
      rounds,
      runs: await look.runs(),
      readBy: [...readBy],
      jobs: await look.jobs(),
      held: await look.held(),
      lastWrites: target.writes() - beforeLast,
      batches: await look.batches(),
      left,
      warnings,
    };
    await server.session.close();
    return story;
  } finally {
    await database.close();
  }
}

/** A database that is just being restarted is asked again. */
function lookInto(database: Database) {
  const ask = async <T>(work: () => Promise<T>): Promise<T> => {
    for (const giveUpAt = performance.now() + OVER_MS; ; ) {
      try {
        return await work();
      } catch (error) {
        if (performance.now() > giveUpAt) throw error;
        await pause(100);
      }
    }
  };
  const pidOf = (holder: string): number => Number(holder.split('-')[0]);
  const state = (run: number): Promise<string> =>
    ask(async () => (await database.get<{ state: string }>('SELECT state FROM run WHERE id = ?', run))!.state);
  return {
    state,
    isOpen: async (run: number): Promise<boolean> => /^(queued|running|waiting)$/.test(await state(run)),
    leader: (run: number) =>
      ask(async () => {
        const row = await database.get<{ holder: string }>(
          `SELECT holder FROM lease WHERE kind = 'run' AND name = ? AND until > ?`,
          String(run),
          Date.now(),
        );
        return row ? pidOf(row.holder) : null;
      }),
    helpers: (run: number) =>
      ask(async () => (await database.all<{ holder: string }>('SELECT DISTINCT holder FROM batch WHERE run = ?', run)).map(({ holder }) => pidOf(holder))),
    runs: () =>
      ask(() =>
        database.all<{ job: string; state: string; runs: number }>(
          'SELECT j.name AS job, r.state, count(*) AS runs FROM run r JOIN job j ON j.id = r.job GROUP BY j.name, r.state ORDER BY j.name, r.state',
        ),
      ),
    jobs: () => ask(() => database.all<{ name: string; state: string }>('SELECT name, state FROM job ORDER BY name')),
    held: () => ask(async () => (await database.get<{ n: number }>(`SELECT count(*) AS n FROM held WHERE state = 'open'`))!.n),
    batches: () => ask(async () => (await database.get<{ n: number }>('SELECT count(*) AS n FROM batch'))!.n),
  };
}
