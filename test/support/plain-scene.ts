// A stage for scenarios: an HR system above, an app below, the directory between them, and short words to look at each.
import { onTestFinished } from 'vitest';
import type { Connector } from '../../src/connector-kit/contract.ts';
import type { Attributes, EndpointObject, Value } from '../../src/core/model.ts';
import type { JobSettingsInput } from '../../src/core/job-settings.ts';
import type { EngineOptions, RunEvidence } from '../../src/engine/context.ts';
import type { Database } from '../../src/store/database.ts';
import { historySequence } from '../../src/store/directory.ts';
import { listHeld, type HeldRow } from '../../src/store/held.ts';
import type { RunRow } from '../../src/store/runs.ts';
import { listItems } from '../../src/store/upkeep.ts';
import { byNumber, PlainSystem, plainDown, plainUp } from './plain-system.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

export type JobPart = Partial<JobSettingsInput>;

export interface Known {
  readonly id: string;
  readonly lifecycle: string;
  readonly attributes: Attributes;
  /** Codes of its departments, the primary one first. */
  readonly departments: readonly string[];
}

export interface Scene {
  readonly bench: Workbench;
  readonly hr: PlainSystem;
  readonly app: PlainSystem;
  readonly up: number;
  readonly down: number;
  /** A full run from the source into the directory, then one from there into the app. */
  sync(): Promise<{ readonly up: RunRow; readonly down: RunRow }>;
  addJob(system: PlainSystem, direction: 'up' | 'down', settings?: JobPart): Promise<number>;
  /** The person with this employee number; the number of id `7` is `N-7`. */
  known(id: string): Promise<Known | undefined>;
  people(): Promise<readonly Known[]>;
  /** The account with this number in the app. */
  account(id: string): EndpointObject | undefined;
  items(job?: number): Promise<readonly { who: string; attribute: string; cause: string; says: string; state: string }[]>;
  changes(run: RunRow): Promise<readonly { key: string; type: string; action: string; situation: string; state: string; says: string }[]>;
  heldIn(...states: string[]): Promise<readonly HeldRow[]>;
  /** Everything that anybody outside could see: directory rows, edges, and the app's objects. */
  world(): Promise<unknown>;
  history(): Promise<number>;
  days(count: number): void;
}

export const upSettings = (connection: string, more: JobPart = {}): JobSettingsInput => ({
  name: `${connection} in`,
  connection,
  direction: 'up',
  mapping: plainUp(),
  correlation: byNumber.up,
  ...more,
});
export const downSettings = (connection: string, more: JobPart = {}): JobSettingsInput => ({
  name: `${connection} out`,
  connection,
  direction: 'down',
  mapping: plainDown(),
  correlation: byNumber.down,
  ...more,
});

/** Limits that no test runs into by accident; deletions are still held. */
export const roomy = {
  limits: Object.fromEntries(
    ['create', 'move', 'update', 'identifying', 'disable', 'clear', 'membershipLoss', 'messages'].map((name) => [
      name,
      { count: 10_000, share: 100 },
    ]),
  ),
  firstRun: { creates: 10_000, touched: 10_000, share: 100 },
};

/** `people` of ids 1 … n, in department `main`, when a number is given. */
export async function openScene(
  options: {
    people?: number;
    up?: JobPart;
    down?: JobPart;
    engine?: Partial<EngineOptions>;
    /** What stands between the engine and its store. */
    watched?: (database: Database) => Database;
    source?: (system: PlainSystem) => Connector;
    /** Told what ends the scene; without it, that happens with the test. */
    atEnd?: (end: () => Promise<void> | void) => void;
  } = {},
): Promise<Scene> {
  const { engine, watched } = options;
  const bench = await openWorkbench({ ...(engine ? { engine } : {}), ...(watched ? { watched } : {}) });
  (options.atEnd ?? onTestFinished)(() => bench.close());
  const hr = new PlainSystem('hr');
  const app = new PlainSystem('app');
  await bench.connection('hr', options.source?.(hr) ?? hr.connector, {});
  await bench.connection('app', app.connector, {});
  const addJob = (system: PlainSystem, direction: 'up' | 'down', settings: JobPart = {}): Promise<number> =>
    bench.job(direction === 'up' ? upSettings(system.id, settings) : downSettings(system.id, settings));
  const up = await addJob(hr, 'up', options.up);
  const down = await addJob(app, 'down', options.down);
  if (options.people !== undefined) {
    hr.department('main');
    for (let id = 1; id <= options.people; id++) hr.person(String(id), 'main', { phone: `+86 138${String(id).padStart(8, '0')}` });
  }
  const { database } = bench;
  const people = async (): Promise<readonly Known[]> => {
    const codes = new Map((await bench.objects('department')).map((row) => [row.id, String(row.data.code ?? row.data.name)]));
    const edges = await database.all<{ owner: string; to_id: string; facts: string }>(
      `SELECT owner, to_id, facts FROM edge WHERE relation = 'membership' ORDER BY to_id`,
    );
    return (await bench.objects('person')).map((row) => ({
      id: row.id,
      lifecycle: row.lifecycle,
      attributes: row.data as Attributes,
      departments: edges
        .filter((edge) => edge.owner === row.id)
        .sort((a, b) => Number(b.facts.includes('"primary":true')) - Number(a.facts.includes('"primary":true')))
        .map((edge) => codes.get(edge.to_id) ?? edge.to_id),
    }));
  };
  return {
    bench,
    hr,
    app,
    up,
    down,
    addJob,
    people,
    async sync() {
      return { up: await bench.run(up), down: await bench.run(down) };
    },
    async known(id) {
      return (await people()).find((person) => person.attributes.employeeNumber === `N-${id}`);
    },
    account: (id) => app.by('person', 'number', `N-${id}`),
    async items(job = 0) {
      return (await listItems(database, job, 10_000)).map((item) => ({
        who: item.source_key,
        attribute: item.attribute,
        cause: item.cause,
        says: (JSON.parse(item.message) as { en: string }).en,
        state: item.state,
      }));
    },
    async changes(run) {
      const rows = await database.all<{
        source_key: string;
        type: string;
        action: string;
        situation: string;
        state: string;
        verdict: string | null;
      }>('SELECT * FROM change WHERE run = ? ORDER BY id', run.id);
      return rows.map((row) => ({
        key: row.source_key,
        type: row.type,
        action: row.action,
        situation: row.situation,
        state: row.state,
        says: (JSON.parse(row.verdict ?? '{}') as { reason?: { en: string } }).reason?.en ?? '',
      }));
    },
    heldIn: (...states) => listHeld(database, { states, after: 0, limit: 100_000 }),
    async world() {
      return {
        people: await people(),
        departments: await bench.objects('department'),
        groups: await bench.objects('group'),
        edges: await database.all('SELECT owner, relation, to_id, facts FROM edge ORDER BY owner, relation, to_id'),
        app: Object.fromEntries([...app.objects].map(([type, objects]) => [type, [...objects.values()]])),
      };
    },
    history: () => historySequence(database),
    days: (count) => bench.clock.advance(count * 86_400_000),
  };
}

export const evidenceOf = (run: RunRow): RunEvidence => run.evidence as RunEvidence;
/** What a run says about itself in sentences. */
export const sentences = (run: RunRow): string =>
  [run.problem?.en ?? '', ...((run.evidence as RunEvidence | null)?.warnings ?? []).map((warning) => warning.en)].join('\n');
export const valueOf = (known: Known | undefined, attribute: string): Value | null => known?.attributes[attribute] ?? null;
