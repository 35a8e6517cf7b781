// One connection to an LDAP server: framing, requests by message id, and answers.
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { isConnectorError } from '../../connector-kit/errors.ts';
import { guardedLookup, refuseAddressIn } from '../../connector-kit/http/addresses.ts';
import { BerIn, messageLength, type Entry, type EntryShape } from './ber.ts';
import {
  decodeResult,
  encodeMessage,
  encodeSearch,
  extendedOperation,
  type Found,
  type Operation,
  type RequestControl,
  type Result,
  type SearchRequest,
} from './messages.ts';
import { answerError } from './result-codes.ts';
import { codes, garbageError, lostError, oids, silentError, tags, tlsError } from './wire.ts';

export interface SessionOptions {
  readonly host: string;
  readonly port: number;
  /** Encrypt from the first byte (ldaps), after StartTLS, or not at all. */
  readonly encryption: 'ldaps' | 'starttls' | 'none';
  readonly tls: ConnectionOptions;
  /** Link-local and metadata addresses too. */
  readonly allowLinkLocal: boolean;
  readonly connectMs: number;
  /** Longest silence of the server while something is asked. */
  readonly answerMs: number;
}

interface Pending {
  readonly writes: boolean;
  readonly shape?: EntryShape;
  onEntry?(entry: Entry): void;
  onReference?(urls: readonly string[]): void;
  finish(result: Result): void;
  fail(error: unknown): void;
}

/** A message larger than this is no entry but a fault (a group of 500,000 members is about 40 MB). */
const MAX_MESSAGE = 256 * 1024 * 1024;

export class Session {
  private socket: Socket;
  private readonly options: SessionOptions;
  private readonly pending = new Map<number, Pending>();
  private chunks: Buffer[] = [];
  private buffered = 0;
  private wanted = 0;
  private nextId = 1;
  private failure: unknown;
  private silence: NodeJS.Timeout | undefined;

  private constructor(socket: Socket, options: SessionOptions) {
    this.socket = socket;
    this.options = options;
    this.listen();
  }

  static async open(options: SessionOptions, signal: AbortSignal): Promise<Session> {
    const direct = options.encryption === 'ldaps';
    if (!options.allowLinkLocal) refuseAddressIn(new URL(`ldap://${options.host.includes(':') ? `[${options.host}]` : options.host}`));
    const to = { host: options.host, port: options.port, ...(options.allowLinkLocal ? {} : { lookup: guardedLookup }) };
    const socket = await connected(
      () => (direct ? connectTls({ ...to, ...options.tls }) : connectPlain(to)),
      direct ? 'secureConnect' : 'connect',
      options,
      signal,
    );
    const session = new Session(socket, options);
    if (options.encryption !== 'starttls') return session;
    try {
      await session.startTls(signal);
      return session;
    } catch (error) {
      session.destroy();
      throw error;
    }
  }

  get isOpen(): boolean {
    return this.failure === undefined;
  }

  get load(): number {
    return this.pending.size;
  }

  private listen(): void {
    this.socket.setNoDelay(true);
    this.socket.on('data', this.onData);
    this.socket.on('error', this.onEnd);
    this.socket.on('close', this.onEnd);
  }

  private readonly onData = (chunk: Buffer): void => this.received(chunk);
  private readonly onEnd = (error: unknown): void => this.broke(error instanceof Error ? error : new Error('connection closed'));

  /** @see https://www.rfc-editor.org/rfc/rfc4511#section-4.14 */
  private async startTls(signal: AbortSignal): Promise<void> {
    const result = await this.send(extendedOperation(oids.startTls), signal);
    if (result.code !== codes.success) throw answerError(result, 'read', 'StartTLS');
    const plain = this.socket;
    plain.off('data', this.onData).off('error', this.onEnd).off('close', this.onEnd);
    this.socket = await connected(() => connectTls({ socket: plain, ...this.options.tls }), 'secureConnect', this.options, signal);
    this.listen();
  }

  /** Sends one request and waits for its only answer. */
  send(operation: Operation, signal: AbortSignal): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.post(operation, { writes: operation.writes, finish: resolve, fail: reject }, signal);
    });
  }

  /** One search request, or one page of it, gathered. */
  async search(request: SearchRequest, signal: AbortSignal, controls: readonly RequestControl[] = []): Promise<Found> {
    const entries: Entry[] = [];
    const references: string[] = [];
    const result = await new Promise<Result>((resolve, reject) => {
      this.post(
        { writes: false, encode: (out) => encodeSearch(out, request), controls },
        {
          writes: false,
          shape: request.shape,
          onEntry: (entry) => entries.push(entry),
          onReference: (urls) => references.push(...urls),
          finish: resolve,
          fail: reject,
        },
        signal,
      );
    });
    return { entries, references, result };
  }

  private post(operation: Operation, pending: Pending, signal: AbortSignal): void {
    if (signal.aborted) return pending.fail(signal.reason);
    if (this.failure !== undefined) return pending.fail(lostError(false, this.failure));
    const id = this.nextId;
    this.nextId = id === 0x7fffffff ? 1 : id + 1;
    const onAbort = (): void => {
      if (!this.pending.delete(id)) return;
      this.abandon(id);
      pending.fail(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    const leave = (): void => signal.removeEventListener('abort', onAbort);
    this.pending.set(id, {
      ...pending,
      finish: (result) => (leave(), pending.finish(result)),
      fail: (error) => (leave(), pending.fail(error)),
    });
    this.socket.write(encodeMessage(id, operation));
    this.watchSilence();
  }

  /** @see https://www.rfc-editor.org/rfc/rfc4511#section-4.11 */
  private abandon(id: number): void {
    if (!this.isOpen) return;
    this.socket.write(encodeMessage(this.nextId++, { writes: false, encode: (out) => out.integer(id, tags.abandonRequest) }));
  }

  private watchSilence(): void {
    clearTimeout(this.silence);
    if (this.pending.size === 0) return;
    this.silence = setTimeout(() => {
      const waiting = [...this.pending.values()];
      this.pending.clear();
      for (const one of waiting) one.fail(silentError(one.writes, this.options.answerMs));
      this.broke(new Error('the server fell silent'));
    }, this.options.answerMs);
    this.silence.unref();
  }

  private received(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.buffered += chunk.length;
    if (this.buffered < this.wanted) return;
    let bytes = this.chunks.length === 1 ? chunk : Buffer.concat(this.chunks, this.buffered);
    let at = 0;
    try {
      for (;;) {
        const length = messageLength(bytes, at, bytes.length - at);
        if (length < 0 || length > MAX_MESSAGE) return this.garbled(bytes.subarray(at));
        if (length === 0 || at + length > bytes.length) {
          this.wanted = length;
          break;
        }
        this.dispatch(new BerIn(bytes, at, at + length));
        at += length;
      }
    } catch (error) {
      if (!this.isOpen) return;
      return this.garbled(bytes.subarray(at), error);
    }
    bytes = bytes.subarray(at);
    this.chunks = bytes.length === 0 ? [] : [bytes];
    this.buffered = bytes.length;
    this.watchSilence();
  }

  private dispatch(message: BerIn): void {
    message.enter(0x30);
    const id = message.integer(0x02);
    const pending = this.pending.get(id);
    const tag = message.tag;
    if (id === 0) return this.broke(noticeOf(message));
    // Late answers to abandoned requests.
    if (!pending) return;
    const content = message.inside();
    if (tag === tags.searchEntry && pending.shape) return pending.onEntry?.(pending.shape.decode(content));
    if (tag === tags.searchReference) {
      const urls: string[] = [];
      while (content.more) urls.push(content.text());
      return pending.onReference?.(urls);
    }
    if (tag === tags.intermediateResponse) return;
    this.pending.delete(id);
    pending.finish(decodeResult(content, message));
  }

  private garbled(bytes: Buffer, cause?: unknown): void {
    const error = garbageError(bytes);
    const waiting = [...this.pending.values()];
    this.pending.clear();
    for (const one of waiting) one.fail(one.writes ? lostError(true, error) : error);
    this.broke(cause ?? error);
  }

  private broke(cause: unknown): void {
    if (this.failure !== undefined) return;
    this.failure = cause;
    clearTimeout(this.silence);
    this.socket.destroy();
    const waiting = [...this.pending.values()];
    this.pending.clear();
    for (const one of waiting) one.fail(lostError(one.writes, cause));
  }

  /** Says good-bye. Requests under way are lost. */
  close(): void {
    if (this.isOpen)
      this.socket.write(
        encodeMessage(this.nextId++, {
          writes: false,
          encode: (out) => out.bytes(new Uint8Array(), tags.unbindRequest),
        }),
      );
    this.broke(new Error('closed by us'));
  }

  destroy(): void {
    this.broke(new Error('closed by us'));
  }
}

function connected(make: () => Socket, ready: 'connect' | 'secureConnect', options: SessionOptions, signal: AbortSignal): Promise<Socket> {
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const socket = make();
    const settle = (error?: unknown): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.off(ready, onReady).off('error', onError).off('close', onClose);
      if (error === undefined) return resolve(socket);
      socket.on('error', () => {});
      socket.destroy();
      reject(error);
    };
    const onReady = (): void => settle();
    const onError = (error: Error): void =>
      settle(isConnectorError(error) ? error : isCertificateFault(error) ? tlsError(error) : lostError(false, error));
    const onClose = (): void => settle(lostError(false, new Error('connection closed')));
    const onAbort = (): void => settle(signal.reason);
    const timer = setTimeout(() => settle(silentError(false, options.connectMs)), options.connectMs);
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once(ready, onReady).once('error', onError).once('close', onClose);
  });
}

/** @see https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const isCertificateFault = (error: Error): boolean =>
  /^(?:CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT_|HOSTNAME_MISMATCH|ERR_SSL_)/.test(
    String((error as Error & { code?: unknown }).code),
  );

/** Unsolicited: the server announces that it hangs up. @see https://www.rfc-editor.org/rfc/rfc4511#section-4.4.1 */
function noticeOf(message: BerIn): Error {
  const { code, message: text } = decodeResult(message.inside(), message);
  return new Error(`the server ended the connection (LDAP ${code}${text ? `: ${text.slice(0, 200)}` : ''})`);
}
