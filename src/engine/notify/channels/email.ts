// E-mail over SMTP: STARTTLS or TLS, sign-in, an own certificate authority; one message to one address.
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import { getCACertificates, rootCertificates } from 'node:tls';
import { z } from 'zod';
import { field } from '../../../connector-kit/define.ts';
import { isConnectorError, type ConnectorError, type ErrorKind } from '../../../connector-kit/errors.ts';
import { guardedLookup, isRefusedAddress } from '../../../connector-kit/http/addresses.ts';
import { excerpt } from '../../../connector-kit/http/excerpt.ts';
import { mailAddress } from '../../../core/notices.ts';
import { channelError, channelKind, type Outgoing } from './channel.ts';

const plain = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^\P{C}*$/u, 'must be one line of text');

const config = z
  .object({
    host: field(plain(253).min(1), { label: { en: 'Mail server', zh: '邮件服务器' }, placeholder: 'smtp.example.org' }),
    port: field(z.int().min(1).max(65_535).default(587), { label: { en: 'Port', zh: '端口' } }),
    security: field(z.enum(['starttls', 'tls', 'none']).default('starttls'), {
      label: { en: 'Encryption', zh: '加密方式' },
      help: { en: 'starttls (587), tls (465), or none inside a closed network.', zh: 'starttls(587)、tls(465)，或封闭网络内不加密。' },
    }),
    user: field(plain(320).default(''), { label: { en: 'User', zh: '用户名' } }),
    password: field(z.string().max(500).default(''), { label: { en: 'Password', zh: '密码' }, secret: true }),
    from: field(mailAddress, { label: { en: 'Sender address', zh: '发件人地址' } }),
    fromName: field(plain(100).default('Tributary'), { label: { en: 'Sender name', zh: '发件人名称' } }),
    ca: field(z.string().default(''), {
      label: { en: 'Own certificate authority (PEM)', zh: '自有 CA 证书（PEM）' },
      help: { en: 'Trusted beside those of the system.', zh: '在系统信任的 CA 之外额外信任。' },
    }),
    allowLinkLocal: field(z.boolean().default(false), { label: { en: 'Allow link-local addresses', zh: '允许链路本地地址' } }),
  })
  .refine((given) => given.security !== 'none' || given.password === '' || isLoopback(given.host), {
    path: ['security'],
    message: 'a password is never sent without encryption: choose starttls or tls',
  });
type Config = z.output<typeof config>;

const CONNECT_MS = 15_000;
const ANSWER_MS = 60_000;

const isLoopback = (host: string): boolean => ['127.0.0.1', 'localhost', '::1'].includes(host);

export const email = channelKind({
  id: 'email',
  label: { en: 'E-mail', zh: '电子邮件' },
  config,
  toPeople: true,
  perMinute: null,
  open: (given) => ({ send: (outgoing, signal) => send(given, outgoing, signal) }),
});

async function send(given: Config, outgoing: Outgoing, signal: AbortSignal): Promise<void> {
  assertPlain(outgoing);
  // Only who sends mail loads what sends it: it is a tenth of what a command loads.
  const { default: nodemailer } = await import('nodemailer');
  const transport = nodemailer.createTransport({
    // Connecting goes to the address that was judged, whatever the name says a moment later.
    host: await addressOf(given),
    port: given.port,
    secure: given.security === 'tls',
    requireTLS: given.security === 'starttls',
    ignoreTLS: given.security === 'none',
    ...(given.user === '' ? {} : { auth: { user: given.user, pass: given.password } }),
    tls: {
      ...(isIP(given.host) === 0 ? { servername: given.host } : {}),
      minVersion: 'TLSv1.2',
      ...(given.ca === '' ? {} : { ca: [...rootCertificates, ...getCACertificates('system'), given.ca] }),
    },
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: ANSWER_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const stopped = new Promise<never>((_, reject) => {
    const stop = (): void => {
      transport.close();
      reject(channelError('timeout', `${given.host} did not answer in time.`, `${given.host} 未在规定时间内响应。`));
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    await Promise.race([transport.sendMail(letter(given, outgoing)), stopped]);
  } catch (error) {
    throw failure(error, given);
  } finally {
    transport.close();
  }
}

const letter = (given: Config, outgoing: Outgoing) => ({
  messageId: `<${outgoing.id}@${given.from.split('@').at(-1)}>`,
  from: { name: given.fromName, address: given.from },
  to: { name: '', address: outgoing.recipient },
  subject: outgoing.subject,
  text: outgoing.text,
  date: new Date(outgoing.at),
  // https://www.rfc-editor.org/rfc/rfc3834#section-5 : nobody's automatic reply answers it
  headers: { 'Auto-Submitted': 'auto-generated' },
});

/** Whatever was saved or filled in: nothing that could end a header leaves. */
function assertPlain({ recipient, subject }: Outgoing): void {
  if (mailAddress.safeParse(recipient).success && /^\P{Cc}*$/u.test(subject)) return;
  throw channelError(
    'invalid',
    'The address or the subject holds characters that do not belong into a mail header. Correct them.',
    '收件地址或主题含有不允许出现在邮件头中的字符。请更正。',
  );
}

const resolve = promisify(
  guardedLookup as (host: string, options: { all: true }, callback: (error: Error | null, found: unknown) => void) => void,
);

async function addressOf(given: Config): Promise<string> {
  if (isIP(given.host) !== 0 ? !isRefusedAddress(given.host) || given.allowLinkLocal : given.allowLinkLocal) return given.host;
  if (isIP(given.host) !== 0)
    throw channelError(
      'config',
      `${given.host} is a link-local or metadata address. If it is meant, allow it in the channel.`,
      `${given.host} 属于链路本地或云元数据地址。如确需使用，请在渠道中允许。`,
    );
  try {
    const found = (await resolve(given.host, { all: true })) as readonly { address: string }[];
    return found[0]?.address ?? given.host;
  } catch (error) {
    if (isConnectorError(error)) throw error;
    throw unreachable(given, '');
  }
}

const unreachable = (given: Config, detail: string): ConnectorError =>
  channelError(
    'transient',
    `${given.host} could not be reached. Look at the address, the port and the network.`,
    `无法连接 ${given.host}。请检查地址、端口和网络。`,
    detail,
  );

interface SmtpError {
  readonly code?: string;
  readonly responseCode?: number;
  readonly response?: string;
  readonly command?: string;
}

/** https://nodemailer.com/errors and https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1 : 4xx come again, 5xx never. */
function failure(error: unknown, given: Config): ConnectorError {
  if (isConnectorError(error)) return error;
  const { code = '', responseCode = 0, response = '', command = '' } = error as SmtpError;
  const said = excerpt(
    response,
    [given.password].filter((secret) => secret !== ''),
  );
  const answered = (kind: ErrorKind, en: string, zh: string): ConnectorError =>
    channelError(kind, `${en} (${said || code})`, `${zh}(${said || code})`, said);
  if (code === 'EAUTH')
    return answered(
      'credentials',
      `${given.host} refused the sign-in. Look at user and password.`,
      `${given.host} 拒绝登录。请检查用户名和密码。`,
    );
  if (code === 'ETLS' || /certificate|self.signed|ERR_TLS|ERR_SSL|CERT_|SSL/i.test(`${code} ${(error as Error).message}`))
    return answered(
      'config',
      `${given.host}: no trusted encryption. Look at port, encryption and certificate authority.`,
      `${given.host}：无法建立受信任的加密连接。请检查端口、加密方式和 CA。`,
    );
  if (responseCode >= 400 && responseCode < 500)
    return answered('transient', `${given.host} does not take the mail now.`, `${given.host} 暂时不接收该邮件。`);
  if (responseCode >= 500 && command === 'MAIL FROM')
    return answered('config', `${given.host} does not take mail from this sender.`, `${given.host} 不接受该发件人。`);
  if (responseCode >= 500) return answered('invalid', `${given.host} refused the mail for good.`, `${given.host} 永久拒收该邮件。`);
  return unreachable(given, code);
}
