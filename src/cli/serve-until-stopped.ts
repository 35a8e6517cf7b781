// What `serve` does: the engine in a thread of its own, the control socket, and the status page.
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Serving } from '../store/postgres/serving.ts';
import { answerQuery, operations, type OperationName } from '../engine/commands.ts';
import type { EventReply, IncomingEvent } from '../connector-kit/contract.ts';
import type { Progress } from '../engine/context.ts';
import { failureOf, type Failure, type OwnAddress } from '../engine/operations/operation.ts';
import type { Once } from '../engine/once.ts';
import type { RunView } from '../engine/operations/views.ts';
import type { ActName, Perform } from '../engine/sign-in/acts.ts';
import { openServer } from '../server/app.ts';
import { createMetrics } from '../server/metrics.ts';
import { providerInForce } from '../server/sign-in/provider.ts';
import { serveSocket, type Desk } from '../server/socket.ts';
import { answer, type CommandCall } from './command.ts';
import { lockFolder } from './data-folder.ts';
import { consoleFolder } from './console-folder.ts';
import { CliError, type Exit } from './errors.ts';
import { connectorMap } from './open-app.ts';
import { logOf } from './log.ts';
import { openReader } from './open-store.ts';
import { release } from './release.ts';
import { serveAlone } from './serving.ts';
import { isUnderWay, RefusedError, EngineFault } from './session.ts';
import { STOP_MS } from './work-loop.ts';
import type { ThreadData, ToThread } from './engine-thread.ts';

export async function serveUntilStopped(call: CommandCall): Promise<Exit> {
  const { folder, settings, output } = call;
  const log = logOf(settings.logLevel);
  const lock = lockFolder(folder, 'tributary serve');
  let serving: Serving | null = null;
  try {
    serving = await serveAlone(folder, log);
    const publicUrl = settings.publicUrl?.href ?? null;
    const thread = await startThread({ folder, key: settings.key, publicUrl, oidc: settings.oidc }, log);
    const reader = await openReader(folder);
    const queries = { reader, connectors: connectorMap(), now: () => Date.now(), oidcOfServer: settings.oidc };
    const desk: Desk = {
      call: (name, input, actor, once) =>
        operations[name].where === 'reader' ? answerQuery(name, queries, input) : thread.call(name, input, actor, once),
      async follow(runs, onProgress, signal) {
        const end = thread.onProgress((progress) => {
          if (runs.includes(progress.run)) onProgress(progress);
        });
        try {
          for (;;) {
            const views = await Promise.all(
              runs.map(async (run) => ((await answerQuery('run.get', queries, { run })) as { run: RunView }).run),
            );
            if (signal.aborted || views.every((view) => !isUnderWay(view.state))) return views;
            await new Promise((resolve) => setTimeout(resolve, 100));
          }
        } finally {
          end();
        }
      },
    };
    const socket = await serveSocket(folder.socket, desk, (error) => log('fault', { error: String(error) }));
    const onFault = (error: unknown): void => log('fault', { error: String(error) });
    const metrics = createMetrics(reader, () => Date.now());
    const page = await openServer({
      host: settings.host,
      port: settings.port,
      publicUrl: settings.publicUrl,
      trustedProxies: settings.trustedProxies,
      tls: settings.tls,
      status: async () => (await answerQuery('status', queries, {})) as never,
      receive: (connection, event) => thread.receive(connection, event),
      onFault,
      metrics,
      // Both ends: what this thread reads, and whether the one that writes gets to its messages.
      async ready() {
        await reader.get('SELECT 1 AS one');
        await thread.perform('ping', {});
      },
      consoleFolder,
      members: {
        reader,
        version: release,
        uploadsFolder: join(folder.path, 'uploads'),
        desk,
        perform: thread.perform,
        now: () => Date.now(),
        oidc: providerInForce({ reader, perform: thread.perform, fixed: settings.oidc }),
      },
    });
    thread.listensAt({ url: page.url, isPublic: settings.publicUrl !== null });
    answer(call, { url: page.url }, () =>
      output.line(
        output.say({
          en: `Tributary runs at ${page.url}. Ctrl-C ends it; a run under way goes on at the next start.`,
          zh: `Tributary 运行于 ${page.url}。按 Ctrl-C 结束；进行中的执行将在下次启动后继续。`,
        }),
      ),
    );
    const link = await thread.perform('link.first', {});
    if (link !== null)
      output.line(
        output.say({
          en: `No administrator can sign in. Set one up here, once, within a day:\n${page.url}/set-up?link=${link}`,
          zh: `没有能够登录的管理员。请在一天内通过此一次性链接设置一位管理员：\n${page.url}/set-up?link=${link}`,
        }),
      );
    await new Promise<void>((resolve) => {
      if (call.signal.aborted) resolve();
      call.signal.addEventListener('abort', () => resolve(), { once: true });
      thread.ended.then(resolve);
      serving?.lost.then(() => {
        log('serving-lost');
        resolve();
      });
    });
    await page.stop();
    socket.close();
    await thread.stop();
    socket.end();
    await reader.close();
    return call.signal.aborted ? 'done' : 'fault';
  } finally {
    await serving?.release();
    lock.release();
  }
}

interface Thread {
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

async function startThread(data: ThreadData, log: (event: string, fields: Record<string, unknown>) => void): Promise<Thread> {
  const here = new URL(import.meta.url);
  const file = new URL(`./engine-thread${here.pathname.endsWith('.ts') ? '.ts' : '.js'}`, here);
  const worker = new Worker(file, { workerData: data, resourceLimits: { maxYoungGenerationSizeMb: 8 } });
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  const listeners = new Set<(progress: Progress) => void>();
  let last = 0;
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    worker.once('error', (error: Error) =>
      reject(
        failureOf(error).kind === 'refused'
          ? error
          : new CliError(`The engine could not start: ${error.message}`, `引擎无法启动：${error.message}`),
      ),
    );
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
  worker.on('error', (error: Error) => log('engine-thread', { error: error.stack ?? error.message }));
  const send = (message: ToThread): void => worker.postMessage(message);
  const ask = (message: (id: number) => ToThread): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = ++last;
      waiting.set(id, { resolve, reject });
      send(message(id));
    });
  return {
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
