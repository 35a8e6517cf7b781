// Operations on the provider that people sign in with. The secret goes in and never comes out; what the environment sets wins.
import { z } from 'zod';
import { canonicalText } from '../../core/attribute.ts';
import { isSameIssuer, OIDC_RETURN, oidcFields, oidcProblems, oidcSchema, type OidcSettings } from '../../core/oidc.ts';
import { listAccounts } from '../../store/accounts.ts';
import { audit, auditPage } from '../../store/audit.ts';
import type { Reader } from '../../store/database.ts';
import { stale } from '../config/edit.ts';
import { CommandError } from '../engine.ts';
import { isAdmin, isLocalAdmin } from '../sign-in/admins.ts';
import { checkProvider, plainIssuer } from '../sign-in/oidc-check.ts';
import { hasOidcSecret, oidcRevision, oidcSettings, saveOidc } from '../sign-in/oidc-settings.ts';
import { signOutWhoMayLose } from '../sign-in/taken-roles.ts';
import { stopped, withTokens } from './accounts.ts';
import { command, query, type Issue, type QueryContext } from './operation.ts';
import { findingView } from './views.ts';

const ACTION = 'oidc.change';
const SUBJECT = 'oidc';
const SECRET = '••••••';

const oidcView = z.object({
  /** environment: variables of the server (OIDC_…) say it all, and nothing here counts. */
  from: z.enum(['settings', 'environment']),
  enabled: z.boolean(),
  issuer: z.string(),
  clientId: z.string(),
  name: z.string(),
  scope: z.string(),
  rolesClaim: z.string(),
  roles: z.array(z.object({ value: z.string(), role: z.string() })),
  nameClaim: z.string(),
  hasSecret: z.boolean(),
  /** To be registered with the provider; below the address of this server. */
  returnPath: z.string(),
  /** How many accounts come from this provider, and how many administrators sign in with a password, whatever happens to it. */
  people: z.int(),
  localAdmins: z.int(),
  revision: z.int(),
});

/** As it is in force, wherever it comes from. */
async function present(context: QueryContext): Promise<{ readonly settings: OidcSettings; readonly hasSecret: boolean }> {
  const { oidcOfServer: fixed, reader } = context;
  if (!fixed) return { settings: await oidcSettings(reader), hasSecret: await hasOidcSecret(reader) };
  const { clientSecret, ...settings } = fixed;
  return { settings: { ...settings, enabled: true }, hasSecret: clientSecret !== null };
}

async function shown(context: QueryContext): Promise<z.input<typeof oidcView>> {
  const { settings, hasSecret } = await present(context);
  const accounts = await listAccounts(context.reader);
  return {
    from: context.oidcOfServer ? 'environment' : 'settings',
    ...settings,
    hasSecret,
    returnPath: OIDC_RETURN,
    people: accounts.filter((row) => row.issuer !== null && isSameIssuer(row.issuer, settings.issuer)).length,
    localAdmins: accounts.filter(isLocalAdmin).length,
    revision: await oidcRevision(context.reader),
  };
}

export const oidcShow = query({
  role: 'auditor',
  route: { method: 'GET', path: '/oidc', group: 'accounts' },
  does: { en: 'Shows the OpenID Connect provider that people sign in with', zh: '查看用于登录的 OpenID Connect 身份提供方' },
  input: z.strictObject({}),
  output: oidcView,
  answer: shown,
});

const { enabled, issuer, clientId, name, scope, rolesClaim, roles, nameClaim } = oidcFields;
const some = {
  issuer: issuer.unwrap().optional(),
  clientId: clientId.unwrap().optional(),
  name: name.unwrap().optional(),
  scope: scope.unwrap().optional(),
  rolesClaim: rolesClaim.unwrap().optional(),
  roles: roles.unwrap().optional(),
  nameClaim: nameClaim.unwrap().optional(),
};

function withThese(before: OidcSettings, given: Partial<Record<keyof OidcSettings, unknown>>): OidcSettings {
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const merged = oidcSchema.parse({ ...before, ...said });
  return { ...merged, issuer: plainIssuer(merged.issuer) };
}

function refuseProblems(problems: readonly Issue[]): void {
  if (problems.length === 0) return;
  const en = problems.map(({ field, message }) => `${field}: ${message.en}`).join('; ');
  const zh = problems.map(({ field, message }) => `${field}：${message.zh}`).join('；');
  throw new CommandError(`Not taken. ${en}`, `未接受。${zh}`, { code: 'invalid', issues: problems });
}

/** What of a change keeps administrators out, or may if it is wrong: by the names of the settings. */
function lockingOut(before: OidcSettings, after: OidcSettings, isSecretChanged: boolean): readonly string[] {
  const isLost = before.roles.some(
    (row) => row.role === 'admin' && !after.roles.some(({ value, role }) => role === 'admin' && value === row.value),
  );
  const what: Partial<Record<keyof OidcSettings | 'clientSecret', boolean>> = {
    enabled: !after.enabled,
    issuer: !isSameIssuer(before.issuer, after.issuer),
    clientId: before.clientId !== after.clientId,
    clientSecret: isSecretChanged,
    scope: before.scope !== after.scope,
    rolesClaim: before.rolesClaim !== after.rolesClaim,
    roles: isLost,
  };
  return Object.entries(what).flatMap(([name, is]) => (is ? [name] : []));
}

/** Whoever could no longer sign in could not put it back either. Nobody can tell beforehand whether a secret, a claim or a value is the right one. */
async function assertSomebodyStays(reader: Reader, before: OidcSettings, after: OidcSettings, isSecretChanged: boolean): Promise<void> {
  const what = before.enabled ? lockingOut(before, after, isSecretChanged) : [];
  if (what.length === 0) return;
  const admins = (await listAccounts(reader)).filter(isAdmin);
  if (admins.length === 0 || admins.some(isLocalAdmin)) return;
  throw new CommandError(
    `Every administrator signs in through this provider: after this change (${what.join(', ')}), or if it is wrong, nobody could administer Tributary. Invite an administrator with a password first.`,
    `所有管理员都通过此身份提供方登录：此修改（${what.join('、')}）会使所有人无法管理本系统，或在填写有误时如此。请先邀请一位使用密码登录的管理员。`,
  );
}

async function assertUnchanged(reader: Reader, revision: number | undefined): Promise<void> {
  const now = await oidcRevision(reader);
  if (revision === undefined || revision === now) return;
  const [entry] = await auditPage(reader, { action: ACTION, limit: 1 });
  const [old, fresh] = [entry?.payload?.before, entry?.payload?.after].map((text) => JSON.parse(text ?? '{}') as Record<string, unknown>);
  throw stale('the sign-in provider', '登录身份提供方', {
    by: entry?.payload?.actor ?? '–',
    at: entry?.at ?? 0,
    what: Object.keys(fresh!).filter((key) => canonicalText(old![key]) !== canonicalText(fresh![key])),
    revision: now,
  });
}

export const oidcChange = command({
  role: 'admin',
  route: { method: 'PATCH', path: '/oidc', group: 'accounts' },
  does: {
    en: 'Changes the provider that people sign in with, at once; what is left out stays as it is',
    zh: '修改用于登录的身份提供方，立即生效；未提供的保持不变',
  },
  input: z.strictObject({
    enabled: enabled.unwrap().optional(),
    ...some,
    clientSecret: z
      .string()
      .min(1)
      .max(2000)
      .nullable()
      .optional()
      .describe(
        'Left out, it stays; null takes it away. With another issuer it has to be given again: it is never sent to whom it was not given for.',
      ),
    revision: z.int().optional().describe('The revision that was read; refused when somebody saved it meanwhile.'),
  }),
  output: oidcView.extend({
    /** People who may have a role from a value that was taken away: they sign in anew. */
    signedOut: z.int(),
    stopsTokens: stopped,
  }),
  async answer(context, { revision, clientSecret, ...given }) {
    if (context.oidcOfServer)
      throw new CommandError(
        'The environment of the server says with whom people sign in (OIDC_ISSUER and others), and it wins. Change it there and start the server again, or take the variables away to set it here.',
        '登录身份提供方由服务器的环境变量（OIDC_ISSUER 等）决定，且优先。请在该处修改并重启服务，或移除这些变量后在此设置。',
      );
    const { database, sealer } = context.engine.options;
    const done = await database.write(async (transaction) => {
      await assertUnchanged(transaction, revision);
      const before = await oidcSettings(transaction);
      const after = withThese(before, given);
      refuseProblems(oidcProblems(after));
      const had = await hasOidcSecret(transaction);
      const secret = clientSecret === undefined && !isSameIssuer(before.issuer, after.issuer) ? null : clientSecret;
      const has = secret === undefined ? had : secret !== null;
      await assertSomebodyStays(transaction, before, after, has !== had || typeof secret === 'string');
      if (canonicalText(before) === canonicalText(after) && has === had && typeof secret !== 'string')
        return { signedOut: 0, stopsTokens: [] };
      await saveOidc(transaction, sealer, after, secret);
      const change = { before, after, now: context.now(), actor: context.actor };
      const [signedOut, stopsTokens] = await withTokens(context, transaction, () => signOutWhoMayLose(transaction, change));
      await audit(transaction, {
        at: context.now(),
        actor: context.actor,
        action: 'oidc.change',
        subject: SUBJECT,
        before: canonicalText({ ...before, clientSecret: had ? SECRET : null }),
        after: canonicalText({ ...after, clientSecret: typeof secret === 'string' ? `${SECRET} (new)` : has ? SECRET : null }),
      });
      return { signedOut, stopsTokens };
    });
    return { ...(await shown(context)), ...done };
  },
});

export const oidcTest = command({
  role: 'admin',
  route: { method: 'POST', path: '/oidc/test', group: 'accounts' },
  does: {
    en: 'Asks a provider how it describes itself, and says what would go wrong; nobody is signed in and nothing is saved',
    zh: '读取身份提供方的说明文档并指出问题；不登录，也不保存',
  },
  input: z.strictObject({
    ...some,
    hasSecret: z.boolean().optional().describe('Whether a secret will be set; left out: as it is saved.'),
  }),
  output: z.object({ issuer: z.string(), findings: z.array(findingView) }),
  async answer(context, { hasSecret, ...given }) {
    const now = await present(context);
    const wanted = withThese(now.settings, context.oidcOfServer ? {} : given);
    const problems = oidcProblems({ ...wanted, enabled: false });
    if (wanted.issuer === '')
      problems.push({ field: 'issuer', message: { en: 'is needed: it is what is asked', zh: '必填，将向该地址查询' } });
    refuseProblems(problems);
    const publicUrl = context.engine.options.publicUrl ?? null;
    return { issuer: wanted.issuer, findings: await checkProvider(wanted, hasSecret ?? now.hasSecret, publicUrl) };
  },
});
