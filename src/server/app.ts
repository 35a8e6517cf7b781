// The HTTP server: who may speak to it, health, callbacks, sign-in, the REST API, the console, and the status page for those who are signed in.
import { readFileSync } from 'node:fs';
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import type { StatusView } from '../engine/operations/views.ts';
import { API_PREFIX, api } from './api/api.ts';
import { isBuilt, registerConsole } from './console.ts';
import type { Served } from './api/routes.ts';
import { registerEvents, type ReceiveEvent } from './events.ts';
import { registerOperationsRoutes, type OperationsOptions } from './operations.ts';
import { mayAct } from './principal.ts';
import { guardRequests } from './security.ts';
import { ownAccount } from './sign-in/own-account.ts';
import { registerSignIn, type SignInOptions } from './sign-in/routes.ts';
import type { Desk } from './socket.ts';
import { statusPage } from './status-page.ts';

export interface ServerOptions extends OperationsOptions {
  readonly host: string;
  readonly port: number;
  readonly publicUrl: URL | null;
  readonly trustedProxies: readonly string[];
  readonly tls: { readonly certificate: string; readonly key: string } | null;
  readonly status: () => Promise<StatusView>;
  /** What comes to the callback URLs of sources. */
  readonly receive: ReceiveEvent;
  readonly onFault: (error: unknown) => void;
  /** null: no accounts and no API; the status page is open to this machine. */
  readonly members: Members | null;
  /** Where the console was built; missing or not built: the status page stands at `/`. */
  readonly consoleFolder?: string;
}

/** What only people and programs with an account or token reach. */
export interface Members extends Pick<SignInOptions, 'reader' | 'perform' | 'now' | 'oidc' | 'everybody'>, Pick<Served, 'beatMs'> {
  readonly desk: Desk;
  /** Of this program. */
  readonly version: string;
  /** Where files that are brought through the browser are kept. */
  readonly uploadsFolder: string;
}

export interface OpenServer {
  /** What people type into a browser. */
  readonly url: string;
  stop(): Promise<void>;
}

const BODY_LIMIT = 1024;

export async function openServer(options: ServerOptions): Promise<OpenServer> {
  let listensAt = '';
  const ownUrl = (): string => options.publicUrl?.href.replace(/\/$/, '') ?? listensAt;
  const app = await serverApp(options, ownUrl);
  listensAt = await listen(app, options.host, options.port);
  return { url: ownUrl(), stop: () => stop(app) };
}

/** Answers under way get this long; whoever only listens (events of a run) is cut off then. */
const STOP_MS = 500;

async function stop(app: FastifyInstance): Promise<void> {
  const late = setTimeout(() => app.server.closeAllConnections(), STOP_MS);
  await app.close();
  clearTimeout(late);
}

/** Everything but listening. */
export async function serverApp(options: ServerOptions, ownUrl: () => string): Promise<FastifyInstance> {
  const { members, onFault } = options;
  const app = Fastify({
    logger: false,
    bodyLimit: BODY_LIMIT,
    trustProxy: options.trustedProxies.length > 0 ? [...options.trustedProxies] : false,
    ...(options.tls ? { https: { cert: readFileSync(options.tls.certificate), key: readFileSync(options.tls.key) } } : {}),
  }) as unknown as FastifyInstance;
  // Of what has no handler of its own: what a fault says is for the log, it may quote what nobody outside should read.
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) onFault(error);
    return reply
      .code(status)
      .type('text/plain; charset=utf-8')
      .send(status >= 500 ? 'The server could not finish this.\n' : `${error.message}\n`);
  });
  guardRequests(app, options);
  registerEvents(app, options.receive, onFault);
  if (members) {
    const signIn = { ...options, ...members, ownUrl };
    await registerSignIn(app, signIn);
    await app.register(ownAccount, { ...signIn, prefix: `${API_PREFIX}/me/account` });
    const about = {
      publicUrl: options.publicUrl?.href.replace(/\/$/, '') ?? null,
      version: members.version,
      isDemo: members.everybody !== undefined,
    };
    const { desk, beatMs, uploadsFolder } = members;
    await app.register(api, { prefix: API_PREFIX, desk, onFault, about, uploadsFolder, ...(beatMs === undefined ? {} : { beatMs }) });
  }
  registerOperationsRoutes(app, options);
  const { consoleFolder } = options;
  const hasConsole = members !== null && consoleFolder !== undefined && isBuilt(consoleFolder);
  if (hasConsole) await registerConsole(app, consoleFolder);
  app.get(hasConsole ? '/status' : '/', async (request, reply) => {
    const { lang, live } = request.query as { lang?: string; live?: string };
    const asked = lang ?? request.headers['accept-language'] ?? '';
    if (members && !(request.principal && mayAct(request.principal, 'viewer'))) return reply.redirect('/sign-in', 303);
    reply.type('text/html; charset=utf-8');
    const name = members ? request.principal!.name : null;
    return statusPage(await options.status(), /^zh/i.test(asked) ? 'zh' : 'en', { name, hasConsole, isLive: live === '1' });
  });
  return app;
}

/** A busy port: the next one, ten times. */
async function listen(app: FastifyInstance, host: string, port: number): Promise<string> {
  for (let offset = 0; ; offset++) {
    try {
      const url = await app.listen({ host, port: port === 0 ? 0 : port + offset });
      // All addresses of IPv6 are no address that a browser opens.
      return url.replace('//[::]', '//[::1]');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || offset >= 10 || port === 0) throw error;
    }
  }
}
