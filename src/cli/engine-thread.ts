// The thread that writes: opens the data folder, carries out commands, sweeps what is due and drains the runs.
import { parentPort, workerData } from 'node:worker_threads';
import type { IncomingEvent } from '../connector-kit/contract.ts';
import type { OidcProvider } from '../core/oidc.ts';
import { carryOut, type OperationName } from '../engine/commands.ts';
import type { Once } from '../engine/once.ts';
import { performIn, type ActName } from '../engine/sign-in/acts.ts';
import { createNotifier } from '../engine/notify/notifier.ts';
import { failureOf, type CommandContext, type OwnAddress } from '../engine/operations/operation.ts';
import type { DataFolder } from './data-folder.ts';
import { noteSettled } from './log.ts';
import { connectorMap, openApp } from './open-app.ts';

export interface ThreadData {
  readonly folder: DataFolder;
  readonly key: Uint8Array | null;
  readonly publicUrl: string | null;
  readonly oidc: OidcProvider | null;
}
export type ToThread =
  | { readonly id: number; readonly name: OperationName; readonly input: unknown; readonly actor: string; readonly once?: Once }
  | { readonly id: number; readonly connection: string; readonly event: IncomingEvent }
  | { readonly id: number; readonly act: ActName; readonly input: unknown }
  | { readonly listensAt: OwnAddress }
  | { readonly stop: true };

const BEAT_MS = 1000;
/** For how long after somebody asked for something the steps of runs stay small: who works at a console asks again. */
const ASKED_MS = 10_000;

const data = workerData as ThreadData;
const port = parentPort!;
const stopping = new AbortController();
let sweptAt = Number.NEGATIVE_INFINITY;
let askedAt = Number.NEGATIVE_INFINITY;
const log = (event: string, fields?: Record<string, unknown>): void => port.postMessage({ log: event, fields: fields ?? {} });
const app = await openApp({
  role: 'server',
  folder: data.folder,
  key: data.key ? Buffer.from(data.key) : null,
  publicUrl: data.publicUrl,
  log,
  onProgress: (progress) => port.postMessage({ progress }),
  isAsked: () => performance.now() - askedAt < ASKED_MS,
  onSettled: noteSettled(log),
});
/** Also while the loop is at work: then it goes round once more. */
const wake = (): void => app.queue.wake({ kind: 'command', key: '' });
const watches = app.engine.watch(wake);
const notifier = createNotifier(app.engine);

let ownAddress: OwnAddress | null = null;

const contextOf = (actor: string): CommandContext => ({
  reader: app.database,
  connectors: connectorMap(),
  now: () => Date.now(),
  engine: app.engine,
  actor,
  alone: false,
  oidcOfServer: data.oidc,
  ownAddress,
});

const perform = performIn({
  database: app.database,
  sealer: app.engine.options.sealer,
  now: () => Date.now(),
  oidcOfServer: data.oidc,
});

port.on('message', (message: ToThread) => {
  if ('stop' in message) {
    stopping.abort('stop');
    wake();
    return;
  }
  if ('listensAt' in message) {
    ownAddress = message.listensAt;
    return;
  }
  askedAt = performance.now();
  if ('act' in message) {
    perform(message.act, message.input as never).then(
      (result) => port.postMessage({ id: message.id, result }),
      (error: unknown) => port.postMessage({ id: message.id, failure: failureOf(error) }),
    );
    return;
  }
  const answer =
    'event' in message
      ? app.engine.receive(message.connection, message.event)
      : carryOut(message.name, contextOf(message.actor), message.input, message.once).finally(() => {
          sweptAt = Number.NEGATIVE_INFINITY;
        });
  answer
    .then(
      (result) => port.postMessage({ id: message.id, result }),
      (error: unknown) => {
        const failure = failureOf(error);
        if (failure.kind === 'fault') log('fault', { error: error instanceof Error ? error.stack : String(error) });
        port.postMessage({ id: message.id, failure });
      },
    )
    .finally(() => wake());
});
port.postMessage({ ready: true });

while (!stopping.signal.aborted) {
  try {
    // What was touched needs no sweep: that is for what time alone makes due, and for what a command has changed.
    if (performance.now() - sweptAt >= BEAT_MS) {
      sweptAt = performance.now();
      await app.engine.sweep();
      await watches.tend();
      void notifier.tend();
    }
    await app.engine.drain(stopping.signal);
    await app.engine.help(stopping.signal);
  } catch (error) {
    log('fault', { error: error instanceof Error ? error.stack : String(error) });
  }
  if (!stopping.signal.aborted) await app.queue.next(BEAT_MS, stopping.signal);
}
await notifier.close();
await watches.close();
await app.close();
port.postMessage({ stopped: true });
port.close();
