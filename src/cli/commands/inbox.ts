// waiting: everything that waits for a person, worst first, with the command that settles it.
import type { Label } from '../../core/model.ts';
import type { WaitingView } from '../../engine/operations/waiting.ts';
import { answer, type CliCommand, type CommandCall } from '../command.ts';
import { number, time } from '../format.ts';
import { clean } from '../terminal.ts';

const headings: Readonly<Record<WaitingView['urgency'], Label>> = {
  stopped: { en: 'Stands still until somebody acts', zh: '已停止，需要处理' },
  asked: { en: 'Waits for an answer', zh: '等待答复' },
  look: { en: 'Will get worse', zh: '需要关注' },
};

/** What to type, from the operation that settles it. */
const typed: Readonly<Record<string, (entry: WaitingView) => string>> = {
  'brake.release': ({ job, connection }) =>
    `release${job !== null ? ` --job ${job}` : connection !== null ? ` --connection ${connection}` : ''}`,
  'channel.test': ({ id }) => `channel test ${id.slice(id.indexOf(':') + 1)}`,
  'connection.check': ({ connection }) => `check ${connection}`,
  'connection.renew': ({ connection }) => `renew ${connection}`,
  'drift.adopt': ({ job }) => `drift ${job} --adopt`,
  'drift.enforce': ({ job }) => `drift ${job} --enforce`,
  'edit.apply': ({ id }) => `edit show ${id.slice(id.indexOf(':') + 1)}`,
  'held.decide': ({ job, id }) => `confirm --job ${job} --question ${id.split(':').slice(2).join(':')}`,
  'item.retry': ({ job }) => `problems ${job}`,
  'job.resume': ({ job }) => `resume ${job} [--accept]`,
  'match.accept': ({ job }) => `match ${job}`,
  'token.give': ({ id }) => `token owner ${id.slice(id.indexOf(':') + 1)} NAME`,
  'run.start': ({ job }) => `run ${job}`,
};

export const waiting: CliCommand = {
  words: 1,
  usage: 'waiting [JOB]',
  does: { en: 'everything that waits for a person, worst first, with what settles it', zh: '列出所有等待人工处理的事项及处理方法' },
  async run(call) {
    const [job] = call.words;
    const found = await (await call.session()).call('waiting.list', job === undefined ? {} : { job });
    answer(call, found, () => {
      if (found.waiting.length === 0)
        return call.output.line(call.output.say({ en: 'Nothing waits for you.', zh: '没有等待处理的事项。' }));
      for (const urgency of ['stopped', 'asked', 'look'] as const) {
        const own = found.waiting.filter((entry) => entry.urgency === urgency);
        if (own.length === 0) continue;
        call.output.line(call.output.paint('bold', call.output.say(headings[urgency])));
        for (const entry of own) showEntry(call, entry);
      }
      if (found.leftOut > 0) call.output.line(`… ${number(found.leftOut)}`);
    });
    return found.totals.stopped + found.totals.asked > 0 ? 'doubts' : 'done';
  },
};

function showEntry({ output }: CommandCall, entry: WaitingView): void {
  const facts = [
    entry.jobName ?? entry.connectionName ?? '',
    entry.objects !== null && entry.objects !== entry.count
      ? output.say({ en: `about ${entry.objects}`, zh: `涉及 ${entry.objects} 个对象` })
      : '',
    entry.needs > 1 ? output.say({ en: `needs ${entry.needs} people`, zh: `需 ${entry.needs} 人确认` }) : '',
    entry.since === null ? '' : output.say({ en: `since ${time(entry.since)}`, zh: `自 ${time(entry.since)}` }),
    entry.until === null ? '' : output.say({ en: `until ${time(entry.until)}`, zh: `至 ${time(entry.until)}` }),
  ];
  const count = entry.count === null ? '' : `${number(entry.count)}× `;
  output.line(
    `  ${count}${clean(output.say(entry.title))}  ${output.paint(
      'dim',
      facts
        .filter((fact) => fact !== '')
        .map(clean)
        .join(' · '),
    )}`,
  );
  if (entry.detail) output.line(`    ${clean(output.say(entry.detail))}`);
  const [first] = entry.settle;
  const words = first && typed[first.operation]?.(entry);
  if (words) output.line(`    ${output.paint('dim', `→ tributary ${words}`)}`);
}
