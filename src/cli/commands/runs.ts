// plan · run · runs · show · cancel
import type { OutputOf } from '../../engine/commands.ts';
import { runStateWords } from '../../engine/words.ts';
import type { ItemView, RunView } from '../../engine/operations/views.ts';
import { answer, type CliCommand, type CommandCall, text, whole } from '../command.ts';
import { UsageError, type Exit } from '../errors.ts';
import { duration, number, shortKey, stateColour, time, typeWord } from '../format.ts';
import { exitOf, follow } from '../progress.ts';
import { change, jobOf, plan as showPlan, result as showResult } from '../show-run.ts';
import { clean, table } from '../terminal.ts';

const job = (call: CommandCall): string => {
  const [name] = call.words;
  if (name === undefined) throw new UsageError('Name the job, by number or name.', '请指定任务（编号或名称）。');
  return name;
};

const runNumber = (call: CommandCall): number => {
  const number = Number(call.words[0]);
  if (!Number.isInteger(number) || number < 1)
    throw new UsageError('Give the number of a run; "tributary runs" lists them.', '请指定执行编号，可用 tributary runs 查看。');
  return number;
};

export const keysIn = (given: string): { type: string; id: string }[] =>
  given.split(',').map((part) => {
    const at = part.indexOf(':');
    if (at < 1 || at === part.length - 1)
      throw new UsageError(`"${part}" is not TYPE:ID, such as person:10234.`, `“${part}”的格式应为 类型：编号，例如 person:10234。`);
    return { type: part.slice(0, at).trim(), id: part.slice(at + 1).trim() };
  });

async function carryOut(call: CommandCall, dryRun: boolean): Promise<Exit> {
  const session = await call.session();
  if (['full', 'incremental', 'keys'].filter((name) => call.options[name] !== undefined).length > 1)
    throw new UsageError('Give one of --full, --incremental and --keys.', '--full、--incremental、--keys 只能给出一个。');
  const mode = call.options.incremental ? ('incremental' as const) : call.options.full ? ('full' as const) : undefined;
  const keys = text(call, 'keys');
  const ofPlan = text(call, 'plan');
  const started = await session.call('run.start', {
    job: job(call),
    dryRun: dryRun || call.options['dry-run'] === true,
    ...(mode ? { mode } : {}),
    ...(keys ? { keys: keysIn(keys) } : {}),
    ...(ofPlan ? { plan: whole(call, 'plan', 0) } : {}),
  });
  const [run] = await follow(call, [started.run]);
  const view = await session.call('run.plan', { run: started.run });
  const exit = exitOf([run!]);
  const isDisabled = dryRun && (await session.call('job.list', {})).jobs.some((one) => one.id === view.run.job && one.state === 'disabled');
  answer(call, view, () => {
    if (dryRun || call.options['dry-run'] === true) showPlan(call.output, view);
    else showResult(call.output, view);
    if (exit === 'refused') return;
    if (dryRun) nextAfterPlan(call, view.run, isDisabled, view.groups.length > 0);
    else if ((view.run.counts.held ?? 0) > 0) {
      call.output.line();
      call.output.line(
        call.output.paint(
          'dim',
          call.output.say({
            en: `Held changes wait for you: tributary held --run ${view.run.id}`,
            zh: `有变更等待确认：tributary held --run ${view.run.id}`,
          }),
        ),
      );
    }
  });
  return dryRun && exit === 'done' && call.options['exit-code'] === true && view.groups.length > 0 ? 'changes' : exit;
}

function nextAfterPlan(call: CommandCall, run: RunView, isDisabled: boolean, changes: boolean): void {
  const { output } = call;
  const enable = isDisabled ? `tributary config enable ${run.job}` : '';
  const exactly = changes ? `tributary run ${run.job} --plan ${run.id}` : '';
  const steps = [enable, exactly].filter((step) => step !== '').join(' && ');
  const next =
    steps === ''
      ? { en: '', zh: '' }
      : changes
        ? { en: ` Carry out exactly this plan: ${steps}`, zh: `如需严格按此计划执行：${steps}` }
        : { en: ` The job is disabled: ${steps}`, zh: `该任务已停用，启用：${steps}` };
  output.line();
  output.line(output.paint('dim', output.say({ en: `Nothing was written.${next.en}`, zh: `未写入任何内容。${next.zh}` })));
}

export const plan: CliCommand = {
  words: 1,
  usage: 'plan JOB [--keys TYPE:ID,…] [--exit-code]',
  does: { en: 'dry run: shows what a run would change, and why', zh: '试运行：查看将变更什么、为什么' },
  options: { keys: { type: 'string' }, incremental: { type: 'boolean' }, full: { type: 'boolean' }, 'exit-code': { type: 'boolean' } },
  run: (call) => carryOut(call, true),
};

export const run: CliCommand = {
  words: 1,
  usage: 'run JOB [--full|--incremental|--keys TYPE:ID,…|--plan RUN] [--dry-run]',
  does: { en: 'carries a job out', zh: '执行任务' },
  options: {
    full: { type: 'boolean' },
    incremental: { type: 'boolean' },
    keys: { type: 'string' },
    plan: { type: 'string' },
    'dry-run': { type: 'boolean' },
  },
  run: (call) => carryOut(call, false),
};

export const runs: CliCommand = {
  words: 1,
  usage: 'runs [JOB] [--limit N]',
  does: { en: 'lists runs, newest first', zh: '列出执行记录' },
  options: { limit: { type: 'string' } },
  async run(call) {
    const { output } = call;
    const [name] = call.words;
    const { runs } = await (await call.session()).call('run.list', {
      limit: whole(call, 'limit', 20),
      ...(name === undefined ? {} : { job: name }),
    });
    answer(call, { runs }, () => {
      if (runs.length === 0)
        return output.line(
          output.say({ en: 'No run yet. Start one with "tributary plan JOB".', zh: '尚无执行记录。可先用 tributary plan JOB 试运行。' }),
        );
      table(
        output,
        [
          { head: '#', right: true },
          { head: output.say({ en: 'job', zh: '任务' }) },
          { head: output.say({ en: 'started', zh: '开始' }) },
          { head: output.say({ en: 'took', zh: '用时' }), right: true },
          { head: output.say({ en: 'applied', zh: '已写入' }), right: true },
          { head: output.say({ en: 'held', zh: '待确认' }), right: true },
          { head: output.say({ en: 'failed', zh: '失败' }), right: true },
          { head: output.say({ en: 'state', zh: '状态' }) },
        ],
        runs.map((row) => [
          String(row.id),
          jobOf(output, row),
          time(row.startedAt ?? row.queuedAt),
          row.startedAt && row.endedAt ? duration(row.endedAt - row.startedAt) : '–',
          number(row.counts.applied ?? 0),
          number(row.counts.held ?? 0),
          number(row.counts.failed ?? 0),
          output.paint(
            stateColour(row.state),
            `${output.say(runStateWords[row.state as 'failed'] ?? { en: row.state, zh: row.state })}${row.dryRun ? output.say({ en: ' (dry run)', zh: '（试运行）' }) : ''}`,
          ),
        ]),
      );
    });
    return 'done';
  },
};

/** How far the undo of a run has come. */
const undoSaid: Readonly<Record<NonNullable<OutputOf<'run.get'>['undo']>['stands'], (undo: number) => { en: string; zh: string }>> = {
  'under-way': (undo) => ({ en: `Is being taken back by run ${undo}.`, zh: `执行 ${undo} 正在撤销此次执行。` }),
  asked: (undo) => ({
    en: `Not taken back: its undo, run ${undo}, waits for confirmation ("tributary held").`,
    zh: `尚未撤销：撤销执行 ${undo} 等待确认（tributary held）。`,
  }),
  part: (undo) => ({
    en: `Taken back in part: its undo, run ${undo}, did not do all of its work ("tributary show ${undo}").`,
    zh: `仅部分撤销：撤销执行 ${undo} 未全部完成（tributary show ${undo}）。`,
  }),
  whole: (undo) => ({
    en: `Taken back by run ${undo}. To have it as before: tributary undo ${undo}`,
    zh: `已被执行 ${undo} 撤销。如需恢复：tributary undo ${undo}`,
  }),
};

export const show: CliCommand = {
  words: 1,
  usage: 'show RUN [--changes] [--state S] [--action A] [--type T] [--text X] [--after ID] [--problems]',
  does: { en: 'shows a run: its plan, every change, or its problems', zh: '查看一次执行：计划、全部变更或问题' },
  options: {
    changes: { type: 'boolean' },
    problems: { type: 'boolean' },
    state: { type: 'string' },
    action: { type: 'string' },
    type: { type: 'string' },
    text: { type: 'string' },
    after: { type: 'string' },
    limit: { type: 'string' },
  },
  async run(call) {
    const session = await call.session();
    const id = runNumber(call);
    if (call.options.problems) {
      const { items } = await session.call('item.list', { run: id, limit: 1000 });
      answer(call, { items }, () => problems(call, items));
      return 'done';
    }
    // Whoever filters wants the changes.
    const filtered = ['state', 'action', 'type', 'text', 'after', 'limit'].some((name) => call.options[name] !== undefined);
    if (!call.options.changes && !filtered) {
      const view = await session.call('run.plan', { run: id });
      const { undo } = await session.call('run.get', { run: id });
      answer(call, { ...view, undo }, () => {
        showPlan(call.output, view);
        if (undo) call.output.line(call.output.say(undoSaid[undo.stands](undo.run)));
      });
      return 'done';
    }
    const list = (name: string): string[] | undefined => text(call, name)?.split(',');
    const limit = whole(call, 'limit', 50);
    const ask = (after: number, left: number) =>
      session.call('run.changes', {
        run: id,
        after,
        limit: left,
        states: list('state'),
        actions: list('action'),
        types: list('type'),
        text: text(call, 'text'),
      });
    const page = await ask(whole(call, 'after', 0), limit);
    // A search looks through a part at a time; whoever asked wants what there is.
    while (page.next !== null && page.changes.length < limit) {
      const more = await ask(page.next, limit - page.changes.length);
      page.changes.push(...more.changes);
      page.next = more.next;
    }
    answer(call, page, () => {
      for (const one of page.changes) change(call.output, one, '', true);
      if (page.changes.length === 0) call.output.line(call.output.say({ en: 'No change fits.', zh: '没有符合条件的变更。' }));
      if (page.next !== null) call.output.line(call.output.paint('dim', `… --after ${page.next}`));
    });
    return 'done';
  },
};

export function problems(call: CommandCall, items: readonly ItemView[]): void {
  const { output } = call;
  if (items.length === 0) output.line(output.say({ en: 'No problems.', zh: '没有问题。' }));
  for (const item of items) {
    output.line(
      `${clean(item.title ?? item.key)}  ${output.paint('dim', `${clean(item.jobName)} · ${typeWord(output, item.type)} ${shortKey(item.key)}${item.attempts > 1 ? ` · ${item.attempts}×` : ''}`)}`,
    );
    output.line(`  ${output.paint('red', '!')} ${clean(output.say(item.message))}`);
  }
}

export const cancel: CliCommand = {
  words: 1,
  usage: 'cancel RUN',
  does: { en: 'cancels a run; what is done stays done', zh: '取消执行；已完成的部分保留' },
  async run(call) {
    const result = await (await call.session()).call('run.cancel', { run: runNumber(call) });
    answer(call, result, () =>
      call.output.line(call.output.say({ en: `Run ${result.run} is cancelled.`, zh: `执行 ${result.run} 已取消。` })),
    );
    return 'done';
  },
};
