// What fifty stops of a server must look like: nothing lost, nothing doubled, out within ten seconds, back at once.
import type { Stop } from './stops.ts';

const EXIT_MS = 10_000;
/** From answering again to the next write: neither a lease nor a cut-off call is waited for. On an idle machine it is far below a second. */
const RESUME_MS = 5_000;
/** Some of those who get a new title are gone or wait for their first day: they have no account. */
const LEAST = 140;

const laws: readonly (readonly [says: string, holds: (stop: Stop) => boolean])[] = [
  ['the run ended well', ({ state }) => state === 'succeeded' || state === 'warnings'],
  ['nothing was lost', ({ changed }) => changed > LEAST],
  ['nothing was written twice', ({ writes, changed }) => writes === changed],
  ['nobody was made twice', ({ doubled }) => doubled === 0],
  ['the server ended by itself', ({ exitCode }) => exitCode === 0],
  ['it ended within ten seconds', ({ exitMs }) => exitMs < EXIT_MS],
  ['the run went on at once', ({ resumeMs }) => resumeMs < RESUME_MS],
  ['every request was answered until then', ({ unanswered }) => unanswered === 0],
];

/** One sentence for every law that a round broke. */
export const wrongWith = (stops: readonly Stop[]): readonly string[] =>
  stops.flatMap((stop) => laws.filter(([, holds]) => !holds(stop)).map(([says]) => `not true that ${says}: ${JSON.stringify(stop)}`));

export function lineOf(stop: Stop): string {
  const { round, writesAtSignal, writesAtExit, writes, exitMs, startMs, resumeMs, state } = stop;
  return `${String(round).padStart(2)}  told to stop after ${writesAtSignal} of ${writes} writes; ended by itself after ${exitMs} ms, ${writesAtExit} writes; started in ${startMs} ms, went on after ${resumeMs} ms; ${state}, ${stop.changed} accounts written once each`;
}
