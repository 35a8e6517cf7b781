// A real SMTP server that takes, refuses, stalls or drops the line as told, and keeps what it took.
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface Letter {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
  readonly id: string;
  readonly subject: string;
  /** Decoded. */
  readonly text: string;
}

export type Mood =
  | { readonly take: true }
  /** Refuses the address (`rcpt`) or the whole message (`data`) with this code. */
  | { readonly refuse: number; readonly at: 'mail' | 'rcpt' | 'data' }
  /** Takes the message and drops the line instead of saying so. */
  | { readonly drop: true }
  | { readonly afterMs: number };

export interface MailServer {
  readonly port: number;
  readonly letters: Letter[];
  /** For the next messages, one each; afterwards it takes everything. */
  moods(...next: Mood[]): void;
  stop(): Promise<void>;
}

export async function startMailServer(options: SMTPServerOptions = {}, onLetter: (letter: Letter) => void = () => {}): Promise<MailServer> {
  const letters: Letter[] = [];
  const queue: Mood[] = [];
  const refuses = (at: 'mail' | 'rcpt' | 'data'): Error | null => {
    const [next] = queue;
    if (!next || !('refuse' in next) || next.at !== at) return null;
    queue.shift();
    return Object.assign(new Error('as told'), { responseCode: next.refuse });
  };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: options.secure || options.key ? [] : ['STARTTLS'],
    logger: false,
    ...options,
    onMailFrom: (_address, _session, done) => done(refuses('mail')),
    onRcptTo: (_address, _session, done) => done(refuses('rcpt')),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const refused = refuses('data');
        if (refused) return done(refused);
        const letter = letterOf(Buffer.concat(chunks).toString('utf8'), session.envelope);
        letters.push(letter);
        onLetter(letter);
        const mood = queue.shift();
        if (mood && 'drop' in mood) return (session as unknown as { connection?: unknown }) && dropLine(server, session.id);
        if (mood && 'afterMs' in mood) return void setTimeout(done, mood.afterMs);
        done();
      });
    },
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    letters,
    moods: (...next) => void queue.push(...next),
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function dropLine(server: SMTPServer, session: string): void {
  const { connections } = server as unknown as { connections: Set<{ id: string; _socket: { destroy(): void } }> };
  for (const connection of connections) if (connection.id === session) connection._socket.destroy();
}

function letterOf(raw: string, envelope: { mailFrom: unknown; rcptTo: readonly { address: string }[] }): Letter {
  const split = raw.indexOf('\r\n\r\n');
  const head = raw.slice(0, split).replace(/\r\n[ \t]+/g, ' ');
  const header = (name: string): string => new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1]?.trim() ?? '';
  const body = raw.slice(split + 4);
  return {
    from: (envelope.mailFrom as { address: string }).address,
    to: envelope.rcptTo.map((to) => to.address),
    raw,
    id: header('Message-ID'),
    subject: words(header('Subject')),
    text: decoded(body, header('Content-Transfer-Encoding')).replaceAll('\r\n', '\n').trim(),
  };
}

function decoded(body: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  if (encoding !== 'quoted-printable') return body;
  const bytes = body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** RFC 2047. */
const words = (text: string): string =>
  text.replace(/\?=\s+=\?/g, '?==?').replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, how: string, inner: string) =>
    how.toLowerCase() === 'b'
      ? Buffer.from(inner, 'base64').toString('utf8')
      : Buffer.from(
          inner.replaceAll('_', ' ').replace(/=([0-9A-F]{2})/gi, (_hex, hex: string) => String.fromCharCode(parseInt(hex, 16))),
          'latin1',
        ).toString('utf8'),
  );
