// The command line and the server as processes of their own, in a folder of their own: started, waited for, asked.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { dataFolder } from '../../src/cli/data-folder.ts';
import { servedSession } from '../../src/cli/served-session.ts';
import type { Session } from '../../src/cli/session.ts';
import { connectSocket } from '../../src/server/socket-lines.ts';
import { hireTypist } from './typist.ts';

const main = join(import.meta.dirname, '../../src/main.ts');

export interface ServerPlace {
  readonly root: string;
  /** TRIBUTARY_DATABASE, or null. */
  readonly database: string | null;
  /** What still runs; whoever made the place ends it. */
  readonly running: Set<ChildProcess>;
  /** 0: any free one. */
  readonly port?: number;
  /** Further settings. */
  readonly environment?: Readonly<Record<string, string>>;
}

const surroundings = ({ root, database, port = 0, environment = {} }: ServerPlace): Record<string, string> => ({
  LANG: 'C',
  TRIBUTARY_DATA: join(root, 'data'),
  PORT: String(port),
  NO_COLOR: '1',
  ...(database ? { TRIBUTARY_DATABASE: database } : {}),
  ...environment,
});

export function start(place: ServerPlace, ...args: string[]): ChildProcess {
  const { root, running } = place;
  const child = spawn(process.execPath, [main, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...surroundings(place) },
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** What an administrator does first: the file is applied and its jobs are enabled. */
export async function configure(place: ServerPlace, file: string, jobs: readonly string[]): Promise<void> {
  const typist = hireTypist(place.root, surroundings(place));
  const commands = [['config', 'apply', '-f', file], ...jobs.map((job) => ['config', 'enable', job, '--unseen'])];
  for (const command of commands) {
    const { code, out, err } = await typist.type(command);
    if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}: ${out}${err}`);
  }
  await typist.leave();
}

export interface Served {
  readonly child: ChildProcess;
  readonly url: string;
  readonly session: Session;
}

export async function serve(place: ServerPlace): Promise<Served> {
  const child = start(place, 'serve');
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`the server ended: ${said}`)));
    for (const stream of [child.stdout!, child.stderr!])
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        const found = /http:\/\/[\d.]+:\d+/.exec(said);
        if (found) resolve(found[0]);
      });
  });
  const socket = await connectSocket(dataFolder(join(place.root, 'data')).socket);
  if (!socket) throw new Error('the server has no socket');
  return { child, url, session: servedSession(socket) };
}

export async function begin(session: Session, job: string): Promise<number> {
  return (await session.call('run.start', { job })).run;
}

export async function runAndFollow(session: Session, job: string): Promise<void> {
  const [run] = await session.follow([await begin(session, job)], () => {});
  if (!/succeeded|warnings/.test(run!.state)) throw new Error(`${job} ended as ${run!.state}: ${JSON.stringify(run)}`);
}

export async function until(holds: () => boolean | Promise<boolean>, limitMs: number, pauseMs: number): Promise<void> {
  for (const giveUpAt = performance.now() + limitMs; !(await holds()); ) {
    if (performance.now() > giveUpAt) throw new Error(`not within ${limitMs} ms: ${String(holds)}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
