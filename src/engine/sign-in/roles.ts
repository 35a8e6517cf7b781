// What each role may do beside its own, and whether a token still has somebody who answers for it.
import type { TokenRow } from '../../store/tokens.ts';
import type { Role } from '../operations/operation.ts';

/**
 * An operator sees what a viewer sees; an admin may do everything except change the audit log, which nobody may; an auditor reads
 * everything and changes nothing.
 */
const includes: Readonly<Record<Role, readonly Role[]>> = {
  viewer: ['viewer'],
  operator: ['viewer', 'operator'],
  approver: ['viewer', 'approver'],
  admin: ['viewer', 'operator', 'approver', 'admin', 'auditor'],
  auditor: ['viewer', 'auditor'],
};

/** `roles`: what somebody has. */
export const rolesAllow = (roles: readonly string[], wanted: string): boolean =>
  roles.some((own) => (includes[own as Role] as readonly string[] | undefined)?.includes(wanted));

/** Who may do it beside its role: an auditor reads everything, so whatever only reads is theirs, too. */
export const alsoMay = ({ where, role }: { readonly where: 'reader' | 'engine'; readonly role: Role }): Role | undefined =>
  where === 'reader' && !rolesAllow(['auditor'], role) ? 'auditor' : undefined;

/**
 * removed, disabled: what became of the owner's account. role: the owner may not do any more what the token's role does. unvouched: the
 * provider that the owner comes from has said no, or nothing for too long.
 */
export type Orphaned = 'removed' | 'disabled' | 'role' | 'unvouched';

/** So long a token goes on after the last yes of its owner's provider: of who has left there, nobody else tells us. */
export const TOKEN_VOUCHED_MS = 30 * 86_400_000;

/**
 * Why a token that is neither expired nor revoked is refused; null = it is good. A token is never more than its owner: it stops with
 * them, and works again with them or with the next owner. One without an owner was made on the server itself.
 */
export function orphanedBy({ owner, role }: Pick<TokenRow, 'owner' | 'role'>, now: number): Orphaned | null {
  if (owner === null) return null;
  const { account } = owner;
  if (account === null) return 'removed';
  if (account.state !== 'active') return 'disabled';
  if (!rolesAllow(account.roles, role)) return 'role';
  return isVouched(account.vouchedAt, now) ? null : 'unvouched';
}

/** `vouchedAt` undefined: the account is ours, and no provider's. */
export const isVouched = (vouchedAt: number | null | undefined, now: number): boolean =>
  vouchedAt === undefined || (vouchedAt !== null && vouchedAt + TOKEN_VOUCHED_MS > now);
