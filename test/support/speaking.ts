// Gives a system a voice: events in a body that says who sends them.
import type { Connector, IncomingEvent, TouchedKey, VerifiedEvent } from '../../src/connector-kit/contract.ts';

export interface Told {
  readonly id: string;
  readonly keys: readonly TouchedKey[] | 'everything';
}

export const eventOf = (id: string, keys: Told['keys'], secret = 'right'): IncomingEvent => ({
  method: 'POST',
  headers: { secret },
  query: {},
  body: new TextEncoder().encode(JSON.stringify({ id, keys } satisfies Told)),
  now: 0,
});

export const speaking = (inner: Connector): Connector => ({
  manifest: inner.manifest,
  open: async (context) => ({
    ...(await inner.open(context)),
    events: {
      async verify(event): Promise<VerifiedEvent> {
        const reply = (status: number, body: string) => ({ status, headers: {}, body });
        if (event.headers.secret !== 'right') return { kind: 'rejected', reply: reply(401, 'no'), reason: 'wrong secret' };
        const told = JSON.parse(new TextDecoder().decode(event.body)) as Told;
        return { kind: 'events', reply: reply(200, 'ok'), events: [{ eventId: told.id, payload: told }] };
      },
      toKeys: (payload) => (payload as Told).keys,
    },
  }),
});
