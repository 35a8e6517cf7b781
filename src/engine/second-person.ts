// Where a job's policy asks for it, a held change is confirmed by two people: whoever asks first cannot be the second.
import { jobSettingsSchema } from '../core/job-settings.ts';
import { makersOf, votesOn, type VoteRow } from '../store/approvals.ts';
import type { Reader } from '../store/database.ts';
import { heldById } from '../store/held.ts';
import { getJob } from '../store/jobs.ts';

export interface SortedOut {
  /** Enough people have said yes, this one included. */
  readonly ready: readonly number[];
  /** This one is the first: a second one is needed. */
  readonly asked: readonly VoteRow[];
  /** This one has said so before, and nobody else has. */
  readonly own: readonly number[];
}

/** A token is whoever made it: nobody confirms twice by help of one. */
const isSame = async (reader: Reader, one: string, other: string): Promise<boolean> => {
  const names = async (actor: string): Promise<readonly string[]> => [actor, ...(await makersOf(reader, actor))];
  const others = new Set(await names(other));
  return (await names(one)).some((name) => others.has(name));
};

export const peopleNeeded = async (reader: Reader, job: number): Promise<number> => {
  const row = await getJob(reader, job);
  return row ? jobSettingsSchema.parse(JSON.parse(row.settings)).approvals : 1;
};

/** `held`: open ones of one job, no more than a batch. */
export async function sortOut(reader: Reader, job: number, held: readonly number[], actor: string, at: number): Promise<SortedOut> {
  if ((await peopleNeeded(reader, job)) < 2) return { ready: held, asked: [], own: [] };
  const votes = await votesOn(reader, held);
  const same = new Map<string, boolean>();
  for (const vote of votes) if (!same.has(vote.actor)) same.set(vote.actor, await isSame(reader, actor, vote.actor));
  const ready: number[] = [];
  const asked: VoteRow[] = [];
  const own: number[] = [];
  for (const { id, hash } of await heldById(reader, held)) {
    const counted = votes.filter((vote) => vote.held === id && vote.hash === hash);
    if (counted.some((vote) => !same.get(vote.actor))) ready.push(id);
    else if (counted.length > 0) own.push(id);
    else asked.push({ held: id, actor, hash, at });
  }
  return { ready, asked, own };
}
