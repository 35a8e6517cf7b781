// renew: a new credential for a connection, tried first. It never stands on the command line, where others could read it.
import { readFileSync } from 'node:fs';
import { answer, type CliCommand, type CommandCall, text } from '../command.ts';
import { UsageError } from '../errors.ts';
import { textIn } from '../read-file.ts';
import { clean } from '../terminal.ts';

export const renew: CliCommand = {
  usage: 'renew CONNECTION SETTING --file PATH | -',
  does: {
    en: 'tries a new password or key of a connection, read from a file or standard input, and takes it when it works',
    zh: '从文件或标准输入读取连接的新密码或密钥，测试可用后替换',
  },
  options: { file: { type: 'string' } },
  async run(call) {
    const [connection, setting, from] = call.words;
    if (connection === undefined || setting === undefined)
      throw new UsageError('Name the connection and the setting, such as password.', '请指定连接和设置项，例如 password。');
    const result = await (await call.session()).call('connection.renew', { connection, secrets: { [setting]: secretOf(call, from) } });
    const { output } = call;
    answer(call, result, () => {
      for (const finding of result.findings)
        output.line(`${finding.ok ? output.paint('green', '✓') : output.paint('red', '✗')} ${clean(output.say(finding.message))}`);
      if (result.error) output.line(`${output.paint('red', '✗')} ${clean(output.say(result.error))}`);
      output.line(
        output.say(
          result.renewed
            ? { en: 'It works and is in use now.', zh: '测试通过，已启用新凭据。' }
            : { en: 'It was not taken: the old one is still in use.', zh: '未替换：仍在使用原凭据。' },
        ),
      );
    });
    return result.renewed ? 'done' : 'failed';
  },
};

function secretOf(call: CommandCall, from: string | undefined): string {
  const file = text(call, 'file');
  if (file === undefined && from !== '-')
    throw new UsageError('Say where it is: --file PATH, or - for standard input.', '请用 --file 指定文件，或用 - 表示标准输入。');
  return (file === undefined ? readFileSync(0, 'utf8') : textIn(file)).replace(/\r?\n$/, '');
}
