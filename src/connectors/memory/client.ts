// Signs in and sends every request. Requests are sent once: what failed is thrown, and the engine decides when to try again.
//
// Here a request is a function that runs inside the service. Over a network it is a method, a path, a body and the zod
// shape of its answer (wire.ts), sent by `openHttp` of connector-kit/http (or the protocol's client) and ended by the
// signal. Then give `Client` one method per request (`page`, `one`, `create` …): source.ts and target.ts call those
// where they now look into `world`, and their rules stay: what is missing, what is null, when a read is complete.
import type { ConnectionContext } from '../../connector-kit/contract.ts';
import type { MemoryConfig } from './index.ts';
import { serviceOf, type Rights } from './simulator.ts';
import { Refusal, type World } from './state.ts';
import { toConnectorError } from './wire.ts';

export interface Client {
  readonly config: MemoryConfig;
  readonly log: ConnectionContext<MemoryConfig>['log'];
  readonly clock: ConnectionContext<MemoryConfig>['clock'];
  /** One request. The work sees the world and what the token allows; it must not wait. */
  request<T>(kind: 'read' | 'write', signal: AbortSignal, work: (world: World, rights: Rights) => T): Promise<T>;
}

const SESSION = 'session';

/** A client for one connection. Nothing is sent before the first request. */
export function openClient(context: ConnectionContext<MemoryConfig>): Client {
  const service = () => serviceOf(context.config.world);

  /** The session is kept by the connection, so that ten workers sign in once. */
  const signIn = async (): Promise<string> => {
    const session = service().signIn(context.config.token);
    await context.memory.set(SESSION, session);
    context.log('signed-in', { world: context.config.world });
    return session;
  };

  return {
    config: context.config,
    log: context.log,
    clock: context.clock,
    async request(kind, signal, work) {
      signal.throwIfAborted();
      const send = (session: string) => {
        if (kind === 'write') context.beforeWrite?.();
        return service().request(kind, session, signal, (rights) => work(service().world, rights));
      };
      try {
        const kept = await context.memory.get(SESSION);
        return await send(kept ?? (await signIn())).catch(async (error: unknown) => {
          // A session that ended was refused before anything was done: sign in and send once more.
          if (error instanceof Refusal && error.code === 'session-ended') return send(await signIn());
          throw error;
        });
      } catch (error) {
        throw toConnectorError(error, kind);
      }
    },
  };
}
