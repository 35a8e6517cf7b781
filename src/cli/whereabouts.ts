// Whether a store may be opened at all: one that has moved away says where to, one that is just being filled is left alone.
import { existsSync } from 'node:fs';
import type { Database, Reader } from '../store/database.ts';
import { getSetting } from '../store/jobs.ts';
import { openSqlite } from '../store/sqlite/database.ts';
import { isBeingFilled, movedTo, type Moved } from '../store/transfer.ts';
import type { DataFolder } from './data-folder.ts';
import { CliError } from './errors.ts';

/** Call it before anything is written, on a store whose tables are there. */
export async function assertHere(store: Database, folder: DataFolder): Promise<void> {
  const moved = await movedTo(store);
  if (moved) throw movedError(moved);
  if (await isBeingFilled(store))
    throw new CliError(
      'This database is being filled by "tributary migrate", or was left half full by one that was interrupted. Wait for its end, or start it again on the machine with the old data folder.',
      '此数据库正由 tributary migrate 写入，或上次迁移中断而未完成。请等待其结束，或在保存旧数据文件夹的机器上重新执行。',
    );
  if (folder.postgres !== null && (await getSetting(store, 'installation')) === undefined) await assertNothingBehind(folder);
}

export const movedError = (moved: Moved): CliError => {
  const at = `${new Date(moved.at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return new CliError(
    `This store was moved to PostgreSQL at ${moved.to} (${at}) and is not served any more: two of one kind would write to the same systems. Set TRIBUTARY_DATABASE to that database.`,
    `此数据已于 ${at} 迁移到 ${moved.to} 的 PostgreSQL，不再提供服务，以免两套系统同时写入。请将 TRIBUTARY_DATABASE 设为该数据库。`,
  );
};

/** A new database beside a folder that is in use: somebody wanted to move, not to begin anew. */
async function assertNothingBehind(folder: DataFolder): Promise<void> {
  if (!existsSync(folder.database)) return;
  const old = openSqlite({ path: folder.database, readOnly: true });
  try {
    if ((await isEmpty(old)) || (await movedTo(old))) return;
  } finally {
    await old.close();
  }
  throw new CliError(
    `The database in TRIBUTARY_DATABASE is new, but the data folder ${folder.path} holds an embedded store with jobs. Move it with "tributary migrate", or begin anew in another folder (TRIBUTARY_DATA).`,
    `TRIBUTARY_DATABASE 指向的数据库是新的，而数据文件夹 ${folder.path} 中的内置数据库已有任务。请执行 tributary migrate 迁移，或用 TRIBUTARY_DATA 指定其他文件夹重新开始。`,
  );
}

async function isEmpty(store: Reader): Promise<boolean> {
  if (!(await store.get(`SELECT 1 AS yes FROM sqlite_schema WHERE name = 'job'`))) return true;
  return (await store.get('SELECT 1 AS yes FROM job LIMIT 1')) === undefined;
}
