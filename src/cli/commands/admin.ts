// admin: accounts of people, and the way back in for an administrator who is locked out.
import { answer, type CliCommand, type CommandCall, seenRevision } from '../command.ts';
import { UsageError, type Exit } from '../errors.ts';
import { time } from '../format.ts';
import type { Session } from '../session.ts';
import { clean, table } from '../terminal.ts';

interface Link {
  readonly path: string;
  /** Missing: a server from before it said so, which runs on while the program was replaced. */
  readonly url?: string | null;
  readonly isPublic?: boolean;
  readonly expiresAt: number;
}

/** Where a server starts that has the settings of this command. */
function wouldBeAt({ settings: { publicUrl, host, port, tls } }: CommandCall): string {
  const name = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host;
  return publicUrl?.href.replace(/\/$/, '') ?? `${tls ? 'https' : 'http'}://${name}:${port}`;
}

/** What people type into a browser: as the server says; where it listens means little on another machine, which reaches it by --server. */
function addressOf(call: CommandCall, { elsewhere }: Session, { path, url, isPublic }: Link): string {
  if (typeof url === 'string' && (isPublic || elsewhere === undefined)) return url;
  return (elsewhere ?? wouldBeAt(call)) + path;
}

async function showLink(call: CommandCall, link: Link): Promise<void> {
  const { output } = call;
  const session = await call.session();
  const url = addressOf(call, session, link);
  answer(call, { ...link, url }, () => {
    output.line(url);
    output.line(
      output.paint(
        'dim',
        output.say({
          en: `Good once, until ${time(link.expiresAt)}. Whoever has it gets in: hand it over safely.`,
          zh: `仅可使用一次，有效期至 ${time(link.expiresAt)}。持有者即可进入，请妥善传递。`,
        }),
      ),
    );
    if (session.isServed || typeof link.url === 'string') return;
    output.line(
      output.paint(
        'dim',
        output.say({
          en: 'No server runs: the address is that of one started with the settings of this command (HOST, PORT, PUBLIC_URL).',
          zh: '当前没有运行中的服务：此地址取自本命令的设置（HOST、PORT、PUBLIC_URL）。',
        }),
      ),
    );
  });
}

const rolesOf = (words: string | undefined): never => {
  const roles = (words ?? '').split(',').filter((role) => role !== '');
  if (roles.length === 0)
    throw new UsageError(
      'Name the roles: viewer, operator, approver, admin, auditor (several with commas).',
      '请指定角色：viewer、operator、approver、admin、auditor（多个以逗号分隔）。',
    );
  return roles as never;
};

const named = (word: string | undefined): string => {
  if (word === undefined) throw new UsageError('Name the account.', '请指定账号。');
  return word;
};

/** A running server does it and goes on; without one this process does, under the lock of the folder. */
async function rotate(call: CommandCall): Promise<Exit> {
  const done = await (await call.session()).call('key.rotate', {});
  const { output } = call;
  answer(call, done, () => {
    output.line(
      output.say({
        en: `Key ${done.to} has taken over from ${done.from}: ${done.rows} values sealed anew.`,
        zh: `密钥 ${done.to} 已取代 ${done.from}：重新加密 ${done.rows} 项。`,
      }),
    );
    // The warning says where either key lies, and that neither may be moved yet.
    output.line(
      done.warning
        ? `${output.paint('yellow', '!')} ${clean(output.say(done.warning))}`
        : output.say({
            en: `The old key is in ${done.kept}; backups from before need it, nothing else does.`,
            zh: `旧密钥保存在 ${done.kept}，仅此前的备份需要。`,
          }),
    );
    output.line(
      output.paint(
        'dim',
        output.say({
          en: 'Did it leak? Unused parts of the database\'s file may still hold what the old key sealed: "tributary compact" writes it anew (PostgreSQL: VACUUM FULL).',
          zh: '若旧密钥已泄露：数据库文件的未使用部分可能仍有其加密的内容，可用 tributary compact 重写文件（PostgreSQL：VACUUM FULL）。',
        }),
      ),
    );
  });
  return done.warning ? 'doubts' : 'done';
}

const verbs: Readonly<Record<string, (call: CommandCall, words: readonly string[]) => Promise<Exit>>> = {
  async reset(call) {
    await showLink(call, await (await call.session()).call('admin.reset', {}));
    return 'done';
  },
  async invite(call, [name, roles]) {
    await showLink(call, await (await call.session()).call('account.invite', { name: named(name), roles: rolesOf(roles) }));
    return 'done';
  },
  async password(call, [name]) {
    await showLink(call, await (await call.session()).call('account.reset', { account: named(name) }));
    return 'done';
  },
  async role(call, [name, roles]) {
    const account = await (await call.session()).call('account.change', {
      account: named(name),
      roles: rolesOf(roles),
      ...seenRevision(call),
    });
    answer(call, account, () => {
      call.output.line(`${clean(account.name)}: ${account.roles.join(', ')}`);
      tellStopped(call, account.stopsTokens);
    });
    return 'done';
  },
  disable: (call, [name]) => changeState(call, name, 'disabled'),
  enable: (call, [name]) => changeState(call, name, 'active'),
  async remove(call, [name]) {
    const account = await (await call.session()).call('account.remove', { account: named(name) });
    answer(call, account, () => {
      call.output.line(call.output.say({ en: `Removed ${clean(account.name)}.`, zh: `已删除 ${clean(account.name)}。` }));
      tellStopped(call, account.stopsTokens);
    });
    return 'done';
  },
  'rotate-key': rotate,
  async accounts(call) {
    const { accounts } = await (await call.session()).call('account.list', {});
    answer(call, accounts, () => {
      if (accounts.length === 0)
        return call.output.line(
          call.output.say({
            en: 'Nobody can sign in yet. "tributary admin reset" makes a link to set up an administrator.',
            zh: '尚无可登录的账号。可用 tributary admin reset 生成设置管理员的链接。',
          }),
        );
      table(
        call.output,
        [
          { head: call.output.say({ en: 'name', zh: '用户名' }) },
          { head: call.output.say({ en: 'roles', zh: '角色' }) },
          { head: call.output.say({ en: 'state', zh: '状态' }) },
          { head: call.output.say({ en: 'signs in with', zh: '登录方式' }) },
          { head: call.output.say({ en: 'last', zh: '最近登录' }) },
        ],
        accounts.map((row) => [
          clean(row.name),
          row.roles.join(', '),
          row.state,
          row.provider + (row.hasCodes ? ' + TOTP' : ''),
          row.signedInAt === null ? '–' : time(row.signedInAt),
        ]),
      );
    });
    return 'done';
  },
};

async function changeState(call: CommandCall, name: string | undefined, state: 'active' | 'disabled'): Promise<Exit> {
  const account = await (await call.session()).call('account.change', { account: named(name), state, ...seenRevision(call) });
  answer(call, account, () => {
    call.output.line(`${clean(account.name)}: ${account.state}`);
    tellStopped(call, account.stopsTokens);
  });
  return 'done';
}

function tellStopped({ output }: CommandCall, tokens: readonly string[]): void {
  if (tokens.length === 0) return;
  const names = tokens.map(clean).join(', ');
  output.line(
    output.say({
      en: `API tokens that are refused from now on: ${names}. "tributary token owner TOKEN NAME" gives one to somebody else, "token revoke" ends it.`,
      zh: `以下 API 令牌即刻失效：${names}。可用 tributary token owner TOKEN NAME 更换负责人，或用 token revoke 吊销。`,
    }),
  );
}

export const admin: CliCommand = {
  onlyThere: ['reset'],
  usage:
    'admin accounts | invite NAME ROLES | role NAME ROLES [--revision R] | password NAME | disable NAME [--revision R] | enable NAME [--revision R] | remove NAME | reset | rotate-key',
  does: {
    en: 'accounts of people who sign in; rotate-key makes a new master key; on the server only: reset (a new one-time set-up link)',
    zh: '管理可登录的账号；rotate-key 轮换主密钥；仅限在服务器上：reset（新的一次性设置链接）',
  },
  options: { revision: { type: 'string' } },
  async run(call) {
    const [verb = '', ...words] = call.words;
    const act = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
    if (!act) throw new UsageError(`Say one of: ${Object.keys(verbs).join(', ')}.`, `请使用：${Object.keys(verbs).join('、')}。`);
    return act(call, words);
  },
};
