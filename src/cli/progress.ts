// Follows runs: one redrawn line on a terminal (stage, count, rate, forecast), plain lines elsewhere.
import type { Progress } from '../engine/context.ts';
import type { RunView } from '../engine/operations/views.ts';
import { stageWords } from '../engine/words.ts';
import type { CommandCall } from './command.ts';
import type { Exit } from './errors.ts';
import { duration, number } from './format.ts';

const STEPS = ['open', 'read', 'observe', 'assess', 'diff', 'guard', 'confirm', 'apply', 'record', 'close'];

export async function follow(call: CommandCall, runs: readonly number[]): Promise<readonly RunView[]> {
  const session = await call.session();
  const expected = runs.length === 1 ? ((await session.call('run.get', { run: runs[0]! })).expected ?? null) : null;
  const draw = drawer(call.output, expected);
  try {
    return await session.follow(runs, draw);
  } finally {
    call.output.redraw('');
  }
}

/**
 * The line of one run: how far it is, what it does, how fast, and how long that will still take.
 * @param expected  objects that the last complete read had; null: none is known
 */
export function drawer(
  output: Pick<CommandCall['output'], 'redraw' | 'say'>,
  expected: number | null,
  now = Date.now,
): (progress: Progress) => void {
  let stage = '';
  let place = 0;
  let startedAt = now();
  return (progress) => {
    if (progress.stage !== '' && progress.stage !== stage) {
      stage = progress.stage;
      startedAt = now();
    }
    const seconds = (now() - startedAt) / 1000;
    const rate = progress.done > 0 && seconds > 0.2 ? progress.done / seconds : null;
    const total = progress.total ?? (stage === 'read' ? expected : null);
    const left = rate !== null && total !== null && total > progress.done ? ((total - progress.done) / rate) * 1000 : null;
    // What only some runs do has no step of its own: the bar stays where it is.
    place = Math.max(place, STEPS.indexOf(stage));
    const bar = '█'.repeat(place + 1).padEnd(STEPS.length, '░');
    const word = output.say(stageWords[stage] ?? { en: stage, zh: stage });
    const count = progress.done > 0 ? `  ${number(progress.done)}${total ? ` / ${number(total)}` : ''}` : '';
    const speed = rate === null ? '' : `  ${number(rate)}/s`;
    output.redraw(`${bar}  ${word}${count}${speed}${left === null ? '' : `  ${output.say({ en: 'left', zh: '剩余' })} ${duration(left)}`}`);
  };
}

/** How a command ends after its runs. The worst run decides. */
export function exitOf(runs: readonly RunView[]): Exit {
  const exits = runs.map(endOf);
  return (['failed', 'partly', 'waits', 'refused', 'doubts'] as const).find((exit) => exits.includes(exit)) ?? 'done';
}

function endOf(run: RunView): Exit {
  if (run.state === 'failed' || run.state === 'cancelled') return 'failed';
  if (run.state === 'waiting' || run.state === 'queued' || run.state === 'running') return 'waits';
  if (run.state === 'partly-failed') return 'partly';
  if (run.mode === 'keys' && run.warnings.length > 0 && !did(run, ['read', ...ofChanges])) return 'refused';
  return run.state === 'warnings' || (run.dryRun && wouldHaveDoubts(run)) ? 'doubts' : 'done';
}

/** A dry run has succeeded when its plan is made; it ends as the run would that it shows. */
const wouldHaveDoubts = ({ counts, warnings }: RunView): boolean =>
  warnings.length > 0 || did({ counts }, ['problems', 'unreadable', 'held', 'refused']);

/** Without any of them nothing of what was named was found. */
const ofChanges = ['planned', 'applied', 'held', 'refused', 'pending', 'failed', 'unknown', 'skipped', 'superseded'];

const did = ({ counts }: Pick<RunView, 'counts'>, names: readonly string[]): boolean => names.some((name) => (counts[name] ?? 0) > 0);
