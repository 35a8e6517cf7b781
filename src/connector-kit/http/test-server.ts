// For tests of this folder only: a local server whose answers a test gives one by one, and a clock that tells what was slept.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../contract.ts';
import { openHttp, type Http, type HttpOptions } from './client.ts';
import { createPace } from './pace.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

export interface TestServer {
  readonly url: string;
  readonly seen: { readonly method: string; readonly path: string; readonly headers: IncomingMessage['headers']; readonly body: string }[];
  /** Answers of the next requests; the last one stays. */
  answer(...handlers: Handler[]): void;
  stop(): Promise<void>;
}

export async function startTestServer(): Promise<TestServer> {
  const seen: TestServer['seen'] = [];
  let handlers: Handler[] = [json(200, {})];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      seen.push({ method: request.method!, path: request.url!, headers: request.headers, body });
      const handler = handlers.length > 1 ? handlers.shift()! : handlers[0]!;
      handler(request, response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    answer: (...next) => {
      handlers = next;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Handler =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

/** The request was read, perhaps carried out; then the line is dead. */
export const cut: Handler = (request) => void request.socket.destroy();
/** Never answers. */
export const silent: Handler = () => {};

export interface TestClock extends Clock {
  readonly slept: number[];
}

/** Waiting takes no time and is noted. */
export function testClock(): TestClock {
  let now = Date.parse('2026-03-01T08:00:00Z');
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      slept.push(ms);
      now += ms;
    },
  };
}

export const testHttp = (url: string, clock: Clock, more: Partial<HttpOptions> = {}, log: HttpOptions['log'] = () => {}): Http =>
  openHttp({ clock, pace: createPace(clock), log, baseUrl: url, random: () => 0.5, ...more });
