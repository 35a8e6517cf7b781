// The callback URL of sources: /events/{connection}. Takes what a vendor sends, hands it over as it is, gives the vendor's answer back.
import type { FastifyInstance } from 'fastify';
import type { EventReply, IncomingEvent } from '../connector-kit/contract.ts';

/** Larger than any vendor's event; more is refused before it is read. */
const LARGEST_EVENT = 1024 * 1024;

export type ReceiveEvent = (connection: string, event: IncomingEvent) => Promise<EventReply>;

/** Registers the route in a scope of its own: bodies stay bytes there, because signatures are over bytes. */
export function registerEvents(app: FastifyInstance, receive: ReceiveEvent, onFault: (error: unknown) => void): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: LARGEST_EVENT }, (_request, body, done) => done(null, body));
    scope.route<{ Params: { connection: string } }>({
      method: ['GET', 'POST'],
      url: '/events/:connection',
      bodyLimit: LARGEST_EVENT,
      handler: async (request, reply) => {
        let answer: EventReply;
        try {
          answer = await receive(request.params.connection, {
            method: request.method,
            headers: flat(request.headers),
            query: flat(request.query as Record<string, unknown>),
            body: request.body instanceof Uint8Array ? request.body : new Uint8Array(),
            now: Date.now(),
          });
        } catch (error) {
          // Not stored: the vendor sends it again.
          onFault(error);
          answer = { status: 503, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'Not stored. Send it again.' };
        }
        return reply.code(answer.status).headers(answer.headers).send(answer.body);
      },
    });
  });
}

/** Of a name that comes twice the first value counts. */
const flat = (entries: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(entries).flatMap(([name, value]) => {
      const first = Array.isArray(value) ? (value as unknown[])[0] : value;
      return typeof first === 'string' ? [[name.toLowerCase(), first]] : [];
    }),
  );
