// The cookies: the session, what a browser keeps while it is at an OIDC provider, and the language. SameSite=Lax, Secure over https; HttpOnly but for the language.
import type { FastifyReply, FastifyRequest } from 'fastify';

const SESSION = 'tributary';
const OIDC = 'tributary-oidc';
/** @see https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes no other host can set it */
const PREFIX = '__Host-';
const OIDC_SECONDS = 600;
/** The console reads and writes it, too: `console/src/i18n/i18n.ts`. */
const LANGUAGE = 'tributary-language';
const LANGUAGE_SECONDS = 365 * 86_400;

/** What somebody chose on one of our pages. */
export const languageChosen = (request: FastifyRequest): string | undefined => request.cookies[LANGUAGE];

export interface Cookies {
  session(request: FastifyRequest): string | undefined;
  setSession(request: FastifyRequest, reply: FastifyReply, session: string, expiresAt: number): void;
  clearSession(request: FastifyRequest, reply: FastifyReply): void;
  oidc(request: FastifyRequest): string | undefined;
  setOidc(request: FastifyRequest, reply: FastifyReply, value: string): void;
  clearOidc(request: FastifyRequest, reply: FastifyReply): void;
  setLanguage(request: FastifyRequest, reply: FastifyReply, language: 'en' | 'zh'): void;
}

export function cookiesFor(publicUrl: URL | null): Cookies {
  const isSecure = (request: FastifyRequest): boolean => (publicUrl ? publicUrl.protocol === 'https:' : request.protocol === 'https');
  const name = (request: FastifyRequest, bare: string): string => (isSecure(request) ? PREFIX + bare : bare);
  const set = (request: FastifyRequest, reply: FastifyReply, bare: string, value: string, expires: Date): void =>
    void reply.setCookie(name(request, bare), value, { path: '/', httpOnly: true, sameSite: 'lax', secure: isSecure(request), expires });
  const clear = (request: FastifyRequest, reply: FastifyReply, bare: string): void => set(request, reply, bare, '', new Date(0));
  const read = (request: FastifyRequest, bare: string): string | undefined => request.cookies[name(request, bare)] || undefined;
  return {
    session: (request) => read(request, SESSION),
    setSession: (request, reply, session, expiresAt) => set(request, reply, SESSION, session, new Date(expiresAt)),
    clearSession: (request, reply) => clear(request, reply, SESSION),
    oidc: (request) => read(request, OIDC),
    setOidc: (request, reply, value) => set(request, reply, OIDC, value, new Date(Date.now() + OIDC_SECONDS * 1000)),
    clearOidc: (request, reply) => clear(request, reply, OIDC),
    setLanguage: (request, reply, language) =>
      void reply.setCookie(LANGUAGE, language, { path: '/', sameSite: 'lax', secure: isSecure(request), maxAge: LANGUAGE_SECONDS }),
  };
}
