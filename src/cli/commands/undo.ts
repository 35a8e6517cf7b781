// undo · pins
import type { LossView } from '../../engine/operations/undo.ts';
import type { PinView } from '../../engine/operations/views.ts';
import { answer, type CliCommand, type CommandCall, text, whole } from '../command.ts';
import { UsageError, type Exit } from '../errors.ts';
import { time, typeWord } from '../format.ts';
import { exitOf, follow } from '../progress.ts';
import { plan as showPlan, result as showResult } from '../show-run.ts';
import { clean, type Output } from '../terminal.ts';

/** What a list of losses shows before it only counts. */
const SHOWN = 20;

export const undo: CliCommand = {
  words: 1,
  usage: 'undo RUN [--plan RUN | --yes] [--remove-made] [--keep-running]',
  does: {
    en: 'takes a run back: shows first what becomes of it, and what cannot be as before',
    zh: '撤销一次执行：先显示结果和无法恢复的内容',
  },
  options: {
    plan: { type: 'string' },
    yes: { type: 'boolean', short: 'y' },
    'remove-made': { type: 'boolean' },
    'keep-running': { type: 'boolean' },
  },
  async run(call) {
    const run = Number(call.words[0]);
    if (!Number.isInteger(run) || run < 1)
      throw new UsageError('Give the number of a run; "tributary runs" lists them.', '请指定执行编号，可用 tributary runs 查看。');
    const made = call.options['remove-made'] === true ? ('remove' as const) : ('disable' as const);
    return text(call, 'plan') === undefined && call.options.yes !== true ? preview(call, run, made) : carryOut(call, run, made);
  },
};

async function preview(call: CommandCall, run: number, made: 'disable' | 'remove'): Promise<Exit> {
  const session = await call.session();
  const started = await session.call('undo.preview', { run, made });
  const ended = await follow(call, [started.run]);
  const view = await session.call('run.plan', { run: started.run });
  const lost = await losses(call, started.run);
  answer(call, { ...view, losses: lost }, () => {
    showPlan(call.output, view);
    showLosses(call, lost);
    call.output.line();
    const next = view.groups.length > 0 ? `tributary undo ${run} --plan ${started.run}` : '';
    call.output.line(
      call.output.paint(
        'dim',
        next === ''
          ? call.output.say({ en: 'Nothing was written, and nothing would be.', zh: '未写入任何内容，也没有可撤销的内容。' })
          : call.output.say({
              en: `Nothing was written. Carry out exactly this: ${next}`,
              zh: `未写入任何内容。如需严格按此撤销：${next}`,
            }),
      ),
    );
  });
  return exitOf(ended);
}

async function carryOut(call: CommandCall, run: number, made: 'disable' | 'remove'): Promise<Exit> {
  const session = await call.session();
  const started = await session.call('undo.start', {
    run,
    made,
    pause: call.options['keep-running'] !== true,
    ...(text(call, 'plan') === undefined ? {} : { plan: whole(call, 'plan', 0) }),
  });
  const ended = await follow(call, [started.run]);
  const view = await session.call('run.plan', { run: started.run });
  const lost = await losses(call, started.run);
  answer(call, { ...view, losses: lost, paused: started.paused }, () => {
    const { output } = call;
    showResult(output, view);
    showLosses(call, lost);
    output.line();
    if (started.paused)
      output.line(
        output.say({
          en: `The job is paused. Go on with: tributary resume ${view.run.job}`,
          zh: `任务已暂停。继续执行：tributary resume ${view.run.job}`,
        }),
      );
    output.line(
      output.paint(
        'dim',
        output.say({
          en: `What is kept because of this: tributary pins --run ${view.run.id}`,
          zh: `因此保留的内容：tributary pins --run ${view.run.id}`,
        }),
      ),
    );
  });
  return exitOf(ended);
}

export async function losses(call: CommandCall, run: number): Promise<readonly LossView[]> {
  const session = await call.session();
  const found: LossView[] = [];
  for (let after = 0; ; ) {
    const page = await session.call('undo.losses', { run, after, limit: 1000 });
    found.push(...page.losses);
    if (page.next === null) return found;
    after = page.next;
  }
}

export function showLosses(call: CommandCall, lost: readonly LossView[]): void {
  const { output } = call;
  output.line();
  if (lost.length === 0) return output.line(output.say({ en: 'Everything will be as before.', zh: '全部可以恢复原样。' }));
  output.line(output.say({ en: `What will not be as before (${lost.length}):`, zh: `无法恢复原样的内容（${lost.length}）：` }));
  for (const loss of lost.slice(0, SHOWN)) {
    const what = `${output.say(loss.label)}${loss.end === null ? '' : ` ${clean(loss.end)}`}`;
    output.line(`  ${clean(loss.title)}  ${output.paint('dim', typeWord(output, loss.type))}  ${what}: ${output.say(loss.says)}`);
  }
  if (lost.length > SHOWN) output.line(output.paint('dim', output.say({ en: `  … all with --json`, zh: '  … 使用 --json 查看全部' })));
}

export const pins: CliCommand = {
  words: 0,
  usage: 'pins [--run UNDO] [--object ID] [--remove]',
  does: { en: 'lists what is kept because a run was undone; or ends it', zh: '列出因撤销而保留的内容，或解除保留' },
  options: { run: { type: 'string' }, object: { type: 'string' }, remove: { type: 'boolean' } },
  async run(call) {
    const session = await call.session();
    const filter = {
      ...(text(call, 'run') === undefined ? {} : { run: whole(call, 'run', 0) }),
      ...(text(call, 'object') === undefined ? {} : { object: text(call, 'object')! }),
    };
    if (call.options.remove === true) {
      const done = await session.call('pin.remove', filter);
      answer(call, done, () =>
        call.output.line(
          call.output.say({
            en: `${done.removed === 1 ? '1 pin is' : `${done.removed} pins are`} gone. The next run does again what was undone.`,
            zh: `已解除 ${done.removed} 项保留，下次执行将重新写入被撤销的内容。`,
          }),
        ),
      );
      return 'done';
    }
    const view = await session.call('pin.list', { ...filter, limit: 1000 });
    answer(call, view, () => showPins(call, view.pins, view.next !== null));
    return 'done';
  },
};

const valueText = (value: unknown): string =>
  value === null || value === undefined ? '–' : clean(typeof value === 'string' ? value : JSON.stringify(value));

/** What is kept instead of what, and where; without whose it is. */
export function pinLine(output: Output, pin: PinView): string {
  const what = `${output.say(pin.label)}${pin.end === null ? '' : ` ${clean(pin.end)}`}`;
  const keeps = pin.subject === '' ? output.say(pin.says) : `${what}: ${valueText(pin.keep)}`;
  const instead = pin.subject === '' ? '' : output.say({ en: `, not ${valueText(pin.undone)}`, zh: `，而非 ${valueText(pin.undone)}` });
  const cause = `${clean(pin.connectionName)} · ${output.say({ en: 'run', zh: '执行' })} ${pin.run} · ${time(pin.at)} · ${clean(pin.by)}`;
  return `${keeps}${instead}  ${output.paint('dim', cause)}`;
}

function showPins(call: CommandCall, list: readonly PinView[], more: boolean): void {
  const { output } = call;
  if (list.length === 0) return output.line(output.say({ en: 'Nothing is kept because of an undo.', zh: '没有因撤销而保留的内容。' }));
  for (const pin of list) output.line(`${clean(pin.title)}  ${pinLine(output, pin)}`);
  if (more) output.line(output.paint('dim', '… --json'));
}
