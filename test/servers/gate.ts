// A TCP gate in front of a server: a test cuts the network with it, and lets it through again.
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface Gate {
  readonly port: number;
  /** Connections break, and new ones get no answer until it is opened. */
  cut(): void;
  open(): void;
  stop(): Promise<void>;
}

export async function startGate(port: number): Promise<Gate> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    near.on('error', () => undefined);
    // As behind a cut cable: it is taken, and nobody answers.
    sockets.add(near);
    near.once('close', () => sockets.delete(near));
    if (isCut) return;
    const far = connect(port, '127.0.0.1');
    sockets.add(far);
    far.on('error', () => near.destroy());
    far.once('close', () => {
      sockets.delete(far);
      near.destroy();
    });
    near.once('close', () => far.destroy());
    near.pipe(far).pipe(near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const breakAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      isCut = true;
      breakAll();
    },
    open() {
      isCut = false;
      // Whoever waits for an answer that never comes asks again.
      breakAll();
    },
    async stop() {
      server.close();
      breakAll();
      await once(server, 'close');
    },
  };
}
