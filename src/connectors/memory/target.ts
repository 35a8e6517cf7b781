// Writes the memory system: create, update, disable, enable, remove, members, several writes in one request, finish.
import type { Connection, DesiredObject, Removed, Write, WriteRequest, Written } from '../../connector-kit/contract.ts';
import type { Attributes } from '../../core/model.ts';
import { DIRECTORY_ID, typeOf } from './catalogue.ts';
import type { Client } from './client.ts';
import type { MemoryPart } from './index.ts';
import type { Rights } from './simulator.ts';
import { show } from './source.ts';
import { Refusal, type Stored, type World } from './state.ts';
import { toConnectorError } from './wire.ts';

type Target = Required<
  Pick<Connection<MemoryPart>, 'create' | 'update' | 'disable' | 'enable' | 'remove' | 'changeMembers' | 'restore' | 'batch' | 'finish'>
>;

export const openTarget = (client: Client): Target => {
  /** A single write is a batch of one: one place says what each kind of write does. */
  const send = (write: Write, request: WriteRequest<MemoryPart>) =>
    client.request('write', request.signal, (world, rights) => perform(world, rights, write));

  return {
    create: async (type, desired, request) => (await send({ kind: 'create', type, desired }, request)).written,
    update: async (type, id, changed, whole, request) =>
      (await send({ kind: 'update', type, id, changed, desired: whole }, request)).written,
    disable: async (type, id, request) => (await send({ kind: 'disable', type, id }, request)).written,
    enable: async (type, id, request) => (await send({ kind: 'enable', type, id }, request)).written,
    remove: async (type, id, request) => (await send({ kind: 'remove', type, id }, request)).removed ?? { snapshot: null },

    /** Members that do not exist are refused one by one; the others are taken. */
    async changeMembers(owner, relation, change, request) {
      const remove = change.remove.map((edge) => edge.to);
      return client.request('write', request.signal, (world) => {
        const known = change.add.filter((edge) => world.get(edge.to.type, edge.to.id));
        world.changeEdges(owner, relation, known, remove);
        const refused = change.add.filter((edge) => !known.includes(edge));
        return {
          refused: refused.map(({ to }) => ({
            to,
            error: toConnectorError(new Refusal('missing', `There is no ${to.type}.`), 'write'),
          })),
        };
      });
    },

    /** With its old id, so that links still hold. */
    async restore(type, id, request) {
      return client.request('write', request.signal, (world) => ({ id: world.restore(type, id).id }));
    },

    /** One request; each write succeeds or fails by itself. */
    async batch(writes, request) {
      return client.request('write', request.signal, (world, rights) =>
        writes.map((write) => {
          try {
            return { ok: true, ...perform(world, rights, write) } as const;
          } catch (error) {
            return { ok: false, error: toConnectorError(error, 'write') } as const;
          }
        }),
      );
    },

    /** This system is true at once, so finishing only leaves a mark; doing it twice leaves one. */
    async finish(request) {
      await client.request('write', request.signal, (world) => {
        world.finished.add(request.runId);
      });
    },
  };
};

interface Performed {
  readonly written: Written;
  readonly removed?: Removed;
}

function perform(world: World, rights: Rights, write: Write): Performed {
  switch (write.kind) {
    case 'create': {
      const given = { ...write.desired.attributes, [DIRECTORY_ID]: write.desired.directoryId };
      const stored = world.insert(write.type, given, write.desired.edges, write.desired.enabled);
      return { written: { id: stored.id, echo: echo(write.type, stored, write.desired.attributes) } };
    }
    case 'update': {
      const stored = world.change(write.type, write.id, writable(write.type, write.changed.attributes), write.changed.edges);
      return { written: { id: stored.id, echo: echo(write.type, stored, write.changed.attributes) } };
    }
    case 'disable':
    case 'enable':
      if (write.type !== 'person') throw new Refusal('unknown-type', 'Only accounts can be disabled.');
      return { written: { id: world.setEnabled(write.type, write.id, write.kind === 'enable').id } };
    case 'remove': {
      const stored = world.get(write.type, write.id);
      const snapshot = stored ? show(world, rights, write.type, stored, everything(write.type), Number.MAX_SAFE_INTEGER) : null;
      world.remove(write.type, write.id);
      return { written: { id: write.id }, removed: { snapshot } };
    }
  }
}

/** Attributes settable only once are left out of an update; the engine shows that they differ. */
const writable = (type: string, attributes: Attributes): Attributes =>
  Object.fromEntries(
    Object.entries(attributes).filter(
      ([name]) => (typeOf(type).attributes.find((spec) => spec.name === name)?.writable ?? 'always') === 'always',
    ),
  );

/** What the system made of the given values: trimmed, sorted, without doubles. */
const echo = (type: string, stored: Stored, given: Attributes): Attributes =>
  Object.fromEntries(
    typeOf(type).attributes.flatMap(({ name, kind }) =>
      kind !== 'secret' && given[name] !== undefined ? [[name, stored.attributes[name] ?? null]] : [],
    ),
  );

const everything = (type: string) => ({
  attributes: typeOf(type).attributes.map((spec) => spec.name),
  relations: typeOf(type).relations.map((spec) => spec.name),
});

/** What `check` writes to prove that it may: a group that nobody will take for a real one. */
export const probe = (now: number): DesiredObject => ({
  directoryId: `probe-${now}`,
  attributes: { name: `tributary-probe-${now}`, description: null },
  edges: {},
  enabled: true,
});
