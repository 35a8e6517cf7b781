// oidc: the provider that people sign in with; also from the server, when the console cannot be reached.
import type { OidcSettings } from '../../core/oidc.ts';
import type { InputOf, OutputOf } from '../../engine/commands.ts';
import { oidcRolesOf } from '../../settings.ts';
import { answer, type CliCommand, type CommandCall } from '../command.ts';
import { UsageError, type Exit } from '../errors.ts';
import { textIn } from '../read-file.ts';
import { clean, table } from '../terminal.ts';

type Change = InputOf<'oidc.change'>;
const names = [
  'issuer',
  'clientId',
  'name',
  'scope',
  'nameClaim',
  'rolesClaim',
  'roles',
] as const satisfies readonly (keyof OidcSettings)[];

const rolesAsText = (roles: OutputOf<'oidc.show'>['roles']): string => roles.map(({ value, role }) => `${value}=${role}`).join(', ');

function show(call: CommandCall, now: OutputOf<'oidc.show'> | OutputOf<'oidc.change'>): void {
  const { output } = call;
  answer(call, now, () => {
    table(
      output,
      [{ head: output.say({ en: 'setting', zh: '设置' }) }, { head: output.say({ en: 'value', zh: '值' }) }],
      [
        ['state', output.say(now.enabled ? { en: 'on', zh: '已启用' } : { en: 'off', zh: '未启用' })],
        ...names.map((name) => [name, clean(name === 'roles' ? rolesAsText(now.roles) : now[name])]),
        ['secret', output.say(now.hasSecret ? { en: 'set', zh: '已设置' } : { en: 'not set', zh: '未设置' })],
      ],
    );
    if (now.from === 'environment')
      output.line(output.say({ en: 'Set by the environment of the server, which wins.', zh: '由服务器的环境变量设置，且优先。' }));
    if ('signedOut' in now && now.signedOut > 0)
      output.line(
        output.say({
          en: `Signed out, because they may have lost a role: ${now.signedOut}. They get in again with the roles of now.`,
          zh: `因可能失去角色而退出登录的人数：${now.signedOut}。重新登录后按当前角色进入。`,
        }),
      );
    if ('stopsTokens' in now && now.stopsTokens.length > 0)
      output.line(
        output.say({
          en: `API tokens that stop until their owner signs in: ${now.stopsTokens.map(clean).join(', ')}`,
          zh: `在其负责人重新登录前失效的 API 令牌：${now.stopsTokens.map(clean).join('、')}`,
        }),
      );
    output.line(
      output.say({
        en: `Redirect address to register there: PUBLIC_URL + ${now.returnPath}`,
        zh: `需在身份提供方登记的回调地址：PUBLIC_URL 加 ${now.returnPath}`,
      }),
    );
  });
}

async function test(call: CommandCall): Promise<Exit> {
  const result = await (await call.session()).call('oidc.test', {});
  const { output } = call;
  answer(call, result, () => {
    output.line(clean(result.issuer));
    for (const { ok, message, remedy } of result.findings) {
      const sign = !ok ? output.paint('red', '✗') : remedy ? output.paint('yellow', '!') : output.paint('green', '✓');
      output.line(`  ${sign} ${clean(output.say(message))}`);
      if (remedy) output.line(`      ${output.paint('yellow', '→')} ${clean(output.say(remedy))}`);
    }
  });
  return result.findings.every(({ ok }) => ok) ? 'done' : 'failed';
}

const misread = (): UsageError =>
  new UsageError(
    `Say set NAME VALUE (${names.join(', ')}), secret FILE, on, off or test.`,
    `请使用 set 名称 值（${names.join('、')}）、secret 文件、on、off 或 test。`,
  );

/** null: nothing is changed. The secret comes from a file: others on the machine can read what is typed. */
function changeOf([verb, name, value, ...more]: readonly string[]): Change | null {
  if (verb === undefined) return null;
  if ((verb === 'on' || verb === 'off') && name === undefined) return { enabled: verb === 'on' };
  if (verb === 'secret' && name !== undefined && value === undefined) return { clientSecret: textIn(name).trim() };
  const setting = names.find((one) => one === name);
  if (verb !== 'set' || setting === undefined || value === undefined || more.length > 0) throw misread();
  return setting === 'roles' ? { roles: [...oidcRolesOf(value, 'roles')] } : { [setting]: value };
}

export const oidc: CliCommand = {
  usage: 'oidc [set NAME VALUE | secret FILE | on | off | test]',
  does: {
    en: 'the OpenID Connect provider that people sign in with, e.g. "oidc set roles sync-admins=admin,hr=approver"; test: what would go wrong',
    zh: '用于登录的 OpenID Connect 身份提供方，如 "oidc set roles sync-admins=admin,hr=approver"；test：检查会出现的问题',
  },
  async run(call) {
    if (call.words[0] === 'test' && call.words.length === 1) return test(call);
    const change = changeOf(call.words);
    const session = await call.session();
    show(call, change ? await session.call('oidc.change', change) : await session.call('oidc.show', {}));
    return 'done';
  },
};
