// What comes next in the sandbox company: from its HR file over the directory into the phone book, each stage with what it waits for.
import type { WireOutput } from '../../../../src/server/api/wire.ts';

type Job = Pick<WireOutput<'status'>['jobs'][number], 'state' | 'question' | 'held'> & {
  readonly lastRun: { readonly id: number; readonly endedAt: number | null } | null;
};
type Run = Pick<WireOutput<'run.list'>['runs'][number], 'id' | 'dryRun' | 'state' | 'endedAt' | 'counts'>;

export type Step =
  /** The HR file is being read. */
  | 'reading'
  /** The job of the HR file asks: its file shows less than before, or what it would do is above a limit. */
  | 'doubted'
  /** What the phone book would get is being worked out, or written. */
  | 'planning'
  /** The phone book waits for consent. */
  | 'asked'
  /** The directory has changed since the phone book was compared with it. */
  | 'behind'
  | 'done';

const isUnderWay = (job: Job): boolean => job.lastRun === null || job.lastRun.endedAt === null;

/** Whether something was written to the directory after the phone book was last compared as a whole. */
export function isBehind(up: readonly Run[], down: readonly Run[]): boolean {
  const changed = up.find((run) => !run.dryRun && (run.counts.applied ?? 0) > 0);
  const compared = down.find((run) => !run.dryRun && run.endedAt !== null && run.state !== 'failed' && run.state !== 'cancelled');
  return changed !== undefined && changed.id > (compared?.id ?? 0);
}

/** First what is to be done first. `unbelieved`: something about the HR file waits for a person, as that it shows nobody. */
export function stepsOf(up: Job, down: Job, behind: boolean, unbelieved: boolean): readonly Step[] {
  if (isUnderWay(up)) return ['reading'];
  const doubted: readonly Step[] = unbelieved || up.question !== null || up.state === 'paused' || up.held > 0 ? ['doubted'] : [];
  if (isUnderWay(down)) return [...doubted, 'planning'];
  if (down.held > 0) return [...doubted, 'asked'];
  if (behind) return [...doubted, 'behind'];
  return doubted.length > 0 ? doubted : ['done'];
}
