// Operations on many links at once: checked against both sides, made once that check is accepted, exported as a table.
import { stringify } from 'csv-stringify/sync';
import { z } from 'zod';
import { guardFormula } from '../../core/formula.ts';
import type { Attributes } from '../../core/model.ts';
import { spelled } from '../../core/spelled.ts';
import { audit } from '../../store/audit.ts';
import { objectsOf } from '../../store/directory.ts';
import { linkPage, linksByDirectory, linksByExternal } from '../../store/links.ts';
import { apartFrom } from '../../store/matching.ts';
import { titlesOf } from '../../store/overview.ts';
import { CommandError } from '../engine.ts';
import { farSideOf } from '../links/far-side.ts';
import { linkByHand } from '../links/effects.ts';
import { judgeLines, type Judged, type JudgedLink, nameOfPair } from '../links/judge.ts';
import { protectionsOf, whyProtected } from '../links/protection.ts';
import { linesOf, readLinkTable } from '../links/table.ts';
import { digest, parseJson, pieces } from '../shapes.ts';
import { wantedConnection } from './connections.ts';
import { command, query, type CommandContext } from './operation.ts';
import { loadNames, shownValue, specOf } from './show.ts';
import { labelView } from './views.ts';

/** Links that one transaction makes. */
const TOGETHER = 1000;
/** Problems that an answer lists; all are counted. */
const LISTED = 1000;

const link = z.strictObject({
  type: z.string().min(1),
  externalId: z.string().min(1),
  object: z.string().min(1).describe('A directory id.'),
});
const given = {
  connection: z.string().min(1),
  csv: z
    .string()
    .min(1)
    .optional()
    .describe('A table with a heading: external_id, or account.NAME; object, or employeeNumber, userName, email, phone, code; type.'),
  links: z.array(link).min(1).max(100_000).optional().describe('Instead of a table.'),
};
const either = (input: { readonly csv?: unknown; readonly links?: unknown }): boolean =>
  (input.csv === undefined) !== (input.links === undefined);
const eitherMessage = { message: 'give csv or links, one of the two', path: ['csv'] };

interface Checked extends Judged {
  readonly connection: string;
  readonly rows: number;
  readonly ignored: readonly string[];
  readonly check: string;
}

async function checked(
  context: CommandContext,
  input: { readonly connection: string; readonly csv?: string | undefined; readonly links?: readonly z.output<typeof link>[] | undefined },
): Promise<Checked> {
  const { id } = await wantedConnection(context.reader, input.connection);
  const names = await loadNames(context);
  const table = input.csv === undefined ? { lines: linesOf(input.links ?? []), ignored: [] } : readLinkTable(input.csv, names.directory);
  const far = farSideOf(context.engine.options, id);
  try {
    const outside = context.connectors.get(names.connections.get(id)!.connector)?.manifest.types ?? [];
    const judged = await judgeLines(context.reader, table.lines, {
      connection: id,
      directory: names.directory,
      outside,
      ask: far.ask,
      guarded: async (type, ids) =>
        new Map(
          [...(await protectionsOf(context.reader, names, { connection: id, type, ids }))].map(([account, protection]) => [
            account,
            whyProtected(protection),
          ]),
        ),
    });
    const check = digest({ id, ready: judged.ready, problems: judged.problems.map(({ line, code }) => [line, code]) }).slice(0, 12);
    return { ...judged, connection: id, rows: table.lines.length, ignored: table.ignored, check };
  } finally {
    await far.close();
  }
}

export const linkCheck = command({
  role: 'admin',
  route: { method: 'POST', path: '/connections/{connection}/links/check', group: 'links' },
  does: {
    en: 'Checks a list of links against the directory and the system: what is unknown, doubled, linked elsewhere or of another type. Stores nothing',
    zh: '对照目录与外部系统检查关联列表：未知、重复、已关联到别处、类型不符；不写入任何内容',
  },
  input: z.strictObject(given).refine(either, eitherMessage),
  output: z.object({
    rows: z.int(),
    /** Would become links. */
    ready: z.int(),
    /** Are links already. */
    known: z.int(),
    problemCount: z.int(),
    /** The first thousand. `line`: of the table, its heading being 1; of a list, from 0. */
    problems: z.array(z.object({ line: z.int(), column: z.string(), code: z.string(), message: labelView })),
    /** Columns that were not understood. */
    ignored: z.array(z.string()),
    /** Import with it. */
    check: z.string(),
  }),
  async answer(context, input) {
    const { ready, known, problems, rows, ignored, check } = await checked(context, input);
    return {
      rows,
      ready: ready.length,
      known,
      problemCount: problems.length,
      problems: problems.slice(0, LISTED),
      ignored: [...ignored],
      check,
    };
  },
});

export const linkImport = command({
  role: 'admin',
  route: { method: 'POST', path: '/connections/{connection}/links', group: 'links', status: 201 },
  does: {
    en: 'Makes the links of a list whose check was seen and accepted; with leaveOut also where lines of it are wrong',
    zh: '按已查看并接受的检查结果建立关联；含有问题的行须以 leaveOut 表示跳过',
  },
  input: z
    .strictObject({
      ...given,
      check: z.string().min(1).optional().describe('What the check was called; needed.'),
      leaveOut: z.boolean().default(false).describe('Lines with a problem are left out; without, they stand against the whole list.'),
    })
    .refine(either, eitherMessage),
  output: z.object({ made: z.int(), known: z.int(), leftOut: z.int() }),
  async answer(context, input) {
    const found = await checked(context, input);
    if (found.problems.length > 0 && !input.leaveOut) throw withProblems(found, input.links !== undefined);
    if (input.check !== found.check) throw unseen(found);
    let made = 0;
    for (const some of pieces(found.ready, TOGETHER)) made += await store(context, found.connection, some);
    return { made, known: found.known, leftOut: found.rows - found.known - made };
  },
});

function withProblems(found: Checked, isList: boolean): CommandError {
  const issues = found.problems.slice(0, LISTED).map(({ line, column, message }) => ({
    field: isList ? `links[${line}].${column}` : `csv.${line}.${column}`,
    message,
  }));
  const first = issues.slice(0, 3);
  const more = found.problems.length - first.length;
  const says = (language: 'en' | 'zh'): string => first.map((issue) => `${issue.field}: ${issue.message[language]}`).join('; ');
  return new CommandError(
    `Nothing was linked. ${says('en')}${more > 0 ? ` And ${spelled(more)} more.` : ''}`,
    `未建立任何关联。${says('zh')}${more > 0 ? `另有 ${spelled(more)} 处。` : ''}`,
    { code: 'conflict', issues },
  );
}

const unseen = ({ ready, known, problems, check }: Checked): CommandError =>
  new CommandError(
    `Nothing was linked yet: ${spelled(ready.length)} would be, ${spelled(known)} are already, ${spelled(problems.length)} would be left out. Do it with check ${check}.`,
    `尚未建立关联：将建立 ${spelled(ready.length)} 条，已存在 ${spelled(known)} 条，将跳过 ${spelled(problems.length)} 处问题。确认请以 check ${check} 执行。`,
    { code: 'conflict', issues: [{ field: 'check', message: { en: `needed: ${check}`, zh: `请填写 ${check}` } }] },
  );

/** What was linked by somebody else, protected or kept apart since the check stays as it is. */
async function store(context: CommandContext, connection: string, links: readonly JudgedLink[]): Promise<number> {
  const hand = { at: context.now(), actor: context.actor };
  return context.engine.options.database.write(async (transaction) => {
    const names = await loadNames({ ...context, reader: transaction });
    const taken = new Set<string>();
    const apart = new Set<string>();
    for (const type of new Set(links.map((one) => one.type))) {
      const own = links.filter((one) => one.type === type);
      const accounts = own.map((one) => one.externalId);
      const objects = own.map((one) => one.object);
      for (const row of await linksByExternal(transaction, connection, type, accounts)) taken.add(`${type} ${row.external_id}`);
      for (const row of await linksByDirectory(transaction, connection, type, objects)) taken.add(row.directory_id);
      for (const id of (await protectionsOf(transaction, names, { connection, type, ids: accounts })).keys()) taken.add(`${type} ${id}`);
      for (const row of await apartFrom(transaction, connection, type, objects)) apart.add(nameOfPair(row.object, row.external_id));
    }
    const fresh = links
      .filter(
        (one) =>
          !taken.has(`${one.type} ${one.externalId}`) && !taken.has(one.object) && !apart.has(nameOfPair(one.object, one.externalId)),
      )
      .map(({ type, externalId, object }) => ({ type, externalId, object }));
    if (fresh.length === 0) return 0;
    await audit(transaction, { ...hand, action: 'link.import', subject: `connection:${connection}`, after: JSON.stringify(fresh) });
    await linkByHand(transaction, connection, fresh, hand);
    return fresh.length;
  });
}

// ── export ───────────────────────────────────────────────────────────────────────────────────────────────

const place = z.tuple([z.string(), z.string(), z.string()]);
const columns = ['type', 'external_id', 'object', 'employeeNumber', 'userName', 'email', 'code', 'title', 'role', 'made_by', 'made_at'];
const unique = ['employeeNumber', 'userName', 'email', 'code'];

export const linkExport = query({
  role: 'viewer',
  route: { method: 'GET', path: '/connections/{connection}/links/export', group: 'links', page: 'after' },
  does: {
    en: 'Exports the links of a connection as CSV, page by page: the first page has the heading. What an import reads',
    zh: '将连接的关联导出为 CSV，逐页返回，首页含表头；可用于导入',
  },
  input: z.strictObject({ connection: z.string().min(1), after: place.optional(), limit: z.int().min(1).max(10_000).default(5000) }),
  output: z.object({ csv: z.string(), next: place.nullable() }),
  async answer(context, input) {
    const { id } = await wantedConnection(context.reader, input.connection);
    const rows = await linkPage(context.reader, { connection: id, limit: input.limit, after: input.after });
    const { directory } = await loadNames(context);
    const ids = rows.map((row) => row.directory_id);
    const objects = new Map((await objectsOf(context.reader, ids)).map((object) => [object.id, parseJson<Attributes>(object.data, {})]));
    const titles = await titlesOf(context.reader, ids);
    const lines = rows.map((row) => [
      row.type,
      row.external_id,
      row.directory_id,
      ...unique.map((name) => shownValue(objects.get(row.directory_id)?.[name], specOf(directory, row.type, name), new Map()) ?? ''),
      titles.get(row.directory_id) ?? '',
      row.role,
      row.made_by,
      new Date(Number(row.made_at)).toISOString(),
    ]);
    const last = rows.length === input.limit ? rows.at(-1)! : null;
    const table = [...(input.after ? [] : [columns]), ...lines.map((cells) => cells.map((cell) => guardFormula(String(cell))))];
    return {
      csv: table.length === 0 ? '' : stringify(table, { record_delimiter: '\r\n' }),
      next: last ? ([last.connection, last.type, last.external_id] as [string, string, string]) : null,
    };
  },
});
