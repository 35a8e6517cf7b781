// The REST API on a whole engine: a server without a port, people with each role, and requests in short words.
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { onTestFinished } from 'vitest';
import type { OidcProvider } from '../../src/core/oidc.ts';
import { carryOut } from '../../src/engine/commands.ts';
import type { EngineOptions, Progress } from '../../src/engine/context.ts';
import type { OwnAddress } from '../../src/engine/operations/operation.ts';
import type { RunView } from '../../src/engine/operations/views.ts';
import { API_PREFIX, api } from '../../src/server/api/api.ts';
import type { Principal, Role } from '../../src/server/principal.ts';
import type { Desk } from '../../src/server/socket.ts';
import { openScene, type JobPart, type Scene } from './plain-scene.ts';

/** Whatever was answered: an assertion fails where it is something else. */
export type Loose = ReturnType<typeof JSON.parse>;

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON. Tests read it as what they expect. */
  readonly body: Loose;
}

export interface Asked {
  readonly body?: unknown;
  /** Sent as it is. */
  readonly text?: string;
  readonly as?: Role | 'nobody';
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ApiScene {
  readonly scene: Scene;
  readonly app: FastifyInstance;
  readonly faults: unknown[];
  ask(method: string, path: string, asked?: Asked): Promise<Answer>;
}

/** The same as `serve` puts together, without threads: every call goes straight to the engine. */
export async function openApi(
  options: {
    people?: number;
    up?: JobPart;
    down?: JobPart;
    log?: EngineOptions['log'];
    oidcOfServer?: OidcProvider;
    ownAddress?: OwnAddress;
    atEnd?: (end: () => Promise<void> | void) => void;
  } = {},
  mount: (app: FastifyInstance) => Promise<void> | void = () => {},
): Promise<ApiScene> {
  const progress = new Set<(progress: Progress) => void>();
  const onProgress = (one: Progress): void => {
    for (const listener of progress) listener(one);
  };
  const scene = await openScene({ ...options, engine: { onProgress, ...(options.log ? { log: options.log } : {}) } });
  const { engine, clock, database } = scene.bench;
  const faults: unknown[] = [];
  const context = {
    reader: database,
    connectors: engine.options.connectors,
    now: () => clock.now(),
    engine,
    alone: true,
    oidcOfServer: options.oidcOfServer ?? null,
    ownAddress: options.ownAddress ?? null,
  };
  const desk: Desk = {
    call: (name, input, actor, once) => carryOut(name, { ...context, actor }, input, once),
    async follow(runs, onProgress, signal) {
      progress.add(onProgress);
      try {
        while (!signal.aborted && (await engine.drain(signal)).length > 0);
      } finally {
        progress.delete(onProgress);
      }
      return Promise.all(
        runs.map(async (run) => ((await carryOut('run.get', { ...context, actor: 'test' }, { run })) as { run: RunView }).run),
      );
    },
  };
  const app = Fastify();
  app.decorateRequest('principal', null);
  app.addHook('onRequest', async (request) => {
    const role = (request.headers['x-as'] ?? /^Bearer (\w+)$/.exec(request.headers.authorization ?? '')?.[1]) as Role | undefined;
    request.principal =
      role && role !== ('nobody' as string) ? ({ kind: 'person', id: role, name: `${role} Li`, roles: [role] } satisfies Principal) : null;
  });
  await mount(app);
  await app.register(api, {
    prefix: API_PREFIX,
    desk,
    onFault: (error) => faults.push(error),
    about: { publicUrl: null, version: 'test', isDemo: false },
    uploadsFolder: join(scene.bench.folder, 'uploads'),
  });
  await app.ready();
  (options.atEnd ?? onTestFinished)(() => app.close());
  return {
    scene,
    app,
    faults,
    async ask(method, path, asked = {}) {
      const answer = await app.inject({
        method: method as 'GET',
        url: `${API_PREFIX}${path}`,
        headers: {
          ...(asked.as === 'nobody' ? {} : { 'x-as': asked.as ?? 'admin' }),
          ...(asked.text !== undefined ? { 'content-type': 'application/json' } : {}),
          ...asked.headers,
        },
        ...(asked.text !== undefined ? { payload: asked.text } : asked.body !== undefined ? { payload: asked.body as object } : {}),
      });
      const type = String(answer.headers['content-type'] ?? '');
      return {
        status: answer.statusCode,
        type,
        headers: answer.headers as Record<string, string>,
        body: type.includes('json') ? JSON.parse(answer.body) : answer.body,
      };
    },
  };
}
