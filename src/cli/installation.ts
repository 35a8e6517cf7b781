// The installation mark: how a start finds out that its database was restored or copied.
import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import type { Database, Transaction } from '../store/database.ts';
import { audit } from '../store/audit.ts';
import { getSetting, putSetting, setBrake } from '../store/jobs.ts';

/** Facts that stay with an installation and not with its data. */
export type Mark = Readonly<Record<string, string>>;

/** `bornAt` in nanoseconds; '0' where the file system keeps no birth time. */
export function fileMark(path: string): Mark {
  const facts = statSync(path, { bigint: true });
  return { inode: String(facts.ino), bornAt: String(facts.birthtimeNs) };
}

/** Another kind of mark means another kind of store: it was moved there by us, and the old one refuses. */
const differs = (a: Mark, b: Mark): boolean =>
  Object.keys(a).some(
    (name) => b[name] !== undefined && a[name] !== b[name] && !(name === 'bornAt' && (a[name] === '0' || b[name] === '0')),
  );

export const markInstallation = (transaction: Transaction, mark: Mark): Promise<number> =>
  putSetting(transaction, 'installation.mark', JSON.stringify(mark));

/** In a store with another mark the brake goes on, and every job begins with a full read. Returns whether it did. */
export async function recogniseInstallation(database: Database, mark: Mark, now: number): Promise<boolean> {
  return database.write(async (transaction) => {
    const known = await getSetting(transaction, 'installation.mark');
    if ((await getSetting(transaction, 'installation')) === undefined) await putSetting(transaction, 'installation', randomUUID());
    await markInstallation(transaction, mark);
    if (known === undefined || !differs(JSON.parse(known) as Mark, mark)) return false;
    const brake = { scope: 'all', since: now, by_whom: 'tributary', reason: 'restored or copied installation' };
    await setBrake(transaction, brake);
    await transaction.run('UPDATE job SET cursor = NULL');
    await audit(transaction, {
      at: now,
      actor: brake.by_whom,
      action: 'brake.hold',
      subject: 'all',
      before: known,
      after: JSON.stringify({ reason: brake.reason, ...mark }),
    });
    return true;
  });
}
