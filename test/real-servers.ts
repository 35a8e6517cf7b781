// Makes sure that the real servers which the full test run needs exist; installs them where that harms nobody.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

interface Tool {
  readonly name: string;
  readonly debianPackage: string;
  readonly for: string;
}

const tools: readonly Tool[] = [
  { name: 'slapd', debianPackage: 'slapd', for: 'the OpenLDAP server itself' },
  { name: 'ldapsearch', debianPackage: 'ldap-utils', for: 'looking at it with eyes that are not ours' },
  { name: 'openssl', debianPackage: 'openssl', for: 'certificates for StartTLS and ldaps' },
];

export interface Machine {
  readonly missing: readonly Tool[];
  readonly isDebian: boolean;
  readonly isRoot: boolean;
  readonly isContainer: boolean;
  readonly isCi: boolean;
}

export type Decision = 'nothing' | 'install' | 'leave-out' | 'fail';

/** Installing is for machines that are thrown away; in CI a server that cannot be had is a failure, not a skip. */
export function decide(machine: Machine): Decision {
  if (machine.missing.length === 0) return 'nothing';
  if (machine.isDebian && machine.isRoot && (machine.isContainer || machine.isCi)) return 'install';
  return machine.isCi ? 'fail' : 'leave-out';
}

export interface ServersReport {
  /** Why tests are left out; empty when all servers are there. */
  readonly leftOut: string;
  /** Whether that is a failure of the run. */
  readonly isFailure: boolean;
}

export function ensureServers(print: (line: string) => void): ServersReport {
  const machine = look();
  const decision = decide(machine);
  if (decision === 'nothing') return { leftOut: '', isFailure: false };
  const names = machine.missing.map((tool) => `${tool.name} (${tool.for})`).join(', ');
  const packages = machine.missing.map((tool) => tool.debianPackage);
  const line = `apt-get install --no-install-recommends ${packages.join(' ')}`;
  const goes = (why: string, isFailure: boolean): ServersReport => {
    print(`The tests against a real OpenLDAP server ${isFailure ? 'cannot run' : 'are left out'}: ${why}`);
    print(machine.isDebian ? `To run them: ${line}` : `To run them: install ${packages.join(', ')} and put them on PATH.`);
    return { leftOut: `needs ${machine.missing.map((tool) => tool.name).join(', ')}`, isFailure };
  };
  if (decision !== 'install') return goes(`missing is ${names}.`, decision === 'fail');

  const where = machine.isCi ? 'CI=true' : 'this is a container';
  print(`The LDAP tests run against a real OpenLDAP server. Missing here: ${names}.`);
  print(`Installing it, since ${where} and we are root: ${line}`);
  print('Only the programs: no system service is started or left enabled; tests use ports of their own on 127.0.0.1.');
  const problem = install(packages);
  if (problem !== '') return goes(`installing failed: ${problem}`, machine.isCi);
  const still = look().missing;
  if (still.length > 0) return goes(`after installing, still missing: ${still.map((tool) => tool.name).join(', ')}`, machine.isCi);
  return { leftOut: '', isFailure: false };
}

function look(): Machine {
  return {
    missing: tools.filter((tool) => !onPath(tool.name)),
    isDebian: existsSync('/etc/debian_version') && onPath('apt-get'),
    isRoot: process.getuid?.() === 0,
    isContainer: isContainer(),
    isCi: process.env.CI === 'true',
  };
}

/** Daemons live in sbin, which is not on the PATH of everybody. */
function onPath(name: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/usr/bin'];
  return folders.some((folder) => folder !== '' && existsSync(join(folder, name)));
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

const POLICY = '/usr/sbin/policy-rc.d';

/** Returns what went wrong, or an empty string. */
function install(packages: readonly string[]): string {
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
  const apt = (...args: string[]): string => {
    const done = spawnSync('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=120', ...args], {
      env: environment,
      encoding: 'utf8',
    });
    return done.status === 0 ? '' : (done.stderr || done.error?.message || `exit code ${done.status}`).trim().slice(-2000);
  };
  const hadSlapd = onPath('slapd');
  // Debian asks this file before a package starts its service; 101 means: do not.
  // @see https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt
  const guard = !existsSync(POLICY);
  if (guard) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    // Without it the package makes an example database that nobody needs. debconf is always there on Debian.
    spawnSync('debconf-set-selections', { input: 'slapd slapd/no_configuration boolean true\n' });
    if (!hasLists()) {
      const problem = apt('update');
      if (problem !== '') return problem;
    }
    const args = ['install', '-y', '--no-install-recommends', ...packages];
    if (apt(...args) !== '') {
      // The lists may be older than the archive.
      const problem = apt('update') || apt(...args);
      if (problem !== '') return problem;
    }
    if (!hadSlapd && existsSync('/etc/init.d/slapd')) spawnSync('update-rc.d', ['slapd', 'disable'], { stdio: 'ignore' });
    return '';
  } finally {
    if (guard) rmSync(POLICY, { force: true });
  }
}

function hasLists(): boolean {
  try {
    return readdirSync('/var/lib/apt/lists').some((name) => name.includes('_Packages'));
  } catch {
    return false;
  }
}
