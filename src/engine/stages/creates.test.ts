// The straight way of creates and the general one leave equal stores, whatever the source shows.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Value } from '../../core/model.ts';
import type { Database, Reader, SqlValue, Transaction } from '../../store/database.ts';
import { roomy, upSettings } from '../../../test/support/plain-scene.ts';
import { PlainSystem } from '../../../test/support/plain-system.ts';
import { times } from '../../../test/support/store.ts';
import { openWorkbench, type Workbench } from '../../../test/support/workbench.ts';

interface Somebody {
  readonly department: string | null;
  readonly manager: number | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly title: string | null;
  readonly startsAt: string | null;
  readonly endsAt: string | null;
  readonly status: 'active' | 'suspended' | 'departed';
}

const somebody: fc.Arbitrary<Somebody> = fc.record({
  department: fc.constantFrom('main', 'sales', 'sales', 'nowhere', null),
  // Some managers are nobody, and some people manage themselves.
  manager: fc.option(fc.integer({ min: 0, max: 12 })),
  email: fc.option(fc.constantFrom('a@x.example', 'A@x.example', 'b@x.example', 'c@x.example', 'd@x.example', 'e@x.example')),
  phone: fc.option(fc.constantFrom('+86 139 1', '+861391', '+86 139 2', '+86 139 3', '+86 139 4')),
  title: fc.constantFrom(null, '', '  ', '工程师 👩‍💻', 'Engineer'),
  startsAt: fc.constantFrom(null, '2020-01-01', '2027-02-01'),
  endsAt: fc.constantFrom(null, null, '2021-01-01', '2028-01-01'),
  status: fc.constantFrom('active', 'active', 'active', 'suspended', 'departed'),
});

/** A store that says of every batch that it is not straight. */
function nothingStraight(database: Database): Database {
  const asked = (sql: string): boolean => sql.includes('CROSS JOIN staged s') && sql.includes('count(*)');
  const reader = (real: Reader): Reader => ({
    all: async <T>(sql: string, ...params: readonly SqlValue[]): Promise<readonly T[]> =>
      sql.includes('HAVING count(*) > 1') && sql.includes('UNION')
        ? Array.from({ length: Number(params.at(-1)) }, (_, id) => ({ id: String(id) }) as T)
        : real.all<T>(sql, ...params),
    get: async <T>(sql: string, ...params: readonly SqlValue[]): Promise<T | undefined> =>
      asked(sql) ? ({ n: -1 } as T) : real.get<T>(sql, ...params),
  });
  return {
    ...database,
    ...reader(database),
    write: (work, how) => database.write((transaction: Transaction) => work({ ...transaction, ...reader(transaction) }), how),
  };
}

async function open(isStraight: boolean): Promise<{ bench: Workbench; hr: PlainSystem; job: number }> {
  let made = 0;
  const real: { store?: Database } = {};
  const database = new Proxy({} as Database, { get: (_, name: keyof Database) => real.store![name] });
  const bench = await openWorkbench({ engine: { database, newId: () => `id-${String(++made).padStart(4, '0')}` } });
  real.store = isStraight ? bench.database : nothingStraight(bench.database);
  const hr = new PlainSystem('hr');
  await bench.connection('hr', hr.connector, {});
  return { bench, hr, job: await bench.job(upSettings('hr', { policy: { guard: roomy } })) };
}

function show(hr: PlainSystem, people: readonly Somebody[], from: number): void {
  for (const [index, one] of people.entries()) {
    const attributes: Record<string, Value | null> = {
      mail: one.email,
      phone: one.phone,
      title: one.title,
      startsAt: one.startsAt,
      endsAt: one.endsAt,
      status: one.status,
      manager: one.manager === null ? null : String(one.manager),
    };
    hr.person(String(from + index), one.department ?? [], attributes);
  }
}

const tables: Readonly<Record<string, string>> = {
  object: 'SELECT * FROM object ORDER BY id',
  edge: 'SELECT * FROM edge ORDER BY owner, relation, to_id',
  object_key: 'SELECT * FROM object_key ORDER BY type, attribute, key, id',
  contribution: 'SELECT * FROM contribution ORDER BY type, external_id',
  contribution_edge: 'SELECT * FROM contribution_edge ORDER BY type, external_id, relation, to_key',
  link: 'SELECT * FROM link ORDER BY type, external_id',
  claim: 'SELECT * FROM claim ORDER BY type, source_key',
  allotted: 'SELECT * FROM allotted ORDER BY type, external_id',
  due: 'SELECT * FROM due ORDER BY type, source_key, what',
  item: 'SELECT * FROM item ORDER BY type, source_key, attribute',
  waiting_reference: 'SELECT * FROM waiting_reference ORDER BY type, source_key, name, to_key',
  // Numbers of changes and their order inside a step are free.
  change: `SELECT run, wave, depth, type, source_key, directory_id, target_key, title, action, situation, reason, kinds, before, after, hash, precondition, needs, state, attempts, ended_at
    FROM change ORDER BY run, type, source_key, action`,
  change_edge: `SELECT c.run, c.source_key, e.relation, e.to_id, e.op, e.facts FROM change_edge e JOIN change c ON c.id = e.change ORDER BY c.run, c.type, c.source_key, e.relation, e.to_id`,
  history: 'SELECT at, type, id, action, before, after, run, job, actor FROM history ORDER BY run, type, id, action',
  history_edge: `SELECT h.run, h.id, e.relation, e.to_id, e.op, e.facts FROM history_edge e JOIN history h ON h.seq = e.seq AND h.n = e.n ORDER BY h.run, h.id, e.relation, e.to_id`,
  run: 'SELECT id, state, counts FROM run ORDER BY id',
};

async function left(bench: Workbench): Promise<Readonly<Record<string, unknown>>> {
  const found: Record<string, unknown> = {};
  for (const [name, sql] of Object.entries(tables)) found[name] = await bench.database.all(sql);
  // What was counted first is free, too.
  found.run = (found.run as { counts: string }[]).map((run) => ({ ...run, counts: JSON.parse(run.counts) as unknown }));
  return found;
}

describe('creates that take nothing from anybody', () => {
  it('leave the same store as when each is compared one by one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(somebody, { minLength: 1, maxLength: 8 }), fc.array(somebody, { maxLength: 6 }), async (first, second) => {
        const stores = [];
        for (const isStraight of [true, false]) {
          const { bench, hr, job } = await open(isStraight);
          try {
            hr.department('main');
            hr.department('sales', 'main');
            show(hr, first, 1);
            hr.group(
              'all',
              first.map((_, index) => ['person', String(index + 1)] as const),
            );
            await bench.run(job);
            // Who comes later meets those who are there already, and some of those have changed.
            show(hr, second, first.length);
            await bench.run(job);
            stores.push(await left(bench));
          } finally {
            await bench.close();
          }
        }
        expect(stores[0]).toEqual(stores[1]);
      }),
      { numRuns: times(12, 4) },
    );
  }, 120_000);
});
