// Why signing in through a provider failed: in the log the reason that the protocol's library keeps inside, on the page what an administrator can mend.
import * as client from 'openid-client';
import type { Label } from '../../core/model.ts';

/** What comes from outside is cut, and put on one line. */
const MOST = 300;

/** `invalid_client: client authentication failed`; null: the provider did not say. Codes: https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
function saidBy(error: unknown): { readonly code: string; readonly text: string } | null {
  const told = toldIn(error);
  if (!told?.error) return null;
  const text = [told.error, told.error_description].filter((part) => part !== undefined).join(': ');
  return { code: told.error, text: text.replaceAll(/[^\x20-\x7e\p{L}\p{N}]+/gu, ' ').slice(0, MOST) };
}

interface Told {
  readonly error?: string | undefined;
  readonly error_description?: string | undefined;
}

function toldIn(error: unknown): Told | null {
  if (error instanceof client.ResponseBodyError || error instanceof client.AuthorizationResponseError) return error;
  if (!(error instanceof client.WWWAuthenticateChallengeError)) return null;
  return error.cause.map(({ parameters }): Told => parameters).find((one) => one.error !== undefined) ?? null;
}

/** For the log: with the word of the provider, or what failed underneath. */
export function withReason(error: unknown): unknown {
  const said = saidBy(error);
  if (said) return new Error(`sign-in provider: ${said.text}`, { cause: error });
  let deepest = error;
  while (deepest instanceof Error && deepest.cause instanceof Error) deepest = deepest.cause;
  return deepest === error ? error : new Error(`sign-in provider: ${String(deepest)}`, { cause: error });
}

const refusedClient: Label = {
  en: 'The sign-in provider refuses the client ID or secret that is set here. An administrator mends it in the settings, under Single sign-on.',
  zh: '身份提供方拒绝了此处设置的客户端 ID 或密钥。请管理员在“设置 › 单点登录”中修正。',
};
const scope: Label = {
  en: 'The sign-in provider refuses the scopes that are set here. An administrator mends it in the settings, under Single sign-on.',
  zh: '身份提供方拒绝了此处设置的授权范围。请管理员在“设置 › 单点登录”中修正。',
};
const mended = new Map<string, Label>(
  Object.entries({ invalid_client: refusedClient, unauthorized_client: refusedClient, invalid_scope: scope }),
);

/** What is wrong with the settings here, and not with who signs in; null: nothing that is known. */
export const mendedHere = (error: unknown): Label | null => mended.get(saidBy(error)?.code ?? '') ?? null;
