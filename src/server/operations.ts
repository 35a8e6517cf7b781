// What operations ask: is it alive, may it get requests, and how is it doing.
import type { FastifyInstance } from 'fastify';
import type { Metrics } from './metrics.ts';
import { mayAct } from './principal.ts';

export interface OperationsOptions {
  /** Rejects, or does not answer, when the store or the engine cannot do its work. */
  readonly ready: () => Promise<void>;
  readonly metrics: Metrics | null;
}

const READY_MS = 2_000;

export function registerOperationsRoutes(app: FastifyInstance, { ready, metrics }: OperationsOptions): void {
  // The process answers: nothing else. Whoever restarts it must not do so because a database is away.
  app.get('/healthz', async () => ({ ok: true }));
  app.get('/readyz', async (_request, reply) => {
    try {
      await within(ready(), READY_MS);
      return { ok: true };
    } catch {
      return reply.code(503).send({ ok: false });
    }
  });
  if (!metrics) return;
  app.addHook('onResponse', async (request, reply) => {
    metrics.noteRequest(request.method, request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime);
  });
  app.get('/metrics', async (request, reply) => {
    if (!request.principal || !mayAct(request.principal, 'viewer') || request.principal.scope)
      return reply.code(401).header('www-authenticate', 'Bearer').type('text/plain').send('Send a token with the role viewer.\n');
    return reply.type(metrics.contentType).send(await metrics.read());
  });
}

async function within(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('too late')), ms);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
