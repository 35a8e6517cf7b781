// One company taken through all its phases by an engine that is killed on the way: starts, kills, restarts, collects.
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChildOrder, ChildReport } from './order.ts';
import { dropStore, testStore } from '../test/support/store.ts';
import { companyOf, PHASES } from './company.ts';
import { look, statesAt, type Looked } from './look.ts';
import type { Dump, TargetMessage, TargetRequest, WriteFault } from './target-server.ts';

const here = dirname(fileURLToPath(import.meta.url));
/** An undisturbed life takes seconds; on a machine that is busy with other things, minutes. */
const LIFE_LIMIT_MS = 240_000;

/** How one life of the engine is to end. */
export type Kill =
  | { readonly kind: 'point'; readonly point: string; readonly nth: number }
  | { readonly kind: 'time'; readonly afterMs: number }
  | { readonly kind: 'call'; readonly fault: WriteFault };

export interface KillRecord {
  readonly kill: Kill;
  /** `stage` the run was in, and the ledger states its changes had when the process died. */
  readonly stage: string;
  readonly states: readonly string[];
}

export interface Story {
  readonly kills: readonly KillRecord[];
  readonly points: Readonly<Record<string, number>>;
  readonly target: Dump;
  readonly store: Looked;
}

export interface StoryOrder {
  readonly company: number;
  readonly carries: boolean;
  /** So many of the company's phases; missing: all. */
  readonly phases?: number;
  /** One life each; a life that ends before its kill comes is the last. */
  readonly kills: readonly Kill[];
  /** Answers lost beside the kills: writes counted over each life. */
  readonly losses?: readonly WriteFault[];
}

export async function tell(order: StoryOrder): Promise<Story> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-sweep-'));
  for (const [phase, company] of companyOf(order.company).entries()) writeFileSync(join(folder, `phase-${phase}.json`), JSON.stringify(company));
  const target = await startTarget();
  const kills: KillRecord[] = [];
  try {
    for (const kill of [...order.kills, null]) {
      await target.plan([...(order.losses ?? []), ...(kill?.kind === 'call' ? [kill.fault] : [])]);
      const end = await live(folder, target, order, kill);
      if (end.report) return { kills, points: end.report.points, target: await target.dump(), store: await look(folder) };
      if (!kill) throw new Error(`The engine did not end by itself: ${end.problem}`);
      if (end.problem) throw new Error(`The engine failed: ${end.problem}`);
      kills.push({ kill, ...(await statesAt(folder)) });
    }
    throw new Error('unreachable');
  } finally {
    target.process.kill('SIGKILL');
    await dropStore(folder);
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface Target {
  readonly process: ChildProcess;
  readonly url: string;
  onKill: () => void;
  plan(faults: readonly WriteFault[]): Promise<void>;
  dump(): Promise<Dump>;
  tellKilled(): void;
}

export async function startTarget(latencyMs = 0): Promise<Target> {
  const child = fork(join(here, 'target-server.ts'), [String(latencyMs)], { serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const answers: ((message: TargetMessage) => void)[] = [];
  const ask = (request: TargetRequest): Promise<TargetMessage> =>
    new Promise((resolve) => {
      answers.push(resolve);
      child.send(request);
    });
  const listening = await new Promise<number>((resolve, reject) => {
    child.once('exit', () => reject(new Error('The target did not start.')));
    child.once('message', (message: TargetMessage) => resolve((message as { port: number }).port));
  });
  const target: Target = {
    process: child, url: `http://127.0.0.1:${listening}`, onKill: () => {},
    plan: async (faults) => void (await ask({ ask: 'plan', faults })),
    dump: async () => ((await ask({ ask: 'dump' })) as { dump: Dump }).dump,
    tellKilled: () => void child.send({ ask: 'killed' } satisfies TargetRequest),
  };
  child.on('message', (message: TargetMessage) => (message.say === 'kill' ? target.onKill() : answers.shift()?.(message)));
  return target;
}

async function live(folder: string, target: Target, order: StoryOrder, kill: Kill | null): Promise<{ report: ChildReport | null; problem: string | null }> {
  const childOrder: ChildOrder = { folder, url: target.url, carries: order.carries, phases: order.phases ?? PHASES, role: 'conductor', leaseMs: 300, ...(testStore === 'postgres' ? { batchSize: 4 } : {}), kill: kill?.kind === 'point' ? { point: kill.point, nth: kill.nth } : null };
  const child = fork(join(here, 'child.ts'), [JSON.stringify(childOrder)], { stdio: ['ignore', 'inherit', 'pipe', 'ipc'] });
  let report: ChildReport | null = null;
  let said = '';
  let late = false;
  child.stderr!.on('data', (piece: Buffer) => (said += piece.toString()));
  child.on('message', (message: ChildReport) => (report = message));
  const end = new Promise<NodeJS.Signals | number | null>((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
  target.onKill = () => {
    child.kill('SIGKILL');
    void end.then(() => target.tellKilled());
  };
  const timer = kill?.kind === 'time' ? setTimeout(() => child.kill('SIGKILL'), kill.afterMs) : undefined;
  const limit = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, LIFE_LIMIT_MS);
  const how = await end;
  clearTimeout(timer);
  clearTimeout(limit);
  if (late) return { report: null, problem: `it was still at work after ${LIFE_LIMIT_MS / 1000} s\n${said}` };
  if (how === 'SIGKILL') return { report: null, problem: null };
  return report ? { report, problem: null } : { report: null, problem: `it ended with ${how}\n${said}` };
}
