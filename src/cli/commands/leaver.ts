// leaver: the sheet of somebody who leaves; --close looks at what closing everything would do, and --close TOKEN does it
import { answer, type CliCommand, type CommandCall, text } from '../command.ts';
import { UsageError, type Exit } from '../errors.ts';
import { exitOf, follow } from '../progress.ts';
import { clean } from '../terminal.ts';

export const leaver: CliCommand = {
  usage: 'leaver PERSON [--close [--token TOKEN] [--why TEXT]]',
  does: {
    en: 'the sheet of somebody who leaves: what is closed, what is open; --close closes everything at once, after a second look',
    zh: '离职关闭单：已关闭与未关闭的系统；--close 预览并立即关闭全部账号',
  },
  options: { close: { type: 'boolean' }, token: { type: 'string' }, why: { type: 'string' } },
  async run(call) {
    const person = call.words.join(' ').trim();
    if (person === '') throw new UsageError('Say who: id, number, user name or name.', '请指定人员：编号、工号、用户名或姓名。');
    if (call.options.close !== true) return sheet(call, person);
    const token = text(call, 'token');
    return token === undefined ? preview(call, person) : close(call, person, token);
  },
};

async function sheet(call: CommandCall, person: string): Promise<Exit> {
  const view = await (await call.session()).call('leaver.sheet', { person });
  answer(call, view, () => {
    for (const line of call.output.say(view.text).trimEnd().split('\n')) call.output.line(clean(line));
  });
  return 'done';
}

async function preview(call: CommandCall, person: string): Promise<Exit> {
  const view = await (await call.session()).call('leaver.preview', { person });
  answer(call, view, () => {
    const { output } = call;
    for (const one of view.closings) {
      const name = one.connectionName === null ? output.say({ en: 'Directory', zh: '目录' }) : clean(one.connectionName);
      output.line(`${name}  ${output.paint('dim', clean(one.account ?? ''))}  ${output.say(one.says)}`);
    }
    output.line();
    const next = `tributary leaver ${view.person} --close --token ${view.token}`;
    output.line(
      output.paint(
        'dim',
        output.say({ en: `Nothing was written. Close exactly this: ${next}`, zh: `未写入任何内容。如需严格按此关闭：${next}` }),
      ),
    );
  });
  return 'done';
}

async function close(call: CommandCall, person: string, token: string): Promise<Exit> {
  const started = await (await call.session()).call('leaver.close', { person, token, why: text(call, 'why') ?? '' });
  const ended = await follow(call, started.runs);
  await sheet(call, started.person);
  return ended.length === 0 ? 'done' : exitOf(ended);
}
