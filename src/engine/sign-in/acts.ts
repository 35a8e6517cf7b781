// The table of what signing in does to the store: the HTTP side asks, the thread that writes carries it out. Never served to the outside.
import { noteUsed } from '../../store/tokens.ts';
import { crowded, type SignInContext } from './context.ts';
import { firstLink, openLink } from './links.ts';
import { changePassword, endSession, proposeTotp, signOutEverywhere, switchTotpOff, switchTotpOn } from './own-account.ts';
import { oidcInForce } from './oidc-settings.ts';
import { CrowdedError } from './password.ts';
import { signInFromOutside, takeWord, vouchWith } from './outside.ts';
import { giveCode, signIn, signOut, touchSession } from './sign-in.ts';

export const acts = {
  /** Answered as soon as the thread that writes gets to it. */
  ping: async (context: SignInContext, _: object): Promise<void> => void (await context.database.get('SELECT 1 AS one')),
  'sign-in': signIn,
  'sign-in.code': giveCode,
  'sign-in.outside': signInFromOutside,
  'sign-out': signOut,
  'sign-out.everywhere': signOutEverywhere,
  'session.end': endSession,
  'session.touch': touchSession,
  'session.vouch-with': vouchWith,
  'session.word': takeWord,
  'token.touch': (context: SignInContext, input: { readonly id: string }) =>
    context.database.write((transaction) => noteUsed(transaction, input.id, context.now())),
  'link.first': (context: SignInContext, _: object) => firstLink(context),
  'link.open': openLink,
  'oidc.in-force': oidcInForce,
  'password.change': changePassword,
  'totp.propose': proposeTotp,
  'totp.on': switchTotpOn,
  'totp.off': switchTotpOff,
} as const;

export type ActName = keyof typeof acts;
export type ActInput<N extends ActName> = Parameters<(typeof acts)[N]>[1];
export type ActResult<N extends ActName> = Awaited<ReturnType<(typeof acts)[N]>>;

/** How the HTTP side asks for an act. */
export type Perform = <N extends ActName>(name: N, input: ActInput<N>) => Promise<ActResult<N>>;

export const performIn =
  (context: SignInContext): Perform =>
  async (name, input) => {
    try {
      return await (acts[name] as (context: SignInContext, input: unknown) => Promise<never>)(context, input);
    } catch (error) {
      // Nobody looked at the password, or made one: they come again.
      if (error instanceof CrowdedError) return crowded(context.now()) as never;
      throw error;
    }
  };
