// job times · sync: when jobs run by the clock, and everything at once in order
import { answer, type CliCommand, type CommandCall, text } from '../command.ts';
import { UsageError, type Exit } from '../errors.ts';
import { time } from '../format.ts';
import { exitOf, follow } from '../progress.ts';
import { result as showResult } from '../show-run.ts';
import { clean } from '../terminal.ts';

type Part = (call: CommandCall, name: string) => Promise<Exit>;

const parts: Readonly<Record<string, Part>> = {
  async times(call, name) {
    const view = await (await call.session()).call('job.times', { job: name });
    const { output } = call;
    answer(call, view, () => {
      output.line(output.paint('bold', `${view.job} ${clean(view.jobName)}`));
      for (const at of view.times) output.line(`  ${time(at)}`);
      if (view.times.length === 0) output.line(output.say({ en: '  Nothing runs by the clock.', zh: '  没有定时执行。' }));
      else if (view.state !== 'enabled')
        output.line(output.paint('dim', output.say({ en: '  … once it is enabled.', zh: '  …启用之后。' })));
    });
    return 'done';
  },
};

export const job: CliCommand = {
  usage: 'job times JOB',
  does: { en: 'a job: when it runs next', zh: '任务:接下来的执行时间' },
  async run(call) {
    const [what = '', name] = call.words;
    const part = Object.hasOwn(parts, what) ? parts[what] : undefined;
    if (!part) throw new UsageError(`Say what: ${Object.keys(parts).join(', ')}.`, `请指定:${Object.keys(parts).join('、')}。`);
    if (name === undefined) throw new UsageError('Name the job, by number or name.', '请指定任务(编号或名称)。');
    return part(call, name);
  },
};

export const sync: CliCommand = {
  usage: 'sync [--incremental] [--tree TREE]',
  does: { en: 'runs all enabled jobs in order, upstream first', zh: '按先上游后下游的顺序执行所有已启用任务' },
  options: { incremental: { type: 'boolean' }, tree: { type: 'string' } },
  async run(call) {
    const session = await call.session();
    const tree = text(call, 'tree');
    const { runs } = await session.call('river.run', {
      ...(call.options.incremental ? { mode: 'incremental' as const } : {}),
      ...(tree === undefined ? {} : { tree }),
    });
    const ended = await follow(
      call,
      runs.map((one) => one.run),
    );
    const views = await Promise.all(ended.map((run) => session.call('run.plan', { run: run.id })));
    answer(call, views, () => views.forEach((view) => showResult(call.output, view)));
    return exitOf(ended);
  },
};
