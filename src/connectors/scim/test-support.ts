// For tests of this folder only: a connection to a server in some mood, or to one whose answers a test writes itself.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Connection, ConnectionContext, DesiredObject, GetRequest, ReadEnd, WriteRequest } from '../../connector-kit/contract.ts';
import { createPace } from '../../connector-kit/http/pace.ts';
import type { Attributes, EndpointObject } from '../../core/model.ts';
import { configSchema, type Config, type Part } from './config.ts';
import { scim } from './index.ts';
import type { MoodName } from './simulator-moods.ts';
import { simulate, type ScimSimulator } from './simulator.ts';

const signal = new AbortController().signal;
export const clock = { now: () => Date.now(), sleep: async () => {} };

export interface Opened {
  readonly connection: Required<
    Pick<Connection<Part>, 'read' | 'get' | 'find' | 'create' | 'update' | 'disable' | 'remove' | 'changeMembers'>
  > &
    Connection<Part>;
  readonly logs: unknown[];
  readonly memory: Map<string, string>;
}

export async function open(config: Readonly<Record<string, unknown>>, memory = new Map<string, string>()): Promise<Opened> {
  const logs: unknown[] = [];
  const context: ConnectionContext<Config> = {
    connectionId: 'app',
    config: configSchema.parse(config),
    clock,
    pace: createPace(clock),
    log: (event, fields) => void logs.push([event, fields]),
    memory: { get: async (key) => memory.get(key), set: async (key, value) => void memory.set(key, value) },
    folder: '/nowhere',
  };
  const connection = (await scim.open(context)) as Opened['connection'];
  onTestFinished(() => connection.close());
  return { connection, logs, memory };
}

export async function server(mood: MoodName, options: Readonly<Record<string, unknown>> = {}): Promise<ScimSimulator> {
  const started = await simulate({ options: { mood, ...options } });
  onTestFinished(() => started.stop());
  return started;
}

export interface Said {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Record<string, unknown>;
}
export type Reply = readonly [status: number, body?: unknown, headers?: Readonly<Record<string, string>>];

/** A server whose answers are a function of the request; without discovery unless the function gives one. */
export async function scripted(answer: (said: Said) => Reply | undefined): Promise<{ readonly url: string; readonly seen: Said[] }> {
  const seen: Said[] = [];
  const running = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const url = new URL(request.url!, 'http://x');
      const body = request.headers['content-type']?.includes('json') ? (JSON.parse(text) as Record<string, unknown>) : {};
      const said = { method: request.method!, path: url.pathname, query: url.searchParams, headers: request.headers, body };
      seen.push(said);
      const [status, reply, headers] = answer(said) ?? [404, { status: '404' }];
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(reply === undefined ? '' : typeof reply === 'string' ? reply : JSON.stringify(reply));
    });
  });
  await new Promise<void>((resolve) => running.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    running.closeAllConnections();
    await new Promise((resolve) => running.close(resolve));
  });
  return { url: `http://127.0.0.1:${(running.address() as AddressInfo).port}/scim/v2`, seen };
}

export const bearer = (url: string, more: Readonly<Record<string, unknown>> = {}) => ({ url, token: 'token-of-the-test', ...more });

export const list = (resources: readonly unknown[], total: unknown = resources.length): Reply => [
  200,
  { totalResults: total, Resources: resources },
];

/** A server that has these people, and nothing else to say. */
export const users =
  (resources: readonly unknown[], total?: unknown) =>
  (said: Said): Reply | undefined =>
    said.method === 'GET' && said.path.endsWith('/Users') ? list(resources, total) : undefined;
export const person = (id: number, more: Record<string, unknown> = {}) => ({
  id: String(id),
  userName: `user${id}`,
  active: true,
  ...more,
});
export const idsOf = (objects: readonly { readonly id: string }[]): string[] =>
  objects.map(({ id }) => id).sort((a, b) => Number(a) - Number(b));

export const writing: WriteRequest<Part> = { part: {}, signal, now: 0, runId: 'run', idempotencyKey: 'key' };
export const asking = (attributes: readonly string[], relations: readonly string[] = []): GetRequest<Part> => ({
  attributes,
  relations,
  now: 0,
  signal,
});

export const desired = (directoryId: string, attributes: Attributes, more: Partial<DesiredObject> = {}): DesiredObject => ({
  directoryId,
  attributes,
  edges: {},
  enabled: true,
  ...more,
});

export async function readAll(
  { connection }: Opened,
  type: string,
  attributes: readonly string[],
  relations: readonly string[] = [],
): Promise<{ readonly objects: readonly EndpointObject[]; readonly end: ReadEnd | undefined }> {
  const objects: EndpointObject[] = [];
  let end: ReadEnd | undefined;
  for await (const event of connection.read(type, { ...asking(attributes, relations), part: {} })) {
    if (event.kind === 'objects') objects.push(...event.objects);
    if (event.kind === 'end') end = event;
  }
  return { objects, end };
}
