// worker: one more process, on any machine, that carries out runs and takes part in those that others lead.
import { createNotifier } from '../engine/notify/notifier.ts';
import { getSetting } from '../store/jobs.ts';
import type { CommandCall } from './command.ts';
import { prepareFolder } from './data-folder.ts';
import { CliError, type Exit } from './errors.ts';
import type { Database } from '../store/database.ts';
import { logOf, noteSettled } from './log.ts';
import { openApp } from './open-app.ts';
import { build } from './build.ts';
import { SERVING } from '../store/migrations.ts';
import { createPulse, openWorkerHealth, type OpenHealth, type WorkerPulse } from '../server/worker-health.ts';
import { endsInTime, workUntil } from './work-loop.ts';

export async function workUntilStopped(call: CommandCall): Promise<Exit> {
  if (call.folder.postgres === null)
    throw new CliError(
      'A worker shares a PostgreSQL database with the server: set TRIBUTARY_DATABASE to the same address.',
      '工作进程与服务共用 PostgreSQL 数据库：请将 TRIBUTARY_DATABASE 设为相同的地址。',
    );
  prepareFolder(call.folder);
  const log = logOf(call.settings.logLevel);
  const pulse = createPulse(() => Date.now());
  const health = call.settings.worker ? await healthAt(call.settings.worker, pulse) : null;
  const told = noteSettled(log);
  const app = await openApp({
    folder: call.folder,
    key: call.settings.key,
    publicUrl: call.settings.publicUrl?.href ?? null,
    log,
    role: 'worker',
    onSettled(run) {
      told(run);
      pulse.settled(run);
    },
    onBeat: pulse.beat,
  });
  const notifier = createNotifier(app.engine);
  log('worker-ready', { holder: app.engine.options.holder, ...(health ? { port: health.port } : {}) });
  const mayWork = servedBySame(app.database, log);
  const working = workUntil({
    engine: app.engine,
    queue: app.queue,
    mayWork,
    onTurn: pulse.turn,
    alongside: () => void notifier.tend(),
    log,
    signal: call.signal,
  }).then(async () => {
    health?.close();
    await notifier.close();
    await app.close();
  });
  // A system that does not answer must not keep the process: its lease runs out, and another worker goes on.
  if (!(await endsInTime(working, call.signal))) {
    log('stopped-late');
    process.exit(0);
  }
  return 'done';
}

async function healthAt(at: { readonly host: string; readonly port: number }, pulse: WorkerPulse): Promise<OpenHealth> {
  try {
    return await openWorkerHealth(at, pulse);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new CliError(
      `This worker cannot listen on ${at.host}:${at.port} (WORKER_HOST, WORKER_PORT): ${why}. Give each worker of a machine a port of its own, or 0 for any free one.`,
      `此工作进程无法监听 ${at.host}:${at.port}（WORKER_HOST、WORKER_PORT）：${why}。请为同一机器上的每个工作进程指定不同端口，或使用 0 表示任意空闲端口。`,
    );
  }
}

/** Whether a server of this very program serves the database, asked before each look for work; one of another version is told once. */
export function servedBySame(database: Database, log: (event: string, fields?: Record<string, unknown>) => void): () => Promise<boolean> {
  const own = build();
  let told: string | undefined = own;
  return async () => {
    const serving = await getSetting(database, SERVING);
    // Two versions at one run would not mean the same by it.
    if (serving !== own && told !== serving) log('other-version', { serving: serving ?? 'none', own });
    told = serving;
    return serving === own;
  };
}
