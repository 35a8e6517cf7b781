// What both ends of the control socket have: how one is reached, lines, and what an answer is. The command line needs no more of the server.
import { createConnection, type Socket } from 'node:net';
import type { Progress } from '../engine/context.ts';
import type { Failure } from '../engine/operations/operation.ts';

const LONGEST_LINE = 64 * 1024 * 1024;

export type SocketAnswer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: Failure }
  | { readonly id: number; readonly progress: Progress };

/** Calls `take` for each whole line. A line without end is cut off with the connection. */
export function onLines(socket: Socket, take: (line: string) => void): void {
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    rest += chunk;
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      const line = rest.slice(0, end);
      rest = rest.slice(end + 1);
      if (line !== '') take(line);
    }
    if (rest.length > LONGEST_LINE) socket.destroy();
  });
}

/** Null when nobody listens there; a file in the place of its folder is for whoever opens the folder to tell. */
export function connectSocket(path: string): Promise<Socket | null> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ECONNREFUSED') resolve(null);
      else reject(error);
    });
  });
}
