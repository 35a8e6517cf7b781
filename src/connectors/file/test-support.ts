// For tests of this folder only: opens a connection on a fresh folder, and builds workbooks cell by cell.
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import type { Connection, ConnectionContext, ReadEnd, ReadEvent, ReadRequest, WriteRequest } from '../../connector-kit/contract.ts';
import { createPace } from '../../connector-kit/http/pace.ts';
import type { EndpointObject } from '../../core/model.ts';
import { types } from './catalogue.ts';
import { configSchema, type FileConfig, type FilePart } from './config.ts';
import { file as connector } from './index.ts';

export const NOW = Date.UTC(2026, 4, 1);
export const LIST =
  '工号,姓名,部门,上级,状态,手机,邮箱\r\n0012,张伟,总公司/研发部,0013,在职,13800000000,zw@example.com\r\n0013,李娜,总公司,,在职,,\r\n';

export interface Desk {
  readonly root: string;
  readonly inbox: string;
  readonly context: (config: Record<string, unknown>, onSleep?: () => Promise<void>) => ConnectionContext<FileConfig>;
  open(config: Record<string, unknown>, onSleep?: () => Promise<void>): Promise<Connection<FilePart>>;
  put(name: string, content: string | Uint8Array): Promise<string>;
}

/** A folder of its own with an inbox for files; the connection keeps its memory between openings. */
export async function desk(): Promise<Desk> {
  const root = await mkdtemp(join(tmpdir(), 'tributary-file-'));
  const inbox = await mkdtemp(join(root, 'inbox-'));
  const memory = new Map<string, string>();
  let now = NOW;
  const context: Desk['context'] = (config, onSleep) => ({
    connectionId: 'c1',
    config: configSchema.parse({ path: inbox, settleSeconds: 1, ...config }),
    clock: {
      now: () => now++,
      async sleep() {
        await onSleep?.();
      },
    },
    pace: createPace({ now: () => 0, sleep: async () => {} }),
    log() {},
    memory: {
      get: async (key) => memory.get(key),
      set: async (key, value) => {
        memory.set(key, value);
      },
    },
    folder: join(root, 'own'),
  });
  return {
    root,
    inbox,
    context,
    open: (config, onSleep) => connector.open(context(config, onSleep)),
    async put(name, content) {
      const path = join(inbox, name);
      await writeFile(path, content);
      return path;
    },
  };
}

export const signal = new AbortController().signal;
export const everything = (type: string): Omit<ReadRequest<FilePart>, 'part'> => {
  const spec = types.find((candidate) => candidate.id === type)!;
  return {
    attributes: spec.attributes.map((attribute) => attribute.name),
    relations: spec.relations.map((relation) => relation.name),
    now: NOW,
    signal,
  };
};
export const writing: WriteRequest<FilePart> = { part: {}, signal, now: NOW, runId: 'r1', idempotencyKey: 'k1' };

export interface ReadResult {
  readonly objects: readonly EndpointObject[];
  readonly unreadable: readonly Extract<ReadEvent, { kind: 'unreadable' }>[];
  readonly end: ReadEnd;
  readonly checkpoints: readonly string[];
  byId(id: string): EndpointObject | undefined;
}

export async function readAll(
  connection: Connection<FilePart>,
  type = 'person',
  part: FilePart = {},
  checkpoint?: string,
): Promise<ReadResult> {
  const objects: EndpointObject[] = [];
  const unreadable: Extract<ReadEvent, { kind: 'unreadable' }>[] = [];
  const checkpoints: string[] = [];
  let end: ReadEnd | undefined;
  for await (const event of connection.read!(type, { ...everything(type), part, checkpoint })) {
    if (event.kind === 'objects') objects.push(...event.objects);
    if (event.kind === 'unreadable') unreadable.push(event);
    if (event.kind === 'checkpoint') checkpoints.push(event.checkpoint);
    if (event.kind === 'end') end = event;
  }
  return { objects, unreadable, end: end!, checkpoints, byId: (id) => objects.find((object) => object.id === id) };
}

/** A cell as XML writes it: `n` number, `s` inline text; `style` is an index into the formats. */
export type XCell = string | { readonly n: number | string; readonly style?: number } | { readonly error: string } | null;

export interface XSheet {
  readonly name: string;
  readonly rows: readonly (readonly XCell[])[];
  readonly hidden?: boolean;
  readonly merges?: readonly string[];
}

export interface XBook {
  readonly sheets: readonly XSheet[];
  readonly from1904?: boolean;
  /** Number format codes; style n of a cell is format n. Style 0 is General. */
  readonly formats?: readonly string[];
  /** Says smaller sizes than the truth in the directory of the zip. */
  readonly lyingSizes?: boolean;
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
const letter = (index: number): string => String.fromCharCode(65 + index);

/** A workbook as other programs write it, with the oddities that spreadsheets have. */
export function workbook(book: XBook): Uint8Array {
  const formats = book.formats ?? [];
  const sheetXml = (sheet: XSheet): string =>
    `<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${sheet.rows
      .map((row, line) => `<row r="${line + 1}">${row.map((cell, column) => cellXml(cell, `${letter(column)}${line + 1}`)).join('')}</row>`)
      .join(
        '',
      )}</sheetData>${sheet.merges ? `<mergeCells>${sheet.merges.map((ref) => `<mergeCell ref="${ref}"/>`).join('')}</mergeCells>` : ''}</worksheet>`;
  const files: Record<string, string> = {
    'xl/workbook.xml': `<workbook xmlns:r="r"><workbookPr${book.from1904 ? ' date1904="1"' : ''}/><sheets>${book.sheets
      .map(
        (sheet, index) =>
          `<sheet name="${escape(sheet.name)}" sheetId="${index + 1}"${sheet.hidden ? ' state="hidden"' : ''} r:id="rId${index + 1}"/>`,
      )
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${book.sheets
      .map((_, index) => `<Relationship Id="rId${index + 1}" Type="http://x/worksheet" Target="worksheets/sheet${index + 1}.xml"/>`)
      .join('')}</Relationships>`,
    'xl/styles.xml': `<styleSheet><numFmts>${formats.map((code, index) => `<numFmt numFmtId="${164 + index}" formatCode="${escape(code)}"/>`).join('')}</numFmts><cellXfs><xf numFmtId="0"/>${formats
      .map((_, index) => `<xf numFmtId="${164 + index}"/>`)
      .join('')}</cellXfs></styleSheet>`,
  };
  for (const [index, sheet] of book.sheets.entries()) files[`xl/worksheets/sheet${index + 1}.xml`] = sheetXml(sheet);
  return zip(files, book.lyingSizes ?? false);
}

function cellXml(cell: XCell, reference: string): string {
  if (cell === null) return '';
  if (typeof cell === 'string') return `<c r="${reference}" t="inlineStr"><is><t>${escape(cell)}</t></is></c>`;
  if ('error' in cell) return `<c r="${reference}" t="e"><v>${cell.error}</v></c>`;
  return `<c r="${reference}"${cell.style ? ` s="${cell.style}"` : ''}><v>${cell.n}</v></c>`;
}

function zip(files: Record<string, string>, lying: boolean): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const data = Buffer.from(text);
    const packed = deflateRawSync(data);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(8, 8);
    local.writeUInt16LE(name.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(8, 10);
    central.writeUInt32LE(crc32(data), 16);
    central.writeUInt32LE(packed.length, 20);
    central.writeUInt32LE(lying ? 100 : data.length, 24);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt32LE(offset, 42);
    parts.push(local, Buffer.from(name), packed);
    directory.push(central, Buffer.from(name));
    offset += 30 + name.length + packed.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}
