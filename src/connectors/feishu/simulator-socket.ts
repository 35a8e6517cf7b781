// The long connection of the simulator: the endpoint that hands out an address, and the socket that carries frames.
// @see https://open.feishu.cn/document/server-docs/event-subscription-guide/event-subscription-configure-/request-url-configuration-case
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { CONTROL, DATA, decodeFrame, encodeFrame } from './frames.ts';
import type { SimApp } from './simulator-apps.ts';

const MOST_CONNECTIONS = 50;
const SERVICE = 33_554_678;
/** Not acknowledged for so long: sent again later. */
const ACK_MS = 3000;
const PIECE = 60_000;

/** What a client shall do; seconds. */
const CLIENT_CONFIG = { PingInterval: 120, ReconnectCount: -1, ReconnectInterval: 120, ReconnectNonce: 30 };

interface Line {
  readonly socket: WebSocket;
  readonly app: string;
  readonly acks: Map<string, (ok: boolean) => void>;
}

export class LongConnections {
  private readonly lines = new Set<Line>();
  private readonly tickets = new Map<string, string>();
  private readonly server = new WebSocketServer({ noServer: true });
  private readonly chosen = new Set<string>();
  private turn = 0;
  private sequence = 0n;

  attach(http: Server): void {
    http.on('upgrade', (request: IncomingMessage, socket, head) => {
      const url = new URL(request.url ?? '/', 'http://simulator');
      const app = this.tickets.get(url.searchParams.get('ticket') ?? '');
      if (url.pathname !== '/ws/v2' || app === undefined) return void socket.destroy();
      this.server.handleUpgrade(request, socket, head, (opened) => this.welcome(opened, app));
    });
  }

  /** What `POST /callback/ws/endpoint` answers. */
  endpoint(apps: ReadonlyMap<string, SimApp>, body: Readonly<Record<string, unknown>>, host: string): object {
    const app = apps.get(String(body.AppID));
    if (!app || app.secret !== body.AppSecret) return { code: 514, msg: 'auth failed', data: {} };
    if ([...this.lines].filter((line) => line.app === app.id).length >= MOST_CONNECTIONS) {
      return { code: 1000040350, msg: 'exceed max connections', data: {} };
    }
    this.chosen.add(app.id);
    const ticket = randomUUID();
    this.tickets.set(ticket, app.id);
    const query = new URLSearchParams({ fpid: '493', aid: '552564', device_id: randomUUID(), service_id: String(SERVICE), ticket });
    return { code: 0, msg: 'success', data: { URL: `ws://${host}/ws/v2?${query.toString()}`, ClientConfig: CLIENT_CONFIG } };
  }

  private welcome(socket: WebSocket, app: string): void {
    const line: Line = { socket, app, acks: new Map() };
    this.lines.add(line);
    socket.on('message', (data: Buffer) => this.hear(line, data));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      this.lines.delete(line);
      for (const settle of line.acks.values()) settle(false);
    });
  }

  private hear(line: Line, data: Buffer): void {
    const frame = decodeFrame(data);
    if (frame.method === CONTROL && frame.headers.type === 'ping') {
      const payload = Buffer.from(JSON.stringify(CLIENT_CONFIG));
      line.socket.send(encodeFrame({ ...frame, headers: { type: 'pong' }, payload }));
    }
    if (frame.method !== DATA) return;
    const said = JSON.parse(Buffer.from(frame.payload).toString('utf8')) as { code?: number };
    line.acks.get(frame.headers.message_id ?? '')?.(said.code === 200);
  }

  /** To one of the app's connections, in turn. False: nobody is there, or nobody acknowledged in time. */
  async send(app: SimApp, body: string): Promise<boolean> {
    const mine = [...this.lines].filter((line) => line.app === app.id && line.socket.readyState === line.socket.OPEN);
    if (mine.length === 0) return false;
    this.turn += 1;
    const line = mine[this.turn % mine.length]!;
    const id = randomUUID();
    const bytes = Buffer.from(body);
    const sum = Math.max(1, Math.ceil(bytes.length / PIECE));
    const acknowledged = new Promise<boolean>((resolve) => {
      const timer = setTimeout(resolve, ACK_MS, false);
      line.acks.set(id, (ok) => (clearTimeout(timer), resolve(ok)));
    });
    for (let seq = 0; seq < sum; seq += 1) {
      this.sequence += 1n;
      const headers = { type: 'event', message_id: id, sum: String(sum), seq: String(seq), trace_id: randomUUID() };
      const payload = bytes.subarray(seq * PIECE, (seq + 1) * PIECE);
      line.socket.send(encodeFrame({ seqId: this.sequence, logId: 0n, service: SERVICE, method: DATA, headers, payload }));
    }
    const ok = await acknowledged;
    line.acks.delete(id);
    return ok;
  }

  /** It has asked for a long connection before; what it misses meanwhile is sent again. */
  chosenBy(app: SimApp): boolean {
    return this.chosen.has(app.id);
  }

  /** Connections that are open now. */
  get size(): number {
    return this.lines.size;
  }

  /** Cuts all of them, as a network does. */
  cut(): void {
    for (const line of this.lines) line.socket.terminate();
  }

  close(): void {
    this.cut();
    this.server.close();
  }
}
