// Opens the table of people and the table of departments of a file, whatever its form.
import { extname } from 'node:path';
import { ConnectorError } from '../../connector-kit/errors.ts';
import type { FileConfig } from './config.ts';
import { readCsv } from './csv.ts';
import { cannotRead, type FoundFile } from './pickup.ts';
import { findHeader, type HeaderWish, noHeader, type Table } from './table.ts';
import { say } from './text.ts';
import { noSuchSheet, openWorkbook, type Workbook } from './xlsx.ts';

const UNPACKED_FACTOR = 20;
const DEPARTMENT_SHEET = /部门|组织|架构|dep|org/i;

const isWorkbook = (file: FoundFile): boolean => extname(file.name).toLowerCase() === '.xlsx';

const peopleWish = (config: FileConfig): HeaderWish => ({
  kind: 'person',
  configured: config.columns,
  needed: [[config.key]],
});
const departmentsWish = (config: FileConfig): HeaderWish => ({
  kind: 'department',
  configured: config.departmentColumns,
  needed: [['name'], ['code', 'parent']],
});

export interface OpenedFile {
  readonly people: Table;
  /** A sheet of departments beside the people, if there is one. */
  readonly departments: Table | null;
  /** Visible sheets that were not used, and hidden ones. */
  readonly otherSheets: readonly string[];
}

export async function openPeopleFile(file: FoundFile, config: FileConfig): Promise<OpenedFile> {
  guardSize(file, config);
  return guarded(file, async () => {
    if (!isWorkbook(file)) return { people: await openText(file, peopleWish(config), config), departments: null, otherSheets: [] };
    const book = await openWorkbook(file.path, file.name, unpackedLimit(config));
    const people = await openSheet(book, file.name, peopleWish(config), config.sheet);
    const departments = await departmentsBeside(book, file.name, people.sheet, config);
    const used = [people.sheet, departments?.sheet];
    return {
      people: people.table,
      departments: departments?.table ?? null,
      otherSheets: [...book.sheets.filter((sheet) => !used.includes(sheet)), ...book.hidden],
    };
  });
}

export async function openDepartmentsFile(file: FoundFile, config: FileConfig): Promise<Table> {
  guardSize(file, config);
  return guarded(file, async () => {
    if (!isWorkbook(file)) return openText(file, departmentsWish(config), config);
    const book = await openWorkbook(file.path, file.name, unpackedLimit(config));
    return (await openSheet(book, file.name, departmentsWish(config), config.departmentsSheet)).table;
  });
}

const unpackedLimit = (config: FileConfig): number => config.maxMegabytes * 1e6 * UNPACKED_FACTOR;

function guardSize(file: FoundFile, config: FileConfig): void {
  if (file.size <= config.maxMegabytes * 1e6) return;
  throw new ConnectorError(
    'config',
    say(
      `${file.name} has ${Math.round(file.size / 1e6)} MB, more than the allowed ${config.maxMegabytes} MB.`,
      `${file.name} 为 ${Math.round(file.size / 1e6)} MB，超过允许的 ${config.maxMegabytes} MB。`,
    ),
  );
}

async function guarded<T>(file: FoundFile, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw typeof (error as { code?: unknown }).code === 'string' ? cannotRead(file.path, error) : error;
  }
}

async function openText(file: FoundFile, wish: HeaderWish, config: FileConfig): Promise<Table> {
  const delimiter = config.delimiter === 'auto' && extname(file.name).toLowerCase() === '.tsv' ? '\t' : config.delimiter;
  const rows = readCsv(file.path, file.name, { encoding: config.encoding, delimiter, wish });
  const found = await findHeader(rows, wish, file.name, 'unknown');
  if ('first' in found) throw noHeader(file.name, wish, found.first);
  return found;
}

interface OpenSheet {
  readonly sheet: string;
  readonly table: Table;
}

async function openSheet(book: Workbook, name: string, wish: HeaderWish, sheet: string | undefined): Promise<OpenSheet> {
  if (sheet !== undefined && !book.sheets.includes(sheet)) throw noSuchSheet(name, sheet, book.sheets);
  let first: readonly string[] = [];
  for (const candidate of sheet === undefined ? book.sheets : [sheet]) {
    const found = await findHeader(book.rows(candidate), wish, `${name} [${candidate}]`, 'empty');
    if (!('first' in found)) return { sheet: candidate, table: found };
    if (first.length === 0) first = found.first;
  }
  throw noHeader(name, wish, first);
}

async function departmentsBeside(book: Workbook, name: string, peopleSheet: string, config: FileConfig): Promise<OpenSheet | null> {
  if (config.departmentsPath !== undefined || config.departments === 'path' || config.departments === 'none') return null;
  const wish = departmentsWish(config);
  if (config.departmentsSheet !== undefined) return openSheet(book, name, wish, config.departmentsSheet);
  for (const sheet of book.sheets.filter((candidate) => candidate !== peopleSheet && DEPARTMENT_SHEET.test(candidate))) {
    const found = await findHeader(book.rows(sheet), wish, `${name} [${sheet}]`, 'empty');
    if (!('first' in found)) return { sheet, table: found };
  }
  return null;
}

/** Where departments come from, once the files are open. */
export function departmentsFrom(config: FileConfig, people: Table | null, departments: Table | null): 'table' | 'path' | 'none' {
  if (config.departments === 'none' || config.departments === 'path') return config.departments;
  if (departments) return 'table';
  if (config.departments === 'table') {
    throw new ConnectorError(
      'config',
      say(
        'Departments shall come from a table, but there is none. Name the departments file or the sheet of departments.',
        '部门应来自单独的表，但未找到。请填写部门文件或部门工作表。',
      ),
    );
  }
  const named = people && ['department', 'departmentCode'].some((name) => people.columns.indexes.has(name));
  return named ? 'path' : 'none';
}
