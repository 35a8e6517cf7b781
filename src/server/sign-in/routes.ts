// The routes of signing in: forms in, pages or redirects out. Every answer that lets somebody in sets a new session.
import cookie from '@fastify/cookie';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Label } from '../../core/model.ts';
import { OIDC_RETURN } from '../../core/oidc.ts';
import { isRefusal, type Admission, type Refusal } from '../../engine/sign-in/context.ts';
import { inspectLink } from '../../engine/sign-in/links.ts';
import { roleWords } from '../../engine/words.ts';
import { totpUri } from '../../engine/sign-in/totp.ts';
import { getAccount, listAccounts } from '../../store/accounts.ts';
import { sessionsOf } from '../../store/sessions.ts';
import type { Principal } from '../principal.ts';
import { changesNothing, isFromOwnPage } from '../security.ts';
import { cookiesFor, languageChosen, type Cookies } from './cookies.ts';
import { mendedHere, faultOf } from './oidc-fault.ts';
import {
  accountPage,
  codePage,
  codesPage,
  linkPage,
  messagePage,
  recoveryPage,
  signInPage,
  type Language,
  type PageFrame,
} from './pages.ts';
import { findPrincipal, type WhoOptions } from './principal.ts';

export interface SignInOptions extends WhoOptions {
  /** The address people use; known once the server listens. */
  readonly ownUrl: () => string;
}

const FORM_LIMIT = 16 * 1024;
/** U+0000 is no character of a name or password, and PostgreSQL takes none. */
const text = z
  .string()
  .max(4096)
  .transform((value) => value.replaceAll('\0', ''))
  .catch('')
  .default('');
const form = z.object({
  name: text,
  title: text,
  password: text,
  wanted: text,
  code: text,
  link: text,
  sealed: text,
  secret: text,
  next: text,
});
type Form = z.output<typeof form>;

/** Inside this server only: `//host` and `/\host` are other servers to a browser. */
export const localPath = (next: string): string => (/^\/(?![/\\])[\x21-\x7e]*$/.test(next) && !next.includes('\\') ? next : '/');

export async function registerSignIn(app: FastifyInstance, options: SignInOptions): Promise<void> {
  await app.register(cookie);
  const cookies = cookiesFor(options.publicUrl);
  findPrincipal(app, options, cookies);
  await app.register(async (pages) => {
    pages.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: FORM_LIMIT }, (_, body, done) =>
      done(null, Object.fromEntries(new URLSearchParams(body as string))),
    );
    pages.addHook('onRequest', async (request, reply) => {
      reply.type('text/html; charset=utf-8');
      const { lang } = request.query as { lang?: unknown };
      if (lang === 'en' || lang === 'zh') cookies.setLanguage(request, reply, lang);
      if (changesNothing(request) || isFromOwnPage(request, options)) return undefined;
      return reply.code(403).send(messagePage({ language: languageOf(request), problem: notOurs }));
    });
    pages.setErrorHandler((error: FastifyError, request, reply) => {
      const status = error.statusCode ?? 500;
      if (status >= 500) options.onFault(error);
      reply.code(status).type('text/html; charset=utf-8');
      return reply.send(messagePage(frameOf(request, { problem: status >= 500 ? fault : notUnderstood })));
    });
    doorRoutes(pages, options, cookies);
    accountRoutes(pages, options, cookies);
    oidcRoutes(pages, options, cookies);
  });
}

const notOurs: Label = {
  en: 'This request did not come from a page of this server. Open the page again and repeat it.',
  zh: '此请求并非来自本服务的页面。请重新打开页面后再试。',
};

const notUnderstood: Label = {
  en: 'This request is not understood. Open the page again and repeat it.',
  zh: '无法理解此请求。请重新打开页面后再试。',
};
const fault: Label = {
  en: 'The server could not finish this. Its log says why; try again in a moment.',
  zh: '服务器未能完成该请求，原因见服务器日志。请稍后再试。',
};

const languageOf = (request: FastifyRequest): Language => {
  const asked = (request.query as { lang?: unknown }).lang ?? languageChosen(request) ?? request.headers['accept-language'] ?? '';
  return /^zh/i.test(String(asked)) ? 'zh' : 'en';
};
const frameOf = (request: FastifyRequest, more: Partial<PageFrame> = {}): PageFrame => ({ language: languageOf(request), ...more });
const formOf = (request: FastifyRequest): Form => form.catch(form.parse({})).parse(request.body ?? {});
const queryOf = (request: FastifyRequest, name: string): string => {
  const value = (request.query as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : '';
};
const visitorOf = (request: FastifyRequest) => ({ address: request.ip, agent: request.headers['user-agent'] ?? '' });

const statuses: Readonly<Record<Refusal['refused'], number>> = { wrong: 401, locked: 429, link: 410, input: 422, role: 403 };

function refuse(reply: FastifyReply, refusal: Refusal, now: number): FastifyReply {
  if (refusal.until !== undefined) reply.header('retry-after', String(Math.ceil((refusal.until - now) / 1000)));
  return reply.code(statuses[refusal.refused]);
}

/** Sets the session and goes on: to the second step, or to where somebody wanted to go. */
function letIn(request: FastifyRequest, reply: FastifyReply, cookies: Cookies, admission: Admission, next: string): FastifyReply {
  cookies.setSession(request, reply, admission.session, admission.expiresAt);
  const to = localPath(next);
  return reply.redirect(admission.stage === 'code' ? `/sign-in/code?next=${encodeURIComponent(to)}` : to, 303);
}

/** Whoever has a password gets in, whatever is wrong with the provider. */
async function buttonOf({ oidc, onFault }: SignInOptions): Promise<string | null> {
  try {
    return (await oidc())?.name ?? null;
  } catch (error) {
    onFault(error);
    return null;
  }
}

function doorRoutes(app: FastifyInstance, options: SignInOptions, cookies: Cookies): void {
  const { perform, reader, now } = options;
  const isFirst = async (): Promise<boolean> => (await listAccounts(reader)).length === 0;
  app.get('/sign-in', async (request) => signInPage(frameOf(request), localPath(queryOf(request, 'next')), '', await buttonOf(options)));
  app.post('/sign-in', async (request, reply) => {
    const { name, password, next } = formOf(request);
    const result = await perform('sign-in', { ...visitorOf(request), name, password, previous: cookies.session(request) });
    if (!isRefusal(result)) return letIn(request, reply, cookies, result, next);
    return refuse(reply, result, now()).send(
      signInPage(frameOf(request, { problem: result.label }), localPath(next), name, await buttonOf(options)),
    );
  });
  app.get('/sign-in/code', async (request) => codePage(frameOf(request), localPath(queryOf(request, 'next'))));
  app.post('/sign-in/code', async (request, reply) => {
    const { code, next } = formOf(request);
    const result = await perform('sign-in.code', { ...visitorOf(request), session: cookies.session(request) ?? '', code });
    if (!isRefusal(result)) return letIn(request, reply, cookies, result, next);
    return refuse(reply, result, now()).send(codePage(frameOf(request, { problem: result.label }), localPath(next)));
  });
  app.post('/sign-out', async (request, reply) => {
    const session = cookies.session(request);
    if (session !== undefined) await perform('sign-out', { session });
    cookies.clearSession(request, reply);
    return reply.redirect('/sign-in', 303);
  });
  app.get('/set-up', async (request, reply) => {
    const link = queryOf(request, 'link');
    const seen = await inspectLink(reader, link, now());
    if (!seen) return reply.code(410).send(messagePage(frameOf(request, { problem: spent })));
    return linkPage(frameOf(request), { link, ...seen, isFirst: await isFirst(), typed: { name: '', title: '' } });
  });
  app.post('/set-up', async (request, reply) => {
    const { link, name, title, password } = formOf(request);
    const result = await perform('link.open', { ...visitorOf(request), link, name, title, password, previous: cookies.session(request) });
    if (!isRefusal(result)) return letIn(request, reply, cookies, result, '/');
    const seen = await inspectLink(reader, link, now());
    const frame = frameOf(request, { problem: result.label });
    const again = seen && linkPage(frame, { link, ...seen, isFirst: await isFirst(), typed: { name, title } });
    return refuse(reply, result, now()).send(again ?? messagePage(frame));
  });
}

const spent: Label = {
  en: 'This link was used already, has expired, or was replaced by a newer one. On the server, "tributary admin reset" makes a new one.',
  zh: '此链接已使用、已过期或已被新链接取代。可在服务器上执行 tributary admin reset 重新生成。',
};

const done: Readonly<Record<string, Label>> = {
  password: { en: 'The password is changed. Other sessions have ended.', zh: '密码已修改，其他会话已结束。' },
  off: { en: 'Codes are switched off.', zh: '验证码已关闭。' },
};

function accountRoutes(app: FastifyInstance, options: SignInOptions, cookies: Cookies): void {
  const { perform, reader, now } = options;
  const own = async (request: FastifyRequest, person: Principal, more: Partial<PageFrame> = {}): Promise<string> => {
    const account = await getAccount(reader, person.id);
    const sessions = (await sessionsOf(reader, person.id)).filter((row) => row.stage === 'full' && row.expiresAt > now());
    return accountPage(frameOf(request, more), {
      name: person.name,
      title: account?.title ?? person.name,
      roles: person.roles.map((role) => roleWords[role] ?? { en: role, zh: role }),
      isOutside: account?.password === null,
      hasCodes: account?.totp != null,
      sessions: sessions.length,
    });
  };
  const person = (request: FastifyRequest): Principal | null => (request.principal?.kind === 'person' ? request.principal : null);
  const toSignIn = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
    reply.redirect(`/sign-in?next=${encodeURIComponent(localPath(request.url.split('?')[0]!))}`, 303);
  const self = (request: FastifyRequest, who: Principal) => ({
    ...visitorOf(request),
    account: who.id,
    session: cookies.session(request) ?? '',
  });

  app.get('/account', async (request, reply) => {
    const who = person(request);
    return who ? own(request, who, { note: done[queryOf(request, 'done')] }) : toSignIn(request, reply);
  });
  app.post('/account/password', async (request, reply) => {
    const who = person(request);
    if (!who) return toSignIn(request, reply);
    const { password, wanted } = formOf(request);
    const result = await perform('password.change', { ...self(request, who), password, wanted });
    if (!isRefusal(result)) return reply.redirect('/account?done=password', 303);
    return refuse(reply, result, now()).send(await own(request, who, { problem: result.label }));
  });
  app.get('/account/codes', async (request, reply) => {
    const who = person(request);
    if (!who) return toSignIn(request, reply);
    const { secret, sealed } = await perform('totp.propose', {});
    return codesPage(frameOf(request), secret, sealed, totpUri(secret, who.name, new URL(options.ownUrl()).host));
  });
  app.post('/account/codes/on', async (request, reply) => {
    const who = person(request);
    if (!who) return toSignIn(request, reply);
    const { password, code, sealed, secret } = formOf(request);
    const result = await perform('totp.on', { ...self(request, who), password, code, sealed });
    if (!isRefusal(result)) return recoveryPage(frameOf(request), result.recoveryCodes);
    const uri = totpUri(secret, who.name, new URL(options.ownUrl()).host);
    return refuse(reply, result, now()).send(codesPage(frameOf(request, { problem: result.label }), secret, sealed, uri));
  });
  app.post('/account/codes/off', async (request, reply) => {
    const who = person(request);
    if (!who) return toSignIn(request, reply);
    const { password, code } = formOf(request);
    const result = await perform('totp.off', { ...self(request, who), password, code });
    if (!isRefusal(result)) return reply.redirect('/account?done=off', 303);
    return refuse(reply, result, now()).send(await own(request, who, { problem: result.label }));
  });
  app.post('/account/sign-out-everywhere', async (request, reply) => {
    const who = person(request);
    if (!who) return toSignIn(request, reply);
    await perform('sign-out.everywhere', { account: who.id });
    cookies.clearSession(request, reply);
    return reply.redirect('/sign-in', 303);
  });
}

const away: Label = {
  en: 'The sign-in provider cannot be reached just now. Try again, or sign in with a password.',
  zh: '目前无法连接身份提供方。请稍后再试，或使用密码登录。',
};
const notTrusted: Label = {
  en: 'The sign-in provider did not confirm who you are. Begin again.',
  zh: '身份提供方未能确认您的身份，请重新登录。',
};

const none: Label = {
  en: 'Nobody signs in through an identity provider here. Use your user name and password.',
  zh: '此处未启用通过身份提供方登录。请使用用户名和密码登录。',
};

function oidcRoutes(app: FastifyInstance, options: SignInOptions, cookies: Cookies): void {
  const returnUrl = (): string => new URL(OIDC_RETURN, options.ownUrl()).href;
  const failed = async (request: FastifyRequest, reply: FastifyReply, problem: Label, code: number): Promise<FastifyReply> => {
    const page = signInPage(frameOf(request, { problem }), '/', '', await buttonOf(options));
    return reply.code(code).send(page);
  };
  app.get('/sign-in/oidc', async (request, reply) => {
    try {
      const oidc = await options.oidc();
      if (!oidc) return await failed(request, reply, none, 404);
      const { address, errand } = await oidc.begin(returnUrl(), localPath(queryOf(request, 'next')));
      cookies.setOidc(request, reply, errand);
      return reply.redirect(address, 303);
    } catch (error) {
      options.onFault(faultOf(error));
      return failed(request, reply, away, 502);
    }
  });
  app.get(OIDC_RETURN, async (request, reply) => {
    const errand = cookies.oidc(request);
    cookies.clearOidc(request, reply);
    if (errand === undefined) return failed(request, reply, notTrusted, 401);
    const answer = new URL(returnUrl());
    answer.search = new URL(request.url, options.ownUrl()).search;
    let back;
    try {
      const oidc = await options.oidc();
      if (!oidc) return await failed(request, reply, none, 404);
      back = await oidc.finish(answer, errand, visitorOf(request));
    } catch (error) {
      options.onFault(faultOf(error));
      const mended = mendedHere(error);
      return mended ? failed(request, reply, mended, 502) : failed(request, reply, notTrusted, 401);
    }
    const result = await options.perform('sign-in.outside', { ...back.input, previous: cookies.session(request) });
    if (!isRefusal(result)) return letIn(request, reply, cookies, result, back.next);
    return failed(request, reply, result.label, statuses[result.refused]);
  });
}
