// Whether a code is right: of the authenticator app, newer than the last one that was used, or a recovery code, which is used up.
import { useRecoveryCode, type AccountRow } from '../../store/accounts.ts';
import type { Transaction } from '../../store/database.ts';
import type { SignInContext } from './context.ts';
import { recoveryHash } from './door.ts';
import { acceptedStep } from './totp.ts';

/** `step`: the time step to note as used; null = a recovery code. null = it is not right, or nothing is asked for. */
export async function proveCode(
  { sealer, now }: SignInContext,
  transaction: Transaction,
  account: AccountRow,
  code: string,
): Promise<{ readonly step: number | null } | null> {
  if (account.totp === null) return null;
  const step = acceptedStep(sealer.open(account.totp), code, now(), account.totpStep);
  if (step !== null) return { step };
  return (await useRecoveryCode(transaction, account.id, recoveryHash(account.id, code))) ? { step: null } : null;
}
