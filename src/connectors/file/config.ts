// What an administrator configures: where the file lies, how its columns are named, what it means.
import { z } from 'zod';
import { field } from '../../connector-kit/define.ts';
import { say } from './text.ts';

const reading = { field: 'use', is: 'read' } as const;
const writing = { field: 'use', is: 'write' } as const;
const group = {
  where: say('File', '文件'),
  columns: say('Columns', '列'),
  meaning: say('Meaning', '含义'),
  limits: say('Limits', '限制'),
};
const filePath = z
  .string()
  .min(1)
  .refine((path) => !path.includes('\0'), 'a path cannot contain U+0000');

export const configSchema = z.strictObject({
  use: field(z.enum(['read', 'write']).default('read'), {
    label: say('Use', '用途'),
    help: say('Read a list of people, or write one.', '读取人员名单，或导出人员名单。'),
    options: { read: say('Read', '读取'), write: say('Write', '导出') },
    byDirection: { up: 'read', down: 'write' },
  }),
  path: field(filePath, {
    label: say('File or folder', '文件或文件夹'),
    help: say(
      'A .csv, .tsv, .txt or .xlsx file on this server; a folder to watch; or a folder with a pattern (/data/hr/staff-*.xlsx). Of several files the newest is read. When writing: the file to write (.csv or .xlsx).',
      '本服务器上的 .csv、.tsv、.txt 或 .xlsx 文件；要监视的文件夹；或带通配符的路径（/data/hr/staff-*.xlsx）。多个文件时读取最新的一个。导出时为要写入的文件（.csv 或 .xlsx）。',
    ),
    placeholder: '/data/hr/people.csv',
    isFile: true,
    group: group.where,
  }),
  departmentsPath: field(filePath.optional(), {
    label: say('Departments file', '部门文件'),
    help: say('Only when departments have a file of their own. Same rules as above.', '仅当部门在单独的文件中时填写，规则同上。'),
    group: group.where,
    rarely: true,
  }),
  groupsPath: field(filePath.optional(), {
    label: say('Groups file', '组文件'),
    help: say(
      'Where groups and their members are written (.csv). A workbook gets a sheet instead.',
      '组及成员写入的文件（.csv）；工作簿则写入单独的工作表。',
    ),
    group: group.where,
    showWhen: writing,
  }),
  sheet: field(z.string().optional(), {
    label: say('Sheet of people', '人员工作表'),
    help: say('Empty: the first visible sheet that has a header.', '留空：第一个带表头的可见工作表。'),
    group: group.where,
    showWhen: reading,
    rarely: true,
  }),
  departmentsSheet: field(z.string().optional(), {
    label: say('Sheet of departments', '部门工作表'),
    help: say(
      'Empty: a sheet called “departments” or like it, if there is one with a header.',
      '留空：名称类似“部门”且带表头的工作表（若有）。',
    ),
    group: group.where,
    showWhen: reading,
    rarely: true,
  }),
  mode: field(z.enum(['full', 'changes']).default('full'), {
    label: say('The file holds', '文件内容'),
    help: say(
      'Everybody: who is missing has left (delete protection applies). Only some people: nobody is taken as gone.',
      '全部人员：缺少的人视为离开（受删除保护约束）。仅部分人员：不会推断任何人离开。',
    ),
    group: group.where,
    showWhen: reading,
    options: { full: say('Everybody', '全部人员'), changes: say('Only some people', '仅部分人员') },
  }),
  afterReading: field(z.enum(['leave', 'move']).default('leave'), {
    label: say('After reading', '读取之后'),
    help: say('move: into the sub-folder done/ or failed/. Folders only.', 'move：移动到子文件夹 done/ 或 failed/，仅用于文件夹。'),
    group: group.where,
    showWhen: reading,
    rarely: true,
    options: { leave: say('Leave it', '保留原处'), move: say('Move it to done/ or failed/', '移动到 done/ 或 failed/') },
  }),
  settleSeconds: field(z.number().min(0).max(600).default(2), {
    label: say('Seconds a file must rest', '文件静止秒数'),
    help: say('A file is read when size and time stay the same this long.', '大小和时间在此时长内不变才读取。'),
    group: group.where,
    showWhen: reading,
    rarely: true,
  }),
  encoding: field(z.enum(['auto', 'utf-8', 'utf-16le', 'utf-16be', 'gb18030']).default('auto'), {
    label: say('Encoding', '编码'),
    help: say(
      'Only if the check shows unreadable characters: files of older Windows programs in Chinese are mostly gb18030.',
      '仅当检查结果出现乱码时选择；中文 Windows 旧程序导出的文件多为 gb18030。',
    ),
    group: group.where,
    showWhen: reading,
    rarely: true,
    options: { auto: say('Find out', '自动识别') },
  }),
  delimiter: field(z.enum(['auto', ',', ';', '\t', '|']).default('auto'), {
    label: say('Delimiter', '分隔符'),
    help: say('Only if the check takes a whole line for one column.', '仅当检查把整行识别为一列时选择。'),
    group: group.where,
    showWhen: reading,
    rarely: true,
    options: {
      auto: say('Find out', '自动识别'),
      ',': say('Comma', '逗号'),
      ';': say('Semicolon', '分号'),
      '\t': say('Tab', '制表符'),
      '|': say('Bar |', '竖线 |'),
    },
  }),
  columns: field(z.record(z.string(), z.string().min(1)).default({}), {
    label: say('Columns of people', '人员列'),
    help: say(
      'attribute: header. Only what is not found by itself; the check lists what was found. An attribute of your own is added the same way. "" of a guessed column cannot be given: use "-" to ignore it.',
      '属性: 表头。只需填写未自动识别的列，检查结果会列出已识别的列。自定义属性同样在此添加。填 "-" 忽略自动识别的列。',
    ),
    group: group.columns,
    rarely: true,
  }),
  departmentColumns: field(z.record(z.string(), z.string().min(1)).default({}), {
    label: say('Columns of departments', '部门列'),
    help: say(
      'attribute: header, as for people, in the file or sheet of departments. Only what is not found by itself.',
      '属性: 表头，写法与人员列相同，用于部门文件或部门工作表。只需填写未自动识别的列。',
    ),
    group: group.columns,
    showWhen: reading,
    rarely: true,
  }),
  key: field(z.string().min(1).default('employeeNumber'), {
    label: say('Key', '主键'),
    help: say('The attribute that tells rows apart.', '用于区分各行的属性。'),
    group: group.columns,
    showWhen: reading,
    rarely: true,
  }),
  numberWidth: field(z.int().min(0).max(30).default(0), {
    label: say('Width of employee numbers', '工号位数'),
    help: say(
      'Spreadsheets drop leading zeros; shorter numbers are filled up to this width.',
      '电子表格会丢失前导零，位数不足时补零到此位数。',
    ),
    group: group.columns,
    showWhen: reading,
    rarely: true,
  }),
  departments: field(z.enum(['auto', 'path', 'table', 'none']).default('auto'), {
    label: say('Departments come from', '部门来源'),
    help: say(
      'path: the department column (A/B/C, missing levels are made). table: a file or sheet of their own. none: no departments.',
      'path：部门列（A/B/C，自动补全上级）。table：单独的文件或工作表。none：不同步部门。',
    ),
    group: group.meaning,
    showWhen: reading,
    rarely: true,
    options: {
      auto: say('Whatever fits', '自动判断'),
      path: say('The department column', '部门列'),
      table: say('A file or sheet of their own', '单独的文件或工作表'),
      none: say('No departments', '不同步部门'),
    },
  }),
  pathSeparator: field(z.string().min(1).max(5).default('/'), {
    label: say('Path separator', '路径分隔符'),
    help: say('What stands between the departments of a path, from the top down: A/B/C.', '部门路径中自上而下各级之间的分隔符，如 A/B/C。'),
    group: group.meaning,
    rarely: true,
  }),
  listSeparator: field(z.string().min(1).max(5).default(';'), {
    label: say('Separator of several departments', '多部门分隔符'),
    help: say('Between several departments or leaders in one cell.', '同一单元格中多个部门或负责人之间的分隔符。'),
    group: group.meaning,
    rarely: true,
  }),
  extraRows: field(z.boolean().default(false), {
    label: say('Several rows are one person', '同一人可有多行'),
    help: say(
      'Each further row of the same key is one more department. Off: rows with the same key are all rejected.',
      '同一主键的其余各行视为兼职部门。关闭时，主键重复的各行全部拒绝。',
    ),
    group: group.meaning,
    showWhen: reading,
    rarely: true,
  }),
  managerBy: field(z.enum(['auto', 'key', 'name']).default('auto'), {
    label: say('Managers are given by', '上级的写法'),
    help: say('key, name, or whichever fits. A name that several people have is reported.', '主键、姓名或自动。重名会列出。'),
    group: group.meaning,
    showWhen: reading,
    rarely: true,
    options: { auto: say('Whichever fits', '自动判断'), key: say('Key', '主键'), name: say('Name', '姓名') },
  }),
  statusWords: field(z.record(z.string(), z.enum(['pre-hire', 'active', 'suspended', 'departed'])).default({}), {
    label: say('Status words', '状态词'),
    help: say(
      'word: meaning, beside the usual ones (在职, 离职, 试用, 停薪留职 …).',
      '词: 含义，补充常用词（在职、离职、试用、停薪留职……）。',
    ),
    group: group.meaning,
    showWhen: reading,
    rarely: true,
  }),
  dateOrder: field(z.enum(['year-first', 'day-first', 'month-first']).default('year-first'), {
    label: say('Order of dates written in digits', '日期顺序'),
    help: say(
      'Only for days such as 03/04/2026 that can be read in two ways; 2026-04-03 is always understood.',
      '仅用于 03/04/2026 这类有歧义的日期；2026-04-03 总能识别。',
    ),
    group: group.meaning,
    showWhen: reading,
    rarely: true,
    options: {
      'year-first': say('Year, month, day', '年月日'),
      'day-first': say('Day, month, year', '日月年'),
      'month-first': say('Month, day, year', '月日年'),
    },
  }),
  exportColumns: field(z.array(z.string().min(1)).default([]), {
    label: say('Columns to write', '导出的列'),
    help: say('Empty: all. Sensitive ones only when named.', '留空为全部；敏感属性须逐一列出。'),
    group: group.columns,
    showWhen: writing,
  }),
  headerLanguage: field(z.enum(['zh', 'en']).default('zh'), {
    label: say('Language of headers', '表头语言'),
    help: say('What the first line of the written file is in.', '导出文件首行所用的语言。'),
    group: group.columns,
    showWhen: writing,
    options: { zh: say('Chinese', '中文'), en: say('English', '英文') },
  }),
  maxMegabytes: field(z.number().min(1).max(4096).default(200), {
    label: say('Largest file in megabytes', '文件大小上限（MB）'),
    help: say('A workbook may unpack to twenty times this.', '工作簿解压后可达此值的二十倍。'),
    group: group.limits,
    showWhen: reading,
    rarely: true,
  }),
});

export type FileConfig = z.output<typeof configSchema>;

export const partSchema = z.strictObject({
  under: field(z.string().optional(), {
    label: say('Only below this department', '仅此部门及下级'),
    help: say('Code or path of a department. Empty: everybody.', '部门编码或路径。留空为全部。'),
  }),
});

export type FilePart = z.output<typeof partSchema>;
