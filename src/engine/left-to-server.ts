// What lies with the server: the far side of some connections are files of its machine. Another process, a worker, leaves their runs
// to it; while none is there they wait, and say so.
import { ConnectorError } from '../connector-kit/errors.ts';
import type { Label } from '../core/model.ts';
import type { Reader } from '../store/database.ts';
import { getConnection, getJob, jobsThrough } from '../store/jobs.ts';
import { getRun, isLed, openRuns, patchRun, type RunRow } from '../store/runs.ts';
import type { EngineOptions } from './context.ts';

/** Whether only the server may open a connection of this kind. */
export const isLeftToServer = ({ server, connectors }: EngineOptions, connector: string): boolean =>
  server !== undefined && connectors.get(connector)?.manifest.place === 'server';

/** Jobs whose runs this process must not touch: none, where it is the server. */
export async function jobsLeftToServer(engine: EngineOptions, reader: Reader = engine.database): Promise<ReadonlySet<number>> {
  const local = [...engine.connectors.keys()].filter((connector) => isLeftToServer(engine, connector));
  return local.length === 0 ? new Set() : new Set(await jobsThrough(reader, local));
}

/** Of these runs, those that this process may lead or help with. */
export async function withoutLeft<T extends Pick<RunRow, 'job'>>(engine: EngineOptions, runs: readonly T[]): Promise<readonly T[]> {
  if (runs.length === 0 || !engine.server) return runs;
  const left = await jobsLeftToServer(engine);
  return runs.filter((run) => !left.has(run.job));
}

/** The same path here would be another file. */
export const onTheServer = (connection: string): ConnectorError =>
  new ConnectorError('config', {
    en: `Connection "${connection}" is files of the machine of the server, which this process does not have. Ask there, or send the command to the server: --server URL --token T.`,
    zh: `连接“${connection}”对应服务所在机器上的文件，本进程无法访问。请在该机器上执行，或将命令发送到该服务：--server 网址 --token 令牌。`,
  });

const waitsForServer = (connection: string): Label => ({
  en: `It waits for the server, which is not there: connection "${connection}" is files of its machine, so no worker carries this out. Start it where it ran ("tributary serve"); it goes on by itself then.`,
  zh: `正在等待服务，而服务当前未运行：连接“${connection}”对应服务所在机器上的文件，工作进程不会执行。请在原机器上启动服务（tributary serve），之后将自动继续。`,
});

/** Looked at by the workers: the server cannot say itself that it is not there. */
export async function tellWaiting(engine: EngineOptions): Promise<void> {
  if (!engine.server) return;
  const left = await jobsLeftToServer(engine);
  const waiting = (await openRuns(engine.database)).filter((run) => left.has(run.job) && run.state !== 'waiting');
  if (waiting.length === 0) return;
  const isThere = await engine.server.isThere();
  for (const { id, job } of waiting) {
    const connection = (await getJob(engine.database, job))!.connection;
    const label = waitsForServer((await getConnection(engine.database, connection))!.name);
    await engine.database.write(async (transaction) => {
      const run = (await getRun(transaction, id))!;
      const says = run.problem?.en === label.en;
      if (says !== isThere || !/^(queued|running)$/.test(run.state) || (await isLed(transaction, id, engine.clock.now()))) return;
      await patchRun(transaction, id, { problem: isThere ? null : label });
      if (!isThere) engine.log('waits-for-server', { run: id, job, connection });
    });
  }
}
