// Asks the OIDC provider again for a session whose word is old: once for all requests that come meanwhile, and not at once again when it is away.
import type { Perform } from '../../engine/sign-in/acts.ts';
import type { ProviderInForce } from './provider.ts';

/** After the provider could not be asked, or did not say. Until then, and for as long as its last word is good, the session goes on. */
const PAUSE_MS = 60_000;

export interface VouchOptions {
  readonly oidc: ProviderInForce;
  readonly perform: Perform;
  readonly now: () => number;
  readonly onFault: (error: unknown) => void;
}

/** Returns when the word is in, or could not be had. */
export function vouching({ oidc, perform, now, onFault }: VouchOptions): (hash: string) => Promise<void> {
  const underWay = new Map<string, Promise<void>>();
  const pausedUntil = new Map<string, number>();
  const ask = async (hash: string): Promise<void> => {
    try {
      const who = await perform('session.vouch-with', { hash });
      if (!who) return;
      // None any more, or another one: nobody vouches for them.
      const provider = await oidc();
      await perform('session.word', { hash, word: provider ? await provider.again(who) : null });
    } catch (error) {
      for (const [one, until] of pausedUntil) if (until <= now()) pausedUntil.delete(one);
      pausedUntil.set(hash, now() + PAUSE_MS);
      onFault(error);
    }
  };
  return (hash) => {
    if (now() < (pausedUntil.get(hash) ?? 0)) return Promise.resolve();
    // A refresh token is often good once: two at the same time would look like a thief.
    const asked = underWay.get(hash) ?? ask(hash).finally(() => underWay.delete(hash));
    underWay.set(hash, asked);
    return asked;
  };
}
