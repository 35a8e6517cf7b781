// Who can come in and administer: whoever has a password, and whoever comes through a provider that lets administrators in at this moment.
import { isSameIssuer, type OidcProvider } from '../../core/oidc.ts';
import { listAccounts, type AccountRow } from '../../store/accounts.ts';
import type { Reader } from '../../store/database.ts';
import { oidcSettings } from './oidc-settings.ts';

export const isAdmin = (row: AccountRow): boolean => row.state === 'active' && row.roles.includes('admin');
export const isLocalAdmin = (row: AccountRow): boolean => row.issuer === null && isAdmin(row);

/** @param fixed  the provider as the environment of the server sets it: it wins. */
export async function canAnybodyAdminister(reader: Reader, fixed: OidcProvider | null): Promise<boolean> {
  const { enabled, issuer, roles } = fixed ? { ...fixed, enabled: true } : await oidcSettings(reader);
  const opens = enabled && roles.some(({ role }) => role === 'admin');
  const admins = (await listAccounts(reader)).filter(isAdmin);
  return admins.some((row) => row.issuer === null || (opens && isSameIssuer(row.issuer, issuer)));
}
