// Candidates of a unique value: patterns in order, {n} counting from 2, until one is free.
import { comparisonKey } from '../attribute.ts';
import type { AttributeSpec } from '../model.ts';
import type { Fit } from './target.ts';

/** A rendered pattern: the texts between the places of {n}. One text: the pattern has no number. Plain data. */
export type UniqueForm = readonly string[];

/** Candidates tried for one object, over all patterns. */
export const MAX_CANDIDATES = 10_000;
export const FIRST_NUMBER = 2;

export interface Candidate {
  readonly value: string;
  /** What stands for {n}; null where the pattern has none. */
  readonly number: number | null;
}

/** The form that counts: no other comes after it. */
export const numberedForm = (forms: readonly UniqueForm[]): UniqueForm | null => forms.find((form) => form.length > 1) ?? null;

/**
 * The candidates of the forms in order, made one by one, at most MAX_CANDIDATES tries. Each is normalised by the target
 * attribute; empty ones, ones it does not accept and repeated ones are skipped. `from`: where {n} begins, when all numbers before
 * are known to be taken; they count as tried.
 */
export function* uniqueCandidates(
  forms: readonly UniqueForm[],
  spec: AttributeSpec,
  fit: Fit,
  from = FIRST_NUMBER,
): Generator<Candidate, void, undefined> {
  const seen = new Set<string>();
  let tries = 0;
  for (const form of forms) {
    const numbered = form.length > 1;
    if (numbered) tries += from - FIRST_NUMBER;
    for (let number = from; tries < MAX_CANDIDATES; number++) {
      tries++;
      const fitted = fit(numbered ? form.join(String(number)) : form[0]!);
      if ('value' in fitted && typeof fitted.value === 'string') {
        const key = comparisonKey(fitted.value, spec.equality);
        if (!seen.has(key)) yield { value: fitted.value, number: numbered ? number : null };
        seen.add(key);
      }
      if (!numbered) break;
    }
  }
}
