// Without a server: the engine in this process, under the lock of the data folder, for as long as one command needs.
import type { OidcProvider } from '../core/oidc.ts';
import { carryOut } from '../engine/commands.ts';
import type { EngineOptions, Progress } from '../engine/context.ts';
import { createNotifier } from '../engine/notify/notifier.ts';
import { failureOf } from '../engine/operations/operation.ts';
import { getRun } from '../store/runs.ts';
import { connectorMap, openApp } from './open-app.ts';
import { lockFolder, type DataFolder } from './data-folder.ts';
import { actorName, EngineFault, isUnderWay, RefusedError, type Session } from './session.ts';

export interface LocalOptions {
  readonly folder: DataFolder;
  readonly key: Buffer | null;
  readonly publicUrl?: string | null;
  /** The provider that the environment sets: it wins here as in the server. */
  readonly oidcOfServer?: OidcProvider | null;
  /** For the lock: what this process does. */
  readonly command: string;
  readonly log: EngineOptions['log'];
  /** Ends what is under way after its batch; the run goes on later. */
  readonly signal: AbortSignal;
}

const TELL_MS = 8_000;

export async function openLocalSession(options: LocalOptions): Promise<Session> {
  const lock = lockFolder(options.folder, options.command);
  const listeners = new Set<(progress: Progress) => void>();
  const app = await openApp({ ...options, onProgress: (progress) => notify(listeners, progress) }).catch((error: unknown) => {
    lock.release();
    throw error;
  });
  const notifier = createNotifier(app.engine);
  const context = {
    reader: app.database,
    connectors: connectorMap(),
    now: () => Date.now(),
    engine: app.engine,
    actor: actorName(),
    alone: true,
    oidcOfServer: options.oidcOfServer ?? null,
    ownAddress: options.publicUrl ? { url: options.publicUrl.replace(/\/$/, ''), isPublic: true } : null,
  };
  const session: Session = {
    isServed: false,
    async call(name, input) {
      try {
        return (await carryOut(name, context, input)) as never;
      } catch (error) {
        const failure = failureOf(error);
        if (failure.kind === 'refused') throw new RefusedError(failure);
        options.log('fault', { error: error instanceof Error ? error.stack : String(error) });
        throw new EngineFault(failure.label);
      }
    },
    async follow(runs, onProgress) {
      listeners.add(onProgress);
      try {
        while (!options.signal.aborted && (await anyUnderWay(runs))) {
          const done = await app.engine.drain(options.signal);
          if (done.length === 0) break;
        }
      } finally {
        listeners.delete(onProgress);
      }
      return Promise.all(runs.map(async (run) => (await session.call('run.get', { run })).run));
    },
    async close() {
      // What the command caused is told before the process ends; what does not leave now leaves from the next one.
      const late = setTimeout(() => void notifier.close(), TELL_MS);
      await notifier.pass();
      clearTimeout(late);
      await notifier.close();
      await app.close();
      lock.release();
    },
  };
  const anyUnderWay = async (runs: readonly number[]): Promise<boolean> => {
    for (const run of runs) if (isUnderWay((await getRun(app.database, run))?.state ?? '')) return true;
    return false;
  };
  return session;
}

function notify(listeners: ReadonlySet<(progress: Progress) => void>, progress: Progress): void {
  for (const listener of listeners) listener(progress);
}
