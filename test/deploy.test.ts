// Container, compose and systemd files say what the program understands. No container is built here: that needs an engine.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { commands } from '../src/cli/cli.ts';
import { consoleFolder } from '../src/cli/console-folder.ts';
import { createPulse, openWorkerHealth, SILENT_MS } from '../src/server/worker-health.ts';
import { readSettings } from '../src/settings.ts';
import { hasOpenssl, ownCertificate } from './support/own-certificate.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { memoryFlags } = (await import(join(root, 'bin', 'pinned-node.mjs'))) as { memoryFlags: readonly string[] };
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const settings = read('src/settings.ts');
/** Variables that the program reads, and the few that others read. */
const isKnown = (name: string): boolean => settings.includes(`'${name}'`) || ['NODE_ENV'].includes(name);
const manifest = JSON.parse(read('package.json')) as {
  scripts: Record<string, string>;
  optionalDependencies: Record<string, string>;
  workspaces: string[];
};

interface Service {
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly depends_on?: Readonly<Record<string, object>>;
  readonly healthcheck?: { readonly test: readonly string[] };
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
          value.replaceAll(/\$\{(\w+)([^}]*)\}/g, (_, variable: string, otherwise: string) =>
            otherwise === ':-' ? '' : variable === 'PUBLIC_URL' ? 'https://sync.example.org' : Buffer.alloc(32, 1).toString('base64'),
          ),
        ]),
      );
      expect(readSettings({ ...given, TRIBUTARY_DATABASE: 'postgres://tributary:x@database:5432/tributary' }, '/').publicUrl?.host).toBe(
        'sync.example.org',
      );
    }
  });

  it('asks a worker how it is where it says so, and finds a hanging one ill', async () => {
    const { environment, healthcheck } = compose.services.worker!;
    const [kind, program, ...words] = healthcheck!.test;
    expect([kind, program]).toEqual(['CMD', 'node']);
    expect(readSettings({ WORKER_PORT: environment!.WORKER_PORT! }, '/').worker).toEqual({ host: '127.0.0.1', port: 7301 });
    const clock = { now: 0 };
    const health = await openWorkerHealth(
      { host: '127.0.0.1', port: 0 },
      createPulse(() => clock.now),
    );
    const ask = (port: number): Promise<number | null> =>
      new Promise((resolve) => spawn(process.execPath, words, { env: { WORKER_PORT: String(port) } }).once('exit', resolve));
    expect(await ask(health.port)).toBe(0);
    clock.now += SILENT_MS;
    expect(await ask(health.port)).toBe(1);
    health.close();
    expect(await ask(health.port)).toBe(1);
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
  const isIn = (copied: readonly string[], file: string): boolean => copied.some((one) => file === one || file.startsWith(`${one}/`));

  it('copies what is there and let through, runs scripts that exist, and never as root', () => {
    const allowed = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const copied = lines
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(' ').slice(1, -1));
    expect(copied.filter((name) => !existsSync(join(root, name)))).toEqual([]);
    expect(copied.filter((name) => !isIn(allowed, name))).toEqual([]);
    for (const [, script] of read('deploy/Containerfile').matchAll(/npm run ([\w:-]+)/g)) expect(manifest.scripts).toHaveProperty(script!);
    expect(lines.findLast((line) => line.startsWith('USER '))).toBe('USER 10001');
  });

  /** What stands in the image of the build when the line is reached. */
  const copiedBefore = (line: RegExp): readonly string[] =>
    lines
      .slice(
        0,
        lines.findIndex((one) => line.test(one)),
      )
      .filter((one) => one.startsWith('COPY ') && !one.includes('--from='))
      .flatMap((one) => one.split(' ').slice(1, -1));

  it('has what each step of the build needs by then: packages of every workspace, scripts, and whatever the console shows', () => {
    const installed = copiedBefore(/^RUN npm ci/);
    for (const workspace of manifest.workspaces) expect(installed).toContain(`${workspace}/package.json`);
    const built = copiedBefore(/npm run build/);
    const needed = ['tsconfig.json'];
    for (const queue = ['build']; queue.length > 0; ) {
      const script = manifest.scripts[queue.pop()!]!;
      for (const [, name] of script.matchAll(/npm run (?:-s )?([\w:-]+)/g)) queue.push(name!);
      for (const [file] of script.matchAll(/[\w./-]+\.(?:mjs|ts|json)/g)) needed.push(file);
    }
    // Imports that lead out of the console, but those of types, which a build leaves out.
    for (const file of globSync('console/src/**/*.{ts,tsx}', { cwd: root }).filter((one) => !one.includes('.test.')))
      for (const [, path] of read(file).matchAll(/^import (?!type ).*?from '(\.[^']+)'/gm)) {
        const target = relative(root, join(root, dirname(file), path!.split('?')[0]!));
        if (!target.startsWith('console/')) needed.push(target);
      }
    expect(needed).toContain('console/build.ts');
    expect(needed.filter((file) => !isIn(built, file))).toEqual([]);
    expect(read('deploy/Containerfile'), 'the console is served from there').toContain(
      `COPY --from=build /app/${relative(root, consoleFolder)} ./${relative(root, consoleFolder)}\n`,
    );
  });

  it('is healthy when the server is ready, with a certificate of its own, too, and ill when it is not or nobody listens', async () => {
    const [program, ...words] = JSON.parse(/^ {2}CMD (\[.*\])$/m.exec(read('deploy/Containerfile'))![1]!) as string[];
    expect(program).toBe('node');
    const ask = (port: number, more: Record<string, string> = {}): Promise<number | null> =>
      new Promise((resolve) => spawn(process.execPath, words, { env: { PORT: String(port), ...more } }).once('exit', resolve));
    const answering = async (server: Server | SecureServer, more: Record<string, string> = {}): Promise<number | null> => {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const code = await ask((server.address() as AddressInfo).port, more);
      server.close();
      return code;
    };
    const ready = (status: number) => (request: IncomingMessage, answer: ServerResponse) =>
      void answer.writeHead(request.url === '/readyz' ? status : 404).end();
    expect(await answering(createServer(ready(200)))).toBe(0);
    expect(await answering(createServer(ready(503)))).toBe(1);
    if (hasOpenssl) {
      const { certificate, key } = ownCertificate();
      const tls = { cert: readFileSync(certificate), key: readFileSync(key) };
      expect(await answering(createSecureServer(tls, ready(200)), { TLS_CERT: certificate })).toBe(0);
    }
    expect(await ask(1)).toBe(1);
  });

  it('sets variables that are read, and starts a command that exists', () => {
    const set = lines.find((line) => line.startsWith('ENV '))!.matchAll(/(\w+)=/g);
    expect([...set].map((match) => match[1]!).filter((name) => !isKnown(name))).toEqual([]);
    const command = JSON.parse(lines.find((line) => line.startsWith('CMD '))!.slice(4)) as string[];
    expect(Object.keys(commands)).toContain(command[0]);
    expect(JSON.parse(lines.find((line) => line.startsWith('ENTRYPOINT '))!.slice(11))).toEqual([
      'node',
      ...memoryFlags,
      '/app/dist/main.js',
    ]);
  });
});

const units = [
  ['tributary.service', 'serve'],
  ['tributary-worker@.service', 'worker'],
] as const;

describe.each(units)('the systemd unit %s', (file, does) => {
  const unit = read(`deploy/${file}`);

  it('starts the Node of the release, gives it time to end a batch, and keeps its data to itself', () => {
    const [, node, flags, script, command] = /^ExecStart=(\S+) (--.*) (\S+) (\w+)$/m.exec(unit)!;
    expect(flags!.split(' ')).toEqual(memoryFlags);
    expect(Object.keys(manifest.optionalDependencies)).toContain(/node_modules\/([\w-]+)\/bin\/node$/.exec(node!)![1]);
    expect(script).toMatch(/\/dist\/main\.js$/);
    expect(command).toBe(does);
    expect(Object.keys(commands)).toContain(command);
    expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)![1])).toBeGreaterThan(10);
    expect(unit).toContain('StateDirectoryMode=0700');
  });

  it('sets variables that are read', () => {
    const set = [.../^Environment=(.*)$/m.exec(unit)![1]!.matchAll(/(\w+)=/g)].map((match) => match[1]!);
    expect(set).toContain('TRIBUTARY_DATA');
    expect(set.filter((name) => !isKnown(name))).toEqual([]);
  });

  it('lets it ask for the addresses of this machine, which a server on all of them does', () => {
    expect(/^RestrictAddressFamilies=(.*)$/m.exec(unit)![1]!.split(' ')).toContain('AF_NETLINK');
  });

  it.skipIf(spawnSync('systemd-analyze', ['--version']).status !== 0)('has no mistake that systemd itself finds', () => {
    // A template is asked about as one of its services.
    const { stderr } = spawnSync('systemd-analyze', ['verify', join(root, 'deploy', file.replace('@.', '@1.'))], { encoding: 'utf8' });
    const faults = stderr.split('\n').filter((line) => line.includes('tributary') && !line.includes('is not executable'));
    expect(faults).toEqual([]);
  });
});

describe('the systemd unit of workers', () => {
  const unit = read('deploy/tributary-worker@.service');

  it('gives each worker a folder and settings of its own, and all of them what the server has', () => {
    const folder = /TRIBUTARY_DATA=(\S+)/.exec(unit)![1]!;
    expect(folder).toMatch(/%i$/);
    const kept = /^StateDirectory=(.*)$/m.exec(unit)![1]!.split(' ');
    expect(kept.map((name) => `/var/lib/${name}`)).toContain(folder);
    expect([...unit.matchAll(/^EnvironmentFile=(.*)$/gm)].map((match) => match[1])).toEqual([
      '/etc/tributary.env',
      '-/etc/tributary-worker-%i.env',
    ]);
    expect(read('deploy/tributary.service')).not.toContain(folder.replace('/%i', ''));
  });

  it('is as closed as the one of the server', () => {
    const closed = (text: string): string => text.slice(text.indexOf('NoNewPrivileges='));
    expect(closed(unit)).toBe(closed(read('deploy/tributary.service')));
  });
});
