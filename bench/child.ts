// One measured task in a process of its own: `node bench/child.ts TASK JSON`. Prints one JSON line.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Attribute, Change, Client } from 'ldapts';
import type { Connector } from '../src/connector-kit/contract.ts';
import { directory } from '../src/connectors/directory/index.ts';
import { ldap } from '../src/connectors/ldap/index.ts';
import { effectiveSettings, jobSettingsSchema } from '../src/core/job-settings.ts';
import { createDirectoryIds } from '../src/engine/directory-ids.ts';
import { createEngine, type Engine } from '../src/engine/engine.ts';
import { createSealer } from '../src/engine/sealing.ts';
import { digest } from '../src/engine/shapes.ts';
import { listHeld } from '../src/store/held.ts';
import { putConnection, putJob, putSealed } from '../src/store/jobs.ts';
import type { Database } from '../src/store/database.ts';
import { migrate } from '../src/store/migrations.ts';
import { openPostgres } from '../src/store/postgres/database.ts';
import { tableShapes } from '../src/store/schema/columns.ts';
import { tables } from '../src/store/schema/tables.ts';
import { openSqlite } from '../src/store/sqlite/database.ts';
import { counted } from './counted.ts';
import { guardedUpsert } from './upsert.ts';

interface Server {
  url: string;
  rootDn: string;
  password: string;
  suffix: string;
}
interface Task {
  folder: string;
  /** URL of a PostgreSQL database; without one the embedded store in the folder is used. */
  database?: string;
  source: Server;
  target: Server;
  people: number;
}

const ATTRIBUTES = [
  'uid',
  'cn',
  'sn',
  'givenName',
  'displayName',
  'mail',
  'mobile',
  'employeeNumber',
  'title',
  'l',
  'manager',
  'entryUUID',
  'telephoneNumber',
  'employeeType',
  'physicalDeliveryOfficeName',
  'preferredLanguage',
];

const tasks: Record<string, (task: Task) => Promise<Record<string, number | string>>> = {
  /** The floor: ldapts reads every entry with the same attributes and throws it away. */
  async 'bare-read'({ source }) {
    const client = await bound(source);
    let count = 0;
    const startedAt = performance.now();
    for await (const page of client.searchPaginated(source.suffix, {
      scope: 'sub',
      filter: '(objectClass=inetOrgPerson)',
      attributes: ATTRIBUTES,
      timeLimit: 0,
      paged: { pageSize: 1000 },
    }))
      count += page.searchEntries.length;
    const ms = performance.now() - startedAt;
    await client.unbind();
    return { ms, count };
  },
  /** The floor for writing: ldapts adds the same people over 8 connections, nothing else. */
  async 'bare-adds'({ source, target }) {
    const client = await bound(source);
    const entries: Record<string, string | string[]>[] = [];
    const departments: { dn: string }[] = [];
    for await (const page of client.searchPaginated(source.suffix, {
      scope: 'sub',
      filter: '(objectClass=organizationalUnit)',
      attributes: ['ou'],
      timeLimit: 0,
      paged: { pageSize: 1000 },
    }))
      departments.push(...page.searchEntries.map((entry) => ({ dn: entry.dn })));
    for await (const page of client.searchPaginated(source.suffix, {
      scope: 'sub',
      filter: '(objectClass=inetOrgPerson)',
      attributes: ATTRIBUTES.filter((name) => name !== 'entryUUID' && name !== 'manager'),
      timeLimit: 0,
      paged: { pageSize: 1000 },
    }))
      entries.push(...(page.searchEntries as never[]));
    await client.unbind();
    const pool = await Promise.all(Array.from({ length: 8 }, () => bound(target)));
    departments.sort((a, b) => a.dn.split(',').length - b.dn.split(',').length);
    for (const { dn } of departments) await pool[0]!.add(dn, { objectClass: 'organizationalUnit', ou: /^ou=([^,]+)/.exec(dn)![1]! });
    let next = 0;
    const startedAt = performance.now();
    await Promise.all(
      pool.map(async (one) => {
        while (next < entries.length) {
          const { dn, ...attributes } = entries[next++]!;
          await one.add(String(dn), {
            objectClass: 'inetOrgPerson',
            ...Object.fromEntries(Object.entries(attributes).filter(([, value]) => !(Array.isArray(value) && value.length === 0))),
          } as never);
        }
      }),
    );
    const ms = performance.now() - startedAt;
    await Promise.all(pool.map((one) => one.unbind()));
    return { ms, count: entries.length };
  },
  /** The floor for our own rows: what `bare-read` read goes into one table. Only the writing is timed. */
  async 'guarded-upsert'({ folder, source }) {
    const client = await bound(source);
    const people: [string, object][] = [];
    for await (const page of client.searchPaginated(source.suffix, {
      scope: 'sub',
      filter: '(objectClass=inetOrgPerson)',
      attributes: ATTRIBUTES,
      timeLimit: 0,
      paged: { pageSize: 1000 },
    }))
      for (const { dn, ...attributes } of page.searchEntries) people.push([dn, attributes]);
    await client.unbind();
    return guardedUpsert(folder, people);
  },
  'first-sync': (task) => upstream(task),
  'no-change': (task) => upstream(task),
  'one-percent': (task) => upstream(task),
  /** Not measured: every hundredth person gets another title at the source. */
  async 'change-one-percent'({ source }) {
    const client = await bound(source);
    const titled: string[] = [];
    let seen = 0;
    for await (const page of client.searchPaginated(source.suffix, {
      scope: 'sub',
      filter: '(objectClass=inetOrgPerson)',
      attributes: ['1.1'],
      timeLimit: 0,
      paged: { pageSize: 1000 },
    }))
      for (const { dn } of page.searchEntries) if (seen++ % 100 === 0) titled.push(dn);
    for (const dn of titled)
      await client.modify(dn, new Change({ operation: 'replace', modification: new Attribute({ type: 'title', values: ['changed'] }) }));
    await client.unbind();
    return { count: titled.length };
  },
  /** Directory → empty LDAP: the first run is one question; approving it is what is timed. */
  async downstream(task) {
    const { engine, close, database, asked, texts } = await open(task);
    await connection(engine, 'target', task.target);
    const job = await define(engine, {
      name: 'down',
      connection: 'target',
      direction: 'down',
      ...ldap.manifest.defaults.down,
      withoutRelations: ['member'],
    });
    await engine.enqueue({ job, mode: 'full', actor: 'bench' });
    const planned = performance.now();
    await engine.drain();
    const planMs = performance.now() - planned;
    const held: number[] = [];
    const more = () => listHeld(database, { states: ['open'], after: held.at(-1) ?? 0, limit: 1000 });
    for (let page = await more(); page.length > 0; page = await more()) for (const { id } of page) held.push(id);
    const before = { ...asked };
    texts.clear();
    const cpu = process.cpuUsage();
    const startedAt = performance.now();
    await engine.approve(held, 'bench');
    const [run] = await engine.drain();
    const ms = performance.now() - startedAt;
    const { user, system } = process.cpuUsage(cpu);
    const spent = {
      runCpuSeconds: (user + system) / 1e6,
      commits: asked.commits - before.commits,
      statements: asked.statements - before.statements,
      inserted: asked.rows - before.rows,
    };
    if (process.env.BENCH_SQL)
      for (const [k, v] of [...texts].sort((a, b) => b[1] - a[1]).slice(0, 45)) console.error(v, k.replace(/\s+/g, ' ').slice(0, 150));
    const durability = await durabilityOf(database);
    await close();
    return {
      ms,
      planMs,
      applied: run!.counts['applied.create.person'] ?? 0,
      state: run!.state,
      problem: run!.problem?.en ?? '',
      durability,
      ...spent,
    };
  },
};

async function upstream(task: Task): Promise<Record<string, number | string>> {
  const { engine, close, database } = await open(task);
  await connection(engine, 'source', task.source);
  const job = await define(engine, { name: 'up', connection: 'source', direction: 'up', ...ldap.manifest.defaults.up });
  await engine.enqueue({ job, mode: 'full', actor: 'bench' });
  const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
  const [run] = await engine.drain();
  const ms = performance.now() - startedAt;
  const spent = process.cpuUsage(cpu);
  const people = (await database.get<{ n: number }>(`SELECT count(*) AS n FROM object WHERE type = 'person'`))!.n;
  const history = (await database.get<{ n: number }>('SELECT count(*) AS n FROM history'))!.n;
  const rows = await rowsOf(database);
  const durability = await durabilityOf(database);
  await close();
  return {
    ms,
    runCpuMs: (spent.user + spent.system) / 1000,
    people,
    history,
    rows,
    durability,
    applied: run!.counts.applied ?? 0,
    same: run!.counts.same ?? 0,
    state: run!.state,
    problem: run!.problem?.en ?? '',
  };
}

/** Rows that rest in the store when nothing runs. */
async function rowsOf(database: Database): Promise<number> {
  let rows = 0;
  for (const { name } of tableShapes(tables)) rows += (await database.get<{ n: number }>(`SELECT count(*) AS n FROM ${name}`))!.n;
  return rows;
}

/** 'full': what was committed survives a loss of power. */
async function durabilityOf(database: Database): Promise<string> {
  if (database.dialect === 'sqlite')
    return (await database.get<{ synchronous: number }>('PRAGMA synchronous'))!.synchronous === 2 ? 'full' : 'less';
  const { fsync, commit } = (await database.get<{ fsync: string; commit: string }>(
    `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit`,
  ))!;
  return fsync === 'on' && commit === 'on' ? 'full' : 'less';
}

async function bound(server: Server): Promise<Client> {
  const client = new Client({ url: server.url });
  await client.bind(server.rootDn, server.password);
  return client;
}

async function open(task: Task) {
  const store = task.database ? await openPostgres({ url: task.database }) : openSqlite({ path: join(task.folder, 'tributary.db') });
  await migrate(store);
  const { database, asked, texts } = counted(store);
  const engine = createEngine({
    database,
    connectors: new Map<string, Connector>([
      ['ldap', ldap as unknown as Connector],
      ['directory', directory as unknown as Connector],
    ]),
    clock: { now: () => Date.now(), sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) },
    sealer: createSealer(Buffer.alloc(32, 1)),
    newId: createDirectoryIds(),
    folder: task.folder,
    holder: 'bench',
    log: (event, fields) => process.env.BENCH_LOG && console.error(event, JSON.stringify(fields)),
  });
  return { engine, database, asked, texts, close: () => database.close() };
}

async function connection(engine: Engine, id: string, server: Server): Promise<void> {
  const config = { url: server.url, bindDn: server.rootDn, base: server.suffix };
  await engine.options.database.write(async (transaction) => {
    await putConnection(transaction, { id, connector: 'ldap', name: id, config: JSON.stringify(config) });
    await putSealed(transaction, `connection:${id}`, 'password', engine.options.sealer.seal(server.password));
  });
}

async function define(engine: Engine, input: object): Promise<number> {
  const settings = jobSettingsSchema.parse(input);
  const known = await engine.options.database.get<{ id: number }>('SELECT id FROM job WHERE name = ?', settings.name);
  if (known) return known.id;
  const id = await engine.options.database.write((transaction) =>
    putJob(transaction, {
      name: settings.name,
      connection: settings.connection,
      direction: settings.direction,
      rank: settings.rank,
      settings: JSON.stringify(settings),
      effectiveHash: digest(effectiveSettings(settings)),
      now: Date.now(),
      by: 'bench',
    }),
  );
  await engine.setJobState(id, 'enabled', 'bench');
  return id;
}

const [name, file] = process.argv.slice(2);
const result = await tasks[name!]!(JSON.parse(readFileSync(file!, 'utf8')) as Task);
console.log(JSON.stringify(result));
