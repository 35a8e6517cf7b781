// The HTTP server: the read-only status page and a health check. Foreign Host headers are refused.
import Fastify, { type FastifyReply } from 'fastify';
import type { StatusView } from '../engine/operations/views.ts';
import { registerEvents, type ReceiveEvent } from './events.ts';
import { statusPage } from './status-page.ts';

export interface StatusPageOptions {
  readonly host: string;
  readonly port: number;
  readonly status: () => Promise<StatusView>;
  /** What comes to the callback URLs of sources. */
  readonly receive: ReceiveEvent;
  readonly onFault: (error: unknown) => void;
}

/** Pages of other sites must not read this one through a name that points here (DNS rebinding). */
export const isOwnHost = (header: string | undefined, host: string): boolean => {
  const name = (header ?? '').replace(/:\d+$/, '').toLowerCase();
  return ['127.0.0.1', 'localhost', '[::1]', host.toLowerCase()].includes(name) && name !== '0.0.0.0';
};

export async function openStatusPage(options: StatusPageOptions): Promise<{ url: string; stop(): Promise<void> }> {
  const app = Fastify({ logger: false, bodyLimit: 1024 });
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-frame-options': 'DENY',
    });
    // Vendors call under whatever name reaches this machine; what they send is signed.
    if (!request.url.startsWith('/events/') && !isOwnHost(request.headers.host, options.host)) return refuse(reply);
  });
  app.get('/healthz', async () => ({ ok: true }));
  app.get('/', async (request, reply) => {
    const asked = (request.query as { lang?: string }).lang ?? request.headers['accept-language'] ?? '';
    reply.type('text/html; charset=utf-8');
    return statusPage(await options.status(), /^zh/i.test(asked) ? 'zh' : 'en');
  });
  registerEvents(app, options.receive, options.onFault);
  const url = await listen(app, options.host, options.port);
  return { url, stop: () => app.close() };
}

const refuse = (reply: FastifyReply): FastifyReply =>
  reply.code(421).type('text/plain').send('This page answers only under the name of this machine.');

/** A busy port: the next one, ten times. */
async function listen(app: ReturnType<typeof Fastify>, host: string, port: number): Promise<string> {
  for (let offset = 0; ; offset++) {
    try {
      return await app.listen({ host, port: port === 0 ? 0 : port + offset });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || offset >= 10 || port === 0) throw error;
    }
  }
}
