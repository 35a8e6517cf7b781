// One PostgreSQL cluster for a whole test run: started by whoever asks first, a new database for each asker.
//
// Vitest loads this file twice: in the main process as global set-up, where the cluster lives, and in every test process,
// which asks over a socket.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type Postgres } from './postgres.ts';

const VARIABLE = 'TRIBUTARY_TEST_POSTGRES';

/** Global set-up: costs nothing until somebody asks. */
export default async function setup(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-asking-'));
  const path = join(folder, 's');
  let cluster: Promise<Postgres> | null = null;
  const answer = async (socket: Socket): Promise<void> => {
    socket.on('error', () => undefined);
    const [line] = (await once(socket, 'data')) as [Buffer];
    const what = line.toString();
    try {
      const server = await (cluster ??= startPostgres());
      if (what.startsWith('new')) socket.end(await server.createDatabase(what.slice(3)));
      else {
        await server.dropDatabase(what);
        socket.end('dropped');
      }
    } catch (error) {
      socket.end(`! ${(error as Error).message}`);
    }
  };
  const server = createServer((socket) => void answer(socket)).listen(path);
  await once(server, 'listening');
  server.unref();
  process.env[VARIABLE] = path;
  return async () => {
    server.close();
    await (await cluster)?.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}

async function ask(what: string): Promise<string> {
  const path = process.env[VARIABLE];
  if (!path) throw new Error('There is no shared PostgreSQL: the test must run in the project "full" or "sweep".');
  const socket = connect(path);
  await once(socket, 'connect');
  socket.write(what);
  let said = '';
  for await (const chunk of socket) said += String(chunk);
  if (said.startsWith('!')) throw new Error(said.slice(2));
  return said;
}

/** A new, empty database of the run's cluster; `more` is further text of CREATE DATABASE. */
export const newDatabase = (more = ''): Promise<string> => ask(`new${more}`);
export const dropDatabase = async (url: string): Promise<void> => void (await ask(url));
