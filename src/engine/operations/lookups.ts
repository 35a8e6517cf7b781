// Operations on lookup tables: what a code means, for the expressions of all jobs.
import { z } from 'zod';
import type { Reader } from '../../store/database.ts';
import { listLookups, type LookupRow } from '../../store/jobs.ts';
import { editConfig, removeConfig } from '../config/edit.ts';
import { assertUnchanged } from '../config/unchanged.ts';
import { CommandError } from '../engine.ts';
import { lookupUsers } from '../lookup-users.ts';
import { parseJson } from '../shapes.ts';
import { command, query, seenRevision } from './operation.ts';

const name = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/);
const rowsOf = (row: LookupRow): Record<string, string> => parseJson(row.rows, {});

const found = async (reader: Reader, wanted: string): Promise<LookupRow | undefined> =>
  (await listLookups(reader)).find((row) => row.name === wanted);

const assertLookupUnchanged = async (reader: Reader, wanted: string, revision: number | undefined): Promise<void> =>
  assertUnchanged(reader, revision, {
    what: { en: `lookup table "${wanted}"`, zh: `对照表“${wanted}”` },
    revision: (await found(reader, wanted))?.revision ?? 0,
    trail: [{ subject: `lookup:${wanted}` }],
  });

export const lookupList = query({
  role: 'viewer',
  route: { method: 'GET', path: '/lookups', group: 'configuration' },
  does: { en: 'Lists lookup tables with their rows, and who uses each', zh: '列出对照表及其使用者' },
  input: z.strictObject({}),
  output: z.object({
    lookups: z.array(
      z.object({
        name: z.string(),
        rows: z.record(z.string(), z.string()),
        revision: z.int(),
        /** Jobs, and drafts of jobs, whose expressions call it. */
        usedBy: z.array(z.object({ job: z.int(), name: z.string(), isDraft: z.boolean() })),
      }),
    ),
  }),
  async answer({ reader }) {
    const users = await lookupUsers(reader);
    return {
      lookups: (await listLookups(reader)).map((row) => ({ ...row, rows: rowsOf(row), usedBy: [...(users.get(row.name) ?? [])] })),
    };
  },
});

export const lookupPut = command({
  role: 'admin',
  route: { method: 'PUT', path: '/lookups/{name}', group: 'configuration' },
  does: { en: 'Makes or replaces a lookup table', zh: '新建或替换对照表' },
  input: z.strictObject({
    name,
    rows: z.record(z.string(), z.string()),
    revision: seenRevision.describe('The revision that was read, 0 where there was none yet; refused when somebody saved it meanwhile.'),
  }),
  output: z.object({ name: z.string(), changed: z.boolean(), revision: z.int() }),
  async answer(context, input) {
    const entries = await editConfig(context, { lookups: { [input.name]: input.rows } }, (reader) =>
      assertLookupUnchanged(reader, input.name, input.revision),
    );
    return {
      name: input.name,
      changed: entries.some((entry) => entry.action !== 'same'),
      revision: (await found(context.reader, input.name))?.revision ?? 0,
    };
  },
});

export const lookupRemove = command({
  role: 'admin',
  route: { method: 'DELETE', path: '/lookups/{name}', group: 'configuration' },
  does: { en: 'Takes away a lookup table that no job and no draft uses', zh: '删除未被任务或草稿使用的对照表' },
  input: z.strictObject({ name, revision: seenRevision }),
  output: z.object({ removed: z.string() }),
  async answer(context, input) {
    const row = await found(context.reader, input.name);
    if (!row) throw await noSuchTable(context.reader, input.name);
    const changes = Object.entries(rowsOf(row)).map(([path, before]) => ({ path, before, after: null }));
    await removeConfig(context, { kind: 'lookup', name: row.name, number: null, changes }, async (transaction) => {
      await assertLookupUnchanged(transaction, row.name, input.revision ?? row.revision);
      await assertUnused(transaction, row.name);
    });
    return { removed: row.name };
  },
});

async function noSuchTable(reader: Reader, wanted: string): Promise<CommandError> {
  const known = (await listLookups(reader)).map((row) => row.name).join(', ');
  return new CommandError(
    `There is no lookup table "${wanted}". ${known ? `There are: ${known}.` : 'There is none yet.'}`,
    `没有对照表“${wanted}”。${known ? `现有：${known}。` : '尚无对照表。'}`,
    { code: 'not-found' },
  );
}

/** A run whose expression finds no table fails: whoever calls it is changed first. */
async function assertUnused(reader: Reader, wanted: string): Promise<void> {
  const users = (await lookupUsers(reader)).get(wanted) ?? [];
  if (users.length === 0) return;
  const named = (job: string, draft: string, comma: string): string =>
    users.map((user) => `${user.isDraft ? draft : job} ${user.job} "${user.name}"`).join(comma);
  throw new CommandError(
    `Lookup table "${wanted}" is used by ${named('job', 'draft', ', ')}. Take lookup("${wanted}", …) out of their expressions first.`,
    `对照表“${wanted}”正被${named('任务', '草稿', '、')}使用。请先从其表达式中移除 lookup("${wanted}", …)。`,
    { issues: [{ field: 'name', message: { en: 'is in use', zh: '正在使用' } }] },
  );
}
