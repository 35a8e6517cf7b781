// merge, split: two people are made one, or one person two, once what follows was seen
import type { OutputOf } from '../../engine/commands.ts';
import { answer, type CliCommand, type CommandCall, text } from '../command.ts';
import { UsageError, type Exit } from '../errors.ts';
import { time } from '../format.ts';
import { exitOf, follow } from '../progress.ts';
import { plan as showPlan } from '../show-run.ts';
import { clean } from '../terminal.ts';

type Preview = OutputOf<'person.merge-preview'>;

export const merge: CliCommand = {
  usage: 'merge PERSON --into PERSON [--account CONNECTION=merged,…] [--token TOKEN]',
  does: {
    en: 'makes one of a person who is in the directory twice: first what follows, then, with its token, exactly that; "undo" makes them two again',
    zh: '合并重复的人员：先预览后果，再凭令牌执行；可用 undo 恢复为两人',
  },
  options: { into: { type: 'string' }, account: { type: 'string' }, token: { type: 'string' } },
  async run(call) {
    const person = call.words.join(' ').trim();
    const into = text(call, 'into');
    if (person === '' || into === undefined) throw new UsageError('Say who, and --into whom.', '请指定人员及 --into 目标人员。');
    const session = await call.session();
    const token = text(call, 'token');
    if (token !== undefined) return carriedOut(call, (await session.call('person.merge', { person, into, token })).run);
    const seen = await session.call('person.merge-preview', { person, into, accounts: accountsIn(call) });
    return preview(call, seen, `tributary merge ${seen.from} --into ${seen.to} --token ${seen.token}`);
  },
};

export const split: CliCommand = {
  usage: 'split PERSON [CONNECTION:RECORD…] [--account CONNECTION:ACCOUNT,…] [--token TOKEN]',
  does: {
    en: 'makes two of a person whose records are of two humans; without records it lists them; first what follows, then, with its token, exactly that',
    zh: '将误合为一人的记录拆分为两人；不给记录时列出其记录；先预览后果，再凭令牌执行',
  },
  options: { account: { type: 'string' }, token: { type: 'string' } },
  async run(call) {
    const [person, ...words] = call.words;
    if (person === undefined) throw new UsageError('Say who.', '请指定人员。');
    const session = await call.session();
    const token = text(call, 'token');
    if (token !== undefined) return carriedOut(call, (await session.call('person.split', { person, token })).run);
    if (words.length === 0) {
      const found = await session.call('person.records', { person });
      answer(call, found, () => {
        for (const one of found.records) call.output.line(`${clean(one.connection)}:${clean(one.externalId)}`);
      });
      return 'done';
    }
    const seen = await session.call('person.split-preview', {
      person,
      records: words.map(recordIn),
      accounts: listed(call, 'account').map(recordIn),
    });
    return preview(call, seen, `tributary split ${seen.from} --token ${seen.token}`);
  },
};

const listed = (call: CommandCall, name: string): readonly string[] => (text(call, name) ?? '').split(',').filter((word) => word !== '');

function accountsIn(call: CommandCall): Record<string, 'kept' | 'merged'> {
  return Object.fromEntries(
    listed(call, 'account').map((word) => {
      const cut = word.lastIndexOf('=');
      const whose = word.slice(cut + 1);
      if (cut < 1 || (whose !== 'kept' && whose !== 'merged'))
        throw new UsageError(`"${word}" is no CONNECTION=kept or CONNECTION=merged.`, `“${word}”不是“连接=kept”或“连接=merged”的形式。`);
      return [word.slice(0, cut), whose] as const;
    }),
  );
}

function recordIn(word: string): { connection: string; externalId: string } {
  const cut = word.indexOf(':');
  if (cut < 1 || cut === word.length - 1) throw new UsageError(`"${word}" is no CONNECTION:ID.`, `“${word}”不是“连接:编号”的形式。`);
  return { connection: word.slice(0, cut), externalId: word.slice(cut + 1) };
}

function preview(call: CommandCall, seen: Preview, next: string): Exit {
  answer(call, seen, () => {
    const { output } = call;
    const apart = seen.keptApart;
    if (apart)
      output.line(
        output.paint(
          'yellow',
          output.say({
            en: `! ${apart.by} has said on ${time(apart.at)} that these are two.`,
            zh: `! ${apart.by} 已于 ${time(apart.at)} 确认两者不是同一人。`,
          }),
        ),
      );
    output.line(`${clean(seen.fromTitle)} → ${clean(seen.toTitle)}`);
    for (const one of seen.records) output.line(`  ${clean(one.connection)}:${clean(one.externalId)}`);
    for (const one of seen.accounts) output.line(`  ${clean(one.connection)}  ${clean(one.account)}  ${output.say(one.says)}`);
    for (const one of [seen.directory, ...seen.downstream]) showPlan(output, one);
    output.line(
      output.paint(
        'dim',
        output.say({ en: `Nothing was written. Do exactly this: ${next}`, zh: `未写入任何内容。如需严格按此执行：${next}` }),
      ),
    );
  });
  return 'done';
}

async function carriedOut(call: CommandCall, run: number): Promise<Exit> {
  const ended = await follow(call, [run]);
  answer(call, { run, runs: ended }, () => {
    if (ended.some((one) => (one.counts.held ?? 0) > 0))
      call.output.line(
        call.output.say({ en: 'It waits for a person to confirm it: tributary confirm', zh: '等待人工确认：tributary confirm' }),
      );
  });
  return exitOf(ended);
}
