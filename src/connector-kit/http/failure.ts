// What went wrong before there was an answer: the codes of sockets, TLS and undici in our kinds of error.
import { ConnectorError, type ErrorKind } from '../errors.ts';
import type { Label } from '../../core/model.ts';

/** What sending a request again could do: nothing, the same once more, or something twice. */
export type Effect = 'read' | 'repeatable' | 'once';

/** The request never left: nobody carried it out, whatever it was. */
const neverLeft = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** The other end is not who it should be, or speaks no TLS. https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const notTrusted =
  /^(?:ERR_TLS_|ERR_SSL_|CERT_|EPROTO$|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT_IN_CHAIN$|HOSTNAME_MISMATCH$|INVALID_CA$)/;

const words = {
  unreachable: (host: string): Label => ({
    en: `${host} could not be reached. Look at the address, the network and the proxy.`,
    zh: `无法连接 ${host}。请检查地址、网络和代理。`,
  }),
  certificate: (host: string): Label => ({
    en: `The certificate of ${host} is not trusted. Enter the certificate of your authority in the connection.`,
    zh: `不信任 ${host} 的证书。请在连接中填写贵单位 CA 的证书。`,
  }),
  proxy: (): Label => ({
    en: 'The proxy refused to pass the connection on. Look at its address, user and password.',
    zh: '代理拒绝转发连接。请检查代理地址、用户名和密码。',
  }),
  tooLarge: (host: string): Label => ({
    en: `The answer of ${host} is larger than we take.`,
    zh: `${host} 的响应超过大小上限。`,
  }),
  lost: (host: string): Label => ({
    en: `The connection to ${host} was lost before the answer came.`,
    zh: `与 ${host} 的连接在收到响应前中断。`,
  }),
  late: (host: string): Label => ({ en: `${host} did not answer in time.`, zh: `${host} 未在规定时间内响应。` }),
};

/** An answer that cannot be used: a read may be read again, of a write nobody knows what it did. */
export const unusable = (effect: Effect, ifRead: ErrorKind): ErrorKind => (effect === 'read' ? ifRead : 'unknown-outcome');

/** The error of a request that ended without an answer. Nothing of the original but its code is kept: it may quote the request. */
export function transportFailure(error: unknown, effect: Effect, host: string): ConnectorError {
  if (error instanceof ConnectorError) return error;
  const { code, syscall, message } = facts(error);
  const made = (kind: ErrorKind, label: Label, transport = true): ConnectorError =>
    new ConnectorError(kind, label, { transport, detail: code });
  // What the guard on addresses throws arrives as the cause of a failed connection.
  const inner = (error as { cause?: unknown }).cause;
  if (inner instanceof ConnectorError) return inner;
  if (notTrusted.test(code)) return made('config', words.certificate(host), false);
  if (/proxy/i.test(message)) return made('config', words.proxy(), false);
  if (neverLeft.has(code) || syscall === 'connect') return made('transient', words.unreachable(host));
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return made(unusable(effect, 'bad-response'), words.tooLarge(host), false);
  if (code === OUT_OF_TIME || code.endsWith('_TIMEOUT')) return made(unusable(effect, 'timeout'), words.late(host));
  return made(unusable(effect, 'transient'), words.lost(host));
}

export const OUT_OF_TIME = 'OUT_OF_TIME';
/** The reason with which a request is ended when its time is up. */
export const outOfTime = (): Error => Object.assign(new Error('out of time'), { code: OUT_OF_TIME });

function facts(error: unknown): { readonly code: string; readonly syscall: string; readonly message: string } {
  const found = error as { code?: unknown; syscall?: unknown; message?: unknown; name?: unknown };
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return { code: text(found.code) || text(found.name), syscall: text(found.syscall), message: text(found.message) };
}
