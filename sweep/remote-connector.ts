// The connector of the sweep's target: one HTTP request per write, and errors by what they say about the write.
import { Pool } from 'undici';
import { z } from 'zod';
import type { Connector, GetAnswer, Removed, WriteRequest, Written } from '../src/connector-kit/contract.ts';
import type { Visible } from '../src/connector-kit/visible.ts';
import { defineConnector, field } from '../src/connector-kit/define.ts';
import { ConnectorError } from '../src/connector-kit/errors.ts';
import { lastLook, looking } from '../src/connector-kit/http/last-look.ts';
import type { Attributes, AttributeSpec, Edges, EndpointObject, Label, ObjectTypeSpec } from '../src/core/model.ts';
import { BEGUN, LEFT } from './order.ts';
import type { Stored, StoredEdge, WriteCommand } from './target-server.ts';

const label = (text: string): Label => ({ en: text, zh: text });
const text = (name: string, more: Partial<AttributeSpec> = {}): AttributeSpec => ({ name, label: label(name), type: 'string', ...more });
const carrier = text('externalId', { writable: 'never', unique: true });

const types: readonly ObjectTypeSpec[] = [
  {
    id: 'department', label: label('department'), title: 'name', parent: 'parent', writes: ['create', 'update', 'remove'],
    attributes: [text('name', { required: true }), text('code', { unique: true }), text('parent', { type: 'reference', to: 'department' }), carrier],
    relations: [{ name: 'leader', label: label('leader'), to: ['person'], writable: true }],
  },
  {
    id: 'person', label: label('person'), title: 'name',
    attributes: [
      text('name', { required: true }), text('number', { unique: true }), text('login'), text('phone', { unique: true }), text('title'),
      text('manager', { type: 'reference', to: 'person' }), carrier,
    ],
    relations: [{ name: 'membership', label: label('membership'), to: ['department'], containing: true, keeps: ['primary'], writable: true }],
  },
  {
    id: 'group', label: label('group'), title: 'name', writes: ['create', 'update', 'remove'],
    attributes: [text('name', { required: true }), text('code', { unique: true }), carrier],
    relations: [{ name: 'member', label: label('member'), to: ['person'], writable: true }],
  },
];

const config = z.object({
  url: field(z.string(), { label: label('address') }),
  /** Whether it has a field for our id; without one it is found again by a unique value. */
  carries: field(z.boolean(), { label: label('carries our id') }),
  /** What it allows; 0 = it does not count. */
  perSecond: field(z.number().default(0), { label: label('requests a second') }),
});
const PAGE = 20;
const visible: Visible = { attributes: 'all', range: 'everything' };
const facts = { stableIds: true, assignsIds: true, ignoresCase: false, nestedGroups: false, serialWrites: false, removeMeans: 'irreversible' as const };

const kinds = { taken: 'already-exists', missing: 'not-found', 'bad-value': 'invalid', 'not-empty': 'conflict' } as const;

/** A refused connection did nothing; a write whose connection ended later may have been done. */
function lost(error: unknown, isWrite: boolean): ConnectorError {
  const { code } = error as { code?: string };
  const kind = code === 'ECONNREFUSED' || !isWrite ? 'transient' : 'unknown-outcome';
  return new ConnectorError(kind, label(`The connection to the target ended (${code ?? 'no code'}).`), { transport: true, cause: error });
}

interface Far {
  readonly pool: Pool;
  readonly beforeWrite: (() => void) | undefined;
  /** Waits until a request may begin, and says when it does (ms of the connection's clock). */
  readonly enter: (signal: AbortSignal) => Promise<{ readonly at: number; readonly leave: () => void }>;
}

async function ask<T>(far: Far, path: string, body: unknown, signal: AbortSignal): Promise<T> {
  const { at, leave } = await far.enter(signal);
  return send<T>(far, path, body, at, signal).finally(leave);
}

async function send<T>({ pool, beforeWrite }: Far, path: string, body: unknown, at: number, signal: AbortSignal): Promise<T> {
  const isWrite = path === '/write';
  const last = isWrite ? lastLook(beforeWrite) : null;
  let status: number;
  let answer: { code?: keyof typeof kinds; attribute?: string; id?: string };
  try {
    const headers = { [BEGUN]: String(at), [LEFT]: String(Date.now()) };
    const response = await (last ? looking(pool) : pool).request({ path, method: 'POST', headers, body: JSON.stringify(body), opaque: last, signal });
    status = response.statusCode;
    answer = (await response.body.json()) as typeof answer;
  } catch (error) {
    if (last?.refusal) throw last.refusal;
    signal.throwIfAborted();
    throw lost(error, isWrite);
  }
  if (status === 200) return answer as T;
  throw new ConnectorError(kinds[answer.code!], label(`Refused: ${answer.code}.`), { attribute: answer.attribute, id: answer.id });
}

const shown = (stored: Stored, type: string): EndpointObject => {
  const spec = types.find((candidate) => candidate.id === type)!;
  return {
    id: stored.id, attributes: Object.fromEntries(spec.attributes.map(({ name }) => [name, stored.attributes[name] ?? null])),
    edges: Object.fromEntries(spec.relations.map(({ name }) => [name, stored.edges[name] ?? []])), ...(type === 'person' ? { enabled: stored.enabled } : {}),
  };
};

/** Edges as the target keeps them: without what it does not know. */
const kept = (edges: readonly { to: StoredEdge['to']; primary?: boolean }[]): StoredEdge[] => edges.map(({ to, primary }) => ({ to: { type: to.type, id: to.id }, ...(primary ? { primary } : {}) }));
const allKept = (edges: Edges): Record<string, StoredEdge[]> => Object.fromEntries(Object.entries(edges).map(([relation, list]) => [relation, kept(list)]));
const plain = (attributes: Attributes): Record<string, string | null> => attributes as Record<string, string | null>;

export const remote: Connector = defineConnector({
  manifest: {
    id: 'remote', name: label('remote'), summary: label('A system in another process.'), logo: 'none.svg', roles: ['target'], config, part: z.object({}), types, facts,
    limits: { inFlight: 4, batchSize: 10, membersPerCall: 3 }, provenAgainst: ['itself'], defaults: {},
  },
  async open({ config: { url: address, carries, perSecond }, clock, pace, beforeWrite }) {
    const pool = new Pool(address);
    const url: Far = {
      pool, beforeWrite,
      async enter(signal) {
        if (perSecond === 0) return { at: clock.now(), leave: () => undefined };
        const leave = await pace.take('requests', { perSecond }, signal);
        return { at: clock.now(), leave };
      },
    };
    const write = <T = Written>(command: Omit<WriteCommand, 'key'>, request: WriteRequest<object>): Promise<T> =>
      ask<T>(url, '/write', { ...command, key: request.idempotencyKey }, request.signal);
    return {
      describe: async () => ({ facts: carries ? { ...facts, carriesDirectoryId: 'externalId' } : facts }),
      async check({ signal }: { signal: AbortSignal }) {
        const ok = await ask(url, '/get', { type: 'person', ids: [] }, signal).then(() => true, () => false);
        return { findings: [{ level: 'reachable' as const, ok, message: label('asked') }] };
      },
      close: () => pool.destroy(),
      async *read(type: string, { signal }: { signal: AbortSignal }) {
        for (let from = 0; ; from += PAGE) {
          const page = await ask<{ objects: Stored[]; more: boolean }>(url, '/read', { type, from, limit: PAGE }, signal);
          yield { kind: 'objects' as const, objects: page.objects.map((object) => shown(object, type)) };
          if (!page.more) break;
        }
        yield { kind: 'end' as const, complete: true, visible };
      },
      async get(type: string, ids: readonly string[], { signal }: { signal: AbortSignal }) {
        const { objects } = await ask<{ objects: Stored[] }>(url, '/get', { type, ids }, signal);
        const known = new Map(objects.map((object) => [object.id, object]));
        return {
          visible,
          answers: new Map(ids.map((id): [string, GetAnswer] => {
            const object = known.get(id);
            return [id, object ? { state: 'found', object: shown(object, type) } : { state: 'gone' }];
          })),
        };
      },
      find: async (type: string, attribute: string, values: readonly unknown[], { signal }: { signal: AbortSignal }) =>
        (await ask<{ found: { id: string; value: string }[] }>(url, '/find', { type, attribute, values }, signal)).found,
      create: (type: string, desired, request) =>
        write({ op: 'create', type, attributes: { ...plain(desired.attributes), ...(carries ? { externalId: desired.directoryId } : {}) }, edges: allKept(desired.edges), enabled: desired.enabled }, request),
      update: (type: string, id: string, changed, _whole, request) => write({ op: 'update', type, id, attributes: plain(changed.attributes), edges: allKept(changed.edges) }, request),
      disable: (type: string, id: string, request) => write({ op: 'disable', type, id }, request),
      enable: (type: string, id: string, request) => write({ op: 'enable', type, id }, request),
      async remove(type: string, id: string, request): Promise<Removed> {
        const { snapshot } = await write<{ snapshot?: Stored }>({ op: 'remove', type, id }, request);
        return { snapshot: snapshot ? shown(snapshot, type) : null };
      },
      async changeMembers(owner, relation: string, change, request) {
        await write({ op: 'members', type: owner.type, id: owner.id, relation, add: kept(change.add), remove: kept(change.remove) }, request);
      },
    };
  },
}) as unknown as Connector;
