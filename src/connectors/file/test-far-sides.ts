// For tests of this folder only: the far sides that the conformance kit runs against. Reading: a list as HR keeps it,
// saved again after every change. Writing: an empty folder for the export.
import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import writeXlsxFile from 'write-excel-file/node';
import type { FarSide, KitServices } from '../../connector-kit/conformance/subject.ts';
import type { FaultDial } from '../../connector-kit/contract.ts';
import type { Attributes, Edges, Value } from '../../core/model.ts';
import { DIRECTORY_ID, typeOf } from './catalogue.ts';
import { type TableKind, wordsFor } from './columns.ts';

export type Format = 'csv' | 'xlsx';

interface Entry {
  readonly attributes: Attributes;
  readonly edges: Edges;
}
/** As the format knows it: a workbook has days and numbers, a text file has only text. */
type Written = string | number | Date | null;
type Tables = Readonly<Record<TableKind, Map<string, Entry>>>;

const kinds: readonly TableKind[] = ['person', 'department'];
const keys: Readonly<Record<TableKind, string>> = { person: 'employeeNumber', department: 'code' };
const sheets: Readonly<Record<TableKind, string>> = { person: '人员', department: '部门' };
const columns: Readonly<Record<TableKind, readonly string[]>> = {
  person: [...namesOf('person'), 'departmentCode', 'additionalDepartments'],
  department: [...namesOf('department'), 'leader'],
};
const statusWords: Readonly<Record<string, string>> = {
  'pre-hire': '待入职',
  active: '在职',
  suspended: '停薪留职',
  departed: '离职',
};
/** A row cannot say that it is not there, so "absent" is no word of a list. */
export const sayableStatus = (n: number): string => Object.keys(statusWords)[n % 4]!;

function namesOf(type: TableKind): readonly string[] {
  return typeOf(type)!
    .attributes.map((spec) => spec.name)
    .filter((name) => name !== DIRECTORY_ID);
}

function cellOf(kind: TableKind, name: string, { attributes, edges }: Entry): Written {
  const ends = (relation: string): readonly string[] => {
    const all = edges[relation] ?? [];
    return [...all.filter((edge) => edge.primary), ...all.filter((edge) => !edge.primary)].map((edge) => edge.to.id);
  };
  if (name === 'departmentCode') return ends('membership')[0] ?? null;
  if (name === 'additionalDepartments') return ends('membership').slice(1).join(';') || null;
  if (name === 'leader') return ends('leader').join(';') || null;
  const value: Value | null = attributes[name] ?? null;
  if (name === 'lifecycle') return statusWords[String(value)] ?? null;
  const spec = typeOf(kind)!.attributes.find((candidate) => candidate.name === name)!;
  if (value === null) return null;
  return spec.type === 'date' ? new Date(`${String(value)}T00:00:00Z`) : spec.type === 'integer' ? Number(value) : String(value);
}

const tableOf = (kind: TableKind, entries: Iterable<Entry>) => ({
  header: columns[kind].map((name) => wordsFor(kind, name)[0]!),
  rows: Array.from(entries, (entry) => columns[kind].map((name) => cellOf(kind, name, entry))),
});

/** 2026/3/1, as Excel writes days into a text file. */
const inText = (cell: Written): string =>
  cell instanceof Date ? `${cell.getUTCFullYear()}/${cell.getUTCMonth() + 1}/${cell.getUTCDate()}` : String(cell ?? '');

const inSheet = (cell: Written) =>
  cell === null
    ? null
    : cell instanceof Date
      ? { value: cell, type: Date, format: 'yyyy-mm-dd' }
      : typeof cell === 'number'
        ? { value: cell, type: Number }
        : { value: cell, type: String };

const toCsv = (kind: TableKind, tables: Tables): Buffer => {
  const { header, rows } = tableOf(kind, tables[kind].values());
  return Buffer.from(`\uFEFF${stringify([header, ...rows.map((row) => row.map(inText))], { record_delimiter: '\r\n' })}`);
};

const toWorkbook = (tables: Tables): Promise<Buffer> =>
  writeXlsxFile(
    kinds.map((kind) => {
      const { header, rows } = tableOf(kind, tables[kind].values());
      return { sheet: sheets[kind], data: [header.map(inSheet), ...rows.map((row) => row.map(inSheet))] };
    }),
  ).toBuffer();

/** The list of HR: one workbook with two sheets, or two text files. */
export async function hrList(format: Format, { folder }: KitServices): Promise<FarSide> {
  const place = join(folder, 'hr');
  mkdirSync(place);
  const path = join(place, `people.${format}`);
  const tables: Tables = { person: new Map(), department: new Map() };
  const shelf = createShelf();
  const save = async (): Promise<void> => {
    shelf.put(path, format === 'csv' ? toCsv('person', tables) : await toWorkbook(tables));
    if (format === 'csv') shelf.put(join(place, 'departments.csv'), toCsv('department', tables));
  };
  await save();
  const config = { path, departments: 'table', ...(format === 'csv' ? { departmentsPath: 'departments.csv' } : {}) };
  return {
    config,
    part: {},
    unreachableConfig: { ...config, path: join(folder, 'share-not-mounted', `people.${format}`) },
    missingPart: { under: 'no such department' },
    async seed(type, objects) {
      const kind = type as TableKind;
      const ids = objects.map(({ attributes, edges }) => {
        const id = String(attributes[keys[kind]]);
        tables[kind].set(id, { attributes, edges });
        return id;
      });
      await save();
      return ids;
    },
    async change(type, id, attributes) {
      const table = tables[type as TableKind];
      const entry = table.get(id)!;
      table.set(id, { ...entry, attributes: { ...entry.attributes, ...attributes } });
      await save();
    },
    async erase(type, id) {
      tables[type as TableKind].delete(id);
      await save();
    },
    fault: ({ fault }) => shelf.spoil(path, fault),
    faults: ['cut-connection', 'garbage', 'server-error', 'delay'],
    heal: () => shelf.mend(path),
    stop: async () => {},
  };
}

/** Files whose times differ by whole seconds, as those do that people save; and what can become of such a file. */
function createShelf() {
  const saved = new Map<string, Buffer>();
  let second = Math.floor(Date.now() / 1000) - 100_000;
  const write = (path: string, bytes: Uint8Array): void => {
    rmSync(path, { force: true });
    writeFileSync(path, bytes);
    second += 1;
    utimesSync(path, second, second);
  };
  const mend = (path: string): void => write(path, saved.get(path)!);
  return {
    put(path: string, bytes: Buffer): void {
      saved.set(path, bytes);
      write(path, bytes);
    },
    mend,
    spoil(path: string, fault: FaultDial['fault']): void {
      const bytes = saved.get(path)!;
      if (fault === 'cut-connection') write(path, bytes.subarray(0, insideRow(bytes)));
      else if (fault === 'garbage') write(path, Buffer.alloc(2000, 0xff));
      // A share that answers with an error: the path leads in a circle.
      else if (fault === 'server-error') {
        rmSync(path);
        symlinkSync(path, path);
      }
      // Just saved: it must come to rest first.
      else if (fault === 'delay') mend(path);
    },
  };
}

/** Some bytes into a row near the middle. */
const insideRow = (bytes: Buffer): number => bytes.indexOf('\n', bytes.length / 2) + 5;

/** An empty folder that the export is written to. */
export async function exportPlace(format: Format, { folder }: KitServices): Promise<FarSide> {
  const place = join(folder, 'export-place');
  mkdirSync(place);
  const beside = (name: string): string => join(place, `${name}.csv`);
  return {
    config: {
      use: 'write',
      path: join(place, `people.${format}`),
      ...(format === 'csv' ? { departmentsPath: beside('departments'), groupsPath: beside('groups') } : {}),
    },
    part: {},
    missingPart: { under: 'no such department' },
    stop: async () => {},
  };
}
