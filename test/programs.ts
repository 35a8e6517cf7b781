// Where the programs of real servers are: on PATH, or in folders that are not on the PATH of everybody.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const further = ['/usr/sbin', '/usr/local/sbin', '/usr/libexec', '/usr/bin'];

/** Full path of a program; null when it is not on this machine. `folders`: where a server keeps its own. */
export function findProgram(name: string, folders: readonly string[] = []): string | null {
  const all = [...(process.env.PATH ?? '').split(delimiter), ...folders, ...further];
  return all.map((folder) => join(folder, name)).find((path) => path.startsWith('/') && existsSync(path)) ?? null;
}
