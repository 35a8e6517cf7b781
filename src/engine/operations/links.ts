// Operations on links: which external object is which person, department or group; listed, searched, cut, moved. Each says first what follows.
import { z } from 'zod';
import type { Label } from '../../core/model.ts';
import { audit } from '../../store/audit.ts';
import { objectsOf, type ObjectRow } from '../../store/directory.ts';
import type { Reader, Transaction } from '../../store/database.ts';
import { listJobs } from '../../store/jobs.ts';
import { linkPage, linksByDirectory, linksByExternal, type LinkRow } from '../../store/links.ts';
import { titlesOf } from '../../store/overview.ts';
import { CommandError } from '../engine.ts';
import { consequenceOf, type Consequence } from '../links/consequence.ts';
import { type ByHand, cutByHand, moveByHand } from '../links/effects.ts';
import { assertUnprotected } from '../links/protection.ts';
import { accountTitles } from '../links/titles.ts';
import { mirrorRows } from '../../store/mirror.ts';
import { wantedConnection } from './connections.ts';
import { command, query, type CommandContext, type QueryContext } from './operation.ts';
import { loadNames, shownValue, specOf } from './show.ts';
import { labelView } from './views.ts';

const place = z.tuple([z.string(), z.string(), z.string()]);

const linkView = z.object({
  connection: z.string(),
  type: z.string(),
  externalId: z.string(),
  object: z.string(),
  title: z.string(),
  /** What the account is called there, as it was last seen; null: it was not seen yet. */
  accountTitle: z.string().nullable(),
  role: z.string(),
  madeBy: z.string(),
  madeAt: z.number(),
});

export const linkList = query({
  role: 'viewer',
  route: { method: 'GET', path: '/links', group: 'links', page: 'after' },
  does: {
    en: 'Lists links: which external object is which person, department or group; searched by any of their values',
    zh: '列出关联，可按任意属性值搜索',
  },
  input: z.strictObject({
    connection: z.string().min(1).optional(),
    type: z.string().min(1).optional(),
    object: z.string().min(1).optional().describe('A directory id.'),
    text: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .optional()
      .describe('Part of the external id, or of a value of the person, department or group.'),
    after: place.optional(),
    limit: z.int().min(1).max(1000).default(100),
  }),
  output: z.object({ links: z.array(linkView), next: place.nullable() }),
  async answer(context, input) {
    const rows = await linkPage(context.reader, input);
    const last = rows.length === input.limit ? rows.at(-1)! : null;
    const ids = rows.map((row) => row.directory_id);
    const shown = input.text === undefined ? null : await withText(context, ids, input.text);
    const titles = await titlesOf(context.reader, ids);
    const accounts = await accountsOf(context, rows);
    return {
      links: rows
        .filter((row) => shown === null || shown.has(row.directory_id) || holds(row.external_id, input.text!))
        .map((row) => ({
          connection: row.connection,
          type: row.type,
          externalId: row.external_id,
          object: row.directory_id,
          title: titles.get(row.directory_id) ?? row.directory_id,
          accountTitle: accounts.get(placeOf(row)) ?? null,
          role: row.role,
          madeBy: row.made_by,
          madeAt: row.made_at,
        })),
      next: last ? ([last.connection, last.type, last.external_id] as [string, string, string]) : null,
    };
  },
});

const placeOf = (link: Pick<LinkRow, 'connection' | 'type' | 'external_id'>): string =>
  JSON.stringify([link.connection, link.type, link.external_id]);

/** Names of the accounts that a page of links leads to: a look for each connection and type on it. */
async function accountsOf(context: QueryContext, rows: readonly LinkRow[]): Promise<ReadonlyMap<string, string>> {
  const names = await loadNames(context);
  const found = new Map<string, string>();
  for (const [, own] of Map.groupBy(rows, (row) => JSON.stringify([row.connection, row.type]))) {
    const { connection, type } = own[0]!;
    const seen = await mirrorRows(
      context.reader,
      connection,
      type,
      own.map((row) => row.external_id),
    );
    for (const [id, title] of accountTitles(names, connection, type, seen))
      found.set(placeOf({ connection, type, external_id: id }), title);
  }
  return found;
}

const holds = (value: unknown, text: string): boolean => String(value).toLowerCase().includes(text.toLowerCase());

/** Objects of which a value that may be seen holds the text. */
async function withText(context: Parameters<typeof loadNames>[0], ids: readonly string[], text: string): Promise<ReadonlySet<string>> {
  const { directory } = await loadNames(context);
  const found = new Set<string>();
  for (const row of await objectsOf(context.reader, ids)) {
    const values = Object.entries(JSON.parse(row.data) as Record<string, unknown>);
    if (values.some(([name, value]) => holds(shownValue(value, specOf(directory, row.type, name), new Map()) ?? '', text)))
      found.add(row.id);
  }
  return found;
}

// ── cut and move ─────────────────────────────────────────────────────────────────────────────────────────

const named = { connection: z.string().min(1), type: z.string().min(1), externalId: z.string().min(1) };
const seen = z.string().min(1).optional().describe('What the consequence was called when it was seen; needed.');
const target = z.string().min(1).describe('A directory id.');

async function wantedLink(reader: Reader, input: { connection: string; type: string; externalId: string }): Promise<LinkRow> {
  const { id } = await wantedConnection(reader, input.connection);
  const [row] = await linksByExternal(reader, id, input.type, [input.externalId]);
  if (row) return row;
  throw new CommandError(
    `There is no link of ${input.type} "${input.externalId}" on connection "${id}".`,
    `连接“${id}”上没有 ${input.type}“${input.externalId}”的关联。`,
    { code: 'not-found' },
  );
}

/** The object that the link shall lead to: of its type, there, and without another link on the connection. Nobody gets a protected account. */
async function wantedObject(context: QueryContext, link: LinkRow, id: string): Promise<ObjectRow> {
  const { reader } = context;
  await assertUnprotected(reader, await loadNames(context), link);
  const refuse = (en: string, zh: string): CommandError =>
    new CommandError(`Not moved: ${en}`, `未移动：${zh}`, { issues: [{ field: 'to', message: { en, zh } }] });
  const [object] = await objectsOf(reader, [id]);
  if (!object || object.lifecycle === 'absent')
    throw refuse(`there is nothing with id "${id}" in the directory.`, `目录中没有编号为“${id}”的对象。`);
  if (object.type !== link.type)
    throw refuse(`"${id}" is a ${object.type}, not a ${link.type}.`, `“${id}”是 ${object.type}，而不是 ${link.type}。`);
  if (id === link.directory_id) throw refuse('it leads there already.', '该关联已指向此对象。');
  const [other] = await linksByDirectory(reader, link.connection, link.type, [id]);
  if (other)
    throw refuse(
      `"${id}" is linked to "${other.external_id}" of this connection; cut that link first.`,
      `“${id}”已关联到此连接的“${other.external_id}”，请先解除该关联。`,
    );
  return object;
}

function assertSeen(found: Consequence, given: string | undefined, verb: Label): void {
  if (given === found.seen) return;
  const says = (language: 'en' | 'zh'): string => found.says.map((one) => one[language]).join(language === 'en' ? ' ' : '');
  throw new CommandError(
    `Not ${verb.en} yet. ${says('en')} Do it with seen ${found.seen}.`,
    `尚未${verb.zh}。${says('zh')}确认请以 seen ${found.seen} 执行。`,
    { code: 'conflict', issues: [{ field: 'seen', message: { en: `needed: ${found.seen}`, zh: `请填写 ${found.seen}` } }] },
  );
}

export const linkConsequence = query({
  role: 'viewer',
  route: { method: 'GET', path: '/connections/{connection}/links/{type}/{externalId}/consequence', group: 'links' },
  does: {
    en: 'Says what follows when a link is cut, or moved to somebody else: who would be found instead',
    zh: '说明解除或移动关联的后果：之后将匹配到谁',
  },
  input: z.strictObject({ ...named, to: target.optional() }),
  output: z.object({ object: z.string(), title: z.string(), says: z.array(labelView), seen: z.string() }),
  async answer(context, input) {
    const link = await wantedLink(context.reader, input);
    const to = input.to === undefined ? null : await wantedObject(context, link, input.to);
    const found = await consequenceOf(context, link, to);
    const titles = await titlesOf(context.reader, [link.directory_id]);
    return {
      object: link.directory_id,
      title: titles.get(link.directory_id) ?? link.directory_id,
      says: [...found.says],
      seen: found.seen,
    };
  },
});

export const linkCut = command({
  role: 'admin',
  route: { method: 'DELETE', path: '/connections/{connection}/links/{type}/{externalId}', group: 'links' },
  does: {
    en: 'Cuts a link, once its consequence was seen: the next full run looks for the counterpart anew. Nothing is deleted or disabled by that',
    zh: '在查看后果之后解除关联：下次全量执行将重新匹配；不会因此删除或停用任何对象',
  },
  input: z.strictObject({ ...named, seen }),
  output: z.object({ object: z.string() }),
  async answer(context, input) {
    return changed(context, 'link.cut', async (transaction) => {
      const link = await wantedLink(transaction, input);
      assertSeen(await consequenceOf({ ...context, reader: transaction }, link, null), input.seen, { en: 'cut', zh: '解除' });
      return {
        link,
        after: null,
        answer: { object: link.directory_id },
        do: async (hand) => cutByHand(transaction, await listJobs(transaction), [link], hand),
      };
    });
  },
});

export const linkMove = command({
  role: 'admin',
  route: { method: 'POST', path: '/connections/{connection}/links/{type}/{externalId}/move', group: 'links' },
  does: {
    en: 'Links an external object to somebody else, once the consequence was seen: values follow with the next full run. A protected one is given to nobody',
    zh: '在查看后果之后将外部对象改为关联到另一对象：数据随下次全量执行更新；受保护账号不可改归他人',
  },
  input: z.strictObject({ ...named, to: target, seen }),
  output: z.object({ from: z.string(), to: z.string() }),
  async answer(context, input) {
    return changed(context, 'link.move', async (transaction) => {
      const link = await wantedLink(transaction, input);
      const to = await wantedObject({ ...context, reader: transaction }, link, input.to);
      assertSeen(await consequenceOf({ ...context, reader: transaction }, link, to), input.seen, { en: 'moved', zh: '移动' });
      return {
        link,
        after: { object: to.id },
        answer: { from: link.directory_id, to: to.id },
        do: async (hand) => moveByHand(transaction, await listJobs(transaction), link, to.id, hand),
      };
    });
  },
});

interface LinkChange<T> {
  readonly link: LinkRow;
  readonly after: object | null;
  readonly answer: T;
  readonly do: (hand: ByHand) => Promise<void>;
}

/** One change of one link, with its entry in the audit log. The history comes last: its counter is the last lock. */
async function changed<T>(
  context: CommandContext,
  action: string,
  decide: (transaction: Transaction) => Promise<LinkChange<T>>,
): Promise<T> {
  const hand = { at: context.now(), actor: context.actor };
  return context.engine.options.database.write(async (transaction) => {
    const change = await decide(transaction);
    const { link, after } = change;
    await audit(transaction, {
      ...hand,
      action,
      subject: `connection:${link.connection}`,
      before: JSON.stringify({ type: link.type, externalId: link.external_id, object: link.directory_id }),
      ...(after ? { after: JSON.stringify(after) } : {}),
    });
    await change.do(hand);
    return change.answer;
  });
}
