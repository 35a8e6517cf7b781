// Questions to a store that was filled, each timed often, on both stores: what pages ask of a large installation.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectors } from '../src/connectors/index.ts';
import type { Connector } from '../src/connector-kit/contract.ts';
import { answerQuery, type OperationName } from '../src/engine/commands.ts';
import type { Database } from '../src/store/database.ts';
import { openPostgres } from '../src/store/postgres/database.ts';
import { openSqlite } from '../src/store/sqlite/database.ts';
import { postgresAvailable, startPostgres } from '../test/servers/postgres.ts';

const TIMES = 40;
/** A question that takes so long is asked once. */
const TOO_LONG_MS = 2_000;

export type Question = readonly [what: string, operation: OperationName, input: unknown];

export interface Questionnaire {
  /** Of the file of results. */
  readonly name: string;
  readonly goalMs: number;
  readonly questions: readonly Question[];
  fill(database: Database): Promise<void>;
}

interface Figure {
  readonly store: string;
  readonly what: string;
  readonly p50: number;
  readonly worst: number;
}

/** `only`: of one store; both without. Prints a table and writes bench/results/NAME.json. */
export async function ask(questionnaire: Questionnaire, only: string | undefined): Promise<void> {
  const { name, goalMs } = questionnaire;
  const figures = [
    ...(only === 'postgres' ? [] : await onSqlite(questionnaire)),
    ...(only === 'sqlite' ? [] : await onPostgres(questionnaire)),
  ];
  const short = (ms: number): number => Number(ms.toFixed(2));
  console.table(figures.map((figure) => ({ ...figure, p50: short(figure.p50), worst: short(figure.worst), goal: `≤ ${goalMs} ms` })));
  mkdirSync('bench/results', { recursive: true });
  writeFileSync(`bench/results/${name}.json`, JSON.stringify(figures, null, 2));
}

async function measure(store: string, reader: Database, questions: readonly Question[]): Promise<Figure[]> {
  const known = new Map(connectors.map((connector) => [connector.manifest.id, connector as Connector]));
  const context = { reader, connectors: known, now: () => Date.now() };
  const figures: Figure[] = [];
  for (const [what, operation, input] of questions) {
    const times: number[] = [];
    for (let time = 0; time < TIMES; time++) {
      const startedAt = performance.now();
      await answerQuery(operation, context, input);
      times.push(performance.now() - startedAt);
      if (times[0]! > TOO_LONG_MS) break;
    }
    times.sort((a, b) => a - b);
    figures.push({ store, what, p50: times[Math.floor(times.length / 2)]!, worst: times.at(-1)! });
    process.stderr.write(`${store}: ${what}: ${figures.at(-1)!.p50.toFixed(1)} ms, worst ${figures.at(-1)!.worst.toFixed(1)} ms\n`);
  }
  return figures;
}

async function onSqlite({ fill, questions }: Questionnaire): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-bench-'));
  try {
    const path = join(folder, 'tributary.db');
    const database = openSqlite({ path });
    await fill(database);
    await database.close();
    const reader = openSqlite({ path, readOnly: true });
    const figures = await measure('SQLite', reader, questions);
    await reader.close();
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function onPostgres({ fill, questions }: Questionnaire): Promise<Figure[]> {
  const available = postgresAvailable();
  if (!available.ok) {
    process.stderr.write(`PostgreSQL left out: ${available.reason}\n`);
    return [];
  }
  const server = await startPostgres();
  try {
    const database = await openPostgres({ url: await server.createDatabase(''), statementMs: 1_800_000 });
    await fill(database);
    await database.write(async (transaction) => {
      await transaction.run('ANALYZE');
    });
    const figures = await measure('PostgreSQL', database, questions);
    await database.close();
    return figures;
  } finally {
    await server.stop();
  }
}
