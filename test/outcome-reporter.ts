// Writes what test/run.ts needs to end with: counts, what failed, second tries, slow files, and the reason of every skip.
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

export interface Outcome {
  readonly passed: number;
  /** Failed tests, files that could not be loaded, and errors outside of any test. */
  readonly failed: number;
  readonly failures: readonly Failure[];
  /** Tests that failed once and then passed: they count as passed, but somebody must look at them. */
  readonly secondTries: readonly Failure[];
  readonly skipped: readonly Skip[];
  /** What each file took, slowest first. */
  readonly durations: readonly { readonly file: string; readonly ms: number }[];
}

export interface Failure {
  readonly file: string;
  /** Empty when the file itself failed. */
  readonly name: string;
  /** The first line of the error, and of a property how to meet it again. */
  readonly message: string;
}

export interface Skip {
  readonly file: string;
  readonly name: string;
  /** Empty when the test gave none. */
  readonly reason: string;
}

/** Where the outcome goes; set by test/run.ts. */
export const OUTCOME_FILE = 'TRIBUTARY_TEST_OUTCOME';

interface Thrown {
  readonly message?: string;
  readonly cause?: unknown;
}

/** The first line of the error; of a property also what it takes to meet the same again: seed, counterexample and what was thrown. */
function inWords(errors: readonly Thrown[] | undefined): string {
  const error = errors?.[0];
  const [first, ...more] = (error?.message ?? 'no message').split('\n');
  if (!first!.startsWith('Property failed')) return first!.slice(0, 300);
  const cause = (error?.cause as Thrown | undefined)?.message?.split('\n', 1)[0] ?? '';
  const kept = more.filter((line) => /^(\{ seed:|Counterexample:|Got )/.test(line)).concat(cause === '' ? [] : [`cause: ${cause}`]);
  return [first!, ...kept].map((line) => line.slice(0, 600)).join(' · ');
}

export function outcomeOf(modules: readonly TestModule[], unhandled: readonly unknown[], root: string): Outcome {
  let passed = 0;
  const failures: Failure[] = unhandled.map((error) => ({
    file: 'outside of any test',
    name: '',
    message: inWords([error as Thrown]),
  }));
  const secondTries: Failure[] = [];
  const skipped: Skip[] = [];
  const durations = modules.map((module) => ({
    file: `${module.project.name} ${relative(root, module.moduleId)}`,
    ms: Math.round(module.diagnostic().duration),
  }));
  for (const module of modules) {
    const file = `${module.project.name} ${relative(root, module.moduleId)}`;
    for (const error of module.errors()) failures.push({ file, name: '', message: inWords([error]) });
    for (const suite of module.children.allSuites())
      for (const error of suite.errors()) failures.push({ file, name: suite.fullName, message: inWords([error]) });
    for (const test of module.children.allTests()) {
      const result = test.result();
      const named = { file, name: test.fullName };
      if (result.state === 'passed') {
        passed += 1;
        if (test.diagnostic()?.flaky) secondTries.push({ ...named, message: inWords(result.errors) });
      } else if (result.state === 'failed') failures.push({ ...named, message: inWords(result.errors) });
      // A run that was cut short leaves tests pending: not having run is no success.
      else if (result.state === 'pending') failures.push({ ...named, message: 'did not run to its end' });
      else skipped.push({ file: relative(root, module.moduleId), name: test.fullName, reason: result.note ?? '' });
    }
  }
  durations.sort((a, b) => b.ms - a.ms);
  return { passed, failed: failures.length, failures, secondTries, skipped, durations };
}

export default class OutcomeReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const file = process.env[OUTCOME_FILE];
    if (file) writeFileSync(file, JSON.stringify(outcomeOf(modules, unhandled, process.cwd())));
  }
}
