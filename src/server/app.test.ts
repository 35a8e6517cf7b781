// The server as it listens: with a certificate of its own, under its own name, and gone quickly when it is told to go.
import { readFileSync } from 'node:fs';
import { request as secureRequest } from 'node:https';
import { request as plainRequest } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hasOpenssl, ownCertificate } from '../../test/support/own-certificate.ts';
import { openServer, type ServerOptions } from './app.ts';

const options: ServerOptions = {
  host: '127.0.0.1',
  port: 0,
  publicUrl: null,
  trustedProxies: [],
  tls: null,
  status: async () => ({ now: 0, brakes: [], connections: [], jobs: [], runs: [], questions: [], problems: [] }) as never,
  receive: async () => ({ status: 404, headers: {}, body: '' }),
  onFault: () => {},
  ready: async () => {},
  metrics: null,
  members: null,
};

const statusOf = (url: string, ca?: Buffer): Promise<number | string> =>
  new Promise((resolve) => {
    const ask = url.startsWith('https') ? secureRequest(url, { ca }) : plainRequest(url);
    ask.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    ask.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    ask.end();
  });

describe('the server', () => {
  it.skipIf(!hasOpenssl)('speaks https with its own certificate, and nothing else then', async () => {
    const tls = ownCertificate();
    const server = await openServer({ ...options, tls });
    onTestFinished(() => server.stop());
    expect(server.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(await statusOf(`${server.url}/healthz`, readFileSync(tls.certificate))).toBe(200);
    expect(await statusOf(`${server.url}/healthz`), 'not trusted without its certificate').not.toBe(200);
    expect(await statusOf(`${server.url.replace('https', 'http')}/healthz`)).not.toBe(200);
  });

  it('stops within a second although somebody still listens', async () => {
    const server = await openServer({
      ...options,
      receive: () => new Promise(() => {}),
    });
    const waiting = statusOf(`${server.url}/events/x`);
    const began = performance.now();
    await server.stop();
    expect(performance.now() - began).toBeLessThan(5000);
    expect(await waiting).not.toBe(200);
  });
});
