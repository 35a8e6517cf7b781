// What an exported file shows: which columns, and how references become numbers and paths that people can read.
import type { EndpointObject, Value } from '../../core/model.ts';
import { DIRECTORY_ID, isSensitive, typeOf } from './catalogue.ts';
import { wordsFor } from './columns.ts';
import type { FileConfig } from './config.ts';
import type { ExportState } from './state.ts';

export interface ExportTable {
  readonly name: string;
  readonly header: readonly string[];
  rows(): AsyncGenerator<readonly string[]>;
}

type Show = (object: EndpointObject) => string;

interface Column {
  readonly name: string;
  readonly show: Show;
}

interface KnownDepartment {
  readonly name: string;
  readonly code: string;
  readonly parent: string | null;
}

const text = (value: Value | null | undefined): string =>
  value === null || value === undefined ? '' : Array.isArray(value) ? value.join(';') : String(value);

const statusWords: Readonly<Record<string, string>> = {
  'pre-hire': '待入职',
  active: '在职',
  suspended: '停用',
  departed: '离职',
  absent: '离职',
};
const headerWords: Readonly<Record<string, { readonly zh: string; readonly en: string }>> = {
  department: { zh: '部门路径', en: 'department path' },
  departmentCode: { zh: '部门编码', en: 'department code' },
  additionalDepartments: { zh: '兼职部门', en: 'additional departments' },
  manager: { zh: '直属上级工号', en: 'manager number' },
  enabled: { zh: '账号启用', en: 'enabled' },
  code: { zh: '部门编码', en: 'code' },
  parent: { zh: '上级部门编码', en: 'parent code' },
  path: { zh: '部门全路径', en: 'full path' },
  leader: { zh: '部门负责人工号', en: 'leader' },
  groupCode: { zh: '组编码', en: 'group code' },
  groupName: { zh: '组名称', en: 'group name' },
  memberType: { zh: '成员类型', en: 'member type' },
  member: { zh: '成员工号', en: 'member number' },
  memberName: { zh: '成员名称', en: 'member name' },
};

function headerOf(type: 'person' | 'department', name: string, config: FileConfig): string {
  const own = type === 'person' ? config.columns[name] : config.departmentColumns[name];
  if (own !== undefined && own !== '-') return own;
  const words = headerWords[name];
  if (words) return words[config.headerLanguage];
  const spec = typeOf(type)?.attributes.find((attribute) => attribute.name === name);
  return config.headerLanguage === 'en'
    ? (spec?.label.en ?? name)
    : name === DIRECTORY_ID
      ? (spec?.label.zh ?? name)
      : wordsFor(type, name)[0]!;
}

/** People, departments and groups, in this order. */
export async function exportTables(state: ExportState, config: FileConfig): Promise<readonly ExportTable[]> {
  const departments = await knownDepartments(state);
  const numbers = await knownNumbers(state);
  const path = (id: string): string => pathOf(id, departments, config.pathSeparator);
  const zh = config.headerLanguage === 'zh';
  const people = personColumns(config, departments, numbers, path);
  const units = departmentColumns(config, departments, numbers, path);
  return [
    table(zh ? '人员' : 'People', 'person', people, state, config),
    table(zh ? '部门' : 'Departments', 'department', units, state, config),
    groupTable(zh ? '组' : 'Groups', state, config, numbers),
  ];
}

function table(
  name: string,
  type: 'person' | 'department',
  columns: readonly Column[],
  state: ExportState,
  config: FileConfig,
): ExportTable {
  return {
    name,
    header: columns.map((column) => headerOf(type, column.name, config)),
    async *rows() {
      for await (const object of state.all(type)) yield columns.map((column) => column.show(object));
    },
  };
}

/** Departments refer to each other by code, so they are held in memory: a few bytes each. */
async function knownDepartments(state: ExportState): Promise<ReadonlyMap<string, KnownDepartment>> {
  const known = new Map<string, KnownDepartment>();
  for await (const { id, attributes } of state.all('department')) {
    known.set(id, {
      name: text(attributes.name),
      code: text(attributes.code),
      parent: (attributes.parent ?? null) as string | null,
    });
  }
  return known;
}

/** What stands for a person in other rows. */
async function knownNumbers(state: ExportState): Promise<ReadonlyMap<string, string>> {
  const known = new Map<string, string>();
  for await (const { id, attributes } of state.all('person'))
    known.set(id, text(attributes.employeeNumber) || text(attributes.userName) || id);
  return known;
}

function pathOf(id: string, departments: ReadonlyMap<string, KnownDepartment>, separator: string): string {
  const names: string[] = [];
  const seen = new Set<string>();
  for (let at: string | null = id; at !== null && !seen.has(at); at = departments.get(at)?.parent ?? null) {
    seen.add(at);
    names.unshift(departments.get(at)?.name || at);
  }
  return names.join(separator);
}

function personColumns(
  config: FileConfig,
  departments: ReadonlyMap<string, KnownDepartment>,
  numbers: ReadonlyMap<string, string>,
  path: (id: string) => string,
): readonly Column[] {
  const memberships = (object: EndpointObject): readonly string[] => {
    const edges = object.edges?.membership ?? [];
    return [...edges.filter((edge) => edge.primary), ...edges.filter((edge) => !edge.primary)].map((edge) => edge.to.id);
  };
  const special: Readonly<Record<string, Show>> = {
    manager: ({ attributes }) => (typeof attributes.manager === 'string' ? (numbers.get(attributes.manager) ?? attributes.manager) : ''),
    department: (object) => memberships(object).slice(0, 1).map(path).join(''),
    departmentCode: (object) =>
      memberships(object)
        .slice(0, 1)
        .map((id) => departments.get(id)?.code || id)
        .join(''),
    additionalDepartments: (object) => memberships(object).slice(1).map(path).join(config.listSeparator),
    enabled: (object) => yesNo(object.enabled, config),
    lifecycle: ({ attributes }) =>
      config.headerLanguage === 'zh' ? (statusWords[text(attributes.lifecycle)] ?? '') : text(attributes.lifecycle),
  };
  const plain = typeOf('person')!.attributes.map((spec) => spec.name);
  const structure = ['department', 'departmentCode', 'additionalDepartments'];
  const usual = [...plain.slice(0, 1), ...structure, ...plain.slice(1), 'enabled'].filter((name) => !isSensitive('person', name));
  // The number comes first: it is the key.
  const ordered = ['employeeNumber', ...usual.filter((name) => name !== 'employeeNumber')];
  const names = config.exportColumns.length > 0 ? config.exportColumns : ordered;
  return names.map((name) => ({ name, show: special[name] ?? (({ attributes }) => text(attributes[name])) }));
}

const yesNo = (enabled: boolean | undefined, config: FileConfig): string => {
  if (enabled === undefined) return '';
  return config.headerLanguage === 'zh' ? (enabled ? '是' : '否') : enabled ? 'yes' : 'no';
};

function departmentColumns(
  config: FileConfig,
  departments: ReadonlyMap<string, KnownDepartment>,
  numbers: ReadonlyMap<string, string>,
  path: (id: string) => string,
): readonly Column[] {
  const special: Readonly<Record<string, Show>> = {
    parent: ({ attributes }) => {
      const parent = attributes.parent;
      if (typeof parent !== 'string') return '';
      return departments.get(parent)?.code || departments.get(parent)?.name || parent;
    },
    path: ({ id }) => path(id),
    leader: (object) => (object.edges?.leader ?? []).map((edge) => numbers.get(edge.to.id) ?? edge.to.id).join(config.listSeparator),
  };
  return ['code', 'name', 'parent', 'order', 'path', 'leader', 'description', DIRECTORY_ID].map((name) => ({
    name,
    show: special[name] ?? (({ attributes }) => text(attributes[name])),
  }));
}

/** One row per member; a group without members has one row of its own. */
function groupTable(name: string, state: ExportState, config: FileConfig, numbers: ReadonlyMap<string, string>): ExportTable {
  const names = ['groupCode', 'groupName', 'memberType', 'member', 'memberName', DIRECTORY_ID];
  return {
    name,
    header: names.map((column) => headerOf('department', column, config)),
    async *rows() {
      for await (const group of state.all('group')) {
        const own = [text(group.attributes.code), text(group.attributes.name)];
        const members = group.edges?.member ?? [];
        if (members.length === 0) yield [...own, '', '', '', group.id];
        for (const { to } of members) {
          const member = await state.get(to.type, to.id);
          const shown = to.type === 'person' ? (numbers.get(to.id) ?? to.id) : text(member?.attributes.code) || to.id;
          yield [...own, to.type, shown, text(member?.attributes.displayName ?? member?.attributes.name), group.id];
        }
      }
    },
  };
}
