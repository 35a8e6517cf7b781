// The HTTP client against a real local server: what is sent, what is repeated, what is refused, and what never shows.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { inspect } from 'node:util';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ConnectorError } from '../errors.ts';
import { isRefusedAddress } from './addresses.ts';
import type { Http, HttpCall, HttpOptions } from './client.ts';
import { cut, json, silent, startTestServer, testClock, testHttp, type TestClock, type TestServer } from './test-server.ts';
import { createTokenSource, type TokenSource } from './token.ts';

const signal = new AbortController().signal;
const SECRET = 'Very-secret-value-9871';
const anything = z.unknown();

let server: TestServer;
let clock: TestClock;
let opened: Http[];

beforeEach(async () => {
  server = await startTestServer();
  clock = testClock();
  opened = [];
});
afterEach(async () => {
  for (const http of opened) await http.close();
  await server.stop();
});

function http(more: Partial<HttpOptions> = {}, log?: HttpOptions['log']): Http {
  const made = testHttp(more.baseUrl ?? server.url, clock, more, log);
  opened.push(made);
  return made;
}

const read = (more: Partial<HttpCall<unknown>> = {}): HttpCall<unknown> => ({
  method: 'GET',
  path: 'users',
  schema: anything,
  signal,
  ...more,
});
const write = (more: Partial<HttpCall<unknown>> = {}): HttpCall<unknown> => ({
  method: 'POST',
  path: 'users',
  json: { name: '张伟' },
  schema: anything,
  signal,
  ...more,
});

async function failure(call: Promise<unknown>): Promise<ConnectorError> {
  const error = await call.then(
    () => null,
    (found: unknown) => found,
  );
  expect(error).toBeInstanceOf(ConnectorError);
  return error as ConnectorError;
}

describe('a call', () => {
  test('sends path, query, headers and JSON below the base URL, and gives what the schema made of the answer', async () => {
    server.answer(json(201, { id: 7, more: true }, { location: '/u/7' }));
    const schema = z.object({ id: z.number() });
    const answer = await http({ baseUrl: `${server.url}/v1` }).call(write({ schema, query: { a: 'x y', b: undefined } }));
    expect(answer.body).toEqual({ id: 7 });
    expect(answer.status).toBe(201);
    expect(answer.header('location')).toBe('/u/7');
    expect(server.seen[0]).toMatchObject({ method: 'POST', path: '/v1/users?a=x+y', body: '{"name":"张伟"}' });
    expect(server.seen[0]!.headers['user-agent']).toBe('Tributary');
  });

  test('takes an empty answer for undefined', async () => {
    server.answer((_, response) => response.writeHead(204).end());
    expect((await http().call(write({ schema: z.undefined() }))).body).toBeUndefined();
  });

  test('ends within its signal, also while it waits for an answer', async () => {
    server.answer(silent);
    const ending = new AbortController();
    const call = http().call(read({ signal: ending.signal }));
    setTimeout(() => ending.abort(new Error('enough')), 20);
    await expect(call).rejects.toThrow('enough');
  });
});

describe('of a call that failed', () => {
  test('a read is repeated, and what came in the end counts', async () => {
    server.answer(cut, json(500, 'oops'), json(200, { ok: true }));
    expect((await http().call(read())).body).toEqual({ ok: true });
    expect(clock.slept).toEqual([300, 1200]);
  });

  test('a read that fails three times is transient', async () => {
    server.answer(json(502, 'bad gateway'));
    const error = await failure(http().call(read()));
    expect(error.kind).toBe('transient');
    expect(error.facts.transport).toBe(true);
    expect(server.seen.length).toBe(3);
  });

  test.each([
    ['the line is cut', cut],
    ['the server fails', json(500, '')],
    ['a page comes back', json(200, '<html>proxy</html>')],
    ['the answer has another shape', json(200, [])],
  ])('a write is sent once when %s: nobody knows what it did', async (_, handler) => {
    server.answer(handler);
    const error = await failure(http().call(write({ schema: z.object({ id: z.string() }) })));
    expect(error.kind).toBe('unknown-outcome');
    expect(server.seen.length).toBe(1);
  });

  test('a repeatable write is sent again, and stays unknown when it never came through', async () => {
    server.answer(cut, json(200, {}));
    await http().call(write({ method: 'PUT', effect: 'repeatable' }));
    expect(server.seen.length).toBe(2);
    server.answer(cut);
    expect((await failure(http().call(write({ effect: 'repeatable' })))).kind).toBe('unknown-outcome');
  });

  test('a write that never left is transient, and was tried again', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const error = await failure(http({ baseUrl: `http://127.0.0.1:${port}` }).call(write()));
    expect(error.kind).toBe('transient');
    expect(error.facts.transport).toBe(true);
    expect(clock.slept.length).toBe(2);
  });

  test('a write after a pause in which the process heard nothing goes over a new socket, not over a dead one', async () => {
    // The other end closes while this process is deaf, so it is another process that has to.
    const far = fork(new URL('./test-impatient-server.ts', import.meta.url));
    try {
      const [port] = (await once(far, 'message')) as [number];
      const client = http({ baseUrl: `http://127.0.0.1:${port}` });
      for (let round = 0; round < 3; round += 1) {
        await Promise.all(Array.from({ length: 8 }, () => client.call(write())));
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 700);
      }
      expect(await Promise.all(Array.from({ length: 8 }, () => client.call(write())))).toHaveLength(8);
    } finally {
      far.kill();
    }
  });

  test('one that takes too long ends: a read as timeout, a write as unknown', async () => {
    server.answer(silent);
    expect((await failure(http({ timeoutMs: 30 }).call(read()))).kind).toBe('timeout');
    expect((await failure(http({ timeoutMs: 30 }).call(write()))).kind).toBe('unknown-outcome');
  });

  test('an answer larger than allowed is refused', async () => {
    server.answer(json(200, { text: 'x'.repeat(5000) }));
    expect((await failure(http({ maxBytes: 1000 }).call(read()))).kind).toBe('bad-response');
  });

  test.each([
    [403, 'permission'],
    [404, 'not-found'],
    [409, 'conflict'],
    [400, 'invalid'],
    [501, 'unsupported'],
    [418, 'bad-response'],
  ])('status %i is %s', async (status, kind) => {
    server.answer(json(status, {}));
    expect((await failure(http().call(read()))).kind).toBe(kind);
  });

  test("the vendor's codes count before the status", async () => {
    server.answer(json(200, { code: 99, msg: 'full' }));
    const judge: HttpOptions['judge'] = ({ json: body }) =>
      (body as { code: number }).code === 0 ? 'ok' : new ConnectorError('quota', { en: 'no seats', zh: '席位已满' });
    expect((await failure(http({ judge }).call(write()))).kind).toBe('quota');
  });
});

describe('slowed down', () => {
  test('it waits the seconds it is told, for a write too', async () => {
    server.answer(json(429, {}, { 'retry-after': '7' }), json(200, {}));
    await http().call(write());
    expect(clock.slept).toEqual([7000]);
  });

  test('it waits until the date it is told', async () => {
    server.answer(json(429, {}, { 'retry-after': new Date(clock.now() + 5000).toUTCString() }), json(200, {}));
    await http().call(read());
    expect(clock.slept).toEqual([5000]);
  });

  test('it hands a long wait to the engine, and the bucket rests for everybody', async () => {
    server.answer(json(429, {}, { 'retry-after': '60' }), json(200, {}));
    const client = http({ buckets: { write: { perSecond: 100 } } });
    const error = await failure(client.call(write({ bucket: 'write' })));
    expect(error.kind).toBe('rate-limited');
    expect(error.facts.afterMs).toBe(60_000);
    expect((await failure(client.call(write({ bucket: 'write' })))).kind).toBe('rate-limited');
    expect(server.seen.length).toBe(1);
  });

  test("the vendor's reset header holds the bucket before anything is refused", async () => {
    server.answer(json(200, {}, { 'x-reset': '9' }), json(200, {}));
    const client = http({
      buckets: { all: { perSecond: 100 } },
      holdUntil: (answer) => (answer.header('x-reset') ? clock.now() + Number(answer.header('x-reset')) * 1000 : null),
    });
    await client.call(read({ bucket: 'all' }));
    await client.call(read({ bucket: 'all' }));
    expect(clock.slept).toEqual([9000]);
  });

  test('a bucket that nobody named is a mistake that is told before anything is sent, never a call without a limit', async () => {
    const client = http({ buckets: { light: { perSecond: 30 }, medium: { perSecond: 20 } } });
    await expect(client.call(read({ path: 'users', bucket: 'meduim' }))).rejects.toThrow(
      'The call GET users names the bucket "meduim", which is none of those of openHttp: light, medium.',
    );
    await expect(http().call(read({ bucket: 'light' }))).rejects.toThrow('openHttp: none.');
    expect(server.seen).toEqual([]);
  });
});

describe('tokens', () => {
  let issued: number;
  const source = (lastsMs: number | null = 7_200_000, memory = new Map<string, string>(), client = 'a'): TokenSource =>
    createTokenSource({
      clock,
      memory: { get: async (key) => memory.get(key), set: async (key, value) => void memory.set(key, value) },
      key: 'token',
      issuedFor: [client],
      issue: async () => {
        issued += 1;
        await new Promise((resolve) => setTimeout(resolve, 5));
        return { value: `token-number-${issued}`, lastsMs };
      },
    });
  const authorize = (token: TokenSource): Partial<HttpOptions> => ({ authorize: { token, place: bearer } });
  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
  beforeEach(() => {
    issued = 0;
  });

  test('many calls at once sign in once', async () => {
    const client = http(authorize(source()));
    await Promise.all(Array.from({ length: 10 }, () => client.call(read())));
    expect(issued).toBe(1);
    expect(server.seen.map((seen) => seen.headers.authorization)).toEqual(Array.from({ length: 10 }, () => 'Bearer token-number-1'));
  });

  test('a refused token is renewed once and the call sent again, also a write', async () => {
    server.answer(json(401, {}), json(200, { done: true }));
    expect((await http(authorize(source())).call(write())).body).toEqual({ done: true });
    expect(server.seen.map((seen) => seen.headers.authorization)).toEqual(['Bearer token-number-1', 'Bearer token-number-2']);
  });

  test('a new token that is refused too means that the credential is wrong', async () => {
    server.answer(json(401, {}));
    expect((await failure(http(authorize(source())).call(read()))).kind).toBe('credentials');
    expect(issued).toBe(2);
  });

  test('it is renewed before it runs out', async () => {
    const client = http(authorize(source(100_000)));
    await client.call(read());
    await clock.sleep(89_000);
    await client.call(read());
    expect(issued).toBe(1);
    await clock.sleep(2000);
    await client.call(read());
    expect(issued).toBe(2);
  });

  test('a kept token serves the next process, but not other credentials', async () => {
    const memory = new Map<string, string>();
    await source(null, memory).current(signal);
    await source(null, memory).current(signal);
    expect(issued).toBe(1);
    await source(null, memory, 'b').current(signal);
    expect(issued).toBe(2);
  });

  test('a fixed credential that is refused is not sent again', async () => {
    server.answer(json(401, {}));
    expect((await failure(http({ authorize: { headers: { authorization: 'Bearer x' } } }).call(read()))).kind).toBe('credentials');
    expect(server.seen.length).toBe(1);
  });
});

describe('where it goes', () => {
  test('a redirect inside the origin is followed for a read', async () => {
    server.answer((_, response) => response.writeHead(302, { location: '/elsewhere' }).end(), json(200, { here: true }));
    expect((await http().call(read())).body).toEqual({ here: true });
    expect(server.seen[1]!.path).toBe('/elsewhere');
  });

  test('a redirect to another origin is refused and the credential stays at home', async () => {
    const other = await startTestServer();
    try {
      server.answer((_, response) => response.writeHead(302, { location: `${other.url}/users` }).end());
      const error = await failure(http({ authorize: { headers: { authorization: `Bearer ${SECRET}` } } }).call(read()));
      expect(error.kind).toBe('config');
      expect(other.seen).toEqual([]);
    } finally {
      await other.stop();
    }
  });

  test('a redirected write is not followed', async () => {
    server.answer((_, response) => response.writeHead(308, { location: '/v2/users' }).end());
    expect((await failure(http().call(write()))).kind).toBe('config');
    expect(server.seen.length).toBe(1);
  });

  test('an address outside the connection is not called', async () => {
    expect((await failure(http().call(read({ path: 'http://other.example/users' })))).kind).toBe('config');
  });

  test.each([
    '169.254.169.254',
    '[fe80::1]',
    '[::ffff:169.254.169.254]',
    '100.100.100.200',
    '[fd00:ec2::254]',
    '[fd20:ce::254]',
    '0.0.0.0',
    '[::]',
    // The same one in other clothes: compatible, translated, NAT64, its local form, 6to4.
    '[::169.254.169.254]',
    '[::ffff:0:169.254.169.254]',
    '[64:ff9b::169.254.169.254]',
    '[64:ff9b:1::a9fe:a9fe]',
    '[2002:a9fe:a9fe::1]',
    '[2002:6464:64c8::]',
  ])('the link-local or metadata address %s is refused', async (host) => {
    const error = await failure(http({ baseUrl: `http://${host}/` }).call(read()));
    expect(error.kind).toBe('config');
    expect(error.label.en).toContain('link-local or metadata');
  });

  test('addresses of the own network and of this host are allowed', () => {
    const dressed = ['::ffff:10.0.0.1', '64:ff9b::10.0.0.1', '2002:a00:1::', 'fd00:ec2::1', '2001:db8::a9fe:a9fe'];
    for (const address of ['127.0.0.1', '10.0.0.1', '192.168.1.1', '::1', '2001:db8::1', ...dressed])
      expect(isRefusedAddress(address)).toBe(false);
  });

  test('a proxy at a link-local or metadata address is refused like any other address', async () => {
    const error = await failure(http({ baseUrl: 'http://inside.example/', proxy: 'http://169.254.169.254:3128' }).call(read()));
    expect(error.kind).toBe('config');
    expect(error.label.en).toContain('link-local or metadata');
  });

  test('an HTTP proxy of the connection passes the call on', async () => {
    const proxy = await startTestServer();
    try {
      proxy.answer(json(200, { via: 'proxy' }));
      const answer = await http({ baseUrl: 'http://inside.example/', proxy: proxy.url.replace('//', '//user:word@') }).call(read());
      expect(answer.body).toEqual({ via: 'proxy' });
      expect(proxy.seen[0]!.path).toBe('http://inside.example/users');
      expect(proxy.seen[0]!.headers['proxy-authorization']).toBe(`Basic ${Buffer.from('user:word').toString('base64')}`);
    } finally {
      await proxy.stop();
    }
  });
});

describe('secrets', () => {
  test('show in no error and no log line, however the far side repeats them', async () => {
    const said: unknown[] = [];
    const client = http({ authorize: { headers: { authorization: `Bearer ${SECRET}` } }, secrets: [SECRET] }, (event, fields) =>
      said.push(event, fields),
    );
    const forms = [SECRET, encodeURIComponent(SECRET), Buffer.from(SECRET).toString('base64'), `Bearer ${SECRET}`];
    for (const status of [200, 400, 500]) {
      for (const form of forms) {
        server.answer(json(status, `<p>you sent ${form}</p>`));
        said.push(await failure(client.call(read({ path: 'users', query: { q: 1 } }))));
      }
    }
    const text = inspect(said, { depth: 10 });
    for (const form of forms) expect(text).not.toContain(form);
    expect(text).toContain('you sent');
  });
});

describe('a write whose time is over', () => {
  const late = new Error('its lease lapsed');
  let over = false;
  const timed = (more: Partial<HttpOptions> = {}): Http =>
    http({
      ...more,
      beforeWrite: () => {
        if (over) throw late;
      },
    });
  beforeEach(() => {
    over = false;
  });

  test('does not leave when its time ended while it waited for a socket, and reads go on', async () => {
    let answerFirst = (): void => {};
    const first = new Promise<void>((resolve) => (answerFirst = resolve));
    server.answer((_, response) => void first.then(() => response.end('{}')), json(200, {}));
    const own = timed({ connections: 1 });
    const one = own.call(write());
    await expect.poll(() => server.seen.length).toBe(1);
    const two = own.call(write());
    over = true;
    answerFirst();
    await one;
    await expect(two).rejects.toBe(late);
    await own.call(read());
    expect(server.seen.map(({ method }) => method)).toEqual(['POST', 'GET']);
  });

  test('is not repeated after the vendor turned it away', async () => {
    server.answer(
      (_, response) => {
        over = true;
        response.writeHead(503, { 'retry-after': '1' }).end('{}');
      },
      json(200, {}),
    );
    await expect(timed().call(write({ effect: 'repeatable' }))).rejects.toBe(late);
    expect(server.seen.length).toBe(1);
  });
});
