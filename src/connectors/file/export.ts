// Writes the state of an export as files: first beside, synced, then renamed over the old ones. Repeatable at any point.
import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { ConnectorError } from '../../connector-kit/errors.ts';
import type { FileConfig } from './config.ts';
import { type ExportTable, exportTables } from './export-rows.ts';
import { type ExportState, syncFolder } from './state.ts';
import { guardFormula } from '../../core/formula.ts';
import { guardTyped, say } from './text.ts';

const BATCH = 500;
/** A workbook is put together in memory. */
export const MOST_SHEET_ROWS = 50_000;

/** What we wrote last, to tell our files from others and unchanged from changed. */
interface Written {
  /** Paths that we have begun to write. */
  readonly ours: readonly string[];
  readonly files: Readonly<Record<string, { readonly size: number; readonly mtimeMs: number }>>;
  /** Settings and state that the files show. */
  readonly shows: string;
}

const RECORD = 'written.json';

async function readRecord(folder: string): Promise<Written> {
  const text = await readFile(join(folder, RECORD), 'utf8').catch(() => null);
  return text === null ? { ours: [], files: {}, shows: '' } : (JSON.parse(text) as Written);
}

async function writeRecord(folder: string, record: Written): Promise<void> {
  const path = join(folder, RECORD);
  await writeFile(`${path}.tmp`, JSON.stringify(record), { flush: true, mode: 0o600 });
  await rename(`${path}.tmp`, path);
}

export const exportPaths = (config: FileConfig): readonly string[] =>
  isWorkbook(config)
    ? [resolve(config.path)]
    : [config.path, config.departmentsPath, config.groupsPath].filter((path) => path !== undefined).map((path) => resolve(path));

const isWorkbook = (config: FileConfig): boolean => extname(config.path).toLowerCase() === '.xlsx';

/** Files at our paths that somebody else put there. */
export async function foreignFiles(config: FileConfig, folder: string): Promise<readonly string[]> {
  const { ours } = await readRecord(folder);
  const foreign: string[] = [];
  for (const path of exportPaths(config)) {
    if (!ours.includes(path) && (await stat(path).catch(() => null))) foreign.push(path);
  }
  return foreign;
}

/** Brings the files in line with the last finished state. Does nothing when they already are. */
export async function writeExport(
  state: ExportState,
  config: FileConfig,
  folder: string,
  signal: AbortSignal,
): Promise<'written' | 'same'> {
  const record = await readRecord(folder);
  const shows = JSON.stringify([
    await state.revision(),
    config.path,
    config.departmentsPath,
    config.groupsPath,
    config.columns,
    config.exportColumns,
    config.headerLanguage,
    config.pathSeparator,
    config.listSeparator,
  ]);
  const paths = exportPaths(config);
  if (record.shows === shows && (await untouched(paths, record))) return 'same';
  const [foreign] = await foreignFiles(config, folder);
  if (foreign !== undefined) throw notOurs(foreign);
  await writeRecord(folder, { ...record, ours: [...new Set([...record.ours, ...paths])] });

  const tables = await exportTables(state, config);
  if (isWorkbook(config)) await replace(paths[0]!, (next) => writeWorkbook(next, tables, signal));
  else {
    const byPath = [config.path, config.departmentsPath, config.groupsPath];
    for (const [index, table] of tables.entries()) {
      const path = byPath[index];
      if (path !== undefined) await replace(resolve(path), (next) => writeCsv(next, table, signal));
    }
  }
  const files: Record<string, { size: number; mtimeMs: number }> = {};
  for (const path of paths) {
    const { size, mtimeMs } = await stat(path);
    files[path] = { size, mtimeMs };
  }
  await writeRecord(folder, { ours: [...new Set([...record.ours, ...paths])], files, shows });
  return 'written';
}

async function untouched(paths: readonly string[], record: Written): Promise<boolean> {
  for (const path of paths) {
    const now = await stat(path).catch(() => null);
    const then = record.files[path];
    if (!now || !then || now.size !== then.size || now.mtimeMs !== then.mtimeMs) return false;
  }
  return true;
}

async function replace(path: string, write: (next: string) => Promise<void>): Promise<void> {
  const next = join(dirname(path), `.${basename(path)}.tributary`);
  try {
    await write(next);
    const handle = await open(next, 'r+');
    await handle.sync().finally(() => handle.close());
    await rename(next, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(next, { force: true });
    throw asProblem(path, error);
  }
}

async function writeCsv(path: string, table: ExportTable, signal: AbortSignal): Promise<void> {
  const file = await open(path, 'w');
  try {
    // Spreadsheets take a file without this mark for the local code page.
    await file.write('\uFEFF');
    let rows: (readonly string[])[] = [table.header];
    const flush = async (): Promise<void> => {
      await file.write(
        stringify(
          rows.map((row) => row.map(guardFormula)),
          { record_delimiter: '\r\n', quote_record_delimiter: true },
        ),
      );
      rows = [];
    };
    for await (const row of table.rows()) {
      rows.push(row);
      if (rows.length < BATCH) continue;
      signal.throwIfAborted();
      await flush();
    }
    await flush();
  } finally {
    await file.close();
  }
}

async function writeWorkbook(path: string, tables: readonly ExportTable[], signal: AbortSignal): Promise<void> {
  const sheets = [];
  for (const table of tables) {
    const data: { value: string; type: StringConstructor; fontWeight?: 'bold' }[][] = [
      table.header.map((value) => ({ value, type: String, fontWeight: 'bold' as const })),
    ];
    for await (const row of table.rows()) {
      signal.throwIfAborted();
      data.push(row.map((value) => ({ value: guardTyped(value), type: String })));
      if (data.length > MOST_SHEET_ROWS) throw tooManyRows(path);
    }
    sheets.push({ sheet: table.name, data });
  }
  const { default: writeXlsxFile } = await import('write-excel-file/node');
  await writeXlsxFile(sheets).toFile(path);
}

const tooManyRows = (path: string): ConnectorError =>
  new ConnectorError(
    'config',
    say(
      `More than ${MOST_SHEET_ROWS} rows do not go into ${basename(path)}. Export to .csv instead.`,
      `超过 ${MOST_SHEET_ROWS} 行，无法写入 ${basename(path)}。请改为导出 .csv。`,
    ),
  );

const notOurs = (path: string): ConnectorError =>
  new ConnectorError(
    'config',
    say(
      `${path} is there already and was not written by this connection. It was left as it is. Move it away, or choose another name.`,
      `${path} 已存在且不是由此连接写入，已保留原样。请将其移走或更换文件名。`,
    ),
  );

function asProblem(path: string, error: unknown): unknown {
  const code = (error as { code?: unknown }).code;
  if (typeof code !== 'string' || error instanceof ConnectorError) return error;
  const denied = code === 'EACCES' || code === 'EPERM' || code === 'EROFS';
  return new ConnectorError(
    denied ? 'permission' : code === 'ENOENT' ? 'config' : 'transient',
    say(
      `${path} cannot be written (${code}). The changes are kept and written with the next run.`,
      `无法写入 ${path}（${code}）。变更已保留，将在下次执行时写入。`,
    ),
    { detail: code, cause: error },
  );
}

/** Writes a file of our own beside the export and takes it away again. */
export async function probeFolder(config: FileConfig): Promise<void> {
  const path = join(dirname(resolve(config.path)), `.${basename(config.path)}.tributary-probe`);
  try {
    await writeFile(path, 'probe', { flush: true });
    await rm(path);
  } catch (error) {
    throw asProblem(path, error);
  }
}
