// Writes a made-up company as files that the file connector (and any HR clerk) understands.
import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { type Company, type CompanyDepartment, type CompanyPerson, type CompanyPlan, people, type PersonStatus } from './company.ts';

const BATCH = 1000;
/** A workbook is put together in memory. */
const MOST_SHEET_ROWS = 100_000;

export type FileLanguage = 'zh' | 'en';

interface Words {
  readonly status: Readonly<Record<PersonStatus, string>>;
  readonly people: readonly string[];
  readonly departments: readonly string[];
  readonly sheets: readonly [people: string, departments: string];
}

const list = (text: string): readonly string[] => text.split(', ');
const inLanguage: Readonly<Record<FileLanguage, Words>> = {
  zh: {
    status: { active: '在职', probation: '试用', suspended: '停薪留职', departed: '离职', 'pre-hire': '待入职' },
    people: list('工号, 姓名, 姓, 名, 部门编码, 兼职部门, 直属上级工号, 职位, 城市, 手机, 邮箱, 状态, 入职日期, 离职日期'),
    departments: list('部门编码, 部门名称, 上级部门编码, 排序, 部门负责人工号'),
    sheets: ['人员', '部门'],
  },
  en: {
    status: { active: 'active', probation: 'probation', suspended: 'unpaid leave', departed: 'departed', 'pre-hire': 'pre-hire' },
    people: list(
      'employee number, full name, family name, given name, department code, additional departments, manager number, job title, city, mobile, email, status, start date, last working day',
    ),
    departments: list('department code, department name, parent department code, order, leader'),
    sheets: ['People', 'Departments'],
  },
};

const personRow = (person: CompanyPerson, words: Words): string[] => [
  person.employeeNumber,
  person.name,
  person.familyName,
  person.givenName,
  person.departmentCodes[0] ?? '',
  person.departmentCodes.slice(1).join(';'),
  person.managerNumber ?? '',
  person.title,
  person.city,
  person.phone ?? '',
  person.email ?? '',
  words.status[person.status],
  person.startsAt,
  person.endsAt ?? '',
];

const departmentRow = (department: CompanyDepartment): string[] => [
  department.code,
  department.name,
  department.parentCode ?? '',
  String(department.order),
  department.leaderNumber,
];

export interface CompanyFiles {
  readonly people: string;
  /** The same path for a workbook: departments are its second sheet. */
  readonly departments: string;
}

/** By the ending of `path`: one workbook, or a CSV file of people with `….departments.csv` beside it. */
export async function writeCompanyFile(company: Company | CompanyPlan, path: string, language: FileLanguage = 'zh'): Promise<CompanyFiles> {
  const words = inLanguage[language];
  const ending = extname(path);
  if (ending.toLowerCase() === '.xlsx') {
    await writeWorkbook(company, path, words);
    return { people: path, departments: path };
  }
  const departments = `${path.slice(0, path.length - ending.length)}.departments${ending}`;
  await writeCsv(departments, words.departments, company.departments.values().map(departmentRow));
  await writeCsv(
    path,
    words.people,
    peopleOf(company).map((person) => personRow(person, words)),
  );
  return { people: path, departments };
}

const peopleOf = (company: Company | CompanyPlan): IteratorObject<CompanyPerson> =>
  'at' in company ? people(company) : company.people.values();

async function writeCsv(path: string, header: readonly string[], rows: IteratorObject<readonly string[]>): Promise<void> {
  const file = await open(path, 'w');
  try {
    // With a byte order mark, as a spreadsheet saves "CSV UTF-8".
    await file.write('\uFEFF');
    let batch: (readonly string[])[] = [header];
    for (const row of rows) {
      batch.push(row);
      if (batch.length < BATCH) continue;
      await file.write(stringify(batch, { record_delimiter: '\r\n' }));
      batch = [];
    }
    await file.write(stringify(batch, { record_delimiter: '\r\n' }));
  } finally {
    await file.close();
  }
}

async function writeWorkbook(company: Company | CompanyPlan, path: string, words: Words): Promise<void> {
  const [people, departments] = words.sheets;
  const size = 'at' in company ? company.size : company.people.length;
  if (size > MOST_SHEET_ROWS) throw new Error(`More than ${MOST_SHEET_ROWS} people do not go into a workbook; write .csv instead.`);
  const cells = (rows: Iterable<readonly string[]>) => Array.from(rows, (row) => row.map((value) => ({ value, type: String })));
  const { default: writeXlsxFile } = await import('write-excel-file/node');
  await writeXlsxFile([
    { sheet: people, data: cells([words.people, ...peopleOf(company).map((person) => personRow(person, words))]) },
    { sheet: departments, data: cells([words.departments, ...company.departments.map(departmentRow)]) },
  ]).toFile(path);
}
