// A SCIM server that we did not write: the directory sync of SAML Jackson. 120 MB, so it is installed when asked for, into a cache. The drivers
// of databases that it offers, another 120 MB, are left out by the overrides of its package.json: here it keeps everything in memory.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ScimServer, Stored } from './scimmy.ts';

const here = join(dirname(fileURLToPath(import.meta.url)), 'jackson');
const cache = join(here, '..', '..', '..', 'node_modules', '.cache', 'tributary-jackson');
const NPM_MS = 600_000;

/** Where it is installed, or why it is not. With CI=true a missing server is a failure. */
export function installJackson(): { readonly ok: true; readonly folder: string } | { readonly ok: false; readonly reason: string } {
  const lock = readFileSync(join(here, 'package-lock.json'));
  const folder = join(cache, createHash('sha256').update(lock).digest('hex').slice(0, 16));
  if (existsSync(folder)) return { ok: true, folder };
  const making = `${folder}.${process.pid}`;
  mkdirSync(making, { recursive: true });
  for (const entry of ['package.json', 'package-lock.json', 'left-out'])
    cpSync(join(here, entry), join(making, entry), { recursive: true });
  const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: making, timeout: NPM_MS, encoding: 'utf8' });
  if (npm.status === 0 && !existsSync(folder)) renameSync(making, folder);
  rmSync(making, { recursive: true, force: true });
  if (existsSync(folder)) return { ok: true, folder };
  const reason = `SAML Jackson could not be installed: ${(npm.stderr || String(npm.error)).trim().split('\n').at(-1)}`;
  if (process.env.CI === 'true') throw new Error(reason);
  process.stderr.write(`${reason}\n`);
  return { ok: false, reason };
}

interface Reply {
  readonly status: number;
  readonly data: unknown;
}
interface Sync {
  readonly directories: {
    create(wanted: Record<string, string>): Promise<{ data: { id: string; scim: { secret: string } } }>;
  };
  readonly requests: { handle(request: Record<string, unknown>): Promise<Reply> };
  readonly users: SyncStore;
  readonly groups: SyncStore & { getAllUsers?: unknown; isUserInGroup(group: string, user: string): Promise<boolean> };
}
interface SyncStore {
  setTenantAndProduct(tenant: string, product: string): SyncStore;
  getAll(query: Record<string, unknown>): Promise<{ data: readonly { id: string; raw: Record<string, unknown> }[] }>;
}
type Start = (options: Record<string, unknown>) => Promise<{ directorySyncController: Sync }>;

export async function startJackson(folder: string): Promise<ScimServer> {
  const load = createRequire(join(folder, 'package.json'));
  const jackson = load('@boxyhq/saml-jackson') as { default: Start };
  const { directorySyncController: sync } = await jackson.default({
    externalUrl: 'http://127.0.0.1',
    samlPath: '/saml',
    samlAudience: 'https://saml.example.com',
    scimPath: '/scim/v2',
    db: { engine: 'mem' },
    noAnalytics: true,
    logger: { info: () => {}, warn: () => {}, error: () => {} },
  });
  const { data: directory } = await sync.directories.create({ tenant: 't', product: 'p', type: 'generic-scim-v2', name: 'n' });
  const directoryId = directory.id;
  let writes = 0;
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const url = new URL(request.url!, 'http://x');
      const [resourceType = '', resourceId] = url.pathname.replace('/scim/v2/', '').split('/').map(decodeURIComponent);
      if (request.method !== 'GET') writes += 1;
      const number = (name: string): number | undefined => (url.searchParams.has(name) ? Number(url.searchParams.get(name)) : undefined);
      sync.requests
        .handle({
          method: request.method,
          resourceType,
          resourceId,
          directoryId,
          apiSecret: (request.headers.authorization ?? '').replace(/^Bearer /, ''),
          query: { startIndex: number('startIndex') ?? 1, count: number('count'), filter: url.searchParams.get('filter') ?? undefined },
          ...(text === '' ? {} : { body: JSON.parse(text) as unknown }),
        })
        .then(
          ({ status, data }) => response.writeHead(status, { 'content-type': 'application/scim+json' }).end(JSON.stringify(data)),
          () => response.writeHead(500).end(),
        );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  /** Its own pages hold 50. */
  const all = async (store: SyncStore): Promise<readonly Stored[]> => {
    const found: Stored[] = [];
    for (;;) {
      const { data } = await store.setTenantAndProduct('t', 'p').getAll({ directoryId, pageOffset: found.length, pageLimit: 50 });
      if (data.length === 0) return found;
      found.push(...data.map(({ id, raw }) => ({ ...raw, id })));
    }
  };
  return {
    config: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/scim/v2`, token: directory.scim.secret },
    users: () => all(sync.users),
    async groups() {
      const [groups, users] = [await all(sync.groups), await all(sync.users)];
      return Promise.all(
        groups.map(async (group) => {
          const inside = await Promise.all(users.map(({ id }) => sync.groups.isUserInGroup(group.id, id)));
          return { ...group, members: users.filter((_, at) => inside[at]).map(({ id }) => ({ value: id })) };
        }),
      );
    },
    writes: () => writes,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
