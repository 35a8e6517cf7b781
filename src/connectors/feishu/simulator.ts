// A local stand-in for Feishu: an HTTP server with the vendor's contact API, events and long connection over one tenant.
//
// The route table (simulator-routes.ts) names the vendor's page of every call. What is behind it: simulator-tenant.ts (data),
// -apps.ts (tokens, scopes, contact range), -limits.ts, -users.ts and -user-rules.ts, -departments.ts, -groups.ts, -events.ts,
// -socket.ts (long connection), -page.ts (a page for people). A path that is not in the table is the
// vendor's "path not found".
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../../connector-kit/clock.ts';
import type { FaultDial, Simulator, SimulatorOptions } from '../../connector-kit/contract.ts';
import { FaultDials } from '../../connector-kit/fault-dials.ts';
import { ALL_SCOPES, appOfToken, issueToken, needScope, type ContactRange, type SimApp } from './simulator-apps.ts';
import type { Call } from './simulator-call.ts';
import { Refused } from './simulator-errors.ts';
import { EventSender } from './simulator-events.ts';
import { Windows } from './simulator-limits.ts';
import { actOnPage, isTaken, pageText } from './simulator-page.ts';
import { findRoute, limitsOf, type Route } from './simulator-routes.ts';
import { LongConnections } from './simulator-socket.ts';
import { Tenant } from './simulator-tenant.ts';

export const FULL_APP = 'cli_a1f0c3e5b7d9a1f0';
/** May read people without phone, mail and number, and writes nothing. */
export const LIMITED_APP = 'cli_b2e1d4f6a8c0b2e1';
const ENCRYPT_KEY = 'sandbox-encrypt-key-4R7';
const VERIFICATION_TOKEN = 'sandbox-verification-6T2';
const WITHHELD = [
  'contact:contact',
  'contact:user.phone:readonly',
  'contact:user.email:readonly',
  'contact:user.employee_number:read',
  'contact:user.employee:readonly',
  'contact:group',
];

export interface FeishuSimulator extends Simulator {
  readonly tenant: Tenant;
  readonly apps: ReadonlyMap<string, SimApp>;
  readonly events: EventSender;
  readonly connections: LongConnections;
  readonly limits: Windows;
  /** Requests that were answered well, by `METHOD pattern`. */
  readonly answered: ReadonlyMap<string, number>;
  /** Takes scopes from an app, or gives them back, while it runs. */
  grant(app: string, scopes: readonly string[]): void;
  withdraw(app: string, scopes: readonly string[]): void;
  /** Changes what an app may see; tells it so by event. */
  narrow(app: string, range: ContactRange): void;
  /** Tells of each request that comes (1) and is answered (-1). */
  watchRequests(listener: (change: 1 | -1) => void): void;
  /** Tells of the body of each write that was carried out. */
  watchBodies(listener: (body: Readonly<Record<string, unknown>>) => void): void;
  /** The next writes to the department tree find it locked. */
  lockTree(times: number): void;
  /** The next call of a route (`POST /group`) is carried out, and its answer is lost; or it says `code`, and was carried out or not. */
  misfire(route: string, how?: Misfire): void;
}

/** @see https://open.feishu.cn/document/server-docs/contact-v3/resources (41027 and 41032 come with 504) */
interface Misfire {
  readonly code?: number;
  readonly undone?: boolean;
}

const makeApp = (id: string, scopes: readonly string[]): SimApp => ({
  id,
  secret: `${id}-secret-9F3`,
  scopes: new Set(scopes),
  range: { all: true },
  tokens: [],
});

interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

interface Answer {
  readonly status: number;
  readonly body: string | object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Starts an empty tenant with two apps. `options.pageSize` bounds every page, below what the vendor gives. */
export async function simulate(options: SimulatorOptions): Promise<FeishuSimulator> {
  const clock = options.clock ?? systemClock;
  const pageSize = options.options?.pageSize === undefined ? undefined : Number(options.options.pageSize);
  const tenant = new Tenant(String(options.options?.tenant ?? '736588c9260f175d'));
  const apps = new Map(
    [
      makeApp(FULL_APP, ALL_SCOPES),
      makeApp(
        LIMITED_APP,
        ALL_SCOPES.filter((scope) => !WITHHELD.includes(scope)),
      ),
    ].map((app) => [app.id, app]),
  );
  const events = new EventSender(tenant, clock, apps);
  const connections = new LongConnections();
  events.live = (app, body) => connections.send(app, body);
  events.listens = (app) => connections.chosenBy(app);
  for (const app of apps.keys()) events.subscribe(app, { encryptKey: ENCRYPT_KEY, verificationToken: VERIFICATION_TOKEN });
  const dials = new FaultDials();
  const misfires = new Map<string, Misfire>();
  const limits = new Windows();
  const replays: Call['replays'] = new Map();
  const answered = new Map<string, number>();
  const stop = new AbortController();
  let writes = 0;
  let locks = 0;
  let treeWrites = 0;
  let tellBody: (body: Readonly<Record<string, unknown>>) => void = () => undefined;
  let tellRequest: (change: 1 | -1) => void = () => undefined;

  /** Signs in, checks scope and limits, does the work. Throws `Refused`. */
  function perform(route: Route, path: Readonly<Record<string, string>>, asked: Asked): object {
    const now = clock.now();
    const app = appOfToken(apps.values(), asked.headers.authorization, now);
    needScope(app, route.scopes);
    const body = asked.text === '' ? {} : parseBody(asked.text);
    if (tenant.terms.callsLeft <= 0) throw new Refused(99991403);
    tenant.terms.callsLeft -= 1;
    for (const [name, limit] of limitsOf(route, body)) limits.take(`${app.id} ${name}`, limit, now);
    if (route.locksTree && (locks > 0 || treeWrites > 1)) {
      locks = Math.max(0, locks - 1);
      throw new Refused(43024);
    }
    const data = route.answer({ tenant, app, path, query: asked.url.searchParams, body, now, pageSize, replays });
    if (route.kind === 'write') {
      writes += 1;
      tellBody(body);
    }
    const name = `${route.method} ${route.path}`;
    answered.set(name, (answered.get(name) ?? 0) + 1);
    return data;
  }

  function signIn(asked: Asked): Answer {
    const { app_id: id, app_secret: secret } = parseBody(asked.text) as { app_id?: string; app_secret?: string };
    if (!id || !secret) throw new Refused(10003);
    const app = apps.get(id);
    if (!app) throw new Refused(10014);
    if (app.secret !== secret) throw new Refused(10015);
    const { token, expire } = issueToken(app, clock.now());
    // The one answer whose payload stands beside `code`, not under `data`.
    return { status: 200, body: { code: 0, msg: 'ok', tenant_access_token: token, expire } };
  }

  async function answer(asked: Asked, response: ServerResponse): Promise<Answer | null> {
    const { pathname } = asked.url;
    const found = findRoute(asked.method, pathname);
    const route = typeof found === 'object' ? found.route : undefined;
    const dial = pathname.startsWith('/sandbox') || pathname === '/' ? undefined : dials.next(route?.kind ?? 'about');
    const failed = dial && (await failBefore(dial, asked));
    if (failed !== undefined) return failed;
    if (pathname === '/open-apis/auth/v3/tenant_access_token/internal') return signIn(asked);
    if (pathname === '/callback/ws/endpoint') {
      return { status: 200, body: connections.endpoint(apps, parseBody(asked.text), asked.headers.host ?? '') };
    }
    if (pathname === '/') return { status: 200, body: pageText(tenant, asked.url.searchParams) };
    if (pathname.startsWith('/sandbox/') && asked.method === 'POST') {
      const [action, form] = [pathname.slice('/sandbox/'.length), new URLSearchParams(asked.text)];
      const taken = isTaken(tenant, action, form);
      if (!taken) actOnPage(tenant, action, form, clock.now());
      const lang = asked.url.searchParams.get('lang') === 'en' ? 'en' : 'zh';
      return { status: 303, body: '', headers: { location: `/?lang=${lang}${taken ? '&taken' : ''}` } };
    }
    if (found === undefined) throw new Refused(99991201);
    if (found === 'method') throw new Refused(99991301);
    if (found.route.locksTree) {
      treeWrites += 1;
      response.once('close', () => {
        treeWrites -= 1;
      });
    }
    const name = `${found.route.method} ${found.route.path}`;
    const misfire = misfires.get(name);
    misfires.delete(name);
    if (misfire?.undone) throw new Refused(misfire.code ?? 40003);
    const data = perform(found.route, found.path, asked);
    if (misfire?.code !== undefined) throw new Refused(misfire.code);
    if (misfire) return null;
    if (dial?.fault === 'spoil-answer') return { status: 502, body: '<html><body><h1>502 Bad Gateway</h1></body></html>' };
    return dial?.fault === 'lose-answer' ? null : { status: 200, body: { code: 0, msg: 'success', data } };
  }

  /** null: the connection is closed without an answer; undefined: the request goes on. */
  async function failBefore(dial: FaultDial, asked: Asked): Promise<Answer | null | undefined> {
    switch (dial.fault) {
      case 'refuse-connection':
      case 'cut-connection':
        return null;
      case 'busy':
        throw new Refused(99991400, {
          headers:
            dial.afterMs === undefined
              ? {}
              : { 'x-ogw-ratelimit-limit': '50', 'x-ogw-ratelimit-reset': String(Math.ceil(dial.afterMs / 1000)) },
        });
      case 'server-error':
        throw new Refused(40003);
      case 'garbage':
        return {
          status: 502,
          body: `<html><body><h1>502 Bad Gateway</h1><pre>Authorization: ${asked.headers.authorization ?? ''}</pre></body></html>`,
        };
      case 'refuse-write':
        throw new Refused(41050);
      case 'expire-token':
        for (const app of apps.values()) app.tokens = [];
        return undefined;
      case 'delay':
        await clock.sleep(dial.afterMs ?? 1000, stop.signal);
        return undefined;
      case 'lose-answer':
      case 'spoil-answer':
        return undefined;
    }
  }

  const server = createServer((request, response) => {
    void handle(request, response).catch(() => response.destroy());
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    tellRequest(1);
    response.once('close', () => tellRequest(-1));
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const url = new URL(request.url ?? '/', 'http://simulator');
    const asked: Asked = { method: request.method ?? 'GET', url, headers: request.headers, text: Buffer.concat(pieces).toString('utf8') };
    let given: Answer | null;
    try {
      given = await answer(asked, response);
    } catch (error) {
      given = refusalAnswer(error);
    }
    if (given === null) return void response.destroy();
    const json = typeof given.body !== 'string';
    response.writeHead(given.status, {
      'content-type': json ? 'application/json; charset=utf-8' : 'text/html; charset=utf-8',
      'x-tt-logid': `2026${String(writes).padStart(6, '0')}${String(clock.now())}`,
      ...given.headers,
    });
    response.end(json ? JSON.stringify(given.body) : given.body);
  }

  connections.attach(server);
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve));
  const address = `http://${options.host ?? '127.0.0.1'}:${(server.address() as AddressInfo).port}`;
  const appOf = (id: string): SimApp => {
    const app = apps.get(id);
    if (!app) throw new Error(`The sandbox has no app ${id}.`);
    return app;
  };
  return {
    config: {
      appId: FULL_APP,
      appSecret: appOf(FULL_APP).secret,
      encryptKey: ENCRYPT_KEY,
      verificationToken: VERIFICATION_TOKEN,
      longConnection: true,
      baseUrl: address,
    },
    address,
    tenant,
    apps,
    events,
    connections,
    limits,
    answered,
    writes: () => writes,
    fault: (dial) => dials.set(dial),
    grant: (id, scopes) => void (appOf(id).scopes = new Set([...appOf(id).scopes, ...scopes])),
    withdraw: (id, scopes) => void (appOf(id).scopes = new Set([...appOf(id).scopes].filter((scope) => !scopes.includes(scope)))),
    narrow(id, range) {
      const app = appOf(id);
      const before = app.range;
      app.range = range;
      events.tellRange(app, before);
    },
    watchBodies: (listener) => void (tellBody = listener),
    watchRequests: (listener) => void (tellRequest = listener),
    misfire: (route, how = {}) => void misfires.set(route, how),
    lockTree: (times) => void (locks += times),
    async stop() {
      stop.abort();
      events.close();
      connections.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function parseBody(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null) return body as Record<string, unknown>;
  } catch {
    // Said below, as the vendor does.
  }
  throw new Refused(40001, { message: 'the body is not json' });
}

function refusalAnswer(error: unknown): Answer {
  if (!(error instanceof Refused)) throw error;
  const { code, message, status, headers, extra } = error;
  return { status, headers, body: { code, msg: message, ...(extra ? { error: extra } : {}) } };
}
