// A workbook written while it is made: rows go in, pieces of an .xlsx file come out, and no more than one piece is held.
//
// Office Open XML, ECMA-376 part 1: https://ecma-international.org/publications-and-standards/standards/ecma-376/
// ZIP with data descriptors: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
import { crc32, createDeflateRaw } from 'node:zlib';
import { guardTyped } from '../../core/formula.ts';

export type Cell = string | number | null;

/** https://support.microsoft.com/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3 */
const ROWS_PER_SHEET = 1_048_576;
const LONGEST_CELL = 32_767;

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** `rowsPerSheet`: for tests; what is more goes on in a further sheet, which begins with the heading again. */
export async function* workbookOf(
  heading: readonly string[],
  pieces: AsyncIterable<readonly (readonly Cell[])[]>,
  rowsPerSheet = ROWS_PER_SHEET,
): AsyncGenerator<Buffer> {
  const zip = createZip();
  const iterator = rowsIn(pieces)[Symbol.asyncIterator]();
  let sheets = 0;
  for (let next = await iterator.next(); sheets === 0 || !next.done; ) {
    sheets += 1;
    const rest: Pick<typeof iterator, 'next'> = {
      next: async () => {
        const now = next;
        if (!now.done) next = await iterator.next();
        return now;
      },
    };
    yield* zip.entry(`xl/worksheets/sheet${sheets}.xml`, sheetOf(heading, rest, rowsPerSheet));
  }
  for (const [name, text] of Object.entries(parts(sheets))) yield* zip.entry(name, once(text));
  yield zip.end();
}

async function* rowsIn(pieces: AsyncIterable<readonly (readonly Cell[])[]>): AsyncGenerator<readonly Cell[]> {
  for await (const piece of pieces) yield* piece;
}

/** How many rows are put into one piece of text. */
const TOGETHER = 200;

async function* sheetOf(
  heading: readonly string[],
  rows: { next(): Promise<IteratorResult<readonly Cell[], unknown>> },
  most: number,
): AsyncGenerator<string> {
  const pane =
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>';
  let text = `${XML}<worksheet ${MAIN}>${pane}<sheetData>${rowXml(1, heading)}`;
  for (let number = 2; number <= most; number++) {
    const next = await rows.next();
    if (next.done) break;
    text += rowXml(number, next.value);
    if (number % TOGETHER === 0) {
      yield text;
      text = '';
    }
  }
  yield `${text}</sheetData></worksheet>`;
}

const rowXml = (number: number, cells: readonly Cell[]): string =>
  `<row r="${number}">${cells.map((cell, index) => cellXml(`${columnName(index)}${number}`, cell)).join('')}</row>`;

/** Style 1 quotes its text: a spreadsheet does not run it, and says so to whoever saves it as something else. */
function cellXml(at: string, cell: Cell): string {
  if (cell === null || cell === '') return '';
  if (typeof cell === 'number') return `<c r="${at}"><v>${cell}</v></c>`;
  const text = guardTyped(cell);
  const short = text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL - 1)}…` : text;
  return `<c r="${at}" s="1" t="inlineStr"><is><t xml:space="preserve">${escapeXml(short)}</t></is></c>`;
}

export function columnName(index: number): string {
  const rest = String.fromCharCode(65 + (index % 26));
  return index < 26 ? rest : columnName(Math.floor(index / 26) - 1) + rest;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
/** Characters that XML 1.0 has no way to write become U+FFFD. */
const escapeXml = (text: string): string =>
  text
    .toWellFormed()
    // oxlint-disable-next-line no-control-regex
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"]/g, (char) => entities[char]!);

function parts(sheets: number): Readonly<Record<string, string>> {
  const numbers = Array.from({ length: sheets }, (_, index) => index + 1);
  const relation = (id: string, type: string, target: string): string =>
    `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`;
  const override = (part: string, type: string): string => `<Override PartName="/${part}" ContentType="${TYPES}.${type}+xml"/>`;
  const xf = (more: string): string => `<xf numFmtId="0" fontId="0" fillId="0" borderId="0"${more}/>`;
  return {
    'xl/styles.xml': `${XML}<styleSheet ${MAIN}><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1">${xf('')}</cellStyleXfs><cellXfs count="2">${xf('')}${xf(' quotePrefix="1"')}</cellXfs></styleSheet>`,
    'xl/workbook.xml': `${XML}<workbook ${MAIN} xmlns:r="${OFFICE}"><sheets>${numbers.map((n) => `<sheet name="${n}" sheetId="${n}" r:id="rId${n}"/>`).join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${XML}<Relationships xmlns="${PACKAGE}/relationships">${numbers.map((n) => relation(`rId${n}`, 'worksheet', `worksheets/sheet${n}.xml`)).join('')}${relation(`rId${sheets + 1}`, 'styles', 'styles.xml')}</Relationships>`,
    '_rels/.rels': `${XML}<Relationships xmlns="${PACKAGE}/relationships">${relation('rId1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    '[Content_Types].xml': `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${override('xl/workbook.xml', 'sheet.main')}${override('xl/styles.xml', 'styles')}${numbers.map((n) => override(`xl/worksheets/sheet${n}.xml`, 'worksheet')).join('')}</Types>`,
  };
}

// ── the container ────────────────────────────────────────────────────────────────────────────────────────

async function* once(text: string): AsyncGenerator<string> {
  yield text;
}

interface Entry {
  readonly name: Buffer;
  readonly at: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
}

/** Sizes follow the data (bit 3), names are UTF-8 (bit 11). */
const FLAGS = 0x0808;
const VERSION = 20;
/** 1 January 1980: the same rows make the same file. */
const DATE = 0x0021;

function createZip(): { entry(name: string, texts: AsyncIterable<string>): AsyncGenerator<Buffer>; end(): Buffer } {
  const entries: Entry[] = [];
  let at = 0;
  const count = (bytes: Buffer): Buffer => {
    at += bytes.length;
    return bytes;
  };
  return {
    async *entry(given, texts) {
      const name = Buffer.from(given);
      const begin = at;
      yield count(
        Buffer.concat([
          words([0x04034b50, 4], [VERSION, 2], [FLAGS, 2], [8, 2], [0, 2], [DATE, 2], [0, 12], [name.length, 2], [0, 2]),
          name,
        ]),
      );
      const packing = createDeflateRaw();
      const ready: Buffer[] = [];
      packing.on('data', (bytes: Buffer) => ready.push(bytes));
      let [crc, size, packed] = [0, 0, 0];
      const take = (): Buffer => {
        const bytes = Buffer.concat(ready.splice(0));
        packed += bytes.length;
        return count(bytes);
      };
      for await (const text of texts) {
        const bytes = Buffer.from(text);
        crc = crc32(bytes, crc);
        size += bytes.length;
        await new Promise<void>((resolve, reject) => packing.write(bytes, (error) => (error ? reject(error) : resolve())));
        if (ready.length > 0) yield take();
      }
      await new Promise<void>((resolve, reject) => packing.once('error', reject).once('end', resolve).end());
      yield take();
      entries.push({ name, at: begin, crc, packed, size });
      yield count(words([0x08074b50, 4], [crc, 4], [packed, 4], [size, 4]));
    },
    end() {
      const listed = entries.map((entry) =>
        Buffer.concat([
          words(
            [0x02014b50, 4],
            [VERSION, 2],
            [VERSION, 2],
            [FLAGS, 2],
            [8, 2],
            [0, 2],
            [DATE, 2],
            [entry.crc, 4],
            [entry.packed, 4],
            [entry.size, 4],
          ),
          words([entry.name.length, 2], [0, 12], [entry.at, 4]),
          entry.name,
        ]),
      );
      const directory = Buffer.concat(listed);
      const n = entries.length;
      return Buffer.concat([directory, words([0x06054b50, 4], [0, 4], [n, 2], [n, 2], [directory.length, 4], [at, 4], [0, 2])]);
    },
  };
}

/** Numbers in so many bytes each, the lowest byte first. */
function words(...fields: readonly (readonly [value: number, bytes: number])[]): Buffer {
  const buffer = Buffer.alloc(fields.reduce((sum, [, bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [value, bytes] of fields) {
    if (bytes <= 4) buffer.writeUIntLE(value, at, bytes);
    at += bytes;
  }
  return buffer;
}
