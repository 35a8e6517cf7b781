// One POST of JSON to a channel: under the rules for outbound addresses, in time, its status judged.
import { getCACertificates, rootCertificates } from 'node:tls';
import { z } from 'zod';
import { judgeByStatus, retryAfterMs, type RawAnswer } from '../../../connector-kit/http/answer.ts';
import { openSockets } from '../../../connector-kit/http/dispatcher.ts';
import { excerpt } from '../../../connector-kit/http/excerpt.ts';
import { transportFailure } from '../../../connector-kit/http/failure.ts';
import { field } from '../../../connector-kit/define.ts';
import { ConnectorError } from '../../../connector-kit/errors.ts';
import { channelError } from './channel.ts';

const MOST_BYTES = 1024 * 1024;

const isLoopback = (url: URL): boolean => ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);

export const channelUrl = z
  .string()
  .max(2000)
  .refine((text) => {
    const url = URL.canParse(text) ? new URL(text) : null;
    return url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url)));
  }, 'must be an https:// address');

/** Settings that everything over HTTP has. */
export const wayFields = {
  ca: field(z.string().default(''), {
    label: { en: 'Own certificate authority (PEM)', zh: '自有 CA 证书（PEM）' },
    help: { en: 'Trusted beside those of the system.', zh: '在系统信任的 CA 之外额外信任。' },
  }),
  proxy: field(z.string().default(''), {
    label: { en: 'HTTP proxy', zh: 'HTTP 代理' },
    help: { en: 'http://user:password@proxy:3128', zh: 'http://用户：密码@代理：3128' },
    secret: true,
  }),
  allowLinkLocal: field(z.boolean().default(false), { label: { en: 'Allow link-local addresses', zh: '允许链路本地地址' } }),
};
export interface Way {
  readonly ca: string;
  readonly proxy: string;
  readonly allowLinkLocal: boolean;
}

export interface Posted {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  readonly way: Way;
  /** Hidden in every excerpt. */
  readonly secrets: readonly string[];
}

/** The answer of a 2xx; everything else is thrown. */
export async function post(
  { url: address, headers, body, way, secrets }: Posted,
  now: () => number,
  signal: AbortSignal,
): Promise<RawAnswer> {
  const url = new URL(address);
  const sockets = openSockets(
    {
      maxBytes: MOST_BYTES,
      allowLinkLocal: way.allowLinkLocal,
      connections: 1,
      ...(way.ca === '' ? {} : { ca: way.ca }),
      ...(way.proxy === '' ? {} : { proxy: way.proxy }),
    },
    way.ca === '' ? [] : [...rootCertificates, ...getCACertificates('system')],
  );
  try {
    const reply = await sockets.to(url).request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'Tributary', ...headers },
      body,
      signal,
    });
    const text = await reply.body.text();
    const header = (name: string): string | undefined => {
      const value = reply.headers[name];
      return Array.isArray(value) ? value[0] : value;
    };
    const json = parsed(text);
    const answer: RawAnswer = {
      status: reply.statusCode,
      header,
      json,
      isJson: json !== undefined,
      excerpt: excerpt(text, secrets),
      afterMs: retryAfterMs(header('retry-after'), now()),
      effect: 'repeatable',
      host: url.host,
    };
    const verdict = judgeByStatus(answer);
    if (verdict === 'renew') throw channelError('credentials', `${url.host} refused the credential.`, `${url.host} 拒绝了凭据。`);
    if (verdict instanceof ConnectorError) throw verdict;
    return answer;
  } catch (error) {
    throw transportFailure(error, 'repeatable', url.host);
  } finally {
    await sockets.close();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
