// The provider as it is saved: its settings, its sealed secret, and how often they were saved.
import { canonicalText } from '../../core/attribute.ts';
import { oidcSchema, type OidcProvider, type OidcSettings } from '../../core/oidc.ts';
import type { Reader, Transaction } from '../../store/database.ts';
import { deleteSealed, getSealedOne, getSetting, putSealed, putSetting } from '../../store/jobs.ts';
import type { Sealer } from '../sealing.ts';
import type { SignInContext } from './context.ts';

const NAME = 'oidc';
const REVISION = `${NAME}.revision`;
const SECRET = 'clientSecret';

export async function oidcSettings(reader: Reader): Promise<OidcSettings> {
  const saved = await getSetting(reader, NAME);
  return oidcSchema.parse(saved === undefined ? {} : JSON.parse(saved));
}

/** How often they were saved; 0: nobody has set a provider here. */
export const oidcRevision = async (reader: Reader): Promise<number> => Number((await getSetting(reader, REVISION)) ?? 0);

export const hasOidcSecret = async (reader: Reader): Promise<boolean> => (await getSealedOne(reader, NAME, SECRET)) !== undefined;

/** @param secret  undefined: stays as it is; null: there is none */
export async function saveOidc(
  transaction: Transaction,
  sealer: Sealer,
  settings: OidcSettings,
  secret: string | null | undefined,
): Promise<void> {
  await putSetting(transaction, NAME, canonicalText(settings));
  await putSetting(transaction, REVISION, String((await oidcRevision(transaction)) + 1));
  if (secret === null) await deleteSealed(transaction, NAME);
  if (typeof secret === 'string') await putSealed(transaction, NAME, SECRET, sealer.seal(secret));
}

/** What is in force now, with its secret: for the thread that speaks with the provider. null: nobody signs in this way. */
export async function oidcInForce(
  { database, sealer }: SignInContext,
  _: object,
): Promise<{ readonly revision: number; readonly provider: OidcProvider | null }> {
  for (;;) {
    const revision = await oidcRevision(database);
    const { enabled, ...settings } = await oidcSettings(database);
    const sealed = await getSealedOne(database, NAME, SECRET);
    // Another process may have saved between these: a secret must not get to whom it was not given for.
    if ((await oidcRevision(database)) !== revision) continue;
    if (!enabled) return { revision, provider: null };
    return { revision, provider: { ...settings, clientSecret: sealed === undefined ? null : sealer.open(sealed) } };
  }
}
