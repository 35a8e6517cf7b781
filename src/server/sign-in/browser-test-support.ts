// A server without a port and browsers that keep cookies, send forms from its own pages, and follow nothing by themselves.
import { onTestFinished } from 'vitest';
import type { FastifyInstance } from 'fastify';
import { openBench, type Bench } from '../../engine/sign-in/sign-in-test-support.ts';
import { serverApp, type Members, type ServerOptions } from '../app.ts';
import { createMetrics } from '../metrics.ts';
import type { Oidc } from './oidc.ts';
import { providerInForce } from './provider.ts';

export interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface Browser {
  readonly cookies: Map<string, string>;
  /** Attributes of the cookies set last, as sent. */
  readonly set: string[];
  get(url: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** A form of our own page, unless headers say otherwise. */
  post(url: string, form: Readonly<Record<string, string>>, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

export interface Site {
  readonly bench: Bench;
  readonly app: FastifyInstance;
  readonly faults: unknown[];
  browser(address?: string): Browser;
}

export const HOST = '127.0.0.1:7300';
const empty = { now: 0, brakes: [], connections: [], jobs: [], runs: [], questions: [], problems: [] };

/** `oidc`: null = as it is saved in the store. `members`: what differs of the side that people and programs with an account reach. */
export async function openSite(more: Partial<ServerOptions> = {}, oidc: Oidc | null = null, members: Partial<Members> = {}): Promise<Site> {
  const bench = await openBench();
  const faults: unknown[] = [];
  const options: ServerOptions = {
    host: '127.0.0.1',
    port: 0,
    publicUrl: null,
    trustedProxies: [],
    tls: null,
    status: async () => empty as never,
    receive: async () => ({ status: 404, headers: {}, body: '' }),
    onFault: (error) => void faults.push(error),
    ready: async () => {},
    metrics: createMetrics(bench.database, () => bench.clock.now),
    members: {
      version: 'test',
      uploadsFolder: '',
      reader: bench.database,
      perform: bench.perform,
      now: () => bench.clock.now,
      oidc: oidc ? async () => oidc : providerInForce({ reader: bench.database, perform: bench.perform, fixed: null }),
      desk: {
        call: async (name, _input, actor) => ({ name, actor }),
        follow: async () => [],
      },
      ...members,
    },
    ...more,
  };
  const app = await serverApp(options, () => options.publicUrl?.origin ?? `http://${HOST}`);
  await app.ready();
  onTestFinished(() => app.close());
  return { bench, app, faults, browser: (address = '192.0.2.7') => browserOf(app, address, options.publicUrl) };
}

function browserOf(app: FastifyInstance, remoteAddress: string, publicUrl: URL | null): Browser {
  const cookies = new Map<string, string>();
  const set: string[] = [];
  const host = publicUrl?.host ?? HOST;
  const ask = async (method: 'GET' | 'POST', url: string, headers: object, payload?: string): Promise<Answer> => {
    const answer = await app.inject({
      method,
      url,
      remoteAddress,
      headers: {
        host,
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...headers,
      },
      ...(payload === undefined ? {} : { payload }),
    });
    set.splice(0, set.length, ...[answer.headers['set-cookie'] ?? []].flat());
    for (const one of answer.cookies) {
      if (one.expires && one.expires.getTime() <= 0) cookies.delete(one.name);
      else cookies.set(one.name, one.value);
    }
    return {
      status: answer.statusCode,
      location: answer.headers.location,
      headers: answer.headers as Answer['headers'],
      text: answer.body,
    };
  };
  return {
    cookies,
    set,
    get: (url, headers = {}) => ask('GET', url, headers),
    post: (url, form, headers = {}) =>
      ask(
        'POST',
        url,
        { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin', ...headers },
        new URLSearchParams(form).toString(),
      ),
  };
}
