// A stand-in for an OpenLDAP server on a socket: ldapsearch can read it. Where slapd differs, slapd is right.
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { z } from 'zod';
import type { Simulator, SimulatorOptions } from '../../connector-kit/contract.ts';
import { Faults } from './simulator-faults.ts';
import { Node, suffixEntry } from './simulator-node.ts';
import { SimulatorSession } from './simulator-session.ts';
import { Tree } from './simulator-tree.ts';
import type { World } from './simulator-view.ts';

/** What a test or the sandbox may set. */
const optionsSchema = z.strictObject({
  suffix: z.string().default('dc=example,dc=org'),
  password: z.string().default('simulator root password'),
  /** Parents before children. The entry of the suffix is made when missing. */
  entries: z
    .array(z.strictObject({ dn: z.string(), attributes: z.record(z.string(), z.union([z.string(), z.array(z.string())])) }))
    .default([]),
  /** The same as text. @see https://www.rfc-editor.org/rfc/rfc2849 */
  ldif: z.string().default(''),
  /** Further identities that may sign in. */
  accounts: z
    .array(
      z.strictObject({
        dn: z.string(),
        password: z.string(),
        writes: z.boolean().optional(),
        hidesBelow: z.array(z.string()).optional(),
        hidesAttributes: z.array(z.string()).optional(),
        sizeLimit: z.number().optional(),
      }),
    )
    .default([]),
  sizeLimit: z.number().default(500),
  pageSize: z.int().positive().default(10_000),
});

export async function startSimulator({ host = '127.0.0.1', port = 0, clock, options = {} }: SimulatorOptions): Promise<Simulator> {
  const given = optionsSchema.parse(options);
  const now = clock ? () => clock.now() : Date.now;
  const tree = new Tree(given.suffix, now);
  seed(tree, given.entries);
  seed(tree, parseLdif(given.ldif));
  if (!tree.find(given.suffix)) tree.add(given.suffix, suffixEntry(given.suffix));

  const faults = new Faults();
  let writes = 0;
  const rootDn = `cn=admin,${given.suffix}`;
  const stopping = new AbortController();
  const world: World = {
    tree,
    root: { dn: rootDn, password: given.password },
    accounts: given.accounts,
    sizeLimit: given.sizeLimit,
    pageSize: given.pageSize,
    faults,
    busyUntil: 0,
    now,
    sleep: (ms) => (clock ? clock.sleep(ms, stopping.signal) : sleep(ms)).catch(() => {}),
    wrote: () => void writes++,
  };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    if (faults.next('connect')) return void socket.resetAndDestroy();
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    new SimulatorSession(socket, world);
  });
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  const url = `ldap://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
  return {
    config: { url, bindDn: rootDn, password: given.password, base: given.suffix },
    address: url,
    writes: () => writes,
    fault: (dial) => faults.add(dial),
    async stop() {
      stopping.abort();
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Seed {
  readonly dn: string;
  readonly attributes: Readonly<Record<string, string | readonly string[]>>;
}

function seed(tree: Tree, entries: Iterable<Seed>): void {
  for (const { dn, attributes } of entries) {
    if (!tree.find(tree.suffix) && dn !== tree.suffix) tree.add(tree.suffix, suffixEntry(tree.suffix));
    const list = Object.entries(attributes).map(([name, value]) => ({
      name,
      values: typeof value === 'string' ? [value] : value,
    }));
    const made = tree.add(dn, list);
    if (!(made instanceof Node)) throw new Error(`The seed entry ${dn} is refused: LDAP ${made.code} ${made.message}`);
  }
}

/** Records of entries; change records are not understood. Lines that begin with a blank continue the one before. */
export function* parseLdif(text: string): Generator<Seed> {
  for (const block of text.replace(/\r\n?/g, '\n').replace(/\n /g, '').split(/\n\n+/)) {
    const attributes: Record<string, string[]> = {};
    let dn: string | undefined;
    for (const line of block.split('\n')) {
      if (line === '' || line.startsWith('#') || /^version: ?1$/.test(line)) continue;
      const [, name, kind, rest] = /^([\w;.-]+):(:?) *(.*)$/s.exec(line) ?? [];
      if (name === undefined) throw new Error(`This LDIF line is not understood: ${line.slice(0, 60)}`);
      const value = kind === ':' ? Buffer.from(rest!, 'base64').toString('utf8') : rest!;
      if (name.toLowerCase() === 'dn') dn = value;
      else (attributes[name] ??= []).push(value);
    }
    if (dn !== undefined) yield { dn, attributes };
  }
}
