// Says in a few lines how a connector did: what passed, what was skipped and why, what it does not offer.
import { closest } from '../../core/mapping/problem.ts';
import type { CaseOutcome } from './run.ts';

export interface Tally {
  readonly passed: number;
  readonly failed: readonly string[];
  readonly skipped: readonly string[];
  readonly notOffered: readonly string[];
}

export function tally(outcomes: readonly CaseOutcome[]): Tally {
  const named = (state: CaseOutcome['state']): readonly string[] =>
    outcomes
      .filter((outcome) => outcome.state === state)
      .map((outcome) => ('reason' in outcome ? `${outcome.id}: ${outcome.reason}` : outcome.id));
  return {
    passed: named('passed').length,
    failed: named('failed'),
    skipped: named('skipped'),
    notOffered: named('not-offered'),
  };
}

/** Skips are printed one by one, since each needs its reason; absent capabilities with what is lacking. */
export function reportText(name: string, outcomes: readonly CaseOutcome[]): string {
  const { passed, failed, skipped, notOffered } = tally(outcomes);
  const head = `conformance of ${name}: ${passed} passed, ${failed.length} failed, ${skipped.length} skipped, ${notOffered.length} not offered`;
  return [head, ...skipped.map((line) => `  skipped      ${line}`), ...notOffered.map((line) => `  not offered  ${line}`)].join('\n');
}

const SHORTEST_REASON = 10;

/** What is wrong with the skips of a subject: no such case (mistyped, or renamed meanwhile), or no reason. */
export function skipProblems(skips: Readonly<Record<string, string>> | undefined, ids: readonly string[]): readonly string[] {
  return Object.entries(skips ?? {}).flatMap(([id, reason]) => {
    if (!ids.includes(id)) {
      const meant = closest(id, ids);
      const help = meant ? `did you mean "${meant}"?` : 'the report of the test names each one in brackets';
      return [`skips: there is no case "${id}"; ${help}`];
    }
    if (reason.length >= SHORTEST_REASON) return [];
    return [`skips: "${reason}" is no reason for ${id}; say what of the vendor makes the case impossible`];
  });
}
