// One server per store: the lock of the data folder, and for PostgreSQL one of the database, which other machines see, too.
import { StoreAway } from '../store/faults.ts';
import { placeOf } from '../store/postgres/database.ts';
import { explainConnecting } from '../store/postgres/faults.ts';
import { takeServing, type ServedBy, type Serving } from '../store/postgres/serving.ts';
import type { DataFolder } from './data-folder.ts';
import { CliError } from './errors.ts';

/** null: the store is embedded, the lock of its folder says it all. */
export async function serveAlone(
  folder: DataFolder,
  log: (event: string, fields?: Record<string, unknown>) => void,
): Promise<Serving | null> {
  if (folder.postgres === null) return null;
  const where = placeOf(folder.postgres);
  const taken = await takeServing({ url: folder.postgres, log }).catch((error: unknown) => {
    throw explainConnecting(error instanceof StoreAway ? error.cause : error, where, 'TRIBUTARY_DATABASE');
  });
  if ('lost' in taken) return taken;
  throw servedAlready(where, taken);
}

function servedAlready(where: string, { who, since }: ServedBy): CliError {
  const by = who ? `${who}${since ? `, since ${since.toISOString()}` : ''}` : 'another process';
  const wer = who ? `${who}${since ? `,自 ${since.toISOString()} 起` : ''}` : '另一个进程';
  return new CliError(
    `The database ${where} is served already (${by}). One server per database: start "tributary worker" here to share its work, or stop that server first. If its machine is gone, the database lets it go within half a minute.`,
    `数据库 ${where} 已由其他服务使用（${wer}）。每个数据库只能有一个服务：可在此运行 tributary worker 分担工作，或先停止该服务。若其所在机器已失效，数据库会在半分钟内释放。`,
  );
}
