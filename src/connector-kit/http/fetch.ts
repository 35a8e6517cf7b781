// fetch for libraries that speak a protocol by themselves: under the same rules for addresses as all else that leaves, and over TLS.
import { Agent, fetch as send, type RequestInit } from 'undici';
import { ConnectorError } from '../errors.ts';
import { guardedLookup, refuseAddressIn } from './addresses.ts';

const CONNECT_MS = 10_000;
const MOST_BYTES = 1024 * 1024;
const ours: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

let agent: Agent | undefined;

/** Plain http only to this machine. Throws `config` for an address that may not be reached; what a name resolves to arrives as the cause. */
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
  return send(url, { ...(options as RequestInit), dispatcher: agent }) as unknown as Promise<Response>;
}
