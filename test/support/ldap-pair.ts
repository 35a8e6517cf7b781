// Two real OpenLDAP servers with the directory between them: one to read from, an empty one to write to.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ldap } from '../../src/connectors/ldap/index.ts';
import type { JobSettingsInput } from '../../src/core/job-settings.ts';
import type { EngineOptions } from '../../src/engine/context.ts';
import type { RunRow } from '../../src/store/runs.ts';
import { historySequence } from '../../src/store/directory.ts';
import { listItems } from '../../src/store/upkeep.ts';
import { startSlapd, type Slapd, type SlapdOptions } from '../servers/slapd.ts';
import { mapped, planCompany, worldOf, type Company, type World } from './ldap-company.ts';
import { ldapsearch } from './ldif.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

export const SOURCE = 'dc=source,dc=example';
export const TARGET = 'dc=target,dc=example';

/** Limits that no test runs into by accident; deletions are still held. */
export const roomy = {
  limits: Object.fromEntries(
    ['create', 'move', 'update', 'identifying', 'disable', 'clear', 'membershipLoss', 'messages'].map((name) => [
      name,
      { count: 100_000, share: 100 },
    ]),
  ),
};

export interface Pair {
  readonly bench: Workbench;
  readonly company: Company;
  /** The server that runs now: another one after `restart`. */
  readonly source: Slapd;
  readonly target: Slapd;
  readonly up: number;
  readonly down: number;
  sourceWorld(): World;
  targetWorld(): World;
  /** What the mapping says of the source as it is now. */
  wanted(leavers?: World['people']): World;
  /** Both jobs; what the first downstream run asks is approved. */
  first(): Promise<void>;
  sync(): Promise<{ readonly up: RunRow; readonly down: RunRow }>;
  items(
    job: number,
  ): Promise<
    readonly { readonly who: string; readonly attribute: string; readonly cause: string; readonly says: string; readonly state: string }[]
  >;
  history(): Promise<number>;
  /** Starts a server again on the same entries and port, with other rules if told so. */
  restart(side: Side, options?: Partial<SlapdOptions>): Promise<void>;
  /** Ends it as a power cut would. */
  kill(side: Side): void;
}

export type Side = 'source' | 'target';

export interface PairOptions {
  readonly people: number;
  readonly up?: Partial<JobSettingsInput>;
  readonly down?: Partial<JobSettingsInput>;
  readonly source?: Partial<SlapdOptions>;
  readonly target?: Partial<SlapdOptions>;
  /** Instead of rootDn. */
  readonly readAs?: string;
  readonly writeAs?: string;
  readonly engine?: Partial<EngineOptions>;
  /** Told what ends the pair; without it, that happens with the test. */
  readonly atEnd?: AtEnd;
}

type AtEnd = (end: () => Promise<void> | void) => void;

export const emptyTree = (suffix: string): string => `dn: ${suffix}
objectClass: dcObject
objectClass: organization
dc: target
o: Target

dn: ou=services,${suffix}
objectClass: organizationalUnit
ou: services

dn: cn=writer,ou=services,${suffix}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: writer
userPassword: writer password
`;

export async function openPair(options: PairOptions): Promise<Pair> {
  const company = planCompany(SOURCE, options.people);
  const { atEnd = onTestFinished } = options;
  const source = await openSide({ suffix: SOURCE, ldif: company.ldif, ...options.source }, atEnd);
  const target = await openSide({ suffix: TARGET, ldif: emptyTree(TARGET), ...options.target }, atEnd);
  const sides = { source, target };
  const bench = await openWorkbench(options.engine ? { engine: options.engine } : {});
  atEnd(() => bench.close());
  const signIn = (server: Slapd, account: string | undefined) =>
    account === undefined
      ? { bindDn: server.rootDn, password: server.password }
      : { bindDn: `cn=${account},ou=services,${server.suffix}`, password: `${account} password` };
  await bench.connection('source', ldap, {
    url: source.server().url,
    ...signIn(source.server(), options.readAs),
    base: SOURCE,
    groupsIn: `ou=groups,${SOURCE}`,
    folders: [`ou=services,${SOURCE}`],
    extraAttributes: ['carLicense'],
  });
  await bench.connection('target', ldap, {
    url: target.server().url,
    ...signIn(target.server(), options.writeAs),
    base: TARGET,
    folders: [`ou=services,${TARGET}`],
  });
  const defaults = ldap.manifest.defaults;
  const up = await bench.job({
    name: 'in',
    connection: 'source',
    direction: 'up',
    ...defaults.up!,
    policy: { guard: roomy },
    ...options.up,
  });
  const down = await bench.job({
    name: 'out',
    connection: 'target',
    direction: 'down',
    ...defaults.down!,
    policy: { guard: roomy },
    ...options.down,
  });
  const sourceWorld = (): World => worldOf(ldapsearch(source.server()), SOURCE);
  return {
    bench,
    company,
    get source() {
      return source.server();
    },
    get target() {
      return target.server();
    },
    restart: (side, changed) => sides[side].restart(changed),
    kill: (side) => process.kill(sides[side].server().pid, 'SIGKILL'),
    up,
    down,
    sourceWorld,
    targetWorld: () => worldOf(ldapsearch(target.server()), TARGET),
    wanted: (leavers) => mapped(sourceWorld(), leavers),
    async first() {
      await bench.run(up);
      await bench.run(down);
      await bench.approveAll();
      await bench.tick();
    },
    async sync() {
      const first = await bench.run(up);
      return { up: first, down: await bench.run(down) };
    },
    async items(job) {
      const rows = await listItems(bench.database, job, 100_000);
      return rows.map((row) => ({
        who: row.title ?? row.source_key,
        attribute: row.attribute,
        cause: row.cause,
        says: (JSON.parse(row.message) as { en: string }).en,
        state: row.state,
      }));
    },
    history: () => historySequence(bench.database),
  };
}

/** One server that can be started again: its entries outlive it until the pair is ended. */
async function openSide(options: SlapdOptions, atEnd: AtEnd) {
  const data = mkdtempSync(join(tmpdir(), 'tributary-slapd-data-'));
  atEnd(() => rmSync(data, { recursive: true, force: true }));
  const { ldif: _loaded, ...lasting } = { sizelimit: 'unlimited' as const, ...options, data };
  let server = await startSlapd({ ...lasting, ldif: options.ldif! });
  atEnd(() => server.stop());
  const port = Number(new URL(server.url).port);
  return {
    server: () => server,
    async restart(changed: Partial<SlapdOptions> = {}) {
      await server.stop();
      server = await startSlapd({ ...lasting, port, ...changed });
    },
  };
}
