// Reads a workbook sheet by sheet as a stream of rows, so that its size does not matter. What a spreadsheet does to
// numbers (lost zeros, cut digits, dates as counts of days) stays visible in the cells.
// @see https://learn.microsoft.com/openspecs/office_standards/ms-oe376 and ECMA-376 part 1, chapter 18
import { ConnectorError } from '../../connector-kit/errors.ts';
import { type Merges, mergesOf } from './merges.ts';
import { numberCell, widthOfFormat, isDateFormat } from './numbers.ts';
import { createStringTable, type StringTable } from './strings.ts';
import type { Cell, Row } from './table.ts';
import { say } from './text.ts';
import { attributeIn, type XmlHandler, xmlReader } from './xml.ts';
import { damaged, openZip, type Zip } from './zip.ts';

export interface Workbook {
  /** Visible sheets in their order. */
  readonly sheets: readonly string[];
  readonly hidden: readonly string[];
  rows(sheet: string): AsyncGenerator<readonly Row[]>;
}

interface Style {
  readonly isDate: boolean;
  readonly width: number;
}
interface Book {
  readonly zip: Zip;
  readonly where: string;
  readonly from1904: boolean;
  readonly strings: StringTable;
  readonly styles: readonly Style[];
}

/** Columns beyond are ignored: a single cell far right must not make every row wide. */
const WIDEST = 1000;
const STRINGS_SHARE = 0.25;

export async function openWorkbook(path: string, where: string, maxUnpackedBytes: number): Promise<Workbook> {
  const zip = await openZip(path, where, maxUnpackedBytes);
  const targets = await relations(zip);
  const { sheets, from1904 } = await workbookInfo(zip, targets, where);
  const entry = (kind: string, usual: string): string | undefined => {
    const path = targets.byKind.get(kind) ?? usual;
    return zip.entries.has(path) ? path : undefined;
  };
  const strings = await sharedStrings(zip, entry('sharedStrings', 'xl/sharedStrings.xml'), where, maxUnpackedBytes * STRINGS_SHARE);
  const styles = await cellStyles(zip, entry('styles', 'xl/styles.xml'));
  const book: Book = { zip, where, from1904, strings, styles };
  return {
    sheets: sheets.filter((sheet) => !sheet.hidden).map((sheet) => sheet.name),
    hidden: sheets.filter((sheet) => sheet.hidden).map((sheet) => sheet.name),
    rows: (name) => sheetRows(book, sheets.find((sheet) => sheet.name === name)?.path ?? ''),
  };
}

async function pump(zip: Zip, name: string, handler: XmlHandler): Promise<void> {
  const push = xmlReader(handler);
  for await (const text of texts(zip, name)) push(text);
}

async function* texts(zip: Zip, name: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8');
  for await (const chunk of zip.stream(name)) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

interface Targets {
  readonly byId: ReadonlyMap<string, string>;
  readonly byKind: ReadonlyMap<string, string>;
}

async function relations(zip: Zip): Promise<Targets> {
  const byId = new Map<string, string>();
  const byKind = new Map<string, string>();
  if (!zip.entries.has('xl/_rels/workbook.xml.rels')) return { byId, byKind };
  await pump(zip, 'xl/_rels/workbook.xml.rels', {
    open(name, attributes) {
      if (name !== 'Relationship') return;
      const target = attributeIn(attributes, 'Target') ?? '';
      const path = target.startsWith('/') ? target.slice(1) : `xl/${target}`;
      byId.set(attributeIn(attributes, 'Id') ?? '', path);
      byKind.set((attributeIn(attributes, 'Type') ?? '').split('/').at(-1)!, path);
    },
    close() {},
    text() {},
  });
  return { byId, byKind };
}

interface SheetInfo {
  readonly name: string;
  readonly path: string;
  readonly hidden: boolean;
}

async function workbookInfo(zip: Zip, targets: Targets, where: string): Promise<{ sheets: SheetInfo[]; from1904: boolean }> {
  if (!zip.entries.has('xl/workbook.xml')) throw damaged(where, 'xl/workbook.xml is missing');
  const sheets: SheetInfo[] = [];
  let from1904 = false;
  await pump(zip, 'xl/workbook.xml', {
    open(name, attributes) {
      if (name === 'workbookPr') from1904 = ['1', 'true'].includes(attributeIn(attributes, 'date1904') ?? '');
      if (name !== 'sheet') return;
      const path = targets.byId.get(attributeIn(attributes, 'id') ?? '') ?? `xl/worksheets/sheet${sheets.length + 1}.xml`;
      const state = attributeIn(attributes, 'state');
      sheets.push({
        name: attributeIn(attributes, 'name') ?? '',
        path,
        hidden: state === 'hidden' || state === 'veryHidden',
      });
    },
    close() {},
    text() {},
  });
  return { sheets, from1904 };
}

async function sharedStrings(zip: Zip, name: string | undefined, where: string, maxBytes: number): Promise<StringTable> {
  const table = createStringTable(where, maxBytes);
  if (!name) return table;
  let text = '';
  let inText = false;
  let phonetic = false;
  await pump(zip, name, {
    open(tag) {
      if (tag === 'si') text = '';
      else if (tag === 't') inText = !phonetic;
      else if (tag === 'rPh') phonetic = true;
    },
    close(tag) {
      if (tag === 't') inText = false;
      else if (tag === 'rPh') phonetic = false;
      else if (tag === 'si') table.add(unescapeCodes(text));
    },
    text(piece) {
      if (inText) text += piece;
    },
  });
  return table;
}

/** `_x000D_` stands for a character that XML cannot hold. */
const unescapeCodes = (text: string): string =>
  text.includes('_x') ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))) : text;

async function cellStyles(zip: Zip, name: string | undefined): Promise<readonly Style[]> {
  if (!name) return [];
  const formats = new Map<number, string>();
  const styles: Style[] = [];
  let inCells = false;
  await pump(zip, name, {
    open(tag, attributes) {
      if (tag === 'numFmt') formats.set(Number(attributeIn(attributes, 'numFmtId')), attributeIn(attributes, 'formatCode') ?? '');
      else if (tag === 'cellXfs') inCells = true;
      else if (tag === 'xf' && inCells) {
        const id = Number(attributeIn(attributes, 'numFmtId') ?? 0);
        const format = formats.get(id);
        styles.push({ isDate: isDateFormat(id, format), width: widthOfFormat(format) });
      }
    },
    close(tag) {
      if (tag === 'cellXfs') inCells = false;
    },
    text() {},
  });
  return styles;
}

async function* sheetRows(book: Book, path: string): AsyncGenerator<readonly Row[]> {
  if (!book.zip.entries.has(path)) throw damaged(book.where, path);
  const merges = await mergesOf(texts(book.zip, path));
  const rows: Row[] = [];
  const push = xmlReader(rowBuilder(book, merges, (row) => rows.push(row)));
  for await (const text of texts(book.zip, path)) {
    push(text);
    if (rows.length > 0) yield rows.splice(0);
  }
}

/** Puts cells together into rows; rows without any value are left out. */
function rowBuilder(book: Book, merges: Merges, done: (row: Row) => void): XmlHandler {
  let line = 0;
  let column = -1;
  let cells: Cell[] = [];
  let filled = false;
  let type = '';
  let style = 0;
  let value = '';
  let collecting = false;
  let phonetic = false;
  return {
    open(tag, attributes) {
      if (tag === 'c') {
        const reference = attributeIn(attributes, 'r');
        column = reference === undefined ? column + 1 : columnOf(reference);
        type = attributeIn(attributes, 't') ?? 'n';
        style = Number(attributeIn(attributes, 's') ?? 0);
        value = '';
      } else if (tag === 'v') collecting = true;
      else if (tag === 't') collecting = type === 'inlineStr' && !phonetic;
      else if (tag === 'rPh') phonetic = true;
      else if (tag === 'row') {
        line = Number(attributeIn(attributes, 'r') ?? line + 1);
        column = -1;
        cells = [];
        filled = false;
      }
    },
    text(piece) {
      if (collecting) value += piece;
    },
    close(tag) {
      if (tag === 'v' || tag === 't') collecting = false;
      else if (tag === 'rPh') phonetic = false;
      else if (tag === 'c' && column < WIDEST && value !== '') {
        while (cells.length < column) cells.push('');
        cells[column] = cellOf(book, type, value, book.styles[style]);
        filled = true;
      } else if (tag === 'row') {
        // A row without values of its own says nothing, even inside a merged area.
        if (filled) done({ line, cells: merges.fill(line, cells) });
      }
    },
  };
}

function cellOf(book: Book, type: string, value: string, style: Style | undefined): Cell {
  switch (type) {
    case 's': {
      const text = book.strings.get(Number(value));
      if (text === undefined) throw damaged(book.where, 'shared string missing');
      return text;
    }
    case 'inlineStr':
    case 'str':
      return unescapeCodes(value);
    case 'b':
      return value === '1' ? 'TRUE' : 'FALSE';
    case 'e':
      return { error: value };
    case 'd':
      return value.slice(0, 10);
    default:
      return numberCell(value, style?.isDate ?? false, style?.width ?? 0, book.from1904);
  }
}

/** "AB12" → 27. */
function columnOf(reference: string): number {
  let column = 0;
  for (let index = 0; index < reference.length; index++) {
    const code = reference.charCodeAt(index) & 0xdf;
    if (code < 65 || code > 90) break;
    column = column * 26 + code - 64;
  }
  return column - 1;
}

export const noSuchSheet = (where: string, sheet: string, sheets: readonly string[]): ConnectorError =>
  new ConnectorError(
    'config',
    say(
      `${where} has no visible sheet "${sheet}". It has: ${sheets.join(', ') || 'none'}.`,
      `${where} 中没有可见的工作表“${sheet}”。现有工作表：${sheets.join('、') || '无'}。`,
    ),
  );
