// Operations on protected accounts: no rule matches them and no run writes to them, whoever they belong to.
import { z } from 'zod';
import { audit } from '../../store/audit.ts';
import { linksByExternal } from '../../store/links.ts';
import { mirrorHashes, mirrorRows } from '../../store/mirror.ts';
import { dropProtected, protectedPage, putProtected, type ProtectedRow } from '../../store/protected.ts';
import { CommandError } from '../engine.ts';
import { accountTitles } from '../links/titles.ts';
import { groupBy } from '../shapes.ts';
import { wantedConnection } from './connections.ts';
import { command, query, type Issue } from './operation.ts';
import { loadNames } from './show.ts';

const place = z.tuple([z.string(), z.string()]);
const account = z.strictObject({ type: z.string().min(1), externalId: z.string().min(1) });

export const protectedList = query({
  role: 'viewer',
  route: { method: 'GET', path: '/connections/{connection}/protected', group: 'links', page: 'after' },
  does: { en: 'Lists protected accounts: no rule matches them, no run touches them', zh: '列出受保护账号：规则不会匹配，执行不会改动' },
  input: z.strictObject({ connection: z.string().min(1), after: place.optional(), limit: z.int().min(1).max(1000).default(100) }),
  output: z.object({
    accounts: z.array(z.object({ type: z.string(), externalId: z.string(), title: z.string(), reason: z.string() })),
    next: place.nullable(),
  }),
  async answer(context, input) {
    const { id } = await wantedConnection(context.reader, input.connection);
    const rows = await protectedPage(context.reader, id, input.after ?? ['', ''], input.limit);
    const names = await loadNames(context);
    const titles = new Map<string, string>();
    for (const [type, own] of groupBy(rows, (row) => row.type)) {
      const seen = await mirrorRows(
        context.reader,
        id,
        type,
        own.map((row) => row.external_id),
      );
      for (const [external, title] of accountTitles(names, id, type, seen)) titles.set(`${type} ${external}`, title);
    }
    const last = rows.length === input.limit ? rows.at(-1)! : null;
    return {
      accounts: rows.map((row) => ({
        type: row.type,
        externalId: row.external_id,
        title: titles.get(`${row.type} ${row.external_id}`) ?? row.external_id,
        reason: row.reason,
      })),
      next: last ? ([last.type, last.external_id] as [string, string]) : null,
    };
  },
});

export const protectedAdd = command({
  role: 'admin',
  route: { method: 'POST', path: '/connections/{connection}/protected', group: 'links', status: 201 },
  does: { en: 'Marks accounts as not to be touched. All of them, or none', zh: '将账号标记为受保护：全部成功或全部不写入' },
  input: z.strictObject({
    connection: z.string().min(1),
    accounts: z.array(account).min(1).max(10_000),
    reason: z.string().trim().min(1).max(500),
  }),
  output: z.object({ protected: z.int() }),
  async answer(context, input) {
    const { id } = await wantedConnection(context.reader, input.connection);
    const issues: Issue[] = [];
    for (const [type, own] of groupBy(input.accounts, (one) => one.type)) {
      const ids = own.map((one) => one.externalId);
      const known = new Set(
        [...(await mirrorHashes(context.reader, id, type, ids)), ...(await linksByExternal(context.reader, id, type, ids))].map(
          (row) => row.external_id,
        ),
      );
      for (const one of own)
        if (!known.has(one.externalId))
          issues.push({
            field: `accounts[${input.accounts.indexOf(one)}].externalId`,
            message: {
              en: `the last read showed no ${type} "${one.externalId}"; see its id in the system, or plan a run of its job first`,
              zh: `最近一次读取中没有 ${type}“${one.externalId}”；请核对其在系统中的编号，或先试运行该任务`,
            },
          });
    }
    if (issues.length > 0)
      throw new CommandError(
        `Nothing was protected. ${issues.map((issue) => `${issue.field}: ${issue.message.en}`).join('; ')}`,
        `未保护任何账号。${issues.map((issue) => `${issue.field}: ${issue.message.zh}`).join('; ')}`,
        { issues },
      );
    const rows = input.accounts.map((one): ProtectedRow => ({ type: one.type, external_id: one.externalId, reason: input.reason }));
    await context.engine.options.database.write(async (transaction) => {
      await putProtected(transaction, id, rows);
      await audit(transaction, {
        at: context.now(),
        actor: context.actor,
        action: 'protected.add',
        subject: `connection:${id}`,
        after: JSON.stringify({ reason: input.reason, accounts: input.accounts }),
      });
    });
    return { protected: rows.length };
  },
});

export const protectedRemove = command({
  role: 'admin',
  route: { method: 'DELETE', path: '/connections/{connection}/protected/{type}/{externalId}', group: 'links' },
  does: {
    en: 'Takes the protection of an account away: rules may match it and runs write to it again, through the guard',
    zh: '取消账号保护：之后规则可匹配、执行可写入（经过保护限制）',
  },
  input: z.strictObject({ connection: z.string().min(1), ...account.shape }),
  output: z.object({ removed: z.string() }),
  async answer(context, input) {
    const { id } = await wantedConnection(context.reader, input.connection);
    return context.engine.options.database.write(async (transaction) => {
      if (!(await dropProtected(transaction, id, input.type, input.externalId)))
        throw new CommandError(
          `${input.type} "${input.externalId}" of connection "${id}" is not protected by hand. What a job's settings protect is changed there (policy.protected).`,
          `连接“${id}”的 ${input.type}“${input.externalId}”不在手工保护名单中。由任务设置保护的账号请在任务中修改（policy.protected）。`,
          { code: 'not-found' },
        );
      await audit(transaction, {
        at: context.now(),
        actor: context.actor,
        action: 'protected.remove',
        subject: `connection:${id}`,
        before: JSON.stringify({ type: input.type, externalId: input.externalId }),
      });
      return { removed: input.externalId };
    });
  },
});
