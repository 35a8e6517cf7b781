// Reads the memory system: pages with checkpoints, single objects, changes since a cursor, a stream of touched keys.
import type { ChangeEvent, Connection, Found, GetAnswer, GetRequest, ReadEvent } from '../../connector-kit/contract.ts';
import type { Visible } from '../../connector-kit/visible.ts';
import { ConnectorError } from '../../connector-kit/errors.ts';
import type { Attributes, Edge, EndpointObject, ObjectKey, Value } from '../../core/model.ts';
import { typeOf, types } from './catalogue.ts';
import type { Client } from './client.ts';
import type { MemoryPart } from './index.ts';
import type { Rights } from './simulator.ts';
import { Refusal, type Stored, type World } from './state.ts';

type Source = Required<Pick<Connection<MemoryPart>, 'read' | 'get' | 'startCursor' | 'changes' | 'watch' | 'find' | 'readMembers'>>;

const SIGN_OF_LIFE_MS = 30_000;

export const openSource = (client: Client): Source => ({
  /** One request a page. The checkpoint is the position after it; it stays valid while objects come and go. */
  async *read(type, request) {
    const limit = client.config.pageSize;
    let from: number | null = request.checkpoint ? Number(request.checkpoint) : 0;
    let visible = await client.request('read', request.signal, (_world, rights) => visibleTo(rights));
    while (from !== null) {
      const at: number = from;
      const page = await client.request('read', request.signal, (world, rights) => {
        checkPart(world, request.part);
        const { objects, next } = world.page(type, at, limit);
        const inside = objects.filter((stored) => isInPart(world, request.part, type, stored));
        visible = visibleTo(rights);
        return {
          next,
          shown: inside.map((stored) => ({
            object: show(world, rights, type, stored, request, limit),
            large: largeRelations(world, type, stored, request, limit),
          })),
        };
      });
      const objects = page.shown.filter(({ large }) => large.length === 0).map(({ object }) => object);
      if (objects.length > 0) yield { kind: 'objects', objects };
      for (const { object, large } of page.shown) if (large.length > 0) yield* inPieces(client, type, object, large, request.signal);
      if (page.next !== null) yield { kind: 'checkpoint', checkpoint: String(page.next) };
      from = page.next;
    }
    // Only here may absence be concluded: every page came, and every failure on the way was thrown.
    yield { kind: 'end', complete: true, visible };
  },

  async get(type, ids, request) {
    return client.request('read', request.signal, (world, rights) => ({
      visible: visibleTo(rights),
      answers: new Map(ids.map((id) => [id, answer(client, world, rights, type, id, request as GetRequest<MemoryPart>)])),
    }));
  },

  async startCursor({ signal }) {
    return client.request('read', signal, (world) => cursorOf(world, world.sequence));
  },

  /** Groups come as keys, since their members may be many; what is now outside the part has left it, or was never in it. */
  async *changes(cursor, request) {
    let at = cursor;
    for (let more = true; more; ) {
      const step = await client.request('read', request.signal, (world, rights) => {
        const touched = touchedSince(world, at, client.config.pageSize + 1);
        const page = touched.slice(0, client.config.pageSize);
        more = touched.length > page.length;
        at = cursorOf(world, page.at(-1)?.sequence ?? world.sequence);
        const events: ChangeEvent[] = [];
        for (const type of request.types) {
          const mine = [...new Map(page.filter((key) => key.type === type).map((key) => [key.id, key])).values()];
          const there = mine.flatMap(({ id }) => world.get(type, id) ?? []);
          const inside = there.filter((stored) => isInPart(world, request.part, type, stored));
          const push = (kind: 'keys' | 'left' | 'tombstones', keys: readonly ObjectKey[]): void => {
            if (keys.length > 0) events.push({ kind, keys });
          };
          const keyOf = ({ id }: { readonly id: string }): ObjectKey => ({ type, id });
          if (type === 'group') push('keys', inside.map(keyOf));
          else if (inside.length > 0) {
            const objects = inside.map((stored) => show(world, rights, type, stored, request, client.config.pageSize));
            events.push({ kind: 'objects', type, objects });
          }
          push('left', there.filter((stored) => !inside.includes(stored)).map(keyOf));
          push('tombstones', mine.filter(({ id }) => !world.get(type, id)).map(keyOf));
        }
        return { events, visible: visibleTo(rights) };
      });
      yield* step.events;
      if (!more) yield { kind: 'end', cursor: at, visible: step.visible };
    }
  },

  async *watch({ signal }) {
    let wake: (() => void) | undefined;
    let waiting: ObjectKey[] = [];
    const stop = await client.request('read', signal, (world) =>
      world.watch((key) => {
        waiting.push(key);
        wake?.();
      }),
    );
    try {
      while (!signal.aborted) {
        const touched = new Promise<void>((resolve) => {
          wake = resolve;
        });
        const quiet = client.clock.sleep(SIGN_OF_LIFE_MS, signal).catch(() => undefined);
        if (waiting.length === 0) await Promise.race([touched, quiet]);
        if (signal.aborted) return;
        const keys = waiting;
        waiting = [];
        yield keys;
      }
    } finally {
      stop();
    }
  },

  async find(type, attribute, values, request) {
    return client.request('read', request.signal, (world, rights): readonly Found[] => {
      if (rights.hidden.includes(attribute)) {
        throw new ConnectorError(
          'unsupported',
          { en: `The token may not see "${attribute}".`, zh: `该令牌看不到“${attribute}”。` },
          { attribute },
        );
      }
      return values.flatMap((value) => world.find(type, attribute, value).map((id) => ({ value, id })));
    });
  },

  async *readMembers(owner, relation, { signal }) {
    const edges = await client.request('read', signal, (world) => {
      const stored = world.get(owner.type, owner.id);
      if (!stored) throw new Refusal('missing', `There is no ${owner.type} ${owner.id}.`);
      return [...world.edges(stored, relation)];
    });
    yield* pieces(edges, client.config.pageSize);
  },
});

// ── The shape of what is read ────────────────────────────────────────────────────────────────────────────

/** A large object: its edges in pieces, itself, and an empty last piece that says that it is whole. */
async function* inPieces(
  client: Client,
  type: string,
  object: EndpointObject,
  relations: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<ReadEvent> {
  const owner = object.id;
  const lists = await client.request('read', signal, (world) => {
    const stored = world.get(type, owner);
    return stored && relations.map((relation) => ({ relation, edges: [...world.edges(stored, relation)] }));
  });
  // Removed since its page was read: then it is not there.
  if (!lists) return;
  for (const { relation, edges } of lists) {
    for (const piece of pieces(edges, client.config.pageSize)) yield { kind: 'edges', owner, relation, edges: piece, last: false };
  }
  yield { kind: 'objects', objects: [object] };
  yield { kind: 'edges', owner, relation: relations.at(-1)!, edges: [], last: true };
}

function* pieces(edges: readonly Edge[], size: number): Generator<readonly Edge[]> {
  for (let at = 0; at < edges.length; at += size) yield edges.slice(at, at + size);
}

function answer(client: Client, world: World, rights: Rights, type: string, id: string, request: GetRequest<MemoryPart>): GetAnswer {
  const stored = world.get(type, id);
  if (!stored) return { state: 'gone' };
  const object = show(world, rights, type, stored, request, client.config.pageSize);
  return request.part ? { state: 'found', object, inPart: isInPart(world, request.part, type, stored) } : { state: 'found', object };
}

interface Asked {
  readonly attributes: readonly string[];
  readonly relations: readonly string[];
}

/** One object with what was asked for: hidden attributes are missing (unknown), empty ones are null. */
export function show(world: World, rights: Rights, type: string, stored: Stored, asked: Asked, edgeLimit: number): EndpointObject {
  const spec = typeOf(type);
  const attributes: Record<string, Value | null> = {};
  for (const { name, kind, to } of spec.attributes) {
    if (kind === 'secret' || !asked.attributes.includes(name) || rights.hidden.includes(name)) continue;
    const value = stored.attributes[name] ?? null;
    // A reference to somebody who was removed is no reference any more.
    attributes[name] = to && value !== null && !world.get(to, String(value)) ? null : value;
  }
  const edges: Record<string, readonly Edge[]> = {};
  for (const { name } of spec.relations) {
    if (asked.relations.includes(name) && world.edgeCount(stored, name) <= edgeLimit) edges[name] = [...world.edges(stored, name)];
  }
  const object = { id: stored.id, attributes: attributes as Attributes, edges };
  return type === 'person' ? { ...object, enabled: stored.enabled } : object;
}

const largeRelations = (world: World, type: string, stored: Stored, asked: Asked, edgeLimit: number): readonly string[] =>
  typeOf(type)
    .relations.map(({ name }) => name)
    .filter((name) => asked.relations.includes(name) && world.edgeCount(stored, name) > edgeLimit);

export const visibleTo = (rights: Rights): Visible => ({
  attributes:
    rights.hidden.length === 0
      ? 'all'
      : types.flatMap((type) => type.attributes.flatMap(({ name }) => (rights.hidden.includes(name) ? [] : [name]))),
  range: rights.hidden.length === 0 ? 'everything' : `without ${rights.hidden.join(', ')}`,
});

// ── Parts ────────────────────────────────────────────────────────────────────────────────────────────────

/** A part whose department is gone is a wrong setting, never an empty part. */
function checkPart(world: World, part: MemoryPart): void {
  if (part.department === undefined || world.get('department', part.department)) return;
  throw new ConnectorError(
    'config',
    { en: 'The department this job covers does not exist any more.', zh: '该任务所覆盖的部门已不存在。' },
    { id: part.department },
  );
}

/** Departments at or below the part's, people with a department in it, and all groups. */
function isInPart(world: World, part: MemoryPart, type: string, stored: Stored): boolean {
  if (part.department === undefined || type === 'group') return true;
  if (type === 'department') return isBelow(world, part.department, stored.id);
  for (const edge of world.edges(stored, 'membership')) if (isBelow(world, part.department, edge.to.id)) return true;
  return false;
}

function isBelow(world: World, top: string, id: string): boolean {
  for (let at: string | null = id; at !== null; ) {
    if (at === top) return true;
    at = (world.get('department', at)?.attributes.parent as string | null | undefined) ?? null;
  }
  return false;
}

// ── Cursors ──────────────────────────────────────────────────────────────────────────────────────────────

const cursorOf = (world: World, sequence: number): string => `${world.mark}:${sequence}`;

function touchedSince(world: World, cursor: string, limit: number) {
  const [mark, sequence] = cursor.split(':');
  const touched = mark === world.mark && sequence ? world.touchedSince(Number(sequence), limit) : null;
  if (!touched) throw new Refusal('cursor-too-old', 'That moment is not remembered.');
  return touched;
}
