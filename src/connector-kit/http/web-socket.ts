// How a WebSocket reaches its server: by the same certificates, proxy and guard on addresses as the requests of its connection.
import { request } from 'node:http';
import type { LookupFunction, Socket } from 'node:net';
import { connect as connectTls, getCACertificates, rootCertificates } from 'node:tls';
import { guardedLookup, refuseAddressIn } from './addresses.ts';

export interface SocketRoute {
  readonly ca?: string;
  readonly proxy?: string;
  readonly allowLinkLocal?: boolean;
}

/** Options for `new WebSocket(url, …)` of ws. */
export interface SocketOptions {
  readonly ca?: string[];
  readonly lookup?: LookupFunction;
  readonly createConnection?: () => Socket;
}

const CONNECT_MS = 10_000;

/** Opens the tunnel where there is a proxy. Throws `config` for an address that may not be reached. */
export async function socketOptions(url: URL, route: SocketRoute, signal: AbortSignal): Promise<SocketOptions> {
  if (!route.allowLinkLocal) refuseAddressIn(url);
  const ca = route.ca ? [...rootCertificates, ...getCACertificates('system'), route.ca] : undefined;
  const trusted = ca ? { ca } : {};
  if (!route.proxy) return { ...trusted, ...(route.allowLinkLocal ? {} : { lookup: guardedLookup }) };
  const isSecure = url.protocol === 'wss:';
  const proxy = new URL(route.proxy);
  if (!route.allowLinkLocal) refuseAddressIn(proxy);
  const lookup = route.allowLinkLocal ? undefined : guardedLookup;
  const tunnel = await openTunnel(proxy, lookup, `${url.hostname}:${url.port || (isSecure ? 443 : 80)}`, signal);
  // Names are resolved by the proxy; what is said inside the tunnel is between us and the server.
  return { createConnection: () => (isSecure ? connectTls({ socket: tunnel, servername: url.hostname, ...trusted }) : tunnel) };
}

function openTunnel(proxy: URL, lookup: LookupFunction | undefined, target: string, signal: AbortSignal): Promise<Socket> {
  const user = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return new Promise((resolve, reject) => {
    const asking = request({
      method: 'CONNECT',
      host: proxy.hostname,
      port: proxy.port || 80,
      path: target,
      headers: { host: target, ...(user === ':' ? {} : { 'proxy-authorization': `Basic ${Buffer.from(user).toString('base64')}` }) },
      timeout: CONNECT_MS,
      signal,
      ...(lookup ? { lookup } : {}),
    });
    asking.once('connect', (answer, socket) => {
      if (answer.statusCode === 200) return resolve(socket as Socket);
      socket.destroy();
      reject(new Error(`The proxy answered ${answer.statusCode}.`));
    });
    asking.once('timeout', () => asking.destroy(new Error('The proxy does not answer.')));
    asking.once('error', reject);
    asking.end();
  });
}
