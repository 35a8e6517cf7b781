// A value that gave a role is taken out of the table: whoever came through the provider and may have the role from it signs in anew.
import { isSameIssuer, type OidcSettings } from '../../core/oidc.ts';
import { listAccounts, putAccount } from '../../store/accounts.ts';
import { audit } from '../../store/audit.ts';
import type { Transaction } from '../../store/database.ts';
import { deleteSessionsOf, sessionsOf } from '../../store/sessions.ts';

export interface TableChange {
  readonly before: OidcSettings;
  readonly after: OidcSettings;
  readonly now: number;
  readonly actor: string;
}

/**
 * Returns how many people were signed out. Which of their values gave them a role nobody has kept: all who have it are asked. Their tokens
 * stop until the provider knows them again, as when it says no.
 */
export async function signOutWhoMayLose(transaction: Transaction, { before, after, now, actor }: TableChange): Promise<number> {
  const stays = (row: OidcSettings['roles'][number]): boolean =>
    before.rolesClaim === after.rolesClaim && after.roles.some(({ value, role }) => value === row.value && role === row.role);
  const taken = new Set<string>(before.roles.filter((row) => !stays(row)).map(({ role }) => role));
  let people = 0;
  for (const account of await listAccounts(transaction)) {
    const isTheirs = account.issuer !== null && isSameIssuer(account.issuer, before.issuer);
    if (!isTheirs || !account.roles.some((role) => taken.has(role))) continue;
    await putAccount(transaction, { ...account, vouchedAt: null });
    const isIn = (await sessionsOf(transaction, account.id)).some(({ expiresAt }) => expiresAt > now);
    await deleteSessionsOf(transaction, account.id);
    if (!isIn) continue;
    people++;
    const why = JSON.stringify({ why: 'a value that gave a role was taken out of the settings' });
    await audit(transaction, { at: now, actor, action: 'session.end', subject: `account:${account.name}`, after: why });
  }
  return people;
}
