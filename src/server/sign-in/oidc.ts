// Signing in with an OpenID Connect provider: discovery, PKCE, state, nonce; roles from a claim by a table.
import * as client from 'openid-client';
import { guardedFetch } from '../../connector-kit/http/fetch.ts';
import type { OidcProvider } from '../../core/oidc.ts';
import type { OutsideInput } from '../../engine/sign-in/outside.ts';
import type { Visitor } from '../../engine/sign-in/context.ts';
import { faultOf } from './oidc-fault.ts';

/** What the browser keeps while it is away. */
interface Errand {
  /** To whom it went: another one may be in force when it comes back. */
  readonly issuer: string;
  readonly clientId: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly next: string;
}

export interface Oidc {
  readonly name: string;
  /** Where to send the browser, and what it has to bring back. Each of these throws a `ProviderFault`, whose text may stand in the log. */
  begin(returnUrl: string, next: string): Promise<{ address: string; errand: string }>;
  /** Throws when anything about the answer is not as it must be. */
  finish(answer: URL, errand: string, visitor: Visitor): Promise<{ input: OutsideInput; next: string }>;
  /** Asks again: the roles of now and the next refresh token. null: it does not vouch any more. Throws when it cannot be asked, or does not say. */
  again(who: Vouched): Promise<{ roles: readonly string[]; refresh: string } | null>;
}

export interface Vouched {
  readonly issuer: string;
  readonly subject: string;
  readonly refresh: string;
}

const TIMEOUT_S = 10;

export function oidcWith(settings: OidcProvider): Oidc {
  const issuer = new URL(settings.issuer);
  let found: Promise<client.Configuration> | null = null;
  const configuration = (): Promise<client.Configuration> => {
    found ??= client
      .discovery(
        issuer,
        settings.clientId,
        settings.clientSecret ?? undefined,
        settings.clientSecret ? proofOf(settings.clientSecret) : client.None(),
        {
          timeout: TIMEOUT_S,
          [client.customFetch]: guardedFetch,
          // Plain http is allowed on this machine only; the guard above holds to it.
          ...(issuer.protocol === 'http:' ? { execute: [client.allowInsecureRequests] } : {}),
        },
      )
      .catch((error: unknown) => {
        // It may be away just now: the next one asks again.
        found = null;
        throw error;
      });
    return found;
  };
  /** What `act` sends or hears that nobody may read in the log it adds to `secrets`. */
  const told = async <T>(act: (secrets: string[]) => Promise<T>): Promise<T> => {
    const secrets = settings.clientSecret === null ? [] : [settings.clientSecret, `${settings.clientId}:${settings.clientSecret}`];
    try {
      return await act(secrets);
    } catch (error) {
      throw faultOf(error, secrets);
    }
  };
  return {
    name: settings.name || issuer.hostname,
    begin: (returnUrl, next) =>
      told(async () => {
        const errand: Errand = {
          issuer: settings.issuer,
          clientId: settings.clientId,
          state: client.randomState(),
          nonce: client.randomNonce(),
          verifier: client.randomPKCECodeVerifier(),
          next,
        };
        const address = client.buildAuthorizationUrl(await configuration(), {
          redirect_uri: returnUrl,
          scope: settings.scope,
          state: errand.state,
          nonce: errand.nonce,
          code_challenge: await client.calculatePKCECodeChallenge(errand.verifier),
          code_challenge_method: 'S256',
        });
        return { address: address.href, errand: Buffer.from(JSON.stringify(errand)).toString('base64url') };
      }),
    finish: (answer, kept, visitor) =>
      told(async (secrets) => {
        const errand = JSON.parse(Buffer.from(kept, 'base64url').toString()) as Errand;
        secrets.push(errand.verifier, errand.nonce, answer.searchParams.get('code') ?? '');
        // Not every provider names itself in its answer: a code must not go to another than gave it. https://www.rfc-editor.org/rfc/rfc9700#section-4.4
        if (errand.issuer !== settings.issuer || errand.clientId !== settings.clientId)
          throw new Error('another provider or client was set while somebody was at the one before: they begin again');
        const config = await configuration();
        const tokens = await client.authorizationCodeGrant(config, answer, {
          expectedState: errand.state,
          expectedNonce: errand.nonce,
          pkceCodeVerifier: errand.verifier,
          idTokenExpected: true,
        });
        secrets.push(...secretsIn(tokens));
        const said = tokens.claims()!;
        const claims = await claimsOf(config, tokens, said.sub, [settings.rolesClaim, settings.nameClaim]);
        return {
          next: errand.next,
          input: {
            ...visitor,
            issuer: said.iss,
            subject: said.sub,
            name: textOf(claims[settings.nameClaim]) ?? textOf(claims.email) ?? said.sub,
            title: textOf(claims.name) ?? textOf(claims[settings.nameClaim]) ?? said.sub,
            roles: rolesFrom(claims[settings.rolesClaim], settings.roles),
            refresh: tokens.refresh_token ?? null,
          },
        };
      }),
    again: ({ issuer, subject, refresh }) =>
      told(async (secrets) => {
        secrets.push(refresh);
        const config = await configuration();
        // Another provider than the one that let them in does not know the token.
        if (config.serverMetadata().issuer !== issuer) return null;
        try {
          const tokens = await client.refreshTokenGrant(config, refresh);
          secrets.push(...secretsIn(tokens));
          const claims = await claimsOf(config, tokens, subject, [settings.rolesClaim]);
          // Not said is not none: the last word stands, for as long as it is good.
          if (claims.sub !== subject || claims[settings.rolesClaim] === undefined)
            throw new Error(`asked again, the provider does not say "${settings.rolesClaim}" of this person`);
          return { roles: rolesFrom(claims[settings.rolesClaim], settings.roles), refresh: tokens.refresh_token ?? refresh };
        } catch (error) {
          // https://www.rfc-editor.org/rfc/rfc6749#section-5.2 revoked, expired, or the person is not there any more
          if (error instanceof client.ResponseBodyError && error.error === 'invalid_grant') return null;
          throw error;
        }
      }),
  };
}

const secretsIn = ({ access_token, id_token, refresh_token }: client.TokenEndpointResponse): string[] => [
  access_token,
  id_token ?? '',
  refresh_token ?? '',
];

/** In the body, as most take it; in the header where the provider says that it takes it only there. */
function proofOf(secret: string): client.ClientAuth {
  const [inBody, inHeader] = [client.ClientSecretPost(secret), client.ClientSecretBasic(secret)];
  return (server, ...request) => {
    const ways = server.token_endpoint_auth_methods_supported;
    const isHeaderOnly = ways?.includes('client_secret_basic') && !ways.includes('client_secret_post');
    return (isHeaderOnly ? inHeader : inBody)(server, ...request);
  };
}

type Claims = Readonly<Record<string, unknown>>;

/** What the provider says of somebody: its ID token, where it came with one, and where that says not enough, its userinfo. */
async function claimsOf(
  config: client.Configuration,
  tokens: client.TokenEndpointResponse & client.TokenEndpointResponseHelpers,
  subject: string,
  wanted: readonly string[],
): Promise<Claims> {
  const said: Claims = tokens.claims() ?? {};
  const isEnough = wanted.every((name) => said[name] !== undefined);
  if (isEnough || config.serverMetadata().userinfo_endpoint === undefined) return said;
  return { ...(await client.fetchUserInfo(config, tokens.access_token, subject)), ...said };
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** A claim is one text or a list of them. */
export function rolesFrom(claim: unknown, table: OidcProvider['roles']): readonly string[] {
  const values: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  const roles = table.filter(({ value }) => values.includes(value)).map(({ role }) => role);
  return [...new Set(roles)].sort();
}
