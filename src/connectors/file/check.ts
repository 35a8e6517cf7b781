// What an administrator sees before the first run: which file, which columns, the first people, and what looks wrong.
import type { CheckReport, CheckRequest, ConnectionContext, Finding } from '../../connector-kit/contract.ts';
import { type ErrorKind, isConnectorError } from '../../connector-kit/errors.ts';
import { sizeInWords } from '../../core/byte-size.ts';
import { lifecycleAt, lifecycles, type Lifecycle } from '../../core/lifecycle.ts';
import type { Label } from '../../core/model.ts';
import { spelled } from '../../core/spelled.ts';
import { access, constants, realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { guessable } from './columns.ts';
import { takenFor } from './column-labels.ts';
import type { FileConfig, FilePart } from './config.ts';
import { departmentsFrom, openDepartmentsFile, openPeopleFile } from './open-table.ts';
import { findFiles } from './refresh.ts';
import { type PersonRow, personRow, type Problem } from './rows.ts';
import type { Seal } from './seal.ts';
import type { Row, Table } from './table.ts';
import { say } from './text.ts';

const SAMPLE = 200;
const SHOWN = 3;
/** A check that counts more rows lets somebody wait: the first run counts them all. */
const COUNTED = 20_000;
/** Nothing of a check is kept. */
const noSeal: Seal = { id: '', close: () => '', open: () => ({}) };

const good = (level: Finding['level'], en: string, zh: string): Finding => ({ level, ok: true, message: say(en, zh) });
const bad = (level: Finding['level'], message: Label, remedy: Label): Finding => ({
  level,
  ok: false,
  message,
  remedy,
});

/** Two connections of the same file are the same system. */
export const systemIdOf = async (path: string): Promise<string> =>
  `file:${await realpath(path).catch(async () => resolve(await realpath(dirname(path)).catch(() => dirname(path)), path))}`;

export async function checkSource(context: ConnectionContext<FileConfig>, range: string | undefined): Promise<CheckReport> {
  const { config } = context;
  const systemId = await systemIdOf(config.path);
  const findings: Finding[] = [];
  const opened: Table[] = [];
  try {
    const found = await findFiles(config);
    const newest = found.people[0];
    if (!newest) {
      findings.push(
        bad(
          'reachable',
          say(
            `${found.place.folder} holds no file that fits "${found.place.name}".`,
            `${found.place.folder} 中没有符合“${found.place.name}”的文件。`,
          ),
          say('Put the list of people there (.csv, .tsv, .txt or .xlsx).', '请放置人员名单（.csv、.tsv、.txt 或 .xlsx）。'),
        ),
      );
      return { findings, systemId };
    }
    findings.push(good('reachable', `${newest.name}, ${sizeInWords(newest.size)}`, `${newest.name}，${sizeInWords(newest.size)}`));
    const file = await openPeopleFile(newest, config);
    opened.push(file.people, ...(file.departments ? [file.departments] : []));
    const departments = found.departments ? await openDepartmentsFile(found.departments, config) : file.departments;
    if (departments) opened.push(departments);
    const from = departmentsFrom(config, file.people, departments);
    findings.push(...(await peopleFindings(file.people, { ...config, departments: from }, context.clock.now())));
    findings.push(await departmentFinding(from, departments));
    if (file.otherSheets.length > 0) {
      const list = file.otherSheets.join(', ');
      findings.push(good('range', `Sheets that are not read: ${list}`, `未读取的工作表：${list}`));
    }
  } catch (error) {
    findings.push(asFinding(error, findings.length === 0 ? 'reachable' : 'reads-person'));
  } finally {
    for (const table of opened) await table.close();
  }
  return { findings, systemId, ...(range === undefined ? {} : { range }) };
}

function asFinding(error: unknown, level: Finding['level']): Finding {
  if (!isConnectorError(error)) throw error;
  return bad(level, error.label, remedies[error.kind] ?? again);
}

const again = say(
  'Look whether the folder or share can be reached and the file rests, then check again.',
  '请确认文件夹或共享可以访问且文件已静止，然后重新检查。',
);
const remedies: Readonly<Partial<Record<ErrorKind, Label>>> = {
  config: say('Correct the path or the settings of this connection, or put the file there.', '请更正此连接的路径或设置，或放置文件。'),
  permission: say(
    'Give the account that Tributary runs under the right to read the file and its folder.',
    '请授予运行 Tributary 的账号读取该文件及其文件夹的权限。',
  ),
  'bad-response': say('Save the complete list again and put it there.', '请重新保存完整的名单并放置。'),
};

interface Counted {
  rows: number;
  /** By id: whether the row that shows them says that they have left. */
  readonly people: Map<string, boolean>;
  hasMore: boolean;
}

/** How many rows and people a table holds, and of the first rows more. */
async function countPeople(table: Table, config: FileConfig, now: number, look: (row: Row, found: ReturnType<typeof personRow>) => void) {
  const counted: Counted = { rows: 0, people: new Map(), hasMore: false };
  for await (const batch of table.rows)
    for (const row of batch) {
      const found = personRow(row, table, config, noSeal);
      if (!found) continue;
      if (counted.rows === COUNTED) return { ...counted, hasMore: true };
      counted.rows += 1;
      look(row, found);
      if (!('reason' in found)) counted.people.set(found.id, hasLeft(found, now));
    }
  return counted;
}

/** Where a row names no time zone, days are those of UTC: the one of the installation is applied by the run. */
function hasLeft({ attributes }: PersonRow, now: number): boolean {
  const text = (name: string): string | null => (typeof attributes[name] === 'string' ? attributes[name] : null);
  const said = text('lifecycle');
  const existence: Lifecycle = lifecycles.find((one) => one === said) ?? 'active';
  const dates = { startsAt: text('startsAt'), endsAt: text('endsAt'), timeZone: text('timeZone') };
  return lifecycleAt({ existence, ...dates }, now).lifecycle === 'departed';
}

/** What is missing from a list is seen before anything is planned. */
function countFinding({ rows, people, hasMore }: Counted): Finding {
  if (hasMore) return good('reads-person', `More than ${spelled(COUNTED)} rows`, `超过 ${spelled(COUNTED)} 行`);
  const left = [...people.values()].filter(Boolean).length;
  return good(
    'reads-person',
    `${spelled(rows)} ${rows === 1 ? 'row' : 'rows'}: ${spelled(people.size)} ${people.size === 1 ? 'person' : 'people'}${left > 0 ? `, ${spelled(left)} of them ${left === 1 ? 'has' : 'have'} left` : ''}`,
    `共 ${spelled(rows)} 行：${spelled(people.size)} 人${left > 0 ? `，其中 ${spelled(left)} 人已离职` : ''}`,
  );
}

async function firstRows(table: Table): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for await (const batch of table.rows) {
    rows.push(...batch);
    if (rows.length >= SAMPLE) break;
  }
  return rows.slice(0, SAMPLE);
}

async function peopleFindings(table: Table, config: FileConfig, now: number): Promise<Finding[]> {
  const rows: Row[] = [];
  const people: PersonRow[] = [];
  const problems: Problem[] = [];
  const counted = await countPeople(table, config, now, (row, found) => {
    if (rows.length === SAMPLE || !found) return;
    rows.push(row);
    if ('reason' in found) problems.push(found);
    else {
      people.push(found);
      for (const reason of found.problems ?? []) problems.push({ id: found.id, where: `${table.where}:${found.line}`, reason });
    }
  });
  const named = takenFor('person', table.columns);
  const shown = people
    .slice(0, SHOWN)
    .map((row) => `${row.id} ${row.attributes.displayName ?? ''}${row.departments?.length ? ` (${row.departments.join('; ')})` : ''}`);
  const findings = [
    good(
      'reads-person',
      `${table.where}, header on line ${table.headerLine}: ${named.en}. First people: ${shown.join(', ') || 'none'}`,
      `${table.where}，表头在第 ${table.headerLine} 行：${named.zh}。前几人：${shown.join('、') || '无'}`,
    ),
    countFinding(counted),
  ];
  if (table.columns.unused.length > 0) {
    const list = table.columns.unused.join(', ');
    findings.push(good('range', `Columns that are not used: ${list}`, `未使用的列：${list}`));
  }
  findings.push(...missingColumns(table), ...problemFindings(problems), ...widthFindings(rows, table, config));
  return findings;
}

function missingColumns(table: Table): Finding[] {
  return table.columns.missing.map(({ attribute, header }) =>
    bad(
      'rights',
      say(`There is no column "${header}" for ${attribute}.`, `没有“${header}”列（${attribute}）。`),
      say(
        `Correct the name under "columns". Known attributes: ${guessable('person').join(', ')}`,
        `请在“列”中更正名称。可用属性：${guessable('person').join('、')}`,
      ),
    ),
  );
}

function problemFindings(problems: readonly Problem[]): Finding[] {
  if (problems.length === 0) return [];
  const first = problems.slice(0, SHOWN);
  return [
    bad(
      'reads-person',
      say(
        `${problems.length} cells or rows among the first ${SAMPLE} cannot be read: ${first.map((item) => `${item.where} ${item.reason.en}`).join(' | ')}`,
        `前 ${SAMPLE} 行中有 ${problems.length} 处无法读取：${first.map((item) => `${item.where} ${item.reason.zh}`).join(' | ')}`,
      ),
      say(
        'Mend them in the file. Runs list each of them; nothing is deleted because of them.',
        '请在文件中修正。执行时会逐条列出，不会因此删除任何人。',
      ),
    ),
  ];
}

/** Numbers where employee numbers belong: zeros in front are lost already. */
function widthFindings(rows: readonly Row[], table: Table, config: FileConfig): Finding[] {
  const index = table.columns.indexes.get('employeeNumber');
  if (index === undefined || config.numberWidth > 0) return [];
  const numbers = rows.map((row) => row.cells[index]).filter((cell) => typeof cell === 'object' && !('error' in cell) && cell.width === 0);
  if (numbers.length === 0) return [];
  return [
    bad(
      'reads-person',
      say(
        `${numbers.length} of the first ${rows.length} employee numbers are stored as numbers: zeros in front of them are lost.`,
        `前 ${rows.length} 行中有 ${numbers.length} 个工号以数字存储，前导零已丢失。`,
      ),
      say(
        'If your numbers begin with zeros, set the width of employee numbers, or format the column as text.',
        '如工号以零开头，请设置工号位数，或将该列设为文本格式。',
      ),
    ),
  ];
}

async function departmentFinding(from: 'table' | 'path' | 'none', departments: Table | null): Promise<Finding> {
  if (from === 'none')
    return good('reads-department', 'The file names no departments; they are left as they are.', '文件不含部门，现有部门保持不变。');
  if (from === 'path' || !departments) {
    return good('reads-department', 'Departments are made from the paths in the column of people.', '部门由人员的部门列生成。');
  }
  const rows = await firstRows(departments);
  const named = takenFor('department', departments.columns);
  return good(
    'reads-department',
    `${departments.where}, header on line ${departments.headerLine}: ${named.en}; ${rows.length < SAMPLE ? rows.length : `at least ${SAMPLE}`} departments`,
    `${departments.where}，表头在第 ${departments.headerLine} 行：${named.zh}；${rows.length < SAMPLE ? rows.length : `至少 ${SAMPLE}`} 个部门`,
  );
}

/** An export shows all that it holds. */
export const RANGE_OF_EXPORT = 'own';

export const isPart = (part: FilePart | undefined): boolean => part?.under !== undefined && part.under !== '';

/** Ignoring it would write more people than somebody meant to. */
export const noPart = {
  message: say(
    'An export is always one whole file; "only below this department" does not hold for it.',
    '导出文件总是完整的一份，“仅此部门及下级”对导出无效。',
  ),
  remedy: say('Leave that field empty, and limit the people in the scope of the job.', '请留空该字段，并在任务范围中限定人员。'),
};

/** Whether the folder of an export can be written to. */
export async function checkTarget(config: FileConfig, request: CheckRequest<FilePart>, foreign: readonly string[]): Promise<CheckReport> {
  const systemId = await systemIdOf(config.path);
  const folder = dirname(resolve(config.path));
  const findings: Finding[] = [];
  const writable = await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
  findings.push(
    writable
      ? good('reachable', `${folder} can be written to`, `${folder} 可写`)
      : bad(
          'reachable',
          say(`${folder} cannot be written to.`, `${folder} 不可写。`),
          say('Create the folder, or give the right to write.', '请创建该文件夹或授予写权限。'),
        ),
  );
  for (const path of foreign) {
    findings.push(
      bad(
        'writes',
        say(
          `${path} is there already and was not written by this connection; it will not be replaced.`,
          `${path} 已存在且不是由此连接写入，不会被覆盖。`,
        ),
        say('Move it away, or choose another name.', '请将其移走或更换文件名。'),
      ),
    );
  }
  if (writable && foreign.length === 0 && request.probeWrite) findings.push(good('writes', 'The files can be replaced.', '文件可以替换。'));
  if (isPart(request.part)) findings.push(bad('range', noPart.message, noPart.remedy));
  return { findings, systemId, range: RANGE_OF_EXPORT };
}
