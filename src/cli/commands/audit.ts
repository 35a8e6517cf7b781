// audit: reads the audit log, and verifies its chain.
import { answer, type CliCommand, text } from '../command.ts';
import { time } from '../format.ts';
import { clean } from '../terminal.ts';

export const audit: CliCommand = {
  usage: 'audit [--actor A] [--action A] [--subject S] [--before N] [--limit N] | audit verify [--head HASH]',
  does: {
    en: 'who changed, approved and signed in; verify: proves that nothing was altered, or names the first entry that was',
    zh: '谁修改、审批、登录过;verify:证明日志未被改动,或指出第一条被改动的记录',
  },
  options: {
    actor: { type: 'string' },
    action: { type: 'string' },
    subject: { type: 'string' },
    before: { type: 'string' },
    limit: { type: 'string' },
    head: { type: 'string' },
  },
  async run(call) {
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
            zh: `共 ${verdict.entries} 条,哈希链完整${verdict.erased > 0 ? `;其中 ${verdict.erased} 条随人员擦除` : ''}。请记下链首,之后可用 --head 证明其前内容未变:`,
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
      ...(before === undefined ? {} : { before: Number(before) }),
      limit: Number(text(call, 'limit') ?? 30),
    });
    const erased = output.say({ en: '(erased)', zh: '(已擦除)' });
    answer(call, page, () => {
      for (const entry of page.entries) {
        output.line(
          `${String(entry.seq).padStart(5)}  ${time(entry.at)}  ${clean(entry.actor ?? erased)}  ${output.paint('bold', entry.action)}  ${clean(entry.subject ?? '')}`,
        );
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
