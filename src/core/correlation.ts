// Correlation: which existing object of the target is the counterpart of a desired one. Never guesses.
import { z } from 'zod';

/** Rules in order; the first that names at least one object decides. Link always comes first and is not a rule. */
export const correlationRuleSchema = z.strictObject({
  /** Target attribute compared by its own equality. */
  attribute: z.string().min(1),
  /** CEL over the desired object, in the target's names, whose result is compared instead of the attribute's own desired value. */
  cel: z.string().optional(),
});
export type CorrelationRule = z.infer<typeof correlationRuleSchema>;
export type CorrelationRules = Readonly<Record<string, readonly CorrelationRule[]>>;
export const correlationRulesSchema = z.record(z.string(), z.array(correlationRuleSchema));

export interface Candidate {
  readonly id: string;
  /** Already the counterpart of another object of this connection. */
  readonly linkedTo?: string;
  readonly protected?: boolean;
  /** Somebody has said that the two are not the same. */
  readonly keptApart?: boolean;
}

export type Correlated =
  | { readonly kind: 'linked'; readonly id: string }
  | { readonly kind: 'found'; readonly id: string; readonly rule: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'ambiguous'; readonly candidates: readonly string[]; readonly rule: string }
  | { readonly kind: 'protected'; readonly id: string; readonly rule: string };

/**
 * Decides from the link and the candidates that each rule named, in rule order. A candidate linked to somebody
 * else is ambiguous, not free; a protected one is never matched by a rule; one that is kept apart is as if the rule had not named it.
 */
export function correlate(
  link: string | null,
  perRule: readonly { readonly rule: string; readonly candidates: readonly Candidate[] }[],
): Correlated {
  if (link !== null) return { kind: 'linked', id: link };
  for (const { rule, candidates } of perRule) {
    const apart = new Set(candidates.flatMap((candidate) => (candidate.keptApart ? [candidate.id] : [])));
    const distinct = [...new Map(candidates.map((candidate) => [candidate.id, candidate])).values()].filter(({ id }) => !apart.has(id));
    if (distinct.length === 0) continue;
    const [only] = distinct;
    if (distinct.length > 1 || only!.linkedTo !== undefined) {
      return { kind: 'ambiguous', candidates: distinct.map((candidate) => candidate.id), rule };
    }
    if (only!.protected) return { kind: 'protected', id: only!.id, rule };
    return { kind: 'found', id: only!.id, rule };
  }
  return { kind: 'none' };
}
