// Receives the system's events: proves who sent them and when, and says which objects they touch.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { EventReceiver, EventReply, IncomingEvent, VerifiedEvent } from '../../connector-kit/contract.ts';
import type { ObjectKey } from '../../core/model.ts';

/** An event older or newer than this is not believed, however well it is signed. */
const REPLAY_WINDOW_MS = 5 * 60_000;
const SIGNATURE = 'x-memory-signature';
const SENT_AT = 'x-memory-sent-at';

const payloadSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('hello'), challenge: z.string() }),
  z.object({ kind: z.literal('rights-changed'), eventId: z.string() }),
  z.object({
    kind: z.literal('touched'),
    eventId: z.string(),
    keys: z.array(z.object({ type: z.string(), id: z.string() })),
  }),
]);
type Payload = z.infer<typeof payloadSchema>;

export const eventReceiver = (secret: string): EventReceiver => ({
  async verify(event): Promise<VerifiedEvent> {
    const sentAt = event.headers[SENT_AT] ?? '';
    // The signature is judged first, so that a stranger learns nothing from the reason.
    if (!sameText(event.headers[SIGNATURE] ?? '', signature(secret, sentAt, event.body))) {
      return rejected('the signature does not match');
    }
    if (!(Math.abs(event.now - Number(sentAt)) <= REPLAY_WINDOW_MS)) {
      return rejected('the event was sent too long ago');
    }
    const payload = parse(event.body);
    if (!payload) return rejected('the event is not understood');
    if (payload.kind === 'hello') return { kind: 'handshake', reply: reply(200, payload.challenge) };
    return { kind: 'events', reply: reply(200, 'stored'), events: [{ eventId: payload.eventId, payload }] };
  },

  toKeys(payload) {
    const parsed = payloadSchema.safeParse(payload);
    if (!parsed.success || parsed.data.kind === 'hello') return [];
    return parsed.data.kind === 'touched' ? parsed.data.keys : 'everything';
  },
});

const reply = (status: number, body: string): EventReply => ({ status, headers: {}, body });
const rejected = (reason: string): VerifiedEvent => ({ kind: 'rejected', reply: reply(401, 'rejected'), reason });

/** What the system would send: for tests and for the sandbox. */
export function signedEvent(secret: string, keys: readonly ObjectKey[], now: number, eventId = `e${now}`): IncomingEvent {
  return signed(secret, { kind: 'touched', eventId, keys: [...keys] }, now);
}

/** The first request of the system to a new callback URL; it wants its challenge back. */
export const signedHello = (secret: string, challenge: string, now: number): IncomingEvent =>
  signed(secret, { kind: 'hello', challenge }, now);

function signed(secret: string, payload: Payload, now: number): IncomingEvent {
  const body = new TextEncoder().encode(JSON.stringify(payload));
  return {
    method: 'POST',
    headers: { [SENT_AT]: String(now), [SIGNATURE]: signature(secret, String(now), body) },
    query: {},
    body,
    now,
  };
}

const signature = (secret: string, sentAt: string, body: Uint8Array): string =>
  createHmac('sha256', secret).update(`${sentAt}.`).update(body).digest('hex');

/** Takes the same time wherever the texts differ. */
function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function parse(body: Uint8Array): Payload | null {
  try {
    return payloadSchema.parse(JSON.parse(new TextDecoder().decode(body)));
  } catch {
    return null;
  }
}
