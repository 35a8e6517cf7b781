// Real time: what is believed of what comes to the callback URL, how the sandbox delivers, and the long connection.
import { createServer, request as ask } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { IncomingEvent, VerifiedEvent } from '../../connector-kit/contract.ts';
import { socketOptions } from '../../connector-kit/http/web-socket.ts';
import type { ObjectKey } from '../../core/model.ts';
import { eventReceiver } from './events.ts';
import { FULL_APP } from './simulator.ts';
import { signedRequest } from './simulator-events.ts';
import { openTestSandbox, PART, type Sandbox } from './test-sandbox.ts';

const NOW = Date.UTC(2026, 0, 5);
const KEYS = { encryptKey: 'key', verificationToken: 'token' };
const incoming = (plain: object, encryptKey = 'key', now = NOW): IncomingEvent => {
  const { headers, body } = signedRequest(encryptKey === '' ? {} : { encryptKey }, JSON.stringify(plain), now);
  return { method: 'POST', headers, query: {}, body: new TextEncoder().encode(body), now: NOW };
};
const event = (type: string, object: object, more: object = {}): object => ({
  schema: '2.0',
  header: { event_id: 'e1', event_type: type, token: 'token', create_time: String(NOW), app_id: 'a', ...more },
  event: { object },
});
const keysOf = (payload: unknown) => eventReceiver(KEYS).toKeys(payload);

/** Waits for a condition, never for a time. */
async function until(holds: () => boolean): Promise<void> {
  for (let left = 400; left > 0 && !holds(); left -= 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(holds()).toBe(true);
}

describe('what comes to the callback URL', () => {
  it('is asked for its challenge already as a draft, without a signature, encrypted or not', async () => {
    const hello = { challenge: 'c1', token: 'token', type: 'url_verification' };
    const draft = await eventReceiver({ encryptKey: '', verificationToken: '' }).verify(incoming(hello, ''));
    expect([draft.kind, draft.reply.status, draft.reply.body]).toEqual(['handshake', 200, '{"challenge":"c1"}']);
    const unsigned = { ...incoming(hello), headers: {} };
    expect((await eventReceiver(KEYS).verify(unsigned)).kind).toBe('handshake');
    expect((await eventReceiver({ ...KEYS, verificationToken: 'another' }).verify(unsigned)).kind).toBe('rejected');
  });

  it('is believed with a signature over the raw body, the right token, and within eight hours', async () => {
    const good = incoming(event('contact.user.updated_v3', { open_id: 'ou_1' }));
    const verified = await eventReceiver(KEYS).verify(good);
    expect(verified).toMatchObject({ kind: 'events', reply: { status: 200 }, events: [{ eventId: 'e1' }] });
    const says = async (of: IncomingEvent, keys = KEYS): Promise<VerifiedEvent> => eventReceiver(keys).verify(of);
    const spaced = { ...good, body: new TextEncoder().encode(`${new TextDecoder().decode(good.body)} `) };
    expect(await says(spaced)).toMatchObject({ kind: 'rejected', reason: 'the signature does not match' });
    expect(await says({ ...good, headers: {} })).toMatchObject({ kind: 'rejected' });
    expect(await says(good, { ...KEYS, encryptKey: 'old key' })).toMatchObject({
      kind: 'rejected',
      reason: 'the signature does not match',
    });
    expect(await says(good, { ...KEYS, verificationToken: 'other' })).toMatchObject({ kind: 'rejected' });
    const sixHours = incoming(event('contact.user.updated_v3', { open_id: 'ou_1' }), 'key', NOW - 6 * 3600_000);
    expect((await says(sixHours)).kind).toBe('events');
    const nineHours = incoming(event('contact.user.updated_v3', { open_id: 'ou_1' }), 'key', NOW - 9 * 3600_000);
    expect(await says(nineHours)).toMatchObject({ kind: 'rejected', reason: 'the event was sent too long ago' });
  });

  it('without an Encrypt Key is believed by its Verification Token; without either, never', async () => {
    const plain = incoming(event('contact.user.updated_v3', { open_id: 'ou_1' }), '');
    expect((await eventReceiver({ encryptKey: '', verificationToken: 'token' }).verify(plain)).kind).toBe('events');
    expect((await eventReceiver({ encryptKey: '', verificationToken: 'other' }).verify(plain)).kind).toBe('rejected');
    expect((await eventReceiver({ encryptKey: '', verificationToken: '' }).verify(plain)).kind).toBe('rejected');
    expect((await eventReceiver(KEYS).verify(plain)).kind).toBe('rejected');
  });

  it('of the first generation is understood, too, and known again by its uuid', async () => {
    const old = {
      uuid: 'u1',
      token: 'token',
      ts: String(NOW / 1000),
      type: 'event_callback',
      event: { type: 'user_status_change', open_id: 'ou_1' },
    };
    const verified = await eventReceiver(KEYS).verify(incoming(old));
    expect(verified).toMatchObject({ kind: 'events', events: [{ eventId: 'u1' }] });
    expect(keysOf(old)).toEqual([{ type: 'person', id: 'ou_1' }]);
  });

  it('names the person or the department it touches; a changed range, field or type asks for everything', () => {
    expect(keysOf(event('contact.user.updated_v3', { open_id: 'ou_1', status: { is_frozen: false } }))).toEqual([
      { type: 'person', id: 'ou_1' },
    ]);
    // Who leaves goes first.
    expect(keysOf(event('contact.user.deleted_v3', { open_id: 'ou_1' }))).toEqual([{ type: 'person', id: 'ou_1', leaver: true }]);
    expect(keysOf(event('contact.user.updated_v3', { open_id: 'ou_1', status: { is_frozen: true } }))).toMatchObject([{ leaver: true }]);
    expect(keysOf(event('contact.department.updated_v3', { open_department_id: 'od-1', order: 7 }))).toEqual([
      { type: 'department', id: 'od-1' },
    ]);
    for (const type of ['contact.scope.updated_v3', 'contact.custom_attr_event.updated_v3', 'contact.employee_type_enum.actived_v3']) {
      expect(keysOf(event(type, {}))).toBe('everything');
    }
    expect(keysOf(event('contact.user_group.updated_v3', { id: 'g1' }))).toEqual([{ type: 'group', id: 'g1' }]);
    // What these carry is not published: one that names no group asks for everything.
    expect(keysOf(event('contact.user_group.created_v3', {}))).toBe('everything');
    expect(keysOf(event('im.message.receive_v1', { open_id: 'ou_1' }))).toEqual([]);
  });
});

/** A Feishu that has only this to say. */
async function lineAnswering(answer: object): Promise<string> {
  const server = createServer((request, response) => request.resume().on('end', () => response.end(JSON.stringify(answer))));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A callback URL that answers as it is told to. */
async function openCallback(answer: (count: number) => number): Promise<{ readonly url: string; readonly bodies: string[] }> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (piece: Buffer) => (text += piece.toString()));
    request.on('end', () => {
      bodies.push(text);
      response.writeHead(answer(bodies.length)).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, bodies };
}

describe('the sandbox delivers', () => {
  it('again after 15 s, 5 min, 1 h and 6 h when nobody answers well, and then no more', async () => {
    const { far, clock, hire } = await openTestSandbox();
    const callback = await openCallback(() => 500);
    far.events.subscribe(FULL_APP, { url: callback.url, verificationToken: 't' });
    const from = clock.now();
    hire('a');
    await until(() => callback.bodies.length === 5);
    expect(clock.now() - from).toBeGreaterThanOrEqual((15 + 300 + 3600 + 21_600) * 1000);
    expect(new Set(callback.bodies).size).toBe(1);
  });

  it('twice, swapped and with holes when it is told to, and only what the app may see', async () => {
    const { far, hire } = await openTestSandbox();
    const callback = await openCallback(() => 200);
    far.events.subscribe(FULL_APP, { url: callback.url, verificationToken: 't' });
    far.events.dials.twice = true;
    hire('a');
    await until(() => callback.bodies.length === 2);
    expect(callback.bodies[0]).toBe(callback.bodies[1]);
    Object.assign(far.events.dials, { twice: false, swapped: true });
    hire('first');
    hire('second');
    await until(() => callback.bodies.length === 4);
    expect(callback.bodies.slice(2).map((body) => /"name":"(\w+)"/.exec(body)![1])).toEqual(['second', 'first']);
    Object.assign(far.events.dials, { swapped: false, lostEvery: 1 });
    hire('lost');
    Object.assign(far.events.dials, { lostEvery: 0 });
    far.withdraw(FULL_APP, ['contact:user.base:readonly']);
    hire('hidden');
    await until(() => callback.bodies.length === 5);
    expect(callback.bodies[4]).not.toContain('hidden');
    expect(callback.bodies.join()).not.toContain('"lost"');
    far.apps.get(FULL_APP)!.range = { all: false, departments: new Set(), users: new Set(), groups: new Set() };
    hire('unseen');
    expect(callback.bodies.length).toBe(5);
  });

  it('what else the vendor tells of: fields and types of the tenant, groups, a changed range, and a status in both generations', async () => {
    const { far, hire, openId, clock, create } = await openTestSandbox();
    const callback = await openCallback(() => 200);
    far.events.subscribe(FULL_APP, { url: callback.url, verificationToken: 't' });
    const { tenant } = far;
    const told = (): readonly { readonly type: string; readonly keys: unknown; readonly event: Record<string, unknown> }[] =>
      callback.bodies.map((text) => {
        const body = JSON.parse(text) as { header?: { event_type: string }; event: Record<string, unknown> };
        return { type: body.header?.event_type ?? String(body.event.type), keys: keysOf(body), event: body.event };
      });
    /** The events since the last call, in any order. */
    let seen = 0;
    const next = async (count: number) => {
      await until(() => callback.bodies.length === seen + count);
      seen += count;
      return told()
        .slice(-count)
        .toSorted((a, b) => a.type.localeCompare(b.type));
    };
    tenant.customAttrs = [{ id: 'C-1', type: 'TEXT', name: '血型' }];
    expect((await next(1))[0]).toMatchObject({ type: 'contact.custom_attr_event.updated_v3', keys: 'everything' });
    const changes = [
      [{ value: '6', name: '返聘' }],
      [{ value: '6', name: '顾问' }],
      [{ value: '6', name: '顾问', off: true }],
      [{ value: '6', name: '顾问' }],
      [],
    ];
    for (const [at, kind] of ['created', 'updated', 'deactivated', 'actived', 'deleted'].entries()) {
      tenant.employeeTypes = changes[at]!;
      expect((await next(1))[0]).toMatchObject({ type: `contact.employee_type_enum.${kind}_v3`, keys: 'everything' });
    }
    const group = await create('group', { name: 'g' });
    expect((await next(1))[0]).toMatchObject({ type: 'contact.user_group.created_v3', keys: [{ type: 'group', id: group }] });
    const user = hire('a');
    await next(1);
    far.events.dials.oldStatus = true;
    user.frozen = true;
    tenant.tell({ kind: 'updated', type: 'user', key: user.key, old: { status: { is_frozen: false } } });
    const leaver = [{ type: 'person', id: openId(user), leaver: true }];
    const [first, old] = await next(2);
    expect([first, old]).toMatchObject([
      { type: 'contact.user.updated_v3', keys: leaver },
      { type: 'user_status_change', keys: leaver, event: { before_status: { is_frozen: false }, current_status: { is_frozen: true } } },
    ]);
    tenant.resign(user, clock.now());
    expect((await next(2))[1]).toMatchObject({ event: { before_status: { is_resigned: false }, current_status: { is_resigned: true } } });
    const inside = tenant.addDepartment({ name: 'inside' });
    const outside = tenant.addDepartment({ name: 'outside' });
    await next(2);
    far.narrow(FULL_APP, { all: false, departments: new Set([inside.key]), users: new Set(), groups: new Set() });
    expect((await next(1))[0]).toMatchObject({
      type: 'contact.scope.updated_v3',
      keys: 'everything',
      event: {
        added: { departments: [], users: [], user_groups: [] },
        removed: { departments: [{ open_department_id: outside.key }], user_groups: [{ user_group_id: group }] },
      },
    });
  });

  it('nothing to a callback URL that does not give its challenge back', async () => {
    const { far } = await openTestSandbox();
    const callback = await openCallback(() => 200);
    far.events.subscribe(FULL_APP, { url: callback.url, verificationToken: 't' });
    expect(await far.events.verifyUrl(far.apps.get(FULL_APP)!)).toBe(false);
    expect(JSON.parse(callback.bodies[0]!)).toMatchObject({ type: 'url_verification', token: 't' });
  });
});

/** Listens like the engine does, until it is told to stop. */
function listen({ connection }: Sandbox): {
  readonly heard: ObjectKey[];
  readonly signs: () => number;
  readonly everything: () => number;
  readonly stop: () => void;
  readonly ended: Promise<unknown>;
} {
  const heard: ObjectKey[] = [];
  let signs = 0;
  let everything = 0;
  const stop = new AbortController();
  const ended = (async () => {
    for await (const keys of connection.watch!({ part: PART, signal: stop.signal })) {
      signs += 1;
      if (keys === 'everything') everything += 1;
      else heard.push(...keys);
    }
    return 'stopped';
  })().catch((error: unknown) => error);
  onTestFinished(() => stop.abort());
  return { heard, signs: () => signs, everything: () => everything, stop: () => stop.abort(), ended };
}

describe('the long connection', () => {
  it('names who is hired, moved and leaves, and acknowledges each event once it was taken', async () => {
    const sandbox = await openTestSandbox();
    const { far } = sandbox;
    const { heard } = listen(sandbox);
    await until(() => far.connections.size === 1);
    const user = sandbox.hire('a');
    const department = far.tenant.addDepartment({ name: 'd' });
    far.tenant.resign(user, sandbox.clock.now());
    await until(() => heard.length === 3 && far.events.sent.length === 3);
    expect(heard).toEqual([
      { type: 'person', id: sandbox.openId(user) },
      { type: 'department', id: department.key },
      { type: 'person', id: sandbox.openId(user), leaver: true },
    ]);
  });

  it('asks for everything when the contact range changes', async () => {
    const sandbox = await openTestSandbox();
    const listening = listen(sandbox);
    await until(() => listening.signs() > 0);
    sandbox.far.narrow(FULL_APP, { all: false, departments: new Set(), users: new Set(), groups: new Set() });
    await until(() => listening.everything() === 1);
    expect(listening.heard).toEqual([]);
  });

  it('gives a sign of life though nothing happens', async () => {
    const sandbox = await openTestSandbox();
    const listening = listen(sandbox);
    await until(() => listening.signs() > 5);
    expect(listening.heard).toEqual([]);
  });

  it('goes through the proxy of the connection, and nowhere near link-local addresses', async () => {
    const asked: string[] = [];
    const proxy = createServer((request, response) => {
      const onward = ask(request.url!, { method: request.method!, headers: request.headers }, (answer) => {
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
      });
      request.pipe(onward);
    }).on('connect', (request, client) => {
      asked.push(String(request.url));
      const far = connect(Number(request.url!.split(':')[1]), '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        far.pipe(client).pipe(far);
      });
      far.on('error', () => client.destroy());
      client.on('error', () => far.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void proxy.close());
    const at = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const signal = new AbortController().signal;
    const sandbox = await openTestSandbox();
    const line = new URL(sandbox.far.address.replace('http', 'ws'));
    const stop = new AbortController();
    const watching = (await sandbox.open({ proxy: at })).watch!({ part: PART, signal: stop.signal })[Symbol.asyncIterator]();
    expect((await watching.next()).value).toEqual([]);
    expect(sandbox.far.connections.size).toBe(1);
    expect(asked).toEqual([line.host]);
    stop.abort();
    expect((await watching.next()).done).toBe(true);
    expect(await socketOptions(line, { ca: 'PEM' }, signal)).toMatchObject({ ca: expect.arrayContaining(['PEM']) as string[] });
    await expect(socketOptions(new URL('wss://169.254.169.254/ws'), {}, signal)).rejects.toMatchObject({ kind: 'config' });
    await expect(socketOptions(line, { proxy: 'http://127.0.0.1:1' }, signal)).rejects.toThrow();
  });

  it('that is cut ends as something to be opened again, and what was not acknowledged comes again', async () => {
    const sandbox = await openTestSandbox();
    const { far } = sandbox;
    const first = listen(sandbox);
    await until(() => far.connections.size === 1);
    far.connections.cut();
    expect(await first.ended).toMatchObject({ kind: 'transient', facts: { transport: true } });
    sandbox.clock.hold();
    const user = sandbox.hire('a');
    const second = listen(sandbox);
    await until(() => second.signs() > 0);
    expect(second.heard).toEqual([]);
    sandbox.clock.advance(15_000);
    await until(() => second.heard.length === 1);
    expect(second.heard).toEqual([{ type: 'person', id: sandbox.openId(user) }]);
  });

  it('is there only when the connection says so, and says what is wrong when the app did not choose it', async () => {
    const sandbox = await openTestSandbox();
    expect((await sandbox.open({ longConnection: false })).watch).toBe(undefined);
    const wrong = await sandbox.open({ appSecret: 'wrong' });
    const listening = wrong.watch!({ part: PART, signal: new AbortController().signal });
    await expect(listening[Symbol.asyncIterator]().next()).rejects.toMatchObject({ kind: 'permission' });
    // Fifty at a time are the most that an app may have.
    const full = await lineAnswering({ code: 1000040350, msg: 'exceed max connections', data: {} });
    const busy = (await sandbox.open({ baseUrl: full })).watch!({ part: PART, signal: new AbortController().signal });
    await expect(busy[Symbol.asyncIterator]().next()).rejects.toMatchObject({ kind: 'rate-limited', facts: { afterMs: 60_000 } });
  });
});
