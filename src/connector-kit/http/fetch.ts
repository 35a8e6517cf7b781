// fetch for libraries that speak a protocol by themselves: under the same rules for addresses as all else that leaves, over TLS, and no answer larger than what such protocols need.
import { Agent, fetch as send, type RequestInit, type Response as Sent } from 'undici';
import { ConnectorError } from '../errors.ts';
import { guardedLookup, refuseAddressIn } from './addresses.ts';

const CONNECT_MS = 10_000;
const MOST_BYTES = 1024 * 1024;
const ours: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

let agent: Agent | undefined;

/**
 * Plain http only to this machine. Throws `config` for an address that may not be reached; what a name resolves to arrives as the cause.
 * The answer comes with its whole body.
 */
export function guardedFetch(address: string, options: object): Promise<Response> {
  const url = new URL(address);
  refuseAddressIn(url);
  if (url.protocol !== 'https:' && !ours.has(url.hostname))
    throw new ConnectorError('config', {
      en: `${url.origin} is no https:// address: what is sent there could be read on the way.`,
      zh: `${url.origin} 不是 https:// 地址：发往该处的内容可能在途中被读取。`,
    });
  // `lookup` is an option of the socket; undici's type lists only some of them.
  agent ??= new Agent({ maxResponseSize: MOST_BYTES, connect: { timeout: CONNECT_MS, lookup: guardedLookup } as Agent.Options['connect'] });
  return send(url, { ...(options as RequestInit), dispatcher: agent }).then((answer) => whole(answer, url.host));
}

/** The agent counts what comes over the wire; packed, 2 KB there can be 1 GB here. */
async function whole(answer: Sent, host: string): Promise<Response> {
  const { status, statusText, headers } = answer;
  const how = { status, statusText, headers: [...headers] };
  if (answer.body === null) return new Response(null, how);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of answer.body as AsyncIterable<Uint8Array>) {
    size += part.byteLength;
    // Leaving the loop ends the answer: nothing more is unpacked.
    if (size > MOST_BYTES) throw tooLarge(host);
    parts.push(part);
  }
  // https://fetch.spec.whatwg.org/#null-body-status these may have none, not even an empty one
  return new Response(status === 204 || status === 205 || status === 304 ? null : Buffer.concat(parts), how);
}

const tooLarge = (host: string): ConnectorError =>
  new ConnectorError('bad-response', {
    en: `${host} answers with more than 1 MiB: that is no answer of a sign-in provider.`,
    zh: `${host} 的响应超过 1 MiB，不是身份提供方应有的响应。`,
  });
