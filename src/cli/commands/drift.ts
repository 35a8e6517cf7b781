// drift
import type { DriftView } from '../../engine/operations/drift.ts';
import { answer, type CliCommand, type CommandCall } from '../command.ts';
import { UsageError } from '../errors.ts';
import { time } from '../format.ts';
import type { Label } from '../../core/model.ts';
import { clean } from '../terminal.ts';

const stateWords: Readonly<Record<DriftView['state'], Label>> = {
  corrected: { en: 'written over', zh: '已改回' },
  open: { en: 'left as it is', zh: '保留' },
  fought: { en: 'given up: somebody writes it back each time', zh: '已放弃：对方反复改写' },
};

export const drift: CliCommand = {
  words: 1,
  usage: 'drift JOB [--course | --enforce | --adopt]',
  does: {
    en: 'what a target shows instead of what was written; its course; writes again what was given up; takes over what is to be adopted',
    zh: '目标系统中与写入值不同的内容及其趋势；重新写入已放弃的属性；采纳目标系统的值',
  },
  options: { course: { type: 'boolean' }, enforce: { type: 'boolean' }, adopt: { type: 'boolean' } },
  async run(call) {
    const [job] = call.words;
    if (job === undefined) throw new UsageError('Name the job.', '请指定任务。');
    const session = await call.session();
    const { output } = call;
    if (call.options.enforce === true) {
      const done = await session.call('drift.enforce', { job });
      answer(call, done, () =>
        output.line(
          output.say({
            en: `${done.objects} objects: the next run writes them again.`,
            zh: `${done.objects} 个对象将由下次执行重新写入。`,
          }),
        ),
      );
      return 'done';
    }
    if (call.options.adopt === true) {
      const edit = await session.call('drift.adopt', { job });
      answer(call, edit, () =>
        output.line(
          output.say({
            en: `Edit ${edit.id} would take over ${edit.steps.length} objects. Look at it: tributary edit show ${edit.id}; carry it out: tributary edit apply ${edit.id}.`,
            zh: `编辑 ${edit.id} 将采纳 ${edit.steps.length} 个对象的值。查看：tributary edit show ${edit.id}；执行：tributary edit apply ${edit.id}。`,
          }),
        ),
      );
      return 'done';
    }
    if (call.options.course === true) {
      const view = await session.call('drift.course', { job });
      answer(call, view, () => {
        for (const one of view.course)
          output.line(
            `${output.paint('dim', `${time(one.at)} #${one.run}`)}  ${(['corrected', 'open', 'fought'] as const).map((state) => `${output.say(stateWords[state])}: ${one[state]}`).join(' · ')}`,
          );
      });
      return 'done';
    }
    const view = await session.call('drift.list', { job, limit: 1000 });
    answer(call, view, () => show(call, view.drift, view.next !== null));
    return 'done';
  },
};

const valueText = (value: unknown): string =>
  value === null || value === undefined || (Array.isArray(value) && value.length === 0)
    ? '–'
    : Array.isArray(value)
      ? value.map((one) => clean(String(one))).join(', ')
      : clean(typeof value === 'string' ? value : JSON.stringify(value));

function show(call: CommandCall, list: readonly DriftView[], more: boolean): void {
  const { output } = call;
  if (list.length === 0) return output.line(output.say({ en: 'The target shows what was written.', zh: '目标系统与写入内容一致。' }));
  for (const one of list)
    output.line(
      `${clean(one.title)}  ${clean(one.attribute)}: ${valueText(one.found)} ${output.paint('dim', output.say({ en: `instead of ${valueText(one.wanted)}`, zh: `而非 ${valueText(one.wanted)}` }))}  ${output.say(stateWords[one.state])}  ${output.paint('dim', `${output.say({ en: 'since', zh: '自' })} ${time(one.firstAt)}`)}`,
    );
  if (more) output.line(output.paint('dim', '… --json'));
}
