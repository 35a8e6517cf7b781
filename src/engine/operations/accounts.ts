// Operations on accounts: who may sign in with which roles, invitations, new passwords, and the way back in on the server itself.
import { z } from 'zod';
import { accountNamed, deleteAccount, listAccounts, putAccount, type AccountRow } from '../../store/accounts.ts';
import { audit } from '../../store/audit.ts';
import type { Reader, Transaction } from '../../store/database.ts';
import { deleteSessionsOf } from '../../store/sessions.ts';
import { listTokens } from '../../store/tokens.ts';
import { assertUnchanged, revisionOf } from '../config/unchanged.ts';
import { CommandError } from '../engine.ts';
import { canAnybodyAdminister, isAdmin } from '../sign-in/admins.ts';
import { nameKeyOf } from '../sign-in/door.ts';
import { makeLink, nameProblem } from '../sign-in/links.ts';
import { orphanedBy } from '../sign-in/roles.ts';
import { command, query, seenRevision, type CommandContext } from './operation.ts';

export const roleSchema = z.enum(['viewer', 'operator', 'approver', 'admin', 'auditor']);
const rolesSchema = z.array(roleSchema).min(1).max(5);
export const accountName = z.string().trim().min(1).max(100);

const linkView = z.object({
  /** Below the server's address. Shown once: whoever has it chooses the password. */
  path: z.string(),
  /** The whole of it, as the server knows its own address; null: no server runs, or it does not listen yet. */
  url: z.string().nullable(),
  /** PUBLIC_URL says the address; else it is where the server listens, which other machines may not reach. */
  isPublic: z.boolean(),
  expiresAt: z.number(),
});

const accountView = z.object({
  name: z.string(),
  title: z.string(),
  roles: z.array(z.string()),
  state: z.enum(['active', 'disabled']),
  /** local: signs in with a password; else the provider that vouches. */
  provider: z.string(),
  hasCodes: z.boolean(),
  createdAt: z.number(),
  createdBy: z.string(),
  signedInAt: z.number().nullable(),
  /** Of its roles and its state. */
  revision: z.int(),
});

/** Of a change: the names of API tokens that are refused from now on, because their owner is no longer there or may not do as much. */
export const stopped = z.array(z.string());

const accountRevision = ({ roles, state }: AccountRow): number => revisionOf({ roles: roles.toSorted(), state });

const viewOf = (row: AccountRow): z.input<typeof accountView> => ({
  name: row.name,
  title: row.title,
  roles: [...row.roles],
  state: row.state,
  provider: row.issuer ?? 'local',
  hasCodes: row.totp !== null,
  createdAt: row.createdAt,
  createdBy: row.createdBy,
  signedInAt: row.signedInAt,
  revision: accountRevision(row),
});

async function wanted(reader: Reader, name: string): Promise<AccountRow> {
  const found = await accountNamed(reader, nameKeyOf(name));
  if (found) return found;
  throw new CommandError(
    `There is no account "${name}". "tributary admin accounts" lists them.`,
    `没有账号“${name}”。可用 tributary admin accounts 查看。`,
    { code: 'not-found' },
  );
}

/** Whoever takes the last administrator away who can sign in could not put one back. `now`: null = removed. */
async function assertAdminStays(
  context: CommandContext,
  transaction: Transaction,
  before: AccountRow,
  now: AccountRow | null,
): Promise<void> {
  const isLess = isAdmin(before) && (now === null || !isAdmin(now));
  if (!isLess || (await canAnybodyAdminister(transaction, context.oidcOfServer ?? null))) return;
  const others = (await listAccounts(transaction)).some(isAdmin);
  throw new CommandError(
    others
      ? 'This is the last active administrator who can sign in: the others come through a provider that is switched off, was replaced, or gives nobody this role. Make another one first.'
      : 'This is the last active administrator. Make another one first.',
    others
      ? '这是最后一位能够登录的管理员：其他管理员所用的身份提供方已关闭、已更换或不再授予此角色。请先设置另一位。'
      : '这是最后一位可用的管理员，请先设置另一位。',
  );
}

/** What `act` does to an account, and which tokens it stops. */
export async function withTokens<T>(
  context: CommandContext,
  transaction: Transaction,
  act: () => Promise<T>,
): Promise<readonly [T, string[]]> {
  const good = async () =>
    (await listTokens(transaction)).filter(
      (row) => row.revokedAt === null && row.expiresAt > context.now() && orphanedBy(row, context.now()) === null,
    );
  const before = await good();
  const done = await act();
  const left = new Set((await good()).map((row) => row.id));
  return [done, before.filter((row) => !left.has(row.id)).map((row) => row.name)];
}

const note = (context: CommandContext, action: string, account: string, before: unknown, after: unknown) => ({
  at: context.now(),
  actor: context.actor,
  action,
  subject: `account:${account}`,
  before: before === undefined ? null : JSON.stringify(before),
  after: after === undefined ? null : JSON.stringify(after),
});

function linkOf({ ownAddress }: CommandContext, secret: string, expiresAt: number): z.output<typeof linkView> {
  const path = `/set-up?link=${secret}`;
  return { path, url: ownAddress ? ownAddress.url + path : null, isPublic: ownAddress?.isPublic ?? false, expiresAt };
}

export const accountList = query({
  role: 'auditor',
  route: { method: 'GET', path: '/accounts', group: 'accounts' },
  does: { en: 'Lists who may sign in, with which roles', zh: '列出可登录的账号及其角色' },
  input: z.strictObject({}),
  output: z.object({ accounts: z.array(accountView) }),
  answer: async (context) => ({ accounts: (await listAccounts(context.reader)).map(viewOf) }),
});

export const accountInvite = command({
  role: 'admin',
  route: { method: 'POST', path: '/accounts', group: 'accounts', status: 201 },
  does: { en: 'Makes a one-time link with which somebody sets up an account', zh: '生成一次性链接，供他人设置账号' },
  input: z.strictObject({ name: accountName, roles: rolesSchema }),
  output: linkView,
  async answer(context, { name, roles }) {
    const wrong = nameProblem(name);
    if (wrong) throw new CommandError(wrong.en, wrong.zh, { code: 'invalid', issues: [{ field: 'name', message: wrong }] });
    return context.engine.options.database.write(async (transaction) => {
      const known = await accountNamed(transaction, nameKeyOf(name));
      if (known)
        throw new CommandError(
          `There is an account "${known.name}" already. Change its roles instead ("tributary admin role").`,
          `账号“${known.name}”已存在。请直接修改其角色（tributary admin role）。`,
        );
      await audit(transaction, note(context, 'account.invite', name, undefined, { roles }));
      const { secret, expiresAt } = await makeLink(transaction, { kind: 'invitation', name, roles, by: context.actor, now: context.now() });
      return linkOf(context, secret, expiresAt);
    });
  },
});

export const accountChange = command({
  role: 'admin',
  route: { method: 'PATCH', path: '/accounts/{account}', group: 'accounts' },
  does: { en: 'Changes the roles of an account, or disables or enables it', zh: '修改账号的角色，或停用、启用账号' },
  input: z.strictObject({
    account: accountName,
    roles: rolesSchema.optional(),
    state: z.enum(['active', 'disabled']).optional(),
    revision: seenRevision,
  }),
  output: accountView.extend({ stopsTokens: stopped }),
  async answer(context, input) {
    return context.engine.options.database.write(async (transaction) => {
      const before = await wanted(transaction, input.account);
      await assertUnchanged(transaction, input.revision, {
        what: { en: `account "${before.name}"`, zh: `账号“${before.name}”` },
        revision: accountRevision(before),
        trail: [{ subject: `account:${before.name}` }],
      });
      if (input.roles && before.issuer !== null)
        throw new CommandError(
          `The roles of "${before.name}" come from ${before.issuer} at each sign-in. Change the groups there, or which group gives which role (settings, Single sign-on).`,
          `“${before.name}”的角色在每次登录时由 ${before.issuer} 决定。请在该处修改组，或在“设置 › 单点登录”中修改组对应的角色。`,
        );
      const after = { ...before, roles: input.roles ?? before.roles, state: input.state ?? before.state };
      const [, stopsTokens] = await withTokens(context, transaction, () => putAccount(transaction, after));
      if (after.state === 'disabled') await deleteSessionsOf(transaction, after.id);
      await assertAdminStays(context, transaction, before, after);
      await audit(
        transaction,
        note(
          context,
          'account.change',
          before.name,
          { roles: before.roles, state: before.state },
          { roles: after.roles, state: after.state, ...(stopsTokens.length > 0 ? { stopsTokens } : {}) },
        ),
      );
      return { ...viewOf(after), stopsTokens };
    });
  },
});

export const accountReset = command({
  role: 'admin',
  route: { method: 'POST', path: '/accounts/{account}/reset', group: 'accounts', status: 201 },
  does: {
    en: 'Makes a one-time link to choose a new password; codes are switched off with it',
    zh: '生成一次性链接以重设密码，同时关闭验证码',
  },
  input: z.strictObject({ account: accountName }),
  output: linkView,
  async answer(context, input) {
    return context.engine.options.database.write(async (transaction) => {
      const account = await wanted(transaction, input.account);
      if (account.issuer !== null)
        throw new CommandError(
          `"${account.name}" signs in with ${account.issuer} and has no password here.`,
          `“${account.name}”通过 ${account.issuer} 登录，在此没有密码。`,
        );
      await audit(transaction, note(context, 'account.reset', account.name, undefined, undefined));
      const { secret, expiresAt } = await makeLink(transaction, {
        kind: 'reset',
        account: account.id,
        roles: account.roles,
        by: context.actor,
        now: context.now(),
      });
      return linkOf(context, secret, expiresAt);
    });
  },
});

export const accountRemove = command({
  role: 'admin',
  route: { method: 'DELETE', path: '/accounts/{account}', group: 'accounts' },
  does: { en: 'Removes an account and ends its sessions', zh: '删除账号并结束其会话' },
  input: z.strictObject({ account: accountName }),
  output: z.object({ name: z.string(), stopsTokens: stopped }),
  async answer(context, input) {
    return context.engine.options.database.write(async (transaction) => {
      const account = await wanted(transaction, input.account);
      const [, stopsTokens] = await withTokens(context, transaction, () => deleteAccount(transaction, account.id));
      await assertAdminStays(context, transaction, account, null);
      const after = stopsTokens.length > 0 ? { stopsTokens } : undefined;
      await audit(transaction, note(context, 'account.remove', account.name, { roles: account.roles }, after));
      return { name: account.name, stopsTokens };
    });
  },
});

export const adminReset = command({
  role: 'admin',
  // Whoever can run commands on the server gets in; over HTTP nobody does.
  route: null,
  does: { en: 'Makes a new one-time set-up link for an administrator who is locked out', zh: '为无法登录的管理员生成新的一次性设置链接' },
  input: z.strictObject({}),
  output: linkView,
  async answer(context) {
    return context.engine.options.database.write(async (transaction) => {
      await audit(transaction, { at: context.now(), actor: context.actor, action: 'admin.reset', subject: 'all' });
      const { secret, expiresAt } = await makeLink(transaction, {
        kind: 'set-up',
        roles: ['admin'],
        by: context.actor,
        now: context.now(),
      });
      return linkOf(context, secret, expiresAt);
    });
  },
});
