// With a server elsewhere: commands go through its REST API, with a token.
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { operations, type OperationName } from '../engine/commands.ts';
import type { Label } from '../core/model.ts';
import type { Progress } from '../engine/context.ts';
import type { Route } from '../engine/operations/operation.ts';
import type { RunView } from '../engine/operations/views.ts';
import { readCursor, writeCursor } from '../server/api/cursor.ts';
import { IF_MATCH, wireOf } from '../server/api/input.ts';
import { CliError } from './errors.ts';
import { EngineFault, isUnderWay, RefusedError, type Session } from './session.ts';

export interface RemoteOptions {
  readonly server: URL;
  readonly token: string;
  readonly language: 'en' | 'zh';
  readonly signal: AbortSignal;
}

interface Routed {
  /** null: never over HTTP. */
  readonly route: Route | null;
  readonly input: z.ZodType;
  readonly where: string;
  readonly does: Label;
}

/** Tries of a request that did not get through; commands carry a key, so that none is carried out twice. */
const TRIES = 3;
const PAUSE_MS = 300;

export function remoteSession(options: RemoteOptions): Session {
  const base = options.server.href.replace(/\/+$/, '').replace(/\/api\/v1$/, '');
  const headers = { authorization: `Bearer ${options.token}`, 'accept-language': options.language };
  const send = async (method: string, path: string, more: { body?: string; headers?: Record<string, string> }): Promise<Response> => {
    for (let tries = 1; ; tries++) {
      try {
        return await fetch(`${base}/api/v1${path}`, {
          method,
          headers: { ...headers, ...more.headers },
          ...(more.body === undefined ? {} : { body: more.body }),
          signal: options.signal,
        });
      } catch (error) {
        options.signal.throwIfAborted();
        if (tries < TRIES) {
          await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * tries));
          continue;
        }
        const why = ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code ?? (error as Error).message;
        throw new CliError(
          `${base} cannot be reached: ${why}. Check --server (or TRIBUTARY_SERVER) and whether the server runs.`,
          `无法连接 ${base}：${why}。请检查 --server（或 TRIBUTARY_SERVER）以及服务器是否在运行。`,
        );
      }
    }
  };
  const session: Session = {
    isServed: true,
    elsewhere: base,
    async call(name, input) {
      const { route, input: schema, where, does } = operations[name] as unknown as Routed;
      if (route === null)
        throw new CliError(
          `${base} cannot be asked for this: "${does.en}" is done on its own machine alone. Call the command there, without --server (or TRIBUTARY_SERVER).`,
          `无法向 ${base} 请求此操作：“${does.zh}”只能在其本机上执行。请在该机器上执行命令，不带 --server（或 TRIBUTARY_SERVER）。`,
        );
      const asked = addressOf(name, route, schema, input as Record<string, unknown>);
      const answer = await send(route.method, asked.path, {
        headers: {
          ...asked.headers,
          ...(asked.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(where === 'engine' ? { 'idempotency-key': randomUUID() } : {}),
        },
        ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
      });
      const body = (await readBody(answer, base)) as Record<string, unknown>;
      if (answer.status >= 400) throw errorOf(answer.status, body, base);
      if (route.page !== undefined && typeof body.next === 'string') body.next = readCursor(name, body.next);
      return body as never;
    },
    follow: (runs, onProgress) => Promise.all(runs.map((run) => followOne(run, onProgress))),
    async close() {},
  };
  const followOne = async (run: number, onProgress: (progress: Progress) => void): Promise<RunView> => {
    let last = '';
    for (;;) {
      const answer = await send('GET', `/runs/${run}/events`, { headers: last === '' ? {} : { 'last-event-id': last } });
      if (answer.status >= 400) throw errorOf(answer.status, (await readBody(answer, base)) as Record<string, unknown>, base);
      try {
        for await (const event of eventsOf(answer.body ?? [])) {
          last = event.id;
          if (event.name === 'progress') onProgress(event.data as Progress);
          if (event.name === 'end') return event.data as RunView;
        }
      } catch (error) {
        options.signal.throwIfAborted();
        if (!(error instanceof Error)) throw error;
      }
      // Cut off, or told already: the run itself says how it stands.
      const { run: view } = await session.call('run.get', { run });
      if (!isUnderWay(view.state)) return view;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  };
  return session;
}

interface Address {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: Record<string, unknown>;
}

function addressOf(name: OperationName, route: Route, schema: z.ZodType, input: Record<string, unknown>): Address {
  const wire = wireOf(route, schema);
  const query = new URLSearchParams();
  for (const field of wire.query) {
    const value = input[field];
    if (value === undefined) continue;
    // A page of a list begins where the one before ended; 0 is the beginning.
    if (field === route.page) {
      if (value !== 0) query.set('cursor', writeCursor(name, value));
    } else if (Array.isArray(value)) for (const one of value) query.append(field, String(one));
    else query.set(field, String(value));
  }
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, field: string) => encodeURIComponent(String(input[field])));
  return {
    path: query.size > 0 ? `${path}?${query}` : path,
    headers: input[IF_MATCH] === undefined ? {} : { 'if-match': `"${String(input[IF_MATCH])}"` },
    ...(wire.body.length > 0
      ? { body: Object.fromEntries(wire.body.flatMap((field) => (input[field] === undefined ? [] : [[field, input[field]]]))) }
      : {}),
  };
}

async function readBody(answer: Response, base: string): Promise<unknown> {
  const text = await answer.text();
  try {
    return text === '' ? {} : (JSON.parse(text) as unknown);
  } catch {
    throw new CliError(
      `${base} answered ${answer.status} with something that is not Tributary's. Is the address right, or is a proxy in between?`,
      `${base} 返回 ${answer.status}，但内容不是 Tributary 的应答。请检查地址，或中间是否有代理。`,
    );
  }
}

function errorOf(status: number, problem: Record<string, unknown>, base: string): Error {
  const detail = typeof problem.detail === 'string' ? problem.detail : `${base}: ${status}`;
  const label = { en: detail, zh: detail };
  if (status === 500) return new EngineFault(label);
  if (problem.code === 'no-route')
    return new CliError(
      `The server at ${base} does not know this yet. Is it older than this command?`,
      `服务器 ${base} 不支持此命令，其版本可能较旧。`,
    );
  if (status === 401)
    return new CliError(
      `${base} does not accept the token. Make one on the server with "tributary token create", and give it as TRIBUTARY_TOKEN.`,
      `${base} 不接受此令牌。请在服务器上用 tributary token create 创建，并通过 TRIBUTARY_TOKEN 提供。`,
    );
  return new RefusedError({ kind: 'refused', label });
}

interface ServerEvent {
  readonly name: string;
  readonly id: string;
  readonly data: unknown;
}

async function* eventsOf(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
      const fields = new Map(
        rest
          .slice(0, end)
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
      );
      rest = rest.slice(end + 2);
      if (fields.has('data'))
        yield { name: fields.get('event') ?? '', id: fields.get('id') ?? '', data: JSON.parse(fields.get('data')!) as unknown };
    }
  }
}
