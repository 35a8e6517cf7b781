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

/** Whoever was found several accounts is counted with each, and also stays a row of their own. */
const onlyFree = (row: Found): Found['candidates'][number] | null => {
  const [only, ...others] = row.candidates;
  return only && others.length === 0 && only.owner === null ? only : null;
};

export function contestsIn<Row extends Found>(
  rows: readonly Row[],
): { readonly contests: readonly Contest<Row>[]; readonly single: readonly Row[] } {
  type Led = { readonly account: Row['candidates'][number]; readonly people: Row[] };
  const led = new Map<string, Led>();
  for (const row of rows)
    for (const account of row.candidates) {
      const one: Led = led.get(account.id) ?? { account, people: [] };
      one.people.push(row);
      led.set(account.id, one);
    }
  const contests = [...led.values()].filter(({ people }) => people.length > 1 && people.some((row) => onlyFree(row) !== null));
  const inContest = new Set(contests.flatMap(({ people }) => people.filter((row) => onlyFree(row) !== null)));
  return { contests, single: rows.filter((row) => !inContest.has(row)) };
}

/** Somebody's row, and the rows of whoever was led to the same account. */
export function rowsAround<Row extends Found>(rows: readonly Row[], who: string): readonly Row[] {
  const own = new Set(rows.filter(({ id }) => id === who).flatMap(({ candidates }) => candidates.map(({ id }) => id)));
  return rows.filter(({ id, candidates }) => id === who || candidates.some((one) => own.has(one.id) || one.owner?.object === who));
}
