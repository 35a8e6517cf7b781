// One route per operation, made from the table: address, role, input, answer and refusals.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { operations, type OperationName } from '../../engine/commands.ts';
import type { Label } from '../../core/model.ts';
import { failureOf, issuesOf, routeGroups, type Route } from '../../engine/operations/operation.ts';
import { alsoMay } from '../../engine/sign-in/roles.ts';
import { roleWords } from '../../engine/words.ts';
import { mayAct, type Principal, type Role } from '../principal.ts';
import { scopeProblem } from '../scope.ts';
import type { Desk } from '../socket.ts';
import { writeCursor } from './cursor.ts';
import { gather, IF_MATCH, shapeOf, wireOf } from './input.ts';
import { problemSchema, sendFailure, sendProblem } from './problem.ts';

export interface Served {
  readonly desk: Desk;
  readonly onFault: (error: unknown) => void;
  /** How often whoever follows runs hears that the server is there, and is looked at again. Tests take a shorter one. */
  readonly beatMs?: number;
}

interface AnyOperation {
  readonly where: 'reader' | 'engine';
  readonly role: Role;
  readonly does: { readonly en: string; readonly zh: string };
  readonly route: Route;
  readonly input: z.ZodType;
  readonly output: z.ZodType;
}

/** Every operation that has a route; the others are for the server itself. */
export const table = Object.entries(operations).filter(([, operation]) => operation.route !== null) as unknown as readonly (readonly [
  OperationName,
  AnyOperation,
])[];

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call it. Every route below /api/v1 has one; `public` for those that need nobody. */
    role?: Role | 'public';
    /** Who may beside that role. */
    also?: Role;
    /** It has a revision, and takes `If-Match`. */
    hasRevision?: boolean;
  }
  interface FastifySchema {
    'x-role'?: Role | 'public';
    'x-also'?: Role;
  }
}

export function registerOperations(app: FastifyInstance, served: Served): void {
  for (const [name, operation] of table) {
    app.route({
      method: operation.route.method,
      url: wireOf(operation.route, operation.input).url,
      config: { role: operation.role, also: alsoMay(operation), hasRevision: IF_MATCH in shapeOf(operation.input) },
      schema: schemaOf(name, operation),
      // The schemas above are the document; the operation itself judges, and names every field that is wrong.
      validatorCompiler: () => (value: unknown) => ({ value }),
      serializerCompiler: () => JSON.stringify,
      handler: (request, reply) => answer(name, operation, served, request, reply),
    });
  }
}

async function answer(name: OperationName, operation: AnyOperation, served: Served, request: FastifyRequest, reply: FastifyReply) {
  const { route } = operation;
  const gathered = gather(name, route, operation.input, {
    params: request.params as Record<string, string>,
    query: request.query as Record<string, unknown>,
    body: request.body,
    ifMatch: request.headers['if-match'],
  });
  const judged = operation.input.safeParse(gathered.input);
  const issues = [...gathered.issues, ...(judged.success ? [] : issuesOf(judged.error))];
  const key = request.headers['idempotency-key'];
  if (key !== undefined && (typeof key !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(key)))
    issues.push({ field: 'Idempotency-Key', message: { en: 'up to 200 printable characters', zh: '最多 200 个可打印字符' } });
  if (issues.length > 0) return sendFailure(request, reply, invalid(issues));
  const { principal } = request;
  if (await isOutOfScope(request, reply, served, name, gathered.input)) return reply;
  const once = key === undefined ? undefined : { by: `${principal!.kind}:${principal!.id}`, key: key as string };
  try {
    const result = (await served.desk.call(name, gathered.input, actorOf(request.principal!), once)) as Record<string, unknown>;
    if (typeof result[IF_MATCH] === 'number') reply.header('etag', `"${result[IF_MATCH]}"`);
    if (route.page !== undefined && result.next !== null) result.next = writeCursor(name, result.next);
    return await reply.code(route.status ?? 200).send(result);
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind === 'fault') served.onFault(error);
    return sendFailure(request, reply, failure);
  }
}

export const invalid = (issues: ReturnType<typeof issuesOf>) => ({
  kind: 'refused' as const,
  code: 'invalid' as const,
  issues,
  label: {
    en: `Not understood: ${issues.map((issue) => `${issue.field || 'input'}: ${issue.message.en}`).join('; ')}`,
    zh: `无法理解：${issues.map((issue) => `${issue.field || 'input'}:${issue.message.zh}`).join(';')}`,
  },
});

/** A token for some connections and jobs only; true when it was refused here. */
export async function isOutOfScope(
  request: FastifyRequest,
  reply: FastifyReply,
  served: Served,
  name: OperationName | 'run.events',
  input: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const scope = request.principal?.scope;
  const detail = scope ? await scopeProblem(scope, served.desk, name, input) : null;
  if (!detail) return false;
  await sendProblem(request, reply, 'not-allowed', { detail });
  return true;
}

/** As history and audit log name somebody. */
const actorOf = (principal: Principal): string => principal.name;

const named = (role: string, language: keyof Label): string => roleWords[role]?.[language] ?? role;

/** Nobody passes without a role; a route that names none is closed to everybody. */
export async function requireRole(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | void> {
  const wanted = request.is404 ? 'public' : request.routeOptions.config.role;
  if (wanted === 'public') return;
  const { principal } = request;
  if (!principal) {
    reply.header('www-authenticate', 'Bearer');
    return sendProblem(request, reply, 'not-signed-in', {
      detail: { en: 'Sign in, or send a token: Authorization: Bearer …', zh: '请登录，或携带令牌：Authorization: Bearer …' },
    });
  }
  const { also } = request.routeOptions.config;
  if ([wanted, also].some((role) => role !== undefined && mayAct(principal, role))) return;
  return sendProblem(request, reply, 'not-allowed', {
    detail: {
      en: `This needs the role ${wanted === undefined ? 'that nobody has' : named(wanted, 'en')}. You have: ${principal.roles.map((role) => named(role, 'en')).join(', ') || 'none'}. An administrator can give it to you.`,
      zh: `此操作需要角色“${wanted === undefined ? '无人拥有' : named(wanted, 'zh')}”。您拥有：${principal.roles.map((role) => named(role, 'zh')).join('、') || '无'}。请联系管理员授予。`,
    },
  });
}

/** Whoever sends a condition counts on it: where nothing has a revision, going on would be to overwrite what was to be kept. */
export async function refuseIdleMatch(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | void> {
  if (request.headers['if-match'] === undefined || request.is404 || request.routeOptions.config.hasRevision) return;
  const message: Label = {
    en: 'what this address is about has no revision, so nothing can be compared; leave the header out',
    zh: '此地址的内容没有版本号，无法比较；请去掉该请求头',
  };
  return sendFailure(request, reply, invalid([{ field: 'If-Match', message }]));
}

const problems = { description: 'Anything else', content: { 'application/problem+json': { schema: problemSchema } } };

function schemaOf(name: string, operation: AnyOperation): object {
  const { route } = operation;
  const wire = wireOf(route, operation.input);
  const shape = shapeOf(operation.input);
  const pick = (names: readonly string[]): Record<string, z.ZodType> => Object.fromEntries(names.map((field) => [field, shape[field]!]));
  const query = pick(wire.query.filter((field) => field !== route.page));
  if (route.page !== undefined) query.cursor = z.string().optional().describe('`next` of the page before.');
  const headers: Record<string, z.ZodType> = {};
  if (operation.where === 'engine')
    headers['idempotency-key'] = z
      .string()
      .max(200)
      .optional()
      .describe(
        'The same request with the same key is carried out once and answered the same; another request with it: 422. Kept for 24 hours.',
      );
  if (IF_MATCH in shape) headers['if-match'] = z.string().optional().describe('ETag of what was read; when it was saved meanwhile: 412.');
  return {
    operationId: name,
    summary: operation.does.en,
    tags: [routeGroups[route.group].en],
    'x-role': operation.role,
    ...(alsoMay(operation) ? { 'x-also': alsoMay(operation) } : {}),
    ...(wire.path.length > 0 ? { params: z.object(pick(wire.path)) } : {}),
    ...(Object.keys(query).length > 0 ? { querystring: z.object(query) } : {}),
    ...(wire.body.length > 0 ? { body: z.strictObject(pick(wire.body)) } : {}),
    ...(Object.keys(headers).length > 0 ? { headers: z.object(headers) } : {}),
    response: { [route.status ?? 200]: wireOutput(operation), default: problems },
  };
}

/** On the wire `next` is text. */
const wireOutput = (operation: AnyOperation): z.ZodType =>
  operation.route.page === undefined
    ? operation.output
    : (operation.output as z.ZodObject).extend({
        next: z.string().nullable().describe('Give it as `cursor`; null: this was the last page.'),
      });
