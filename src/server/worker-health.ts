// How one worker is doing: alive and at it, and the numbers of its own process. What the installation as a whole does, the server tells.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';

/** The loop turns every few seconds, and a lease is looked after several times a second: who is silent for so long hangs. */
export const SILENT_MS = 120_000;

export interface WorkerPulse {
  /** A lease was looked after. */
  beat(): void;
  /** The loop went round. */
  turn(turn: { readonly mayWork: boolean; readonly helped: number }): void;
  /** A run that this worker led ended, waits, or was put back. */
  settled(run: { readonly job: number; readonly state: string }): void;
  isBeating(): boolean;
  /** The text that Prometheus reads. */
  read(): Promise<string>;
  readonly contentType: string;
}

/** @param now  epoch ms */
export function createPulse(now: () => number): WorkerPulse {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  let lastAt = now();
  const beat = (): void => void (lastAt = now());
  // Says how long ago at each scrape.
  new Gauge({
    name: 'tributary_worker_beat_age_seconds',
    help: 'Since the worker last looked for work or after a lease',
    registers,
    collect() {
      this.set((now() - lastAt) / 1000);
    },
  });
  const may = new Gauge({
    name: 'tributary_worker_may_work',
    help: '0 while the database is away, or no server of the same version serves it',
    registers,
  });
  const batches = new Counter({ name: 'tributary_worker_batches_total', help: 'Batches of runs that others lead', registers });
  const labelNames = ['job', 'state'];
  const runs = new Counter({
    name: 'tributary_worker_runs_total',
    help: 'Runs that this worker led, by how they ended',
    labelNames,
    registers,
  });
  return {
    beat,
    turn({ mayWork, helped }) {
      beat();
      may.set(mayWork ? 1 : 0);
      batches.inc(helped);
    },
    settled: ({ job, state }) => runs.inc({ job: String(job), state }),
    isBeating: () => now() - lastAt < SILENT_MS,
    read: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

export interface OpenHealth {
  /** Where it listens. */
  readonly port: number;
  close(): void;
}

/** Nobody signs in here, so it holds nothing about people, and listens where its settings say: on this machine, unless told otherwise. */
export async function openWorkerHealth(at: { readonly host: string; readonly port: number }, pulse: WorkerPulse): Promise<OpenHealth> {
  const server = createServer((request, response) => {
    const send = (status: number, type: string, body: string): void =>
      void response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
    if (request.url === '/healthz') {
      const ok = pulse.isBeating();
      return send(ok ? 200 : 503, 'application/json; charset=utf-8', JSON.stringify({ ok }));
    }
    if (request.url !== '/metrics') return send(404, 'text/plain; charset=utf-8', 'There are /healthz and /metrics.\n');
    pulse.read().then(
      (text) => send(200, pulse.contentType, text),
      () => send(500, 'text/plain; charset=utf-8', 'The numbers could not be read.\n'),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(at.port, at.host, resolve);
  });
  // What is asked here must not keep the process from ending.
  server.unref();
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
