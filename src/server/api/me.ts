// Who is signed in and what this server is: what the console asks first.
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { mayAct, type Role } from '../principal.ts';
import { unknownQuery } from './input.ts';
import { problemSchema, sendFailure } from './problem.ts';
import { invalid } from './routes.ts';

const roles = ['viewer', 'operator', 'approver', 'admin', 'auditor'] as const satisfies readonly Role[];

export const meView = z.object({
  name: z.string(),
  kind: z.enum(['person', 'token', 'local']),
  roles: z.array(z.enum(roles)),
  may: z.array(z.enum(roles)).describe('What these roles let somebody do.'),
  publicUrl: z.string().nullable().describe('The address that vendors and mails use; null: the one this answer came from.'),
  version: z.string(),
  isDemo: z.boolean().describe('Nobody needs to sign in: made-up people, kept until the demo ends.'),
});

/** What the server is, beside who asks. */
export interface AboutServer {
  readonly publicUrl: string | null;
  readonly version: string;
  readonly isDemo: boolean;
}

export function registerMe(app: FastifyInstance, about: AboutServer): void {
  app.route({
    method: 'GET',
    url: '/me',
    config: { role: 'viewer' },
    schema: {
      operationId: 'me',
      summary: 'Says who is signed in, what they may do, and what this server is',
      tags: ['Status and brake'],
      'x-role': 'viewer',
      response: {
        200: meView,
        default: { description: 'Anything else', content: { 'application/problem+json': { schema: problemSchema } } },
      },
    } as object,
    serializerCompiler: () => JSON.stringify,
    handler: async (request, reply) => {
      const unknown = unknownQuery(request);
      if (unknown.length > 0) return sendFailure(request, reply, invalid(unknown));
      const principal = request.principal!;
      const me: z.output<typeof meView> = {
        name: principal.name,
        kind: principal.kind,
        roles: [...principal.roles],
        may: roles.filter((role) => mayAct(principal, role)),
        ...about,
      };
      return me;
    },
  });
}
