// What was taken out of the directory: who, when, by whom, and until when they can be brought back.
import { z } from 'zod';
import { gonePage, lastEntries } from '../../store/directory.ts';
import { installationSettings } from '../installation-settings.ts';
import { directoryTypes } from '../../core/directory-types.ts';
import { historyKept } from '../prune.ts';
import { parseJson } from '../shapes.ts';
import { query } from './operation.ts';
import { isRemoved, jobName, loadNames } from './show.ts';

const DAY_MS = 86_400_000;

export const directoryGone = query({
  role: 'viewer',
  route: { method: 'GET', path: '/directory/gone', group: 'directory', page: 'after' },
  does: {
    en: 'Lists people, departments or groups that were taken out of the directory, with a moment at which they were still there: directory.restore brings them back',
    zh: '列出已从目录移除的人员、部门或组，以及其仍存在的时刻，可用 directory.restore 恢复',
  },
  input: z.strictObject({
    type: z.enum(['person', 'department', 'group']).default('person'),
    after: z.string().default(''),
    limit: z.int().min(1).max(500).default(100),
  }),
  output: z.object({
    gone: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        /** Employee number of a person, code of a department or group. */
        number: z.string().nullable(),
        goneAt: z.number().nullable(),
        by: z.string().nullable(),
        jobName: z.string().nullable(),
        /** The job is not there any more. */
        jobRemoved: z.boolean(),
        run: z.int().nullable(),
        /** For directory.restore; null: how they were is no longer kept. */
        at: z.string().nullable(),
        /** null: for good. */
        keptUntil: z.number().nullable(),
      }),
    ),
    next: z.string().nullable(),
  }),
  async answer(context, input) {
    const { reader } = context;
    const rows = await gonePage(reader, input.type, input.after, input.limit);
    const entries = new Map(
      (
        await lastEntries(
          reader,
          rows.map((row) => row.id),
        )
      ).map((entry) => [entry.id, entry]),
    );
    const [names, kept, { keepHistoryDays }] = [await loadNames(context), await historyKept(reader), await installationSettings(reader)];
    const title = directoryTypes.find((spec) => spec.id === input.type)!.title;
    const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
    return {
      gone: rows.map((row) => {
        const entry = entries.get(row.id);
        const data = parseJson<Record<string, unknown>>(row.data, {});
        const was = parseJson<Record<string, unknown>>(entry?.before, {});
        const isKept = entry !== undefined && (kept === null || Number(entry.seq) > kept.seq + 1);
        return {
          id: row.id,
          title: text(data[title]) ?? text(was[title]) ?? text(data.userName) ?? '–',
          number: text(data.employeeNumber) ?? text(data.code) ?? text(was.employeeNumber) ?? text(was.code),
          goneAt: entry ? Number(entry.at) : null,
          by: entry?.actor ?? null,
          jobName: entry?.job == null ? null : jobName(names, entry.job),
          jobRemoved: entry?.job != null && isRemoved(names, entry.job),
          run: entry?.run ?? null,
          at: isKept ? new Date(Number(entry.at) - 1).toISOString() : null,
          keptUntil: keepHistoryDays === null || !isKept ? null : Number(entry.at) + keepHistoryDays * DAY_MS,
        };
      }),
      next: rows.length === input.limit ? rows.at(-1)!.id : null,
    };
  },
});
