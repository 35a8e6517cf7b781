// The conformance suite as a connector's test calls it: `describeConformance(subject)`.
import { afterAll, describe, expect, test } from 'vitest';
import { groups } from './case.ts';
import { reportText, skipProblems } from './report.ts';
import { conformanceCases, DEFAULT_TIMEOUT_MS, runCase, type CaseOutcome } from './run.ts';
import type { ConformanceSubject } from './subject.ts';

export { simulatorSubject } from './subject.ts';

/** One vitest test per case. Skips and what is not offered show as skipped, with the reason, and are counted apart. */
export function describeConformance<Config, Part>(subject: ConformanceSubject<Config, Part>): void {
  const name = subject.name ?? subject.connector.manifest.id;
  const outcomes: CaseOutcome[] = [];
  describe(`conformance of ${name}`, () => {
    for (const group of groups) {
      describe(group, () => {
        for (const one of conformanceCases.filter((candidate) => candidate.group === group)) {
          test(`${one.title} (${one.id})`, {
            timeout: 3 * (subject.timeoutMs ?? DEFAULT_TIMEOUT_MS),
          }, async (context) => {
            const outcome = await runCase(one, subject);
            outcomes.push(outcome);
            if (outcome.state === 'failed') throw outcome.error;
            if (outcome.state !== 'passed') context.skip(`${outcome.state === 'skipped' ? 'skipped' : 'not offered'}: ${outcome.reason}`);
          });
        }
      });
    }
    test('every skip names a case and gives a reason', () => {
      const ids = conformanceCases.map(({ id }) => id);
      expect(skipProblems(subject.skips, ids)).toEqual([]);
    });
    afterAll(() => void process.stdout.write(`${reportText(name, outcomes)}\n`));
  });
}
