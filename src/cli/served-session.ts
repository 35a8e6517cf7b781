// With a server: commands go through its socket.
import type { Socket } from 'node:net';
import type { Progress } from '../engine/context.ts';
import type { RunView } from '../engine/operations/views.ts';
import { onLines, type SocketAnswer } from '../server/socket-lines.ts';
import { CliError } from './errors.ts';
import { actorName, EngineFault, RefusedError, type Session } from './session.ts';

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress?: (progress: Progress) => void;
}

export function servedSession(socket: Socket): Session {
  const waiting = new Map<number, Waiting>();
  let last = 0;
  let isClosing = false;
  onLines(socket, (line) => {
    const answer = JSON.parse(line) as SocketAnswer;
    const one = waiting.get(answer.id);
    if (!one) return;
    if ('progress' in answer) return one.onProgress?.(answer.progress);
    waiting.delete(answer.id);
    if ('result' in answer) return one.resolve(answer.result);
    one.reject(answer.failure.kind === 'refused' ? new RefusedError(answer.failure) : new EngineFault(answer.failure.label));
  });
  const lost = (): void => {
    if (isClosing) return;
    const error = new CliError(
      'The server closed the connection. What it has begun goes on at its next start; see "tributary runs".',
      '服务器已关闭连接。已开始的执行将在其下次启动后继续；可用 tributary runs 查看。',
    );
    for (const one of waiting.values()) one.reject(error);
    waiting.clear();
  };
  socket.on('close', lost);
  socket.on('error', lost);
  const ask = (message: object, onProgress?: Waiting['onProgress']): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = ++last;
      waiting.set(id, { resolve, reject, ...(onProgress ? { onProgress } : {}) });
      socket.write(`${JSON.stringify({ id, ...message })}\n`);
    });
  return {
    isServed: true,
    call: async (name, input) => (await ask({ call: name, input, actor: actorName() })) as never,
    follow: async (runs, onProgress) => (await ask({ follow: runs }, onProgress)) as readonly RunView[],
    async close() {
      isClosing = true;
      socket.end();
    },
  };
}
