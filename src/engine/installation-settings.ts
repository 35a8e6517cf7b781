// Settings of the whole installation as they are saved, and what a change of them sets going.
import { installationSettingsSchema, type InstallationSettings } from '../core/installation-settings.ts';
import type { Reader, Transaction } from '../store/database.ts';
import { getSetting, putSetting } from '../store/jobs.ts';
import { reviewAllNow } from '../store/upkeep.ts';

const NAME = 'installation.settings';

export async function installationSettings(reader: Reader): Promise<InstallationSettings> {
  const saved = await getSetting(reader, NAME);
  return installationSettingsSchema.parse(saved === undefined ? {} : JSON.parse(saved));
}

/** With another time zone, days begin at other moments: whoever waits for one is looked at again now. */
export async function saveInstallationSettings(transaction: Transaction, settings: InstallationSettings, now: number): Promise<void> {
  const before = await installationSettings(transaction);
  await putSetting(transaction, NAME, JSON.stringify(settings));
  if (before.timeZone !== settings.timeZone) await reviewAllNow(transaction, now);
}
