// `npm test`: runs the tests, first seeing to the real servers, and ends with one plain line: N passed, N failed, N skipped. Also the other runs.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readTree } from './imports.ts';
import { endLeftovers } from './leftovers.ts';
import { OUTCOME_FILE, type Failure, type Outcome, type Skip } from './outcome-reporter.ts';
import { ensureServers, type ServersReport } from './real-servers.ts';
import { leftToAgain, runsOf } from './runs.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Room that tests may take: they have never been seen to take half of it. */
const ROOM = 6 * 1024 ** 3;

interface Mode {
  /** Longest time the whole run may take. */
  readonly limitMs: number;
  readonly needsServers: boolean;
  /** Handed to the kill sweep: how many kills. */
  readonly kills: number;
}

const modes: Readonly<Record<string, Mode>> = {
  quick: { limitMs: 5 * 60_000, needsServers: false, kills: 0 },
  full: { limitMs: 40 * 60_000, needsServers: true, kills: 24 },
  again: { limitMs: 30 * 60_000, needsServers: true, kills: 24 },
  sweep: { limitMs: 4 * 3600_000, needsServers: true, kills: 200 },
};

const first = process.argv[2] ?? '';
const modeName = first in modes ? first : 'full';
const filters = process.argv.slice(first in modes ? 3 : 2);
process.exitCode = await main(modeName, modes[modeName]!, filters);

async function main(name: string, mode: Mode, args: readonly string[]): Promise<number> {
  const servers: ServersReport = mode.needsServers ? ensureServers(root, args) : { leftOut: new Map(), failures: 0 };
  // Files that run beside each other would each build it, into one folder. Where it fails, they say so.
  if (mode.needsServers && args.length === 0) spawnSync(process.execPath, [join(root, 'console', 'build.ts')], { stdio: 'inherit' });
  const folder = mkdtempSync(join(temporaryFolder(), 'tributary-test-'));
  try {
    const ended = await runVitest(name, mode, args, folder);
    const outcome = readOutcome(join(folder, 'outcome.json'), ended);
    printSkips(outcome.skipped, servers.leftOut);
    if (name !== 'quick') printSlowest(outcome.durations);
    printFailures('passed only at a further try, look at it:', outcome.secondTries);
    printFailures('failed', outcome.failures);
    const left = name === 'full' ? leftToAgain(runsOf(readTree(root, ['src', 'test', 'scenarios', 'sweep'])), args) : null;
    if (left !== null) console.log(left);
    const failed = outcome.failed + servers.failures + ended.leftBehind;
    if (ended.signal !== null) console.log('Interrupted: the counts are those of the tests that had ended.');
    else if (outcome.passed === 0 && failed === 0) console.log('No test passed, so this counts as a failure.');
    console.log(`${outcome.passed} passed, ${failed} failed, ${outcome.skipped.length} skipped`);
    if (ended.signal !== null) return ended.signal === 'SIGINT' ? 130 : 143;
    return failed > 0 || outcome.passed === 0 ? 1 : 0;
  } finally {
    // Retried: a server that was just ended may still hold a file.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** In memory where there is plenty: killing a process is the same there, and thousands of small stores need no disk. TMPDIR wins. */
function temporaryFolder(): string {
  const memory = '/dev/shm';
  if (process.env.TMPDIR || !existsSync(memory)) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize >= ROOM && freemem() >= 2 * ROOM ? memory : tmpdir();
}

interface Ended {
  readonly code: number;
  /** The signal that told us to stop; null when the run ended by itself. */
  readonly signal: NodeJS.Signals | null;
  readonly leftBehind: number;
}

async function runVitest(name: string, mode: Mode, args: readonly string[], folder: string): Promise<Ended> {
  const mark = `TRIBUTARY_TEST_RUN=${basename(folder)}`;
  const reporter = join(root, 'test', 'outcome-reporter.ts');
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const child = spawn(
    process.execPath,
    [vitest, 'run', '--project', name, '--project', `${name}-postgres`, '--reporter=default', `--reporter=${reporter}`, ...args],
    {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      // A group of its own, so that all that it starts can be found and ended.
      detached: process.platform !== 'win32',
      env: {
        ...process.env,
        TMPDIR: folder,
        TEMP: folder,
        TRIBUTARY_TEST_RUN: basename(folder),
        TRIBUTARY_KILLS: process.env.TRIBUTARY_KILLS ?? String(mode.kills),
        [OUTCOME_FILE]: join(folder, 'outcome.json'),
      },
    },
  );
  const group = child.pid!;
  let stoppedBy: NodeJS.Signals | null = null;
  let isTooLong = false;
  const stop = (): void => {
    child.kill('SIGINT');
    // Whoever does not stop within some seconds is stopped.
    setTimeout(() => child.kill('SIGKILL'), 5000).unref();
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    stoppedBy = signal;
    stop();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  const timer = setTimeout(() => {
    isTooLong = true;
    console.log(`The run took longer than ${mode.limitMs / 60_000} minutes and is stopped.`);
    stop();
  }, mode.limitMs);

  const code = await new Promise<number>((resolve) => {
    child.once('error', (error) => {
      console.log(`vitest does not start: ${error.message}`);
      resolve(1);
    });
    child.once('exit', (status) => resolve(status ?? 1));
  });
  clearTimeout(timer);
  const left = await endLeftovers(group, mark, stoppedBy === null ? 3000 : 500);
  for (const signal of signals) process.off(signal, onSignal);
  // After an interruption nobody had the time to tidy up: ended, but not held against the tests.
  if (stoppedBy !== null || isTooLong) return { code: isTooLong ? 1 : code, signal: stoppedBy, leftBehind: 0 };
  for (const { pid, command } of left) console.log(`Left behind by a test, and ended: process ${pid}: ${command}`);
  return { code, signal: null, leftBehind: left.length };
}

/** A run without an outcome, or one that vitest calls failed without a failed test, still counts as one failure. */
function readOutcome(file: string, ended: Ended): Outcome {
  const nothing = { passed: 0, failures: [], secondTries: [], skipped: [], durations: [] };
  if (!existsSync(file)) return { ...nothing, failed: ended.signal === null ? 1 : 0 };
  const outcome = JSON.parse(readFileSync(file, 'utf8')) as Outcome;
  return ended.code !== 0 && outcome.failed === 0 && ended.signal === null ? { ...outcome, failed: 1 } : outcome;
}

/** One line per file and reason, so that twenty skips for one reason are read once. */
function printSkips(skipped: readonly Skip[], leftOut: ReadonlyMap<string, string>): void {
  const groups = new Map<string, Skip[]>();
  for (const skip of skipped) {
    const reason = skip.reason || leftOut.get(skip.file) || 'no reason given: say it with context.skip(reason)';
    const key = `${skip.file}: ${reason}`;
    groups.set(key, [...(groups.get(key) ?? []), skip]);
  }
  for (const [key, items] of groups) {
    const names = items.slice(0, 3).map((item) => item.name);
    console.log(`skipped ${items.length} in ${key} [${names.join('; ')}${items.length > 3 ? '; …' : ''}]`);
  }
}

function printSlowest(durations: Outcome['durations']): void {
  const slowest = durations.slice(0, 12).map(({ file, ms }) => `${Math.round(ms / 1000)} s ${file}`);
  console.log(`Slowest of ${durations.length} files: ${slowest.join(', ')}`);
}

/** Last of all, so that whoever sees only the end of the output sees what failed. */
function printFailures(word: string, failures: readonly Failure[]): void {
  for (const { file, name, message } of failures) console.log(`${word} ${[file, name, message].filter((part) => part !== '').join(': ')}`);
}
