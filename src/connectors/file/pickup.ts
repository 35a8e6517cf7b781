// Finds the file to read: one path, or the newest files of a watched folder that have come to rest. Never leaves the folder.
import { lstat, mkdir, readdir, realpath, rename, stat } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join, resolve, sep } from 'node:path';
import type { Clock } from '../../connector-kit/contract.ts';
import { ConnectorError } from '../../connector-kit/errors.ts';
import { say } from './text.ts';

export interface FoundFile {
  readonly path: string;
  readonly name: string;
  readonly size: number;
  readonly mtimeMs: number;
}

/** Where to look: all of `folder` that `pattern` fits, or exactly one file. */
export interface Place {
  readonly folder: string;
  readonly pattern: RegExp | null;
  readonly name: string;
}

const EXTENSIONS = new Set(['.csv', '.tsv', '.txt', '.xlsx']);
/** Lock files of spreadsheets and files still being copied. */
const NOT_YET = /^(?:~\$|\.)|\.(?:tmp|part|partial|crdownload|filepart)$/i;

/** Reads the path setting. Wildcards only in the last part. A relative second path stays inside `base`. */
export async function placeOf(setting: string, base?: string): Promise<Place> {
  const path = base === undefined || isAbsolute(setting) ? resolve(setting) : inside(base, setting);
  const last = basename(path);
  if (/[*?]/.test(last)) return { folder: dirname(path), pattern: wildcard(last), name: last };
  const kind = await stat(path).catch(() => null);
  if (kind?.isDirectory()) return { folder: path, pattern: /^/, name: '*' };
  return { folder: dirname(path), pattern: null, name: last };
}

const wildcard = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/\?/g, '.')}$`,
    'i',
  );

/** `name` below `folder`; refuses "..", and absolute names. */
export function inside(folder: string, name: string): string {
  const path = resolve(folder, name);
  if (path.startsWith(resolve(folder).replace(/[/\\]$/, '') + sep)) return path;
  throw new ConnectorError(
    'config',
    say(
      `"${name}" leads out of the folder ${folder}. Give a name inside it, or an absolute path.`,
      `“${name}”超出了文件夹 ${folder}。请填写其中的文件名或绝对路径。`,
    ),
  );
}

/** The files there, oldest first. A single path that is not there is an error; an empty folder is an empty list. */
export async function listFiles(place: Place, except: readonly string[] = []): Promise<readonly FoundFile[]> {
  if (!place.pattern) return [await one(join(place.folder, place.name))];
  const names = await readdir(place.folder).catch((error: unknown) => {
    throw cannotRead(place.folder, error);
  });
  const root = await realpath(place.folder);
  const found: FoundFile[] = [];
  for (const name of names) {
    if (NOT_YET.test(name) || !EXTENSIONS.has(extname(name).toLowerCase()) || !place.pattern.test(name)) continue;
    const path = join(place.folder, name);
    if (except.includes(path)) continue;
    const file = await stat(path).catch(() => null);
    if (!file?.isFile() || !(await staysIn(root, path))) continue;
    found.push({ path, name, size: file.size, mtimeMs: file.mtimeMs });
  }
  return found.sort((a, b) => a.mtimeMs - b.mtimeMs || (a.name < b.name ? -1 : 1));
}

/** A link in a watched folder may not point elsewhere: whoever may write there may not choose what is read. */
async function staysIn(root: string, path: string): Promise<boolean> {
  if (!(await lstat(path)).isSymbolicLink()) return true;
  return (await realpath(path)).startsWith(root + sep);
}

async function one(path: string): Promise<FoundFile> {
  if (!EXTENSIONS.has(extname(path).toLowerCase())) {
    throw new ConnectorError(
      'config',
      say(
        `${path} is no .csv, .tsv, .txt or .xlsx file. Save it in one of these forms.`,
        `${path} 不是 .csv、.tsv、.txt 或 .xlsx 文件，请另存为其中一种格式。`,
      ),
    );
  }
  const file = await stat(path).catch((error: unknown) => {
    throw cannotRead(path, error);
  });
  return { path, name: basename(path), size: file.size, mtimeMs: file.mtimeMs };
}

/** Only files whose size and time stay the same between two looks, `seconds` apart. */
export async function settled(
  files: readonly FoundFile[],
  clock: Clock,
  seconds: number,
  signal: AbortSignal,
): Promise<readonly FoundFile[]> {
  await clock.sleep(seconds * 1000, signal);
  const resting: FoundFile[] = [];
  for (const file of files) {
    const now = await stat(file.path).catch(() => null);
    if (now && now.size === file.size && now.mtimeMs === file.mtimeMs) resting.push(file);
  }
  if (resting.length > 0 || files.length === 0) return resting;
  throw new ConnectorError(
    'transient',
    say(`${files.at(-1)!.name} is still being written; it will be read once it rests.`, `${files.at(-1)!.name} 仍在写入，静止后再读取。`),
  );
}

/** Moves a file into done/ or failed/ beside it. An older one of the same name is kept. */
export async function putAway(file: FoundFile, where: 'done' | 'failed', now: number): Promise<void> {
  const root = await realpath(dirname(file.path));
  const folder = join(root, where);
  await mkdir(folder, { recursive: true });
  if ((await realpath(folder)) !== folder) throw new Error(`${folder} is a link`);
  const taken = await lstat(join(folder, file.name)).catch(() => null);
  const stamp = new Date(now).toISOString().replace(/[:.]/g, '-');
  const ending = extname(file.name);
  await rename(file.path, join(folder, taken ? `${basename(file.name, ending)}.${stamp}${ending}` : file.name));
}

/** A system error as something to act on. */
export function cannotRead(path: string, error: unknown): ConnectorError {
  const code = (error as { code?: string }).code ?? 'unknown';
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new ConnectorError(
      'config',
      say(
        `${path} is not there. Nothing was read and nobody is taken as gone. Put the file there or correct the path.`,
        `${path} 不存在。未读取任何内容，也不会认为任何人离开。请放置文件或更正路径。`,
      ),
      // A share that is not mounted looks like this too.
      { detail: code, transport: true, cause: error },
    );
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new ConnectorError(
      'permission',
      say(`${path} may not be read by the account that Tributary runs under.`, `运行 Tributary 的账号无权读取 ${path}。`),
      { detail: code, cause: error },
    );
  }
  return new ConnectorError('transient', say(`${path} cannot be read (${code}).`, `${path} 无法读取（${code}）。`), {
    detail: code,
    transport: true,
    cause: error,
  });
}
