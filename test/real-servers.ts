// Makes sure that the real servers which the chosen tests need exist; installs them where that harms nobody.
import { existsSync, readFileSync } from 'node:fs';
import { filesReaching, readTree } from './imports.ts';
import { installDebian } from './install.ts';
import { findProgram } from './programs.ts';
import { postgresPrograms } from './servers/postgres.ts';

interface Program {
  readonly name: string;
  readonly debianPackage: string;
  readonly for: string;
  /** Another program that does as well; `name` is the one to install. */
  readonly or?: string;
  /** Where it is when not on PATH. */
  readonly folders?: readonly string[];
}

export interface RealServer {
  readonly name: string;
  /** Tests that import this file need it. */
  readonly harness: string;
  readonly programs: readonly Program[];
  /** Answers to what its package asks, as debconf-set-selections(1) reads them. */
  readonly debconf?: string;
  /** The system service that its package would start. */
  readonly service?: string;
}

/** Debian keeps them by version, outside PATH. */
const postgresFolders = (): readonly string[] => {
  const programs = postgresPrograms();
  return programs === null ? [] : [programs];
};

export const servers: readonly RealServer[] = [
  {
    name: 'OpenLDAP',
    harness: 'test/servers/slapd.ts',
    programs: [
      { name: 'slapd', debianPackage: 'slapd', for: 'the OpenLDAP server itself' },
      { name: 'ldapsearch', debianPackage: 'ldap-utils', for: 'looking at it with eyes that are not ours' },
      { name: 'openssl', debianPackage: 'openssl', for: 'certificates for StartTLS and ldaps' },
    ],
    // Without it the package makes an example database that nobody needs.
    debconf: 'slapd slapd/no_configuration boolean true',
    service: 'slapd',
  },
  {
    name: 'PostgreSQL',
    harness: 'test/servers/postgres.ts',
    programs: [
      { name: 'postgres', debianPackage: 'postgresql-15', for: 'the second store', folders: postgresFolders() },
      { name: 'initdb', debianPackage: 'postgresql-15', for: 'making a cluster for the tests', folders: postgresFolders() },
    ],
    service: 'postgresql',
  },
  {
    name: 'Chromium',
    harness: 'test/chromium.ts',
    // Chromium without a window: docs/decisions/0046-a-browser-without-a-window.md
    programs: [
      {
        name: 'chromium-headless-shell',
        or: 'chromium',
        debianPackage: 'chromium-headless-shell',
        for: 'opening the pages as people do',
      },
    ],
  },
];

export interface Machine {
  readonly isDebian: boolean;
  readonly isRoot: boolean;
  readonly isContainer: boolean;
  readonly isCi: boolean;
}

export type Decision = 'install' | 'leave-out' | 'fail';

/** What to do about a missing server: installing is for machines that are thrown away; in CI it is never a skip. */
export function decide(machine: Machine): Decision {
  if (machine.isDebian && machine.isRoot && (machine.isContainer || machine.isCi)) return 'install';
  return machine.isCi ? 'fail' : 'leave-out';
}

export interface ServersReport {
  /** Test file → why its tests are left out; only of servers that are not there. */
  readonly leftOut: ReadonlyMap<string, string>;
  /** Servers that should be there and are not: each is a failure of the run. */
  readonly failures: number;
}

/** Everything that is asked of the machine; passed in by tests. */
export interface Means {
  readonly machine: () => Machine;
  readonly has: (program: Program) => boolean;
  /** Returns what went wrong, or an empty string. */
  readonly install: (packages: readonly string[], missing: readonly RealServer[]) => string;
  readonly print: (line: string) => void;
}

const here: Means = {
  machine: () => ({
    isDebian: existsSync('/etc/debian_version') && findProgram('apt-get') !== null,
    isRoot: process.getuid?.() === 0,
    isContainer: isContainer(),
    isCi: process.env.CI === 'true',
  }),
  has: ({ name, or = name, folders }) => (findProgram(name, folders) ?? findProgram(or, folders)) !== null,
  install: (packages, missing) =>
    installDebian(
      packages,
      missing.flatMap((server) => server.debconf ?? []),
      missing.flatMap((server) => server.service ?? []),
    ),
  print: console.log,
};

/** @param filters  as given to vitest: only servers that the chosen files need are looked for */
export function ensureServers(root: string, filters: readonly string[], means: Means = here): ServersReport {
  const tree = readTree(root, ['src', 'test', 'scenarios', 'sweep', 'bench']);
  const files = filters.filter((filter) => !filter.startsWith('-'));
  const users = new Map(
    servers.map((server) => {
      const reaching = filesReaching(tree, server.harness);
      return [server, reaching.filter((file) => files.length === 0 || files.some((part) => file.includes(part.replace(/^\.\//, ''))))];
    }),
  );
  return settle(
    servers.filter((server) => users.get(server)!.length > 0),
    users,
    means,
  );
}

export function settle(
  needed: readonly RealServer[],
  users: ReadonlyMap<RealServer, readonly string[]>,
  { machine: look, has, install, print }: Means,
): ServersReport {
  const lacks = (server: RealServer): readonly Program[] => server.programs.filter((program) => !has(program));
  const missing = needed.filter((server) => lacks(server).length > 0);
  if (missing.length === 0) return { leftOut: new Map(), failures: 0 };
  const machine = look();
  const decision = decide(machine);
  const packages = [...new Set(missing.flatMap((server) => lacks(server).map((program) => program.debianPackage)))];
  const command = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  for (const server of missing) {
    const names = lacks(server).map((program) => `${program.name} (${program.for})`);
    const files = users.get(server)?.length ?? 0;
    print(`${files} test file${files === 1 ? ' runs' : 's run'} against a real ${server.name}. Missing here: ${names.join(', ')}.`);
  }
  let why = '';
  if (decision === 'install') {
    print(`Installing it, since ${machine.isCi ? 'CI=true' : 'this is a container'} and we are root: ${command}`);
    print('Only the programs: no system service is started or left enabled; tests use ports of their own on 127.0.0.1.');
    const problem = install(packages, missing);
    if (problem !== '') why = ` Installing failed: ${problem}`;
  }
  const still = missing.filter((server) => lacks(server).length > 0);
  const isFailure = machine.isCi && still.length > 0;
  for (const server of still)
    print(`The tests against a real ${server.name} ${isFailure ? 'cannot run: with CI=true that is a failure' : 'are left out'}.${why}`);
  if (still.length > 0)
    print(machine.isDebian ? `To run them, as root: ${command}` : `To run them: install ${packages.join(', ')} and put them on PATH.`);
  return {
    leftOut: new Map(
      still.flatMap((server) =>
        (users.get(server) ?? []).map(
          (file) =>
            [
              file,
              `needs ${lacks(server)
                .map((program) => program.name)
                .join(', ')}`,
            ] as const,
        ),
      ),
    ),
    failures: isFailure ? still.length : 0,
  };
}

function isContainer(): boolean {
  if (existsSync('/.dockerenv') || existsSync('/run/.containerenv') || process.env.container) return true;
  try {
    if (/docker|containerd|kubepods|libpod|lxc/.test(readFileSync('/proc/1/cgroup', 'utf8'))) return true;
    // A machine of its own begins with an init system, a container with whatever it was started for.
    return !['systemd', 'init'].includes(readFileSync('/proc/1/comm', 'utf8').trim());
  } catch {
    return false;
  }
}
