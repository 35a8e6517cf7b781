// What every request passes before any route: own names only, headers that browsers obey, and no command from another site's page.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

export interface SecurityOptions {
  /** What the server listens on. */
  readonly host: string;
  /** What people type, when it differs. */
  readonly publicUrl: URL | null;
}

/**
 * Load balancers and monitoring ask under the address of a machine, and get nothing that a rebound name could use. Vendors
 * call under whatever name reaches this machine; what they send is signed.
 */
const forAnyName = ['/healthz', '/readyz', '/metrics', '/events/'];
const isForAnyName = (url: string): boolean => {
  const [path] = url.split('?');
  return forAnyName.some((own) => (own.endsWith('/') ? path!.startsWith(own) : path === own));
};

/** Pages of other sites must not read this one through a name that points here (DNS rebinding). */
export function isOwnHost(header: string | undefined, options: SecurityOptions): boolean {
  if (header === undefined || /[^\w.:[\]-]/.test(header)) return false;
  const name = header.replace(/:\d+$/, '').toLowerCase();
  if (name === '0.0.0.0' || name === '[::]') return false;
  return ['127.0.0.1', 'localhost', '[::1]', options.host.toLowerCase(), options.publicUrl?.hostname].includes(name);
}

/**
 * Whether a page of ours sent this. Browsers say where a request comes from and pages cannot change it; a client that says
 * nothing is no browser, and has no business with a cookie. See docs/decisions on why there is no token in forms.
 */
export function isFromOwnPage(request: FastifyRequest, options: SecurityOptions): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin } = request.headers;
  if (origin === undefined || !URL.canParse(origin)) return false;
  return options.publicUrl?.origin === origin || new URL(origin).host === request.headers.host?.toLowerCase();
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
export const changesNothing = (request: FastifyRequest): boolean => SAFE.has(request.method);

export function guardRequests(app: FastifyInstance, options: SecurityOptions): void {
  const isHttps = options.publicUrl?.protocol === 'https:';
  app.addHook('onRequest', async (request, reply) => {
    // With no-referrer, browsers would send "Origin: null" with our own forms.
    reply.headers({
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cache-control': 'no-store',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      ...(isHttps ? { 'strict-transport-security': 'max-age=31536000' } : {}),
    });
    if (!isOwnHost(request.headers.host, options) && !isForAnyName(request.url)) return refuse(reply);
    return undefined;
  });
}

const refuse = (reply: FastifyReply): FastifyReply =>
  reply
    .code(421)
    .type('text/plain')
    .send(
      'This server answers only under its own name. If this is one, set PUBLIC_URL to it.\n本服务只在自己的名称下应答。如确为其名称，请设置 PUBLIC_URL。\n',
    );
