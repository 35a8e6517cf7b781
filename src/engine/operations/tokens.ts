// Operations on API tokens: made once and shown once, for one role, perhaps for some connections and jobs only, until a day; somebody answers for each.
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { audit } from '../../store/audit.ts';
import { listConnections } from '../../store/jobs.ts';
import { accountNamed } from '../../store/accounts.ts';
import { giveToken, listTokens, putToken, revokeToken, type TokenRow } from '../../store/tokens.ts';
import { assertUnchanged, revisionOf } from '../config/unchanged.ts';
import { CommandError } from '../engine.ts';
import { nameKeyOf, newSecret, secretHash } from '../sign-in/door.ts';
import { isVouched, orphanedBy, rolesAllow } from '../sign-in/roles.ts';
import { TOKEN } from '../sign-in/who.ts';
import { accountName, roleSchema } from './accounts.ts';
import type { Reader } from '../../store/database.ts';
import { command, jobRef, query, resolveJob, seenRevision, type QueryContext } from './operation.ts';

const DAY_MS = 86_400_000;
/** So that a leaked one is recognised for what it is. */
const PREFIX = 'tributary_';

const tokenFacts = {
  id: z.string(),
  name: z.string(),
  role: roleSchema,
  /** null: everywhere. */
  connections: z.array(z.string()).nullable(),
  jobs: z.array(z.int()).nullable(),
  expiresAt: z.number(),
  /** The account that answers for it; null: whoever runs the server. */
  owner: z.string().nullable(),
};

interface Owner {
  readonly id: string;
  readonly name: string;
}

/** Somebody who may do themselves what the token will do. */
async function ownerNamed(reader: Reader, name: string, role: string, now: number): Promise<Owner> {
  const account = await accountNamed(reader, nameKeyOf(name));
  if (!account)
    throw new CommandError(
      `There is no account "${name}". "tributary admin accounts" lists them.`,
      `没有账号“${name}”。可用 tributary admin accounts 查看。`,
      { code: 'not-found' },
    );
  if (account.state !== 'active' || !rolesAllow(account.roles, role))
    throw new CommandError(
      `"${account.name}" ${account.state === 'active' ? `has ${account.roles.join(', ') || 'no role'}` : 'is disabled'}: whoever answers for a token must be able to do what it does (${role}).`,
      `“${account.name}”${account.state === 'active' ? `的角色为 ${account.roles.join('、') || '无'}` : '已停用'}：令牌的负责人须具备令牌的权限（${role}）。`,
    );
  if (account.issuer !== null && !isVouched(account.vouchedAt, now))
    throw new CommandError(
      `"${account.name}" has to sign in first: the identity provider has not said for a while, or has denied, that it knows them.`,
      `“${account.name}”须先登录：身份提供方已有一段时间未确认或已不再确认其身份。`,
    );
  return { id: account.id, name: account.name };
}

/** Of a token that nobody was named for: whoever makes it, or answers for the token that does. null: it is made on the server itself. */
async function ownerOfActor(reader: Reader, actor: string, role: string, now: number): Promise<Owner | null> {
  if (!actor.startsWith(TOKEN)) return (await accountNamed(reader, nameKeyOf(actor))) ? ownerNamed(reader, actor, role, now) : null;
  const makers = (await listTokens(reader)).filter((row) => row.revokedAt === null && row.name === actor.slice(TOKEN.length));
  const owners = new Map(makers.map(({ owner }) => [owner?.id ?? null, owner]));
  const [owner = null] = owners.values();
  if (owners.size > 1)
    throw new CommandError(
      `Several tokens are named "${actor.slice(TOKEN.length)}" and have different owners. Say who answers for the new one: owner.`,
      `有多个名为“${actor.slice(TOKEN.length)}”的令牌，其负责人不同。请指定新令牌的负责人：owner。`,
    );
  return owner;
}

async function connectionsOf(context: QueryContext, wanted: readonly string[] | undefined): Promise<readonly string[] | null> {
  if (!wanted) return null;
  const known = (await listConnections(context.reader)).map((row) => row.id);
  const missing = wanted.find((id) => !known.includes(id));
  if (missing !== undefined)
    throw new CommandError(
      `There is no connection "${missing}". There are: ${known.join(', ')}.`,
      `没有连接“${missing}”。现有连接：${known.join('、')}。`,
      {
        code: 'not-found',
      },
    );
  return wanted;
}

export const tokenCreate = command({
  role: 'admin',
  route: { method: 'POST', path: '/tokens', group: 'accounts', status: 201 },
  does: { en: 'Makes an API token; it is shown this once', zh: '创建 API 令牌，仅显示这一次' },
  input: z.strictObject({
    name: z.string().trim().min(1).max(100),
    role: roleSchema,
    days: z.int().min(1).max(730).default(90),
    connections: z.array(z.string()).min(1).max(100).optional(),
    jobs: z.array(jobRef).min(1).max(100).optional(),
    /** An account; missing: who makes it. */
    owner: accountName.optional(),
  }),
  output: z.object({ ...tokenFacts, token: z.string() }),
  async answer(context, input) {
    const jobs = input.jobs ? await Promise.all(input.jobs.map(async (ref) => (await resolveJob(context.reader, ref)).id)) : null;
    const connections = await connectionsOf(context, input.connections);
    const owner =
      input.owner === undefined
        ? await ownerOfActor(context.reader, context.actor, input.role, context.now())
        : await ownerNamed(context.reader, input.owner, input.role, context.now());
    const token = PREFIX + newSecret();
    const facts = {
      id: randomUUID(),
      name: input.name,
      role: input.role,
      connections,
      jobs,
      expiresAt: context.now() + input.days * DAY_MS,
      owner: owner?.name ?? null,
    };
    await context.engine.options.database.write(async (transaction) => {
      await putToken(transaction, { ...facts, owner, hash: secretHash(token), createdAt: context.now(), createdBy: context.actor });
      await audit(transaction, {
        at: context.now(),
        actor: context.actor,
        action: 'token.create',
        subject: `token:${facts.id}`,
        after: JSON.stringify(facts),
      });
    });
    return { ...facts, connections: connections && [...connections], jobs: jobs && [...jobs], token };
  },
});

export const tokenList = query({
  role: 'auditor',
  route: { method: 'GET', path: '/tokens', group: 'accounts' },
  does: {
    en: 'Lists API tokens with their last use, who answers for each, and which are refused',
    zh: '列出 API 令牌及其最近使用时间、负责人和失效原因',
  },
  input: z.strictObject({}),
  output: z.object({
    tokens: z.array(
      z.object({
        ...tokenFacts,
        createdAt: z.number(),
        createdBy: z.string(),
        usedAt: z.number().nullable(),
        revokedAt: z.number().nullable(),
        /** Of who answers for it. */
        revision: z.int(),
        /** Refused because its owner was removed, is disabled, has not the role any more, or is not vouched for by their provider; null: for no such reason. */
        orphaned: z.enum(['removed', 'disabled', 'role', 'unvouched']).nullable(),
      }),
    ),
  }),
  answer: async (context) => ({
    tokens: (await listTokens(context.reader)).map((row) => ({
      id: row.id,
      name: row.name,
      role: roleSchema.parse(row.role),
      connections: row.connections && [...row.connections],
      jobs: row.jobs && [...row.jobs],
      expiresAt: row.expiresAt,
      createdAt: row.createdAt,
      createdBy: row.createdBy,
      usedAt: row.usedAt,
      revokedAt: row.revokedAt,
      revision: tokenRevision(row),
      owner: row.owner?.name ?? null,
      orphaned: orphanedBy(row, context.now()),
    })),
  }),
});

const tokenRevision = ({ owner }: TokenRow): number => revisionOf(owner?.id ?? null);

/** By id or name, of those that are not revoked. */
async function oneToken(reader: Reader, wanted: string): Promise<TokenRow> {
  const good = (await listTokens(reader)).filter((row) => row.revokedAt === null);
  const found = good.filter((row) => row.id === wanted || row.name === wanted);
  const [only] = found;
  if (only && found.length === 1) return only;
  throw new CommandError(
    only
      ? `${found.length} tokens are named "${wanted}". Give the id: ${found.map((row) => row.id).join(', ')}.`
      : `There is no valid token "${wanted}". "tributary token list" lists them.`,
    only
      ? `有 ${found.length} 个令牌名为“${wanted}”。请使用编号：${found.map((row) => row.id).join('、')}。`
      : `没有有效的令牌“${wanted}”。可用 tributary token list 查看。`,
    { code: only ? 'conflict' : 'not-found' },
  );
}

export const tokenGive = command({
  role: 'admin',
  route: { method: 'PATCH', path: '/tokens/{token}', group: 'accounts' },
  does: {
    en: 'Makes somebody else answer for an API token; its text stays, and who knew it still does',
    zh: '更换 API 令牌的负责人；令牌内容不变，原知情者仍可使用',
  },
  /** Id or name. */
  input: z.strictObject({ token: z.string().min(1), owner: accountName, revision: seenRevision }),
  output: z.object({ id: z.string(), name: z.string(), owner: z.string(), revision: z.int() }),
  async answer(context, input) {
    return context.engine.options.database.write(async (transaction) => {
      const only = await oneToken(transaction, input.token);
      await assertUnchanged(transaction, input.revision, {
        what: { en: `who answers for the token "${only.name}"`, zh: `令牌“${only.name}”的负责人` },
        revision: tokenRevision(only),
        trail: [{ subject: `token:${only.id}` }],
      });
      const owner = await ownerNamed(transaction, input.owner, only.role, context.now());
      await giveToken(transaction, only.id, owner);
      await audit(transaction, {
        at: context.now(),
        actor: context.actor,
        action: 'token.owner',
        subject: `token:${only.id}`,
        before: JSON.stringify({ owner: only.owner?.name ?? null }),
        after: JSON.stringify({ owner: owner.name }),
      });
      return { id: only.id, name: only.name, owner: owner.name, revision: revisionOf(owner.id) };
    });
  },
});

export const tokenRevoke = command({
  role: 'admin',
  route: { method: 'DELETE', path: '/tokens/{token}', group: 'accounts' },
  does: { en: 'Revokes an API token at once', zh: '立即吊销 API 令牌' },
  /** Id or name. */
  input: z.strictObject({ token: z.string().min(1) }),
  output: z.object({ id: z.string(), name: z.string() }),
  async answer(context, input) {
    const only = await oneToken(context.reader, input.token);
    await context.engine.options.database.write(async (transaction) => {
      await revokeToken(transaction, only.id, context.now());
      await audit(transaction, { at: context.now(), actor: context.actor, action: 'token.revoke', subject: `token:${only.id}` });
    });
    return { id: only.id, name: only.name };
  },
});
