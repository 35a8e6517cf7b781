// Rows of a table as people and departments, before their references are resolved. Nothing is guessed silently:
// what cannot be read becomes a problem with its line, and the attribute stays unknown.
import type { Attributes, Label, Scalar } from '../../core/model.ts';
import { isSensitive, specOf } from './catalogue.ts';
import type { FileConfig } from './config.ts';
import type { Seal } from './seal.ts';
import { isBlank, type Row, type Table } from './table.ts';
import { say } from './text.ts';
import { type CellValue, keyText, plainCell, readCell } from './values.ts';
import { isYes } from './words.ts';

export interface Problem {
  readonly id: string | null;
  readonly where: string;
  readonly reason: Label;
  /** Somebody stands here whose key cannot be read: who is missing from the file cannot be told. */
  readonly hidesSomebody?: true;
}

/** One row about a person. A missing member is unknown, null is empty. */
export interface PersonRow {
  readonly id: string;
  readonly line: number;
  /** File and sheet. */
  readonly from: string;
  readonly attributes: Attributes;
  /** Sealed sensitive attributes. */
  readonly sealed?: string;
  readonly manager?: string | null;
  readonly departments?: readonly string[];
  readonly primary?: boolean;
  readonly problems?: readonly Label[];
}

export interface DepartmentRow {
  readonly line: number;
  readonly from: string;
  readonly code: string | null;
  readonly attributes: Attributes;
  readonly parent?: string | null;
  readonly leaders?: readonly string[];
  readonly problems: readonly Label[];
}

/** Columns of people that are no attributes of their own. */
const STRUCTURE = new Set(['department', 'departmentCode', 'additionalDepartments', 'primary', 'manager']);
const DEPARTMENT_STRUCTURE = new Set(['code', 'parent', 'leader']);
const LONGEST_ROW = 200_000;
const SUM_ROW = /^(?:合计|总计|小计|共计|total|sum)/i;

export const whereIs = (from: string, line: number): string => `${from}:${line}`;

/** Attributes and relations that a table of people shows. */
export function visibleOfPeople(table: Table): readonly string[] {
  const names = [...table.columns.indexes.keys()].filter((name) => !STRUCTURE.has(name) || name === 'manager');
  const places = ['department', 'departmentCode', 'additionalDepartments'].some((name) => table.columns.indexes.has(name));
  return places ? [...names, 'membership'] : names;
}

export function visibleOfDepartments(table: Table): readonly string[] {
  return [...table.columns.indexes.keys()];
}

interface Collected {
  readonly attributes: Record<string, Scalar | null>;
  readonly problems: Label[];
}

/** All plain attributes of one row. */
function collect(row: Row, table: Table, skip: ReadonlySet<string>, config: FileConfig): Collected {
  const attributes: Record<string, Scalar | null> = {};
  const problems: Label[] = [];
  for (const [name, index] of table.columns.indexes) {
    if (skip.has(name) || (index >= row.cells.length && table.beyondRow === 'unknown')) continue;
    const found = readCell(row.cells[index], specOf(table.kind, name), config);
    if (found.state === 'value') attributes[name] = found.value;
    else if (found.state === 'problem') problems.push(inColumn(table, index, found.reason));
  }
  return { attributes, problems };
}

const inColumn = (table: Table, index: number, reason: Label): Label => {
  const header = table.columns.names[index] ?? '';
  return say(`column ${header}: ${reason.en}`, `“${header}”列：${reason.zh}`);
};

/** A row about a person; a problem instead when it cannot be told whom it is about; null for lines of sums. */
export function personRow(row: Row, table: Table, config: FileConfig, seal: Seal): PersonRow | Problem | null {
  const where = whereIs(table.where, row.line);
  const at = (name: string): CellValue | undefined => {
    const index = table.columns.indexes.get(name);
    if (index === undefined || (index >= row.cells.length && table.beyondRow === 'unknown')) return undefined;
    return plainCell(row.cells[index]);
  };
  const keyIndex = table.columns.indexes.get(config.key)!;
  const key =
    config.key === 'employeeNumber'
      ? keyText(row.cells[keyIndex], config.numberWidth)
      : readCell(row.cells[keyIndex], specOf('person', config.key), config);
  if (key.state === 'problem') return { id: null, where, reason: inColumn(table, keyIndex, key.reason), hidesSomebody: true };
  if (key.state === 'unknown' || key.value === null) {
    const name = at('displayName');
    const who = name?.state === 'value' && name.value !== null ? ` (${name.value})` : '';
    const reason = say(`the row${who} has no ${table.columns.names[keyIndex]}`, `该行${who}缺少“${table.columns.names[keyIndex]}”`);
    // A remark below the list is nobody; a row with a name, or with several cells, is somebody.
    const somebody = who !== '' || (name === undefined && row.cells.filter((cell) => !isBlank(cell)).length > 1);
    return { id: null, where, reason, ...(somebody ? { hidesSomebody: true as const } : {}) };
  }
  const id = String(key.value);
  if (SUM_ROW.test(id)) return null;
  if (row.problem) return { id, where, reason: row.problem };
  if (row.cells.reduce((sum, cell) => sum + (typeof cell === 'string' ? cell.length : 0), 0) > LONGEST_ROW) {
    return { id, where, reason: say('the row is longer than 200,000 characters', '该行超过 200,000 个字符') };
  }
  const extra = row.cells.findIndex((cell, index) => index >= table.columns.names.length && !isBlank(cell));
  if (extra >= 0) {
    return {
      id,
      where,
      reason: say(
        'the row has more cells than the header; a value with a delimiter lacks quotation marks',
        '该行的单元格多于表头；含分隔符的值缺少引号',
      ),
    };
  }

  const { attributes, problems } = collect(row, table, STRUCTURE, config);
  attributes[config.key] = id;
  const manager = managerOf(row, table, config, problems);
  const departments = departmentsOf(at, config, problems);
  const sensitive = Object.entries(attributes).filter(([name]) => isSensitive('person', name));
  for (const [name] of sensitive) delete attributes[name];
  const primary = at('primary');
  return {
    id,
    line: row.line,
    from: table.where,
    attributes,
    ...(sensitive.length > 0 ? { sealed: seal.close(Object.fromEntries(sensitive)) } : {}),
    ...(manager === undefined ? {} : { manager }),
    ...(departments === undefined ? {} : { departments }),
    ...(primary?.state === 'value' && primary.value !== null ? { primary: isYes(String(primary.value)) } : {}),
    ...(problems.length > 0 ? { problems } : {}),
  };
}

function managerOf(row: Row, table: Table, config: FileConfig, problems: Label[]): string | null | undefined {
  const index = table.columns.indexes.get('manager');
  if (index === undefined || (index >= row.cells.length && table.beyondRow === 'unknown')) return undefined;
  const found = keyText(row.cells[index], config.key === 'employeeNumber' ? config.numberWidth : 0);
  if (found.state === 'problem') problems.push(inColumn(table, index, found.reason));
  return found.state === 'value' ? (found.value as string | null) : undefined;
}

/** The department cells of a row, main one first. Unknown when one of the cells is. */
function departmentsOf(at: (name: string) => CellValue | undefined, config: FileConfig, problems: Label[]): readonly string[] | undefined {
  const main = config.departments === 'table' ? (at('departmentCode') ?? at('department')) : (at('department') ?? at('departmentCode'));
  const more = at('additionalDepartments');
  if (main === undefined && more === undefined) return undefined;
  for (const found of [main, more]) if (found?.state === 'problem') problems.push(found.reason);
  if ([main, more].some((found) => found !== undefined && found.state !== 'value')) return undefined;
  return [...listOf(main, config), ...listOf(more, config)];
}

/** A cell with several entries; full-width separators and line breaks count too. */
function listOf(found: CellValue | undefined, config: FileConfig): readonly string[] {
  if (found?.state !== 'value' || found.value === null) return [];
  const separator = config.listSeparator;
  const text = String(found.value).replace(/\r\n|\n|\r/g, separator);
  const plain = separator === ';' ? text.replaceAll('；', ';') : separator === ',' ? text.replaceAll('，', ',') : text;
  return plain
    .split(separator)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

export function departmentRow(row: Row, table: Table, config: FileConfig): DepartmentRow | null {
  const index = (name: string): number | undefined => table.columns.indexes.get(name);
  const problems: Label[] = [];
  const key = (name: string): string | null | undefined => {
    const at = index(name);
    if (at === undefined) return undefined;
    const found = keyText(row.cells[at], 0);
    if (found.state === 'problem') problems.push(inColumn(table, at, found.reason));
    return found.state === 'value' ? (found.value as string | null) : undefined;
  };
  const { attributes, problems: others } = collect(row, table, DEPARTMENT_STRUCTURE, config);
  const code = key('code') ?? null;
  const parent = key('parent');
  const leaders = index('leader') === undefined ? undefined : listOf(plainCell(row.cells[index('leader')!]), config);
  if (code === null && (attributes.name ?? null) === null && problems.length === 0) return null;
  return {
    line: row.line,
    from: table.where,
    code,
    attributes,
    ...(parent === undefined ? {} : { parent }),
    ...(leaders === undefined ? {} : { leaders }),
    problems: [...problems, ...others],
  };
}
