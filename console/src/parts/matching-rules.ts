// Rules of correlation as the form holds them while somebody types.

export interface Rule {
  /** Of the target. */
  readonly attribute: string;
  /** Compared instead of what the mapping gives the attribute. */
  readonly cel?: string;
}
export type Rules = Readonly<Record<string, readonly Rule[]>>;

/** An expression that is asked for and not written yet is no rule. */
export const isWhole = (rules: Rules): boolean =>
  Object.values(rules).every((own) => own.every(({ cel }) => cel === undefined || cel.trim() !== ''));
