// Operations on API tokens: made once and shown once, for one role, perhaps for some connections and jobs only, until a day.
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { audit } from '../../store/audit.ts';
import { listConnections } from '../../store/jobs.ts';
import { listTokens, putToken, revokeToken } from '../../store/tokens.ts';
import { CommandError } from '../engine.ts';
import { newSecret, secretHash } from '../sign-in/door.ts';
import { roleSchema } from './accounts.ts';
import { command, jobRef, query, resolveJob, type QueryContext } from './operation.ts';

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
};

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
  }),
  output: z.object({ ...tokenFacts, token: z.string() }),
  async answer(context, input) {
    const jobs = input.jobs ? await Promise.all(input.jobs.map(async (ref) => (await resolveJob(context.reader, ref)).id)) : null;
    const connections = await connectionsOf(context, input.connections);
    const token = PREFIX + newSecret();
    const facts = {
      id: randomUUID(),
      name: input.name,
      role: input.role,
      connections,
      jobs,
      expiresAt: context.now() + input.days * DAY_MS,
    };
    await context.engine.options.database.write(async (transaction) => {
      await putToken(transaction, { ...facts, hash: secretHash(token), createdAt: context.now(), createdBy: context.actor });
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
  does: { en: 'Lists API tokens with their last use', zh: '列出 API 令牌及其最近使用时间' },
  input: z.strictObject({}),
  output: z.object({
    tokens: z.array(
      z.object({
        ...tokenFacts,
        createdAt: z.number(),
        createdBy: z.string(),
        usedAt: z.number().nullable(),
        revokedAt: z.number().nullable(),
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
    })),
  }),
});

export const tokenRevoke = command({
  role: 'admin',
  route: { method: 'DELETE', path: '/tokens/{token}', group: 'accounts' },
  does: { en: 'Revokes an API token at once', zh: '立即吊销 API 令牌' },
  /** Id or name. */
  input: z.strictObject({ token: z.string().min(1) }),
  output: z.object({ id: z.string(), name: z.string() }),
  async answer(context, input) {
    const good = (await listTokens(context.reader)).filter((row) => row.revokedAt === null);
    const found = good.filter((row) => row.id === input.token || row.name === input.token);
    const [only] = found;
    if (!only || found.length > 1)
      throw new CommandError(
        only
          ? `${found.length} tokens are named "${input.token}". Give the id: ${found.map((row) => row.id).join(', ')}.`
          : `There is no valid token "${input.token}". "tributary token list" lists them.`,
        only
          ? `有 ${found.length} 个令牌名为“${input.token}”。请使用编号：${found.map((row) => row.id).join('、')}。`
          : `没有有效的令牌“${input.token}”。可用 tributary token list 查看。`,
        { code: only ? 'conflict' : 'not-found' },
      );
    await context.engine.options.database.write(async (transaction) => {
      await revokeToken(transaction, only.id, context.now());
      await audit(transaction, { at: context.now(), actor: context.actor, action: 'token.revoke', subject: `token:${only.id}` });
    });
    return { id: only.id, name: only.name };
  },
});
