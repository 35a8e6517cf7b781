// Objects as JSON lines with their places: written once, read in order or one by one, never held in memory.
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** Place of one line: byte offset and length packed into one number (offset up to 8 GB, length up to 1 MB). */
export type Place = number;
const LONGEST_LINE = 2 ** 20;
const pack = (offset: number, length: number): Place => offset * LONGEST_LINE + length;
const offsetOf = (place: Place): number => Math.floor(place / LONGEST_LINE);
const lengthOf = (place: Place): number => place % LONGEST_LINE;

const FLUSH_BYTES = 256 * 1024;

export interface LineWriter {
  /** The line is on disk after `sync` or `close` only. Throws when it is longer than 1 MB. */
  write(value: unknown): Promise<Place>;
  sync(): Promise<void>;
  close(): Promise<void>;
  /** Closes without writing what is waiting; after `close` it does nothing. */
  giveUp(): Promise<void>;
  readonly size: number;
}

/** Appends at `start`; what lies behind is overwritten. Files are readable by this account only. */
export async function openWriter(path: string, start = 0): Promise<LineWriter> {
  const file = await open(path, start === 0 ? 'w' : 'r+', 0o600);
  if (start > 0) await file.truncate(start);
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let written = start;
  const flush = async (): Promise<void> => {
    if (waitingBytes === 0) return;
    const chunk = Buffer.concat(waiting);
    waiting = [];
    waitingBytes = 0;
    await file.write(chunk, 0, chunk.length, written);
    written += chunk.length;
  };
  return {
    async write(value) {
      const line = Buffer.from(`${JSON.stringify(value)}\n`);
      if (line.length >= LONGEST_LINE) throw new Error(`An object of ${line.length} bytes does not fit into one line.`);
      const place = pack(written + waitingBytes, line.length - 1);
      waiting.push(line);
      waitingBytes += line.length;
      if (waitingBytes >= FLUSH_BYTES) await flush();
      return place;
    },
    async sync() {
      await flush();
      await file.sync();
    },
    async close() {
      await flush();
      await file.sync();
      await file.close();
    },
    giveUp: () => file.close(),
    get size() {
      return written + waitingBytes;
    },
  };
}

/** A new file: whole on disk when `work` succeeds, closed in any case. An open one left behind ends the process later. */
export async function writeLines<T>(path: string, work: (writer: LineWriter) => Promise<T>): Promise<T> {
  const writer = await openWriter(path);
  try {
    const result = await work(writer);
    await writer.close();
    return result;
  } finally {
    await writer.giveUp();
  }
}

export interface Line {
  readonly text: string;
  readonly place: Place;
}

/** Complete lines from `start` on; a last line without its end is left out. */
export async function* readLines(path: string, start = 0): AsyncGenerator<Line> {
  let rest: Buffer = Buffer.alloc(0);
  let offset = start;
  for await (const chunk of createReadStream(path, { start, highWaterMark: FLUSH_BYTES }) as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    for (let end = bytes.indexOf(10, at); end >= 0; end = bytes.indexOf(10, at)) {
      yield { text: bytes.toString('utf8', at, end), place: pack(offset + at, end - at) };
      at = end + 1;
    }
    rest = bytes.subarray(at);
    offset += at;
  }
}

export const endOf = (place: Place): number => offsetOf(place) + lengthOf(place) + 1;

export interface LineReader {
  at<T>(place: Place): Promise<T>;
  close(): Promise<void>;
}

/** Reads single lines of a file that may still grow. */
export async function openReader(path: string): Promise<LineReader> {
  const file: FileHandle = await open(path, 'r');
  return {
    async at<T>(place: Place) {
      const bytes = Buffer.alloc(lengthOf(place));
      await file.read(bytes, 0, bytes.length, offsetOf(place));
      return JSON.parse(bytes.toString('utf8')) as T;
    },
    close: () => file.close(),
  };
}

/** Single lines of a file for as long as `work` takes. */
export async function readingLines<T>(path: string, work: (reader: LineReader) => Promise<T>): Promise<T> {
  const reader = await openReader(path);
  try {
    return await work(reader);
  } finally {
    await reader.close();
  }
}

const BLOCK_BYTES = 64 * 1024;

/** The same for a file that no longer changes: neighbouring lines come with one look at the disk. */
export async function openFinishedReader(path: string): Promise<LineReader> {
  const file: FileHandle = await open(path, 'r');
  let block = { start: 0, bytes: Buffer.alloc(0) };
  return {
    async at<T>(place: Place) {
      const offset = offsetOf(place);
      const length = lengthOf(place);
      let { start, bytes } = block;
      if (offset < start || offset + length > start + bytes.length) {
        start = offset;
        bytes = Buffer.alloc(Math.max(BLOCK_BYTES, length));
        await file.read(bytes, 0, bytes.length, start);
        block = { start, bytes };
      }
      return JSON.parse(bytes.toString('utf8', offset - start, offset - start + length)) as T;
    },
    close: () => file.close(),
  };
}
