// The kinds that what a matching found falls into.

/**
 * matched: a rule found one account · renamed: so it did, and the two are called otherwise · ambiguous: a rule found several · create: would get a new one ·
 * protected: a rule found a protected one · other: gets none by itself · accepted: linked by hand since. Accounts without an owner: candidate (a rule or a proposal names it for
 * somebody), nobody, untouched (protected).
 */
export const matchKinds = [
  'matched',
  'renamed',
  'ambiguous',
  'create',
  'protected',
  'other',
  'accepted',
  'candidate',
  'nobody',
  'untouched',
] as const;
export type MatchKind = (typeof matchKinds)[number];
