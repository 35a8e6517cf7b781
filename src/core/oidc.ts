// The OpenID Connect provider that people sign in with: what is kept of it, and what is still missing or wrong.
import { z } from 'zod';
import type { Label } from './model.ts';

export const oidcRoles = ['viewer', 'operator', 'approver', 'admin', 'auditor'] as const;

const text = z.string().trim().max(500);
const name = text.min(1).regex(/^\S+$/, 'one word, without spaces');

/** Each key by itself; a change may name some of them. */
export const oidcFields = {
  enabled: z.boolean().default(false).describe('Whether people may sign in this way.'),
  issuer: text.default('').describe('As the provider names itself: https://…, without /.well-known/…'),
  clientId: text.default(''),
  name: z.string().trim().max(100).default('').describe('What the button says; empty: the host of the issuer.'),
  scope: text.default('openid profile email').describe('With offline_access the provider is asked again between two sign-ins.'),
  rolesClaim: name.default('groups').describe('The claim that holds groups or roles.'),
  roles: z
    .array(z.strictObject({ value: text.min(1), role: z.enum(oidcRoles) }))
    .max(500)
    .default([])
    .describe('Which of its values gives which role here; one value may give several. Whoever gets none does not get in.'),
  nameClaim: name.default('preferred_username').describe('The claim that holds the user name.'),
} as const;

export const oidcSchema = z.strictObject(oidcFields);
export type OidcSettings = z.output<typeof oidcSchema>;

/** What signing in needs: plain values, so that one thread can hand it to another. */
export interface OidcProvider extends Omit<OidcSettings, 'enabled'> {
  readonly clientSecret: string | null;
}

/** Where the provider sends people back to, below the address of this server. */
export const OIDC_RETURN = '/sign-in/oidc/return';

export const isThisMachine = (url: URL): boolean => ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);

/**
 * https, or plain http on this machine; no password in it.
 *
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata neither query nor fragment
 */
export function isIssuer(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isThisMachine(url));
}

/** `https://id.example.org` and `https://id.example.org/` are the same. */
export const isSameIssuer = (one: string, other: string): boolean =>
  one === other || (URL.canParse(one) && URL.canParse(other) && new URL(one).href === new URL(other).href);

/** Why these settings cannot be kept, field by field; whoever is switched on must be complete. */
export function oidcProblems(settings: OidcSettings): { readonly field: string; readonly message: Label }[] {
  const problems: { field: string; message: Label }[] = [];
  const add = (field: keyof OidcSettings, en: string, zh: string): void => void problems.push({ field, message: { en, zh } });
  if (settings.issuer !== '' && !isIssuer(settings.issuer))
    add(
      'issuer',
      'must be the https:// address by which the provider names itself, without a query; http:// on this machine only',
      '必须是身份提供方自称的 https:// 地址，不带查询参数；仅本机可用 http://',
    );
  if (!settings.scope.split(/\s+/).includes('openid')) add('scope', 'must contain openid', '必须包含 openid');
  if (!settings.enabled) return problems;
  if (settings.issuer === '') add('issuer', 'is needed: it stands in the documents of the provider', '必填，见身份提供方的文档');
  if (settings.clientId === '')
    add('clientId', 'is needed: the provider gives one when Tributary is registered there', '必填，在身份提供方登记 Tributary 时获得');
  if (settings.roles.length === 0)
    add('roles', 'is needed: without a value that gives a role nobody gets in', '必填，没有可得到角色的值就无人能登录');
  return problems;
}
