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

/** removed, disabled: what became of the owner's account. role: the owner may not do any more what the token's role does. */
export type Orphaned = 'removed' | 'disabled' | 'role';

/**
 * Why a token that is neither expired nor revoked is refused; null = it is good. A token is never more than its owner: it stops with
 * them, and works again with them or with the next owner. One without an owner was made on the server itself.
 */
export function orphanedBy({ owner, role }: Pick<TokenRow, 'owner' | 'role'>): Orphaned | null {
  if (owner === null) return null;
  const { account } = owner;
  if (account === null) return 'removed';
  if (account.state !== 'active') return 'disabled';
  return rolesAllow(account.roles, role) ? null : 'role';
}
