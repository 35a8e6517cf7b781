// Lock-out: failed sign-ins are counted per account name and per address, before the password is looked at; the wait grows.
import { attemptsOf, dropAttempt, putAttempt } from '../../store/accounts.ts';
import type { Database, Transaction } from '../../store/database.ts';

interface LockRule {
  /** Failures without any wait. */
  readonly free: number;
  readonly firstMs: number;
  readonly longestMs: number;
}

const DAY_MS = 86_400_000;
/** After this time without a try, counting begins anew. */
export const FORGET_MS = DAY_MS;

/** Many people may share an address; nobody shares an account. */
const rules = {
  account: { free: 5, firstMs: 30_000, longestMs: 15 * 60_000 },
  address: { free: 30, firstMs: 30_000, longestMs: 60 * 60_000 },
} as const satisfies Record<string, LockRule>;

const waitMs = (rule: LockRule, failures: number): number =>
  failures < rule.free ? 0 : Math.min(rule.firstMs * 2 ** Math.min(failures - rule.free, 20), rule.longestMs);

const subjectsOf = (nameKey: string, address: string): readonly { subject: string; rule: LockRule }[] => [
  { subject: `account:${nameKey}`, rule: rules.account },
  { subject: `address:${networkOf(address)}`, rule: rules.address },
];

/** One household or server has a whole /64 of IPv6. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped) return mapped[1]!;
  if (!address.includes(':')) return address;
  const [head = '', tail = ''] = address.split('::');
  const left = head.split(':').filter(Boolean);
  const right = tail.split(':').filter(Boolean);
  const groups = address.includes('::')
    ? [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
    : left;
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

/** Counts a try as failed until it proves to be right, so that many at once do not slip through. Returns the end of the lock-out, or null. */
export function countAttempt(database: Database, nameKey: string, address: string, now: number): Promise<number | null> {
  return database.write(async (transaction) => {
    const subjects = subjectsOf(nameKey, address);
    const known = new Map(
      (
        await attemptsOf(
          transaction,
          subjects.map((one) => one.subject),
        )
      ).map((row) => [row.subject, row]),
    );
    const locked = Math.max(...[...known.values()].map((row) => row.lockedUntil), 0);
    if (locked > now) return locked;
    for (const { subject, rule } of subjects) {
      const before = known.get(subject);
      const failures = (before && before.at > now - FORGET_MS ? before.failures : 0) + 1;
      await putAttempt(transaction, { subject, failures, at: now, lockedUntil: now + waitMs(rule, failures) });
    }
    return null;
  });
}

/** It was right: the account counts anew; the address loses this one try. */
export async function forgiveAttempt(transaction: Transaction, nameKey: string, address: string): Promise<void> {
  const [account, outside] = subjectsOf(nameKey, address);
  await dropAttempt(transaction, account!.subject);
  const [row] = await attemptsOf(transaction, [outside!.subject]);
  if (row) await putAttempt(transaction, { ...row, failures: Math.max(0, row.failures - 1), lockedUntil: 0 });
}

/** It was not looked at: as if it had not been made. */
export async function returnAttempt(transaction: Transaction, nameKey: string, address: string): Promise<void> {
  const subjects = subjectsOf(nameKey, address).map((one) => one.subject);
  for (const row of await attemptsOf(transaction, subjects))
    await putAttempt(transaction, { ...row, failures: Math.max(0, row.failures - 1), lockedUntil: 0 });
}
