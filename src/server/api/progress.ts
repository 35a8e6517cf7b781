// The events of one run as server-sent events: its state, its progress, its end. A client that comes back goes on.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { failureOf, issuesOf } from '../../engine/operations/operation.ts';
import { runView, type RunView } from '../../engine/operations/views.ts';
import { unknownQuery } from './input.ts';
import { problemSchema, sendFailure } from './problem.ts';
import { invalid, isOutOfScope, type Served } from './routes.ts';

const stages = ['', 'open', 'read', 'observe', 'assess', 'diff', 'guard', 'confirm', 'apply', 'record', 'close'];
const BEAT_MS = 15_000;
/** Between two events of progress. */
const PACE_MS = 200;
const END = 'end';
const underWay = new Set(['queued', 'running']);

const params = z.object({ run: z.coerce.number().int().positive() });

export function registerProgress(app: FastifyInstance, served: Served): void {
  app.route({
    method: 'GET',
    url: '/runs/:run/events',
    config: { role: 'viewer' },
    schema: {
      operationId: 'run.events',
      summary:
        'Follows a run as server-sent events: `state` with the run, `progress` with stage, done and total, `end` with the run. With Last-Event-ID it goes on; 204 when nothing is left to tell',
      tags: ['Runs, plans and changes'],
      'x-role': 'viewer',
      params: z.object({ run: z.int().positive() }),
      headers: z.object({ 'last-event-id': z.string().optional() }),
      response: {
        200: { description: 'A stream that ends with the run', content: { 'text/event-stream': { schema: runView } } },
        204: z.null().describe('The end was told already'),
        default: { description: 'Anything else', content: { 'application/problem+json': { schema: problemSchema } } },
      },
    } as object,
    validatorCompiler: () => (value: unknown) => ({ value }),
    serializerCompiler: () => JSON.stringify,
    handler: (request, reply) => stream(request, reply, served),
  });
}

async function stream(request: FastifyRequest, reply: FastifyReply, served: Served): Promise<FastifyReply | void> {
  const { desk, onFault } = served;
  const asked = params.safeParse(request.params);
  const unknown = unknownQuery(request);
  if (!asked.success || unknown.length > 0)
    return sendFailure(request, reply, invalid([...unknown, ...(asked.success ? [] : issuesOf(asked.error))]));
  const { run } = asked.data;
  if (await isOutOfScope(request, reply, served, 'run.events', { run })) return reply;
  let view: RunView;
  try {
    view = ((await desk.call('run.get', { run }, '')) as { run: RunView }).run;
  } catch (error) {
    return sendFailure(request, reply, failureOf(error));
  }
  const seen = String(request.headers['last-event-id'] ?? '');
  if (seen === END && !underWay.has(view.state)) return reply.code(204).send();
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
  const gone = new AbortController();
  raw.on('close', () => gone.abort());
  const beat = setInterval(() => raw.write(': here\n\n'), BEAT_MS);
  const tell = (event: string, id: string, data: unknown): void => {
    if (!raw.writableEnded) raw.write(`event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  let last = placeOf(seen);
  let toldAt = Number.NEGATIVE_INFINITY;
  let stage = view.stage;
  tell('state', idOf(last ?? placeAt(view.attempt, stage, 0)), view);
  try {
    if (underWay.has(view.state))
      [view] = (await desk.follow(
        [run],
        (progress) => {
          if (progress.run !== run) return;
          const isNew = progress.stage !== '' && progress.stage !== stage;
          if (isNew) stage = progress.stage;
          const place = placeAt(view.attempt, stage, progress.done);
          // Slow readers are told less often; a new stage is always told. What was told before the break is not told again.
          if ((last && !isAfter(place, last)) || (!isNew && performance.now() - toldAt < PACE_MS)) return;
          last = place;
          toldAt = performance.now();
          tell('progress', idOf(place), { run, stage, done: progress.done, total: progress.total });
        },
        gone.signal,
      )) as [RunView];
    tell('end', END, view);
  } catch (error) {
    onFault(error);
  } finally {
    clearInterval(beat);
    raw.end();
  }
}

/** Attempt, stage and objects done: grows while a run goes on. */
type Place = readonly [attempt: number, stage: number, done: number];

const placeAt = (attempt: number, stage: string, done: number): Place => [attempt, Math.max(0, stages.indexOf(stage)), done];
const idOf = (place: Place): string => place.join('.');
const placeOf = (id: string): Place | null => {
  const match = /^(\d{1,9})\.(\d{1,3})\.(\d{1,12})$/.exec(id);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : null;
};
function isAfter(a: Place, b: Place): boolean {
  for (let index = 0; index < 3; index++) if (a[index] !== b[index]) return a[index]! > b[index]!;
  return false;
}
