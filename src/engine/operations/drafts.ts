// Operations on drafts: jobs and connections that are begun with nothing but a name, filled in part by part, and finished when nothing is missing.
import { z } from 'zod';
import { secretFields } from '../../connector-kit/define.ts';
import { audit } from '../../store/audit.ts';
import type { Reader, Transaction } from '../../store/database.ts';
import { createDraft, draftNamed, dropDraft, dropDraftSecret, getDraft, listDrafts, saveDraft, type DraftRow } from '../../store/drafts.ts';
import { getConnection, putSealed } from '../../store/jobs.ts';
import { editConfig } from '../config/edit.ts';
import { partsOf, pieceOf, stateOf } from '../drafts/state.ts';
import { CommandError } from '../engine.ts';
import { jobNamed } from './jobs.ts';
import { command, query, type CommandContext } from './operation.ts';
import { labelView } from './views.ts';

const draft = z.int().positive();
const kind = z.enum(['job', 'connection']);
const name = z.string().trim().min(1).max(200);
const parts = z
  .record(z.string(), z.unknown())
  .describe(
    'Of a job: connection, direction and its settings, as in a configuration file. Of a connection: id, connector, config. What is not given stays; null takes a part away. Fields of config are saved one by one.',
  );

const brief = { draft: z.int(), kind, name: z.string(), revision: z.int(), savedAt: z.number(), savedBy: z.string() };
const draftView = z.object({
  ...brief,
  /** Secrets of a connection are left out. */
  parts: z.record(z.string(), z.unknown()),
  /** Secrets that are there. */
  secrets: z.array(z.string()),
  /** Parts, or fields of a config, without which it cannot be finished. */
  missing: z.array(z.string()),
  problems: z.array(z.object({ part: z.string(), field: z.string(), says: labelView })),
  /** What the parts that are not there would be. */
  defaults: z.record(z.string(), z.unknown()),
});

const briefOf = (row: DraftRow) => ({
  draft: row.id,
  kind: row.kind,
  name: row.name,
  revision: row.revision,
  savedAt: row.at,
  savedBy: row.by_whom,
});

async function viewOf(context: CommandContext, row: DraftRow): Promise<z.input<typeof draftView>> {
  const state = await stateOf(context, row);
  return {
    ...briefOf(row),
    parts: { ...state.parts },
    secrets: [...state.secrets],
    missing: [...state.missing],
    problems: [...state.problems],
    defaults: { ...state.defaults },
  };
}

async function wanted(reader: Reader, id: number): Promise<DraftRow> {
  const row = await getDraft(reader, id);
  if (row) return row;
  throw new CommandError(
    `There is no draft ${id}. "tributary draft list" lists them.`,
    `没有编号为 ${id} 的草稿。可用 tributary draft list 查看。`,
    { code: 'not-found' },
  );
}

async function assertFree(reader: Reader, kindOf: DraftRow['kind'], wantedName: string, own: number | null): Promise<void> {
  const other = await draftNamed(reader, kindOf, wantedName);
  const job = kindOf === 'job' ? await jobNamed(reader, wantedName) : undefined;
  if ((!other || other.id === own) && !job) return;
  throw new CommandError(`There is a ${kindOf} "${wantedName}" already.`, `名称“${wantedName}”已被使用。`, {
    issues: [{ field: 'name', message: { en: 'is taken', zh: '已被使用' } }],
  });
}

const noted = (
  transaction: Transaction,
  context: CommandContext,
  action: string,
  row: Pick<DraftRow, 'id' | 'kind' | 'name'>,
): Promise<void> =>
  audit(transaction, {
    at: context.now(),
    actor: context.actor,
    action,
    subject: `draft:${row.id}`,
    after: JSON.stringify({ kind: row.kind, name: row.name }),
  });

/** Parts as they are stored, and the secrets among what was given; null ends one. */
function laid(
  context: CommandContext,
  row: Pick<DraftRow, 'kind'>,
  before: Readonly<Record<string, unknown>>,
  given: Readonly<Record<string, unknown>>,
) {
  const merged: Record<string, unknown> = { ...before, ...given };
  const secrets: (readonly [string, string | null])[] = [];
  if (row.kind === 'connection' && given.config !== undefined && given.config !== null) {
    const connector = typeof merged.connector === 'string' ? context.connectors.get(merged.connector) : undefined;
    if (!connector)
      throw new CommandError('Say the connector first: which settings are secret is known from it.', '请先选择连接器。', {
        issues: [{ field: 'parts.connector', message: { en: 'needed before config', zh: '须先于 config 填写' } }],
      });
    const secret = new Set(secretFields(connector.manifest.config));
    const config = { ...(before.config as object | undefined), ...(given.config as object) } as Record<string, unknown>;
    for (const [field, value] of Object.entries(given.config as Record<string, unknown>)) {
      if (!secret.has(field)) continue;
      secrets.push([field, value === null ? null : String(value)]);
      delete config[field];
    }
    merged.config = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null));
  }
  return { parts: Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null && value !== undefined)), secrets };
}

async function keep(
  transaction: Transaction,
  context: CommandContext,
  id: number,
  secrets: ReturnType<typeof laid>['secrets'],
): Promise<void> {
  const { sealer } = context.engine.options;
  for (const [field, value] of secrets)
    await (value === null ? dropDraftSecret(transaction, id, field) : putSealed(transaction, `draft:${id}`, field, sealer.seal(value)));
}

export const draftCreate = command({
  role: 'admin',
  route: { method: 'POST', path: '/drafts', group: 'configuration', status: 201 },
  does: {
    en: 'Begins a job or a connection with nothing but a name, or with the parts that are known; nothing runs it',
    zh: '新建任务或连接的草稿：只需名称，其余部分可稍后填写；草稿不会执行',
  },
  input: z.strictObject({ kind, name, parts: parts.default({}) }),
  output: draftView,
  async answer(context, input) {
    const { parts: all, secrets } = laid(context, input, {}, input.parts);
    const id = await context.engine.options.database.write(async (transaction) => {
      await assertFree(transaction, input.kind, input.name, null);
      const row = { kind: input.kind, name: input.name, parts: JSON.stringify(all), at: context.now(), by_whom: context.actor };
      const made = await createDraft(transaction, row);
      await keep(transaction, context, made, secrets);
      await noted(transaction, context, 'draft.create', { ...input, id: made });
      return made;
    });
    return viewOf(context, await wanted(context.reader, id));
  },
});

export const draftList = query({
  role: 'viewer',
  route: { method: 'GET', path: '/drafts', group: 'configuration' },
  does: { en: 'Lists drafts of jobs and connections', zh: '列出任务和连接的草稿' },
  input: z.strictObject({ kind: kind.optional() }),
  output: z.object({ drafts: z.array(z.object(brief)) }),
  answer: async (context, input) => ({
    drafts: (await listDrafts(context.reader)).filter((row) => input.kind === undefined || row.kind === input.kind).map(briefOf),
  }),
});

// A command, since a connector may have to be opened to judge what is there: not for the thread that only reads.
export const draftGet = command({
  role: 'admin',
  route: { method: 'GET', path: '/drafts/{draft}', group: 'configuration' },
  does: {
    en: 'Shows a draft with all its parts, what is missing, what is wrong, and defaults for the rest',
    zh: '查看草稿：各部分、缺少的内容、问题及其余默认值',
  },
  input: z.strictObject({ draft }),
  output: draftView,
  answer: async (context, input) => viewOf(context, await wanted(context.reader, input.draft)),
});

export const draftSave = command({
  role: 'admin',
  route: { method: 'PATCH', path: '/drafts/{draft}', group: 'configuration' },
  does: { en: 'Saves parts of a draft, complete or not, and says what is missing', zh: '保存草稿的部分内容并说明仍缺少什么' },
  input: z.strictObject({ draft, name: name.optional(), parts: parts.default({}), revision: z.int().optional() }),
  output: draftView,
  async answer(context, input) {
    await context.engine.options.database.write(async (transaction) => {
      const row = await wanted(transaction, input.draft);
      const next = input.name ?? row.name;
      if (next !== row.name) await assertFree(transaction, row.kind, next, row.id);
      const { parts: all, secrets } = laid(context, row, partsOf(row), input.parts);
      const saved = await saveDraft(transaction, row.id, input.revision ?? row.revision, {
        name: next,
        parts: JSON.stringify(all),
        at: context.now(),
        by_whom: context.actor,
      });
      if (!saved)
        throw new CommandError(
          `${row.by_whom} saved draft ${row.id} meanwhile. Read it again.`,
          `${row.by_whom} 已保存草稿 ${row.id}。请重新读取。`,
          { code: 'changed', saved: { by: row.by_whom, at: row.at, what: Object.keys(input.parts) } },
        );
      await keep(transaction, context, row.id, secrets);
      await noted(transaction, context, 'draft.save', row);
    });
    return viewOf(context, await wanted(context.reader, input.draft));
  },
});

export const draftFinish = command({
  role: 'admin',
  route: { method: 'POST', path: '/drafts/{draft}/finish', group: 'configuration', status: 201 },
  does: {
    en: 'Makes the job, disabled, or the connection of a draft in which nothing is missing',
    zh: '草稿完整后生成任务（停用状态）或连接',
  },
  input: z.strictObject({ draft }),
  output: z.object({ job: z.int().nullable(), connection: z.string().nullable() }),
  async answer(context, input) {
    const row = await wanted(context.reader, input.draft);
    const { missing, problems } = await stateOf(context, row);
    if (missing.length + problems.length > 0) {
      const wrong = problems.map((one) => one.says);
      throw new CommandError(
        `Not complete. ${[missing.length > 0 ? `Missing: ${missing.join(', ')}.` : '', ...wrong.map((one) => one.en)].join(' ').trim()}`,
        `尚不完整。${[missing.length > 0 ? `缺少：${missing.join('、')}。` : '', ...wrong.map((one) => one.zh)].join('')}`,
        {
          code: 'invalid',
          issues: [
            ...missing.map((field) => ({ field: `parts.${field}`, message: { en: 'is needed', zh: '为必填项' } })),
            ...problems.map((one) => ({ field: `parts.${one.field}`, message: one.says })),
          ],
        },
      );
    }
    const id = row.kind === 'connection' ? String(partsOf(row).id) : null;
    await editConfig(context, await pieceOf(context, row), async (reader) => {
      await wanted(reader, row.id);
      if (row.kind === 'job') await assertFree(reader, 'job', row.name, row.id);
      else if (await getConnection(reader, id!))
        throw new CommandError(`There is a connection "${id}" already.`, `已存在连接“${id}”。`, {
          issues: [{ field: 'parts.id', message: { en: 'is taken', zh: '已被使用' } }],
        });
    });
    await context.engine.options.database.write(async (transaction) => {
      await dropDraft(transaction, row.id);
      await noted(transaction, context, 'draft.finish', row);
    });
    return { job: row.kind === 'job' ? (await jobNamed(context.reader, row.name))!.id : null, connection: id };
  },
});

export const draftRemove = command({
  role: 'admin',
  route: { method: 'DELETE', path: '/drafts/{draft}', group: 'configuration' },
  does: { en: 'Throws a draft away, with its secrets', zh: '删除草稿及其密钥' },
  input: z.strictObject({ draft }),
  output: z.object({ draft: z.int() }),
  async answer(context, input) {
    return context.engine.options.database.write(async (transaction) => {
      const row = await wanted(transaction, input.draft);
      await dropDraft(transaction, row.id);
      await noted(transaction, context, 'draft.remove', row);
      return { draft: row.id };
    });
  },
});
