// The memory system as a service: sign-in, rights, one gate for all requests, and dials that make requests fail. A system that speaks
// HTTP has `serveSimulator` (connector-kit/http/simulator.ts) for the gate and the dials.
import { systemClock } from '../../connector-kit/clock.ts';
import type { Clock, FaultDial, Simulator, SimulatorOptions } from '../../connector-kit/contract.ts';
import { FaultDials } from '../../connector-kit/fault-dials.ts';
import { Refusal, World } from './state.ts';

/** What a token allows. */
export interface Rights {
  readonly writes: boolean;
  /** Attributes that are not shown. */
  readonly hidden: readonly string[];
}

/** The two tokens every service knows. A real vendor's would be made in its console. */
export const FULL_TOKEN = 'memory-full-access-7Q2';
export const LIMITED_TOKEN = 'memory-limited-view-9X4';

const rightsOf: Readonly<Record<string, Rights>> = {
  [FULL_TOKEN]: { writes: true, hidden: [] },
  [LIMITED_TOKEN]: { writes: false, hidden: ['mobile', 'employeeNumber'] },
};

const SESSION_MS = 2 * 3600_000;

/** One service per world; its methods answer like requests over a network would. */
export class Service {
  readonly world: World;
  clock: Clock;
  /** Requests that changed state. */
  writes = 0;
  private readonly dials = new FaultDials();
  private sessions = new Map<string, { readonly rights: Rights; readonly endsAt: number }>();
  private signIns = 0;

  constructor(world: World, clock: Clock) {
    this.world = world;
    this.clock = clock;
  }

  dial(dial: FaultDial): void {
    this.dials.set(dial);
  }

  /** Exchanges a token for a session, which ends by itself after two hours. */
  signIn(token: string): string {
    const rights = rightsOf[token];
    if (!rights) throw new Refusal('bad-token', 'The token is not known.');
    this.signIns += 1;
    const session = `memory-session-${this.signIns}-of-${this.world.name}`;
    this.sessions.set(session, { rights, endsAt: this.clock.now() + SESSION_MS });
    return session;
  }

  /** One request: fails as the dials say, checks the session, does the work. */
  async request<T>(kind: 'read' | 'write', session: string, signal: AbortSignal, work: (rights: Rights) => T): Promise<T> {
    const dial = this.dials.next(kind);
    if (dial) await this.failBefore(dial, session, signal);
    const known = this.sessions.get(session);
    if (!known || known.endsAt <= this.clock.now()) throw new Refusal('session-ended', 'Sign in again.');
    if (kind === 'write' && !known.rights.writes) throw new Refusal('may-not-write', 'The token may only read.');
    const result = work(known.rights);
    if (kind === 'write') this.writes += 1;
    if (dial?.fault === 'spoil-answer') throw new Refusal('answer-spoiled', '<html><body>502 Bad Gateway</body></html>');
    if (dial?.fault === 'lose-answer') throw new Refusal('answer-lost', 'The connection was closed before an answer came.');
    return result;
  }

  private async failBefore(dial: FaultDial, session: string, signal: AbortSignal): Promise<void> {
    switch (dial.fault) {
      case 'refuse-connection':
        throw new Refusal('no-connection', 'The connection was refused.');
      case 'cut-connection':
        throw new Refusal('connection-cut', 'The connection was cut before the request was read.');
      case 'busy':
        throw new Refusal(`busy:${dial.afterMs ?? ''}`, 'Too many requests.');
      case 'server-error':
        throw new Refusal('server-error', 'Something went wrong here.');
      case 'garbage':
        throw new Refusal('garbage', `<html><body>Bad gateway. Request had: Authorization: Bearer ${session}</body></html>`);
      case 'refuse-write':
        throw new Refusal('not-yours', 'This object is managed elsewhere.');
      case 'expire-token':
        this.sessions.clear();
        return;
      case 'delay':
        return this.clock.sleep(dial.afterMs ?? 1000, signal);
      case 'lose-answer':
      case 'spoil-answer':
        return;
    }
  }
}

const services = new Map<string, Service>();
let begun = 0;

/** The service of that name, begun when first asked for: connections with the same name share one world. */
export function serviceOf(name: string): Service {
  const known = services.get(name);
  if (known) return known;
  begun += 1;
  const service = new Service(new World(name, `w${begun}`), systemClock);
  services.set(name, service);
  return service;
}

export interface MemorySimulator extends Simulator {
  readonly world: World;
  readonly service: Service;
}

/**
 * Starts an empty world. `options.world` names it (default "sandbox"). `options.pageSize` goes into the config; where the
 * vendor fixes the size of a page, the simulator's pages get that size instead, so that the kit sees more than one.
 */
export async function simulate(options: SimulatorOptions): Promise<MemorySimulator> {
  const name = String(options.options?.world ?? 'sandbox');
  services.delete(name);
  const service = serviceOf(name);
  if (options.clock) service.clock = options.clock;
  const pageSize = Number(options.options?.pageSize ?? 100);
  return {
    config: { world: name, token: FULL_TOKEN, signingSecret: 'memory-signing-3K8', pageSize },
    address: `memory:${name}`,
    world: service.world,
    service,
    writes: () => service.writes,
    fault: (dial) => service.dial(dial),
    stop: async () => {
      services.delete(name);
    },
  };
}
