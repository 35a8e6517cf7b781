// Where a job's policy asks for it, a held change is confirmed by two people: whoever asks first cannot be the second.
import { jobSettingsSchema } from '../core/job-settings.ts';
import { behindTokens, votesOn, type VoteRow } from '../store/approvals.ts';
import type { Database, Reader } from '../store/database.ts';
import { heldById } from '../store/held.ts';
import { audit } from '../store/audit.ts';
import { doubtVotes, putDoubtVote, type DoubtRow } from '../store/doubts.ts';
import { getJob, type JobRow } from '../store/jobs.ts';
import type { ReadingRow } from '../store/upkeep.ts';
import { CommandError } from './engine.ts';
import { TOKEN } from './sign-in/who.ts';
import { doubtSaid } from './resume.ts';
import { digest, parseJson } from './shapes.ts';

export interface SortedOut {
  /** Enough people have said yes, this one included. */
  readonly ready: readonly number[];
  /** This one is the first: a second one is needed. */
  readonly asked: readonly VoteRow[];
  /** This one has said so before, and nobody else has. */
  readonly own: readonly number[];
}

/** A token is whoever made it or answers for it, through other tokens, too: nobody confirms twice by help of one. */
async function everybodyBehind(reader: Reader, actor: string): Promise<ReadonlySet<string>> {
  const known = new Set([actor]);
  for (const one of known) if (one.startsWith(TOKEN)) for (const who of await behindTokens(reader, one.slice(TOKEN.length))) known.add(who);
  return known;
}
const isSame = async (reader: Reader, one: string, other: string): Promise<boolean> =>
  !(await everybodyBehind(reader, one)).isDisjointFrom(await everybodyBehind(reader, other));

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

/** A word on other questions than these does not count. */
const hashOfDoubts = (doubts: readonly DoubtRow[]): string =>
  digest(
    doubts.map(({ about, said, reading }) => {
      const { run: _run, at: _at, ...seen } = parseJson<Partial<ReadingRow>>(reading, {});
      return [about, said, seen];
    }),
  );

/** Whether enough people accept what is asked about the job, this one included. The first of two is noted; who has said so before is refused. */
export async function enoughAccept(
  database: Database,
  job: JobRow,
  doubts: readonly DoubtRow[],
  actor: string,
  at: number,
): Promise<boolean> {
  if (doubts.length === 0 || (await peopleNeeded(database, job.id)) < 2) return true;
  const hash = hashOfDoubts(doubts);
  const counted = (await doubtVotes(database, job.id)).filter((vote) => vote.hash === hash);
  for (const vote of counted) if (!(await isSame(database, actor, vote.actor))) return true;
  if (counted.length > 0)
    throw new CommandError(
      `You have accepted this for job ${job.id} "${job.name}" already. Its policy asks for a second person, who cannot be you.`,
      `您已对任务 ${job.id}“${job.name}”接受现状。该任务的策略要求由另一人再次确认，不能是您本人。`,
    );
  await database.write(async (transaction) => {
    await putDoubtVote(transaction, job.id, { actor, hash, at });
    const said = doubtSaid(doubts);
    await audit(transaction, { at, actor, action: 'job.ask', subject: `job:${job.id}`, ...(said ? { before: said.en } : {}) });
  });
  return false;
}
