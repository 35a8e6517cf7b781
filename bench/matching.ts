// `npm run bench:matching [-- 100000]`: what it costs to match a system that has accounts already, on either store, stage by stage.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Attributes } from '../src/core/model.ts';
import { pinyinOf } from '../src/core/mapping/names.ts';
import { carryOut, type InputOf, type OperationName, type OutputOf } from '../src/engine/commands.ts';
import { migrate } from '../src/store/migrations.ts';
import { openPostgres } from '../src/store/postgres/database.ts';
import { openSqlite } from '../src/store/sqlite/database.ts';
import type { Database } from '../src/store/database.ts';
import { postgresAvailable, startPostgres } from '../test/servers/postgres.ts';
import { byNumber, PlainSystem, plainDown, plainUp } from '../test/support/plain-system.ts';
import { openWorkbench } from '../test/support/workbench.ts';
import { counted } from './counted.ts';

const people = Number(process.argv[2] ?? 100_000);

const SURNAMES = [...'王李张刘陈杨黄赵周吴徐孙胡朱高林何郭马罗'];
const GIVEN = [...'伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华文辉玲'];
/** As unevenly as names are: few are common, most are rare. */
const nameOf = (id: number): string => {
  const at = (list: readonly string[], salt: number): string =>
    list[Math.floor((list.length * ((id * 2_654_435_761 * salt) % 1_000_003) ** 2) / 1_000_003 ** 2)]!;
  return `${at(SURNAMES, 7)}${at(GIVEN, 13)}${id % 3 === 0 ? '' : GIVEN[(id * 31) % GIVEN.length]!}`;
};
const personOf = (id: number): Attributes => ({
  name: nameOf(id),
  number: `N-${id}`,
  mail: `p${id}@example.com`,
  phone: `+861${String(3_000_000_000 + id)}`,
});
const none = { name: null, number: null, mail: null, phone: null, login: null, title: null };

/** The accounts of somebody, by what somebody else has once written there. */
function accountsOf(id: number): readonly Attributes[] {
  const one = personOf(id);
  const share = id % 100;
  if (share < 60) return [{ ...none, name: one.name!, number: one.number! }];
  if (share < 61)
    return [
      { ...none, name: one.name!, number: one.number! },
      { ...none, number: one.number!, name: 'x', mail: one.mail! },
    ];
  if (share < 71) return [{ ...none, name: one.name!, mail: String(one.mail).toUpperCase() }];
  if (share < 81) return [{ ...none, name: pinyinOf(String(one.name), 'title'), phone: String(one.phone).slice(3) }];
  if (share < 86) return [{ ...none, name: pinyinOf(String(one.name), 'title'), login: `${pinyinOf(String(one.name), 'joined')}${id}` }];
  if (share < 90) return [{ ...none, name: one.name! }];
  return share < 92 ? [{ ...none, name: `robot ${id}`, login: `robot${id}` }] : [];
}

async function bench(kind: string, store: Database): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-bench-'));
  const stages: Record<string, number> = {};
  const watched = counted(store);
  const bench = await openWorkbench({
    folder,
    watched: (own) => (void own.close(), watched.database),
    engine: {
      log: (event, fields) => {
        if (event === 'stage') stages[String(fields!.stage)] = (stages[String(fields!.stage)] ?? 0) + Number(fields!.cpuMs);
      },
    },
  });
  const [hr, app] = [new PlainSystem('hr'), new PlainSystem('app')];
  for (const system of [hr, app]) {
    system.pageSize = 1000;
    await bench.connection(system.id, system.connector, {});
  }
  hr.department('main');
  for (let id = 1; id <= people; id++) hr.person(String(id), 'main', personOf(id));
  let accounts = 0;
  for (let id = 1; id <= people; id++) for (const attributes of accountsOf(id)) app.put('person', `a${++accounts}`, attributes);
  const up = await bench.job({ name: 'in', connection: 'hr', direction: 'up', mapping: plainUp(), correlation: byNumber.up });
  const down = await bench.job({ name: 'out', connection: 'app', direction: 'down', mapping: plainDown(), correlation: byNumber.down });
  await bench.run(up);
  const ask = async <N extends OperationName>(name: N, input: InputOf<N>): Promise<OutputOf<N>> => {
    const { engine, database, clock } = bench;
    const context = {
      reader: database,
      connectors: engine.options.connectors,
      now: () => clock.now(),
      engine,
      alone: true,
      actor: 'bench',
    };
    return (await carryOut(name, context, input)) as OutputOf<N>;
  };
  const measured = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const before = { ...watched.asked };
    const [at, cpu] = [performance.now(), process.cpuUsage()];
    const result = await work();
    const { user, system } = process.cpuUsage(cpu);
    const spent = Object.entries(watched.asked).map(([name, count]) => `${count - before[name as keyof typeof before]} ${name}`);
    console.log(
      `${kind}  ${what}: ${((user + system) / 1e6).toFixed(2)} s of processor, ${((performance.now() - at) / 1000).toFixed(2)} s, ${spent.join(', ')}`,
    );
    return result;
  };
  for (const name of Object.keys(stages)) delete stages[name];
  await measured(`matching of ${people} people with ${accounts} accounts`, async () => {
    await ask('match.start', { job: down });
    return bench.engine.drain();
  });
  console.log(
    `${kind}  processor of its stages, ms: ${JSON.stringify(stages)}; resident ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB with both systems`,
  );
  const sums = (await measured('sums', () => ask('match.get', { job: down }))).types.find((one) => one.type === 'person')!;
  console.log(`${kind}  ${sums.says.en}; ${JSON.stringify(sums)}`);
  await measured('a page of proposals', () => ask('match.proposals', { job: down, limit: 100 }));
  await measured('a page of ambiguous people', () => ask('match.list', { job: down, kind: 'ambiguous', limit: 100 }));
  const run = (await ask('match.get', { job: down })).run!;
  console.log(`${kind}  ${JSON.stringify(await measured('all clear ones accepted', () => ask('match.accept', { job: down, run })))}`);
  console.log(
    `${kind}  ${JSON.stringify(await measured('what nobody owns protected', () => ask('match.protect', { job: down, reason: 'bench' })))}`,
  );
  // How many of the accepted pairs are right: the account was made from that person.
  const owner = new Map<string, string>();
  let made = 0;
  for (let id = 1; id <= people; id++) for (const _ of accountsOf(id)) owner.set(`a${++made}`, `N-${id}`);
  const linked = await bench.database.all<{ external_id: string; data: string }>(
    `SELECT l.external_id AS external_id, o.data AS data FROM link l JOIN object o ON o.id = l.directory_id WHERE l.connection = 'app' AND l.type = 'person'`,
  );
  const wrong = linked.filter(
    (link) => owner.get(link.external_id) !== (JSON.parse(link.data) as { employeeNumber: string }).employeeNumber,
  );
  console.log(`${kind}  of ${linked.length} accepted pairs ${wrong.length} are wrong`);
  await bench.close();
  rmSync(folder, { recursive: true, force: true });
}

const place = mkdtempSync(join(tmpdir(), 'tributary-bench-store-'));
const sqlite = openSqlite({ path: join(place, 'tributary.db') });
await migrate(sqlite);
await bench('sqlite', sqlite);
if (postgresAvailable().ok) {
  const server = await startPostgres({ fsync: true });
  const postgres = await openPostgres({ url: await server.createDatabase(), readers: 3, writers: 3 });
  await migrate(postgres);
  await bench('postgres', postgres);
  await server.stop();
}
rmSync(place, { recursive: true, force: true });
