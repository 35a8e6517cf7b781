// Why signing in through a provider failed: in the log the reason that the protocol's library keeps inside, without secrets; on the page what an administrator can mend.
import * as client from 'openid-client';
import type { Label } from '../../core/model.ts';

/** What comes from outside is cut, and put on one line. */
const MOST = 300;

/** What becomes of any failure on the way to a provider and back: its text may stand in the log. The cause is left out, it holds what was sent. */
export class ProviderFault extends Error {
  override readonly name = 'ProviderFault';
  /** As the provider answered us, https://www.rfc-editor.org/rfc/rfc6749#section-5.2, or as a browser brought it; null: it did not say. */
  readonly code: string | null;
  /** Whoever has a browser can write anything into the address that it comes back to. */
  readonly from: 'provider' | 'browser';

  constructor(text: string, code: string | null, from: ProviderFault['from'] = 'provider') {
    super(`sign-in provider: ${text}`);
    this.code = code;
    this.from = from;
  }
}

interface Told {
  readonly error?: string | undefined;
  readonly error_description?: string | undefined;
}

function toldIn(error: unknown): Told | null {
  if (error instanceof client.ResponseBodyError) return error;
  if (!(error instanceof client.WWWAuthenticateChallengeError)) return null;
  return error.cause.map(({ parameters }): Told => parameters).find((one) => one.error !== undefined) ?? null;
}

/** @param secrets  what was sent, or came: a provider may repeat it in what it says. */
export function faultOf(error: unknown, secrets: readonly string[] = []): ProviderFault {
  if (error instanceof ProviderFault) return error;
  if (error instanceof client.AuthorizationResponseError) return broughtBack(error.error);
  const plain = (text: string): string => oneLine(masked(text, secrets));
  const told = toldIn(error);
  if (told?.error) return new ProviderFault(plain([told.error, told.error_description].filter(Boolean).join(': ')), told.error);
  let deepest = error;
  while (deepest instanceof Error && deepest.cause instanceof Error) deepest = deepest.cause;
  // It quotes what it could not read.
  return new ProviderFault(deepest instanceof SyntaxError ? 'what it answered is no JSON' : plain(String(deepest)), null);
}

/** https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1 and https://openid.net/specs/openid-connect-core-1_0.html#AuthError */
const known: ReadonlySet<string> = new Set([
  'invalid_request',
  'unauthorized_client',
  'access_denied',
  'unsupported_response_type',
  'invalid_scope',
  'server_error',
  'temporarily_unavailable',
  'interaction_required',
  'login_required',
  'account_selection_required',
  'consent_required',
  'invalid_request_uri',
  'invalid_request_object',
  'request_not_supported',
  'request_uri_not_supported',
  'registration_not_supported',
]);

/** Only the code, and only one that there is: no sentence that somebody made up gets into the log. */
const broughtBack = (code: string): ProviderFault =>
  new ProviderFault(`a browser came back with the error ${known.has(code) ? code : '(unknown)'}`, code, 'browser');

const oneLine = (text: string): string => text.replaceAll(/[^\x20-\x7e\p{L}\p{N}]+/gu, ' ').slice(0, MOST);

function masked(text: string, secrets: readonly string[]): string {
  const forms = secrets.filter((secret) => secret !== '').flatMap(formsOf);
  // The longest first: what is left of one that another lies in would still tell.
  return forms.sort((a, b) => b.length - a.length).reduce((so, form) => so.replaceAll(form, '***'), text);
}

/** As it is, and as it stands in a form, a header or JSON. */
const formsOf = (secret: string): string[] => [
  secret,
  encodeURIComponent(secret),
  new URLSearchParams({ s: secret }).toString().slice(2),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
];

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

/** Of these a browser may tell, too: whoever made it up is the only one who reads the page. That the client is wrong the provider says to us. */
const toldByBrowser: ReadonlySet<string> = new Set(['invalid_scope']);

/** What is wrong with the settings here, and not with who signs in; null: nothing that is known. */
export function mendedHere(error: unknown): Label | null {
  if (!(error instanceof ProviderFault) || error.code === null) return null;
  if (error.from === 'browser' && !toldByBrowser.has(error.code)) return null;
  return mended.get(error.code) ?? null;
}
