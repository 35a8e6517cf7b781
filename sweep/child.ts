// The engine of the sweep as a process that may die at any point: does the steps of all phases, each once, whatever
// happened to the process before it.
import { copyFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Connector } from '../src/connector-kit/contract.ts';
import { directory } from '../src/connectors/directory/index.ts';
import { jobSettingsSchema, type JobSettingsInput } from '../src/core/job-settings.ts';
import { createDirectoryIds } from '../src/engine/directory-ids.ts';
import { createEngine, type Engine } from '../src/engine/engine.ts';
import { createSealer } from '../src/engine/sealing.ts';
import type { Database } from '../src/store/database.ts';
import { getSetting, putConnection, putJob, putSetting } from '../src/store/jobs.ts';
import { listHeld } from '../src/store/held.ts';
import { putMatching } from '../src/store/matching.ts';
import { getRun, listRuns, openRuns, type RunRow } from '../src/store/runs.ts';
import { StoreAway, StoreUnusable } from '../src/store/faults.ts';
import { setTimeout as pause } from 'node:timers/promises';
import { openOwnStore } from '../test/support/store.ts';
import { remote } from './remote-connector.ts';
import { companyFile } from './source-connector.ts';
import { STORE_AWAY, UNDOING, type ChildOrder, type ChildReport } from './order.ts';

const DAY = 86_400_000;
/** How long a write may be under way after its caller is gone. The target carries one out 80 ms after it was cut off, and later where the machine stalls. */
const SETTLE_MS = 600;
const order = JSON.parse(process.argv[2]!) as ChildOrder;
const points: Record<string, number> = {};
/** What the conductor is at. */
let step = '';

/** Time that was skipped, in a file: all processes of a story have the same clock at every moment. */
const clockFile = join(order.folder, 'clock');
const skipped = (): number => (existsSync(clockFile) ? Number(readFileSync(clockFile, 'utf8')) : 0);
function skip(ms: number): void {
  writeFileSync(`${clockFile}.next`, String(skipped() + ms));
  renameSync(`${clockFile}.next`, clockFile);
}

const clock = {
  now: () => Date.now() + skipped(),
  sleep: async (ms: number, signal?: AbortSignal): Promise<void> => pause(ms, undefined, signal ? { signal } : {}),
};

const mapping = (rows: readonly (readonly [target: string, field: string])[]) => rows.map(([target, field]) => ({ target, field }));
const leaver = { gone: 'delete', leftScope: 'delete', departed: 'delete' } as const;
const jobs: readonly JobSettingsInput[] = [
  {
    name: 'company', connection: 'source', direction: 'up',
    mapping: {
      department: mapping([['name', 'name'], ['code', 'code'], ['parent', 'parent']]),
      person: mapping([['displayName', 'name'], ['userName', 'login'], ['employeeNumber', 'number'], ['phone', 'phone'], ['title', 'title'], ['manager', 'manager']]),
      group: mapping([['name', 'name'], ['code', 'code']]),
    },
    correlation: { department: [{ attribute: 'code' }], person: [{ attribute: 'employeeNumber' }], group: [{ attribute: 'code' }] },
    policy: { leaver, uniqueCoolingDays: 0 }, onError: { tries: 20, pauseSeconds: 1 },
  },
  {
    name: 'remote', connection: 'target', direction: 'down',
    mapping: {
      department: mapping([['name', 'name'], ['code', 'code'], ['parent', 'parent']]),
      person: mapping([['name', 'displayName'], ['login', 'userName'], ['number', 'employeeNumber'], ['phone', 'phone'], ['title', 'title'], ['manager', 'manager']]),
      group: mapping([['name', 'name'], ['code', 'code']]),
    },
    correlation: { department: [{ attribute: 'code' }], person: [{ attribute: 'number' }], group: [{ attribute: 'code' }] },
    policy: { leaver, uniqueCoolingDays: 0 }, onError: { tries: 20, pauseSeconds: 1 },
  },
];

async function prepare(database: Database, engine: Engine): Promise<void> {
  if (await getSetting(database, 'sweep-ready')) return;
  await database.write(async (transaction) => {
    await putConnection(transaction, { id: 'source', connector: 'company-file', name: 'source', config: JSON.stringify({ file: join(order.folder, 'company.json') }) });
    await putConnection(transaction, { id: 'target', connector: 'remote', name: 'target', config: JSON.stringify({ url: order.url, carries: order.carries, perSecond: order.perSecond ?? 0 }) });
    for (const [index, input] of jobs.entries()) {
      const settings = jobSettingsSchema.parse(input);
      await putJob(transaction, { id: index + 1, name: settings.name, connection: settings.connection, direction: settings.direction, rank: settings.rank, settings: JSON.stringify(settings), effectiveHash: '', now: 0, by: 'sweep' });
    }
  });
  for (const job of [1, 2]) await engine.setJobState(job, 'enabled', 'sweep');
  await database.write((transaction) => putSetting(transaction, 'sweep-ready', 'yes'));
}

/** Carries out what is queued and due until nothing is open. The lease of a dead process has to lapse first. */
async function settle(database: Database, engine: Engine): Promise<void> {
  for (;;) {
    await engine.sweep();
    await engine.drain();
    const open = await openRuns(database);
    const due = await database.get('SELECT 1 AS yes FROM due WHERE at <= ?', clock.now());
    if (open.length === 0 && !due) return;
    // What waits for a probe or a pause need not be waited for.
    if (open.every((run) => run.state === 'waiting')) skip(31_000);
    else await pause(25);
  }
}

const runOf = async (database: Database, step: string): Promise<RunRow | undefined> =>
  (await listRuns(database, { limit: 100_000 })).find((run) => run.cause === `sweep:${step}`);

/** `undone`: the step whose run is taken back. */
async function runOnce(database: Database, engine: Engine, step: string, job: number, mode: 'full' | 'incremental' | 'keys', undone?: string): Promise<void> {
  const order = undone === undefined ? null : { kind: 'run' as const, run: (await runOf(database, undone))!.id, made: 'disable' as const };
  const id = (await runOf(database, step))?.id ?? (await engine.enqueue({ job, mode, actor: 'sweep', cause: `sweep:${step}`, order }));
  await settle(database, engine);
  const run = (await getRun(database, id))!;
  if (!['succeeded', 'warnings'].includes(run.state)) throw new Error(`Step ${step}: run ${id} is ${run.state}: ${run.problem?.en}`);
}

async function approve(database: Database, engine: Engine): Promise<void> {
  for (;;) {
    const rows = await listHeld(database, { states: ['open'], after: 0, limit: 10_000 });
    if (rows.length === 0) return;
    await engine.approve(rows.map((row) => row.id), 'approver');
    await settle(database, engine);
  }
}

/** A target is compared with the directory before it is written to for the first time: a dry run with one stage more. */
async function matchOnce(database: Database, engine: Engine): Promise<void> {
  const asked = { job: 2, mode: 'full', dryRun: true, actor: 'sweep', cause: 'sweep:match' } as const;
  if (!(await runOf(database, 'match')))
    await engine.enqueue(asked, (transaction, run) => putMatching(transaction, { job: 2, run, at: clock.now(), by_whom: 'sweep' }));
  await settle(database, engine);
  const run = (await runOf(database, 'match'))!;
  if (run.state !== 'succeeded') throw new Error(`The matching (run ${run.id}) is ${run.state}: ${run.problem?.en}`);
}

type Steps = { readonly name: string; readonly work: (database: Database, engine: Engine) => Promise<void> }[];

function steps(): Steps {
  const phases: Steps = Array.from({ length: order.phases }, (_, phase) => [
    { name: `${phase}-file`, work: async () => {
      while (order.lastAfter && phase === order.phases - 1 && !existsSync(order.lastAfter)) await pause(50);
      copyFileSync(join(order.folder, `phase-${phase}.json`), join(order.folder, 'next.json'));
      renameSync(join(order.folder, 'next.json'), join(order.folder, 'company.json'));
    } },
    { name: `${phase}-up`, work: (database: Database, engine: Engine) => runOnce(database, engine, `${phase}-up`, 1, 'full') },
    { name: `${phase}-approve-up`, work: approve },
    ...(phase === 0 ? [{ name: 'match', work: matchOnce }] : []),
    { name: `${phase}-down`, work: (database: Database, engine: Engine) => runOnce(database, engine, `${phase}-down`, 2, phase % 2 === 0 ? 'full' : 'incremental') },
    { name: `${phase}-approve-down`, work: approve },
  ]).flat();
  return phases.concat([
    // The last run into the target and into the directory are taken back, and that again: all is as it was.
    ...(['down', 'up'] as const).flatMap((way) => ['undo', 'redo'].flatMap((what): Steps => [
      { name: `${what}-${way}`, work: (database, engine) => runOnce(database, engine, `${what}-${way}`, way === 'up' ? 1 : 2, 'keys', what === 'undo' ? `${order.phases - 1}-${way}` : `undo-${way}`) },
      { name: `${what}-approve-${way}`, work: approve },
    ])),
    // Everything once more: nothing may be left to write.
    { name: 'last-up', work: (database: Database, engine: Engine) => runOnce(database, engine, 'last-up', 1, 'full') },
    { name: 'last-down', work: (database: Database, engine: Engine) => runOnce(database, engine, 'last-down', 2, 'full') },
  ]);
}

const withBatches = (size: number): Connector => ({ ...remote, manifest: { ...remote.manifest, limits: { ...remote.manifest.limits, inFlight: 2, batchSize: size } } });

async function work(engine: Engine): Promise<void> {
  let helped = 0;
  for (;;) {
    try {
      await engine.sweep();
      await engine.drain();
      helped += await engine.help();
      writeFileSync(join(order.folder, `helped-${process.pid}`), String(helped));
    } catch (error) {
      if (!(error instanceof StoreAway)) throw error;
    }
    // Often enough to take part in every run: a batch takes its target a tenth of a second. Looking oftener is what most of the processor time went to.
    await pause(40);
  }
}

async function live(): Promise<void> {
  const database = await openOwnStore(order.folder, order.patienceMs);
  const connectors = new Map<string, Connector>([['directory', directory as unknown as Connector], ['company-file', companyFile], ['remote', order.batchSize ? withBatches(order.batchSize) : remote]]);
  const engine = createEngine({
    database, connectors, clock, sealer: createSealer(Buffer.alloc(32, 3)), newId: createDirectoryIds(), folder: order.folder, holder: `child-${process.pid}-${Date.now()}`,
    log: (event, fields) => void (process.env.SWEEP_LOG && console.error(event, fields)), leaseMs: order.leaseMs, settleMs: SETTLE_MS,
    probe: (point) => {
      for (const name of /^(undo|redo)-/.test(step) ? [point, `${UNDOING}${point}`] : [point]) {
        points[name] = (points[name] ?? 0) + 1;
        if (order.kill?.point === name && order.kill.nth === points[name]) process.kill(process.pid, 'SIGKILL');
      }
    },
  });
  if (order.role === 'worker') return work(engine);
  await prepare(database, engine);
  const begun = Number((await getSetting(database, 'sweep-step')) ?? 0);
  await settle(database, engine);
  for (const [index, { name, work }] of steps().entries()) {
    if (index < begun) continue;
    // Phases are days apart, so that one does not count in the rolling window of the next.
    if (name.endsWith('-file')) skip(2 * DAY);
    step = name;
    await work(database, engine);
    await database.write((transaction) => putSetting(transaction, 'sweep-step', String(index + 1)));
  }
  await database.close();
}

await live().catch((error: unknown) => {
  // Started again, it goes on with the step that it was at.
  if (error instanceof StoreAway || (error instanceof StoreUnusable && /does not answer/.test(error.message))) process.exit(STORE_AWAY);
  throw error;
});
process.send!({ points } satisfies ChildReport, () => process.disconnect!());
