// What every round of a crew must look like: as the one in which nothing happened. And how it ends.
import type { CrewStory, Round } from './crew.ts';

/** A process that stood still between its last look at the lease and the network sends that one request when it wakes up. */
const LATE = 1;
const EXIT_MS = 10_000;
/** Some of those who get a new title are gone or wait for their first day: they have no account. */
const LEAST = 140;

type Law = readonly [says: string, holds: (round: Round, calm: Round) => boolean];
const laws: readonly Law[] = [
  ['the run ended well', ({ state }) => state === 'succeeded' || state === 'warnings'],
  ['nothing was lost', ({ changed }, calm) => changed === calm.changed && changed > LEAST],
  ['nothing was written twice', ({ writes, repeated, happening }, calm) => writes >= calm.writes && writes <= calm.writes + repeated + (happening === 'worker stopped' ? LATE : 0)],
  ['nobody was made or removed', ({ accounts, doubled }, calm) => accounts === calm.accounts && doubled === 0],
  ['others took part', ({ helped }) => helped > 0],
  ['whoever was told to end did so by itself, within ten seconds', ({ exit }) => exit === null || (exit.code === 0 && exit.ms < EXIT_MS)],
  ['a worker led once the server was gone', ({ happening, leaders }) => happening !== 'two leaders killed' || leaders.some((name) => name.startsWith('worker'))],
];

/** Faults of the way to the database are no wonder while it is restarted. */
const isOfRestart = (line: string): boolean => /serving-interrupted|queue-away|ECONNREFUSED|ECONNRESET|terminating connection|shut(?:ting)? ?down|starting up|does not answer|Connection terminated|store-away/i.test(line);

/** A sentence for whatever is not as it must be. */
export function wrongWithCrew(story: CrewStory): readonly string[] {
  const [calm] = story.rounds;
  const says = (holds: boolean, text: string): readonly string[] => (holds ? [] : [text]);
  return [
    ...story.rounds.flatMap((round) => laws.filter(([, holds]) => !holds(round, calm!)).map(([text]) => `not true that ${text}: ${JSON.stringify(round)}`)),
    ...story.runs.flatMap(({ job, state, runs }) => says(/^(succeeded|warnings)$/.test(state), `${runs} runs of ${job} are ${state}`)),
    ...story.jobs.flatMap(({ name, state }) => says(state === 'enabled', `job ${name} is ${state}`)),
    ...says(story.readBy.join() === 'server', `the list of people was read by ${story.readBy.join(', ')}`),
    ...says(story.held === 0, `${story.held} questions are open`),
    ...says(story.lastWrites === 0, `comparing everything once more wrote ${story.lastWrites} times`),
    ...says(story.batches === 0, `${story.batches} batches are still in hand`),
    ...story.left.map((name) => `a worker has ${name}`),
    ...story.warnings.filter((line) => !isOfRestart(line)),
  ];
}

export function lineOfRound({ happening, leaders, writes, repeated, changed, helped, exit, ms, state }: Round): string {
  const ended = exit ? `, which took ${exit.ms} ms` : '';
  return `${happening}${ended}: led by ${leaders.join(', then ')}; ${writes} writes${repeated > 0 ? ` (${repeated} requests made once more)` : ''}, ${changed} accounts have the new value; ${helped} batches by others; ${state} after ${(ms / 1000).toFixed(1)} s`;
}
