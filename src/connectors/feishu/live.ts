// Events over the vendor's long connection: needs no public address. Each event is acknowledged once its keys were taken.
// @see https://github.com/larksuite/node-sdk (ws-client)
import { WebSocket } from 'ws';
import type { Connection, CursorRequest, TouchedKey } from '../../connector-kit/contract.ts';
import { ConnectorError, isConnectorError } from '../../connector-kit/errors.ts';
import { socketOptions, type SocketOptions } from '../../connector-kit/http/web-socket.ts';
import type { Client } from './client.ts';
import type { Part } from './config.ts';
import { keysOf } from './events.ts';
import { CONTROL, DATA, decodeFrame, encodeFrame, type Frame } from './frames.ts';
import type { Eye } from './sight.ts';
import { lineShape } from './wire.ts';

/** Pieces of an event that did not come together in this time are forgotten; Feishu sends it again. */
const PIECES_MS = 30_000;
const PING_MS = 120_000;
/** Who listens is told that the line stands, also when nothing happens. */
const BEAT_MS = 25_000;
/** Nothing heard for this many pings: the line is dead, whatever the socket says. */
const SILENT_PINGS = 2;

interface Heard {
  readonly frames: readonly Frame[];
  readonly keys: readonly TouchedKey[] | 'everything';
}

/** Ends when the line breaks, with `transient`: who listens opens it again, and the reconcile finds what was missed. */
export const openLive = (client: Client, eye: Eye): NonNullable<Connection<Part>['watch']> =>
  async function* watch({ signal }: CursorRequest<Part>) {
    const line = await openLine(client, signal);
    let heard: Heard[] = [];
    let wake = (): void => undefined;
    let broken: Error | undefined;
    const pieces = new Pieces(client.clock);
    let lastHeardAt = client.clock.now();

    line.socket.on('message', (data: Buffer) => {
      lastHeardAt = client.clock.now();
      const frame = readFrame(data, client);
      if (!frame || frame.method !== DATA || frame.headers.type !== 'event') return void wake();
      const whole = pieces.add(frame);
      if (whole) heard.push({ frames: whole.frames, keys: keysIn(whole.text, eye, client) });
      wake();
    });
    line.socket.on('close', () => {
      broken ??= new Error('closed');
      wake();
    });
    line.socket.on('error', (error) => {
      broken ??= error;
      wake();
    });
    const abort = (): void => wake();
    signal.addEventListener('abort', abort, { once: true });
    const pinging = keepAlive(client, line, { lastHeardAt: () => lastHeardAt, beat: () => wake() }, signal);

    try {
      yield [];
      while (!signal.aborted) {
        if (heard.length === 0 && !broken) {
          const turn = new Promise<void>((resolve) => {
            wake = resolve;
          });
          if (!signal.aborted) await turn;
        }
        if (signal.aborted) return;
        const batch = heard;
        heard = [];
        if (batch.length === 0 && broken) throw lineBroken(broken);
        if (batch.some(({ keys }) => keys === 'everything')) yield 'everything';
        yield batch.flatMap(({ keys }) => (keys === 'everything' ? [] : keys));
        // They were taken: now Feishu may forget them.
        for (const { frames } of batch) acknowledge(line.socket, frames.at(-1)!);
      }
    } finally {
      signal.removeEventListener('abort', abort);
      pinging.abort();
      line.socket.terminate();
    }
  };

interface Line {
  readonly socket: WebSocket;
  readonly service: number;
  readonly pingMs: number;
}

async function openLine(client: Client, signal: AbortSignal): Promise<Line> {
  const { URL: address, ClientConfig: config } = await client.lineEndpoint(lineShape, signal);
  const service = Number(new URL(address).searchParams.get('service_id') ?? 0);
  const socket = new WebSocket(address, { handshakeTimeout: 15_000, ...(await routeTo(new URL(address), client, signal)) });
  await new Promise<void>((resolve, reject) => {
    const abort = (): void => {
      socket.terminate();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abort, { once: true });
    socket.once('open', () => (signal.removeEventListener('abort', abort), resolve()));
    socket.once(
      'error',
      (error) => (signal.removeEventListener('abort', abort), reject(signal.aborted ? (signal.reason as Error) : lineBroken(error))),
    );
  });
  client.log('feishu.long-connection', { service });
  return { socket, service, pingMs: (config?.PingInterval ?? PING_MS / 1000) * 1000 };
}

/** Feishu names the address: it is reached as the rest of the connection is, and never where that may not go. */
async function routeTo(address: URL, { config: { ca, proxy } }: Client, signal: AbortSignal): Promise<SocketOptions> {
  try {
    return await socketOptions(address, { ...(ca === '' ? {} : { ca }), ...(proxy === '' ? {} : { proxy }) }, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw isConnectorError(error) ? error : lineBroken(error as Error);
  }
}

interface Pulse {
  lastHeardAt(): number;
  beat(): void;
}

/** Pings, tells that the line stands, and gives it up when nothing comes back. */
function keepAlive(client: Client, { socket, service, pingMs }: Line, { lastHeardAt, beat }: Pulse, signal: AbortSignal): AbortController {
  const stop = new AbortController();
  const until = AbortSignal.any([stop.signal, signal]);
  void (async () => {
    for (let pingedAt = 0; socket.readyState === WebSocket.OPEN; beat()) {
      const now = client.clock.now();
      if (now - pingedAt >= pingMs) {
        pingedAt = now;
        socket.send(encodeFrame({ seqId: 0n, logId: 0n, service, method: CONTROL, headers: { type: 'ping' }, payload: new Uint8Array() }));
      }
      await client.clock.sleep(Math.min(BEAT_MS, pingMs), until);
      if (client.clock.now() - lastHeardAt() > SILENT_PINGS * pingMs + BEAT_MS) socket.terminate();
    }
  })().catch(() => undefined);
  return stop;
}

function acknowledge(socket: WebSocket, frame: Frame): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  socket.send(encodeFrame({ ...frame, headers: { ...frame.headers, biz_rt: '0' }, payload: Buffer.from(JSON.stringify({ code: 200 })) }));
}

function readFrame(data: Buffer, client: Client): Frame | null {
  try {
    return decodeFrame(data);
  } catch (error) {
    client.log('feishu.frame-not-understood', { bytes: data.length, reason: (error as Error).message });
    return null;
  }
}

function keysIn(text: string, eye: Eye, client: Client): Heard['keys'] {
  let payload: unknown;
  try {
    payload = JSON.parse(text);
  } catch {
    client.log('feishu.event-not-understood', { characters: text.length });
    return [];
  }
  const keys = keysOf(payload);
  // What the app may see is asked for anew.
  if (keys === 'everything') eye.forget();
  return keys;
}

const lineBroken = (error: Error): ConnectorError =>
  new ConnectorError(
    'transient',
    { en: 'The long connection to Feishu broke; it is opened again.', zh: '与飞书的长连接中断，将重新建立。' },
    { transport: true, detail: error.message.slice(0, 100) },
  );

/** Large events come in pieces: `sum` of them, numbered from 0 by `seq`. */
class Pieces {
  private readonly parts = new Map<string, { readonly frames: (Frame | undefined)[]; readonly at: number }>();
  private readonly clock: Client['clock'];

  constructor(clock: Client['clock']) {
    this.clock = clock;
  }

  add(frame: Frame): { readonly text: string; readonly frames: readonly Frame[] } | null {
    const { message_id: id = '', sum = '1', seq = '0' } = frame.headers;
    const [count, place] = [Number(sum), Number(seq)];
    if (!Number.isInteger(count) || count < 1 || !Number.isInteger(place) || place < 0 || place >= count) return null;
    const now = this.clock.now();
    for (const [known, { at }] of this.parts) if (now - at > PIECES_MS) this.parts.delete(known);
    let part = this.parts.get(id);
    if (!part || part.frames.length !== count) this.parts.set(id, (part = { frames: Array.from({ length: count }), at: now }));
    part.frames[place] = frame;
    if (!part.frames.every((one) => one !== undefined)) return null;
    this.parts.delete(id);
    const frames = part.frames as Frame[];
    return { frames, text: Buffer.concat(frames.map(({ payload }) => payload)).toString('utf8') };
  }
}
