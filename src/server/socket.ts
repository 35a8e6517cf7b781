// The control socket: one JSON message per line, requests and answers by id, progress in between. 0600, in the data folder.
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { z } from 'zod';
import type { Progress } from '../engine/context.ts';
import { isOperation, type OperationName } from '../engine/commands.ts';
import type { Once } from '../engine/once.ts';
import { failureOf } from '../engine/operations/operation.ts';
import type { RunView } from '../engine/operations/views.ts';
import { onLines, type SocketAnswer } from './socket-lines.ts';

const request = z.union([
  z.object({ id: z.number(), call: z.string(), input: z.unknown(), actor: z.string().max(200).default('cli') }),
  z.object({ id: z.number(), follow: z.array(z.int()) }),
]);

/** What the socket serves. */
export interface Desk {
  /** `once`: an idempotency key. */
  call(name: OperationName, input: unknown, actor: string, once?: Once): Promise<unknown>;
  follow(runs: readonly number[], onProgress: (progress: Progress) => void, signal: AbortSignal): Promise<readonly RunView[]>;
}

export interface ServedSocket {
  /** Lets nobody else in; who is there gets the answers to what they asked. */
  close(): void;
  /** Sends everybody away: one command line that stays open must not keep the process from ending. */
  end(): void;
}

/** Call it under the folder's lock: a socket file that is there belongs to a dead process. */
export async function serveSocket(path: string, desk: Desk, onFault: (error: unknown) => void): Promise<ServedSocket> {
  if (process.platform !== 'win32') rmSync(path, { force: true });
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    const gone = new AbortController();
    socket.on('close', () => {
      open.delete(socket);
      gone.abort();
    });
    // The other side went away; its request is carried out all the same.
    socket.on('error', () => socket.destroy());
    onLines(socket, (line) => void serveLine(socket, line, desk, gone.signal, onFault));
  });
  // The file must not be open to others for a moment either.
  const before = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
  } finally {
    process.umask(before);
  }
  if (process.platform !== 'win32') chmodSync(path, 0o600);
  return {
    close: () => void server.close(),
    end() {
      for (const socket of open) socket.destroy();
    },
  };
}

async function serveLine(socket: Socket, line: string, desk: Desk, gone: AbortSignal, onFault: (error: unknown) => void): Promise<void> {
  const send = (answer: SocketAnswer): void => {
    if (!socket.destroyed) socket.write(`${JSON.stringify(answer)}\n`);
  };
  let id = 0;
  try {
    const message = request.parse(JSON.parse(line));
    id = message.id;
    if ('follow' in message) {
      send({ id, result: await desk.follow(message.follow, (progress) => send({ id, progress }), gone) });
      return;
    }
    if (!isOperation(message.call))
      throw Object.assign(new Error(message.call), {
        label: {
          en: `The server knows no "${message.call}". Is it older than this command?`,
          zh: `服务器不支持“${message.call}”。其版本可能较旧。`,
        },
      });
    send({ id, result: (await desk.call(message.call, message.input, message.actor)) ?? null });
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind === 'fault') onFault(error);
    send({ id, failure });
  }
}
