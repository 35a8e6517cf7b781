// The typed client of the REST API: one function for every operation; refusals become ApiError with the server's own words.
import type { WireInput, WireName, WireOutput, WireRoute } from '../../../src/server/api/wire.ts';
import { shown, withOwnNames } from '../i18n/shown.ts';
import { routes } from './generated.ts';

export const API = '/api/v1';

/** A problem document (RFC 9457) as the server writes it, in the language that was asked for. */
interface Problem {
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly status: number;
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
  readonly saved?: { readonly by: string; readonly at: string; readonly what: readonly string[]; readonly revision?: number };
}

let language: 'en' | 'zh' = 'en';
/** Of the server's sentences. */
export const askIn = (wanted: 'en' | 'zh'): void => void (language = wanted);

export class ApiError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    const detail = shown(problem.detail, language);
    super(detail);
    this.problem = { ...problem, detail };
  }
}

/** Without a network, or from a server that answers with something else. */
const away = (): ApiError =>
  new ApiError(
    language === 'zh'
      ? { code: 'away', status: 0, title: '无法连接服务器', detail: '服务器未应答。页面会自动重试；若持续如此，请检查服务是否在运行。' }
      : {
          code: 'away',
          status: 0,
          title: 'The server does not answer',
          detail: 'The page tries again by itself. If it stays like this, look whether the server runs.',
        },
  );

type Given = Readonly<Record<string, unknown>>;

/** Fields that the path names go there; of GET and DELETE the rest is query, else body; `revision` travels as If-Match. */
export function requestOf(route: WireRoute, input: Given): { readonly url: string; readonly body?: string; readonly revision?: number } {
  const { revision, ...rest } = input as Given & { readonly revision?: number };
  const open = new Map(Object.entries(rest).filter(([, value]) => value !== undefined));
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = open.get(name);
    open.delete(name);
    return encodeURIComponent(String(value));
  });
  const with_ = revision === undefined ? {} : { revision };
  if (route.method !== 'GET' && route.method !== 'DELETE')
    return { url: API + path, ...with_, body: JSON.stringify(Object.fromEntries(open)) };
  const query = new URLSearchParams();
  for (const [name, value] of open) query.set(name, Array.isArray(value) ? value.join(',') : String(value));
  return { url: API + path + (query.size > 0 ? `?${query}` : ''), ...with_ };
}

async function answerOf(response: Response): Promise<unknown> {
  const text = withOwnNames(await response.text(), language);
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  if (response.ok) return isJson && text !== '' ? JSON.parse(text) : null;
  if (response.status === 401) toSignIn();
  if (isJson) throw new ApiError(JSON.parse(text) as Problem);
  throw away();
}

/** After signing in, the page that was open is shown again. */
export function toSignIn(): void {
  const here = `/${globalThis.location.hash}`;
  globalThis.location.assign(`/sign-in?lang=${language}&next=${encodeURIComponent(here)}`);
}

async function send(url: string, init: RequestInit): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, { ...init, headers: { 'accept-language': language, ...init.headers } });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw away();
  }
  return answerOf(response);
}

/** Asks or tells the server. Commands carry a key: sent twice by a bad network, they are carried out once. */
export async function call<Name extends WireName>(name: Name, input: WireInput<Name>, signal?: AbortSignal): Promise<WireOutput<Name>> {
  const route = routes[name];
  if (!route) throw new Error(`"${name}" has no route`);
  const { url, body, revision } = requestOf(route, input as Given);
  return (await send(url, {
    method: route.method,
    ...(body === undefined ? {} : { body }),
    ...(signal ? { signal } : {}),
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(route.method === 'GET' ? {} : { 'idempotency-key': crypto.randomUUID() }),
      ...(revision === undefined ? {} : { 'if-match': `"${revision}"` }),
    },
  })) as WireOutput<Name>;
}

/** Brings a file to the server; answers where it lies there. */
export const upload = (file: File, signal: AbortSignal): Promise<{ readonly path: string; readonly bytes: number }> =>
  send(`${API}/uploads/${encodeURIComponent(file.name)}`, {
    method: 'PUT',
    body: file,
    signal,
    headers: { 'content-type': 'application/octet-stream' },
  }) as Promise<{ path: string; bytes: number }>;

/** `GET /me` and what is below it: not operations, because they depend on who asks. */
export const get = <Answer>(path: string): Promise<Answer> => send(API + path, {}) as Promise<Answer>;

export const post = <Answer>(path: string, body: object): Promise<Answer> =>
  send(API + path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }) as Promise<Answer>;
