// Everything that goes to the LDAP server: sign-in, a small pool of connections, requests and their safe repetition.
import { isIP } from 'node:net';
import type { Clock, ConnectionContext } from '../../connector-kit/contract.ts';
import { ConnectorError, isConnectorError } from '../../connector-kit/errors.ts';
import { EntryShape, type Entry } from './ber.ts';
import type { Config } from './config.ts';
import {
  addOperation,
  bindOperation,
  cookieOf,
  deleteOperation,
  extendedOperation,
  modifyOperation,
  pageControl,
  passwordOperation,
  renameOperation,
  toldId,
  type AttributeChange,
  type Found,
  type Operation,
  type Result,
  type SearchRequest,
  type Values,
} from './messages.ts';
import { Session, type SessionOptions } from './session.ts';
import { answerError } from './result-codes.ts';
import { codes, oids } from './wire.ts';
import { FilterParser, PresenceFilter } from 'ldapts';

/** What the root DSE tells. @see https://www.rfc-editor.org/rfc/rfc4512#section-5.1 */
export interface Features {
  readonly controls: ReadonlySet<string>;
  readonly extensions: ReadonlySet<string>;
  readonly namingContexts: readonly string[];
  readonly schemaDn: string | undefined;
}

export interface Page extends Found {
  /** The server stopped at a limit: what follows is unknown. */
  readonly limit?: { readonly code: number; readonly message: string };
}

/** Parallel connections, and so parallel writes. slapd itself works with 16 threads: slapd.conf(5), `threads`. */
export const CONNECTIONS = 8;
/** Entries in one page and in one `objects` event. */
export const PAGE = 1000;
const CONNECT_MS = 10_000;
const ANSWER_MS = 120_000;

export class Client {
  readonly config: Config;
  private readonly clock: Clock;
  private readonly log: (event: string, fields?: Record<string, unknown>) => void;
  private readonly beforeWrite: (() => void) | undefined;
  private readonly options: SessionOptions;
  private sessions: Session[] = [];
  private opening = 0;
  private known: Promise<Features> | undefined;
  private closed = false;

  constructor(config: Config, { clock, log, beforeWrite }: Pick<ConnectionContext<Config>, 'clock' | 'log' | 'beforeWrite'>) {
    this.config = config;
    this.clock = clock;
    this.log = log;
    this.beforeWrite = beforeWrite;
    this.options = sessionOptions(config);
  }

  // ── Connections ──────────────────────────────────────────────────────────────────────────────────────

  /** A signed-in connection of its own, for searches in pages: their cookies live in one connection. */
  async open(signal: AbortSignal): Promise<Session> {
    if (
      this.config.bindDn !== '' &&
      this.options.encryption === 'none' &&
      !this.config.allowPlainPassword &&
      !isLoopback(this.options.host)
    ) {
      throw new ConnectorError('config', {
        en: 'The password would travel unencrypted. Use ldaps:// or StartTLS, or allow it expressly in the settings of the connection.',
        zh: '密码将以明文传输。请使用 ldaps:// 或 StartTLS，或在连接设置中明确允许。',
      });
    }
    for (let tries = 1; ; tries++) {
      let session: Session | undefined;
      try {
        session = await Session.open(this.options, signal);
        await this.signIn(session, signal);
        return session;
      } catch (error) {
        session?.destroy();
        const again = isConnectorError(error) && (error.kind === 'transient' || error.kind === 'rate-limited') && tries < 3;
        if (!again || this.closed) throw error;
        this.log('ldap.connect-again', { tries, kind: error.kind });
        await this.clock.sleep(100 * 2 ** tries, signal);
      }
    }
  }

  /** @see https://www.rfc-editor.org/rfc/rfc4511#section-4.2 */
  private async signIn(session: Session, signal: AbortSignal): Promise<void> {
    const { bindDn, password } = this.config;
    const result = await session.send(bindOperation(bindDn, password), signal);
    if (result.code !== codes.success) throw answerError(result, 'read', bindDn === '' ? undefined : bindDn);
  }

  private async session(signal: AbortSignal): Promise<Session> {
    this.sessions = this.sessions.filter((session) => session.isOpen);
    const idle = this.sessions.find((session) => session.load === 0);
    if (idle) return idle;
    if (this.sessions.length + this.opening < CONNECTIONS) {
      this.opening++;
      try {
        const session = await this.open(signal);
        if (this.closed) session.close();
        else this.sessions.push(session);
        return session;
      } finally {
        this.opening--;
      }
    }
    const busy = this.sessions.toSorted((a, b) => a.load - b.load)[0];
    return busy ?? this.open(signal).then((session) => (this.sessions.push(session), session));
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const session of this.sessions) session.close();
    this.sessions = [];
  }

  /**
   * Sends a request until the server has really dealt with it. Repeated are: what was not sent, or was a read, when
   * the connection broke (`transient`; a write that was sent is `unknown-outcome`); anything that the server refused
   * without doing it (busy, unavailable); anything after the sign-in was lost.
   */
  private async attempt<T extends { readonly result: Result }>(
    own: Session | undefined,
    send: (session: Session) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    for (let tries = 1; ; tries++) {
      const session = own ?? (await this.session(signal));
      let answer: T;
      try {
        answer = await send(session);
      } catch (error) {
        const again = own === undefined && tries < 3 && isConnectorError(error) && error.kind === 'transient' && !this.closed;
        if (!again) throw error;
        this.log('ldap.ask-again', { tries, kind: error.kind });
        continue;
      }
      const { code } = answer.result;
      const pauseMs = pauseBefore(code, tries);
      if (pauseMs === undefined) return answer;
      this.log('ldap.ask-again', { tries, code });
      await this.clock.sleep(pauseMs, signal);
      if (code === codes.strongerAuthRequired) await this.signIn(session, signal);
    }
  }

  // ── Reading ──────────────────────────────────────────────────────────────────────────────────────────

  features(signal: AbortSignal): Promise<Features> {
    this.known ??= this.readFeatures(signal).catch((error: unknown) => {
      this.known = undefined;
      throw error;
    });
    return this.known;
  }

  private async readFeatures(signal: AbortSignal): Promise<Features> {
    const shape = new EntryShape(['supportedControl', 'supportedExtension', 'namingContexts', 'subschemaSubentry']);
    const [root] = await this.search({ base: '', scope: 'base', filter: new PresenceFilter({ attribute: 'objectClass' }), shape }, signal);
    const [controls, extensions, contexts, schema] = (root?.values ?? []).map(listOf);
    return {
      controls: new Set(controls),
      extensions: new Set(extensions),
      namingContexts: contexts ?? [],
      schemaDn: schema?.[0],
    };
  }

  /** A search of few entries. An absent base gives none; every other refusal throws. */
  async search(request: SearchRequest, signal: AbortSignal): Promise<readonly Entry[]> {
    return entriesOf(await this.found(request, signal), request);
  }

  /** The same; null where the server stops at a limit. */
  async searchIfFew(request: SearchRequest, signal: AbortSignal): Promise<readonly Entry[] | null> {
    const found = await this.found(request, signal);
    return isLimit(found.result.code) ? null : entriesOf(found, request);
  }

  private found(request: SearchRequest, signal: AbortSignal): Promise<Found> {
    return this.attempt(undefined, (session) => session.search(request, signal), signal);
  }

  /** Whether the base of a search is there and visible. */
  async exists(dn: string, signal: AbortSignal): Promise<boolean> {
    const entries = await this.search({ base: dn, scope: 'base', filter: everything, shape: noAttributes }, signal);
    return entries.length > 0;
  }

  /**
   * A search of any size, page by page; the next page is on its way while the last one is worked on. Two pages are in
   * memory. Throws when the connection breaks: cookies do not outlive it (RFC 2696 section 3), so nothing resumes.
   */
  async *pages(request: SearchRequest, signal: AbortSignal, size = PAGE): AsyncGenerator<Page> {
    const session = await this.open(signal);
    try {
      let coming: Promise<Found> | undefined = this.page(session, request, size, undefined, signal);
      while (coming) {
        const found: Found = await coming;
        const { code, message } = found.result;
        const limited = isLimit(code);
        if (code !== codes.success && !limited) throw answerError(found.result, 'read', request.base);
        const cookie = limited ? undefined : cookieOf(found.result);
        coming = cookie && this.page(session, request, size, cookie, signal);
        coming?.catch(() => {});
        yield limited ? { ...found, limit: { code, message } } : found;
      }
    } finally {
      session.close();
    }
  }

  private page(session: Session, request: SearchRequest, size: number, cookie: Buffer | undefined, signal: AbortSignal): Promise<Found> {
    const controls = [pageControl(size, cookie)];
    return this.attempt(session, (own) => own.search(request, signal, controls), signal);
  }

  // ── Writing. The answer is returned whatever its code: the caller knows which codes are fine. ──────────

  private async send(operation: Operation, signal: AbortSignal): Promise<Result> {
    const sent = async (session: Session): Promise<{ result: Result }> => {
      if (operation.writes) this.beforeWrite?.();
      return { result: await session.send(operation, signal) };
    };
    return (await this.attempt(undefined, sent, signal)).result;
  }

  /** Returns the new entry's entryUUID when the server tells it at once. */
  async add(
    dn: string,
    attributes: ReadonlyMap<string, Values>,
    signal: AbortSignal,
  ): Promise<{ result: Result; entryUuid: string | undefined }> {
    const { controls } = await this.features(signal);
    const result = await this.send(addOperation(dn, attributes, controls.has(oids.postRead)), signal);
    return { result, entryUuid: toldId(result) };
  }

  modify(dn: string, changes: readonly AttributeChange[], signal: AbortSignal, how?: 'permissive'): Promise<Result> {
    return this.send(modifyOperation(dn, changes, how === 'permissive'), signal);
  }

  rename(dn: string, rdn: string, parent: string | null, signal: AbortSignal): Promise<Result> {
    return this.send(renameOperation(dn, rdn, parent), signal);
  }

  remove(dn: string, signal: AbortSignal): Promise<Result> {
    return this.send(deleteOperation(dn), signal);
  }

  setPassword(dn: string, password: string, signal: AbortSignal): Promise<Result> {
    return this.send(passwordOperation(dn, password), signal);
  }

  /** Who the server takes us for, such as `dn:cn=tributary,…`; '' when it does not say. */
  async whoAmI(signal: AbortSignal): Promise<string> {
    if (!(await this.features(signal)).extensions.has(oids.whoAmI)) return '';
    const result = await this.send(extendedOperation(oids.whoAmI), signal);
    return result.code === codes.success ? (result.value?.toString('utf8') ?? '') : '';
  }
}

/**
 * How long to wait before the same request is sent again; undefined when its answer stands. LDAP has no Retry-After: a
 * busy server gets half a minute in growing steps, an internal error one and a half seconds.
 */
function pauseBefore(code: number, tries: number): number | undefined {
  if (code === codes.busy || code === codes.unavailable) return tries < 6 ? 500 * 2 ** tries : undefined;
  if (code === codes.other || code === codes.operationsError) return tries < 4 ? 100 * 2 ** tries : undefined;
  // Our sign-in was forgotten.
  return code === codes.strongerAuthRequired && tries < 2 ? 0 : undefined;
}

function entriesOf({ entries, result }: Found, request: SearchRequest): readonly Entry[] {
  if (result.code === codes.noSuchObject) return [];
  if (result.code !== codes.success) throw answerError(result, 'read', request.base);
  return entries;
}

const isLimit = (code: number): boolean =>
  code === codes.sizeLimitExceeded || code === codes.timeLimitExceeded || code === codes.adminLimitExceeded;

export const everything = new PresenceFilter({ attribute: 'objectClass' });
export const noAttributes = new EntryShape([]);

/** A filter as an administrator wrote it; throws `config` when it is not one. */
export function parseFilter(text: string): ReturnType<typeof FilterParser.parseString> {
  try {
    return FilterParser.parseString(text);
  } catch (cause) {
    throw new ConnectorError(
      'config',
      {
        en: `"${text}" is not an LDAP filter. One looks like (employeeType=staff).`,
        zh: `“${text}”不是有效的 LDAP 过滤器，格式如 (employeeType=staff)。`,
      },
      { cause },
    );
  }
}

export const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

/** @see https://www.rfc-editor.org/rfc/rfc1122#section-3.2.1.3 for 127/8 */
const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);

function sessionOptions(config: Config): SessionOptions {
  const url = new URL(config.url);
  const direct = url.protocol === 'ldaps:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return {
    host,
    port: url.port === '' ? (direct ? 636 : 389) : Number(url.port),
    encryption: direct ? 'ldaps' : config.startTls ? 'starttls' : 'none',
    tls: {
      host,
      ...(isIP(host) ? {} : { servername: host }),
      ...(config.ca.trim() === '' ? {} : { ca: config.ca }),
    },
    allowLinkLocal: config.allowLinkLocal,
    connectMs: CONNECT_MS,
    answerMs: ANSWER_MS,
  };
}
