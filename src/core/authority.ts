// Authority: several jobs speak about one object; which word counts, attribute by attribute.
import { LIFECYCLE } from './directory-types.ts';
import { lifecycleAt } from './lifecycle.ts';
import type { Existence, Lifecycle } from './lifecycle.ts';
import type { Attributes, Value } from './model.ts';
import { partsOfName } from './trees.ts';

/** What one job says, through one link. Console edits are one more of these. */
export interface ContributionView {
  readonly job: number;
  /** Higher wins. */
  readonly rank: number;
  readonly decidesExistence: boolean;
  readonly externalId: string;
  /** Of several links of one job to one object, the one that counts first. */
  readonly primary: boolean;
  readonly attributes: Attributes;
  /** Missing: unknown. */
  readonly existence?: Existence;
  /**
   * Names of the relations it knows, even when it knows them to be empty; of one that lives in trees, `namesForAuthority`: the name of its
   * tree, or the bare name for a word about all trees, which counts as a whole or not at all.
   */
  readonly relations: readonly string[];
  /** Ranks of single attributes or relations, instead of `rank`. */
  readonly attributeRanks?: Readonly<Record<string, number>>;
  /** Attributes whose null lets the next source speak. */
  readonly nullFallsThrough?: readonly string[];
}

export interface Resolved {
  readonly attributes: Attributes;
  readonly winners: Readonly<Record<string, { readonly job: number; readonly externalId: string }>>;
  /** By name, one for each tree. The edges of all links of this job are united; those of others do not count there. */
  readonly relationWinners: Readonly<Record<string, { readonly job: number }>>;
  /** null: no contribution at all. */
  readonly lifecycle: Lifecycle | null;
  /** When `lifecycle` may change by itself, epoch ms. */
  readonly reviewAt: number | null;
}

/**
 * A pure function of the set of contributions and `now`: the order of arrival does not matter.
 * @param zone  of the days of who has no time zone
 */
export function resolve(contributions: readonly ContributionView[], now: number, zone = 'UTC'): Resolved {
  const attributes: Record<string, Value | null> = {};
  const winners: Record<string, { job: number; externalId: string }> = {};

  for (const name of namesIn(contributions, (one) => Object.keys(one.attributes))) {
    if (name === LIFECYCLE) continue;
    const winner = winnerOf(contributions, name);
    if (winner === undefined) continue;
    attributes[name] = winner.attributes[name]!;
    winners[name] = { job: winner.job, externalId: winner.externalId };
  }
  const relationWinners = winnersOfRelations(contributions);

  const deciding = contributions.filter((one) => one.decidesExistence);
  const [decider] = byRank(
    deciding.filter((one) => one.existence !== undefined),
    LIFECYCLE,
  );
  if (decider === undefined) {
    return {
      attributes,
      winners,
      relationWinners,
      lifecycle: contributions.length > 0 ? 'active' : null,
      reviewAt: null,
    };
  }
  winners[LIFECYCLE] = { job: decider.job, externalId: decider.externalId };
  // A last day ends somebody's existence, so only those who decide existence are asked for it.
  const dayOf = (name: string): string | null => textOf(winnerOf(deciding, name)?.attributes[name]);
  const { lifecycle, reviewAt } = lifecycleAt(
    {
      existence: decider.existence!,
      startsAt: dayOf('startsAt'),
      endsAt: dayOf('endsAt'),
      timeZone: textOf(attributes.timeZone) ?? zone,
    },
    now,
  );
  return { attributes, winners, relationWinners, lifecycle, reviewAt };
}

type Speaker = Pick<ContributionView, 'job' | 'rank' | 'externalId' | 'primary' | 'relations' | 'attributeRanks'>;

/** Whose edges count, relation by relation and tree by tree. */
export function winnersOfRelations(contributions: readonly Speaker[]): Resolved['relationWinners'] {
  const winners: Record<string, { job: number }> = {};
  for (const name of namesIn(contributions, (one) => one.relations)) {
    const { relation, tree } = partsOfName(name);
    const first = foremostOf(contributions, relation)!;
    // Whoever speaks of all trees speaks alone when coming first, and is not heard otherwise.
    const ofAll = first.relations.includes(relation);
    if (ofAll ? tree !== null : tree === null) continue;
    const [winner] = ofAll
      ? [first]
      : byRank(
          contributions.filter((one) => one.relations.includes(name)),
          relation,
        );
    winners[name] = { job: winner!.job };
  }
  return winners;
}

/** Who comes first of all that know the relation, in whatever tree. */
export const foremostOf = <One extends Speaker>(contributions: readonly One[], relation: string): One | undefined =>
  byRank(
    contributions.filter((one) => one.relations.some((name) => partsOfName(name).relation === relation)),
    relation,
  )[0];

/** The same for an object of which one contribution alone speaks, with the given attributes; `departed`: its last day has passed. */
export function resolveOne(
  attributes: Attributes,
  existence: Existence,
  decidesExistence: boolean,
  now: number,
  zone = 'UTC',
): { readonly lifecycle: Lifecycle; readonly reviewAt: number | null; readonly departed: boolean } {
  const days = { startsAt: textOf(attributes.startsAt), endsAt: textOf(attributes.endsAt), timeZone: textOf(attributes.timeZone) ?? zone };
  const { lifecycle, reviewAt } = lifecycleAt({ existence, ...days }, now);
  const departed = lifecycle === 'departed';
  return decidesExistence ? { lifecycle, reviewAt, departed } : { lifecycle: 'active', reviewAt: null, departed };
}

/** What a job said before, with what it says now laid over it. Unknown in `next` keeps the previous word. */
export function mergeAccepted(previous: Attributes, next: Attributes): Attributes {
  const merged: Record<string, Value | null> = { ...(previous as Record<string, Value | null>) };
  for (const name in next) if (next[name] !== undefined) merged[name] = next[name];
  return merged;
}

function winnerOf(contributions: readonly ContributionView[], name: string): ContributionView | undefined {
  // Most objects have one source.
  if (contributions.length === 1) return contributions[0]!.attributes[name] === undefined ? undefined : contributions[0];
  const known = byRank(
    contributions.filter((one) => one.attributes[name] !== undefined),
    name,
  );
  // When all that is known is a null that falls through, and nobody stands below, it is null after all.
  return known.find((one) => one.attributes[name] !== null || !one.nullFallsThrough?.includes(name)) ?? known[0];
}

const rankOf = (one: Speaker, name: string): number =>
  one.attributeRanks && Object.hasOwn(one.attributeRanks, name) ? one.attributeRanks[name]! : one.rank;

const byRank = <One extends Speaker>(contributions: readonly One[], name: string): readonly One[] =>
  contributions.length < 2
    ? contributions
    : [...contributions].sort(
        (a, b) =>
          rankOf(b, name) - rankOf(a, name) ||
          a.job - b.job ||
          Number(b.primary) - Number(a.primary) ||
          (a.externalId < b.externalId ? -1 : a.externalId > b.externalId ? 1 : 0),
      );

const namesIn = <One>(contributions: readonly One[], of: (one: One) => readonly string[]): readonly string[] =>
  (contributions.length === 1 ? [...of(contributions[0]!)] : [...new Set(contributions.flatMap(of))]).sort();

const textOf = (value: Value | null | undefined): string | null => (typeof value === 'string' && value !== '' ? value : null);
