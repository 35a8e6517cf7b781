// One company taken through all its phases by several workers on one PostgreSQL, while things happen to them.
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { migrate } from '../src/store/migrations.ts';
import { openPostgres } from '../src/store/postgres/database.ts';
import { startGate, type Gate } from '../test/servers/gate.ts';
import { startPostgres, type Postgres } from '../test/servers/postgres.ts';
import { STORE_AWAY, type ChildOrder } from './order.ts';
import { companyOf, PHASES } from './company.ts';
import { startTarget, type Story } from './life.ts';
import { lookAt } from './look.ts';

export const LEASE_MS = 1000;
/** Less than the network is cut for: then nobody has waited for it. */
const PATIENCE_MS = 1000;
/** How long nothing happens between two events. */
const CALM_MS = 1000;
const LIMIT_MS = 560_000;
const here = dirname(fileURLToPath(import.meta.url));

/** What happens, in the order told, again and again until the story ends. */
export type Event = 'kill' | 'pause' | 'restart' | 'cut' | 'minute';

/** What the target allows, over all workers. */
export const PER_SECOND = 40;

export interface CrowdStory extends Story {
  readonly happened: Readonly<Record<string, number>>;
  /** Batches carried out by workers that did not lead the run. */
  readonly helped: number;
  /** When requests to the target began, by the clock that the workers share. */
  readonly begunAt: readonly number[];
}

export interface CrowdOrder {
  readonly company: number;
  readonly carries: boolean;
  readonly phases?: number;
  readonly workers: number;
  /** The last phase begins when all of them have happened. */
  readonly events: readonly Event[];
  /** How many happen at all; missing: until the end. */
  readonly turns?: number;
}

export async function tellTogether(order: CrowdOrder): Promise<CrowdStory> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-crowd-'));
  for (const [phase, company] of companyOf(order.company).entries()) writeFileSync(join(folder, `phase-${phase}.json`), JSON.stringify(company));
  const target = await startTarget();
  await target.plan([]);
  const server = await startPostgres({ fsync: true });
  const gate = await startGate(server.port);
  const direct = await server.createDatabase('TEMPLATE template0');
  const url = new URL(direct);
  url.port = String(gate.port);
  writeFileSync(join(folder, 'store-url'), url.toString());
  const database = await openPostgres({ url: direct });
  await migrate(database);
  const crowd = new Map<number, ChildProcess>();
  const problems: string[] = [];
  const lastAfter = join(folder, 'all-happened');
  const common = { folder, url: target.url, carries: order.carries, phases: order.phases ?? PHASES, leaseMs: LEASE_MS, patienceMs: PATIENCE_MS, lastAfter, batchSize: 4, perSecond: PER_SECOND, kill: null };
  const start = (role: ChildOrder['role']): ChildProcess => {
    const child = fork(join(here, 'child.ts'), [JSON.stringify({ ...common, role } satisfies ChildOrder)], {
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'], env: { ...process.env, TRIBUTARY_TEST_STORE: 'postgres' },
    });
    let said = '';
    child.stderr!.on('data', (piece: Buffer) => (said = (said + piece.toString()).slice(-3000)));
    child.once('exit', (code, signal) => {
      if (signal !== 'SIGKILL' && code !== 0 && code !== STORE_AWAY) problems.push(`a ${role} ended with ${code}: ${said}`);
    });
    return child;
  };
  const join1 = (n: number): void => void crowd.set(n, start('worker'));
  const happened: Record<string, number> = {};
  const over = new AbortController();
  try {
    for (let n = 1; n < order.workers; n++) join1(n);
    const conducting = conduct(() => start('conductor'), problems, AbortSignal.timeout(LIMIT_MS)).finally(() => over.abort());
    const happening = happen(order.events, order.turns ?? Number.POSITIVE_INFINITY, { crowd, join: join1, server, gate, happened, allHappened: () => writeFileSync(lastAfter, '') }, over.signal);
    await Promise.all([conducting, happening]);
    for (const child of crowd.values()) child.kill('SIGKILL');
    if (problems.length > 0) throw new Error(problems.join('\n'));
    const helped = readdirSync(folder).filter((name) => name.startsWith('helped-')).reduce((sum, name) => sum + Number(readFileSync(join(folder, name), 'utf8') || 0), 0);
    const dump = await target.dump();
    return { kills: [], points: {}, target: dump, store: await lookAt(database), happened, helped, begunAt: dump.traffic.begunAt };
  } finally {
    over.abort();
    for (const child of crowd.values()) child.kill('SIGKILL');
    target.process.kill('SIGKILL');
    await database.close().catch(() => undefined);
    await gate.stop();
    await server.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** The conductor is started again when its store went away under it. */
async function conduct(start: () => ChildProcess, problems: readonly string[], limit: AbortSignal): Promise<void> {
  for (;;) {
    const child = start();
    const stop = (): void => void child.kill('SIGKILL');
    limit.addEventListener('abort', stop, { once: true });
    const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
    limit.removeEventListener('abort', stop);
    if (limit.aborted) throw new Error(`The story did not end within ${LIMIT_MS / 1000} s.`);
    if (code === 0 || problems.length > 0) return;
  }
}

interface Stage {
  readonly crowd: Map<number, ChildProcess>;
  readonly join: (n: number) => void;
  readonly server: Postgres;
  readonly gate: Gate;
  readonly happened: Record<string, number>;
  readonly allHappened: () => void;
}

async function happen(events: readonly Event[], turns: number, stage: Stage, over: AbortSignal): Promise<void> {
  const acts: Record<Event, (n: number) => Promise<void>> = {
    async kill(n) {
      stage.crowd.get(n)!.kill('SIGKILL');
      await pause(200);
      stage.join(n);
    },
    async pause(n) {
      stage.crowd.get(n)!.kill('SIGSTOP');
      await pause(LEASE_MS * 2.5);
      stage.crowd.get(n)!.kill('SIGCONT');
    },
    async restart() {
      await stage.server.shutDown();
      await pause(300);
      await stage.server.start();
    },
    async cut() {
      stage.gate.cut();
      await pause(LEASE_MS * 2);
      stage.gate.open();
    },
    async minute() {
      stage.gate.cut();
      await pause(60_000);
      stage.gate.open();
    },
  };
  for (let turn = 0; !over.aborted; turn++) {
    if (turn === Math.min(events.length, turns)) stage.allHappened();
    if (turn >= (events.length === 0 ? 0 : turns)) return;
    await pause(CALM_MS, undefined, { signal: over }).catch(() => undefined);
    if (over.aborted) return;
    const event = events[turn % events.length]!;
    await acts[event](1 + (turn % stage.crowd.size));
    stage.happened[event] = (stage.happened[event] ?? 0) + 1;
  }
}

/** The most calls that began in any second. */
export function mostInASecond(begunAt: readonly number[]): number {
  const sorted = [...begunAt].sort((a, b) => a - b);
  let most = 0;
  let from = 0;
  for (const [index, at] of sorted.entries()) {
    while (sorted[from]! <= at - 1000) from++;
    most = Math.max(most, index - from + 1);
  }
  return most;
}
