// The REST API as one plugin: operations, events of runs, the OpenAPI document, and errors as problem documents.
import helmet from '@fastify/helmet';
import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { routeGroups } from '../../engine/operations/operation.ts';
import { acceptJson } from './body.ts';
import { components } from './components.ts';
import { answerErrors } from './errors.ts';
import { registerExports } from './exports.ts';
import { registerMe, type AboutServer } from './me.ts';
import { registerProgress } from './progress.ts';
import { sendProblem } from './problem.ts';
import { registerUploads } from './uploads.ts';
import { refuseIdleMatch, registerOperations, requireRole, type Served } from './routes.ts';

/** Components that nobody points to are left out. */
export function documentOf(app: FastifyInstance): Record<string, unknown> {
  const document = app.swagger() as unknown as { components: { schemas: Record<string, unknown> } } & Record<string, unknown>;
  for (let before = -1; before !== Object.keys(document.components.schemas).length; ) {
    before = Object.keys(document.components.schemas).length;
    const text = JSON.stringify(document);
    document.components.schemas = Object.fromEntries(
      Object.entries(document.components.schemas).filter(([name]) => text.includes(`"#/components/schemas/${name}"`)),
    );
  }
  return document;
}

export const API_PREFIX = '/api/v1';

/**
 * Register it below API_PREFIX. Somebody else sets `request.principal` before, in an onRequest hook; without one every
 * route but the document answers 401.
 */
export async function api(
  app: FastifyInstance,
  served: Served & { readonly about: AboutServer; readonly uploadsFolder: string },
): Promise<void> {
  if (!app.hasRequestDecorator('principal')) app.decorateRequest('principal', null);
  if (!app.hasRequestDecorator('whoNow'))
    app.decorateRequest('whoNow', async function whoNow(this: FastifyRequest) {
      return this.principal;
    });
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] } },
    referrerPolicy: { policy: 'no-referrer' },
  });
  app.addHook('onRequest', async (_request, reply) => void reply.header('cache-control', 'no-store'));
  app.addHook('onRequest', requireRole);
  app.addHook('onRequest', refuseIdleMatch);
  acceptJson(app);
  answerErrors(app, served.onFault);
  app.setNotFoundHandler((request, reply) =>
    sendProblem(request, reply, 'no-route', {
      detail: {
        en: `${request.method} ${request.url.split('?')[0]} is not known. ${API_PREFIX}/openapi.json lists what is.`,
        zh: `没有 ${request.method} ${request.url.split('?')[0]}。可用地址见 ${API_PREFIX}/openapi.json。`,
      },
    }),
  );
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Tributary',
        version: '1',
        description:
          'Everything the command line does. Lists page by an opaque `cursor`; edits take `If-Match`; commands take `Idempotency-Key`; every refusal is a problem document (RFC 9457), in English or Chinese by `Accept-Language`.',
        license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      },
      tags: Object.values(routeGroups).map((group) => ({ name: group.en, description: group.zh })),
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
    transform: createJsonSchemaTransform({ schemaRegistry: components }),
    transformObject: createJsonSchemaTransformObject({ schemaRegistry: components }),
  });
  registerMe(app, served.about);
  registerOperations(app, served);
  registerProgress(app, served);
  registerExports(app, served);
  await registerUploads(app, served, served.uploadsFolder);
  app.get('/openapi.json', { config: { role: 'public' }, schema: { hide: true } as object }, async () => documentOf(app));
}
