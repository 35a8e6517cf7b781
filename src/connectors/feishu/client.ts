// Signs in and sends every request: the only file with addresses. Requests are paced per API to the published limits.
//
// Sent again are: what was refused before anything was done, reads that failed on the way, and writes marked `repeatable`: with
// a client_token Feishu answers the second like the first, and a PATCH or DELETE says what shall be, not what to do.
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { ConnectionContext, PaceLimit } from '../../connector-kit/contract.ts';
import { ConnectorError } from '../../connector-kit/errors.ts';
import type { RawAnswer, Verdict } from '../../connector-kit/http/answer.ts';
import { openHttp, type HttpCall } from '../../connector-kit/http/client.ts';
import { createTokenSource } from '../../connector-kit/http/token.ts';
import { errorOf, RENEW_TOKEN } from './codes.ts';
import { hostOf, type Config } from './config.ts';
import { envelopeShape, tokenShape, type Envelope } from './wire.ts';

interface Operation {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly effect: 'read' | 'repeatable' | 'once';
  /** Calls that the vendor counts together, or that wait for each other. Default: its own name. */
  readonly bucket?: BucketName;
}

/** @see https://open.feishu.cn/document/server-docs/api-call-guide/frequency-control */
const USUAL: PaceLimit = { perMinute: 1000, perSecond: 50 };

/** What is not as usual. */
const narrow = {
  /** The department tree takes a lock: one write after the other. */
  tree: { ...USUAL, inFlight: 1 },
  /** PATCH of a user with department_ids or is_frozen: 1 a second, and concurrent ones fail at random. */
  moves: { perSecond: 1, inFlight: 1 },
  /** The other PATCHes of users count against the same 1,000 a minute as those. */
  patchUser: { perMinute: 940, perSecond: 49 },
  grants: { perMinute: 100 },
  createGroup: { perMinute: 100 },
  removeMembers: { perMinute: 100 },
  /** "Special", lower, and not published. @see https://open.feishu.cn/document/server-docs/contact-v3/department/get */
  department: { perMinute: 300, perSecond: 10 },
} as const satisfies Record<string, PaceLimit>;
type BucketName = keyof typeof narrow;

const CONTACT = '/open-apis/contact/v3';
const reads = (path: string, method: Operation['method'] = 'GET'): Operation => ({
  method,
  path: path.startsWith('/open-apis') ? path : CONTACT + path,
  effect: 'read',
});
const writes = (method: Operation['method'], path: string, more: Partial<Pick<Operation, 'effect' | 'bucket'>> = {}): Operation => ({
  method,
  path: CONTACT + path,
  effect: 'repeatable',
  ...more,
});

const operations = {
  scopes: reads('/scopes'),
  grants: reads('/open-apis/application/v6/scopes'),
  tenant: reads('/open-apis/tenant/v2/tenant/query'),
  customAttrs: reads('/custom_attrs'),
  employeeTypes: reads('/employee_type_enums'),
  department: reads('/departments/:id'),
  departments: reads('/departments/batch'),
  children: reads('/departments/:id/children'),
  parents: reads('/departments/parent'),
  members: reads('/users/find_by_department'),
  user: reads('/users/:id'),
  users: reads('/users/batch'),
  findUsers: reads('/users/batch_get_id', 'POST'),
  groups: reads('/group/simplelist'),
  group: reads('/group/:id'),
  groupMembers: reads('/group/:id/member/simplelist'),

  createDepartment: writes('POST', '/departments', { bucket: 'tree' }),
  patchDepartment: writes('PATCH', '/departments/:id', { bucket: 'tree' }),
  deleteDepartment: writes('DELETE', '/departments/:id', { bucket: 'tree' }),
  createUser: writes('POST', '/users'),
  patchUser: writes('PATCH', '/users/:id'),
  moveUser: writes('PATCH', '/users/:id', { bucket: 'moves' }),
  deleteUser: writes('DELETE', '/users/:id'),
  resurrectUser: writes('POST', '/users/:id/resurrect', { effect: 'once' }),
  /** Has no client_token. */
  createGroup: writes('POST', '/group', { effect: 'once' }),
  patchGroup: writes('PATCH', '/group/:id'),
  deleteGroup: writes('DELETE', '/group/:id'),
  addMembers: writes('POST', '/group/:id/member/batch_add'),
  removeMembers: writes('POST', '/group/:id/member/batch_remove'),
} as const satisfies Record<string, Operation>;
export type OperationName = keyof typeof operations;

const buckets: Readonly<Record<string, PaceLimit>> = {
  ...Object.fromEntries(Object.keys(operations).map((name) => [name, USUAL])),
  ...narrow,
};

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
  /** What opens a long connection. */
  lineEndpoint<T>(shape: z.ZodType<T>, signal: AbortSignal): Promise<T>;
  close(): Promise<void>;
}

/** The vendor's own SDK renews three minutes before the end. */
const RENEW_BEFORE_MS = 180_000;

export function openClient(context: ConnectionContext<Config>): Client {
  const { config, clock, log, memory, pace, beforeWrite } = context;
  const token = createTokenSource({
    clock,
    memory,
    key: 'tenant_access_token',
    issuedFor: [hostOf(config), config.appId, config.appSecret],
    earlyMs: RENEW_BEFORE_MS,
    async issue(signal) {
      // The one answer whose payload stands beside `code`, not under `data`.
      const { body } = await http.call({
        method: 'POST',
        path: 'open-apis/auth/v3/tenant_access_token/internal',
        json: { app_id: config.appId, app_secret: config.appSecret },
        schema: tokenShape,
        effect: 'read',
        anonymous: true,
        signal,
      });
      return { value: body.tenant_access_token, lastsMs: body.expire * 1000 };
    },
  });
  const http = openHttp({
    clock,
    pace,
    log,
    ...(beforeWrite ? { beforeWrite } : {}),
    baseUrl: hostOf(config),
    secrets: [config.appSecret, config.encryptKey, config.verificationToken],
    authorize: { token, place: (value) => ({ headers: { authorization: `Bearer ${value}` } }) },
    judge,
    buckets,
    connections: 32,
    ...(config.ca === '' ? {} : { ca: config.ca }),
    ...(config.proxy === '' ? {} : { proxy: config.proxy }),
  });

  return {
    config,
    clock,
    log,
    async call<T>(name: OperationName, shape: z.ZodType<T>, { id, query, body, signal }: CallParts): Promise<T> {
      const { method, path, effect, bucket }: Operation = operations[name];
      const call: HttpCall<{ readonly data?: T | undefined }> = {
        method,
        path: `${path.replace(':id', encodeURIComponent(id ?? ''))}${queryText(query)}`,
        ...(body === undefined ? {} : { json: body }),
        schema: envelopeShape.extend({ data: shape.optional() }),
        effect,
        bucket: bucket ?? name,
        signal,
      };
      const { data } = (await http.call(call)).body;
      // An empty answer may lack its payload.
      return data === undefined ? shape.parse({}) : data;
    },
    async lineEndpoint(shape, signal) {
      const { body } = await http.call({
        method: 'POST',
        path: 'callback/ws/endpoint',
        json: { AppID: config.appId, AppSecret: config.appSecret },
        schema: envelopeShape,
        effect: 'read',
        anonymous: true,
        judge: (answer) => {
          const envelope = envelopeOf(answer);
          return envelope && envelope.code !== 0 ? lineRefused(envelope) : undefined;
        },
        signal,
      });
      return shape.parse(body.data);
    },
    close: () => http.close(),
  };
}

/** HTTP's status is not always 200 and says little: the code in the body decides, where there is one. */
function judge(answer: RawAnswer): Verdict | undefined {
  const envelope = envelopeOf(answer);
  if (!envelope) return undefined;
  if (envelope.code === 0) return 'ok';
  if (RENEW_TOKEN.has(envelope.code)) return 'renew';
  const reset = Number(answer.header('x-ogw-ratelimit-reset'));
  return errorOf({
    status: answer.status,
    envelope,
    logId: answer.header('x-tt-logid') ?? answer.header('x-request-id'),
    kind: answer.effect === 'read' ? 'read' : 'write',
    ...(reset > 0 ? { resetMs: reset * 1000 } : {}),
  });
}

function envelopeOf({ json }: RawAnswer): Envelope | null {
  const parsed = envelopeShape.safeParse(json);
  return parsed.success ? parsed.data : null;
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
