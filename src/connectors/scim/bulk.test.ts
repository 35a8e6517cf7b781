// Many writes in one request: what leaves together, what each of them came to, and what is done where a system does it badly.
//
// @see https://www.rfc-editor.org/rfc/rfc7644#section-3.7
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Write, WriteResult } from '../../connector-kit/contract.ts';
import { isConnectorError } from '../../connector-kit/errors.ts';
import { bearer, desired, open, readAll, scripted, server, writing, type Opened, type Reply } from './test-support.ts';

const made = (n: number, more: Record<string, string> = {}): Write => ({
  kind: 'create',
  type: 'person',
  desired: desired(`p-${n}`, { userName: `user${n}`, displayName: `Person ${n}`, email: `user${n}@example.com`, ...more }),
});
const many = (count: number): Write[] => Array.from({ length: count }, (_, n) => made(n + 1));
const batch = ({ connection }: Opened, writes: readonly Write[]): Promise<readonly WriteResult[]> => connection.batch!(writes, writing);
const kinds = (results: readonly WriteResult[]): string[] =>
  results.map((result) => (result.ok ? 'done' : isConnectorError(result.error) ? result.error.kind : 'a bug'));
const idsIn = (results: readonly WriteResult[]): string[] => results.flatMap((result) => (result.ok ? [result.written.id] : []));
const changes = (requests: readonly string[]): string[] => requests.filter((one) => !one.startsWith('GET'));

describe('what leaves together', () => {
  test('is all that is made, changed, stopped and deleted, each kind in one request', async () => {
    const app = await server('bulk');
    const opened = await open(app.config);
    const ids = idsIn(await batch(opened, many(40)));
    expect(changes(app.requests)).toEqual(['POST /scim/v2/Bulk']);
    const changed = ids.map((id, n): Write => {
      const attributes = { title: `title ${n}`, email: `new${n}@example.com` };
      return {
        kind: 'update',
        type: 'person',
        id,
        changed: { attributes, before: { title: null }, edges: {} },
        desired: desired(`p-${n}`, attributes),
      };
    });
    expect(new Set(kinds(await batch(opened, changed)))).toEqual(new Set(['done']));
    expect(
      new Set(
        kinds(
          await batch(
            opened,
            ids.map((id): Write => ({ kind: 'disable', type: 'person', id })),
          ),
        ),
      ),
    ).toEqual(new Set(['done']));
    expect(changes(app.requests)).toHaveLength(3);
    const { objects } = await readAll(opened, 'person', ['title', 'email']);
    expect(objects.map(({ attributes, enabled }) => [attributes.title, attributes.email, enabled])).toEqual(
      ids.map((_, n) => [`title ${n}`, `new${n}@example.com`, false]),
    );
    const removed = await batch(
      opened,
      ids.map((id): Write => ({ kind: 'remove', type: 'person', id })),
    );
    expect(removed.map((result) => result.ok && result.removed?.snapshot?.attributes.title)).toEqual(ids.map((_, n) => `title ${n}`));
    expect(changes(app.requests)).toHaveLength(4);
    expect(app.state.list('Users')).toEqual([]);
  });

  test('is never more than the system takes, by number and by length', async () => {
    const few = await server('bulk', { bulk: { operations: 4, bytes: 1_048_576, bodies: true } });
    expect(idsIn(await batch(await open(few.config), many(10)))).toHaveLength(10);
    expect(changes(few.requests)).toHaveLength(3);
    const short = await server('bulk', { bulk: { operations: 1000, bytes: 6000, bodies: true } });
    expect(idsIn(await batch(await open(short.config), many(20)))).toHaveLength(20);
    expect(changes(short.requests).length).toBeGreaterThan(1);
    expect(new Set(changes(short.requests))).toEqual(new Set(['POST /scim/v2/Bulk']));
  });

  test('is nothing where the system offers none, or the administrator has switched it off', async () => {
    for (const [mood, config] of [
      ['strict', {}],
      ['bulk', { bulk: false }],
    ] as const) {
      const app = await server(mood);
      expect(idsIn(await batch(await open({ ...app.config, ...config }), many(5)))).toHaveLength(5);
      expect(changes(app.requests)).toEqual(Array.from({ length: 5 }, () => 'POST /scim/v2/Users'));
    }
  });

  test('goes again for those that somebody else has changed since they were read', async () => {
    const app = await server('bulk');
    const opened = await open(app.config);
    const [id, other] = idsIn(await batch(opened, many(2)));
    const to = (at: string, email: string): Write => {
      const attributes = { email };
      return { kind: 'update', type: 'person', id: at, changed: { attributes, before: {}, edges: {} }, desired: desired('p', attributes) };
    };
    const inBetween = app.state.get.bind(app.state);
    let looked = 0;
    app.state.get = (collection, wanted) => {
      // Between our reading and our writing, somebody else adds an address.
      const seen = inBetween(collection, wanted);
      if (wanted === id && ++looked === 2)
        app.state.replace(collection, wanted, { ...seen, emails: [{ value: 'home@example.com', type: 'home' }] });
      return inBetween(collection, wanted);
    };
    expect(kinds(await batch(opened, [to(id!, 'one@example.com'), to(other!, 'two@example.com')]))).toEqual(['done', 'done']);
    expect(inBetween('Users', id!).emails).toEqual([
      { value: 'home@example.com', type: 'home' },
      { value: 'one@example.com', type: 'work' },
    ]);
  });
});

describe('what each of them came to', () => {
  test('is its own: one that is refused spoils no other, and says why', async () => {
    const app = await server('bulk');
    const opened = await open(app.config);
    const [id] = idsIn(await batch(opened, many(1)));
    app.fault({ fault: 'refuse-write', on: 'write' });
    const results = await batch(opened, [made(7), made(1), made(8)]);
    expect(kinds(results)).toEqual(['forbidden', 'already-exists', 'done']);
    expect(results[1]).toMatchObject({ error: { facts: { id } } });
    expect(app.state.list('Users').map(({ userName }) => userName)).toEqual(['user1', 'user8']);
  });

  test('is unknown of all when the answer is lost, and of the one that the system leaves out', async () => {
    const app = await server('bulk');
    const opened = await open(app.config);
    app.fault({ fault: 'lose-answer', on: 'write' });
    expect(kinds(await batch(opened, many(3)))).toEqual(['unknown-outcome', 'unknown-outcome', 'unknown-outcome']);
    expect(app.state.list('Users')).toHaveLength(3);
    const silent = await answering((operations) => operations.slice(1).map(good));
    expect(kinds(await batch(silent, many(3)))).toEqual(['unknown-outcome', 'done', 'done']);
  });

  test('is told by its name, in whatever order they come, and by its address where names are not given back', async () => {
    const turned = await answering((operations) => operations.map(good).reverse());
    expect((await batch(turned, many(3))).map((result) => result.ok && result.written.id)).toEqual(['of-user1', 'of-user2', 'of-user3']);
    const nameless = await answering((operations) =>
      operations
        .map(({ method, path }) => ({ method, location: `https://app.example.com/scim/v2${String(path)}`, status: { code: '200' } }))
        .reverse(),
    );
    const stop = ['1', '2'].map((id): Write => ({ kind: 'disable', type: 'person', id }));
    expect(kinds(await batch(nameless, stop))).toEqual(['done', 'done']);
  });
});

describe('a system that does it badly', () => {
  test('and turns the request away is written one by one, from then on at once', async () => {
    for (const reply of [[501], [404, { status: '404' }], [400, { scimType: 'invalidSyntax' }], [413], [403]] as const) {
      const bulks: unknown[] = [];
      const { url, seen } = await scripted((said) => {
        if (said.path.endsWith('/Bulk')) bulks.push(said.body);
        if (said.path.endsWith('/Bulk')) return [...reply] as unknown as Reply;
        return offering(said) ?? madeAlone(said);
      });
      const opened = await open(bearer(url));
      expect(kinds(await batch(opened, many(3)))).toEqual(['done', 'done', 'done']);
      expect(kinds(await batch(opened, many(3)))).toEqual(['done', 'done', 'done']);
      expect(bulks).toHaveLength(1);
      expect(seen.filter(({ method, path }) => method === 'POST' && path.endsWith('/Users'))).toHaveLength(6);
    }
  });

  test('and shows nothing of what it made is read, and what is made next comes back by itself', async () => {
    const app = await server('bulk', { bulk: { operations: 100, bytes: 1_048_576, bodies: false } });
    const opened = await open(app.config);
    const results = await batch(opened, many(4));
    expect(results.map((result) => result.ok && result.written.echo?.email)).toEqual([1, 2, 3, 4].map((n) => `user${n}@example.com`));
    await batch(opened, [made(5), made(6)]);
    await batch(
      opened,
      idsIn(results).map((id): Write => ({ kind: 'disable', type: 'person', id })),
    );
    expect(changes(app.requests)).toEqual(['POST /scim/v2/Bulk', 'POST /scim/v2/Users', 'POST /scim/v2/Users', 'POST /scim/v2/Bulk']);
  });

  test('is never told to stop at the first error', async () => {
    const bodies: Record<string, unknown>[] = [];
    const opened = await answering((operations, body) => (bodies.push(body), operations.map(good)));
    await batch(opened, many(2));
    expect(bodies[0]).not.toHaveProperty('failOnErrors');
  });
});

test('a system that refuses it while nobody can note that down leaves no write without an end', async () => {
  const { url } = await scripted((said) => (said.path.endsWith('/Bulk') ? [501] : (offering(said) ?? madeAlone(said))));
  const memory = new Map<string, string>();
  memory.set = () => {
    throw new Error('the store is away');
  };
  expect(kinds(await batch(await open(bearer(url), memory), many(3)))).toEqual(['a bug', 'a bug', 'a bug']);
});

describe('a batch', () => {
  const PRESENT = 6;
  const write = fc.record({
    kind: fc.constantFrom('create', 'double', 'title', 'mail', 'disable', 'enable', 'remove', 'absent' as const),
    value: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).map((text) => text.trim() || 'x'),
  });
  const updated = (id: string, attributes: Record<string, string>): Write => ({
    kind: 'update',
    type: 'person',
    id,
    changed: { attributes, before: {}, edges: {} },
    desired: desired('p', attributes),
  });

  test('ends as its writes would have ended one by one, whatever they are', async () => {
    const apps = await Promise.all([server('bulk'), server('strict')]);
    const opened = await Promise.all(apps.map(({ config }) => open(config)));
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(write, { minLength: 2, maxLength: PRESENT }), async (wanted) => {
        round += 1;
        const ends = await Promise.all(
          apps.map(async (app, which) => {
            const names = Array.from({ length: PRESENT }, (_, n) => `r${round}n${n}`);
            const ids = names.map((userName) => String(app.state.create('Users', { userName, externalId: userName }).id));
            const writes = wanted.map(({ kind, value }, n): Write => {
              switch (kind) {
                case 'create':
                  return made(round * 100 + n, { title: value });
                case 'double':
                  return { kind: 'create', type: 'person', desired: desired('new', { userName: names[n]! }) };
                case 'title':
                  return updated(ids[n]!, { title: value });
                case 'mail':
                  return updated(ids[n]!, { email: `${n}@example.com`, title: value });
                case 'absent':
                  return updated('nobody', { title: value });
                default:
                  return { kind, type: 'person', id: ids[n]! };
              }
            });
            const results = kinds(await batch(opened[which]!, writes));
            const people = app.state.list('Users').map(({ userName, title, emails, active }) => ({ userName, title, emails, active }));
            return { results, people: people.sort((a, b) => (String(a.userName) < String(b.userName) ? -1 : 1)) };
          }),
        );
        expect(ends[0]).toEqual(ends[1]);
      }),
      { numRuns: 40 },
    );
    expect(apps[0]!.requests.filter((request) => request === 'POST /scim/v2/Bulk').length).toBeGreaterThan(0);
  });
});

type Operation = Record<string, unknown>;

const offering = ({ method, path }: { method: string; path: string }): Reply | undefined =>
  method === 'GET' && path.endsWith('/ServiceProviderConfig')
    ? [200, { bulk: { supported: true, maxOperations: 100, maxPayloadSize: 100_000 }, patch: { supported: true } }]
    : method === 'GET' && path.endsWith('/Users')
      ? [200, { totalResults: 0, Resources: [] }]
      : undefined;

const madeAlone = ({ method, path, body }: { method: string; path: string; body: Operation }): Reply | undefined =>
  method === 'POST' && path.endsWith('/Users') ? [201, { ...body, id: `of-${String(body.userName)}` }] : undefined;

const good = ({ method, bulkId, data }: Operation): Operation => {
  const id = `of-${String((data as Operation).userName)}`;
  return {
    method,
    bulkId,
    location: ['https://app.example.com/scim/v2/Users', id].join('/'),
    status: '201',
    response: { ...(data as Operation), id },
  };
};

/** A server whose answers to Bulk requests a test writes itself. */
async function answering(answer: (operations: readonly Operation[], body: Operation) => readonly Operation[]): Promise<Opened> {
  const { url } = await scripted((said) =>
    said.path.endsWith('/Bulk') ? [200, { Operations: answer(said.body.Operations as Operation[], said.body) }] : offering(said),
  );
  return open(bearer(url));
}
