// Container, compose and systemd files say what the program understands. No container is built here: that needs an engine.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { commands } from '../src/cli/cli.ts';
import { readSettings } from '../src/settings.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const settings = read('src/settings.ts');
/** Variables that the program reads, and the few that others read. */
const isKnown = (name: string): boolean => settings.includes(`'${name}'`) || ['NODE_ENV'].includes(name);
const manifest = JSON.parse(read('package.json')) as { scripts: Record<string, string>; optionalDependencies: Record<string, string> };

interface Service {
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly depends_on?: Readonly<Record<string, object>>;
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

describe('the compose file', () => {
  const compose = parse(read('deploy/compose.yaml'), { merge: true }) as Compose;
  const own = Object.entries(compose.services).filter(([, service]) => service.build !== undefined);

  it('starts commands that exist, with variables that are read, from the file beside it', () => {
    expect(own.length).toBeGreaterThan(0);
    for (const [name, service] of own) {
      expect(Object.keys(commands), name).toContain(service.command![0]);
      expect(
        Object.keys(service.environment!).filter((variable) => !isKnown(variable)),
        name,
      ).toEqual([]);
      expect(existsSync(join(root, 'deploy', service.build!.context, service.build!.dockerfile)), name).toBe(true);
      for (const needed of Object.keys(service.depends_on ?? {})) expect(Object.keys(compose.services)).toContain(needed);
    }
  });

  it('is understood by the program, value for value', () => {
    for (const [, service] of own) {
      const given = Object.fromEntries(
        Object.entries(service.environment!).map(([name, value]) => [
          name,
          value.replaceAll(/\$\{(\w+)[^}]*\}/g, (_, variable: string) =>
            variable === 'PUBLIC_URL' ? 'https://sync.example.org' : Buffer.alloc(32, 1).toString('base64'),
          ),
        ]),
      );
      expect(readSettings({ ...given, TRIBUTARY_DATABASE: 'postgres://tributary:x@database:5432/tributary' }, '/').publicUrl?.host).toBe(
        'sync.example.org',
      );
    }
  });

  it('holds no password, publishes to this machine only, and keeps data in named volumes', () => {
    const text = read('deploy/compose.yaml');
    expect(text).not.toMatch(/PASSWORD: (?!\$\{)/);
    for (const port of Object.values(compose.services).flatMap((service) => service.ports ?? [])) expect(port).toMatch(/^127\.0\.0\.1:/);
    const named = Object.values(compose.services)
      .flatMap((service) => service.volumes ?? [])
      .filter((volume) => volume.includes(':'))
      .map((volume) => volume.split(':')[0]!);
    expect(named.sort()).toEqual(Object.keys(compose.volumes).sort());
  });
});

describe('the container file', () => {
  const lines = read('deploy/Containerfile').split('\n');

  it('copies what is there and let through, runs scripts that exist, and never as root', () => {
    const allowed = read('.containerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const copied = lines
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(' ').slice(1, -1));
    expect(copied.filter((name) => !existsSync(join(root, name)))).toEqual([]);
    expect(copied.filter((name) => !allowed.includes(name))).toEqual([]);
    for (const [, script] of read('deploy/Containerfile').matchAll(/npm run ([\w:-]+)/g)) expect(manifest.scripts).toHaveProperty(script!);
    expect(lines.findLast((line) => line.startsWith('USER '))).toBe('USER 10001');
  });

  it('sets variables that are read, and starts a command that exists', () => {
    const set = lines.find((line) => line.startsWith('ENV '))!.matchAll(/(\w+)=/g);
    expect([...set].map((match) => match[1]!).filter((name) => !isKnown(name))).toEqual([]);
    const command = JSON.parse(lines.find((line) => line.startsWith('CMD '))!.slice(4)) as string[];
    expect(Object.keys(commands)).toContain(command[0]);
  });
});

describe('the systemd unit', () => {
  const unit = read('deploy/tributary.service');

  it('starts the Node of the release, gives it time to end a batch, and keeps its data to itself', () => {
    const [, node, script, command] = /^ExecStart=(\S+) (\S+) (\w+)$/m.exec(unit)!;
    expect(Object.keys(manifest.optionalDependencies)).toContain(/node_modules\/([\w-]+)\/bin\/node$/.exec(node!)![1]);
    expect(script).toMatch(/\/dist\/main\.js$/);
    expect(Object.keys(commands)).toContain(command);
    expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)![1])).toBeGreaterThan(10);
    expect(unit).toContain('StateDirectoryMode=0700');
  });

  it.skipIf(spawnSync('systemd-analyze', ['--version']).status !== 0)('has no mistake that systemd itself finds', () => {
    const { stderr } = spawnSync('systemd-analyze', ['verify', join(root, 'deploy/tributary.service')], { encoding: 'utf8' });
    const faults = stderr.split('\n').filter((line) => line.includes('tributary.service') && !line.includes('is not executable'));
    expect(faults).toEqual([]);
  });
});
