// Decodes and splits a text table: encoding and delimiter are found by looking, every error names its line.
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { parse as parseSync } from 'csv-parse/sync';
import { ConnectorError } from '../../connector-kit/errors.ts';
import { HEADER_LINES, headerScore, type HeaderWish, type Row } from './table.ts';
import { say } from './text.ts';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030';
const DELIMITERS = [',', ';', '\t', '|'] as const;
const BATCH = 500;
const SNIFF_BYTES = 65_536;
const LONGEST_ROW = 1_000_000;

const truncated = (where: string): ConnectorError =>
  new ConnectorError(
    'bad-response',
    say(
      `${where} breaks off in the middle. Nothing was read. It is still being copied or the copy failed: put the complete file there again.`,
      `${where} 内容不完整（中途截断）。未读取任何内容。文件可能仍在复制或复制失败，请重新放置完整文件。`,
    ),
  );

/** Byte order mark, then zero bytes of UTF-16, then whether all of it is valid UTF-8; else GB18030 (Excel in China). */
export async function sniffEncoding(path: string, where: string, override: Encoding | 'auto'): Promise<Encoding> {
  if (override !== 'auto') return override;
  const file = await open(path, 'r');
  const head = Buffer.alloc(4096);
  const { bytesRead } = await file.read(head, 0, head.length, 0).finally(() => file.close());
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf-8';
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  let even = 0;
  let odd = 0;
  for (let index = 0; index < bytesRead; index++) {
    if (head[index] !== 0) continue;
    if (index % 2 === 0) even++;
    else odd++;
  }
  if (even + odd > bytesRead / 10) return odd >= even ? 'utf-16le' : 'utf-16be';
  return (await isUtf8(path, where)) ? 'utf-8' : 'gb18030';
}

async function isUtf8(path: string, where: string): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let wide = false;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    try {
      const text = decoder.decode(chunk, { stream: true });
      wide ||= text.length !== chunk.length;
    } catch {
      return false;
    }
  }
  try {
    decoder.decode();
    return true;
  } catch {
    // Valid to the last byte but one: the end is missing. Without other wide characters it may be a GB18030 file.
    if (wide) throw truncated(where);
    return false;
  }
}

/** The text in pieces. Bytes that are not of this encoding are an error, never replaced. */
export async function* decode(path: string, where: string, encoding: Encoding, end?: number): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const stream = createReadStream(path, end === undefined ? {} : { end: end - 1 });
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const text = decoder.decode(chunk, { stream: true });
      if (text !== '') yield text;
    }
    if (end === undefined) yield decoder.decode();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ConnectorError(
      'bad-response',
      say(
        `${where} is not valid ${encoding}: it is damaged, breaks off in the middle of a character, or has another encoding. Save it as UTF-8, or set the encoding.`,
        `${where} 不是有效的 ${encoding} 文本：文件损坏、在字符中间截断或使用了其他编码。请另存为 UTF-8，或在设置中指定编码。`,
      ),
    );
  }
}

/** The delimiter under which most columns of a header are recognised; among equals the one that splits most evenly. */
export function detectDelimiter(text: string, wish: HeaderWish): string {
  let best = { delimiter: ',', score: -1 };
  for (const delimiter of DELIMITERS) {
    const rows = sample(text, delimiter);
    const recognised = Math.max(0, ...rows.map((row) => headerScore(row, { ...wish, needed: [] }).score));
    const widths = rows.map((row) => row.length).filter((width) => width > 1);
    const even = widths.filter((width) => width === widths[0]).length;
    const score = recognised * 1000 + even * 10 + Math.min(9, widths[0] ?? 0);
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

function sample(text: string, delimiter: string): string[][] {
  const options = { ...splitting(delimiter), to: HEADER_LINES, info: false as const };
  try {
    return parseSync(text, options) as string[][];
  } catch {
    return text
      .split(/\r\n|\n|\r/)
      .slice(0, HEADER_LINES)
      .map((line) => line.split(delimiter));
  }
}

const splitting = (delimiter: string) => ({
  delimiter,
  bom: true,
  relax_quotes: true,
  relax_column_count: true,
  skip_empty_lines: true,
  record_delimiter: ['\r\n', '\n', '\r'],
  max_record_size: LONGEST_ROW,
});

export interface CsvOptions {
  readonly encoding: Encoding | 'auto';
  readonly delimiter: string;
  readonly wish: HeaderWish;
}

/** All rows of a text file in batches, in order. The caller finds the header among them. */
export async function* readCsv(path: string, where: string, options: CsvOptions): AsyncGenerator<readonly Row[]> {
  const encoding = await sniffEncoding(path, where, options.encoding);
  let head = '';
  for await (const text of decode(path, where, encoding, SNIFF_BYTES)) head += text;
  if (head.trim() === '') return;
  const delimiter = options.delimiter === 'auto' ? detectDelimiter(wholeLines(head), options.wish) : options.delimiter;

  const tail = { last: '' };
  const parser = parse({ ...splitting(delimiter), info: true });
  const feeding = pipeline(Readable.from(watchEnd(decode(path, where, encoding), tail)), parser);
  feeding.catch(() => {});
  const widths = { widest: 0, last: 0, line: 0 };
  let batch: Row[] = [];
  try {
    for await (const item of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      const cells = item.record;
      // `lines` is the line the record ends on; line breaks inside quotes belong to it. The parser counts a lone CR too.
      const line = item.info.lines - cells.reduce((sum, cell) => sum + (cell.match(/\r\n|\n|\r/g)?.length ?? 0), 0);
      widths.last = cells.length;
      widths.widest = Math.max(widths.widest, cells.length);
      widths.line = line;
      batch.push({ line, cells });
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
    await feeding;
  } catch (error) {
    throw error instanceof CsvError ? unsplittable(where, error, widths.line) : error;
  } finally {
    parser.destroy();
  }
  // The last line ends without a line break and has fewer cells than others: it was cut.
  if (!/[\r\n]$/.test(tail.last) && widths.line > 1 && widths.last < widths.widest) throw truncated(`${where}, line ${widths.line}`);
  if (batch.length > 0) yield batch;
}

async function* watchEnd(texts: AsyncIterable<string>, tail: { last: string }): AsyncGenerator<string> {
  for await (const text of texts) {
    if (text === '') continue;
    tail.last = text.slice(-1);
    yield text;
  }
}

const wholeLines = (text: string): string => {
  const end = text.lastIndexOf('\n');
  return text.length < SNIFF_BYTES / 4 || end < 0 ? text : text.slice(0, end + 1);
};

function unsplittable(where: string, error: CsvError, line: number): ConnectorError {
  if (error.code === 'CSV_QUOTE_NOT_CLOSED' || error.code === 'CSV_MAX_RECORD_SIZE') {
    return new ConnectorError(
      'bad-response',
      say(
        `${where}: a quotation mark opened after line ${line} is never closed, or the file breaks off there. Nothing was read. Mend that line or put the complete file there again.`,
        `${where}：第 ${line} 行之后有未闭合的引号，或文件在此截断。未读取任何内容。请修正该行或重新放置完整文件。`,
      ),
    );
  }
  return new ConnectorError(
    'bad-response',
    say(
      `${where}: cannot be split into columns after line ${line} (${error.code}).`,
      `${where}：第 ${line} 行之后无法拆分为列（${error.code}）。`,
    ),
    { detail: error.message },
  );
}
