// A server that is told to stop in the middle of a run and started again, round after round, under load: what it wrote, and how fast.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'ldapts';
import type { Simulator } from '../src/connector-kit/contract.ts';
import { ldap } from '../src/connectors/ldap/index.ts';
import { makeCompany } from '../src/sandbox/company.ts';
import { writeCompanyFile } from '../src/sandbox/company-file.ts';
import { begin, configure, runAndFollow, serve, until } from '../test/support/server-process.ts';

const PEOPLE = 400;
/** Always the same ones get a new title: below the half of a small company that needs nobody's consent. */
const CHANGED = 180;
/** Between two requests of one asker: hundreds a second are load enough. */
const BREATH_MS = 10;
/** A schedule would have to be waited for; this is how long a run may need to be seen, on a machine that is busy with other things. */
const RESUMED_MS = 240_000;

export interface Stop {
  readonly round: number;
  /** Writes that had reached the target when the signal was sent, when the process had ended, and in the end. */
  readonly writesAtSignal: number;
  readonly writesAtExit: number;
  readonly writes: number;
  /** Accounts at the target that have this round's title: each needs exactly one write. */
  readonly changed: number;
  /** Employee numbers that more than one account has. */
  readonly doubled: number;
  /** Requests of the load that were not answered while the server was to be there. */
  readonly unanswered: number;
  readonly exitCode: number | null;
  readonly exitMs: number;
  /** From the start of the next server until it could be asked, and from there to the first write that it went on with. */
  readonly startMs: number;
  readonly resumeMs: number;
  readonly state: string;
}

export const isInTheMiddle = ({ writesAtExit, writes }: Stop): boolean => writesAtExit > 0 && writesAtExit < writes;

/** `rounds`: stops that come in the middle of a run. `database`: TRIBUTARY_DATABASE, or null. */
export async function stops(options: {
  readonly rounds: number;
  readonly database: string | null;
  readonly onRound?: (stop: Stop) => void;
}): Promise<readonly Stop[]> {
  const root = mkdtempSync(join(tmpdir(), 'tributary-stop-'));
  const simulator = await ldap.simulate!({ options: {} });
  const running = new Set<ChildProcess>();
  try {
    return await rounds({ root, simulator, running, ...options });
  } finally {
    for (const child of running) child.kill('SIGKILL');
    await simulator.stop();
    rmSync(root, { recursive: true, force: true });
  }
}

type Place = Parameters<typeof stops>[0] & { readonly root: string; readonly simulator: Simulator; readonly running: Set<ChildProcess> };

async function rounds(place: Place): Promise<readonly Stop[]> {
  const { root, simulator } = place;
  const file = join(root, 'people.csv');
  await writeCompanyFile(makeCompany({ people: PEOPLE, departments: 12, seed: 11 }), file);
  const guard = '{ limits: { update: { count: 100000 } }, firstRun: { creates: 100000 } }';
  writeFileSync(
    join(root, 'tributary.yaml'),
    `connections:
  - { id: hr, connector: file, name: HR, config: { path: people.csv, settleSeconds: 0 } }
  - { id: ldap, connector: ldap, name: LDAP, config: ${JSON.stringify(simulator.config)} }
jobs:
  - { name: In, connection: hr, direction: up, policy: { guard: ${guard} } }
  - { name: Out, connection: ldap, direction: down, policy: { guard: ${guard} } }
`,
  );
  await configure(place, 'tributary.yaml', ['In', 'Out']);
  let server = await serve(place);
  for (const job of ['In', 'Out']) await runAndFollow(server.session, job);

  const [head, ...rows] = readFileSync(file, 'utf8').split(/\r?\n/);
  const column = head!.replace(/^\ufeff/, '').split(',').indexOf('职位');
  const seen: Stop[] = [];
  let inTheMiddle = 0;
  // On a busy machine a run may be over before it is told to stop: that round is judged as well, but not counted.
  for (let round = 1; inTheMiddle < place.rounds && round <= 2 * place.rounds; round++) {
    const title = `Round ${round}`;
    const changed = rows.map((row, at) => (row === '' || at >= CHANGED ? row : row.split(',').with(column, title).join(',')));
    writeFileSync(file, [head, ...changed].join('\n'));
    await runAndFollow(server.session, 'In');

    const before = simulator.writes();
    const written = (): number => simulator.writes() - before;
    const quiet = load(server.url);
    const run = await begin(server.session, 'Out');
    // At another point of the run in each round.
    await until(() => written() > 5 + ((round * 37) % 100), RESUMED_MS, 1);
    const writesAtSignal = written();
    const stopped = performance.now();
    const ended = once(server.child, 'exit');
    const answers = quiet();
    server.child.kill('SIGTERM');
    const unanswered = await answers;
    const [exitCode] = (await ended) as [number | null];
    const exitMs = Math.round(performance.now() - stopped);
    await server.session.close();
    const writesAtExit = written();

    const startedAt = performance.now();
    server = await serve(place);
    const startMs = Math.round(performance.now() - startedAt);
    const state = async (): Promise<string> => (await server.session.call('run.get', { run })).run.state;
    await until(async () => written() > writesAtExit || !/^(queued|running)$/.test(await state()), RESUMED_MS, 10);
    const resumeMs = Math.round(performance.now() - startedAt) - startMs;
    await until(async () => !/^(queued|running|waiting)$/.test(await state()), RESUMED_MS, 50);
    const stop = {
      round,
      writesAtSignal,
      writesAtExit,
      writes: written(),
      ...(await lookAt(simulator, title)),
      unanswered,
      exitCode,
      exitMs,
      startMs,
      resumeMs,
      state: await state(),
    };
    place.onRound?.(stop);
    seen.push(stop);
    if (isInTheMiddle(stop)) inTheMiddle++;
  }
  const ended = once(server.child, 'exit');
  server.child.kill('SIGTERM');
  await ended;
  return seen;
}

/** Asks for the page again and again, four at once, until it is stopped. Returns what was not answered while it should be. */
function load(url: string): () => Promise<number> {
  let isOn = true;
  let failed = 0;
  const one = async (): Promise<void> => {
    while (isOn) {
      const answer = await fetch(`${url}/healthz`).catch(() => null);
      await answer?.text().catch(() => '');
      if (isOn && answer?.status !== 200) failed += 1;
      await pause(BREATH_MS);
    }
  };
  const all = [one(), one(), one(), one()];
  return async () => {
    isOn = false;
    await Promise.all(all);
    return failed;
  };
}

async function lookAt(simulator: Simulator, title: string): Promise<{ changed: number; doubled: number }> {
  const client = new Client({ url: simulator.address });
  await client.bind(String(simulator.config.bindDn), String(simulator.config.password));
  const { searchEntries } = await client.search(String(simulator.config.base), {
    filter: '(objectClass=inetOrgPerson)',
    attributes: ['title', 'employeeNumber'],
    paged: true,
  });
  await client.unbind();
  const numbers = new Set(searchEntries.map((entry) => String(entry.employeeNumber)));
  return { changed: searchEntries.filter((entry) => entry.title === title).length, doubled: searchEntries.length - numbers.size };
}
