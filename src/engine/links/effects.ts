// What making and cutting links by hand does beside the link itself: claims and words that end, history, objects that are looked at again.
import type { APART_ACTIONS } from '../../core/plan.ts';
import { audit } from '../../store/audit.ts';
import { askContributors, dropContributions } from '../../store/contributions.ts';
import type { Transaction } from '../../store/database.ts';
import { appendHistory, bumpContributions, type HistoryIn } from '../../store/directory.ts';
import type { JobRow } from '../../store/jobs.ts';
import { claimsByTarget, cutLinks, endClaims, type LinkRow, putLinks } from '../../store/links.ts';
import { apartFrom, takeBackRejected } from '../../store/matching.ts';
import { unsettleObjects } from '../../store/pins.ts';
import { groupBy } from '../shapes.ts';

type ApartAction = (typeof APART_ACTIONS)[number];

export interface WantedLink {
  readonly type: string;
  readonly externalId: string;
  /** A directory id. */
  readonly object: string;
}

/** When and by whom, for the history. */
export interface ByHand {
  readonly at: number;
  readonly actor: string;
}

const entry = (action: 'link' | 'unlink' | ApartAction, connection: string, link: WantedLink): HistoryIn => ({
  type: link.type,
  id: link.object,
  action,
  before: null,
  after: null,
  change: null,
  edges: [],
  link: { connection, externalId: link.externalId },
});

const wantedOf = (link: LinkRow): WantedLink => ({ type: link.type, externalId: link.external_id, object: link.directory_id });

const remember = async (transaction: Transaction, entries: readonly HistoryIn[], hand: ByHand): Promise<void> => {
  await appendHistory(transaction, entries, { ...hand, run: null, job: null });
};

/** Ends the links with everything that jobs hold by them. Who else speaks of the objects is asked again. */
export async function cutByHand(transaction: Transaction, jobs: readonly JobRow[], links: readonly LinkRow[], hand: ByHand): Promise<void> {
  await release(transaction, jobs, links);
  await remember(
    transaction,
    links.map((link) => entry('unlink', link.connection, wantedOf(link))),
    hand,
  );
}

/** Makes links that nothing stands against: the far side is free, and so is the object. */
export async function linkByHand(transaction: Transaction, connection: string, links: readonly WantedLink[], hand: ByHand): Promise<void> {
  await put(transaction, connection, links, hand);
  await remember(
    transaction,
    links.map((link) => entry('link', connection, link)),
    hand,
  );
}

/** The same object of the other system, from now on somebody else's. */
export async function moveByHand(
  transaction: Transaction,
  jobs: readonly JobRow[],
  link: LinkRow,
  object: string,
  hand: ByHand,
): Promise<void> {
  const moved: WantedLink = { ...wantedOf(link), object };
  await release(transaction, jobs, [link]);
  await put(transaction, link.connection, [moved], hand);
  await remember(transaction, [entry('unlink', link.connection, wantedOf(link)), entry('link', link.connection, moved)], hand);
}

/** What is said of a person and an account, or taken back: the next run about what changed since looks at them again. The job is where it was said. */
export async function noteApart(
  transaction: Transaction,
  job: JobRow,
  action: ApartAction,
  pairs: readonly WantedLink[],
  hand: ByHand,
): Promise<void> {
  const entries = pairs.map((pair) => entry(action, job.connection, pair));
  await appendHistory(transaction, entries, { ...hand, run: null, job: job.id });
}

async function put(transaction: Transaction, connection: string, links: readonly WantedLink[], hand: ByHand): Promise<void> {
  await putLinks(
    transaction,
    connection,
    links.map((link) => ({ type: link.type, externalId: link.externalId, directoryId: link.object, madeBy: hand.actor })),
    hand.at,
  );
  await endApart(transaction, connection, links, hand);
  await unsettleObjects(
    transaction,
    links.map((link) => link.object),
  );
}

/** Who is linked by hand is the same after all: cut again one day, the rules may find the two as before. */
async function endApart(transaction: Transaction, connection: string, links: readonly WantedLink[], hand: ByHand): Promise<void> {
  for (const [type, own] of groupBy(links, (link) => link.type)) {
    const linked = new Set(own.map((link) => `${link.object}\0${link.externalId}`));
    const objects = own.map((link) => link.object);
    const ended = (await apartFrom(transaction, connection, type, objects)).filter((row) =>
      linked.has(`${row.object}\0${row.external_id}`),
    );
    if (ended.length === 0) continue;
    await audit(transaction, {
      ...hand,
      action: 'match.take-back',
      subject: `connection:${connection}`,
      after: JSON.stringify({ type, pairs: ended.map((row) => ({ object: row.object, account: row.external_id })), by: 'link' }),
    });
    await takeBackRejected(
      transaction,
      connection,
      ended.map((row) => ({ ...row, type })),
    );
  }
}

async function release(transaction: Transaction, jobs: readonly JobRow[], links: readonly LinkRow[]): Promise<void> {
  for (const link of links) {
    for (const job of jobs.filter((one) => one.connection === link.connection)) {
      // Upstream the external object is the source; downstream it is what was written to.
      const keys =
        job.direction === 'up'
          ? [link.external_id]
          : (await claimsByTarget(transaction, job.id, link.type, [link.external_id])).map((claim) => claim.source_key);
      await endClaims(transaction, job.id, link.type, keys);
      if (job.direction === 'up') await dropContributions(transaction, job.id, link.type, keys);
    }
    await cutLinks(transaction, link.connection, link.type, [link.external_id]);
  }
  const objects = links.map((link) => link.directory_id);
  await bumpContributions(transaction, objects);
  await askContributors(transaction, objects);
}
