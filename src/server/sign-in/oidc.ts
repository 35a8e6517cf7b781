// Signing in with an OpenID Connect provider: discovery, PKCE, state, nonce; roles from a claim by a table.
import * as client from 'openid-client';
import type { OutsideInput } from '../../engine/sign-in/sign-in.ts';
import type { Visitor } from '../../engine/sign-in/context.ts';

/** As the settings say it. */
export interface OidcOptions {
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret: string | null;
  /** What the button says. */
  readonly name: string;
  readonly scope: string;
  /** The claim that holds groups or roles, and which of its values give which role here. */
  readonly rolesClaim: string;
  readonly roles: ReadonlyMap<string, string>;
  readonly nameClaim: string;
}

/** What the browser keeps while it is away. */
interface Errand {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly next: string;
}

export interface Oidc {
  readonly name: string;
  /** Where to send the browser, and what it has to bring back. */
  begin(returnUrl: string, next: string): Promise<{ address: string; errand: string }>;
  /** Throws when anything about the answer is not as it must be. */
  finish(answer: URL, errand: string, visitor: Visitor): Promise<{ input: OutsideInput; next: string }>;
}

const TIMEOUT_S = 10;

export function oidcWith(settings: OidcOptions): Oidc {
  let found: Promise<client.Configuration> | null = null;
  const configuration = (): Promise<client.Configuration> => {
    found ??= client
      .discovery(
        settings.issuer,
        settings.clientId,
        settings.clientSecret ?? undefined,
        settings.clientSecret ? undefined : client.None(),
        {
          timeout: TIMEOUT_S,
          // Settings allow plain http on this machine only.
          ...(settings.issuer.protocol === 'http:' ? { execute: [client.allowInsecureRequests] } : {}),
        },
      )
      .catch((error: unknown) => {
        // It may be away just now: the next one asks again.
        found = null;
        throw error;
      });
    return found;
  };
  return {
    name: settings.name,
    async begin(returnUrl, next) {
      const errand: Errand = {
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
    },
    async finish(answer, kept, visitor) {
      const errand = JSON.parse(Buffer.from(kept, 'base64url').toString()) as Errand;
      const config = await configuration();
      const tokens = await client.authorizationCodeGrant(config, answer, {
        expectedState: errand.state,
        expectedNonce: errand.nonce,
        pkceCodeVerifier: errand.verifier,
        idTokenExpected: true,
      });
      const said = tokens.claims()!;
      const missing = said[settings.rolesClaim] === undefined || said[settings.nameClaim] === undefined;
      const more =
        missing && config.serverMetadata().userinfo_endpoint ? await client.fetchUserInfo(config, tokens.access_token, said.sub) : {};
      const claims: Readonly<Record<string, unknown>> = { ...more, ...said };
      return {
        next: errand.next,
        input: {
          ...visitor,
          issuer: said.iss,
          subject: said.sub,
          name: textOf(claims[settings.nameClaim]) ?? textOf(claims.email) ?? said.sub,
          title: textOf(claims.name) ?? textOf(claims[settings.nameClaim]) ?? said.sub,
          roles: rolesFrom(claims[settings.rolesClaim], settings.roles),
        },
      };
    },
  };
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** A claim is one text or a list of them. */
export function rolesFrom(claim: unknown, table: ReadonlyMap<string, string>): readonly string[] {
  const values = Array.isArray(claim) ? (claim as unknown[]) : [claim];
  const roles = values.map((value) => (typeof value === 'string' ? table.get(value) : undefined)).filter((role) => role !== undefined);
  return [...new Set(roles)].sort();
}
