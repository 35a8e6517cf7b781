// The thread that writes: opens the data folder, carries out commands, sweeps what is due and drains the runs.
import { parentPort, workerData } from 'node:worker_threads';
import { carryOut, type OperationName } from '../engine/commands.ts';
import { failureOf } from '../engine/operations/operation.ts';
import type { DataFolder } from './data-folder.ts';
import { connectorMap, openApp } from './open-app.ts';

export interface ThreadData {
  readonly folder: DataFolder;
  readonly key: Uint8Array | null;
}
export type ToThread =
  | { readonly id: number; readonly name: OperationName; readonly input: unknown; readonly actor: string }
  | { readonly stop: true };

const BEAT_MS = 1000;

const data = workerData as ThreadData;
const port = parentPort!;
const stopping = new AbortController();
const log = (event: string, fields?: Record<string, unknown>): void => port.postMessage({ log: event, fields: fields ?? {} });
const app = await openApp({
  folder: data.folder,
  key: data.key ? Buffer.from(data.key) : null,
  log,
  onProgress: (progress) => port.postMessage({ progress }),
});
let wake: () => void = () => {};

port.on('message', (message: ToThread) => {
  if ('stop' in message) {
    stopping.abort('stop');
    wake();
    return;
  }
  const context = {
    reader: app.database,
    connectors: connectorMap(),
    now: () => Date.now(),
    engine: app.engine,
    actor: message.actor,
    alone: false,
  };
  carryOut(message.name, context, message.input)
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
    await app.engine.sweep();
    await app.engine.drain(stopping.signal);
  } catch (error) {
    log('fault', { error: error instanceof Error ? error.stack : String(error) });
  }
  if (stopping.signal.aborted) break;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, BEAT_MS);
    wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}
await app.close();
port.postMessage({ stopped: true });
port.close();
