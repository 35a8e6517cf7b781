// Two people and one account: where the rules lead several people to an account that nobody has, it is the account of one of them at most.

/** A row of the list `ambiguous`: a person, and what a rule found for them. */
interface Found {
  readonly id: string;
  readonly candidates: readonly { readonly id: string; readonly owner: { readonly object: string } | null }[];
}

export interface Contest<Row extends Found> {
  readonly account: Row['candidates'][number];
  readonly people: readonly Row[];
}

/** Whoever was found several accounts has to choose among these first, and stays a row of their own. */
const onlyFree = (row: Found): Found['candidates'][number] | null => {
  const [only, ...others] = row.candidates;
  return only && others.length === 0 && only.owner === null ? only : null;
};

export function contestsIn<Row extends Found>(
  rows: readonly Row[],
): { readonly contests: readonly Contest<Row>[]; readonly single: readonly Row[] } {
  const led = Map.groupBy(rows, (row) => onlyFree(row)?.id);
  const contests = [...led].flatMap(([account, people]): Contest<Row>[] =>
    account !== undefined && people.length > 1 ? [{ account: people[0]!.candidates[0]!, people }] : [],
  );
  const inContest = new Set(contests.flatMap(({ people }) => people));
  return { contests, single: rows.filter((row) => !inContest.has(row)) };
}

/** Somebody's row, and the rows of whoever was led to the same account. */
export function rowsAround<Row extends Found>(rows: readonly Row[], who: string): readonly Row[] {
  const own = new Set(rows.filter(({ id }) => id === who).flatMap(({ candidates }) => candidates.map(({ id }) => id)));
  return rows.filter(({ id, candidates }) => id === who || candidates.some((one) => own.has(one.id) || one.owner?.object === who));
}
