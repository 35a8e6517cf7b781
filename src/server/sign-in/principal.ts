// Finds out at every request who asks: a bearer token, else the session cookie, else nobody. A cookie works only from pages of ours.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Perform } from '../../engine/sign-in/acts.ts';
import { visitOfSession, visitOfToken, type Visit } from '../../engine/sign-in/who.ts';
import type { Reader } from '../../store/database.ts';
import type { Principal, Role } from '../principal.ts';
import { changesNothing, isFromOwnPage, type SecurityOptions } from '../security.ts';
import type { Cookies } from './cookies.ts';
import type { ProviderInForce } from './provider.ts';
import { vouching } from './vouching.ts';

export interface WhoOptions extends SecurityOptions {
  readonly reader: Reader;
  readonly perform: Perform;
  readonly now: () => number;
  /** The demo: whoever uses a page of ours is this one, without signing in. */
  readonly everybody?: Principal;
  /** A failure that nobody waits for. */
  readonly onFault: (error: unknown) => void;
  /** Who vouches for people. */
  readonly oidc: ProviderInForce;
}

const bearerOf = (request: FastifyRequest): string | undefined => {
  const given = request.headers.authorization;
  if (given === undefined) return undefined;
  // Anything else in this header is a credential too, and not one of ours: nobody, rather than the cookie's owner.
  return /^Bearer ([\w.~+/=-]{1,500})$/i.exec(given)?.[1] ?? '';
};

const principalOf = (visit: Visit): Principal => ({
  kind: visit.kind,
  id: visit.id,
  name: visit.name,
  roles: visit.roles as readonly Role[],
  ...(visit.scope ? { scope: visit.scope } : {}),
});

export function findPrincipal(app: FastifyInstance, options: WhoOptions, cookies: Cookies): void {
  const { reader, perform, now, everybody } = options;
  const vouch = vouching(options);
  const isEverybody = (request: FastifyRequest): boolean =>
    everybody !== undefined && (changesNothing(request) || isFromOwnPage(request, options));
  const visitOf = async (request: FastifyRequest): Promise<Visit | null> => {
    const bearer = bearerOf(request);
    if (bearer !== undefined) return visitOfToken(reader, bearer, now());
    const session = cookies.session(request);
    if (session === undefined || (!changesNothing(request) && !isFromOwnPage(request, options))) return null;
    const visit = await visitOfSession(reader, session, now());
    if (!visit?.vouch) return visit;
    await vouch(visit.vouch);
    return visitOfSession(reader, session, now());
  };
  app.decorateRequest('principal', null);
  app.decorateRequest('whoNow', async function whoNow(this: FastifyRequest) {
    if (isEverybody(this)) return everybody!;
    const visit = await visitOf(this);
    return visit && principalOf(visit);
  });
  app.addHook('onRequest', async (request) => {
    if (isEverybody(request)) {
      request.principal = everybody!;
      return;
    }
    const visit = await visitOf(request);
    if (!visit) return;
    request.principal = principalOf(visit);
    if (visit.touch === null) return;
    const touched = visit.kind === 'token' ? perform('token.touch', { id: visit.touch }) : perform('session.touch', { hash: visit.touch });
    touched.catch(options.onFault);
  });
}
