// Reads the entries of a zip file as streams, by its directory at the end: a cut file has none. Sizes are limited.
// @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { PassThrough, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw } from 'node:zlib';
import { ConnectorError } from '../../connector-kit/errors.ts';
import { say } from './text.ts';

export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

export interface Zip {
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /** Unpacks one entry; fails when it is damaged or larger than it says. */
  stream(name: string): AsyncGenerator<Buffer>;
}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const LARGEST_DIRECTORY = 16 * 1024 * 1024;

export async function openZip(path: string, where: string, maxUnpackedBytes: number): Promise<Zip> {
  const directory = await readDirectory(path, where);
  const entries = parseDirectory(directory, where);
  let total = 0;
  for (const entry of entries.values()) total += entry.size;
  if (total > maxUnpackedBytes) throw tooLarge(where, total, maxUnpackedBytes);
  return { entries, stream: (name) => unpack(path, where, entries.get(name), name) };
}

async function readDirectory(path: string, where: string): Promise<Buffer> {
  const { size } = await stat(path);
  const file = await open(path, 'r');
  try {
    const length = Math.min(size, 65_557);
    const tail = Buffer.alloc(length);
    await file.read(tail, 0, length, size - length);
    let at = length - 22;
    while (at >= 0 && tail.readUInt32LE(at) !== END) at--;
    if (at < 0) throw notAWorkbook(where, await isOldFormat(file));
    const [bytes, offset] = [tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)];
    if (offset + bytes > size || bytes > LARGEST_DIRECTORY) throw damaged(where);
    const directory = Buffer.alloc(bytes);
    await file.read(directory, 0, bytes, offset);
    return directory;
  } finally {
    await file.close();
  }
}

/** Compound file: the old .xls, or a workbook with a password. */
async function isOldFormat(file: {
  read(buffer: Buffer, offset: number, length: number, position: number): Promise<unknown>;
}): Promise<boolean> {
  const head = Buffer.alloc(8);
  await file.read(head, 0, 8, 0);
  return head.toString('hex') === 'd0cf11e0a1b11ae1';
}

function parseDirectory(directory: Buffer, where: string): ReadonlyMap<string, ZipEntry> {
  const entries = new Map<string, ZipEntry>();
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === CENTRAL; ) {
    const nameLength = directory.readUInt16LE(at + 28);
    const name = directory.toString('utf8', at + 46, at + 46 + nameLength);
    entries.set(name.replace(/\\/g, '/').replace(/^\//, ''), {
      name,
      method: directory.readUInt16LE(at + 10),
      crc: directory.readUInt32LE(at + 16),
      packed: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      offset: directory.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  if (entries.size === 0) throw damaged(where);
  return entries;
}

async function* unpack(path: string, where: string, entry: ZipEntry | undefined, name: string): AsyncGenerator<Buffer> {
  if (!entry || (entry.method !== 0 && entry.method !== 8)) throw damaged(where, name);
  if (entry.packed === 0) return;
  const start = await dataStart(path, where, entry);
  const inflate: Transform = entry.method === 8 ? createInflateRaw() : new PassThrough();
  const source = createReadStream(path, { start, end: start + entry.packed - 1 });
  const feeding = pipeline(source, inflate);
  feeding.catch(() => {});
  let size = 0;
  let crc = 0;
  try {
    for await (const chunk of inflate as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > entry.size) throw damaged(where, name);
      crc = crc32(chunk, crc);
      yield chunk;
    }
  } catch (error) {
    throw error instanceof ConnectorError ? error : damaged(where, name, error);
  } finally {
    source.destroy();
    inflate.destroy();
  }
  if (size !== entry.size || crc !== entry.crc) throw damaged(where, name);
}

async function dataStart(path: string, where: string, entry: ZipEntry): Promise<number> {
  const file = await open(path, 'r');
  try {
    const local = Buffer.alloc(30);
    const { bytesRead } = await file.read(local, 0, 30, entry.offset);
    if (bytesRead < 30 || local.readUInt32LE(0) !== LOCAL) throw damaged(where, entry.name);
    return entry.offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
  } finally {
    await file.close();
  }
}

const notAWorkbook = (where: string, old: boolean): ConnectorError =>
  old
    ? new ConnectorError(
        'bad-response',
        say(
          `${where} is an old .xls or has a password. Open it and save it as .xlsx without a password.`,
          `${where} 是旧版 .xls 或带有密码。请打开后另存为不带密码的 .xlsx。`,
        ),
      )
    : damaged(where);

export function damaged(where: string, detail?: string, cause?: unknown): ConnectorError {
  return new ConnectorError(
    'bad-response',
    say(
      `${where} is not a complete .xlsx workbook: it breaks off or is damaged. Nothing was read. Put the complete file there again.`,
      `${where} 不是完整的 .xlsx 工作簿：文件截断或损坏。未读取任何内容。请重新放置完整文件。`,
    ),
    { detail, cause },
  );
}

const tooLarge = (where: string, bytes: number, limit: number): ConnectorError =>
  new ConnectorError(
    'config',
    say(
      `${where} would unpack to ${Math.round(bytes / 1e6)} MB, more than the allowed ${Math.round(limit / 1e6)} MB. Remove what is not needed, or raise the limit.`,
      `${where} 解压后为 ${Math.round(bytes / 1e6)} MB，超过允许的 ${Math.round(limit / 1e6)} MB。请删除多余内容或提高上限。`,
    ),
  );
