// The HTTP client of connectors: paced, signed, repeated only where that is safe, parsed at the border.
//
//   const http = openHttp({ ...context, baseUrl: 'https://api.example.com/v1/', secrets: [config.secret], authorize, judge })
//   const { body } = await http.call({ method: 'GET', path: 'users', query: { page: 1 }, bucket: 'users', schema: page, signal })
//
// · `context` gives clock, pace and log; `close()` it in the connection's `close`.
// · `effect` of a call: `read` (default of GET and HEAD) changes nothing · `repeatable` may be carried out twice with the same
//   end · `once` (default of the rest) must never be sent blindly again. A write that failed before it left, or that the
//   vendor turned away (rate-limited, transient, timeout from `judge`), is `repeatable` by nature and is repeated.
// · `judge` turns the vendor's codes into our kinds; without one, or for what it answers `undefined`, HTTP's status counts. Return
//   `renew` for an expired token: it is renewed once and the call sent again. A 2xx that is no JSON is `bad-response` of a read
//   and `unknown-outcome` of a write; so is a body that does not fit `schema`.
// · `buckets` names the vendor's limits; a call names its bucket (an unknown name is an error; none, and the call keeps no limit). On rate-limited the whole bucket is held, also for other workers.
//   `holdUntil` reads the vendor's own reset headers.
// · Tokens: `createTokenSource` (token.ts), issued through the same client with `anonymous: true`.
// · Only the base URL's origin, and those in `origins`, are ever called; redirects are followed inside one origin, and only for reads.
// · Errors are ConnectorErrors, with words, never with a secret: name each one in `secrets`.
import { rootCertificates, getCACertificates } from 'node:tls';
import type { Dispatcher } from 'undici';
import type { z } from 'zod';
import type { Clock, Pace, PaceLimit } from '../contract.ts';
import { ConnectorError, errorKinds } from '../errors.ts';
import { judgeByStatus, retryAfterMs, type RawAnswer, type Verdict } from './answer.ts';
import { openSockets } from './dispatcher.ts';
import { lastLook, looking } from './last-look.ts';
import { excerpt } from './excerpt.ts';
import { outOfTime, transportFailure, unusable, type Effect } from './failure.ts';
import type { TokenSource } from './token.ts';

export type Authorization =
  | { readonly headers: Readonly<Record<string, string>> }
  | { readonly token: TokenSource; readonly place: (token: string) => Placed };

/** Where a token goes. */
export interface Placed {
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
}

export interface HttpOptions {
  readonly clock: Clock;
  readonly pace: Pace;
  /** What the engine says of it: `ConnectionContext.beforeWrite`. */
  readonly beforeWrite?: () => void;
  readonly log: (event: string, fields?: Record<string, unknown>) => void;
  /** Paths are appended to it. */
  readonly baseUrl: string;
  /** Other origins that a call may name, e.g. where tokens are issued. */
  readonly origins?: readonly string[];
  /** Sent with every call. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly authorize?: Authorization;
  /** Hidden in every excerpt; what `authorize` sends is hidden anyway. */
  readonly secrets?: readonly string[];
  readonly judge?: (answer: RawAnswer) => Verdict | undefined;
  readonly buckets?: Readonly<Record<string, PaceLimit>>;
  /** Until when the call's bucket must rest, as the vendor's headers say; ms of the clock. Asked for every answer. */
  readonly holdUntil?: (answer: RawAnswer) => number | null;
  /** One call, from sending to the last byte. Default 30 s. */
  readonly timeoutMs?: number;
  /** Largest body that is read. Default 32 MiB. */
  readonly maxBytes?: number;
  /** Sockets to one origin. Default 64. */
  readonly connections?: number;
  readonly ca?: string;
  readonly proxy?: string;
  readonly allowLinkLocal?: boolean;
  /** For jitter; 0 ≤ n < 1. */
  readonly random?: () => number;
}

export interface HttpCall<T> {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Appended to the base URL, already encoded; or a whole URL within the allowed origins. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is, with the content type given in `headers`. */
  readonly text?: string;
  /** The body's JSON; `undefined` for an empty one. */
  readonly schema: z.ZodType<T>;
  readonly effect?: Effect;
  /** One of `buckets`. */
  readonly bucket?: string;
  /** Without `authorize`. */
  readonly anonymous?: boolean;
  /** In place of the client's. */
  readonly judge?: (answer: RawAnswer) => Verdict | undefined;
  readonly timeoutMs?: number;
  readonly signal: AbortSignal;
}

export interface HttpAnswer<T> {
  readonly status: number;
  header(name: string): string | undefined;
  readonly body: T;
}

export interface Http {
  call<T>(call: HttpCall<T>): Promise<HttpAnswer<T>>;
  close(): Promise<void>;
}

const TRIES = 3;
const FIRST_WAIT_MS = 300;
/** Longer waits are the engine's: it puts the item or the run off, and the connection is free for others. */
const LONGEST_WAIT_MS = 20_000;
const MAX_BYTES = 32 * 1024 * 1024;
const TIMEOUT_MS = 30_000;
const REDIRECTS = 3;
const IDLE_MS = 500;
const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

export function openHttp(options: HttpOptions): Http {
  const base = new URL(options.baseUrl.endsWith('/') ? options.baseUrl : `${options.baseUrl}/`);
  const origins = new Set([base.origin, ...(options.origins ?? []).map((origin) => new URL(origin).origin)]);
  const maxBytes = options.maxBytes ?? MAX_BYTES;
  const sockets = openSockets({ ...options, maxBytes }, options.ca ? [...rootCertificates, ...getCACertificates('system')] : []);
  const random = options.random ?? Math.random;

  const urlOf = (call: HttpCall<unknown>): URL => {
    const url = new URL(call.path.replace(/^\/+/, ''), base);
    for (const [name, value] of Object.entries(call.query ?? {})) if (value !== undefined) url.searchParams.append(name, String(value));
    if (!origins.has(url.origin)) throw otherOrigin(url);
    return url;
  };

  const inTime = async <T>(call: HttpCall<unknown>, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    call.signal.throwIfAborted();
    const ending = new AbortController();
    const running = runningUnder(call.signal);
    running.add(ending);
    const timer = setTimeout(() => ending.abort(outOfTime()), call.timeoutMs ?? options.timeoutMs ?? TIMEOUT_MS);
    try {
      return await work(ending.signal);
    } finally {
      clearTimeout(timer);
      running.delete(ending);
    }
  };

  let lastAnswerAt = performance.now();
  /**
   * A process that was busy (one long statement is enough) has not heard yet which idle sockets the other end closed; a write
   * sent over one of them would be lost, with nobody knowing whether it was done. One turn of the event loop tells.
   */
  const hearClosedSockets = async (): Promise<void> => {
    if (performance.now() - lastAnswerAt < IDLE_MS) return;
    await nextTurn();
    await nextTurn();
  };

  /** One request and its whole answer; redirects inside the origin are followed for reads. */
  const exchange = async (call: HttpCall<unknown>, effect: Effect, url: URL, headers: Record<string, string>): Promise<RawAnswer> => {
    await hearClosedSockets();
    const look = effect === 'read' ? null : lastLook(options.beforeWrite);
    try {
      return await inTime(call, async (signal) => {
        let at = url;
        for (let hops = 0; ; hops += 1) {
          const to = sockets.to(at);
          const reply = await (look ? looking(to) : to).request({
            origin: at.origin,
            path: at.pathname + at.search,
            method: call.method,
            headers,
            body: call.json === undefined ? (call.text ?? null) : JSON.stringify(call.json),
            signal,
            opaque: look,
          });
          const text = await reply.body.text();
          lastAnswerAt = performance.now();
          const next = redirection(reply, at, effect);
          if (!next || hops >= REDIRECTS) return rawAnswer(reply, text, effect, at.host, Object.values(headers));
          at = next;
        }
      });
    } catch (error) {
      if (look?.refusal) throw look.refusal;
      call.signal.throwIfAborted();
      throw transportFailure(error, effect, url.host);
    }
  };

  const rawAnswer = (
    reply: Dispatcher.ResponseData<unknown>,
    text: string,
    effect: Effect,
    host: string,
    sent: readonly string[],
  ): RawAnswer => {
    const header = (name: string): string | undefined => {
      const value = reply.headers[name];
      return Array.isArray(value) ? value[0] : value;
    };
    const json = parsed(text);
    return {
      status: reply.statusCode,
      header,
      json: json.value,
      get excerpt() {
        return excerpt(text, [
          ...(options.secrets ?? []),
          ...sent.flatMap((value) => value.split(' ')).filter((value) => value.length > 16),
        ]);
      },
      get afterMs() {
        return retryAfterMs(header('retry-after'), options.clock.now());
      },
      effect,
      host,
      isJson: json.ok,
    };
  };

  const authorized = async (call: HttpCall<unknown>): Promise<{ readonly placed: Placed; readonly token: string | null }> => {
    const how = options.authorize;
    if (!how || call.anonymous) return { placed: {}, token: null };
    if ('headers' in how) return { placed: { headers: how.headers }, token: null };
    const token = await how.token.current(call.signal);
    return { placed: how.place(token), token };
  };

  /** The call, sent once: its answer when it is good, else what it was. */
  const attempt = async <T>(
    call: HttpCall<T>,
    effect: Effect,
  ): Promise<HttpAnswer<T> | { readonly renew: string | null } | ConnectorError> => {
    const url = urlOf(call);
    const { placed, token } = await authorized(call);
    for (const [name, value] of Object.entries(placed.query ?? {})) url.searchParams.set(name, value);
    const headers = {
      accept: 'application/json',
      'user-agent': 'Tributary',
      ...(call.json === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
      ...options.headers,
      ...placed.headers,
      ...call.headers,
    };
    const bucket = call.bucket ?? '';
    const limit = options.buckets?.[bucket];
    const leave = limit ? await options.pace.take(bucket, limit, call.signal) : null;
    try {
      const answer = await exchange(call, effect, url, headers);
      const hold = options.holdUntil?.(answer);
      if (hold) await options.pace.holdUntil(bucket, hold);
      const verdict = (call.judge ?? options.judge)?.(answer) ?? judgeByStatus(answer);
      if (verdict === 'renew') return { renew: token };
      if (verdict instanceof ConnectorError) return verdict;
      return understood(answer, call);
    } catch (error) {
      if (error instanceof ConnectorError) return error;
      throw error;
    } finally {
      leave?.();
    }
  };

  /** A mistyped name would be a call that keeps no limit at all. */
  const refuseUnknownBucket = ({ bucket, method, path }: HttpCall<unknown>): void => {
    const known = Object.keys(options.buckets ?? {});
    if (bucket === undefined || known.includes(bucket)) return;
    throw new Error(
      `The call ${method} ${path} names the bucket "${bucket}", which is none of those of openHttp: ${known.join(', ') || 'none'}.`,
    );
  };

  return {
    async call(call) {
      refuseUnknownBucket(call);
      const effect = call.effect ?? (call.method === 'GET' || call.method === 'HEAD' ? 'read' : 'once');
      let renewed = false;
      for (let tried = 1; ; tried += 1) {
        call.signal.throwIfAborted();
        const outcome = await attempt(call, effect);
        if ('body' in outcome) return outcome;
        if ('renew' in outcome) {
          if (renewed || outcome.renew === null || !options.authorize || !('token' in options.authorize)) throw signedOut(base.host);
          renewed = true;
          tried -= 1;
          await options.authorize.token.refused(outcome.renew);
          options.log('token-refused', { host: base.host });
          continue;
        }
        const waitMs = waitBefore(outcome, effect, tried, random);
        if (outcome.kind === 'rate-limited' && call.bucket !== undefined && options.buckets?.[call.bucket]) {
          const restMs = outcome.facts.afterMs ?? waitMs;
          if (restMs !== null) await options.pace.holdUntil(call.bucket, options.clock.now() + restMs);
        }
        if (waitMs === null) throw outcome;
        options.log('request-repeated', { host: base.host, method: call.method, kind: outcome.kind, waitMs, tried });
        await options.clock.sleep(waitMs, call.signal);
      }
    },
    close: () => sockets.close(),
  };
}

const endings = new WeakMap<AbortSignal, Set<AbortController>>();

/** What ends with this signal. One listener for all: each further one would be compared with all that are there. */
function runningUnder(signal: AbortSignal): Set<AbortController> {
  const known = endings.get(signal);
  if (known) return known;
  const running = new Set<AbortController>();
  endings.set(signal, running);
  signal.addEventListener('abort', () => running.forEach((ending) => ending.abort(signal.reason)), { once: true });
  return running;
}

/** How long to wait before the same request goes out again; null when it must not, or not from here. */
function waitBefore(error: ConnectorError, effect: Effect, tried: number, random: () => number): number | null {
  const repeatable = errorKinds[error.kind] === 'retry' || (error.kind === 'unknown-outcome' && effect === 'repeatable');
  if (!repeatable || tried >= TRIES) return null;
  const own = FIRST_WAIT_MS * 4 ** (tried - 1) * (0.75 + random() / 2);
  const waitMs = Math.max(error.facts.afterMs ?? 0, error.facts.afterMs === undefined ? own : 0);
  return waitMs > LONGEST_WAIT_MS ? null : Math.ceil(waitMs);
}

function understood<T>(answer: RawAnswer, call: HttpCall<T>): HttpAnswer<T> {
  const result = answer.isJson ? call.schema.safeParse(answer.json) : null;
  if (result?.success) return { status: answer.status, header: answer.header, body: result.data };
  const issue = result?.error.issues[0];
  const where = issue ? `${issue.path.join('.') || 'body'}: ${issue.message}` : 'no JSON';
  throw new ConnectorError(
    unusable(answer.effect, 'bad-response'),
    {
      en: `${answer.host} gave an answer we do not understand (${where}). A proxy or a wrong path often is the cause.`,
      zh: `无法理解 ${answer.host} 的响应（${where}）。常见原因是代理或路径有误。`,
    },
    { detail: `HTTP ${answer.status} ${answer.excerpt}`.trim() },
  );
}

function parsed(text: string): { readonly ok: boolean; readonly value: unknown } {
  if (text.trim() === '') return { ok: true, value: undefined };
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch {
    return { ok: false, value: undefined };
  }
}

/** Where a redirect leads; null when the answer is none. Another origin would get our credential, another method lose the body. */
function redirection(reply: Dispatcher.ResponseData<unknown>, from: URL, effect: Effect): URL | null {
  if (![301, 302, 303, 307, 308].includes(reply.statusCode)) return null;
  const location = reply.headers.location;
  if (typeof location !== 'string' || !URL.canParse(location, from)) return null;
  const to = new URL(location, from);
  if (to.origin !== from.origin || effect !== 'read') throw redirected(from, to);
  return to;
}

const redirected = (from: URL, to: URL): ConnectorError =>
  new ConnectorError('config', {
    en: `${from.host} sends us on to ${to.origin}${to.origin === from.origin ? to.pathname : ''}. Enter the address that is meant.`,
    zh: `${from.host} 将请求转到 ${to.origin}${to.origin === from.origin ? to.pathname : ''}。请填写实际地址。`,
  });

const otherOrigin = (url: URL): ConnectorError =>
  new ConnectorError('config', {
    en: `${url.origin} does not belong to this connection. Enter it as its address if it is meant.`,
    zh: `${url.origin} 不属于此连接。如确为所需，请在连接中填写该地址。`,
  });

const signedOut = (host: string): ConnectorError =>
  new ConnectorError('credentials', {
    en: `${host} refused the credential. Look at it in the system, and enter it anew.`,
    zh: `${host} 拒绝了凭据。请在对方系统中核对并重新填写。`,
  });
