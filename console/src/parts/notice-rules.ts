// The rules of a job's notices with one of them changed, added or taken away.

/** @param at  as many as there are rules: a new one */
export const withRule = <Rule>(rules: readonly Rule[], at: number, rule: Rule | null): readonly Rule[] =>
  rules.toSpliced(at, 1, ...(rule === null ? [] : [rule]));
