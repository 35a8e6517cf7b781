// notices: what was told to whom, and what came of it.
import type { NoticeView } from '../../engine/operations/notices.ts';
import { answer, type CliCommand, text, whole } from '../command.ts';
import { time } from '../format.ts';
import { clean, table, type Output } from '../terminal.ts';

const states = {
  queued: { en: 'waits', zh: '等待发送' },
  sending: { en: 'being sent', zh: '发送中' },
  sent: { en: 'sent', zh: '已发送' },
  dead: { en: 'given up', zh: '已放弃' },
} as const;

export const notices: CliCommand = {
  usage: 'notices [--job JOB] [--kind KIND] [--delivery queued|sent|dead] [--limit N]',
  does: { en: 'lists notices with each delivery: channel, tries, last error', zh: '列出通知及投递情况:渠道、尝试次数、最近错误' },
  options: {
    job: { type: 'string' },
    kind: { type: 'string' },
    delivery: { type: 'string' },
    limit: { type: 'string' },
    before: { type: 'string' },
  },
  async run(call) {
    const page = await (await call.session()).call('notice.list', {
      limit: whole(call, 'limit', 20),
      ...(text(call, 'job') === undefined ? {} : { job: text(call, 'job')! }),
      ...(text(call, 'kind') === undefined ? {} : { kind: text(call, 'kind') as NoticeView['kind'] }),
      ...(text(call, 'delivery') === undefined ? {} : { delivery: text(call, 'delivery') as 'dead' }),
      ...(text(call, 'before') === undefined ? {} : { before: whole(call, 'before', 0) }),
    });
    answer(call, page, () => show(call.output, page.notices, page.next));
    return 'done';
  },
};

function show(output: Output, rows: readonly NoticeView[], next: number | null): void {
  if (rows.length === 0) return output.line(output.say({ en: 'No notice yet.', zh: '尚无通知。' }));
  const nobody = output.say({ en: 'for nobody', zh: '无接收人' });
  table(
    output,
    [
      { head: '#', right: true },
      { head: output.say({ en: 'when', zh: '时间' }) },
      { head: output.say({ en: 'what', zh: '内容' }) },
      { head: output.say({ en: 'by', zh: '渠道' }) },
      { head: output.say({ en: 'state', zh: '状态' }) },
    ],
    rows.flatMap((row) => {
      const first = [String(row.id), time(row.at), clean(output.say(row.title))];
      if (row.deliveries.length === 0) return [[...first, nobody, '–']];
      return row.deliveries.map((delivery, index) => [
        ...(index === 0 ? first : ['', '', '']),
        clean([delivery.channel, delivery.recipient].filter((part) => part !== null).join(' ')),
        `${output.say(states[delivery.state])}${delivery.attempts > 1 ? ` ×${delivery.attempts}` : ''}${delivery.error ? ` · ${clean(output.say(delivery.error))}` : ''}`,
      ]);
    }),
  );
  if (next !== null) output.line(output.paint('dim', `… --before ${next}`));
}
