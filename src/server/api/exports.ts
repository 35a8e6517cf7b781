// Lists as files: one route per list that can be taken away, streamed while it is read.
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { operations, type OperationName } from '../../engine/commands.ts';
import { exportFormats, exportOf, type ExportFormat } from '../../engine/export/export.ts';
import { exportLists, exportNames, type ExportName } from '../../engine/export/lists.ts';
import { failureOf, issuesOf, routeGroups, type Route } from '../../engine/operations/operation.ts';
import type { Role } from '../principal.ts';
import { gather, shapeOf } from './input.ts';
import { languageOf, problemSchema, sendFailure } from './problem.ts';
import { invalid, isOutOfScope, type Served } from './routes.ts';

const how = z.strictObject({ format: z.enum(Object.keys(exportFormats) as [ExportFormat, ...ExportFormat[]]).default('xlsx') });

interface Source {
  readonly role: Role;
  readonly route: Route;
  readonly input: z.ZodObject<Record<string, z.ZodType>>;
}

export function registerExports(app: FastifyInstance, served: Served): void {
  for (const list of exportNames) {
    const { operation, paging } = exportLists[list];
    const source = operations[operation] as unknown as Source;
    const shape = Object.fromEntries(
      Object.entries(shapeOf(source.input)).filter(([name]) => !(paging as readonly string[]).includes(name)),
    );
    const filter = z.strictObject({ ...shape, ...how.shape });
    app.route({
      method: 'GET',
      url: `/exports/${list}`,
      config: { role: source.role },
      schema: {
        operationId: `export.${list}`,
        summary: `The whole of ${operation} as a file, streamed: xlsx, csv or json; sensitive values as dots, formulas neutralised`,
        tags: [routeGroups.runs.en],
        'x-role': source.role,
        querystring: filter,
        response: {
          200: {
            description: 'The file',
            content: Object.fromEntries(Object.values(exportFormats).map((type) => [type.split(';')[0]!, { schema: z.string() }])),
          },
          default: { description: 'Anything else', content: { 'application/problem+json': { schema: problemSchema } } },
        },
      } as object,
      validatorCompiler: () => (value: unknown) => ({ value }),
      serializerCompiler: () => JSON.stringify,
      handler: (request, reply) => send(request, reply, served, list, operation, filter),
    });
  }
}

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  served: Served,
  list: ExportName,
  operation: OperationName,
  filter: z.ZodObject<Record<string, z.ZodType>>,
): Promise<FastifyReply> {
  const route: Route = { method: 'GET', path: `/exports/${list}`, group: 'runs' };
  const query = request.query as Record<string, unknown>;
  const gathered = gather(operation, route, filter, { params: {}, query, body: request.body, ifMatch: undefined });
  const judged = filter.safeParse(gathered.input);
  const issues = [...gathered.issues, ...(judged.success ? [] : issuesOf(judged.error))];
  if (issues.length > 0 || !judged.success) return sendFailure(request, reply, invalid(issues));
  const { format, ...rest } = judged.data as { format: ExportFormat };
  if (await isOutOfScope(request, reply, served, operation, rest)) return reply;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const pieces = exportOf((name, input) => served.desk.call(name, input, request.principal!.name), {
    list,
    format,
    language: languageOf(request),
    filter: given,
  });
  try {
    // What is refused is refused before the answer has begun.
    const first = await pieces.next();
    reply.header('content-type', exportFormats[format]).header('content-disposition', `attachment; filename="tributary-${list}.${format}"`);
    return await reply.send(Readable.from(joined(first, pieces), { objectMode: false, highWaterMark: 1 }));
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind === 'fault') served.onFault(error);
    return sendFailure(request, reply, failure);
  }
}

async function* joined(first: IteratorResult<Buffer, unknown>, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  if (!first.done) yield first.value;
  yield* rest;
}
