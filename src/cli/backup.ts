// backup and restore: the embedded store as one file, and the keys beside it.
import { chmodSync, copyFileSync, existsSync } from 'node:fs';
import type { Label } from '../core/model.ts';
import { pathFrom } from '../settings.ts';
import { assertKnownSchema } from '../store/migrations.ts';
import { copyDatabase, inspectBackup, keysNeededBy, schemaIn } from '../store/sqlite/backup.ts';
import { openSqlite } from '../store/sqlite/database.ts';
import { answer, type CommandCall, text } from './command.ts';
import { type DataFolder, lockFolder } from './data-folder.ts';
import { CliError, type Exit, UsageError } from './errors.ts';
import { pathOfNewFile } from './new-file.ts';
import { assertReadable } from './read-file.ts';
import { markInstallation } from './installation.ts';
import { keyIn, keysIn, restoreKeys, writeKey } from './key-files.ts';
import { openReader } from './open-store.ts';
import { assertHere } from './whereabouts.ts';

function assertEmbedded(call: CommandCall): void {
  if (call.folder.postgres === null) return;
  throw new CliError(
    'The store is a database of PostgreSQL: use pg_dump and pg_restore for it, and keep the key file of the data folder apart (docs/admin/postgresql.md).',
    '数据保存在 PostgreSQL 中：请使用 pg_dump 和 pg_restore 进行备份与恢复，并单独保存数据文件夹中的密钥文件（见 docs/admin/postgresql.md）。',
  );
}

/** Beside a backup: the key of its store, and the one that was just taking over. */
const KEY_FILES = ['.key', '.key.next'];

/** What stands in a moved store is out of date. */
async function assertHereIn(folder: DataFolder): Promise<void> {
  const store = await openReader(folder);
  try {
    await assertHere(store, folder);
  } finally {
    await store.close();
  }
}

interface Beside {
  /** What stands behind the name of the backup. */
  readonly files: readonly string[];
  /** Ids of keys that it needs and that lie in no file here. */
  readonly missing: readonly string[];
}

function writeKeysBeside(path: string, needed: readonly string[], keys: ReadonlyMap<string, Buffer>): Beside {
  const [files, missing]: [string[], string[]] = [[], []];
  for (const [n, id] of needed.entries()) {
    const key = keys.get(id);
    if (!key) {
      missing.push(id);
      continue;
    }
    writeKey(`${path}${KEY_FILES[n]!}`, key);
    files.push(KEY_FILES[n]!);
  }
  return { files, missing };
}

function wrote(name: string, { files, missing }: Beside): Label {
  const all = [name, ...files.map((ending) => `${name}${ending}`)];
  const written: Label = { en: `Wrote ${all.join(' and ')}.`, zh: `已写入 ${all.join(' 和 ')}` };
  if (missing.length > 0) {
    const ids = missing.join(', ');
    return {
      en: `${written.en} The key ${ids} was not written: it lies in no file of this data folder, as where TRIBUTARY_KEY gives it. Keep it somewhere else: without it the credentials in this backup cannot be read.`,
      zh: `${written.zh}。未写入密钥 ${missing.join('、')}：本数据文件夹中没有该密钥的文件（例如密钥由 TRIBUTARY_KEY 提供）。请另行保存该密钥，否则无法读取此备份中的凭据。`,
    };
  }
  if (files.length > 0)
    return {
      en: `${written.en} Whoever has the backup and its key can read every credential: keep them apart.`,
      zh: `${written.zh}。备份与密钥同时泄露即可读取所有凭据，请分开保存。`,
    };
  return {
    en: `${written.en} The key is not in it: without the key file of this data folder its credentials cannot be read.`,
    zh: `${written.zh}，不含密钥。没有本数据文件夹的密钥文件，其中的凭据无法读取。`,
  };
}

export async function backupStore(call: CommandCall): Promise<Exit> {
  const [name] = call.words;
  if (name === undefined) throw new UsageError('Name the file to write.', '请指定要写入的文件。');
  assertEmbedded(call);
  const path = pathOfNewFile(name);
  if (!existsSync(call.folder.database)) throw new CliError('There is no store in this data folder yet.', '该数据文件夹中还没有数据。');
  await assertHereIn(call.folder);
  copyDatabase(call.folder.database, path);
  chmodSync(path, 0o600);
  const withKey = call.options['with-key'] === true;
  const needed = keysNeededBy(path);
  const beside = withKey ? writeKeysBeside(path, needed, keysIn(call.folder)) : { files: [], missing: [] };
  answer(call, { file: path, key: beside.files.length > 0 && beside.missing.length === 0 }, () =>
    call.output.line(call.output.say(wrote(name, beside))),
  );
  if (needed.length > 1)
    call.output.note(
      call.output.say({
        en: `A new master key was just taking over: this backup needs both, ${needed.join(' and ')}. Make another one in a moment, which needs the new one alone.`,
        zh: `备份时正在轮换主密钥：此备份同时需要 ${needed.join(' 和 ')} 两个密钥。稍后再备份一次，则只需要新密钥。`,
      }),
    );
  return beside.missing.length === 0 ? 'done' : 'doubts';
}

/** Where files have no time of birth, a file at the place of the old one may look like it: what was restored is known without looking. */
async function forgetMark(folder: DataFolder): Promise<void> {
  const store = openSqlite({ path: folder.database });
  try {
    await store.write((transaction) => markInstallation(transaction, {}));
  } finally {
    await store.close();
  }
}

/** The key in a file that somebody names. */
function keyNamed(name: string): Buffer {
  const key = keyIn(pathFrom(process.cwd(), name));
  if (key) return key;
  throw new CliError(`There is no key file ${name}. Nothing was restored.`, `没有密钥文件 ${name}，未恢复任何内容。`);
}

export async function restoreStore(call: CommandCall): Promise<Exit> {
  const [name] = call.words;
  if (name === undefined) throw new UsageError('Name the backup.', '请指定备份文件。');
  assertEmbedded(call);
  const path = pathFrom(process.cwd(), name);
  assertReadable(name);
  if (inspectBackup(path) === null)
    throw new CliError(
      `${name} is not a backup of Tributary, or is damaged. Name the file that "tributary backup" wrote.`,
      `${name} 不是 Tributary 的备份文件，或已损坏。请指定由 tributary backup 写出的文件。`,
    );
  const found = schemaIn(path);
  if (found) assertKnownSchema(found);
  const lock = lockFolder(call.folder, 'restore');
  try {
    if (existsSync(call.folder.database))
      throw new CliError(
        `The data folder ${call.folder.path} already holds a store. Restore into an empty one (TRIBUTARY_DATA).`,
        `数据文件夹 ${call.folder.path} 中已有数据，请用 TRIBUTARY_DATA 指定空文件夹。`,
      );
    const given = text(call, 'key');
    const key = given === undefined ? keyIn(`${path}${KEY_FILES[0]!}`) : keyNamed(given);
    const next = keyIn(`${path}${KEY_FILES[1]!}`);
    // Keys first: what does not work out leaves no store behind.
    const kept = restoreKeys(call.folder, key, next);
    copyFileSync(path, call.folder.database);
    chmodSync(call.folder.database, 0o600);
    await forgetMark(call.folder);
    if (kept.length > 0)
      call.output.note(
        call.output.say({
          en: `Another key lay in this data folder. It is kept: ${kept.join(', ')}. Backups made with it need it.`,
          zh: `此数据文件夹中原有其他密钥，已保留为 ${kept.join('、')}。用其制作的备份仍需要它。`,
        }),
      );
  } finally {
    lock.release();
  }
  answer(call, { folder: call.folder.path }, () =>
    call.output.line(
      call.output.say({
        en: 'Restored. At the next start the brake is on, so that two installations never write to the same systems: look at the plans, then "tributary release".',
        zh: '已恢复。下次启动时总闸处于拉下状态，以免两套系统同时写入；请先查看计划，再执行 tributary release。',
      }),
    ),
  );
  return 'done';
}
