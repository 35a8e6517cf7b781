// The sockets of one connection: a pool per origin, with our certificates, our proxy and our guard on addresses.
import { Pool, ProxyAgent, type Dispatcher } from 'undici';
import { guardedLookup, refuseAddressIn } from './addresses.ts';

export interface Route {
  /** Certificates (PEM) that are trusted beside those of the system. */
  readonly ca?: string;
  /** `http://user:password@proxy:3128`; names are then resolved by the proxy. */
  readonly proxy?: string;
  readonly allowLinkLocal?: boolean;
  /** Sockets to one origin at most. Default 64. */
  readonly connections?: number;
  readonly maxBytes: number;
}

export interface Sockets {
  /** Throws `config` for an address that may not be reached. */
  to(url: URL): Dispatcher;
  close(): Promise<void>;
}

const CONNECT_MS = 10_000;

export function openSockets(route: Route, systemCertificates: readonly string[]): Sockets {
  const pools = new Map<string, Dispatcher>();
  // An own certificate is added to the system's, never put in their place: one connection may speak to two hosts.
  const tls = route.ca ? { ca: [...systemCertificates, route.ca] } : {};
  const direct = { ...tls, timeout: CONNECT_MS, ...(route.allowLinkLocal ? {} : { lookup: guardedLookup }) };
  const shape = { connections: route.connections ?? 64, maxResponseSize: route.maxBytes, allowH2: false };

  const open = (origin: string): Dispatcher =>
    route.proxy
      ? // The proxy is asked for names; its own is judged like any other.
        new ProxyAgent({ uri: route.proxy, requestTls: tls, proxyTls: direct as ProxyAgent.Options['proxyTls'], ...shape })
      : // `lookup` is an option of the socket; undici's type lists only some of them.
        new Pool(origin, { ...shape, connect: direct as Pool.Options['connect'] });

  return {
    to(url) {
      const known = pools.get(url.origin);
      if (known) return known;
      if (!route.allowLinkLocal) for (const one of route.proxy ? [url, new URL(route.proxy)] : [url]) refuseAddressIn(one);
      const made = open(url.origin);
      pools.set(url.origin, made);
      return made;
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
      pools.clear();
    },
  };
}
