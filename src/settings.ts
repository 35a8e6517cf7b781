// Settings: the environment as one typed object. Nothing else of the product reads process.env.
import { isIP } from 'node:net';
import { isAbsolute, resolve } from 'node:path';
import type { Label } from './core/model.ts';
import { isIssuer, oidcFields, oidcRoles, type OidcProvider } from './core/oidc.ts';

export interface Settings {
  /** Absolute path of the data folder. */
  readonly dataFolder: string;
  /** A Tributary elsewhere that commands are sent to; null = this machine. */
  readonly server: URL | null;
  /** For that server. */
  readonly token: string | null;
  /** `postgres://…`; null = the embedded database in the data folder. */
  readonly database: string | null;
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** Where a worker says how it is; null = nowhere. */
  readonly worker: { readonly host: string; readonly port: number } | null;
  /** What people type into a browser, when that differs from host and port. */
  readonly publicUrl: URL | null;
  /** Addresses or networks of proxies whose X-Forwarded headers are believed. */
  readonly trustedProxies: readonly string[];
  /** Files of an own certificate; null = plain HTTP. */
  readonly tls: { readonly certificate: string; readonly key: string } | null;
  /** An OpenID Connect provider that people sign in with; null = the one that is set in the console, if any. */
  readonly oidc: OidcProvider | null;
  /** The master key, 32 bytes; null = it lies in the data folder. */
  readonly key: Buffer | null;
  readonly isCi: boolean;
  readonly language: Language;
  /** null = decide by the terminal. */
  readonly colour: boolean | null;
  readonly logLevel: LogLevel;
}

export type Language = 'en' | 'zh';
const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable that cannot be used: which one, what is wrong with it, what to do. */
export class SettingsError extends Error {
  readonly label: Label;
  constructor(variable: string, en: string, zh: string) {
    super(`${variable}: ${en}`);
    this.name = 'SettingsError';
    this.label = { en: `${variable}: ${en}`, zh: `${variable}:${zh}` };
  }
}

/** Reads and checks everything at once. `folder` is what relative paths start from. */
export function readSettings(environment: Environment, folder: string): Settings {
  const given = (name: string): string | undefined => environment[name]?.trim() || undefined;
  return {
    dataFolder: resolve(folder, given('TRIBUTARY_DATA') ?? 'data'),
    server: publicUrlOf(given('TRIBUTARY_SERVER'), 'TRIBUTARY_SERVER'),
    token: given('TRIBUTARY_TOKEN') ?? null,
    database: databaseOf(given('TRIBUTARY_DATABASE')),
    host: hostOf(given('HOST'), 'HOST'),
    port: portOf(given('PORT'), 'PORT'),
    worker:
      given('WORKER_PORT') === undefined
        ? null
        : { host: hostOf(given('WORKER_HOST'), 'WORKER_HOST'), port: portOf(given('WORKER_PORT'), 'WORKER_PORT') },
    publicUrl: publicUrlOf(given('PUBLIC_URL')),
    trustedProxies: proxiesOf(given('TRUSTED_PROXIES')),
    tls: tlsOf(given('TLS_CERT'), given('TLS_KEY'), folder),
    oidc: oidcOf(given),
    key: keyOf(given('TRIBUTARY_KEY')),
    isCi: given('CI') !== undefined && given('CI') !== 'false' && given('CI') !== '0',
    language: languageOf(given('LC_ALL') ?? given('LC_MESSAGES') ?? given('LANG')),
    colour: given('NO_COLOR') !== undefined ? false : given('FORCE_COLOR') !== undefined ? given('FORCE_COLOR') !== '0' : null,
    logLevel: logLevelOf(given('LOG_LEVEL')),
  };
}

/** `zh_CN.UTF-8` → zh; everything else is English. */
export const languageOf = (locale: string | undefined): Language => (/^zh/i.test(locale ?? '') ? 'zh' : 'en');

/** The address itself is never part of a message: it may hold a password. */
export function databaseOf(text: string | undefined, variable = 'TRIBUTARY_DATABASE'): string | null {
  if (text === undefined) return null;
  const parts = URL.canParse(text) ? new URL(text) : null;
  if (!parts || !['postgres:', 'postgresql:'].includes(parts.protocol) || parts.pathname.length < 2) {
    throw new SettingsError(
      variable,
      'is not the address of a PostgreSQL database. Give postgres://user:password@host:5432/name, or leave it out for the embedded one. Signs like @ or / in the password are written as %40 or %2F.',
      '不是 PostgreSQL 数据库地址。请填写 postgres://用户:密码@主机:5432/库名，或留空以使用内置数据库；密码中的 @、/ 等字符需写成 %40、%2F。',
    );
  }
  return text;
}

function hostOf(text: string | undefined, variable: string): string {
  if (text === undefined) return '127.0.0.1';
  if (/[\s/]/.test(text) || text.includes('://')) {
    throw new SettingsError(
      variable,
      `"${text}" is not a host name or address. Give something like 127.0.0.1 or 0.0.0.0, without a port.`,
      `“${text}”不是主机名或地址。请填写 127.0.0.1 或 0.0.0.0 之类的值，不带端口。`,
    );
  }
  return text;
}

function portOf(text: string | undefined, variable: string): number {
  if (text === undefined) return 7300;
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) {
    throw new SettingsError(
      variable,
      `"${text}" is not a port. Give a number from 0 (any free one) to 65535.`,
      `“${text}”不是端口号。请填写 0（任意空闲端口）到 65535 的数字。`,
    );
  }
  return port;
}

/** Also of a server that commands are sent to. */
export function publicUrlOf(text: string | undefined, variable = 'PUBLIC_URL'): URL | null {
  if (text === undefined) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new SettingsError(
      variable,
      `"${text}" is not an address. Give the whole one, such as https://sync.example.org.`,
      `“${text}”不是网址。请填写完整地址，例如 https://sync.example.org。`,
    );
  }
  return url;
}

function proxiesOf(text: string | undefined): readonly string[] {
  const parts = (text ?? '').split(/[\s,]+/).filter((part) => part !== '');
  for (const part of parts) {
    const [address = '', bits, ...rest] = part.split('/');
    const most = isIP(address) === 4 ? 32 : 128;
    const isNetwork = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= most);
    if (isIP(address) === 0 || !isNetwork || rest.length > 0)
      throw new SettingsError(
        'TRUSTED_PROXIES',
        `"${part}" is not an address or network. Give something like 10.0.0.5 or 10.0.0.0/24, several with commas.`,
        `“${part}”不是地址或网段。请填写 10.0.0.5 或 10.0.0.0/24 之类的值，多个以逗号分隔。`,
      );
  }
  return parts;
}

function tlsOf(certificate: string | undefined, key: string | undefined, folder: string): Settings['tls'] {
  if (certificate === undefined && key === undefined) return null;
  if (certificate === undefined || key === undefined)
    throw new SettingsError(
      certificate === undefined ? 'TLS_CERT' : 'TLS_KEY',
      'is missing. Own certificates need both files: TLS_CERT (the chain) and TLS_KEY.',
      '未设置。使用自己的证书需要同时提供 TLS_CERT（证书链）和 TLS_KEY。',
    );
  return { certificate: pathFrom(folder, certificate), key: pathFrom(folder, key) };
}

function oidcOf(given: (name: string) => string | undefined): OidcProvider | null {
  const issuer = given('OIDC_ISSUER');
  if (issuer === undefined) return null;
  if (!isIssuer(issuer))
    throw new SettingsError(
      'OIDC_ISSUER',
      `"${issuer}" is not an https:// address of a provider.`,
      `“${issuer}”不是身份提供方的 https:// 地址。`,
    );
  const clientId = given('OIDC_CLIENT_ID');
  if (clientId === undefined)
    throw new SettingsError(
      'OIDC_CLIENT_ID',
      'is missing. The provider gives one when Tributary is registered there.',
      '未设置。在身份提供方注册 Tributary 时可获得。',
    );
  return {
    issuer,
    clientId,
    clientSecret: given('OIDC_CLIENT_SECRET') ?? null,
    name: given('OIDC_NAME') ?? '',
    scope: given('OIDC_SCOPE') ?? oidcFields.scope.parse(undefined),
    rolesClaim: given('OIDC_ROLES_CLAIM') ?? oidcFields.rolesClaim.parse(undefined),
    roles: oidcRolesOf(given('OIDC_ROLES')),
    nameClaim: given('OIDC_NAME_CLAIM') ?? oidcFields.nameClaim.parse(undefined),
  };
}

const isRole = (role: string): role is (typeof oidcRoles)[number] => (oidcRoles as readonly string[]).includes(role);

/** `sync-admins=admin, hr=approver` */
export function oidcRolesOf(text: string | undefined, variable = 'OIDC_ROLES'): OidcProvider['roles'] {
  const pairs = (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => ({ value: part.slice(0, part.lastIndexOf('=')).trim(), role: part.slice(part.lastIndexOf('=') + 1).trim() }));
  const roles = pairs.flatMap(({ value, role }) => (value !== '' && isRole(role) ? [{ value, role }] : []));
  if (roles.length < pairs.length || pairs.length === 0)
    throw new SettingsError(
      variable,
      `says who gets which role: VALUE=ROLE, several with commas, such as "sync-admins=admin, hr=approver". Roles: ${oidcRoles.join(', ')}.`,
      `用于指定谁拥有哪个角色：值=角色，多个以逗号分隔，例如“sync-admins=admin, hr=approver”。角色：${oidcRoles.join('、')}。`,
    );
  return roles;
}

/** 32 bytes, written as 64 hexadecimal digits or in base64. The text itself never shows up in a message. */
export function keyOf(text: string | undefined, variable = 'TRIBUTARY_KEY'): Buffer | null {
  if (text === undefined) return null;
  const bytes = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
  if (bytes.length !== 32) {
    throw new SettingsError(
      variable,
      `holds ${bytes.length} bytes, 32 are needed. Make one with "openssl rand -base64 32".`,
      `长度为 ${bytes.length} 字节，需要 32 字节。可用 openssl rand -base64 32 生成。`,
    );
  }
  return bytes;
}

function logLevelOf(text: string | undefined): LogLevel {
  if (text === undefined) return 'info';
  const level = logLevels.find((name) => name === text.toLowerCase());
  if (!level)
    throw new SettingsError(
      'LOG_LEVEL',
      `"${text}" is not one of ${logLevels.join(', ')}.`,
      `“${text}”不是 ${logLevels.join('、')} 之一。`,
    );
  return level;
}

/** An absolute path as it is, a relative one below the folder the command was called in. */
export const pathFrom = (folder: string, path: string): string => (isAbsolute(path) ? path : resolve(folder, path));
