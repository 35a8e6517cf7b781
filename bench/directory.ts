// `npm run bench:directory [-- 1000000 [sqlite|postgres]]`: how long it takes to find somebody in a directory of so many, and to open its tree.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectors } from '../src/connectors/index.ts';
import type { Connector } from '../src/connector-kit/contract.ts';
import { directoryTypes } from '../src/core/directory-types.ts';
import type { Attributes } from '../src/core/model.ts';
import { answerQuery, type OperationName } from '../src/engine/commands.ts';
import { keysOf } from '../src/engine/stages/apply-directory.ts';
import { employeeNumber, planCompany, type CompanyPlan } from '../src/sandbox/company.ts';
import type { Database } from '../src/store/database.ts';
import { applyEdges, putObjects, replaceKeys, type EdgeOp, type KeyIn, type ObjectIn } from '../src/store/directory.ts';
import { migrate } from '../src/store/migrations.ts';
import { openPostgres } from '../src/store/postgres/database.ts';
import { openSqlite } from '../src/store/sqlite/database.ts';
import { postgresAvailable, startPostgres } from '../test/servers/postgres.ts';

const people = Number(process.argv[2] ?? 1_000_000);
/** Keys come in no order: the more at a time, the fewer pages are written twice. */
const PIECE = 50_000;
const TIMES = 40;
const JOB = 1;

const [person, department] = ['person', 'department'].map((id) => directoryTypes.find((type) => type.id === id)!) as [
  (typeof directoryTypes)[number],
  (typeof directoryTypes)[number],
];

interface Piece {
  readonly objects: ObjectIn[];
  readonly keys: KeyIn[];
  readonly edges: EdgeOp[];
}

/** Ids as the engine allots them: in order of making. */
const idOf = (kind: string, key: string): string => `01a20000-${kind}-7000-8000-${key.padStart(12, '0')}`;
const personId = (number: string): string => idOf('0002', number);
const departmentId = (code: string): string => idOf('0001', code.slice(1));

function add(piece: Piece, type: (typeof directoryTypes)[number], id: string, data: Attributes, edges: readonly EdgeOp[]): void {
  piece.objects.push({ id, type: type.id, lifecycle: 'active', data: JSON.stringify(data), relations: '["membership"]' });
  keysOf(type, id, data, piece.keys);
  piece.edges.push(...edges);
}

function* pieces(company: CompanyPlan): Generator<Piece> {
  const first: Piece = { objects: [], keys: [], edges: [] };
  for (const { code, name, parentCode, order } of company.departments) {
    const data = { name, code, order, ...(parentCode === null ? {} : { parent: departmentId(parentCode) }) };
    add(first, department, departmentId(code), data, []);
  }
  yield first;
  for (let from = 0; from < company.size; from += PIECE) {
    const piece: Piece = { objects: [], keys: [], edges: [] };
    for (let index = from; index < Math.min(company.size, from + PIECE); index++) {
      const {
        employeeNumber: number,
        name,
        familyName,
        givenName,
        email,
        phone,
        title,
        city,
        managerNumber,
        departmentCodes,
      } = company.at(index);
      const manager = managerNumber === null ? null : personId(managerNumber);
      const data = {
        displayName: name,
        familyName,
        givenName,
        employeeNumber: number,
        userName: `u${number}`,
        email,
        phone,
        title,
        city,
        manager,
      };
      const edges = departmentCodes.map((code, place) => ({
        owner: personId(number),
        relation: 'membership',
        toType: 'department',
        toId: departmentId(code),
        op: 'add' as const,
        facts: JSON.stringify({ primary: place === 0 }),
        factsBefore: null,
      }));
      add(piece, person, personId(number), data, edges);
    }
    yield piece;
  }
}

async function fill(database: Database, company: CompanyPlan): Promise<void> {
  await migrate(database);
  if (database.dialect === 'sqlite')
    await database.write(async (transaction) => void (await transaction.all('PRAGMA cache_size = -2000000')));
  let done = 0;
  for (const piece of pieces(company)) {
    await database.write(async (transaction) => {
      await putObjects(transaction, piece.objects);
      await replaceKeys(transaction, [], piece.keys);
      await applyEdges(transaction, piece.edges, 'main', JOB);
    });
    done += piece.objects.length;
    process.stderr.write(`\r${done.toLocaleString('en')} objects`);
  }
  process.stderr.write('\n');
}

interface Figure {
  readonly store: string;
  readonly what: string;
  readonly p50: number;
  readonly worst: number;
}

/** As people type; the numbers are those of somebody in the middle. */
function questions(company: CompanyPlan): readonly (readonly [what: string, operation: OperationName, input: unknown])[] {
  const somebody = company.at(Math.floor(company.size / 2));
  const typed: Readonly<Record<string, string>> = {
    'a name that fifteen of a thousand have': '张伟',
    'a family name': '张',
    'the name of one': somebody.name,
    pinyin: 'zhangwei',
    'the beginning of pinyin': 'zha',
    initials: 'zw',
    'two words': 'wei zhang',
    number: somebody.employeeNumber,
    'the beginning of a number': employeeNumber(0).slice(0, 4),
    'the end of a phone number': (somebody.phone ?? '').slice(-6),
    mail: somebody.email ?? 'zhang',
    'a department': company.departments[Math.floor(company.departments.length / 2)]!.name,
    'nobody of this name': 'qqqq',
  };
  return [
    ...Object.entries(typed).map(([what, text]) => [`search: ${what}`, 'directory.search', { text }] as const),
    ['the top of the tree', 'directory.tree', {}],
    ['below the company', 'directory.tree', { under: departmentId(company.departments[0]!.code) }],
    ['below a department', 'directory.tree', { under: departmentId(company.departments[3]!.code) }],
    ['everybody, first page', 'person.list', { limit: 100 }],
    [
      'everybody of a department and below, first page',
      'person.list',
      { department: departmentId(company.departments[1]!.code), below: true, limit: 100 },
    ],
    ['where somebody stands', 'directory.place', { object: personId(somebody.employeeNumber) }],
  ];
}

async function measure(store: string, reader: Database, company: CompanyPlan): Promise<Figure[]> {
  const known = new Map(connectors.map((connector) => [connector.manifest.id, connector as Connector]));
  const context = { reader, connectors: known, now: () => Date.now() };
  const figures: Figure[] = [];
  for (const [what, operation, input] of questions(company)) {
    const times: number[] = [];
    for (let time = 0; time < TIMES; time++) {
      const startedAt = performance.now();
      await answerQuery(operation, context, input);
      times.push(performance.now() - startedAt);
      if (times[0]! > 2_000) break;
    }
    times.sort((a, b) => a - b);
    figures.push({ store, what, p50: times[Math.floor(times.length / 2)]!, worst: times.at(-1)! });
    process.stderr.write(`${store}: ${what}: ${figures.at(-1)!.p50.toFixed(1)} ms, worst ${figures.at(-1)!.worst.toFixed(1)} ms\n`);
  }
  return figures;
}

async function onSqlite(company: CompanyPlan): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-bench-'));
  try {
    const path = join(folder, 'tributary.db');
    const database = openSqlite({ path });
    await fill(database, company);
    await database.close();
    const reader = openSqlite({ path, readOnly: true });
    const figures = await measure('SQLite', reader, company);
    await reader.close();
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function onPostgres(company: CompanyPlan): Promise<Figure[]> {
  const available = postgresAvailable();
  if (!available.ok) {
    process.stderr.write(`PostgreSQL left out: ${available.reason}\n`);
    return [];
  }
  const server = await startPostgres();
  try {
    const database = await openPostgres({ url: await server.createDatabase(''), statementMs: 1_800_000 });
    await fill(database, company);
    await database.write(async (transaction) => {
      await transaction.run('ANALYZE');
    });
    const figures = await measure('PostgreSQL', database, company);
    await database.close();
    return figures;
  } finally {
    await server.stop();
  }
}

const only = process.argv[3];
const company = planCompany({ people, departments: Math.max(24, Math.round(people / 100)), seed: 20_260_105 });
const figures = [...(only === 'postgres' ? [] : await onSqlite(company)), ...(only === 'sqlite' ? [] : await onPostgres(company))];
console.table(
  figures.map((figure) => ({ ...figure, p50: Number(figure.p50.toFixed(2)), worst: Number(figure.worst.toFixed(2)), goal: '≤ 100 ms' })),
);
mkdirSync('bench/results', { recursive: true });
writeFileSync(`bench/results/directory-${people}.json`, JSON.stringify(figures, null, 2));
