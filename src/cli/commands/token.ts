// token: API tokens for programs.
import { answer, type CliCommand, text } from '../command.ts';
import { UsageError } from '../errors.ts';
import { time } from '../format.ts';
import { clean, table } from '../terminal.ts';

export const token: CliCommand = {
  usage: 'token create NAME --role ROLE [--days N] [--connection C,…] [--job JOB,…] | list | revoke TOKEN',
  does: { en: 'API tokens: shown once, for a role, until a day', zh: 'API 令牌：仅显示一次，限定角色与有效期' },
  options: { role: { type: 'string' }, days: { type: 'string' }, connection: { type: 'string' }, job: { type: 'string' } },
  async run(call) {
    const [verb, name] = call.words;
    const session = await call.session();
    const { output } = call;
    const several = (option: string): string[] | undefined => text(call, option)?.split(',');
    if (verb === 'create') {
      if (name === undefined) throw new UsageError('Name the token after what uses it.', '请以用途命名令牌。');
      const days = text(call, 'days');
      const connections = several('connection');
      const jobs = several('job');
      const made = await session.call('token.create', {
        name,
        role: (text(call, 'role') ?? 'viewer') as 'viewer',
        ...(days === undefined ? {} : { days: Number(days) }),
        ...(connections ? { connections } : {}),
        ...(jobs ? { jobs } : {}),
      });
      answer(call, made, () => {
        output.line(made.token);
        output.line(
          output.paint(
            'dim',
            output.say({
              en: `${made.role}, until ${time(made.expiresAt)}. It is not shown again. Use: Authorization: Bearer …`,
              zh: `${made.role}，有效期至 ${time(made.expiresAt)}。不会再次显示。用法：Authorization: Bearer …`,
            }),
          ),
        );
      });
      return 'done';
    }
    if (verb === 'revoke') {
      if (name === undefined) throw new UsageError('Name the token: its id or name.', '请指定令牌的编号或名称。');
      const gone = await session.call('token.revoke', { token: name });
      answer(call, gone, () => output.line(output.say({ en: `Revoked ${clean(gone.name)}.`, zh: `已吊销 ${clean(gone.name)}。` })));
      return 'done';
    }
    if (verb !== undefined && verb !== 'list') throw new UsageError('Say create, list or revoke.', '请使用 create、list 或 revoke。');
    const { tokens } = await session.call('token.list', {});
    answer(call, tokens, () =>
      table(
        output,
        [
          { head: 'id' },
          { head: output.say({ en: 'name', zh: '名称' }) },
          { head: output.say({ en: 'role', zh: '角色' }) },
          { head: output.say({ en: 'for', zh: '范围' }) },
          { head: output.say({ en: 'until', zh: '有效期至' }) },
          { head: output.say({ en: 'last used', zh: '最近使用' }) },
        ],
        tokens.map((row) => [
          row.id,
          clean(row.name),
          row.role,
          [...(row.connections ?? []), ...(row.jobs ?? []).map((job) => `job ${job}`)].join(', ') ||
            output.say({ en: 'everything', zh: '全部' }),
          row.revokedAt === null ? time(row.expiresAt) : output.say({ en: 'revoked', zh: '已吊销' }),
          row.usedAt === null ? '–' : time(row.usedAt),
        ]),
      ),
    );
    return 'done';
  },
};
