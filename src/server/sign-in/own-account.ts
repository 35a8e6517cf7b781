// One's own account as the console asks for it: password, codes, sessions. Of people who are signed in; a token has none, so it is no part of the described API.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { isRefusal, type Refusal } from '../../engine/sign-in/context.ts';
import { secretHash } from '../../engine/sign-in/door.ts';
import { totpUri } from '../../engine/sign-in/totp.ts';
import { issuesOf } from '../../engine/operations/operation.ts';
import { getAccount } from '../../store/accounts.ts';
import { sessionsOf } from '../../store/sessions.ts';
import { acceptJson } from '../api/body.ts';
import { answerErrors } from '../api/errors.ts';
import { sendFailure, sendProblem, type ProblemCode } from '../api/problem.ts';
import { invalid, requireRole } from '../api/routes.ts';
import type { Principal } from '../principal.ts';
import { cookiesFor } from './cookies.ts';
import type { SignInOptions } from './routes.ts';

export const ownAccountView = z.object({
  name: z.string(),
  title: z.string(),
  /** Signed in through a provider: neither password nor codes are kept here. */
  isOutside: z.boolean(),
  hasCodes: z.boolean(),
  passwordAt: z.number().nullable(),
  sessions: z.array(
    z.object({
      id: z.string(),
      address: z.string(),
      agent: z.string(),
      createdAt: z.number(),
      seenAt: z.number(),
      /** The one that asks. */
      isThis: z.boolean(),
    }),
  ),
});

/** A secret to show once; it counts when a code of it came back. */
export const codesProposal = z.object({ secret: z.string(), sealed: z.string(), uri: z.string() });

const text = z
  .string()
  .max(4096)
  .transform((value) => value.replaceAll('\0', ''));
const passwordForm = z.strictObject({ password: text, wanted: text });
const codesForm = z.strictObject({ password: text, code: text, sealed: text });
const sureForm = z.strictObject({ password: text, code: text });

/** 401 would send the browser to the sign-in page: whoever mistypes here is signed in. */
const codes: Readonly<Record<Refusal['refused'], ProblemCode>> = {
  wrong: 'invalid',
  input: 'invalid',
  link: 'invalid',
  role: 'not-allowed',
  locked: 'too-many',
};

/** Register it below the API's prefix, after whoever sets `request.principal`. */
export async function ownAccount(app: FastifyInstance, options: SignInOptions): Promise<void> {
  const { perform, reader, now } = options;
  const cookies = cookiesFor(options.publicUrl);
  acceptJson(app);
  answerErrors(app, options.onFault);
  app.addHook('onRequest', async (_request, reply) => void reply.header('cache-control', 'no-store'));
  app.addHook('onRequest', requireRole);
  app.addHook('onRequest', async (request, reply) => (request.principal?.kind === 'person' ? undefined : nobody(request, reply)));

  const self = (request: FastifyRequest) => ({
    address: request.ip,
    agent: request.headers['user-agent'] ?? '',
    account: request.principal!.id,
    session: cookies.session(request) ?? '',
  });
  const refuse = (request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply => {
    if (refusal.until !== undefined) reply.header('retry-after', String(Math.ceil((refusal.until - now()) / 1000)));
    return sendProblem(request, reply, codes[refusal.refused], { detail: refusal.label });
  };
  /** A command with a form: what is wrong with it, what was refused, or what came of it. */
  const post = <Form extends z.ZodType>(
    url: string,
    form: Form,
    act: (request: FastifyRequest, input: z.output<Form>) => Promise<object | Refusal>,
  ): void => {
    app.post(url, { config: { role: 'viewer' } }, async (request, reply) => {
      const judged = form.safeParse(request.body ?? {});
      if (!judged.success) return sendFailure(request, reply, invalid(issuesOf(judged.error)));
      const result = await act(request, judged.data);
      return isRefusal(result) ? refuse(request, reply, result) : result;
    });
  };

  app.get('/', { config: { role: 'viewer' } }, async (request, reply) => {
    const account = await getAccount(reader, request.principal!.id);
    if (!account) return nobody(request, reply);
    const own = secretHash(cookies.session(request) ?? '');
    const sessions = (await sessionsOf(reader, account.id)).filter((row) => row.stage === 'full' && row.expiresAt > now());
    const view: z.output<typeof ownAccountView> = {
      name: account.name,
      title: account.title,
      isOutside: account.password === null,
      hasCodes: account.totp !== null,
      passwordAt: account.passwordAt,
      sessions: sessions.map(({ hash, address, agent, createdAt, seenAt }) => ({
        id: hash,
        address,
        agent,
        createdAt,
        seenAt,
        isThis: hash === own,
      })),
    };
    return view;
  });
  post('/password', passwordForm, (request, input) => perform('password.change', { ...self(request), ...input }));
  post('/codes/proposal', z.strictObject({}), async (request) => {
    const { secret, sealed } = await perform('totp.propose', {});
    const uri = totpUri(secret, (request.principal as Principal).name, new URL(options.ownUrl()).host);
    return { secret, sealed, uri } satisfies z.output<typeof codesProposal>;
  });
  post('/codes', codesForm, (request, input) => perform('totp.on', { ...self(request), ...input }));
  post('/codes/off', sureForm, (request, input) => perform('totp.off', { ...self(request), ...input }));
  post('/sessions/end', z.strictObject({ id: text }), (request, { id }) =>
    perform('session.end', { account: request.principal!.id, hash: id }),
  );
}

const nobody = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  sendProblem(request, reply, 'not-allowed', {
    detail: {
      en: 'Only people with an account of their own have one to look after; you came with a token, or this is the demo.',
      zh: '仅自有账号的人员可管理账号；您使用的是令牌，或当前为演示。',
    },
  });
