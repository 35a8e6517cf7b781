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

/** A mark of the other kind of store counts as well: "tributary migrate" has written the new one where it moved a store itself. */
function differs(known: Mark, found: Mark): boolean {
  const common = Object.keys(known).filter((name) => found[name] !== undefined);
  const unlike = (name: string): boolean =>
    known[name] !== found[name] && !(name === 'bornAt' && (known[name] === '0' || found[name] === '0'));
  return common.length === 0 || common.some(unlike);
}

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
