// Connectors that are broken in one known way, each with the case that must say so. For the test of the kit alone.
import type { Value } from '../../core/model.ts';
import type { ChangeEvent, Connection, ConnectionContext, Connector, Facts, ReadEvent } from '../contract.ts';
import { ConnectorError, isConnectorError } from '../errors.ts';
import { mutantsOfCreating } from './mutants-creating.ts';

/** What the mutants need of the connector they are made of. */
export interface Settings {
  readonly token: string;
  readonly pageSize: number;
}

type Break = (good: Required<Connection>, context: ConnectionContext<Settings>) => Partial<Connection>;
const label = { en: 'x', zh: 'x' };

export type Mutate = (replace: Break, facts?: Partial<Facts>) => Connector<Settings>;

/** The good connector with some methods replaced, or with facts that are not true. */
export const mutationsOf =
  (connector: Connector<Settings>): Mutate =>
  (replace, facts = {}) => ({
    ...connector,
    manifest: { ...connector.manifest, facts: { ...connector.manifest.facts, ...facts } },
    open: async (context) => {
      const good = await connector.open(context);
      return { ...good, ...replace(good as Required<Connection>, context) };
    },
  });

/** Replaces what read() yields. */
const reading =
  (change: (events: AsyncIterable<ReadEvent>, context: ConnectionContext<Settings>) => AsyncIterable<ReadEvent>): Break =>
  (good, context) => ({ read: (type, request) => change(good.read(type, request), context) });

const changing =
  (change: (event: ChangeEvent) => ChangeEvent | null): Break =>
  (good) => ({
    async *changes(cursor, request) {
      for await (const event of good.changes(cursor, request)) {
        const kept = change(event);
        if (kept) yield kept;
      }
    },
  });

const full = { kind: 'end', complete: true, visible: { attributes: 'all', range: 'everything' } } as const;
const deaf = new AbortController().signal;

async function* withoutSecondPage(events: AsyncIterable<ReadEvent>): AsyncGenerator<ReadEvent> {
  let pages = 0;
  for await (const event of events) if (event.kind !== 'objects' || (pages += 1) !== 2) yield event;
}

async function* swallowingErrors(events: AsyncIterable<ReadEvent>): AsyncGenerator<ReadEvent> {
  try {
    yield* events;
  } catch {
    yield full;
  }
}

const mapText =
  (change: (text: string) => string): Break =>
  (good) => ({
    create: (type, desired, request) =>
      good.create(
        type,
        {
          ...desired,
          attributes: Object.fromEntries(
            Object.entries(desired.attributes).map(([name, value]) => [
              name,
              typeof value === 'string' && name.endsWith('ame') ? change(value) : value,
            ]),
          ),
        },
        request,
      ),
  });

/** What is wrong → the case that must say so. */
export const mutantsOf = (
  memory: Connector<Settings>,
  mutant: Mutate = mutationsOf(memory),
): Readonly<Record<string, readonly [caughtBy: string, mutant: Connector<Settings>]>> => ({
  'loses the second page': ['read.three-pages', mutant(reading(withoutSecondPage))],
  'says complete after an abort': ['read.aborted', mutant(reading(swallowingErrors))],
  'says complete after a page that failed': ['faults.lasting', mutant(reading(swallowingErrors))],
  'reads an unknown part as empty': ['check.missing-part', mutant(reading(swallowingErrors))],
  'ends without an end': [
    'read.empty',
    mutant(
      reading(async function* (events) {
        for await (const event of events) if (event.kind !== 'end') yield event;
      }),
    ),
  ],
  'resumes one page too late': [
    'read.checkpoint',
    mutant((good, { config }) => ({
      read: (type, request) =>
        good.read(type, request.checkpoint ? { ...request, checkpoint: String(Number(request.checkpoint) + config.pageSize) } : request),
    })),
  ],
  'gives only the first piece of a long list of members': [
    'read.many-members',
    mutant(
      reading(async function* (events) {
        const begun = new Set<string>();
        for await (const event of events) {
          if (event.kind !== 'edges' || event.last || !begun.has(event.owner)) yield event;
          if (event.kind === 'edges') begun.add(event.owner);
        }
      }),
    ),
  ],
  'gives a large group before its members': [
    'read.many-members',
    mutant(
      reading(async function* (events) {
        const waiting: ReadEvent[] = [];
        for await (const event of events) {
          if (event.kind === 'edges') waiting.push(event);
          else yield event;
          if (event.kind === 'objects') yield* waiting.splice(0);
        }
      }),
    ),
  ],
  'leaves out empty attributes': [
    'write.unset',
    mutant(
      reading(async function* (events) {
        for await (const event of events) {
          if (event.kind !== 'objects') yield event;
          else
            yield {
              ...event,
              objects: event.objects.map((object) => ({
                ...object,
                attributes: Object.fromEntries(Object.entries(object.attributes).filter(([, value]) => value !== null)),
              })),
            };
        }
      }),
    ),
  ],
  'answers only the ids it finds': [
    'read.get',
    mutant((good) => ({
      get: async (type, ids, request) => {
        const report = await good.get(type, ids, request);
        return { ...report, answers: new Map([...report.answers].filter(([, answer]) => answer.state === 'found')) };
      },
    })),
  ],
  'finds by exact text only': [
    'read.find',
    mutant((good) => ({
      find: async (type, attribute, values, request) => {
        const exact = values.filter((value) => value === String(value).toLowerCase());
        return good.find(type, attribute, exact, request);
      },
    })),
  ],
  'ignores clearing': [
    'write.clear',
    mutant((good) => ({
      update: (type, id, changed, whole, request) =>
        good.update(
          type,
          id,
          {
            ...changed,
            attributes: Object.fromEntries(Object.entries(changed.attributes).filter(([, value]) => value !== null)),
          },
          whole,
          request,
        ),
    })),
  ],
  'replaces the whole object by what the engine knows': [
    'write.unmanaged',
    mutant((good) => ({
      update: (type, id, changed, whole, request) => {
        const specs = memory.manifest.types.find((candidate) => candidate.id === type)!.attributes;
        const empty = specs.filter((spec) => spec.writable === undefined && !spec.required).map((spec) => [spec.name, null] as const);
        const attributes: Record<string, Value | null> = { ...Object.fromEntries(empty), ...whole.attributes };
        return good.update(type, id, { ...changed, attributes }, whole, request);
      },
    })),
  ],
  'makes a second object instead of saying that it exists': [
    'write.duplicate',
    mutant((good) => ({
      create: (type, desired, request) =>
        good.create(type, desired, request).catch(() => {
          const twin = Object.fromEntries(
            Object.entries(desired.attributes).map(([name, value]) => [name, typeof value === 'string' ? `${value}2` : value]),
          );
          return good.create(type, { ...desired, directoryId: `${desired.directoryId}2`, attributes: twin }, request);
        }),
    })),
  ],
  'does not say which object exists': [
    'facts.unique',
    mutant((good) => ({
      create: (type, desired, request) =>
        good.create(type, desired, request).catch((error: unknown) => {
          throw isConnectorError(error) && error.kind === 'already-exists' ? new ConnectorError('already-exists', label) : error;
        }),
    })),
  ],
  'throws an error of its own': [
    'write.absent',
    mutant((good) => ({
      update: (type, id, changed, whole, request) =>
        good.update(type, id, changed, whole, request).catch((error: unknown) => {
          throw new TypeError(String(error));
        }),
    })),
  ],
  'fails to remove what is gone already': [
    'write.remove',
    mutant((good) => ({
      remove: async (type, id, request) => {
        const removed = await good.remove(type, id, request);
        if (!removed.snapshot) throw new ConnectorError('not-found', label);
        return removed;
      },
    })),
  ],
  'does not disable': ['write.disable', mutant((good) => ({ disable: (type, id, request) => good.enable(type, id, request) }))],
  'replaces all members': [
    'write.members',
    mutant((good) => ({
      changeMembers: async (owner, relation, change, request) => {
        const asked = { attributes: [], relations: [relation], now: 0, signal: deaf };
        const answer = (await good.get(owner.type, [owner.id], asked)).answers.get(owner.id);
        const present = answer?.state === 'found' ? (answer.object.edges?.[relation] ?? []) : [];
        return good.changeMembers(owner, relation, { add: change.add, remove: present }, request);
      },
    })),
  ],
  'stops a batch at the first bad write': [
    'write.batch',
    mutant((good) => ({
      batch: async (writes, request) => {
        const results = await good.batch(writes, request);
        const bad = results.findIndex((result) => !result.ok);
        return bad < 0 ? results : results.map((result, at) => (at > bad ? results[bad]! : result));
      },
    })),
  ],
  'takes a batch whose answer was lost for one that was not sent': [
    'faults.lost-batch',
    mutant((good) => ({
      batch: async (writes, request) => {
        try {
          return await good.batch(writes, request);
        } catch {
          return writes.map(() => ({ ok: false, error: new ConnectorError('transient', label) }) as const);
        }
      },
    })),
  ],
  'keeps only the last department of a person': [
    'people.two-departments',
    mutant((good) => ({
      create: (type, desired, request) => {
        const membership = desired.edges.membership?.slice(-1);
        return good.create(type, membership ? { ...desired, edges: { ...desired.edges, membership } } : desired, request);
      },
    })),
  ],
  'cuts long names': ['names.long', mutant(mapText((text) => text.slice(0, 60)))],
  'loses characters of four bytes': ['names.four-byte', mutant(mapText((text) => text.replace(/[\u{10000}-\u{10ffff}]/gu, '?')))],
  'escapes what needs no escaping': ['names.separators', mutant(mapText((text) => text.replace(/,/g, '\\,')))],
  'forgets deletions in the changes': ['changes.delete', mutant(changing((event) => (event.kind === 'tombstones' ? null : event)))],
  'reports only the first page of changes': [
    'changes.create',
    mutant((good) => ({
      async *changes(cursor, request) {
        for await (const event of good.changes(cursor, request)) {
          if (event.kind === 'end') yield event;
          else if (event.kind === 'objects') yield { ...event, objects: event.objects.slice(0, 1) };
        }
      },
    })),
  ],
  'takes an expired cursor for one without changes': [
    'changes.expired',
    mutant((good) => ({
      async *changes(cursor, request) {
        try {
          yield* good.changes(cursor, request);
        } catch {
          yield { kind: 'end', cursor, visible: full.visible };
        }
      },
    })),
  ],
  'says a lost answer was no write': [
    'faults.lost-create',
    mutant((good) => ({
      create: (type, desired, request) =>
        good.create(type, desired, request).catch((error: unknown) => {
          throw isConnectorError(error) && error.kind === 'unknown-outcome'
            ? new ConnectorError('transient', label, { transport: true })
            : error;
        }),
    })),
  ],
  'forgets how long it was told to wait': [
    'faults.busy-after',
    mutant(
      reading(async function* (events) {
        try {
          yield* events;
        } catch (error) {
          throw isConnectorError(error) && error.kind === 'rate-limited' ? new ConnectorError('rate-limited', label) : error;
        }
      }),
    ),
  ],
  'takes a busy system for missing rights': [
    'faults.busy',
    mutant(
      reading(async function* (events) {
        try {
          yield* events;
        } catch (error) {
          throw isConnectorError(error) && error.kind === 'rate-limited' ? new ConnectorError('permission', label) : error;
        }
      }),
    ),
  ],
  'takes garbage for the answer to a write': [
    'faults.garbage-write',
    mutant((good) => ({
      create: (type, desired, request) =>
        good.create(type, desired, request).catch((error: unknown) => {
          if (isConnectorError(error) && error.kind === 'unknown-outcome') return { id: 'made-up' };
          throw error;
        }),
    })),
  ],
  'believes every event': [
    'events.bad',
    mutant((good) => ({
      events: {
        ...good.events,
        verify: async ({ body }) => {
          const payload = JSON.parse(new TextDecoder().decode(body)) as { eventId: string };
          return {
            kind: 'events',
            reply: { status: 200, headers: {}, body: '' },
            events: [{ eventId: payload.eventId, payload }],
          };
        },
      },
    })),
  ],
  'believes old events': [
    'events.replayed',
    mutant((good) => ({
      events: {
        ...good.events,
        verify: (event) => good.events.verify({ ...event, now: Number(event.headers['x-memory-sent-at'] ?? 0) }),
      },
    })),
  ],
  'shows its token in an error': [
    'safety.secrets',
    mutant((good, { config }) => ({
      create: (type, desired, request) =>
        good.create(type, desired, request).catch((cause: unknown) => {
          throw isConnectorError(cause)
            ? new ConnectorError(cause.kind, cause.label, { ...cause.facts, detail: `POST /?token=${config.token}` })
            : cause;
        }),
    })),
  ],
  'logs its token': [
    'safety.secrets',
    mutant((good, { config, log }) => ({
      read: (type, request) => {
        log('request', { headers: { authorization: `Basic ${Buffer.from(config.token).toString('base64')}` } });
        return good.read(type, request);
      },
    })),
  ],
  'is deaf to the signal': [
    'safety.cancel-read',
    mutant((good) => ({ read: (type, request) => good.read(type, { ...request, signal: deaf }) })),
  ],
  'writes although it was cancelled': [
    'safety.aborted-before',
    mutant((good) => ({
      create: (type, desired, request) => good.create(type, desired, { ...request, signal: deaf }),
    })),
  ],
  'writes although its time is over': [
    'safety.too-late',
    {
      ...mutant(() => ({})),
      open: async ({ beforeWrite: _unasked, ...context }) => mutant(() => ({})).open(context),
    },
  ],
  'says that wrong credentials are fine': [
    'check.wrong',
    mutant(() => ({
      check: async () => ({ findings: [{ level: 'reachable', ok: true, message: label }], systemId: 'x' }),
    })),
  ],
  'leaves its probe behind': [
    'check.probe',
    mutant((good) => ({
      check: async (request) => {
        const desired = { directoryId: 'probe', attributes: { name: 'probe' }, edges: {}, enabled: true };
        if (request.probeWrite) await good.create('group', desired, { part: {}, signal: deaf, now: 0, runId: 'x', idempotencyKey: 'x' });
        return good.check(request);
      },
    })),
  ],
  'says that groups hold no groups': ['facts.nested-groups', mutant(() => ({}), { nestedGroups: false })],
  'says that case matters': ['facts.case', mutant(() => ({}), { ignoresCase: false })],
  'says that removing disables': ['facts.remove-means', mutant(() => ({}), { removeMeans: 'disables' })],
  'does not carry the directory id': [
    'facts.directory-id',
    mutant((good) => ({
      create: (type, desired, request) => good.create(type, { ...desired, directoryId: `x${desired.directoryId}` }, request),
    })),
  ],
  'changes ids when it renames': [
    'facts.stable-ids',
    mutant((good) => ({
      update: async (...given) => ({ ...(await good.update(...given)), id: `${given[1]}-renamed` }),
    })),
  ],
  'puts what is too deep at the top': [
    'facts.tree-levels',
    mutant((good) => ({
      create: (type, desired, request) =>
        good
          .create(type, desired, request)
          .catch(() => good.create(type, { ...desired, attributes: { ...desired.attributes, parent: null } }, request)),
    })),
  ],
  'cuts what is too long': [
    'facts.max-length',
    mutant((good) => ({
      create: (type, desired, request) => {
        const attributes = Object.entries(desired.attributes).map(([name, value]) => [
          name,
          typeof value === 'string' ? [...value].slice(0, 32).join('') : value,
        ]);
        return good.create(type, { ...desired, attributes: Object.fromEntries(attributes) }, request);
      },
    })),
  ],
  'leaves out whom it does not take, and does not say so': [
    'write.lacking-edges',
    mutant((good) => ({
      create: (type, desired, request) =>
        good.create(type, desired, request).catch(() => good.create(type, { ...desired, edges: {} }, request)),
    })),
  ],
  ...mutantsOfCreating(mutant),
  'drops the order inside a department': [
    'facts.keeps',
    mutant((good) => ({
      create: (type, desired, request) => {
        const edges = Object.entries(desired.edges).map(([name, list]) => [name, list.map(({ to, primary }) => ({ to, primary }))]);
        return good.create(type, { ...desired, edges: Object.fromEntries(edges) }, request);
      },
    })),
  ],
});
