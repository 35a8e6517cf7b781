// Which kills a sweep makes, from its seed alone: every named point early, midway and late, calls cut off in every
// way, and moments chosen by nothing but the clock.
import { chanceOf } from './company.ts';
import type { Kill, KillRecord, StoryOrder } from './life.ts';
import type { WriteFault } from './target-server.ts';
import { UNDOING } from './order.ts';
import { testStore } from '../test/support/store.ts';

/** The points a run passes; `before:` and `after:` of each stage are added. */
const batchPoints = ['read:batch', 'assess:batch', 'diff:batch', 'guard:batch', 'apply:before-batch', 'apply:sent', 'apply:called', 'apply:in-transaction', 'apply:after-batch', 'read-back:batch', 'record:batch'];
/** Where several workers share a run, each batch is claimed first. */
if (testStore === 'postgres') batchPoints.push('apply:claimed');
const stageNames = ['open', 'read', 'observe', 'assess', 'diff', 'guard', 'confirm', 'apply', 'record', 'close'];
const runPoints: readonly string[] = [...stageNames.flatMap((name) => [`before:${name}`, `after:${name}`]), ...batchPoints];
/** An undo is a run of the same stages; what is its own is planned, pinned and recorded. */
const undoPoints: readonly string[] = ['after:read', 'diff:batch', 'before:confirm', 'after:confirm', 'apply:sent', 'apply:called', 'apply:in-transaction', 'apply:after-batch', 'before:record', 'after:record'].map((point) => `${UNDOING}${point}`);
/** A target is matched once, at the beginning of a story: only its first life can end there. */
const matchPoints: readonly string[] = ['before:match', 'match:batch', 'after:match'];
export const points: readonly string[] = [...runPoints, ...matchPoints, ...undoPoints];

export const cuts: readonly WriteFault['what'][] = ['kill-then-execute', 'kill-and-drop', 'execute-then-kill'];
const losses: readonly WriteFault['what'][] = ['lose-answer', 'drop', 'cut-then-execute'];

/** Lives that end by a kill in one story. */
export const PER_STORY = 6;

/**
 * The stories of a sweep. The kinds of kill take turns, so that any 36 in a row pass every point.
 * @param passed     how often an undisturbed run passes each point
 * @param companies  how many different ones; each costs an undisturbed run
 */
export function* stories(seed: number, passed: Readonly<Record<string, number>>, companies: number): Generator<StoryOrder> {
  const chance = chanceOf(seed);
  const below = (count: number): number => Math.floor(chance() * count);
  // Every fourth kill is a cut call, every eighth comes by the clock, the others take the points in a shuffled order.
  const shuffled: string[] = [];
  const nextPoint = (): string => {
    if (shuffled.length === 0) {
      shuffled.push(...runPoints);
      for (let at = shuffled.length - 1; at > 0; at--) {
        const other = below(at + 1);
        [shuffled[at], shuffled[other]] = [shuffled[other]!, shuffled[at]!];
      }
    }
    return shuffled.pop()!;
  };
  let turn = 0;
  const next = (): Kill => {
    turn += 1;
    if (turn % 4 === 0) return { kind: 'call', fault: { at: below(45), what: cuts[(turn / 4) % cuts.length]! } };
    if (turn % 8 === 5) return { kind: 'time', afterMs: 450 + below(900) };
    const point = nextPoint();
    // Later lives have less left to do, so a point is met within a share of what an undisturbed life passes.
    return { kind: 'point', point, nth: 1 + below(Math.max(1, Math.floor((passed[point] ?? 2) / PER_STORY))) };
  };
  // Runs are taken back at the end of a story, where the last kill waits for them.
  const undoing = (number: number): Kill => {
    const point = undoPoints[number % undoPoints.length]!;
    return { kind: 'point', point, nth: 1 + below(Math.max(1, passed[point] ?? 1)) };
  };
  // Every fourth story begins with one.
  const matching = (number: number): Kill => {
    const point = matchPoints[Math.floor(number / 4) % matchPoints.length]!;
    return { kind: 'point', point, nth: 1 + below(Math.max(1, passed[point] ?? 1)) };
  };
  for (let number = 0; ; number++) {
    const first = number % 4 === 3 ? [matching(number)] : [];
    yield {
      company: 1 + (number % companies), carries: number % 3 !== 2, kills: [...first, ...Array.from({ length: PER_STORY - 1 - first.length }, next), undoing(number)],
      losses: Array.from({ length: 3 }, () => ({ at: below(120), what: losses[below(losses.length)]! })),
    };
  }
}

export const killText = ({ kill, stage, states }: KillRecord): string => {
  const what = kill.kind === 'point' ? `at ${kill.point}, time ${kill.nth}` : kill.kind === 'time' ? `${kill.afterMs} ms after its start` : `in write ${kill.fault.at}: ${kill.fault.what}`;
  return `killed ${what}; ${stage}; changes ${states.length > 0 ? states.join(', ') : 'none'}`;
};
