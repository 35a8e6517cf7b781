// The two far sides of this folder's tests, with the same short words for both: OpenLDAP's slapd and our simulator.
import { spawn } from 'node:child_process';
import { slapdAvailable, startSlapd } from '../../../test/servers/slapd.ts';
import type { Connection, DesiredObject, GetRequest, ReadEvent, WriteRequest } from '../../connector-kit/contract.ts';
import type { ConnectionMemory } from '../../connector-kit/memory.ts';
import { createPace } from '../../connector-kit/http/pace.ts';
import type { Attributes, Edges, EndpointObject, ObjectTypeId } from '../../core/model.ts';
import { ldap } from './index.ts';
import type { Part } from './config.ts';
import { startSimulator } from './simulator.ts';

export const SUFFIX = 'dc=example,dc=org';
const PASSWORD_OF_READER = 'reader password';
export const READER = { bindDn: `cn=reader,${SUFFIX}`, password: PASSWORD_OF_READER };

export interface FarSide {
  readonly url: string;
  readonly rootDn: string;
  readonly password: string;
  stop(): Promise<void>;
}

export interface FarSideOptions {
  readonly sizelimit?: number;
  /** What the reader may not see. */
  readonly hidesAttribute?: string;
  readonly hidesBelow?: string;
}

const ldif = [
  ['dn: dc=example,dc=org', 'objectClass: dcObject', 'objectClass: organization', 'dc: example', 'o: example'],
  [
    `dn: ${READER.bindDn}`,
    'objectClass: organizationalRole',
    'objectClass: simpleSecurityObject',
    'cn: reader',
    `userPassword: ${PASSWORD_OF_READER}`,
  ],
  ...['people', 'groups', 'off'].map((ou) => [`dn: ou=${ou},${SUFFIX}`, 'objectClass: organizationalUnit', `ou: ${ou}`]),
]
  .map((lines) => lines.join('\n'))
  .join('\n\n');

const kinds = {
  async slapd({ sizelimit, hidesAttribute, hidesBelow }: FarSideOptions): Promise<FarSide> {
    return startSlapd({
      suffix: SUFFIX,
      ldif: `${ldif}\n`,
      ...(sizelimit === undefined ? {} : { sizelimit }),
      acl: [
        ...(hidesAttribute ? [`access to attrs=${hidesAttribute} by dn.exact="${READER.bindDn}" none by * read`] : []),
        ...(hidesBelow ? [`access to dn.subtree="${hidesBelow}" by dn.exact="${READER.bindDn}" none by * read`] : []),
        'access to attrs=userPassword by * auth',
        'access to * by * read',
      ],
    });
  },
  async simulator({ sizelimit, hidesAttribute, hidesBelow }: FarSideOptions): Promise<FarSide> {
    const reader = {
      dn: READER.bindDn,
      password: PASSWORD_OF_READER,
      ...(hidesAttribute ? { hidesAttributes: [hidesAttribute] } : {}),
      ...(hidesBelow ? { hidesBelow: [hidesBelow] } : {}),
    };
    const simulator = await startSimulator({
      options: { ldif, accounts: [reader], ...(sizelimit === undefined ? {} : { sizeLimit: sizelimit }) },
    });
    return {
      url: simulator.address,
      rootDn: String(simulator.config.bindDn),
      password: String(simulator.config.password),
      stop: () => simulator.stop(),
    };
  },
};

const available = slapdAvailable();
if (!available.ok) process.stderr.write(`The LDAP tests run on the simulator only: ${available.reason}\n`);
/** Names and starters; slapd is left out, with the reason printed, where it is not installed. */
export const farSides = Object.entries(kinds).filter(([name]) => name !== 'slapd' || available.ok);
export const hasSlapd = available.ok;

/** A connection to a far side, and the few calls tests make, with the request left out. */
export async function openOn(
  far: FarSide,
  config: Readonly<Record<string, unknown>> = {},
  memory: ConnectionMemory = newMemory(),
): Promise<Words> {
  const connection = await ldap.open({
    connectionId: 'test',
    config: ldap.manifest.config.parse({
      url: far.url,
      bindDn: far.rootDn,
      password: far.password,
      base: SUFFIX,
      peopleIn: `ou=people,${SUFFIX}`,
      groupsIn: `ou=groups,${SUFFIX}`,
      folders: [`ou=off,${SUFFIX}`],
      ...config,
    }),
    clock,
    pace: createPace(clock),
    log: () => {},
    memory,
    folder: '/nowhere',
  });
  return wordsOf(connection);
}

/** What several workers that open one connection remember together. */
export function newMemory(): ConnectionMemory {
  const kept = new Map<string, string>();
  let last: Promise<unknown> = Promise.resolve();
  return {
    get: async (key) => kept.get(key),
    set: async (key, value) => void kept.set(key, value),
    alone<T>(_key: string, work: () => Promise<T>): Promise<T> {
      const result = last.then(work);
      last = result.catch(() => undefined);
      return result;
    },
  };
}

export type Words = ReturnType<typeof wordsOf>;

const clock = { now: Date.now, sleep: () => Promise.resolve() };
const signal = new AbortController().signal;
const part: Part = { base: '' };
const everything: Readonly<Record<string, GetRequest>> = Object.fromEntries(
  ldap.manifest.types.map((type) => [
    type.id,
    {
      attributes: type.attributes.filter((spec) => spec.kind !== 'secret').map((spec) => spec.name),
      relations: type.relations.map((relation) => relation.name),
      now: 0,
      signal,
    },
  ]),
);
const writing: WriteRequest<Part> = { part, signal, now: 0, runId: 'run', idempotencyKey: 'key' };
const desired = (attributes: Attributes, edges: Edges, more: Partial<DesiredObject>): DesiredObject => ({
  directoryId: 'd-1',
  attributes,
  edges,
  enabled: true,
  ...more,
});

function wordsOf(connection: Connection<Part>) {
  const events = async (type: ObjectTypeId, within: Part = part, attributes?: readonly string[]): Promise<ReadEvent[]> =>
    gather(connection.read!(type, { ...everything[type]!, ...(attributes ? { attributes } : {}), part: within }));
  return {
    connection,
    signal,
    part,
    asking: (type: ObjectTypeId): GetRequest => everything[type]!,
    events,
    async read(type: ObjectTypeId, within: Part = part): Promise<ReadonlyMap<string, EndpointObject>> {
      const found = (await events(type, within)).flatMap((event) => (event.kind === 'objects' ? event.objects : []));
      return new Map(found.map((object) => [object.id, object]));
    },
    async get(type: ObjectTypeId, id: string): Promise<EndpointObject | undefined> {
      const answer = (await connection.get!(type, [id], everything[type]!)).answers.get(id);
      return answer?.state === 'found' ? answer.object : undefined;
    },
    create: async (type: ObjectTypeId, attributes: Attributes, edges: Edges = {}, more: Partial<DesiredObject> = {}): Promise<string> =>
      (await connection.create!(type, desired(attributes, edges, more), writing)).id,
    update: async (type: ObjectTypeId, id: string, attributes: Attributes, before: Attributes = {}, edges: Edges = {}): Promise<void> =>
      void (await connection.update!(type, id, { attributes, before, edges }, desired(attributes, edges, {}), writing)),
    disable: (id: string) => connection.disable!('person', id, writing),
    enable: (id: string) => connection.enable!('person', id, writing),
    remove: (type: ObjectTypeId, id: string) => connection.remove!(type, id, writing),
    members: (id: string, add: readonly string[], remove: readonly string[] = []) =>
      connection.changeMembers!({ type: 'group', id }, 'member', { add: add.map(toPerson), remove: remove.map(toPerson) }, writing),
    check: (direction: 'up' | 'down' = 'up') => connection.check({ direction, part, signal }),
    close: () => connection.close(),
  };
}

export const toPerson = (id: string) => ({ to: { type: 'person', id } });
export const inDepartment = (id: string) => ({ membership: [{ to: { type: 'department', id } }] });
export const zhang = (n: number): Attributes => ({ uid: `zhang${n}`, cn: `张伟${n}`, sn: '张' });

export async function gather<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** What OpenLDAP's own client reads, as attribute → values per entry, by DN. */
export async function ldapsearch(
  far: FarSide,
  filter: string,
  names: readonly string[],
  extra: readonly string[] = [],
): Promise<Record<string, Record<string, string[]>>> {
  const text = await run('ldapsearch', [
    '-x',
    '-LLL',
    '-o',
    'ldif-wrap=no',
    '-H',
    far.url,
    '-D',
    far.rootDn,
    '-w',
    far.password,
    '-b',
    SUFFIX,
    ...extra,
    filter,
    ...names,
  ]);
  const entries: Record<string, Record<string, string[]>> = {};
  for (const block of text.split('\n\n')) {
    const lines = block
      .split('\n')
      .map((line) => /^([\w;-]+):(:?) (.*)$/.exec(line))
      .filter((match) => match !== null);
    const fields = lines.map(
      ([, name, encoded, value]) => [name!, encoded ? Buffer.from(value!, 'base64').toString('utf8') : value!] as const,
    );
    const dn = fields.find(([name]) => name === 'dn')?.[1];
    if (dn === undefined) continue;
    const entry: Record<string, string[]> = {};
    for (const [name, value] of fields) if (name !== 'dn') (entry[name] ??= []).push(value);
    entries[dn] = entry;
  }
  return entries;
}

/** Runs one of OpenLDAP's tools to its end; throws what it says when it fails. */
export function run(tool: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(tool, args, { stdio: 'pipe' });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(out) : reject(new Error(`${tool} ended with ${code}: ${err}`))));
    // A tool that ends without reading it says why by its code.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
