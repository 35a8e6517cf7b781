// job times · set · versions · rollback · duplicate, and sync: one job looked at and changed, and everything at once in order
import { wordOf } from '../../engine/words.ts';
import { answer, type CliCommand, type CommandCall, text, whole } from '../command.ts';
import { UsageError, type Exit } from '../errors.ts';
import { shortKey, time, typeWord } from '../format.ts';
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
  async set(call, name) {
    const [, , ...given] = call.words;
    if (given.length === 0)
      throw new UsageError('Say what: SETTING=VALUE, the value as JSON or as it is.', '请指定：设置=值（JSON 或原文）。');
    const settings = Object.fromEntries(given.map(settingOf));
    const { name: renamed, ...rest } = settings;
    const saved = await (await call.session()).call('job.update', {
      job: name,
      settings: rest,
      ...(typeof renamed === 'string' ? { name: renamed } : {}),
      ...seen(call),
    });
    answer(call, saved, () => call.output.line(savedWords(call, saved)));
    return 'done';
  },
  async versions(call, name) {
    const { output } = call;
    const view = await (await call.session()).call('job.versions', { job: name, limit: whole(call, 'limit', 20) });
    answer(call, view, () => {
      for (const version of view.versions) {
        output.line(`${output.paint('bold', String(version.version))}  ${time(version.at)}  ${clean(version.by)}`);
        for (const change of version.changes)
          output.line(`    ${output.paint('dim', `${change.path}:`)} ${clean(change.before ?? '–')} → ${clean(change.after ?? '–')}`);
      }
    });
    return 'done';
  },
  async rollback(call, name) {
    const version = Number(call.words[2]);
    if (!Number.isInteger(version) || version < 1)
      throw new UsageError(
        'Give the number of a version; "tributary job versions JOB" lists them.',
        '请指定版本号，可用 tributary job versions 任务 查看。',
      );
    const saved = await (await call.session()).call('job.rollback', { job: name, version, ...seen(call) });
    answer(call, saved, () => call.output.line(savedWords(call, saved)));
    return 'done';
  },
  async orphans(call, name) {
    const { output } = call;
    const view = await (await call.session()).call('job.orphans', { job: name, limit: whole(call, 'limit', 100) });
    answer(call, view, () => {
      for (const one of view.orphans)
        output.line(`  ${typeWord(output, one.type)}  ${clean(one.title)}  ${output.paint('dim', shortKey(one.key))}`);
      if (view.orphans.length === 0) output.line(output.say({ en: 'Nothing would lose its owner.', zh: '没有对象会失去归属。' }));
    });
    return 'done';
  },
  async delete(call, name) {
    const result = await (await call.session()).call('job.remove', {
      job: name,
      links: call.options['cut-links'] ? 'cut' : 'keep',
      seen: call.options.seen === true,
    });
    answer(call, result, () =>
      call.output.line(
        call.output.say({
          en: `Job ${result.removed} is deleted; what it has written stays.`,
          zh: `任务 ${result.removed} 已删除；已写入的内容保留。`,
        }),
      ),
    );
    return 'done';
  },
  observe: (call, name) => changeState(call, name, 'observing'),
  pilot: (call, name) => changeState(call, name, 'pilot'),
  async duplicate(call, name) {
    const [, , wanted] = call.words;
    if (wanted === undefined) throw new UsageError('Give the new job a name.', '请为新任务命名。');
    const made = await (await call.session()).call('job.duplicate', { job: name, name: wanted });
    answer(call, made, () => call.output.line(savedWords(call, made)));
    return 'done';
  },
};

async function changeState(call: CommandCall, name: string, state: 'observing' | 'pilot'): Promise<Exit> {
  const result = await (await call.session()).call('job.state', { job: name, state });
  answer(call, result, () =>
    call.output.line(
      call.output.say({
        en: `Job ${result.job} "${clean(result.jobName)}": ${wordOf.job(result.before).en} → ${wordOf.job(result.state).en}.`,
        zh: `任务 ${result.job}“${clean(result.jobName)}”：${wordOf.job(result.before).zh} → ${wordOf.job(result.state).zh}。`,
      }),
    ),
  );
  return 'done';
}

/** `rank=70`, `scope={"departments":{"include":["D1"]}}` */
function settingOf(given: string): [string, unknown] {
  const at = given.indexOf('=');
  if (at < 1) throw new UsageError(`"${given}" is not SETTING=VALUE.`, `“${given}”的格式应为 设置=值。`);
  const value = given.slice(at + 1);
  try {
    return [given.slice(0, at), JSON.parse(value)];
  } catch {
    return [given.slice(0, at), value];
  }
}

const seen = (call: CommandCall): { forecast?: number; withoutForecast?: boolean } => ({
  ...(text(call, 'forecast') === undefined ? {} : { forecast: whole(call, 'forecast', 0) }),
  ...(call.options['without-forecast'] ? { withoutForecast: true } : {}),
});

const savedWords = (call: CommandCall, job: { id: number; name: string; revision: number; state: string }): string =>
  call.output.say({
    en: `Job ${job.id} "${clean(job.name)}" is saved: version ${job.revision}, ${wordOf.job(job.state).en}.`,
    zh: `任务 ${job.id}“${clean(job.name)}”已保存：版本 ${job.revision}，${wordOf.job(job.state).zh}。`,
  });

export const job: CliCommand = {
  usage: 'job times|set|versions|rollback|observe|pilot|duplicate|orphans JOB … · job delete JOB [--cut-links] [--seen]',
  does: {
    en: 'a job: when it runs next, its settings and versions, trying it out, a copy',
    zh: '任务：执行时间、设置与历史版本、仅观察与试点、复制',
  },
  options: {
    forecast: { type: 'string' },
    'without-forecast': { type: 'boolean' },
    'cut-links': { type: 'boolean' },
    seen: { type: 'boolean' },
    limit: { type: 'string' },
  },
  async run(call) {
    const [what = '', name] = call.words;
    const part = Object.hasOwn(parts, what) ? parts[what] : undefined;
    if (!part) throw new UsageError(`Say what: ${Object.keys(parts).join(', ')}.`, `请指定：${Object.keys(parts).join('、')}。`);
    if (name === undefined) throw new UsageError('Name the job, by number or name.', '请指定任务（编号或名称）。');
    return part(call, name);
  },
};

export const sync: CliCommand = {
  words: 0,
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
