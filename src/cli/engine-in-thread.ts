// The engine in a thread of its own, as the thread that serves sees it. Little is loaded here: the thread begins before the rest of the server is read.
import { Worker } from 'node:worker_threads';
import type { EventReply, IncomingEvent } from '../connector-kit/contract.ts';
import type { OperationName } from '../engine/commands.ts';
import type { Progress } from '../engine/context.ts';
import type { Once } from '../engine/once.ts';
import type { Failure, OwnAddress } from '../engine/operations/operation.ts';
import type { ActName, Perform } from '../engine/sign-in/acts.ts';
import type { ThreadData, ToThread } from './engine-thread.ts';
import { CliError } from './errors.ts';
import type { Log } from './log.ts';
import { EngineFault, RefusedError } from './session.ts';
import { STOP_MS } from './work-loop.ts';

export interface EngineThread {
  /** The store is open and commands are carried out; rejects where it could not begin. */
  readonly ready: Promise<void>;
  call(name: OperationName, input: unknown, actor: string, once?: Once): Promise<unknown>;
  receive(connection: string, event: IncomingEvent): Promise<EventReply>;
  readonly perform: Perform;
  onProgress(listener: (progress: Progress) => void): () => void;
  /** What links begin with from now on. */
  listensAt(address: OwnAddress): void;
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

type FromThread =
  | { readonly ready: true }
  | { readonly stopped: true }
  | { readonly progress: Progress }
  | { readonly log: string; readonly fields: Record<string, unknown> }
  | { readonly id: number; readonly result?: unknown; readonly failure?: Failure };

/** Begins at once, and is of use once it is `ready`. */
export function startThread(data: ThreadData, log: Log): EngineThread {
  const here = new URL(import.meta.url);
  const file = new URL(`./engine-thread${here.pathname.endsWith('.ts') ? '.ts' : '.js'}`, here);
  const worker = new Worker(file, { workerData: data, resourceLimits: { maxYoungGenerationSizeMb: 8 } });
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  const listeners = new Set<(progress: Progress) => void>();
  let last = 0;
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const ready = new Promise<void>((resolve, reject) => {
    worker.once('error', (error: Error) => void whyNot(error).then(reject, reject));
    worker.on('message', (message: FromThread) => {
      if ('ready' in message) resolve();
      else if ('progress' in message) for (const listener of listeners) listener(message.progress);
      else if ('log' in message) log(message.log, message.fields);
      else if ('id' in message) {
        const one = waiting.get(message.id);
        waiting.delete(message.id);
        if (message.failure)
          one?.reject(message.failure.kind === 'refused' ? new RefusedError(message.failure) : new EngineFault(message.failure.label));
        else one?.resolve(message.result);
      }
    });
  });
  // Before that, whoever waits is told.
  ready.then(
    () => worker.on('error', (error: Error) => log('engine-thread', { error: error.stack ?? error.message })),
    () => undefined,
  );
  const send = (message: ToThread): void => worker.postMessage(message);
  const ask = (message: (id: number) => ToThread): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = ++last;
      waiting.set(id, { resolve, reject });
      send(message(id));
    });
  return {
    ready,
    ended,
    call: (name, input, actor, once) => ask((id) => ({ id, name, input, actor, ...(once ? { once } : {}) })),
    receive: async (connection, event) => (await ask((id) => ({ id, connection, event }))) as EventReply,
    perform: async (act: ActName, input: unknown) => (await ask((id) => ({ id, act, input }))) as never,
    onProgress(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    listensAt: (address) => send({ listensAt: address }),
    async stop() {
      send({ stop: true });
      // A batch that does not end in time is taken over at the next start; nothing is lost either way.
      const late = setTimeout(() => void worker.terminate(), STOP_MS);
      await ended;
      clearTimeout(late);
    },
  };
}

/** What is refused says so itself; anything else is told as a fault. */
async function whyNot(error: Error): Promise<Error> {
  const { failureOf } = await import('../engine/operations/operation.ts');
  if (failureOf(error).kind === 'refused') return error;
  return new CliError(`The engine could not start: ${error.message}`, `引擎无法启动：${error.message}`);
}
