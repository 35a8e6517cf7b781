// A list of links as a text table: which column says what, and what each line names on either side. Nothing is looked up here.
import { parse } from 'csv-parse/sync';
import { unguardFormula } from '../../core/formula.ts';
import type { ObjectTypeSpec } from '../../core/model.ts';
import { CommandError } from '../engine.ts';

/** One side of a link as a line names it. */
export interface Named {
  /** As the table calls it, for messages. */
  readonly column: string;
  /** null: by its id. */
  readonly attribute: string | null;
  readonly value: string;
}

export interface LinkLine {
  /** Of the table, the heading is 1; of a list, from 0. */
  readonly line: number;
  readonly type: string;
  readonly typeColumn: string;
  readonly account: Named;
  readonly object: Named;
}

export interface LinkTable {
  readonly lines: readonly LinkLine[];
  /** Headings that mean nothing here. */
  readonly ignored: readonly string[];
}

type Column = { readonly side: 'type' | 'ignored' } | { readonly side: 'account' | 'object'; readonly attribute: string | null };

const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_-]/g, '');

const columns: Readonly<Record<string, Column>> = Object.fromEntries(
  (
    [
      [{ side: 'type' }, 'type', '类型', 'objecttype'],
      [{ side: 'account', attribute: null }, 'externalid', 'accountid', 'account', '外部编号', '账号编号', '账号'],
      [{ side: 'object', attribute: null }, 'object', 'directoryid', '目录编号'],
    ] as const
  ).flatMap(([column, ...names]) => names.map((name) => [name, column])),
);

const types: Readonly<Record<string, string>> = {
  '': 'person',
  ...Object.fromEntries(['person', 'people', 'user', '人员', '用户', '员工', '成员'].map((word) => [word, 'person'])),
  ...Object.fromEntries(['department', 'org', 'organization', '部门', '组织', '组织机构'].map((word) => [word, 'department'])),
  ...Object.fromEntries(['group', '组', '用户组'].map((word) => [word, 'group'])),
};

/** `account.mail` names accounts by an attribute of their system; the name or label of a unique attribute names the object. */
function columnOf(heading: string, directory: readonly ObjectTypeSpec[]): Column {
  const name = plain(heading);
  const known = columns[name];
  if (known) return known;
  const ofAccount = /^(?:account|账号)\.(.+)$/i.exec(heading.trim());
  if (ofAccount) return { side: 'account', attribute: ofAccount[1]! };
  const spec = directory
    .flatMap((type) => type.attributes)
    .find((one) => one.unique === true && [one.name, one.label.en, one.label.zh].some((word) => plain(word) === name));
  return spec ? { side: 'object', attribute: spec.name } : { side: 'ignored' };
}

const refuse = (en: string, zh: string): CommandError =>
  new CommandError(`The list cannot be read: ${en}`, `无法读取列表：${zh}`, {
    code: 'invalid',
    issues: [{ field: 'csv', message: { en, zh } }],
  });

export function readLinkTable(csv: string, directory: readonly ObjectTypeSpec[]): LinkTable {
  const [head, ...rest] = split(csv);
  if (!head) throw refuse('it is empty.', '列表为空。');
  const meant = head.cells.map((heading) => ({ heading, column: columnOf(heading, directory) }));
  const at = (side: 'account' | 'object') =>
    meant.flatMap(({ heading, column }, index) =>
      column.side === side && 'attribute' in column ? [{ index, column: heading.trim(), attribute: column.attribute }] : [],
    );
  const [accounts, objects] = [at('account'), at('object')];
  if (accounts.length === 0)
    throw refuse(
      'no column names the account. Call it external_id, or account.NAME for an attribute of the system (account.mail).',
      '没有列指明账号。请将其命名为 external_id（外部编号），或 account.属性名（如 account.mail）。',
    );
  if (objects.length === 0)
    throw refuse(
      'no column names the person. Call it employeeNumber, userName, email or phone (departments and groups: code), or object for a directory id.',
      '没有列指明人员。请将其命名为 工号、用户名、邮箱 或 手机号（部门和组用 编码），或用 object 填写目录编号。',
    );
  const typeAt = meant.findIndex(({ column }) => column.side === 'type');
  const first = (cells: readonly string[], of: typeof accounts): Named => {
    const filled = of.find(({ index }) => (cells[index] ?? '') !== '') ?? of[0]!;
    return { column: filled.column, attribute: filled.attribute, value: cells[filled.index] ?? '' };
  };
  return {
    lines: rest.map(({ line, cells }) => {
      const word = typeAt < 0 ? '' : plain(cells[typeAt] ?? '');
      return {
        line,
        type: types[word] ?? word,
        typeColumn: typeAt < 0 ? 'type' : meant[typeAt]!.heading.trim(),
        account: first(cells, accounts),
        object: first(
          cells,
          objects.toSorted((a, b) => Number(a.attribute !== null) - Number(b.attribute !== null)),
        ),
      };
    }),
    ignored: meant.filter(({ column }) => column.side === 'ignored').map(({ heading }) => heading.trim()),
  };
}

/** Cells by line, without empty lines. The delimiter is the one that the heading holds most often. */
function split(csv: string): readonly { readonly line: number; readonly cells: readonly string[] }[] {
  const heading = /^\uFEFF?([^\r\n]*)/.exec(csv)![1]!;
  const delimiter = [',', ';', '\t'].toSorted((a, b) => heading.split(b).length - heading.split(a).length)[0]!;
  try {
    const rows = parse(csv, {
      delimiter,
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as readonly { readonly record: readonly string[]; readonly info: { readonly lines: number } }[];
    return rows.map(({ record, info }) => ({ line: info.lines, cells: record.map((cell) => unguardFormula(cell.trim())) }));
  } catch (error) {
    throw refuse(
      `${(error as Error).message}. Save it as CSV in UTF-8 once more.`,
      `${(error as Error).message}。请重新以 UTF-8 编码保存为 CSV。`,
    );
  }
}

/** A list as programs give it. */
export const linesOf = (
  list: readonly { readonly type: string; readonly externalId: string; readonly object: string }[],
): readonly LinkLine[] =>
  list.map((one, line) => ({
    line,
    type: one.type,
    typeColumn: 'type',
    account: { column: 'externalId', attribute: null, value: one.externalId },
    object: { column: 'object', attribute: null, value: one.object },
  }));
