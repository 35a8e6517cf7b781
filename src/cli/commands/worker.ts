// worker: one more process, on any machine, that carries out runs and takes part in those that others lead.
import { createNotifier } from '../../engine/notify/notifier.ts';
import { getSetting } from '../../store/jobs.ts';
import type { CliCommand, CommandCall } from '../command.ts';
import { prepareFolder } from '../data-folder.ts';
import { CliError, type Exit } from '../errors.ts';
import type { Database } from '../../store/database.ts';
import { logOf, noteSettled } from '../log.ts';
import { openApp, SERVING } from '../open-app.ts';
import { release } from '../release.ts';
import { endsInTime, workUntil } from '../work-loop.ts';

export const worker: CliCommand = {
  usage: 'worker',
  does: {
    en: 'takes part in the work of a server that uses PostgreSQL; start as many as you like, on any machine',
    zh: '分担使用 PostgreSQL 的服务的工作；可在任意机器上启动任意多个',
  },
  run: workUntilStopped,
};

async function workUntilStopped(call: CommandCall): Promise<Exit> {
  if (call.folder.postgres === null)
    throw new CliError(
      'A worker shares a PostgreSQL database with the server: set TRIBUTARY_DATABASE to the same address.',
      '工作进程与服务共用 PostgreSQL 数据库：请将 TRIBUTARY_DATABASE 设为相同的地址。',
    );
  prepareFolder(call.folder);
  const log = logOf(call.settings.logLevel);
  const app = await openApp({
    folder: call.folder,
    key: call.settings.key,
    publicUrl: call.settings.publicUrl?.href ?? null,
    log,
    role: 'worker',
    onSettled: noteSettled(log),
  });
  const notifier = createNotifier(app.engine);
  log('worker-ready', { holder: app.engine.options.holder });
  const mayWork = servedBySame(app.database, log);
  const working = workUntil({
    engine: app.engine,
    queue: app.queue,
    mayWork,
    alongside: () => void notifier.tend(),
    log,
    signal: call.signal,
  }).then(async () => {
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

/** Whether a server of this version serves the database, asked before each look for work; one of another version is told once. */
export function servedBySame(database: Database, log: (event: string, fields?: Record<string, unknown>) => void): () => Promise<boolean> {
  let told: string | undefined = release;
  return async () => {
    const serving = await getSetting(database, SERVING);
    // Two versions at one run would not mean the same by it.
    if (serving !== release && told !== serving) log('other-version', { serving: serving ?? 'none', own: release });
    told = serving;
    return serving === release;
  };
}
