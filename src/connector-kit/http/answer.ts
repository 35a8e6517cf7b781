// What an answer means when the vendor says nothing finer: HTTP's own status codes in our kinds of error.
import { ConnectorError, type ErrorKind } from '../errors.ts';
import type { Label } from '../../core/model.ts';
import { unusable, type Effect } from './failure.ts';

/** An answer as it came, before it is known to be good. */
export interface RawAnswer {
  readonly status: number;
  /** First value of a header, by its name in small letters. */
  header(name: string): string | undefined;
  /** The body as JSON; undefined when it is empty or none. */
  readonly json: unknown;
  /** False where the body is something else, a proxy's page for example. */
  readonly isJson: boolean;
  /** One redacted line of the body, safe to show. */
  readonly excerpt: string;
  /** What Retry-After says, from now; undefined without one. */
  readonly afterMs: number | undefined;
  readonly effect: Effect;
  readonly host: string;
}

/**
 * What an answer is: `ok` (its body is parsed by the request's schema), `renew` (the token was refused and nothing was
 * done: once more with a new one), or an error. An error's kind decides whether the request is repeated.
 */
export type Verdict = 'ok' | 'renew' | ConnectorError;

const say =
  (en: string, zh: string): ((host: string) => Label) =>
  (host) => ({
    en: `${host}: ${en}`,
    zh: `${host}:${zh}`,
  });

interface Row {
  readonly kind: ErrorKind;
  readonly label: (host: string) => Label;
}

/** https://www.rfc-editor.org/rfc/rfc9110#section-15 */
const byStatus: Readonly<Record<number, Row>> = {
  400: { kind: 'invalid', label: say('the request was refused as wrong.', '请求被判为无效。') },
  403: { kind: 'permission', label: say('the credential lacks a right.', '凭据缺少权限。') },
  404: { kind: 'not-found', label: say('there is no such object, or the path is wrong.', '对象不存在，或路径有误。') },
  405: { kind: 'unsupported', label: say('this call is not offered.', '不支持该调用。') },
  409: { kind: 'conflict', label: say('the object is in a state that forbids this.', '对象状态冲突。') },
  410: { kind: 'not-found', label: say('the object is gone.', '对象已不存在。') },
  412: { kind: 'conflict', label: say('the object was changed by somebody else.', '对象已被他人修改。') },
  413: { kind: 'invalid', label: say('the request is too large.', '请求过大。') },
  422: { kind: 'invalid', label: say('a value was refused.', '有取值被拒绝。') },
  501: { kind: 'unsupported', label: say('this call is not offered.', '不支持该调用。') },
};
const other: Row = { kind: 'bad-response', label: say('an answer we do not understand.', '无法识别的响应。') };

export function judgeByStatus(answer: RawAnswer): Verdict {
  const { status, host } = answer;
  if (status >= 200 && status < 300) return 'ok';
  if (status === 401) return 'renew';
  if (status === 429) return rateLimited(answer);
  if (status >= 500 && status !== 501) return serverFailure(answer);
  // Only for errors: hiding what may be a secret costs as much as the rest of the answer.
  const detail = `HTTP ${status} ${answer.excerpt}`.trim();
  if (status === 408) return new ConnectorError(unusable(answer.effect, 'timeout'), serverLabel(host), { detail });
  const row = byStatus[status] ?? other;
  return new ConnectorError(row.kind, row.label(host), { detail });
}

/** The call was turned away and not carried out: too many. */
export const rateLimited = (answer: RawAnswer): ConnectorError =>
  new ConnectorError(
    'rate-limited',
    { en: `${answer.host} asks us to slow down.`, zh: `${answer.host} 要求降低调用频率。` },
    { detail: `HTTP ${answer.status}`, ...(answer.afterMs === undefined ? {} : { afterMs: answer.afterMs }) },
  );

/** A 5xx: a read may be read again; of a write nobody knows what it did. */
export const serverFailure = (answer: RawAnswer): ConnectorError =>
  new ConnectorError(unusable(answer.effect, 'transient'), serverLabel(answer.host), {
    detail: `HTTP ${answer.status} ${answer.excerpt}`.trim(),
    transport: answer.status === 502 || answer.status === 503 || answer.status === 504,
    ...(answer.afterMs === undefined ? {} : { afterMs: answer.afterMs }),
  });

const serverLabel = (host: string): Label => ({
  en: `${host} failed to answer. It may be down for a moment.`,
  zh: `${host} 处理失败，可能暂时不可用。`,
});

/** Seconds or a date, from now on; undefined when it is neither. https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 */
export function retryAfterMs(text: string | undefined, now: number): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const seconds = Number(text);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
