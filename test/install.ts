// Installs Debian packages without starting what they bring: for machines that are thrown away.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';

const POLICY = '/usr/sbin/policy-rc.d';

/** Returns what went wrong, or an empty string. Services that were there before are left as they are. */
export function installDebian(packages: readonly string[], debconf: readonly string[], services: readonly string[]): string {
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
  const apt = (...args: string[]): string => {
    const done = spawnSync('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=120', ...args], {
      env: environment,
      encoding: 'utf8',
    });
    return done.status === 0 ? '' : (done.stderr || done.error?.message || `exit code ${done.status}`).trim().slice(-2000);
  };
  const script = (service: string): string => `/etc/init.d/${service}`;
  const isNew = services.filter((service) => !existsSync(script(service)));
  // Debian asks this file before a package starts its service; 101 means: do not.
  // @see https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt
  const guard = !existsSync(POLICY);
  if (guard) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    // debconf is always there on Debian.
    if (debconf.length > 0) spawnSync('debconf-set-selections', { input: `${debconf.join('\n')}\n` });
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
    for (const service of isNew) if (existsSync(script(service))) spawnSync('update-rc.d', [service, 'disable'], { stdio: 'ignore' });
    return '';
  } catch (error) {
    return (error as Error).message;
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
