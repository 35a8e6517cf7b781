// A real OpenID Connect provider (oidc-provider) on this machine, with people who sign in by typing their name.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';
/** As they are registered with the provider. */
export const CLIENT = { client_id: 'tributary', client_secret: 'a secret of the client' };
export const people = {
    anna: { groups: ['everybody', 'sync-admins'], preferred_username: 'anna.li', name: 'Anna Li' },
    bob: { groups: ['everybody'], preferred_username: 'bob', name: 'Bob' },
};
export async function startProvider({ site, known = people, refresh = false, asked, proof }) {
    const server = createServer();
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const issuer = `http://127.0.0.1:${server.address().port}`;
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
        if (asked && request.url === '/token')
            asked.tokens += 1;
        if (asked?.isAway)
            response.writeHead(503).end('maintenance');
        else
            void answer(request, response);
    });
    return {
        issuer: new URL(issuer),
        stop() {
            server.closeAllConnections();
            return new Promise((resolve) => server.close(() => resolve()));
        },
    };
}
//# sourceMappingURL=oidc-provider.js.map