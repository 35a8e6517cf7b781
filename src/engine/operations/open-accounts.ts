// Who has left, or is suspended, and has accounts that are still enabled: one list for all systems that a job writes to.
import { z } from 'zod';
import { directoryTypes } from '../../core/directory-types.ts';
import type { Attributes } from '../../core/model.ts';
import { openAccounts, type OpenAccountRow } from '../../store/mirror.ts';
import { accountTitles } from '../links/titles.ts';
import { parseJson, type Observed } from '../shapes.ts';
import { query } from './operation.ts';
import { loadNames, type Names } from './show.ts';

export const leaverOpen = query({
  role: 'viewer',
  route: { method: 'GET', path: '/leavers/open-accounts', group: 'directory', page: 'after' },
  does: {
    en: 'Lists accounts that are still enabled, of people who have left, are suspended or were taken out of the directory, as the systems were last seen',
    zh: '列出已离职、停用或已移出目录的人员仍处于启用状态的账号（以各系统最近一次读取为准）',
  },
  input: z.strictObject({
    after: z.tuple([z.string(), z.string(), z.string()]).optional(),
    limit: z.int().min(1).max(500).default(100),
  }),
  output: z.object({
    accounts: z.array(
      z.object({
        person: z.string(),
        title: z.string(),
        number: z.string().nullable(),
        lifecycle: z.string(),
        connection: z.string(),
        connectionName: z.string(),
        /** Id of the account there, and what it is called. */
        account: z.string(),
        accountTitle: z.string(),
        /** When it was last seen enabled. */
        seenAt: z.number(),
      }),
    ),
    next: z.tuple([z.string(), z.string(), z.string()]).nullable(),
  }),
  async answer(context, input) {
    const rows = await openAccounts(context.reader, input.after ?? ['', '', ''], input.limit);
    const names = await loadNames(context);
    const written = new Set([...names.jobs.values()].filter((job) => job.direction === 'down').map((job) => job.connection));
    const open = rows.filter((row) => written.has(row.connection) && parseJson<Partial<Observed>>(row.seen, {}).e === true);
    const called = titlesOfAccounts(names, open);
    const title = directoryTypes.find((spec) => spec.id === 'person')!.title;
    const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
    const last = rows.at(-1);
    const next: [string, string, string] | null = last && rows.length === input.limit ? [last.person, last.connection, last.account] : null;
    return {
      accounts: open.map((row) => {
        const data = parseJson<Attributes>(row.data, {});
        return {
          person: row.person,
          title: text(data[title]) ?? text(data.userName) ?? called(row),
          number: text(data.employeeNumber),
          lifecycle: row.lifecycle,
          connection: row.connection,
          connectionName: names.connections.get(row.connection)?.name ?? row.connection,
          account: row.account,
          accountTitle: called(row),
          seenAt: Number(row.seen_at),
        };
      }),
      next,
    };
  },
});

function titlesOfAccounts(names: Names, rows: readonly OpenAccountRow[]): (row: OpenAccountRow) => string {
  const found = new Map(
    [...Map.groupBy(rows, (row) => row.connection)].map(([connection, of]) => [
      connection,
      accountTitles(
        names,
        connection,
        'person',
        of.map((row) => ({ external_id: row.account, data: row.seen })),
      ),
    ]),
  );
  return (row) => found.get(row.connection)?.get(row.account) ?? row.account;
}
