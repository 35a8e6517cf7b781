// The command line and the server as processes of their own, in a folder of their own: started, waited for, asked.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { dataFolder } from '../../src/cli/data-folder.ts';
import { servedSession } from '../../src/cli/served-session.ts';
import type { Session } from '../../src/cli/session.ts';
import { connectSocket } from '../../src/server/socket.ts';

const main = join(import.meta.dirname, '../../src/main.ts');

export interface ServerPlace {
  readonly root: string;
  /** TRIBUTARY_DATABASE, or null. */
  readonly database: string | null;
  /** What still runs; whoever made the place ends it. */
  readonly running: Set<ChildProcess>;
  /** 0: any free one. */
  readonly port?: number;
}

export function start({ root, database, running, port = 0 }: ServerPlace, ...args: string[]): ChildProcess {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      LANG: 'C',
      TRIBUTARY_DATA: join(root, 'data'),
      PORT: String(port),
      NO_COLOR: '1',
      ...(database ? { TRIBUTARY_DATABASE: database } : {}),
    },
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

export async function mustEnd(child: ChildProcess): Promise<void> {
  let said = '';
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`ended with ${code}: ${said}`);
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
