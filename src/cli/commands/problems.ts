// problems · retry: what is wrong with single records, grouped by cause with what to do; looked at again, or said to be known or waived.
import type { InputOf, OutputOf } from '../../engine/commands.ts';
import { answer, type CliCommand, type CommandCall, text, whole } from '../command.ts';
import { UsageError, type Exit } from '../errors.ts';
import { number, shortKey, time, typeWord } from '../format.ts';
import { exitOf, follow } from '../progress.ts';
import { runCounts, runHead } from '../show-run.ts';
import { clean } from '../terminal.ts';
import { keysIn } from './runs.ts';

/** The group that the options name, as far as they do. */
const kind = (call: CommandCall): { type?: string; cause?: string; attribute?: string } =>
  Object.fromEntries(
    (['type', 'cause', 'attribute'] as const).flatMap((name) => (text(call, name) === undefined ? [] : [[name, text(call, name)!]])),
  );
const ofKind = { type: { type: 'string' }, cause: { type: 'string' }, attribute: { type: 'string' } } as const;

export const problems: CliCommand = {
  usage: 'problems [JOB] [--fixed] | problems JOB [TYPE:ID …] [--cause C] --known | --waive | --new [--note TEXT]',
  does: {
    en: 'what is wrong with single records, by cause, with what to do; marks it as known or waived',
    zh: '按原因列出问题及处理建议；可标记为已知或忽略',
  },
  options: {
    ...ofKind,
    fixed: { type: 'boolean' },
    known: { type: 'boolean' },
    waive: { type: 'boolean' },
    new: { type: 'boolean' },
    note: { type: 'string' },
    limit: { type: 'string' },
  },
  async run(call) {
    const triage = call.options.waive ? 'waived' : call.options.known ? 'known' : call.options.new ? 'new' : null;
    if (triage !== null) return mark(call, triage);
    if (call.options.fixed) return fixed(call);
    const job = call.words[0];
    const found = await (await call.session()).call('item.groups', job === undefined ? {} : { job });
    answer(call, found, () => showGroups(call, found.groups));
    return found.groups.some((group) => group.count > group.waived + group.waiting) ? 'doubts' : 'done';
  },
};

function showGroups({ output }: CommandCall, groups: OutputOf<'item.groups'>['groups']): void {
  if (groups.length === 0) return output.line(output.say({ en: 'No problems.', zh: '没有问题。' }));
  for (const group of groups) {
    const parts = [
      [group.waiting, { en: 'wait for a person', zh: '等待本人' }],
      [group.dead, { en: 'given up', zh: '已放弃' }],
      [group.known, { en: 'known', zh: '已知' }],
      [group.waived, { en: 'waived', zh: '已忽略' }],
    ] as const;
    const marks = parts.flatMap(([count, words]) => (count > 0 ? [`${number(count)} ${output.say(words)}`] : []));
    output.line(
      `${output.paint('bold', `${number(group.count)}× ${output.say(group.title)}`)}  ${output.paint('dim', [clean(group.jobName), typeWord(output, group.type), group.attributeLabel ? output.say(group.attributeLabel) : '', group.cause, ...marks].filter((part) => part !== '').join(' · '))}`,
    );
    output.line(
      `  ${output.paint('red', '!')} ${clean(group.example.title ?? group.example.key)}: ${clean(output.say(group.example.message))}`,
    );
    output.line(`  ${output.paint('green', '→')} ${output.say(group.remedy)}`);
  }
  output.line(
    output.paint(
      'dim',
      output.say({
        en: 'Look again: tributary retry JOB [--cause C]. Leave as it is: tributary problems JOB --cause C --waive',
        zh: '重新处理：tributary retry 任务 [--cause 原因]。不处理：tributary problems 任务 --cause 原因 --waive',
      }),
    ),
  );
}

async function mark(call: CommandCall, triage: InputOf<'item.triage'>['triage']): Promise<Exit> {
  const [job, ...rest] = call.words;
  if (job === undefined) throw new UsageError('Name the job, by number or name.', '请指定任务（编号或名称）。');
  const keys = rest.flatMap(keysIn);
  const note = text(call, 'note');
  const result = await (await call.session()).call('item.triage', {
    job,
    triage,
    ...kind(call),
    ...(keys.length > 0 ? { keys } : {}),
    ...(note === undefined ? {} : { note }),
  });
  answer(call, result, () =>
    call.output.line(
      call.output.say(
        result.changed === 0
          ? {
              en: `Nothing was marked: the job has no such problem. See which it has: tributary problems ${job}`,
              zh: `未标记任何内容：该任务没有此类问题。可查看其问题：tributary problems ${job}`,
            }
          : { en: `Marked ${number(result.changed)}.`, zh: `已标记 ${number(result.changed)} 项。` },
      ),
    ),
  );
  return result.changed === 0 ? 'refused' : 'done';
}

async function fixed(call: CommandCall): Promise<Exit> {
  const { output } = call;
  const job = call.words[0];
  const found = await (await call.session()).call('item.fixed', { limit: whole(call, 'limit', 30), ...(job === undefined ? {} : { job }) });
  answer(call, found, () => {
    if (found.items.length === 0) output.line(output.say({ en: 'Nothing was mended yet.', zh: '尚无已解决的问题。' }));
    for (const item of found.items) {
      output.line(
        `${time(item.fixedAt)}  ${clean(item.title ?? item.key)}  ${output.paint('dim', `${clean(item.jobName)} · ${typeWord(output, item.type)} ${shortKey(item.key)} · ${output.say({ en: `run ${item.fixedRun}`, zh: `执行 ${item.fixedRun}` })}`)}`,
      );
      output.line(`  ${output.paint('green', '✓')} ${clean(output.say(item.message))}`);
    }
  });
  return 'done';
}

export const retry: CliCommand = {
  usage: 'retry JOB [TYPE:ID …] [--cause C] [--type T] [--attribute A]',
  does: {
    en: 'tries records with problems again: all of a job, those of one cause, or the named ones',
    zh: '重试有问题的记录：整个任务、某一原因或指定记录',
  },
  options: ofKind,
  async run(call) {
    const [job, ...rest] = call.words;
    if (job === undefined) throw new UsageError('Name the job, by number or name.', '请指定任务（编号或名称）。');
    const session = await call.session();
    const keys = rest.flatMap(keysIn);
    const result = await session.call('item.retry', { job, ...kind(call), ...(keys.length > 0 ? { keys } : {}) });
    if (result.run === null) {
      answer(call, result, () =>
        call.output.line(call.output.say({ en: 'Nothing to retry: the job has no such problems.', zh: '无需重试：该任务没有此类问题。' })),
      );
      return 'done';
    }
    const ended = await follow(call, [result.run]);
    answer(call, { runs: ended }, () => {
      for (const one of ended) {
        runHead(call.output, one);
        runCounts(call.output, one);
      }
    });
    return exitOf(ended);
  },
};
