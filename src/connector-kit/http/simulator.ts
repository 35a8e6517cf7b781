// The server of an HTTP simulator: it reads requests, asks the fault dials, and shows the faults that HTTP itself has. A simulator
// gives it what the vendor says in words of its own: answers, "too many requests", "this one may not be touched".
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock, FaultDial, Simulator, SimulatorOptions } from '../contract.ts';
import { FaultDials } from '../fault-dials.ts';

export interface SimulatedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** `body` is sent as JSON, `text` as it is. */
export interface SimulatedAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface SimulatedService extends Pick<SimulatorOptions, 'host' | 'port'> {
  readonly clock: Clock;
  /** What the dials count it as: `about` is counted by those for any request, `sign-in` by none. */
  kindOf(request: SimulatedRequest): 'read' | 'write' | 'about' | 'sign-in';
  /** Carries it out. Of a fault that the vendor shows in the midst of its work (one of many writes) it is told which. */
  answer(request: SimulatedRequest, fault?: FaultDial['fault']): SimulatedAnswer;
  /** How the vendor turns a request away; undefined: it is carried out, and `answer` knows of the fault. */
  refuse(fault: 'busy' | 'server-error' | 'refuse-write', request: SimulatedRequest, dial: FaultDial): SimulatedAnswer | undefined;
  /** What signing in gave is refused from now on. */
  expireTokens(): void;
}

export async function serveSimulator(service: SimulatedService): Promise<Pick<Simulator, 'address' | 'fault' | 'stop'>> {
  const dials = new FaultDials();
  const host = service.host ?? '127.0.0.1';
  const server = createServer((request, response) => void handle(service, dials, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(service.port ?? 0, host, resolve);
  });
  return {
    address: `http://${host}:${(server.address() as AddressInfo).port}`,
    fault: (dial) => dials.set(dial),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function handle(service: SimulatedService, dials: FaultDials, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const answer = await answerTo(service, dials, await read(incoming));
    if (answer === null) return void incoming.socket.destroy();
    response.writeHead(answer.status, { 'content-type': answer.text === undefined ? 'application/json' : 'text/html', ...answer.headers });
    response.end(answer.text ?? (answer.body === undefined ? '' : JSON.stringify(answer.body)));
  } catch (error) {
    if (response.headersSent || incoming.socket.destroyed) return;
    // A mistake in the simulator is told to whoever runs a test, not taken for a fault of the line.
    response.writeHead(500, { 'content-type': 'text/plain' });
    response.end(`The simulator failed: ${error instanceof Error ? error.stack : String(error)}`);
  }
}

async function read(incoming: IncomingMessage): Promise<SimulatedRequest> {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece as Buffer);
  const url = new URL(incoming.url ?? '/', 'http://simulator');
  return { method: incoming.method ?? 'GET', url, headers: incoming.headers, text: Buffer.concat(pieces).toString('utf8') };
}

/** null: the connection is closed without a word. */
async function answerTo(service: SimulatedService, dials: FaultDials, request: SimulatedRequest): Promise<SimulatedAnswer | null> {
  const kind = service.kindOf(request);
  const dial = kind === 'sign-in' ? undefined : dials.next(kind);
  switch (dial?.fault) {
    case 'refuse-connection':
    case 'cut-connection':
      return null;
    case 'busy':
    case 'server-error':
    case 'refuse-write':
      return service.refuse(dial.fault, request, dial) ?? service.answer(request, dial.fault);
    case 'garbage':
      return page(200, `Bad gateway. Request had: Authorization: ${request.headers.authorization ?? ''}`);
    case 'expire-token':
      service.expireTokens();
      return service.answer(request);
    case 'delay':
      await service.clock.sleep(dial.afterMs ?? 1000);
      return service.answer(request);
    case 'lose-answer':
      service.answer(request);
      return null;
    case 'spoil-answer':
      service.answer(request);
      return page(502, 'Bad gateway.');
    case undefined:
      return service.answer(request);
  }
}

const page = (status: number, words: string): SimulatedAnswer => ({ status, text: `<html><body>${words}</body></html>` });
