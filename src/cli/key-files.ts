// The files of the master key: the one in use, the one that takes over, and those that were replaced. A power cut leaves each of them whole.
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Label } from '../core/model.ts';
import type { KeyKeeper } from '../engine/keys/keeper.ts';
import { CommandError } from '../engine/engine.ts';
import { keyIdOf } from '../engine/sealing.ts';
import { keyOf } from '../settings.ts';
import type { Database } from '../store/database.ts';
import { othersAtWork } from '../store/postgres/presence.ts';
import type { DataFolder } from './data-folder.ts';
import { CliError } from './errors.ts';

/** Beside the key while it takes over. */
const nextFile = (folder: DataFolder): string => `${folder.key}.next`;
const oldFile = (folder: DataFolder, id: string): string => join(folder.path, `key.${id}.old`);

/** Null: there is no such file. */
export const keyIn = (path: string): Buffer | null => (existsSync(path) ? keyOf(readFileSync(path, 'utf8').trim(), path) : null);

export const nextKey = (folder: DataFolder): Buffer | null => keyIn(nextFile(folder));

/** Those that were replaced: they open what was sealed with them and comes back, from a backup for example. */
export const oldKeys = (folder: DataFolder): readonly Buffer[] =>
  (existsSync(folder.path) ? readdirSync(folder.path) : [])
    .filter((name) => /^key\.[\da-f]{8}\.old$/.test(name))
    .flatMap((name) => {
      try {
        return [keyIn(join(folder.path, name))!];
      } catch {
        // Somebody has put something else in its place: the keys that are needed are asked for by their ids.
        return [];
      }
    });

/** Every key of the folder by its id, with its text. */
export function keysIn(folder: DataFolder): ReadonlyMap<string, Buffer> {
  const all = [keyIn(folder.key), nextKey(folder), ...oldKeys(folder)].filter((key) => key !== null);
  return new Map(all.map((key) => [keyIdOf(key), key]));
}

/** The whole text or nothing, there for good when this returns. */
export function writeKey(path: string, key: Buffer): void {
  const beside = `${path}.new`;
  const file = openSync(beside, 'w', 0o600);
  try {
    writeSync(file, `${key.toString('base64')}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  moveDurably(beside, path);
}

function moveDurably(from: string, to: string): void {
  renameSync(from, to);
  // Windows opens no folders; its file system notes renames by itself.
  if (process.platform === 'win32') return;
  const folder = openSync(join(to, '..'), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/**
 * The keys of a backup come to their places (null: it has none). Whatever other key lies there may be the only one that opens another backup:
 * it stays, as an old one. Returns the files of those.
 */
export function restoreKeys(folder: DataFolder, key: Buffer | null, next: Buffer | null): readonly string[] {
  const places = [
    { path: folder.key, comes: key },
    { path: nextFile(folder), comes: next },
  ].filter(({ comes }) => comes !== null);
  const kept = places.flatMap(({ path, comes }) => {
    const present = keyIn(path);
    return present && !present.equals(comes!) ? [keepOld(folder, present)] : [];
  });
  for (const { path, comes } of places) writeKey(path, comes!);
  return kept;
}

function keepOld(folder: DataFolder, key: Buffer): string {
  const path = oldFile(folder, keyIdOf(key));
  writeKey(path, key);
  return path;
}

/**
 * The last step. The old key is there under its new name before it goes from its place: the one in the file, and the one that was in use,
 * where somebody has put another into the file meanwhile. Returns the file of `from`.
 */
export function takeOver(folder: DataFolder, from: string, to: string, inUse: Buffer | null = null): string {
  const present = keyIn(folder.key);
  for (const old of [present, inUse]) if (old && keyIdOf(old) !== to) keepOld(folder, old);
  const next = nextKey(folder);
  if (next && keyIdOf(next) === to) moveDurably(nextFile(folder), folder.key);
  return oldFile(folder, from);
}

const fromEnvironment: Label = {
  en: 'The key of this installation comes from TRIBUTARY_KEY. Put it into the file "key" of the data folder (mode 0600), unset TRIBUTARY_KEY and start the server anew; then a new key can be made.',
  zh: '本安装的密钥来自 TRIBUTARY_KEY。请将其写入数据文件夹的 key 文件（权限 0600），取消 TRIBUTARY_KEY 并重新启动服务，之后即可轮换。',
};

const sharedWith = (others: readonly string[]): Label => ({
  en: `The database is also in use by ${others.join('; ')}. Stop every worker and command there first: none of them would have the new key. Afterwards give each worker the new key (the file "key" of this data folder, or TRIBUTARY_KEY) and start it again.`,
  zh: `数据库还被 ${others.join('；')} 使用。请先停止这些工作进程和命令，它们没有新密钥。轮换后请为每个工作进程配置新密钥（本数据文件夹中的 key 文件，或 TRIBUTARY_KEY），再启动。`,
});

/** The key that is in use lies in no file of its own any more: it is kept while we still have it. */
function displaced(folder: DataFolder, inUse: Buffer): Label {
  const id = keyIdOf(inUse);
  let kept = oldFile(folder, id);
  let failure = '';
  try {
    if (!oldKeys(folder).some((old) => old.equals(inUse))) kept = keepOld(folder, inUse);
  } catch (error) {
    failure = said(error);
  }
  const what: Label = existsSync(folder.key)
    ? {
        en: `The file ${folder.key} does not hold the key ${id} that the server works with`,
        zh: `文件 ${folder.key} 中不是服务正在使用的密钥 ${id}`,
      }
    : {
        en: `The file ${folder.key} with the key ${id} has gone while the server runs`,
        zh: `服务运行期间，密钥 ${id} 的文件 ${folder.key} 丢失`,
      };
  return failure === ''
    ? {
        en: `${what.en}. That key was kept as ${kept}: copy it to ${folder.key} (mode 0600), then a new key can be made.`,
        zh: `${what.zh}。该密钥已保留为 ${kept}：请将其复制为 ${folder.key}（权限 0600），之后即可轮换。`,
      }
    : {
        en: `${what.en}, and it could not be kept beside it (${failure}). Mend the data folder before you stop the server: the key is in its memory only. Then look here again.`,
        zh: `${what.zh}，且无法在其旁边保留（${failure}）。密钥目前仅在服务内存中：停止服务之前请先修复数据文件夹，然后重新查看此处。`,
      };
}

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const keyOrNone = (path: string): Buffer | null => {
  try {
    return keyIn(path);
  } catch {
    return null;
  }
};

const unwritten = (path: string, error: unknown): CommandError =>
  new CommandError(
    `The new key could not be written to ${path} (${said(error)}). Nothing has changed. See that the server may write there and that the disk has room, then try again.`,
    `无法将新密钥写入 ${path}（${said(error)}），未作任何更改。请确认服务有写入权限且磁盘有剩余空间，然后重试。`,
    { code: 'conflict' },
  );

const unmoved = (folder: DataFolder, to: string, error: unknown): Label => ({
  en: `The new key ${to} is in use, but its file could not be moved to its place (${said(error)}): it is still ${nextFile(folder)}, and ${folder.key} holds the old one. Keep both. See that the server may write there and that the disk has room: the next start moves it.`,
  zh: `新密钥 ${to} 已启用，但其文件未能移到应有位置（${said(error)}）：新密钥仍在 ${nextFile(folder)}，${folder.key} 为旧密钥。请保留两者，并确认服务有写入权限且磁盘有剩余空间；下次启动时会自动移动。`,
});

/** `inUse`: the key with which the store was opened. */
export function keyKeeper(folder: DataFolder, given: Buffer | null, database: Database, inUse: Buffer): KeyKeeper {
  let present = inUse;
  return {
    async obstacle() {
      if (given !== null) return fromEnvironment;
      if (![folder.key, nextFile(folder)].some((path) => keyOrNone(path)?.equals(present))) return displaced(folder, present);
      if (database.dialect === 'sqlite') return null;
      // Whoever works with the old key meanwhile, on another machine, would not be able to open what is sealed from now on.
      const others = await othersAtWork(database);
      return others.length === 0 ? null : sharedWith(others);
    },
    next(id) {
      const known = id === null ? nextKey(folder) : keysIn(folder).get(id);
      if (known) return known;
      if (id !== null) throw missingNext(id);
      const key = randomBytes(32);
      try {
        writeKey(nextFile(folder), key);
      } catch (error) {
        throw unwritten(nextFile(folder), error);
      }
      return key;
    },
    forget(id) {
      const next = nextKey(folder);
      if (next && keyIdOf(next) === id) rmSync(nextFile(folder), { force: true });
    },
    takeOver(from, to) {
      const before = present;
      present = keysIn(folder).get(to) ?? present;
      try {
        return { kept: takeOver(folder, from, to, before), warning: null };
      } catch (error) {
        const old = oldFile(folder, from);
        return { kept: keyOrNone(old) ? old : folder.key, warning: unmoved(folder, to, error) };
      }
    },
  };
}

export const missingNext = (id: string): CliError =>
  new CliError(
    `A new master key (${id}) was taking over, and what was sealed since then needs it: put it into the data folder as key.next, or as key.${id}.old. It lies in the data folder in which that began; there the server finishes it. Workers are started afterwards, with the new key.`,
    `新主密钥（${id}）正在接替旧密钥，此后加密的内容需要它：请将其作为 key.next 或 key.${id}.old 放入数据文件夹。它位于开始轮换的数据文件夹中，由该处的服务完成轮换；工作进程请在完成后使用新密钥启动。`,
  );
