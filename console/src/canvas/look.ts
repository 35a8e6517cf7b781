// The one state that a card shows: what a person should know first about a job.
import type { Job } from './picture.ts';

export interface Look {
  readonly kind: 'job' | 'run' | 'card';
  readonly code: string;
  readonly tone: 'good' | 'busy' | 'warn' | 'bad' | 'still';
}

const failed = new Set(['failed', 'partly-failed']);

/** It ended with warnings only because it had questions, and nobody is asked any more. */
function isAnswered({ lastRun, held }: Pick<Job, 'held' | 'lastRun'>): boolean {
  const { counts, warnings } = lastRun!;
  const others = ['refused', 'pending', 'problems', 'superseded', 'unreadable'].some((name) => (counts?.[name] ?? 0) > 0);
  return held === 0 && (counts?.held ?? 0) > 0 && !others && warnings.length === 0;
}

/** It failed in part, and each record that did was written since, or nobody cares for it any more. The next full run says so itself. */
function isMended({ lastRun, problems }: Pick<Job, 'lastRun' | 'problems'>): boolean {
  const { counts, warnings } = lastRun!;
  const others = ['unknown', 'refused', 'pending', 'waiting', 'problems', 'superseded', 'unreadable'].some(
    (name) => (counts?.[name] ?? 0) > 0,
  );
  return problems === 0 && (counts?.failed ?? 0) > 0 && !others && warnings.length === 0;
}

type Seen = Pick<Job, 'state' | 'held' | 'lastRun' | 'problems'> & Partial<Pick<Job, 'awaySince'>>;

/** Running, its system away, stopped by the guard, waiting for confirmation, failed, disabled or observing, never run, ended with warnings, fine: the first that holds. */
export function lookOf(job: Seen): Look {
  const ended = job.lastRun?.state;
  const run = ended === 'partly-failed' && isMended(job) ? 'succeeded' : ended;
  if (run === 'running' || run === 'queued') return { kind: 'run', code: run, tone: 'busy' };
  // However well its last run went: what came since did not get there.
  if (typeof job.awaySince === 'number' && job.state !== 'disabled') return { kind: 'card', code: 'away', tone: 'bad' };
  if (job.state === 'quarantined') return { kind: 'job', code: 'quarantined', tone: 'bad' };
  if (job.state === 'paused') return { kind: 'job', code: 'paused', tone: 'warn' };
  if (run !== undefined && failed.has(run)) return { kind: 'run', code: run, tone: 'bad' };
  if (job.held > 0) return { kind: 'card', code: 'confirm', tone: 'warn' };
  if (run === 'waiting') return { kind: 'run', code: 'waiting', tone: 'warn' };
  if (job.state === 'disabled') return { kind: 'job', code: 'disabled', tone: 'still' };
  // Its runs write nothing: whatever they say, that comes first, as it does of a pilot that has not run yet.
  if (job.state === 'observing' || (job.state === 'pilot' && run === undefined)) return { kind: 'job', code: job.state, tone: 'busy' };
  if (run === undefined) return { kind: 'card', code: 'never', tone: 'still' };
  if (run === 'warnings' && !isAnswered(job)) return { kind: 'run', code: 'warnings', tone: 'warn' };
  if (job.state !== 'enabled') return { kind: 'job', code: job.state, tone: 'busy' };
  return { kind: 'card', code: 'fine', tone: 'good' };
}

/** How the stream of a job is drawn: each kind differs from the others in dashes and weight, not in colour alone. */
export type StreamKind = 'moving' | 'flowing' | 'warned' | 'failed' | 'waiting' | 'watched' | 'never' | 'disabled';

const streams: Readonly<Record<string, StreamKind>> = {
  running: 'moving',
  observing: 'watched',
  warnings: 'warned',
  never: 'never',
  disabled: 'disabled',
};
const streamsOf: Readonly<Record<Look['tone'], StreamKind>> = {
  good: 'flowing',
  busy: 'flowing',
  warn: 'waiting',
  bad: 'failed',
  still: 'disabled',
};

/** As its card says. */
export function streamOf(job: Seen): StreamKind {
  const { code, tone } = lookOf(job);
  return streams[code] ?? streamsOf[tone];
}
