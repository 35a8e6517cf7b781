// The data folder: where its files lie, who may look inside, and that only one process at a time works in it.
import { chmodSync, statSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join, relative, resolve } from 'node:path';
import type { Label } from '../core/model.ts';
import { takeFolderLock, type FolderLock, type LockHolder } from '../store/sqlite/lock.ts';
import { CliError } from './errors.ts';
import { makeFolder } from './make-folder.ts';

export interface DataFolder {
  readonly path: string;
  /** File of the embedded database. */
  readonly database: string;
  /** The store is a database of PostgreSQL instead; key, lock, socket and connection folders stay here. */
  readonly postgres: string | null;
  readonly key: string;
  readonly socket: string;
}

/** Names only; creates nothing. */
export function dataFolder(path: string, postgres: string | null = null): DataFolder {
  return { path, postgres, database: join(path, 'tributary.db'), key: join(path, 'key'), socket: socketPath(path) };
}

/** @see https://man7.org/linux/man-pages/man7/unix.7.html sun_path holds 108 bytes; other systems 104. */
const SOCKET_LIMIT = 100;

function socketPath(folder: string): string {
  const name = createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 16);
  if (process.platform === 'win32') return `\\\\.\\pipe\\tributary-${name}`;
  const inside = join(folder, 'tributary.sock');
  if (Buffer.byteLength(inside) <= SOCKET_LIMIT) return inside;
  const short = relative(process.cwd(), inside);
  if (Buffer.byteLength(short) <= SOCKET_LIMIT) return short;
  return join(process.env.XDG_RUNTIME_DIR ?? tmpdir(), `tributary-${userInfo().uid}-${name}.sock`);
}

/** Makes the folder (0700) if it is not there. */
export function prepareFolder(folder: DataFolder): void {
  try {
    makeFolder(folder.path);
    if (statSync(folder.path).isDirectory()) chmodSync(folder.path, 0o700);
  } catch (error) {
    const why = whyNot(error as NodeJS.ErrnoException);
    throw new CliError(
      `The data folder ${shown(folder.path)} cannot be used: ${why.en} Give another one with TRIBUTARY_DATA.`,
      `数据文件夹 ${shown(folder.path)} 无法使用：${why.zh}请用 TRIBUTARY_DATA 指定其他位置。`,
    );
  }
  if (!statSync(folder.path).isDirectory())
    throw new CliError(
      `${shown(folder.path)} is not a folder. Give another one with TRIBUTARY_DATA.`,
      `${shown(folder.path)} 不是文件夹。请用 TRIBUTARY_DATA 指定其他位置。`,
    );
}

function whyNot({ code, message }: NodeJS.ErrnoException): Label {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return { en: 'the user that this runs as may not make or use it.', zh: '当前用户无权创建或使用它。' };
    case 'ENOTDIR':
      return { en: 'a file stands where a folder above it would be.', zh: '其上级路径是一个文件。' };
    case 'ENOENT':
    case 'ENOSYS':
    case 'EINVAL':
      return { en: 'no folder can be made there.', zh: '该处无法创建文件夹。' };
    case 'EROFS':
      return { en: 'that place can only be read.', zh: '该处只读。' };
    case 'ENOSPC':
    case 'EDQUOT':
      return { en: 'there is no space left.', zh: '磁盘空间不足。' };
    default:
      return { en: `the system says ${message}.`, zh: `系统报告 ${message}。` };
  }
}

/** Somebody else works in the folder. */
export class FolderInUse extends CliError {
  readonly holder: LockHolder | null;
  constructor(path: string, holder: LockHolder | null) {
    const who = holder ? `process ${holder.pid} ("${holder.command}", since ${holder.since})` : 'another process';
    const wer = holder ? `进程 ${holder.pid}（“${holder.command}”，自 ${holder.since} 起）` : '另一个进程';
    super(
      `The data folder ${shown(path)} is in use by ${who}. Stop it, or give this one a folder of its own with TRIBUTARY_DATA.`,
      `数据文件夹 ${shown(path)} 正被${wer}使用。请先停止它，或用 TRIBUTARY_DATA 指定另一个文件夹。`,
    );
    this.name = 'FolderInUse';
    this.holder = holder;
  }
}

const shown = (path: string): string => (path.startsWith(`${homedir()}/`) ? path.replace(homedir(), '~') : path);

export function lockFolder(folder: DataFolder, command: string): FolderLock {
  prepareFolder(folder);
  const taken = takeFolderLock(join(folder.path, 'lock'), { pid: process.pid, command, since: new Date().toISOString() });
  if ('heldBy' in taken) throw new FolderInUse(folder.path, taken.heldBy);
  return taken.lock;
}
