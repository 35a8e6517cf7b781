// Writes what test/run.ts needs to end with: counts, and the reason of every skip, which vitest's JSON leaves out.
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

export interface Outcome {
  readonly passed: number;
  /** Failed tests, files that could not be loaded, and errors outside of any test. */
  readonly failed: number;
  readonly skipped: readonly Skip[];
}

export interface Skip {
  readonly file: string;
  readonly name: string;
  /** Empty when the test gave none. */
  readonly reason: string;
}

/** Where the outcome goes; set by test/run.ts. */
export const OUTCOME_FILE = 'TRIBUTARY_TEST_OUTCOME';

export function outcomeOf(modules: readonly TestModule[], unhandled: number, root: string): Outcome {
  let passed = 0;
  let failed = unhandled;
  const skipped: Skip[] = [];
  for (const module of modules) {
    failed += module.errors().length;
    for (const suite of module.children.allSuites()) failed += suite.errors().length;
    for (const test of module.children.allTests()) {
      const result = test.result();
      if (result.state === 'passed') passed += 1;
      else if (result.state === 'failed') failed += 1;
      // A run that was cut short leaves tests pending: not having run is no success.
      else if (result.state === 'pending') failed += 1;
      else skipped.push({ file: relative(root, module.moduleId), name: test.fullName, reason: result.note ?? '' });
    }
  }
  return { passed, failed, skipped };
}

export default class OutcomeReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const file = process.env[OUTCOME_FILE];
    if (file) writeFileSync(file, JSON.stringify(outcomeOf(modules, unhandled.length, process.cwd())));
  }
}
