// notices: what was told to whom, and what came of it.
import type { NoticeView } from '../../engine/operations/notices.ts';
import { answer, type CliCommand, text, whole } from '../command.ts';
import { UsageError } from '../errors.ts';
import { time } from '../format.ts';
import { clean, table, type Output } from '../terminal.ts';

const states = {
  queued: { en: 'waits', zh: '等待发送' },
  sending: { en: 'being sent', zh: '发送中' },
  sent: { en: 'sent', zh: '已发送' },
  dead: { en: 'given up', zh: '已放弃' },
} as const;

export const channel: CliCommand = {
  usage: 'channel list | test ID [--to ADDRESS]',
  does: { en: 'lists the channels by which notices leave, or sends a test message by one', zh: '列出通知渠道，或发送测试消息' },
  options: { to: { type: 'string' } },
  async run(call) {
    const [verb = 'list', id] = call.words;
    const { output } = call;
    if (verb === 'test') {
      if (id === undefined) throw new UsageError('Name the channel.', '请指定渠道。');
      const to = text(call, 'to');
      const result = await (await call.session()).call('channel.test', { channel: id, ...(to === undefined ? {} : { to }) });
      answer(call, result, () =>
        output.line(
          result.error
            ? `${output.paint('red', '✗')} ${clean(output.say(result.error))}`
            : output.say({ en: 'The far side took the test message.', zh: '对方已接收测试消息。' }),
        ),
      );
      return result.sent ? 'done' : 'failed';
    }
    if (verb !== 'list') throw new UsageError('Say list or test.', '请使用 list 或 test。');
    const { channels } = await (await call.session()).call('channel.list', {});
    answer(call, channels, () => {
      if (channels.length === 0)
        return output.line(
          output.say({
            en: 'No channel yet: notices go to nobody. Write some under "channels:" in the configuration.',
            zh: '尚无渠道，通知不会发送给任何人。请在配置文件的 channels: 中添加。',
          }),
        );
      return table(
        output,
        [
          { head: 'id' },
          { head: output.say({ en: 'kind', zh: '类型' }) },
          { head: output.say({ en: 'name', zh: '名称' }) },
          { head: output.say({ en: 'waits', zh: '等待' }), right: true },
          { head: output.say({ en: 'given up', zh: '已放弃' }), right: true },
        ],
        channels.map((row) => [row.id, row.kind, clean(row.name), String(row.waiting), String(row.dead)]),
      );
    });
    return 'done';
  },
};

export const notices: CliCommand = {
  usage: 'notices [resend NUMBER] [--job JOB] [--kind KIND] [--delivery queued|sent|dead] [--limit N]',
  does: { en: 'lists notices with each delivery: channel, tries, last error', zh: '列出通知及投递情况：渠道、尝试次数、最近错误' },
  options: {
    job: { type: 'string' },
    kind: { type: 'string' },
    delivery: { type: 'string' },
    limit: { type: 'string' },
    before: { type: 'string' },
  },
  async run(call) {
    const [verb, id] = call.words;
    if (verb !== undefined && verb !== 'resend')
      throw new UsageError('Say nothing for the list, or resend with a number.', '不加参数列出通知，或使用 resend 加编号。');
    if (verb === 'resend') {
      if (id === undefined || !/^\d+$/.test(id)) throw new UsageError('Give the number of the notice.', '请指定通知编号。');
      const again = await (await call.session()).call('notice.resend', { notice: Number(id) });
      answer(call, again, () => call.output.line(call.output.say({ en: 'It is tried again.', zh: '将重新发送。' })));
      return 'done';
    }
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

const toWords = {
  person: { en: 'to them', zh: '本人' },
  manager: { en: 'to their manager', zh: '其上级' },
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
      const about = row.person?.title ? ` · ${row.person.title}` : '';
      const first = [String(row.id), time(row.at), clean(output.say(row.title) + about)];
      if (row.deliveries.length === 0) return [[...first, nobody, '–']];
      return row.deliveries.map((delivery, index) => [
        ...(index === 0 ? first : ['', '', '']),
        clean(
          [delivery.channel, delivery.recipient ?? (delivery.to && output.say(toWords[delivery.to]))]
            .filter((part) => part !== null)
            .join(' '),
        ),
        `${output.say(states[delivery.state])}${delivery.attempts > 1 ? ` ×${delivery.attempts}` : ''}${delivery.error ? ` · ${clean(output.say(delivery.error))}` : ''}`,
      ]);
    }),
  );
  if (next !== null) output.line(output.paint('dim', `… --before ${next}`));
}
