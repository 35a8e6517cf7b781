// Operations on the settings of the whole installation.
import { z } from 'zod';
import { canonicalText } from '../../core/attribute.ts';
import { installationSettingsSchema } from '../../core/installation-settings.ts';
import { audit } from '../../store/audit.ts';
import { installationSettings, saveInstallationSettings } from '../installation-settings.ts';
import { command, query } from './operation.ts';

const settingsView = z.object({ timeZone: z.string() });
const { timeZone } = installationSettingsSchema.shape;

export const settingsShow = query({
  role: 'viewer',
  route: { method: 'GET', path: '/settings', group: 'configuration' },
  does: { en: 'Shows the settings of the whole installation', zh: '查看全局设置' },
  input: z.strictObject({}),
  output: settingsView,
  answer: (context) => installationSettings(context.reader),
});

export const settingsChange = command({
  role: 'admin',
  route: { method: 'PATCH', path: '/settings', group: 'configuration' },
  does: { en: 'Changes settings of the whole installation; what is left out stays as it is', zh: '修改全局设置;未提供的保持不变' },
  input: z.strictObject({ timeZone: timeZone.unwrap().optional() }),
  output: settingsView,
  async answer(context, input) {
    const { database, clock } = context.engine.options;
    return database.write(async (transaction) => {
      const before = await installationSettings(transaction);
      const after = installationSettingsSchema.parse({ ...before, ...input });
      if (canonicalText(before) === canonicalText(after)) return after;
      await saveInstallationSettings(transaction, after, clock.now());
      await audit(transaction, {
        at: clock.now(),
        actor: context.actor,
        action: 'settings.change',
        subject: 'settings:settings',
        before: canonicalText(before),
        after: canonicalText(after),
      });
      return after;
    });
  },
});
