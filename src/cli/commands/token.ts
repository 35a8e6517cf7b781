// token: API tokens for programs.
import { answer, type CliCommand, text, seenRevision } from '../command.ts';
import { UsageError } from '../errors.ts';
import { time } from '../format.ts';
import { orphanWords } from '../../engine/words.ts';
import { clean, table } from '../terminal.ts';

export const token: CliCommand = {
  usage:
    'token create NAME --role ROLE [--days N] [--connection C,…] [--job JOB,…] [--owner NAME] | list | owner TOKEN NAME [--revision R] | revoke TOKEN',
  does: { en: 'API tokens: shown once, for a role, until a day', zh: 'API 令牌：仅显示一次，限定角色与有效期' },
  options: {
    role: { type: 'string' },
    days: { type: 'string' },
    connection: { type: 'string' },
    job: { type: 'string' },
    owner: { type: 'string' },
    revision: { type: 'string' },
  },
  async run(call) {
    const [verb, name, who] = call.words;
    const session = await call.session();
    const { output } = call;
    const several = (option: string): string[] | undefined => text(call, option)?.split(',');
    if (verb === 'create') {
      if (name === undefined) throw new UsageError('Name the token after what uses it.', '请以用途命名令牌。');
      const days = text(call, 'days');
      const connections = several('connection');
      const jobs = several('job');
      const owner = text(call, 'owner');
      const made = await session.call('token.create', {
        name,
        role: (text(call, 'role') ?? 'viewer') as 'viewer',
        ...(days === undefined ? {} : { days: Number(days) }),
        ...(connections ? { connections } : {}),
        ...(jobs ? { jobs } : {}),
        ...(owner === undefined ? {} : { owner }),
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
    if (verb === 'owner') {
      if (name === undefined || who === undefined) throw new UsageError('Name the token and its new owner.', '请指定令牌及其新负责人。');
      const given = await session.call('token.give', { token: name, owner: who, ...seenRevision(call) });
      answer(call, given, () =>
        output.line(
          output.say({
            en: `${clean(given.owner)} answers for ${clean(given.name)} now. Its text is the same: if somebody knows it who should not, make a new one and revoke this.`,
            zh: `${clean(given.name)} 现由 ${clean(given.owner)} 负责。令牌内容不变：若有不应知情的人知道，请新建令牌并吊销此令牌。`,
          }),
        ),
      );
      return 'done';
    }
    if (verb === 'revoke') {
      if (name === undefined) throw new UsageError('Name the token: its id or name.', '请指定令牌的编号或名称。');
      const gone = await session.call('token.revoke', { token: name });
      answer(call, gone, () => output.line(output.say({ en: `Revoked ${clean(gone.name)}.`, zh: `已吊销 ${clean(gone.name)}。` })));
      return 'done';
    }
    if (verb !== undefined && verb !== 'list')
      throw new UsageError('Say create, list, owner or revoke.', '请使用 create、list、owner 或 revoke。');
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
          { head: output.say({ en: 'owner', zh: '负责人' }) },
        ],
        tokens.map((row) => [
          row.id,
          clean(row.name),
          row.role,
          [...(row.connections ?? []), ...(row.jobs ?? []).map((job) => `job ${job}`)].join(', ') ||
            output.say({ en: 'everything', zh: '全部' }),
          row.revokedAt === null ? time(row.expiresAt) : output.say({ en: 'revoked', zh: '已吊销' }),
          row.usedAt === null ? '–' : time(row.usedAt),
          row.owner === null
            ? output.say({ en: 'the server', zh: '服务器' })
            : clean(row.owner) + (row.orphaned === null ? '' : ` (${output.say(orphanWords[row.orphaned])})`),
        ]),
      ),
    );
    return 'done';
  },
};
