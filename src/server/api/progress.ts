// The events of one run, or of several on one connection, as server-sent events: state, progress, end. Who follows one run and comes back goes on;
// whoever may not see runs any more hears no more of them from the next beat on.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { failureOf, issuesOf } from '../../engine/operations/operation.ts';
import { runView, type RunView } from '../../engine/operations/views.ts';
import { mayAct } from '../principal.ts';
import type { Desk } from '../socket.ts';
import { unknownFields, unknownQuery } from './input.ts';
import { problemSchema, sendFailure } from './problem.ts';
import { invalid, isOutOfScope, type Served } from './routes.ts';

const stages = ['', 'open', 'read', 'observe', 'assess', 'diff', 'guard', 'confirm', 'apply', 'record', 'close'];
const BEAT_MS = 15_000;
/** Between two events of progress. */
const PACE_MS = 200;
const END = 'end';
const underWay = new Set(['queued', 'running']);

const params = z.object({ run: z.coerce.number().int().positive() });
/** A page follows everything that moves on one connection: browsers keep six to a server, and each stream holds one. */
const MOST_RUNS = 100;
const list = z.object({
  runs: z
    .string()
    .regex(/^\d{1,15}(,\d{1,15})*$/, 'numbers of runs with commas between: 12,13')
    .transform((text) => [...new Set(text.split(',').map(Number))])
    .refine((runs) => runs.length <= MOST_RUNS, `at most ${MOST_RUNS} runs at once`),
});

const eventStream = (what: string): object => ({
  200: { description: what, content: { 'text/event-stream': { schema: runView } } },
  default: { description: 'Anything else', content: { 'application/problem+json': { schema: problemSchema } } },
});
/** What comes in is read by `list` and `params`; what goes out is written here. */
const asItIs = { validatorCompiler: () => (value: unknown) => ({ value }), serializerCompiler: () => JSON.stringify };

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
      response: { ...eventStream('A stream that ends with the run'), 204: z.null().describe('The end was told already') },
    } as object,
    ...asItIs,
    handler: (request, reply) => followOne(request, reply, served),
  });
  app.route({
    method: 'GET',
    url: '/runs/events',
    config: { role: 'viewer' },
    schema: {
      operationId: 'runs.events',
      summary: `Follows several runs on one connection, at most ${MOST_RUNS}: the events of each, as \`/runs/{run}/events\` tells them. A client that comes back hears the state of each anew`,
      tags: ['Runs, plans and changes'],
      'x-role': 'viewer',
      querystring: z.object({ runs: z.string().describe('Numbers of runs with commas between: 12,13') }),
      response: eventStream('A stream that ends with the last of the runs'),
    } as object,
    ...asItIs,
    handler: (request, reply) => followSeveral(request, reply, served),
  });
}

async function followOne(request: FastifyRequest, reply: FastifyReply, served: Served): Promise<FastifyReply | void> {
  const asked = params.safeParse(request.params);
  const unknown = unknownQuery(request);
  if (!asked.success || unknown.length > 0)
    return sendFailure(request, reply, invalid([...unknown, ...(asked.success ? [] : issuesOf(asked.error))]));
  const views = await wanted(request, reply, served, [asked.data.run]);
  if (!views) return reply;
  const [view] = views as [RunView];
  const seen = String(request.headers['last-event-id'] ?? '');
  if (seen === END && !underWay.has(view.state)) return reply.code(204).send();
  await tellAll(request, reply, served, [{ view, last: placeOf(seen) }]);
}

async function followSeveral(request: FastifyRequest, reply: FastifyReply, served: Served): Promise<FastifyReply | void> {
  const query = request.query as Readonly<Record<string, unknown>>;
  const asked = list.safeParse(query);
  const unknown = Object.keys(query).filter((field) => field !== 'runs');
  if (!asked.success || unknown.length > 0)
    return sendFailure(request, reply, invalid([...unknownFields(unknown), ...(asked.success ? [] : issuesOf(asked.error))]));
  const views = await wanted(request, reply, served, asked.data.runs);
  if (!views) return reply;
  await tellAll(
    request,
    reply,
    served,
    views.map((view) => ({ view, last: null })),
  );
}

/** null: refused, and answered. */
async function wanted(request: FastifyRequest, reply: FastifyReply, served: Served, runs: readonly number[]): Promise<RunView[] | null> {
  for (const run of runs) if (await isOutOfScope(request, reply, served, 'run.events', { run })) return null;
  try {
    return await Promise.all(runs.map(async (run) => ((await served.desk.call('run.get', { run }, '')) as { run: RunView }).run));
  } catch (error) {
    await sendFailure(request, reply, failureOf(error));
    return null;
  }
}

interface Followed {
  readonly view: RunView;
  /** What was told before the connection was lost. */
  readonly last: Place | null;
}

/** Until each has ended, the reader went away, or signed out, lost the role, or came with what is not good any more. */
async function tellAll(request: FastifyRequest, reply: FastifyReply, served: Served, followed: readonly Followed[]): Promise<void> {
  const { desk, onFault, beatMs = BEAT_MS } = served;
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
  const gone = new AbortController();
  raw.on('close', () => gone.abort());
  // Without an `end`: a browser asks again, is told why not, and leaves it at that.
  const cutOff = (): void => {
    gone.abort();
    raw.end();
  };
  const beat = setInterval(() => {
    if (!raw.writableEnded) raw.write(': here\n\n');
    mayStay(request).then(
      (may) => may || cutOff(),
      (error: unknown) => {
        onFault(error);
        cutOff();
      },
    );
  }, beatMs);
  const tell: Tell = (event, id, data) => {
    if (!raw.writableEnded) raw.write(`event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  try {
    await Promise.all(followed.map((one) => tellOne(desk, one, tell, gone.signal)));
  } catch (error) {
    onFault(error);
  } finally {
    clearInterval(beat);
    raw.end();
  }
}

async function mayStay(request: FastifyRequest): Promise<boolean> {
  const present = await request.whoNow();
  return present !== null && mayAct(present, 'viewer');
}

type Tell = (event: 'state' | 'progress' | 'end', id: string, data: unknown) => void;

async function tellOne(desk: Desk, followed: Followed, tell: Tell, gone: AbortSignal): Promise<void> {
  let { view, last } = followed;
  const run = view.id;
  let toldAt = Number.NEGATIVE_INFINITY;
  let { stage } = view;
  tell('state', idOf(last ?? placeAt(view.attempt, stage, 0)), view);
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
      gone,
    )) as [RunView];
  tell('end', END, view);
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
