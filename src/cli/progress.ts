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
  let stage = '';
  let startedAt = Date.now();
  const draw = (progress: Progress): void => {
    if (progress.stage !== '' && progress.stage !== stage) {
      stage = progress.stage;
      startedAt = Date.now();
    }
    const seconds = (Date.now() - startedAt) / 1000;
    const rate = progress.done > 0 && seconds > 0.2 ? progress.done / seconds : null;
    const total = progress.total ?? (stage === 'read' ? expected : null);
    const left = rate !== null && total !== null && total > progress.done ? ((total - progress.done) / rate) * 1000 : null;
    const place = Math.max(0, STEPS.indexOf(stage));
    const bar = '█'.repeat(place + 1).padEnd(STEPS.length, '░');
    const word = call.output.say(stageWords[stage] ?? { en: stage, zh: stage });
    const count = progress.done > 0 ? `  ${number(progress.done)}${total ? ` / ${number(total)}` : ''}` : '';
    const speed = rate === null ? '' : `  ${number(rate)}/s`;
    call.output.redraw(
      `${bar}  ${word}${count}${speed}${left === null ? '' : `  ${call.output.say({ en: 'left', zh: '剩余' })} ${duration(left)}`}`,
    );
  };
  try {
    return await session.follow(runs, draw);
  } finally {
    call.output.redraw('');
  }
}

/** How a command ends after its runs. The worst run decides. */
export function exitOf(runs: readonly RunView[]): Exit {
  const exits = runs.map((run): Exit => {
    if (run.state === 'failed' || run.state === 'cancelled') return 'failed';
    if (run.state === 'waiting' || run.state === 'queued' || run.state === 'running') return 'waits';
    if (run.state === 'partly-failed') return 'partly';
    return run.state === 'warnings' ? 'doubts' : 'done';
  });
  return (['failed', 'partly', 'waits', 'doubts'] as const).find((exit) => exits.includes(exit)) ?? 'done';
}
