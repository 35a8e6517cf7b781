// A whole sweep: stories side by side until enough kills were made, each judged against its undisturbed run.
import { availableParallelism } from 'node:os';
import { killText, PER_STORY, points, stories } from './kills.ts';
import { tell, type KillRecord, type Story, type StoryOrder } from './life.ts';
import { problemsOf } from './verify.ts';

export interface SweepResult {
  readonly kills: readonly KillRecord[];
  readonly stories: number;
  /** What was not as it must be; a story that breaks is named with its order, so that it can be told again. */
  readonly problems: readonly string[];
  readonly lines: readonly string[];
}

export async function sweep(options: { seed: number; kills: number; companies: number; everyPoint: boolean; say?: (line: string) => void }): Promise<SweepResult> {
  const kills: KillRecord[] = [];
  const problems: string[] = [];
  const lines: string[] = [];
  const references = new Map<number, Promise<Story>>();
  const referenceOf = (company: number): Promise<Story> => {
    const known = references.get(company) ?? tell({ company, carries: true, kills: [] });
    references.set(company, known);
    return known;
  };
  const say = (line: string): void => {
    lines.push(line);
    options.say?.(line);
  };
  const passed = (await referenceOf(1)).points;
  const orders = stories(options.seed, passed, options.companies);
  const left = (): readonly string[] => points.filter((point) => !kills.some(({ kill }) => kill.kind === 'point' && kill.point === point));
  const isDone = (): boolean => kills.length >= options.kills && (!options.everyPoint || left().length === 0);
  let begun = 0;
  let underWay = 0;
  const worker = async (): Promise<void> => {
    // What is under way is expected to kill as often as it may; if it does not, its worker goes on.
    while (!isDone() && (options.everyPoint || kills.length + underWay * PER_STORY < options.kills)) {
      const number = ++begun;
      underWay += 1;
      const order = orders.next().value as StoryOrder;
      const reference = await referenceOf(order.company);
      const found = await tell(order).then(
        (story) => {
          kills.push(...story.kills);
          say(`story ${number} (company ${order.company}, ${order.carries ? 'carries our id' : 'carries no id of ours'}): ${story.kills.length} kills, ${story.target.journal.length} writes executed`);
          for (const record of story.kills) say(`  ${killText(record)}`);
          return [...problemsOf(reference, reference), ...problemsOf(story, reference)];
        },
        (error: unknown) => [(error as Error).message],
      );
      underWay -= 1;
      for (const problem of found) {
        say(`  NOT AS IT MUST BE: ${problem}`);
        problems.push(`story ${number}: ${problem}\n  of ${JSON.stringify(order)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism() + 1) }, worker));
  return { kills, stories: begun, problems, lines };
}

const countBy = (values: readonly string[]): string =>
  [...new Set(values)].sort().map((value) => `${value} ${values.filter((other) => other === value).length}`).join(' · ');

/** What was covered, in counts. */
export const coverage = ({ kills }: SweepResult): readonly string[] => [
  `at named points: ${countBy(kills.flatMap(({ kill }) => (kill.kind === 'point' ? [kill.point] : [])))}`,
  `in calls: ${countBy(kills.flatMap(({ kill }) => (kill.kind === 'call' ? [kill.fault.what] : [])))}`,
  `by the clock: ${kills.filter(({ kill }) => kill.kind === 'time').length}`,
  `states that changes of the run were in: ${countBy(kills.flatMap(({ states }) => states))}`,
  `last finished stage: ${countBy(kills.map(({ stage }) => stage))}`,
  `points never killed at: ${points.filter((point) => !kills.some(({ kill }) => kill.kind === 'point' && kill.point === point)).join(', ') || 'none'}`,
];
