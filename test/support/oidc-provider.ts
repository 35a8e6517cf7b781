// A real OpenID Connect provider (oidc-provider) on this machine, with people who sign in by typing their name.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

export interface ProviderPerson {
  groups: string[];
  preferred_username: string;
  name: string;
}

/** As they are registered with the provider. */
export const CLIENT = { client_id: 'tributary', client_secret: 'a secret of the client' };

export const people: Readonly<Record<string, ProviderPerson>> = {
  anna: { groups: ['everybody', 'sync-admins'], preferred_username: 'anna.li', name: 'Anna Li' },
  bob: { groups: ['everybody'], preferred_username: 'bob', name: 'Bob' },
};

export interface ProviderOptions {
  /** Where Tributary is: it sends people back there. */
  readonly site: string;
  readonly known?: Readonly<Record<string, ProviderPerson>>;
  readonly refresh?: boolean;
  /** Counts calls for tokens; `isAway`: it answers nothing sensible meanwhile. */
  readonly asked?: { tokens: number; isAway: boolean };
  /** How clients prove themselves; default: whichever they like. */
  readonly proof?: 'client_secret_basic';
}

export interface RunningProvider {
  readonly issuer: URL;
  stop(): Promise<void>;
}

export async function startProvider({ site, known = people, refresh = false, asked, proof }: ProviderOptions): Promise<RunningProvider> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const oidc = new Provider(issuer, {
    clients: [
      {
        ...CLIENT,
        redirect_uris: [`${site}/sign-in/oidc/return`],
        grant_types: ['authorization_code', ...(refresh ? ['refresh_token'] : [])],
        ...(proof ? { token_endpoint_auth_method: proof } : {}),
      },
    ],
    ...(proof ? { clientAuthMethods: [proof] } : {}),
    issueRefreshToken: async () => refresh,
    rotateRefreshToken: () => true,
    claims: { openid: ['sub'], profile: ['name', 'preferred_username'], groups: ['groups'], email: ['email'] },
    scopes: ['openid', 'profile', 'email', 'groups'],
    pkce: { required: () => true },
    cookies: { keys: ['test'] },
    features: { devInteractions: { enabled: true } },
    findAccount: async (_, sub) => (known[sub] ? { accountId: sub, claims: async () => ({ sub, ...known[sub] }) } : undefined),
  });
  const answer = oidc.callback();
  server.on('request', (request, response) => {
    if (asked && request.url === '/token') asked.tokens += 1;
    if (asked?.isAway) response.writeHead(503).end('maintenance');
    else void answer(request, response);
  });
  return {
    issuer: new URL(issuer),
    stop() {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
