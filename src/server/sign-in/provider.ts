// Which provider people sign in with at this moment: the one of the environment, else the one that is saved, made anew as soon as somebody saved another.
import type { OidcProvider } from '../../core/oidc.ts';
import type { Perform } from '../../engine/sign-in/acts.ts';
import { oidcRevision } from '../../engine/sign-in/oidc-settings.ts';
import type { Reader } from '../../store/database.ts';
import { oidcWith, type Oidc } from './oidc.ts';

/** null: nobody signs in through a provider. Throws when it cannot be told. */
export type ProviderInForce = () => Promise<Oidc | null>;

interface ProviderOptions {
  readonly reader: Reader;
  readonly perform: Perform;
  /** As the environment sets it: it wins. */
  readonly fixed: OidcProvider | null;
}

export function providerInForce({ reader, perform, fixed }: ProviderOptions): ProviderInForce {
  if (fixed) {
    const oidc = oidcWith(fixed);
    return () => Promise.resolve(oidc);
  }
  let known: { readonly revision: number; readonly oidc: Oidc | null } = { revision: 0, oidc: null };
  return async () => {
    // Another process may have saved it: only the store knows.
    if ((await oidcRevision(reader)) === known.revision) return known.oidc;
    const { revision, provider } = await perform('oidc.in-force', {});
    known = { revision, oidc: provider && oidcWith(provider) };
    return known.oidc;
  };
}
