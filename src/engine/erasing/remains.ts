// What erasing somebody does not take out by itself: settings that are in use, edits that wait, and files. Each with where to change it.
import { createReadStream, existsSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Label } from '../../core/model.ts';
import { proposedSteps } from '../../store/console.ts';
import { listDrafts } from '../../store/drafts.ts';
import { listConnections, listJobs, listLookups } from '../../store/jobs.ts';
import type { EngineOptions } from '../context.ts';
import { parseJson } from '../shapes.ts';
import { textNamesOneOf } from './names.ts';
import { partsNaming, type InSettings } from './settings.ts';

export interface Remains {
  readonly what: 'job' | 'connection' | 'table' | 'edit' | 'file';
  /** Number, id, name or path of it. */
  readonly where: string;
  /** What it is, and what to do. */
  readonly says: Label;
}

export interface Known extends InSettings {
  readonly links: readonly { readonly connection: string; readonly external_id: string }[];
}

export async function whatRemains(options: EngineOptions, known: Known): Promise<readonly Remains[]> {
  return [...(await inUse(options, known)), ...(await inFiles(options, known))];
}

async function inUse({ database }: EngineOptions, known: Known): Promise<Remains[]> {
  const isNamed = textNamesOneOf(known.names);
  const found: Remains[] = [];
  for (const { id, name, settings } of await listJobs(database)) {
    const parts = partsNaming(known, id, parseJson<unknown>(settings, {}));
    if (parts.length > 0)
      found.push({
        what: 'job',
        where: String(id),
        says: {
          en: `The settings of job ${id} "${name}" name them (${parts.join(', ')}). Change that part of the job, then erase again: it stands in the version before, too.`,
          zh: `任务 ${id}“${name}”的设置中提到此人（${parts.join('、')}）。请修改任务的相应部分，然后再次擦除，以清除此前的版本。`,
        },
      });
  }
  for (const { id, name, config } of await listConnections(database))
    if (isNamed(config))
      found.push({
        what: 'connection',
        where: id,
        says: {
          en: `The settings of connection "${name}" (${id}) name them. Change them there.`,
          zh: `连接“${name}”（${id}）的设置中提到此人，请在该处修改。`,
        },
      });
  for (const { name, rows } of await listLookups(database))
    if (isNamed(rows))
      found.push({
        what: 'table',
        where: name,
        says: { en: `The table "${name}" names them. Take the row out.`, zh: `对照表“${name}”中提到此人，请删除相应的行。` },
      });
  for (const { id, steps } of await proposedSteps(database))
    if (isNamed(steps))
      found.push({
        what: 'edit',
        where: String(id),
        says: {
          en: `Edit ${id} is proposed and names them. Apply or discard it, then erase again.`,
          zh: `编辑 ${id} 尚未应用，其中提到此人。请应用或放弃后再次擦除。`,
        },
      });
  return found;
}

// ── files ────────────────────────────────────────────────────────────────────────────────────────────────

interface Found {
  readonly path: string;
  /** unknown: it is packed, and nobody looked inside. */
  readonly names: 'yes' | 'unknown';
}

/** Formats that are packed (xlsx is a zip). */
const isPacked = (path: string): boolean => /\.(?:xlsx|zip|gz)$/i.test(path);

async function inFiles(options: EngineOptions, known: Known): Promise<Remains[]> {
  const { folder } = options;
  const remains: Remains[] = [];
  for (const { path, names } of await filesNaming(join(folder, 'connections'), known))
    remains.push({
      what: 'file',
      where: path,
      says: {
        en: `${path} ${holds(names).en}: what a connection keeps of its source. The next complete read of a file without them replaces it.`,
        zh: `${path} ${holds(names).zh}：连接保存的来源数据。来源文件不再包含此人后，下一次完整读取会将其替换。`,
      },
    });
  for (const { path, names } of await filesNaming(join(folder, 'uploads'), known))
    remains.push({
      what: 'file',
      where: path,
      says: {
        en: `${path} ${holds(names).en}: an uploaded file. Upload one without them, point the connection to it, and delete this one.`,
        zh: `${path} ${holds(names).zh}：上传的文件。请上传不含此人的文件、让连接改用新文件，然后删除此文件。`,
      },
    });
  for (const name of await entriesOf(folder))
    if (name.startsWith('before-upgrade-from-'))
      remains.push({
        what: 'file',
        where: join(folder, name),
        says: {
          en: `${join(folder, name)} is a copy from before an upgrade, with everybody of that day. Delete it as soon as you do not want to go back.`,
          zh: `${join(folder, name)} 是升级前的副本，含当时所有人的数据。不再需要回退时请删除。`,
        },
      });
  return remains;
}

const holds = (names: Found['names']): Label =>
  names === 'yes' ? { en: 'names them', zh: '提到此人' } : { en: 'may name them (it is packed)', zh: '可能提到此人（压缩格式）' };

/** An upload younger than this may be about to be used. */
const FRESH_MS = 86_400_000;

/** Uploaded files that nothing uses: no connection and no draft has ever been saved with them, or none has them any more. */
export async function removeUnused(options: EngineOptions, known: Known): Promise<void> {
  const { database, folder, clock } = options;
  const used = [...(await listConnections(database)).map((row) => row.config), ...(await listDrafts(database)).map((row) => row.parts)];
  for (const { path, names } of await filesNaming(join(folder, 'uploads'), known)) {
    if (names === 'unknown') continue;
    const isUsed = used.some((text) => text.includes(JSON.stringify(path).slice(1, -1)));
    if (!isUsed && (await stat(path)).mtimeMs < clock.now() - FRESH_MS) await rm(dirname(path), { recursive: true, force: true });
  }
}

async function filesNaming(folder: string, known: Known): Promise<Found[]> {
  const isNamed = textNamesOneOf(known.names);
  const found: Found[] = [];
  if (known.names.length === 0) return found;
  for (const entry of existsSync(folder) ? await readdir(folder, { recursive: true, withFileTypes: true }) : []) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    if (isPacked(path)) found.push({ path, names: 'unknown' });
    else if (await fileNames(path, isNamed)) found.push({ path, names: 'yes' });
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** So much of the text before is looked at again with the next piece: a name may lie across. */
const OVERLAP = 500;

/** As offices save tables: UTF-8; else what their mark says, or GB18030. */
async function fileNames(path: string, isNamed: (text: string) => boolean): Promise<boolean> {
  try {
    return await textNames(path, new TextDecoder('utf-8', { fatal: true }), isNamed);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    for await (const start of createReadStream(path, { end: 1 }))
      return textNames(path, new TextDecoder((start as Buffer).equals(UTF16_MARK) ? 'utf-16le' : 'gb18030'), isNamed);
    return false;
  }
}

const UTF16_MARK = Buffer.from([0xff, 0xfe]);

/** TypeError: it is no text in this encoding. */
async function textNames(path: string, decoder: TextDecoder, isNamed: (text: string) => boolean): Promise<boolean> {
  let rest = '';
  let isFound = false;
  for await (const piece of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    const text = rest + decoder.decode(piece as Buffer, { stream: true });
    isFound ||= isNamed(text);
    rest = text.slice(-OVERLAP);
  }
  return isFound;
}

const entriesOf = (folder: string): Promise<string[]> => (existsSync(folder) ? readdir(folder) : Promise.resolve([]));
