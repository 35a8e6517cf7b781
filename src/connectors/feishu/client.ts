// Signs in and sends every request: the only file with addresses. Requests are paced per API to the published limits.
//
// Repeated are: what was refused before anything was done (too fast, tree locked, token expired), reads that failed on the way,
// and writes that may be sent twice: with a client_token Feishu answers the second like the first, and a PATCH or DELETE
// says what shall be, not what to do. What fails after that is thrown; of such a write nobody knows the outcome.
import { createHash } from 'node:crypto';
import { Agent, request as send } from 'undici';
import type { z } from 'zod';
import type { ConnectionContext } from '../../connector-kit/contract.ts';
import { ConnectorError } from '../../connector-kit/errors.ts';
import { errorOf, RENEW_TOKEN, SLOW_DOWN, TREE_LOCKED } from './codes.ts';
import { hostOf, type Config } from './config.ts';
import { Pacer, type Pace } from './pace.ts';
import { envelopeShape, tokenShape, type Envelope } from './wire.ts';

export interface Operation {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly kind: 'read' | 'write';
  readonly pace: Pace;
  /** Sending it twice is like once. */
  readonly repeatable: boolean;
  /** Takes a lock at the vendor: sent one after the other. */
  readonly serial?: string;
}

/** @see https://open.feishu.cn/document/server-docs/api-call-guide/frequency-control */
const USUAL: Pace = { perMinute: 1000, perSecond: 50 };
const HUNDRED: Pace = { perMinute: 100 };
const ONE_A_SECOND: Pace = { perSecond: 1 };
/** "Special", lower, and not published. @see https://open.feishu.cn/document/server-docs/contact-v3/department/get */
const CAREFUL: Pace = { perMinute: 300, perSecond: 10 };

const CONTACT = '/open-apis/contact/v3';
type More = Partial<Pick<Operation, 'pace' | 'serial' | 'repeatable'>>;
const reads = (path: string, more: More = {}, method: Operation['method'] = 'GET'): Operation => ({
  method,
  path: path.startsWith('/open-apis') ? path : CONTACT + path,
  kind: 'read',
  pace: USUAL,
  repeatable: true,
  ...more,
});
const writes = (method: Operation['method'], path: string, more: More = {}): Operation => ({
  method,
  path: CONTACT + path,
  kind: 'write',
  pace: USUAL,
  repeatable: true,
  ...more,
});
const TREE = { serial: 'tree' };

export const operations = {
  scopes: reads('/scopes'),
  grants: reads('/open-apis/application/v6/scopes', { pace: HUNDRED }),
  tenant: reads('/open-apis/tenant/v2/tenant/query'),
  customAttrs: reads('/custom_attrs'),
  employeeTypes: reads('/employee_type_enums'),
  department: reads('/departments/:id', { pace: CAREFUL }),
  departments: reads('/departments/batch'),
  children: reads('/departments/:id/children'),
  parents: reads('/departments/parent'),
  members: reads('/users/find_by_department'),
  user: reads('/users/:id'),
  users: reads('/users/batch'),
  findUsers: reads('/users/batch_get_id', {}, 'POST'),
  groups: reads('/group/simplelist'),
  group: reads('/group/:id'),
  groupMembers: reads('/group/:id/member/simplelist'),

  createDepartment: writes('POST', '/departments', TREE),
  patchDepartment: writes('PATCH', '/departments/:id', TREE),
  deleteDepartment: writes('DELETE', '/departments/:id', TREE),
  createUser: writes('POST', '/users'),
  patchUser: writes('PATCH', '/users/:id'),
  /** The same call with department_ids or is_frozen in it: 1 a second, and concurrent ones fail at random. */
  moveUser: writes('PATCH', '/users/:id', { pace: ONE_A_SECOND, serial: 'moves' }),
  deleteUser: writes('DELETE', '/users/:id'),
  resurrectUser: writes('POST', '/users/:id/resurrect', { repeatable: false }),
  /** Has no client_token. */
  createGroup: writes('POST', '/group', { pace: HUNDRED, repeatable: false }),
  patchGroup: writes('PATCH', '/group/:id'),
  deleteGroup: writes('DELETE', '/group/:id'),
  addMembers: writes('POST', '/group/:id/member/batch_add'),
  removeMembers: writes('POST', '/group/:id/member/batch_remove', { pace: HUNDRED }),
} as const satisfies Record<string, Operation>;
export type OperationName = keyof typeof operations;

export interface CallParts {
  readonly id?: string;
  /** A list becomes the same parameter several times: a text with commas is one id to Feishu. */
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  readonly body?: object;
  readonly signal: AbortSignal;
}

export interface Client {
  readonly config: Config;
  readonly clock: ConnectionContext<Config>['clock'];
  readonly log: ConnectionContext<Config>['log'];
  /** The `data` of the answer. Ids are open_id and open_department_id unless the query says otherwise. */
  call<T>(name: OperationName, shape: z.ZodType<T>, parts: CallParts): Promise<T>;
  /** What opens a long connection; not paced. */
  lineEndpoint<T>(shape: z.ZodType<T>, signal: AbortSignal): Promise<T>;
  close(): Promise<void>;
}

const TOKEN = 'tenant_access_token';
/** The vendor's own SDK renews three minutes before the end. */
const RENEW_BEFORE_MS = 180_000;
const ANSWER_MS = 30_000;
const TRIES = 4;
const SLOW_TRIES = 8;
const PAUSE_MS = 500;
const MOST_BYTES = 20_000_000;

interface Raw {
  readonly status: number;
  readonly text: string;
  readonly logId: string | undefined;
  readonly resetMs: number | undefined;
}

export function openClient(context: ConnectionContext<Config>): Client {
  const { config, clock, log, memory } = context;
  const host = hostOf(config);
  const agent = new Agent({ connections: 32, keepAliveTimeout: 30_000 });
  const pacer = new Pacer(clock);
  const queues = new Map<string, Promise<unknown>>();
  let signingIn: Promise<string> | undefined;

  async function post(path: string, body: object, signal: AbortSignal): Promise<Raw> {
    return exchange('POST', `${host}${path}`, { 'content-type': 'application/json; charset=utf-8' }, JSON.stringify(body), signal);
  }

  async function exchange(
    method: Operation['method'],
    url: string,
    headers: Record<string, string>,
    body: string | undefined,
    signal: AbortSignal,
  ): Promise<Raw> {
    const answer = await send(url, { method, headers, body, dispatcher: agent, signal, headersTimeout: ANSWER_MS, bodyTimeout: ANSWER_MS });
    const text = await answer.body.text();
    if (text.length > MOST_BYTES) throw new Error('The answer is too large.');
    const first = (name: string): string | undefined => [answer.headers[name]].flat()[0];
    const reset = Number(first('x-ogw-ratelimit-reset') ?? first('retry-after'));
    return {
      status: answer.statusCode,
      text,
      logId: first('x-tt-logid') ?? first('x-request-id'),
      resetMs: Number.isFinite(reset) && reset > 0 ? reset * 1000 : undefined,
    };
  }

  /** The token is kept by the connection, so that ten workers sign in once; asked for by many at a time, it is fetched once. */
  async function token(signal: AbortSignal, refused?: string): Promise<string> {
    const kept = parseKept(await memory.get(TOKEN));
    if (kept && kept.token !== refused && kept.appId === config.appId && kept.endsAt - clock.now() > RENEW_BEFORE_MS) return kept.token;
    // Whoever gives up waiting must not take the token away from the others.
    signingIn ??= signIn(AbortSignal.timeout(ANSWER_MS)).finally(() => {
      signingIn = undefined;
    });
    return raced(signingIn, signal);
  }

  async function signIn(signal: AbortSignal): Promise<string> {
    const answer = await patiently('read', signal, async () => {
      const raw = await post(
        '/open-apis/auth/v3/tenant_access_token/internal',
        { app_id: config.appId, app_secret: config.appSecret },
        signal,
      );
      const envelope = envelopeOf(raw);
      if (!envelope) throw notJson(raw, 'read');
      if (envelope.code !== 0) throw errorOf({ ...raw, envelope, kind: 'read' });
      return tokenShape.parse(JSON.parse(raw.text));
    });
    const endsAt = clock.now() + answer.expire * 1000;
    await memory.set(TOKEN, JSON.stringify({ token: answer.tenant_access_token, endsAt, appId: config.appId }));
    log('feishu.signed-in', { appId: config.appId, seconds: answer.expire });
    return answer.tenant_access_token;
  }

  /** Tries again what may be tried again, with growing pauses. */
  async function patiently<T>(kind: 'read' | 'write', signal: AbortSignal, attempt: () => Promise<T>, repeatable = true): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await attempt();
      } catch (error) {
        if (signal.aborted) throw error;
        const failed = error instanceof ConnectorError ? error : lost(error, kind);
        const refusedOnly = failed.kind === 'rate-limited' || failed.kind === 'transient';
        const most = failed.kind === 'rate-limited' || (refusedOnly && kind === 'write') ? SLOW_TRIES : TRIES;
        const may = refusedOnly || (repeatable && (failed.kind === 'unknown-outcome' || failed.kind === 'bad-response'));
        if (!may || tries >= most) throw failed;
        log('feishu.again', { tries, kind: failed.kind, detail: failed.facts.detail });
        await clock.sleep(failed.facts.afterMs ?? PAUSE_MS * 2 ** (tries - 1), signal);
      }
    }
  }

  /** One after the other within a queue, in the order of asking. */
  async function inTurn<T>(queue: string | undefined, work: () => Promise<T>): Promise<T> {
    if (queue === undefined) return work();
    const before = queues.get(queue) ?? Promise.resolve();
    const turn = before.then(work, work);
    queues.set(
      queue,
      turn.catch(() => undefined),
    );
    return turn;
  }

  async function call<T>(name: OperationName, shape: z.ZodType<T>, { id, query, body, signal }: CallParts): Promise<T> {
    signal.throwIfAborted();
    const operation: Operation = operations[name];
    const url = `${host}${operation.path.replace(':id', encodeURIComponent(id ?? ''))}${queryText(query)}`;
    const text = body === undefined ? undefined : JSON.stringify(body);
    let refusedToken: string | undefined;
    const attempt = async (): Promise<T> => {
      await pacer.take(name, operation.pace, signal);
      const bearer = await token(signal, refusedToken);
      const headers = {
        authorization: `Bearer ${bearer}`,
        ...(text === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
      };
      const raw = await exchange(operation.method, url, headers, text, signal);
      const envelope = envelopeOf(raw);
      if (!envelope) throw notJson(raw, operation.kind);
      if (RENEW_TOKEN.has(envelope.code) && refusedToken === undefined) {
        refusedToken = bearer;
        return attempt();
      }
      if (envelope.code === SLOW_DOWN) pacer.hold(name, raw.resetMs ?? PAUSE_MS);
      if (TREE_LOCKED.has(envelope.code)) log('feishu.tree-locked', { operation: name });
      if (envelope.code !== 0) throw errorOf({ ...raw, envelope, kind: operation.kind });
      const data = shape.safeParse(envelope.data ?? {});
      if (data.success) return data.data;
      throw new ConnectorError(
        operation.kind === 'read' ? 'bad-response' : 'unknown-outcome',
        { en: 'The answer of Feishu is not understood.', zh: '无法理解飞书的应答。' },
        {
          detail: `${name}: ${data.error.issues
            .map((issue) => `${issue.path.join('.')} ${issue.message}`)
            .join('; ')
            .slice(0, 200)}`,
        },
      );
    };
    const turn = inTurn(operation.serial, () => patiently(operation.kind, signal, attempt, operation.repeatable));
    return operation.serial === undefined ? turn : raced(turn, signal);
  }

  return {
    config,
    clock,
    log,
    call,
    async lineEndpoint(shape, signal) {
      const raw = await post('/callback/ws/endpoint', { AppID: config.appId, AppSecret: config.appSecret }, signal).catch(
        (error: unknown) => {
          throw signal.aborted ? error : lost(error, 'read');
        },
      );
      const envelope = envelopeOf(raw);
      if (!envelope) throw notJson(raw, 'read');
      if (envelope.code !== 0) throw lineRefused(envelope);
      return shape.parse(envelope.data);
    },
    close: () => agent.destroy(),
  };
}

/** A UUID that is the same for every try of the same change. */
export function clientToken(idempotencyKey: string): string {
  const hex = createHash('sha256').update(idempotencyKey).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}

function queryText(query: CallParts['query']): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? (value as readonly string[]) : [String(value)]) parameters.append(name, one);
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

function parseKept(text: string | undefined): { readonly token: string; readonly endsAt: number; readonly appId: string } | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as { token: string; endsAt: number; appId: string });
}

function raced<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function envelopeOf({ text }: Raw): Envelope | null {
  try {
    const parsed = envelopeShape.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** A proxy's page instead of an answer; only its status is told, since it may repeat what we sent. */
const notJson = ({ status, logId }: Raw, kind: 'read' | 'write'): ConnectorError =>
  new ConnectorError(
    kind === 'read' ? 'bad-response' : 'unknown-outcome',
    {
      en: 'The answer does not come from Feishu: is a proxy in between?',
      zh: '应答并非来自飞书，中间是否有代理？',
    },
    { detail: `HTTP ${status}${logId ? `, log id ${logId}` : ''}, not JSON` },
  );

/** No answer came. Of a request that never left nobody needs to doubt. */
function lost(error: unknown, kind: 'read' | 'write'): ConnectorError {
  const code = (error as { code?: string }).code ?? '';
  const neverLeft = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT', 'EHOSTUNREACH', 'ENETUNREACH'].includes(code);
  const facts = { transport: true, detail: code === '' ? 'no answer' : code };
  if (kind === 'read' || neverLeft) {
    return new ConnectorError(
      'transient',
      { en: 'Feishu cannot be reached or closed the connection.', zh: '无法连接飞书，或连接被关闭。' },
      facts,
    );
  }
  return new ConnectorError(
    'unknown-outcome',
    { en: 'No answer came; the write may have been done.', zh: '没有收到应答，写入可能已生效。' },
    facts,
  );
}

/** Codes of the endpoint of the long connection. @see https://github.com/larksuite/node-sdk (ws-client) */
function lineRefused({ code, msg }: Envelope): ConnectorError {
  const detail = `Feishu ${code}: ${(msg ?? '').slice(0, 200)}`;
  if (code === 514 || code === 403) {
    return new ConnectorError(
      'permission',
      {
        en: 'Feishu refuses the long connection: is it chosen as the subscription mode of the app?',
        zh: '飞书拒绝长连接：请确认应用的订阅方式已选择长连接。',
      },
      { detail },
    );
  }
  if (code === 1000040350) {
    return new ConnectorError(
      'rate-limited',
      { en: 'The app has 50 long connections already, which is the most.', zh: '该应用的长连接已达上限 50 个。' },
      { detail, afterMs: 60_000 },
    );
  }
  return new ConnectorError('transient', { en: 'Feishu gives no long connection now.', zh: '飞书暂时无法建立长连接。' }, { detail });
}
