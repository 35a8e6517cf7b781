// Who wants to be told what: the rules of the installation and of the jobs, as they are saved.
import { installationNoticesSchema, type InstallationNotices } from '../../core/notices.ts';
import type { Reader, Transaction } from '../../store/database.ts';
import { getSetting, putSetting } from '../../store/jobs.ts';

const NAME = 'notices';

export async function installationNotices(reader: Reader): Promise<InstallationNotices> {
  const saved = await getSetting(reader, NAME);
  return installationNoticesSchema.parse(saved === undefined ? {} : JSON.parse(saved));
}

export const saveInstallationNotices = (transaction: Transaction, notices: InstallationNotices): Promise<number> =>
  putSetting(transaction, NAME, JSON.stringify(notices));
