// audit: reads the audit log, and verifies its chain.
import { answer, type CliCommand, type CommandCall, text, seenRevision, whole } from '../command.ts';
import { type Exit, UsageError } from '../errors.ts';
import { textIn } from '../read-file.ts';
import { time } from '../format.ts';
import { clean } from '../terminal.ts';

export const audit: CliCommand = {
  usage:
    'audit [--actor A] [--action A] [--subject S] [--before N] [--limit N] | audit verify [--head HASH] | audit forward [tls://HOST:PORT | tcp://HOST:PORT | off] [--ca FILE] [--again] [--revision R]',
  does: {
    en: 'who changed, approved and signed in; verify: proves that nothing was altered, or names the first entry that was; forward: to a syslog collector',
    zh: '谁修改、审批、登录过；verify：证明日志未被改动，或指出第一条被改动的记录；forward：转发到 syslog 服务器',
  },
  options: {
    actor: { type: 'string' },
    action: { type: 'string' },
    subject: { type: 'string' },
    before: { type: 'string' },
    limit: { type: 'string' },
    head: { type: 'string' },
    revision: { type: 'string' },
    ca: { type: 'string' },
    again: { type: 'boolean' },
  },
  async run(call) {
    if (call.words[0] !== undefined && !['forward', 'verify'].includes(call.words[0]))
      throw new UsageError('Say nothing for the list, or verify or forward.', '不加参数列出日志，或使用 verify、forward。');
    if (call.words[0] === 'forward') return forward(call, call.words[1]);
    const session = await call.session();
    const { output } = call;
    if (call.words[0] === 'verify') {
      const head = text(call, 'head');
      const verdict = await session.call('audit.verify', head === undefined ? {} : { head });
      answer(call, verdict, () => {
        if (verdict.broken) return output.line(`${output.paint('red', '✗')} ${output.say(verdict.broken.what)}`);
        output.line(
          `${output.paint('green', '✓')} ${output.say({
            en: `${verdict.entries} entries, one unbroken chain${verdict.erased > 0 ? `; ${verdict.erased} erased with their people` : ''}. Note the head down; --head proves later that nothing before it changed:`,
            zh: `共 ${verdict.entries} 条，哈希链完整${verdict.erased > 0 ? `；其中 ${verdict.erased} 条随人员擦除` : ''}。请记下链首,之后可用 --head 证明其前内容未变:`,
          })}\n  ${verdict.head}`,
        );
      });
      return verdict.broken ? 'failed' : 'done';
    }
    const filter = (name: 'actor' | 'action' | 'subject') => {
      const value = text(call, name);
      return value === undefined ? {} : { [name]: value };
    };
    const before = text(call, 'before');
    const page = await session.call('audit.list', {
      ...filter('actor'),
      ...filter('action'),
      ...filter('subject'),
      ...(before === undefined ? {} : { before: whole(call, 'before', 0) }),
      limit: whole(call, 'limit', 30),
    });
    const erased = output.say({ en: '(erased)', zh: '（已擦除）' });
    answer(call, page, () => {
      for (const entry of page.entries) {
        output.line(
          `${String(entry.seq).padStart(5)}  ${time(entry.at)}  ${clean(entry.actor ?? erased)}  ${output.paint('bold', entry.action)}  ${clean(entry.subject ?? '')}`,
        );
        if (entry.about) output.line(`         ${clean(output.say(entry.about.says))}`);
        for (const [sign, value] of [
          ['-', entry.before],
          ['+', entry.after],
        ] as const)
          if (value !== null) output.line(output.paint('dim', `         ${sign} ${clean(value)}`));
      }
      if (page.next !== null) output.line(output.paint('dim', `… --before ${page.next}`));
    });
    return 'done';
  },
};

async function forward(call: CommandCall, to: string | undefined): Promise<Exit> {
  const { output } = call;
  const session = await call.session();
  const now =
    to === undefined
      ? await session.call('audit.forwarding', {})
      : await session.call('audit.forward', {
          to: to === 'off' ? null : collector(call, to),
          again: call.options.again === true,
          ...seenRevision(call),
        });
  answer(call, now, () => {
    if (now.to === null) return output.line(output.say({ en: 'The audit log is not sent anywhere.', zh: '审计日志未转发。' }));
    const place = `${now.to.transport}://${now.to.host}:${now.to.port}`;
    output.line(
      output.say({
        en: `To ${place}: ${now.sent} of ${now.last} entries are there.`,
        zh: `转发到 ${place}：已送达 ${now.sent} / ${now.last} 条。`,
      }),
    );
    if (now.error !== null) output.line(`  ${output.paint('red', '!')} ${clean(now.error)}`);
  });
  return 'done';
}

function collector(call: CommandCall, given: string): { transport: 'tls' | 'tcp'; host: string; port: number; ca: string | null } {
  const match = /^(tls|tcp):\/\/(\[[0-9a-f:.]+\]|[^\s:/]+)(?::(\d{1,5}))?$/i.exec(given);
  if (!match)
    throw new UsageError(
      `"${given}" is not tls://HOST:PORT or tcp://HOST:PORT.`,
      `“${given}”的格式应为 tls://主机：端口 或 tcp://主机：端口。`,
    );
  const transport = match[1]!.toLowerCase() as 'tls' | 'tcp';
  const ca = text(call, 'ca');
  return {
    transport,
    host: match[2]!.replace(/^\[|\]$/g, ''),
    port: match[3] === undefined ? (transport === 'tls' ? 6514 : 601) : Number(match[3]),
    ca: ca === undefined ? null : textIn(ca),
  };
}
