// Runs conformance cases without a test runner: what vitest shows is a wrapping of this.
import { Bench } from './bench.ts';
import { NotOffered, type ConformanceCase } from './case.ts';
import { changeCases } from './cases-changes.ts';
import { checkCases } from './cases-check.ts';
import { eventCases } from './cases-events.ts';
import { factCases } from './cases-facts.ts';
import { faultCases } from './cases-faults.ts';
import { nameCases } from './cases-names.ts';
import { peopleCases } from './cases-people.ts';
import { readCases } from './cases-read.ts';
import { safetyCases } from './cases-safety.ts';
import { writeCases } from './cases-write.ts';
import type { ConformanceSubject } from './subject.ts';
import { told } from './telling.ts';

export const conformanceCases: readonly ConformanceCase[] = [
  ...checkCases,
  ...readCases,
  ...nameCases,
  ...writeCases,
  ...peopleCases,
  ...changeCases,
  ...faultCases,
  ...factCases,
  ...eventCases,
  ...safetyCases,
];

export type CaseOutcome =
  | { readonly id: string; readonly state: 'passed' }
  | { readonly id: string; readonly state: 'skipped' | 'not-offered'; readonly reason: string }
  | { readonly id: string; readonly state: 'failed'; readonly error: unknown };

export const DEFAULT_TIMEOUT_MS = 20_000;

/** Runs one case on a fresh far side. Never throws; a leaked secret fails a case that passed otherwise. */
export async function runCase<Config, Part>(one: ConformanceCase, given: ConformanceSubject<Config, Part>): Promise<CaseOutcome> {
  const subject = given as ConformanceSubject;
  const { id } = one;
  const skip = subject.skips?.[id];
  if (skip !== undefined) return { id, state: 'skipped', reason: skip };
  let bench: Bench;
  try {
    bench = await Bench.open(subject);
  } catch (error) {
    return { id, state: 'failed', error };
  }
  const outcome = await runOn(bench, one, subject.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  try {
    const leaks = await bench.close();
    if (leaks.length === 0) return outcome;
    return { id, state: 'failed', error: new Error(`A secret shows in ${leaks.join(', ')}.`) };
  } catch (error) {
    return outcome.state === 'failed' ? outcome : { id, state: 'failed', error };
  }
}

async function runOn(bench: Bench, one: ConformanceCase, timeoutMs: number): Promise<CaseOutcome> {
  const { id } = one;
  for (const need of one.needs) {
    const lacking = bench.lacking(need);
    if (lacking) return { id, state: 'not-offered', reason: lacking };
  }
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The case did not end within ${timeoutMs} ms.`)), timeoutMs);
  });
  try {
    await Promise.race([one.run(bench), late]);
    return { id, state: 'passed' };
  } catch (error) {
    if (error instanceof NotOffered) return { id, state: 'not-offered', reason: error.message };
    return { id, state: 'failed', error: told(error, bench.evidence.callOf(error)) };
  } finally {
    clearTimeout(timer);
  }
}

/** All cases, one after the other. */
export async function runConformance<Config, Part>(
  subject: ConformanceSubject<Config, Part>,
  cases: readonly ConformanceCase[] = conformanceCases,
): Promise<readonly CaseOutcome[]> {
  const outcomes: CaseOutcome[] = [];
  for (const one of cases) outcomes.push(await runCase(one, subject));
  return outcomes;
}
