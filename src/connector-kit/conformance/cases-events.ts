// Cases on events: only what the vendor signed, and only now, becomes keys.
import assert from 'node:assert/strict';
import type { IncomingEvent } from '../contract.ts';
import type { Bench } from './bench.ts';
import { inGroup, type Need } from './case.ts';

const it = inGroup('events');
const needs: readonly Need[] = ['events', 'event'];
const DAY_MS = 24 * 3600_000;

const receiver = (bench: Bench) => bench.connection.events!;
const event = (bench: Bench): IncomingEvent => bench.far.event!([{ type: bench.main.id, id: 'touched-1' }]);

async function assertRejected(bench: Bench, incoming: IncomingEvent, what: string): Promise<void> {
  const verified = await receiver(bench).verify(incoming);
  assert.equal(verified.kind, 'rejected', `${what} is rejected`);
  if (verified.kind === 'rejected') assert(verified.reason && verified.reply.status >= 400, 'with a reason, and not as a success');
}

/** The text with its last letter or digit replaced by another one. */
const bent = (text: string): string => text.replace(/[0-9A-Za-z](?=[^0-9A-Za-z]*$)/, (last) => (last === '0' ? '1' : '0'));
const bentAll = (values: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, bent(value)]));

export const eventCases = [
  it('good', 'a well-signed event becomes the keys it touches', needs, async (bench) => {
    const verified = await receiver(bench).verify(event(bench));
    assert(verified.kind === 'events', `it is accepted, not ${verified.kind}`);
    assert(verified.reply.status < 300, 'and answered as the vendor expects');
    const keys = verified.events.map(({ payload }) => receiver(bench).toKeys(payload));
    assert(
      keys.includes('everything') || keys.flat().some((key) => typeof key === 'object' && key.id === 'touched-1'),
      'the touched object is named',
    );
    for (const { eventId } of verified.events) assert(eventId, 'every event has an id');
  }),
  it('bad', 'an event whose signature or body was changed is rejected', needs, async (bench) => {
    const good = event(bench);
    await assertRejected(bench, { ...good, headers: bentAll(good.headers), query: bentAll(good.query) }, 'another signature');
    await assertRejected(bench, { ...good, headers: {}, query: {} }, 'no signature');
    const body = new TextEncoder().encode(bent(new TextDecoder().decode(good.body)));
    if (good.body.length > 0) await assertRejected(bench, { ...good, body }, 'another body');
  }),
  it('replayed', 'an event of yesterday is rejected, one that comes twice keeps its id', needs, async (bench) => {
    const good = event(bench);
    const [first, second] = [await receiver(bench).verify(good), await receiver(bench).verify(good)];
    assert(first.kind === 'events');
    if (second.kind === 'events')
      assert.deepEqual(
        second.events.map((one) => one.eventId),
        first.events.map((one) => one.eventId),
      );
    await assertRejected(bench, { ...good, now: good.now + DAY_MS }, 'an old event');
  }),
  it('handshake', 'the handshake of a new callback URL is answered', ['events', 'handshake'], async (bench) => {
    const { event: hello, expects } = bench.far.handshake!();
    const verified = await receiver(bench).verify(hello);
    assert(verified.kind === 'handshake', `it is a handshake, not ${verified.kind}`);
    assert(verified.reply.body.includes(expects) && verified.reply.status < 300);
  }),
  it('nonsense', 'a payload that is not understood touches nothing and throws nothing', ['events'], async (bench) => {
    for (const payload of [null, 'text', 7, [], {}, { keys: 'no' }]) {
      const keys = receiver(bench).toKeys(payload);
      assert(keys === 'everything' || keys.length === 0);
    }
  }),
];
