// Settings of the whole installation as they are saved, and what a change of them sets going.
import { canonicalText } from '../core/attribute.ts';
import { installationSettingsSchema, type InstallationSettings } from '../core/installation-settings.ts';
import type { Reader, Transaction } from '../store/database.ts';
import { getSetting, putSetting } from '../store/jobs.ts';
import { reviewAllNow } from '../store/upkeep.ts';

const NAME = 'installation.settings';

export async function installationSettings(reader: Reader): Promise<InstallationSettings> {
  const saved = await getSetting(reader, NAME);
  return installationSettingsSchema.parse(saved === undefined ? {} : JSON.parse(saved));
}

const REVISION = `${NAME}.revision`;

/** How often they were saved. */
export const settingsRevision = async (reader: Reader): Promise<number> => Number((await getSetting(reader, REVISION)) ?? 0);

/** With another time zone, days begin at other moments: whoever waits for one is looked at again now. */
export async function saveInstallationSettings(transaction: Transaction, settings: InstallationSettings, now: number): Promise<void> {
  const before = await installationSettings(transaction);
  if (canonicalText(before) === canonicalText(settings)) return;
  await putSetting(transaction, NAME, JSON.stringify(settings));
  await putSetting(transaction, REVISION, String((await settingsRevision(transaction)) + 1));
  if (before.timeZone !== settings.timeZone) await reviewAllNow(transaction, now);
}
