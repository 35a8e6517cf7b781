// Operations on the settings of the whole installation.
import { z } from 'zod';
import { canonicalText } from '../../core/attribute.ts';
import { installationSettingFields, installationSettingsSchema } from '../../core/installation-settings.ts';
import { audit } from '../../store/audit.ts';
import type { Reader } from '../../store/database.ts';
import { CommandError } from '../engine.ts';
import { installationSettings, saveInstallationSettings, settingsRevision } from '../installation-settings.ts';
import { command, query } from './operation.ts';

const settingsView = z.object({
  timeZone: z.string(),
  language: z.string(),
  recipients: z.array(z.string()),
  keepRunsDays: z.int(),
  keepDryRunsDays: z.int(),
  /** null: for ever. */
  keepHistoryDays: z.int().nullable(),
  keepNoticesDays: z.int(),
  revision: z.int(),
});
const { timeZone, language, recipients, keepRunsDays, keepDryRunsDays, keepHistoryDays, keepNoticesDays } = installationSettingFields;

const shown = async (reader: Reader): Promise<z.input<typeof settingsView>> => ({
  ...(await installationSettings(reader)),
  revision: await settingsRevision(reader),
});

export const settingsShow = query({
  role: 'viewer',
  route: { method: 'GET', path: '/settings', group: 'configuration' },
  does: { en: 'Shows the settings of the whole installation', zh: '查看全局设置' },
  input: z.strictObject({}),
  output: settingsView,
  answer: (context) => shown(context.reader),
});

export const settingsChange = command({
  role: 'admin',
  route: { method: 'PATCH', path: '/settings', group: 'configuration' },
  does: { en: 'Changes settings of the whole installation; what is left out stays as it is', zh: '修改全局设置；未提供的保持不变' },
  input: z.strictObject({
    timeZone: timeZone.unwrap().optional(),
    language: language.unwrap().optional(),
    recipients: recipients.unwrap().optional(),
    keepRunsDays: keepRunsDays.unwrap().optional(),
    keepDryRunsDays: keepDryRunsDays.unwrap().optional(),
    keepHistoryDays: keepHistoryDays.unwrap().optional(),
    keepNoticesDays: keepNoticesDays.unwrap().optional(),
    revision: z.int().optional().describe('The revision that was read; refused when somebody saved it meanwhile.'),
  }),
  output: settingsView,
  async answer(context, { revision, ...input }) {
    const { database, clock } = context.engine.options;
    return database.write(async (transaction) => {
      if (revision !== undefined && revision !== (await settingsRevision(transaction)))
        throw new CommandError(
          'The settings were saved by somebody else meanwhile. Read them again, and make your change on top of that; the audit log tells who it was.',
          '全局设置期间已被他人保存。请重新读取后再修改；审计日志中有修改人。',
          { code: 'changed' },
        );
      const before = await installationSettings(transaction);
      const after = installationSettingsSchema.parse({ ...before, ...input });
      if (canonicalText(before) === canonicalText(after)) return shown(transaction);
      await saveInstallationSettings(transaction, after, clock.now());
      await audit(transaction, {
        at: clock.now(),
        actor: context.actor,
        action: 'settings.change',
        subject: 'settings:settings',
        before: canonicalText(before),
        after: canonicalText(after),
      });
      return shown(transaction);
    });
  },
});
