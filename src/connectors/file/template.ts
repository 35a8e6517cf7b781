// A file to begin with: the headers that are found by themselves, and sample rows that show what belongs where.
import { stringify } from 'csv-stringify/sync';
import { guardFormula } from '../../core/formula.ts';

export type TemplateLanguage = 'zh' | 'en';
export type TemplateTable = 'people' | 'departments';

interface Sheet {
  readonly name: string;
  readonly rows: readonly (readonly string[])[];
}

const templates: Readonly<Record<TemplateLanguage, Readonly<Record<TemplateTable, Sheet>>>> = {
  zh: {
    people: {
      name: '人员',
      rows: [
        ['工号', '姓名', '部门', '兼职部门', '直属上级工号', '职位', '手机', '邮箱', '状态', '入职日期', '离职日期'],
        ['000101', '李明', '总公司', '', '', '总经理', '+8615400000101', 'liming@example.com', '在职', '2015-03-01', ''],
        ['000102', '张伟', '总公司/研发部', '', '000101', '研发总监', '+8615400000102', 'zhangwei@example.com', '在职', '2018-07-16', ''],
        [
          '000103',
          '欧阳倩',
          '总公司/研发部/平台组',
          '总公司/研发部/测试组',
          '000102',
          '工程师',
          '+8615400000103',
          'ouyangqian@example.com',
          '试用',
          '2026-05-06',
          '',
        ],
        [
          '000104',
          '王芳',
          '总公司/人力资源部',
          '',
          '000101',
          'HRBP',
          '+8615400000104',
          'wangfang@example.com',
          '离职',
          '2016-01-04',
          '2026-04-30',
        ],
      ],
    },
    departments: {
      name: '部门',
      rows: [
        ['部门编码', '部门名称', '上级部门编码', '排序', '部门负责人工号'],
        ['D001', '总公司', '', '1', '000101'],
        ['D010', '研发部', 'D001', '1', '000102'],
        ['D011', '平台组', 'D010', '1', ''],
        ['D012', '测试组', 'D010', '2', ''],
        ['D020', '人力资源部', 'D001', '2', '000104'],
      ],
    },
  },
  en: {
    people: {
      name: 'People',
      rows: [
        [
          'employee number',
          'name',
          'department',
          'additional departments',
          'manager number',
          'title',
          'mobile',
          'e-mail',
          'status',
          'start date',
          'end date',
        ],
        [
          '000101',
          'Ada Lovell',
          'Company',
          '',
          '',
          'Managing director',
          '+8615400000101',
          'ada.lovell@example.com',
          'active',
          '2015-03-01',
          '',
        ],
        [
          '000102',
          'Wei Zhang',
          'Company/Engineering',
          '',
          '000101',
          'Head of engineering',
          '+8615400000102',
          'wei.zhang@example.com',
          'active',
          '2018-07-16',
          '',
        ],
        [
          '000103',
          'Grace Ouyang',
          'Company/Engineering/Platform',
          'Company/Engineering/Quality',
          '000102',
          'Engineer',
          '+8615400000103',
          'grace.ouyang@example.com',
          'probation',
          '2026-05-06',
          '',
        ],
        [
          '000104',
          'Fang Wang',
          'Company/People',
          '',
          '000101',
          'HR partner',
          '+8615400000104',
          'fang.wang@example.com',
          'left',
          '2016-01-04',
          '2026-04-30',
        ],
      ],
    },
    departments: {
      name: 'Departments',
      rows: [
        ['code', 'name', 'parent code', 'order', 'leader'],
        ['D001', 'Company', '', '1', '000101'],
        ['D010', 'Engineering', 'D001', '1', '000102'],
        ['D011', 'Platform', 'D010', '1', ''],
        ['D012', 'Quality', 'D010', '2', ''],
        ['D020', 'People', 'D001', '2', '000104'],
      ],
    },
  },
};

/** A CSV file of one table, UTF-8 with byte order mark so that Excel shows it right. */
export const csvTemplate = (language: TemplateLanguage, table: TemplateTable = 'people'): Buffer =>
  Buffer.from(
    `\uFEFF${stringify(
      templates[language][table].rows.map((row) => row.map(guardFormula)),
      { record_delimiter: '\r\n' },
    )}`,
  );

/** A workbook with a sheet of people and one of departments; every cell is text, so zeros in front stay. */
export async function xlsxTemplate(language: TemplateLanguage): Promise<Buffer> {
  const sheets = (['people', 'departments'] as const).map((table) => {
    const { name, rows } = templates[language][table];
    const data = rows.map((row, index) =>
      row.map((value) => ({
        value,
        type: String,
        format: '@',
        ...(index === 0 ? { fontWeight: 'bold' as const } : {}),
      })),
    );
    return { sheet: name, data, columns: rows[0]!.map(() => ({ width: 20 })), stickyRowsCount: 1 };
  });
  const { default: writeXlsxFile } = await import('write-excel-file/node');
  return writeXlsxFile(sheets).toBuffer();
}

/** The template for a file name: .xlsx or .csv. */
export const template = (format: 'csv' | 'xlsx', language: TemplateLanguage = 'zh', table: TemplateTable = 'people'): Promise<Buffer> =>
  format === 'xlsx' ? xlsxTemplate(language) : Promise.resolve(csvTemplate(language, table));
