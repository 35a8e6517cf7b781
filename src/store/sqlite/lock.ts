// The lock of a data folder: an exclusive lock of SQLite on an empty file, which the system drops with the process.
//
// Not a file with a process number in it: in containers every process is number 1, numbers are used again, and two
// containers on one volume do not see each other's processes. The number is written beside it, for the message only.
import { DatabaseSync } from 'node:sqlite';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';

export interface LockHolder {
  readonly pid: number;
  /** What it does, e.g. `serve`. */
  readonly command: string;
  /** ISO. */
  readonly since: string;
}

export interface FolderLock {
  release(): void;
}

/** Takes the lock, or says who has it (null when that cannot be read). The lock of a dead process is free. */
export function takeFolderLock(path: string, holder: LockHolder): { readonly lock: FolderLock } | { readonly heldBy: LockHolder | null } {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error;
    return { heldBy: readHolder(path) };
  }
  writeFileSync(holderFile(path), JSON.stringify(holder), { mode: 0o600 });
  return {
    lock: {
      release() {
        rmSync(holderFile(path), { force: true });
        database.close();
      },
    },
  };
}

/** @see https://sqlite.org/rescode.html#busy */
const SQLITE_BUSY = 5;
const holderFile = (path: string): string => `${path}.holder`;

function readHolder(path: string): LockHolder | null {
  try {
    return JSON.parse(readFileSync(holderFile(path), 'utf8')) as LockHolder;
  } catch {
    // Between taking the lock and writing who took it, or another user's file.
    return null;
  }
}
