// Says in a few lines how a connector did: what passed, what was skipped and why, what it does not offer.
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

/** Skips that name no case: usually a case was renamed. */
export const unknownSkips = (skips: Readonly<Record<string, string>> | undefined, ids: readonly string[]): readonly string[] =>
  Object.keys(skips ?? {}).filter((id) => !ids.includes(id));
