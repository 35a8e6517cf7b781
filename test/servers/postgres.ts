// Starts a real PostgreSQL for a test: a cluster of its own in a folder of its own on 127.0.0.1, removed on stop.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { withParameter } from '../support/url-parameter.ts';

export interface PostgresOptions {
  /** Default: a free port. */
  readonly port?: number;
  /** Off by default: tests of logic need no disk. What proves that nothing is lost switches it on. */
  readonly fsync?: boolean;
  /** Further settings, e.g. `max_connections`. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface Postgres {
  readonly port: number;
  readonly password: string;
  /**
   * The same database by a socket in the file system: a statement by way of TCP costs who asks twice as much processor time. For who has
   * nothing to do with the network. The address stays as it is where its folder lies too deep.
   */
  near(url: string): string;
  /** A new, empty database; returns its URL. `more` is further text of CREATE DATABASE. */
  createDatabase(more?: string): Promise<string>;
  dropDatabase(url: string): Promise<void>;
  /** Ends it as a crash would: kill -9 of the whole cluster. */
  kill(): Promise<void>;
  /** An orderly end that cuts all connections. The data stay. */
  shutDown(): Promise<void>;
  /** Starts it again on the same port and data. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

const LIB = '/usr/lib/postgresql';

/** Folder of the programs of the newest PostgreSQL ≥ 15 here; null when there is none. */
export function postgresPrograms(): string | null {
  const versions = existsSync(LIB) ? readdirSync(LIB).map(Number) : [];
  const newest = Math.max(0, ...versions.filter((version) => version >= 15 && existsSync(join(LIB, String(version), 'bin/postgres'))));
  return newest > 0 ? join(LIB, String(newest), 'bin') : null;
}

/** Why PostgreSQL cannot be used here; null when it can. In CI its absence is a failure, never a skip. */
export function postgresAvailable(): { readonly ok: true } | { readonly ok: false; readonly reason: string } {
  if (postgresPrograms() !== null) return { ok: true };
  const reason = `PostgreSQL 15 or newer is not installed (looked in ${LIB}): apt-get install postgresql-15`;
  if (process.env.CI === 'true') throw new Error(reason);
  return { ok: false, reason };
}

/**
 * Ends the server when our end of the pipe closes, so also when the test process is killed; then, and only then, the
 * folder goes too. `$1` is the folder, the rest is the command.
 */
const GUARD = `
folder=$1; shift
exec 3<&0
"$@" </dev/null & server=$!
(cat <&3 >/dev/null; : >"$folder/orphaned"; kill -QUIT $server) 2>/dev/null & watcher=$!
trap 'kill -QUIT $server' TERM INT
wait $server; code=$?
if [ -e "$folder/orphaned" ]; then rm -rf "$folder"; else kill $watcher 2>/dev/null; fi
exit $code
`;

const PASSWORD = 'postgres test password';
/** Longest path of a socket. @see https://man7.org/linux/man-pages/man7/unix.7.html */
const SOCKET_PATH = 100;

export async function startPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  const programs = postgresPrograms();
  if (programs === null) throw new Error('PostgreSQL 15 or newer is not installed.');
  const user = serverUser();
  // A temporary folder of root's tests is closed to the user that the server runs as.
  const folder = mkdtempSync(join(user ? '/tmp' : tmpdir(), 'tributary-postgres-'));
  const data = join(folder, 'data');
  const port = options.port ?? (await freePort());
  const hasSocket = Buffer.byteLength(join(folder, `.s.PGSQL.${port}`)) < SOCKET_PATH;
  let child: ChildProcess | null = null;

  const start = async (): Promise<void> => {
    const settings = {
      listen_addresses: '127.0.0.1',
      port: String(port),
      unix_socket_directories: hasSocket ? folder : '',
      max_connections: '300',
      shared_buffers: '64MB',
      ...(options.fsync ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
      ...options.settings,
    };
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    child = spawn('/bin/sh', ['-c', GUARD, 'postgres-guard', folder, join(programs, 'postgres'), '-D', data, ...args], {
      stdio: ['pipe', 'ignore', 'pipe'],
      cwd: folder,
      ...user,
    });
    await started(child, port);
  };
  const end = async (signal: 'SIGKILL' | 'SIGINT' | 'SIGQUIT'): Promise<void> => {
    const running = child;
    child = null;
    if (!running || running.exitCode !== null) return;
    const ended = once(running, 'exit');
    const pid = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
    // Stopped first, so that it starts no further process while they are counted.
    if (signal === 'SIGKILL') send(pid, 'SIGSTOP');
    const children = signal === 'SIGKILL' ? childrenOf(pid) : [];
    for (const each of [pid, ...children]) send(each, signal);
    await ended;
    // Whoever still holds its shared memory keeps it from starting again.
    while (children.some(isAlive)) await new Promise((resolve) => setTimeout(resolve, 10));
  };

  try {
    if (user) chownSync(folder, user.uid, user.gid);
    const passwordFile = join(folder, 'password');
    writeFileSync(passwordFile, PASSWORD);
    mkdirSync(data, { mode: 0o700 });
    if (user) chownSync(data, user.uid, user.gid);
    const made = spawnSync(
      join(programs, 'initdb'),
      [
        '-D',
        data,
        '-U',
        'postgres',
        '-A',
        'scram-sha-256',
        '--auth-local=trust',
        `--pwfile=${passwordFile}`,
        '-E',
        'UTF8',
        '--locale=C.UTF-8',
        '--no-sync',
      ],
      { encoding: 'utf8', cwd: folder, ...user },
    );
    if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr.slice(-2000)}`);
    await start();
  } catch (error) {
    await end('SIGQUIT').catch(() => undefined);
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }

  const urlOf = (name: string): string => `postgres://postgres:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/${name}`;
  const asAdmin = async (statement: string): Promise<void> => {
    const client = new pg.Client({ connectionString: urlOf('postgres') });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
  let made = 0;
  return {
    port,
    password: PASSWORD,
    near: (url) => (hasSocket ? withParameter(url, 'host', folder) : url),
    async createDatabase(more = '') {
      const name = `tributary_${++made}`;
      await asAdmin(`CREATE DATABASE ${name} ${more}`);
      return urlOf(name);
    },
    dropDatabase: (url) => asAdmin(`DROP DATABASE IF EXISTS ${new URL(url).pathname.slice(1)} WITH (FORCE)`),
    kill: () => end('SIGKILL'),
    shutDown: () => end('SIGINT'),
    start,
    async stop() {
      await end('SIGQUIT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended meanwhile.
  }
}

/** State and parent of a process, from /proc; null when it has ended. */
function facts(pid: number): { readonly state: string; readonly parent: number } | null {
  try {
    const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
    return { state: state!, parent: Number(parent) };
  } catch {
    return null;
  }
}

const isAlive = (pid: number): boolean => (facts(pid)?.state ?? 'Z') !== 'Z';
const childrenOf = (parent: number): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && facts(pid)?.parent === parent);

/** PostgreSQL refuses to run as root: then it runs as the user that its package made, or as nobody. */
function serverUser(): { readonly uid: number; readonly gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const users = new Map(
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => [line.split(':')[0]!, line.split(':')]),
  );
  const user = users.get('postgres') ?? users.get('nobody');
  if (!user) throw new Error('PostgreSQL does not run as root, and there is neither a user postgres nor nobody.');
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

async function started(child: ChildProcess, port: number): Promise<void> {
  let said = '';
  let exit: number | null = null;
  child.once('exit', (code) => (exit = code ?? -1));
  child.once('error', () => (exit = -1));
  child.stderr!.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
  for (const giveUpAt = Date.now() + 30_000; ; ) {
    if (exit !== null) throw new Error(`PostgreSQL ended at once (${exit}): ${said}`);
    const client = new pg.Client({
      connectionString: `postgres://postgres:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/postgres`,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      await client.end().catch(() => undefined);
      if (Date.now() > giveUpAt) throw new Error(`PostgreSQL does not answer: ${said}`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
