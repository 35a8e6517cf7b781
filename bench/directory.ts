// `npm run bench:directory [-- 1000000 [sqlite|postgres]]`: how long it takes to find somebody in a directory of so many, and to open its tree.
import { directoryTypes } from '../src/core/directory-types.ts';
import type { Attributes } from '../src/core/model.ts';
import { keysOf } from '../src/engine/stages/apply-directory.ts';
import { employeeNumber, planCompany, type CompanyPlan } from '../src/sandbox/company.ts';
import type { Database } from '../src/store/database.ts';
import { applyEdges, putObjects, replaceKeys, type EdgeOp, type KeyIn, type ObjectIn } from '../src/store/directory.ts';
import { migrate } from '../src/store/migrations.ts';
import { ask, type Question } from './questions.ts';

const people = Number(process.argv[2] ?? 1_000_000);
/** Keys come in no order: the more at a time, the fewer pages are written twice. */
const PIECE = 50_000;
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

/** As people type; the numbers are those of somebody in the middle. */
function questions(company: CompanyPlan): readonly Question[] {
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

const company = planCompany({ people, departments: Math.max(24, Math.round(people / 100)), seed: 20_260_105 });
await ask(
  { name: `directory-${people}`, goalMs: 100, questions: questions(company), fill: (database) => fill(database, company) },
  process.argv[3],
);
