// The callback route: what the vendor sends arrives byte for byte, and the answer is the vendor's own.
import Fastify from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import type { IncomingEvent } from '../connector-kit/contract.ts';
import { registerEvents, type ReceiveEvent } from './events.ts';

const apps: ReturnType<typeof Fastify>[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

async function serving(receive: ReceiveEvent): Promise<{ app: ReturnType<typeof Fastify>; faults: unknown[] }> {
  const app = Fastify();
  apps.push(app);
  const faults: unknown[] = [];
  registerEvents(app, receive, (error) => faults.push(error));
  await app.ready();
  return { app, faults };
}

describe('a callback', () => {
  it.each([
    'application/json',
    'application/xml',
    'text/xml; charset=utf-8',
    'application/octet-stream',
  ])('with content type %s arrives byte for byte, with its headers and query', async (type) => {
    const seen: [string, IncomingEvent][] = [];
    const { app } = await serving(async (connection, event) => {
      seen.push([connection, event]);
      return { status: 200, headers: { 'content-type': 'application/json' }, body: '{"challenge":"c"}' };
    });
    const body = Buffer.from([0x7b, 0x20, 0xe4, 0xbd, 0xa0, 0x7d]);
    const answer = await app.inject({
      method: 'POST',
      url: '/events/feishu?msg_signature=s&nonce=1&nonce=2',
      headers: { 'content-type': type, 'X-Signature': 'abc' },
      payload: body,
    });
    expect([answer.statusCode, answer.body]).toEqual([200, '{"challenge":"c"}']);
    expect(seen).toHaveLength(1);
    expect(seen[0]![0]).toBe('feishu');
    expect(Buffer.from(seen[0]![1].body)).toEqual(body);
    expect(seen[0]![1]).toMatchObject({ method: 'POST', query: { msg_signature: 's', nonce: '1' }, headers: { 'x-signature': 'abc' } });
  });

  it('by GET, as some vendors verify a URL, is answered with what the vendor wants to hear', async () => {
    const { app } = await serving(async (_, event) => ({ status: 200, headers: {}, body: event.query.echostr ?? '' }));
    expect((await app.inject({ method: 'GET', url: '/events/wecom?echostr=hello' })).body).toBe('hello');
  });

  it('that could not be stored is answered so that the vendor sends it again', async () => {
    const { app, faults } = await serving(async () => {
      throw new Error('disk full');
    });
    const answer = await app.inject({ method: 'POST', url: '/events/feishu', payload: '{}', headers: { 'content-type': 'text/plain' } });
    expect(answer.statusCode).toBe(503);
    expect(answer.body).not.toContain('disk full');
    expect(faults).toHaveLength(1);
  });

  it('of more than a megabyte is refused unread', async () => {
    let called = false;
    const { app } = await serving(async () => {
      called = true;
      return { status: 200, headers: {}, body: '' };
    });
    const answer = await app.inject({
      method: 'POST',
      url: '/events/feishu',
      payload: Buffer.alloc(1024 * 1024 + 1),
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.statusCode).toBe(413);
    expect(called).toBe(false);
  });
});
