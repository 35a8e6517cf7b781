// Settings: the environment as one typed object. Nothing else of the product reads process.env.
import { isAbsolute, resolve } from 'node:path';
import type { Label } from './core/model.ts';

export interface Settings {
  /** Absolute path of the data folder. */
  readonly dataFolder: string;
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** What people type into a browser, when that differs from host and port. */
  readonly publicUrl: URL | null;
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
    host: hostOf(given('HOST')),
    port: portOf(given('PORT')),
    publicUrl: publicUrlOf(given('PUBLIC_URL')),
    key: keyOf(given('TRIBUTARY_KEY')),
    isCi: given('CI') !== undefined && given('CI') !== 'false' && given('CI') !== '0',
    language: languageOf(given('LC_ALL') ?? given('LC_MESSAGES') ?? given('LANG')),
    colour: given('NO_COLOR') !== undefined ? false : given('FORCE_COLOR') !== undefined ? given('FORCE_COLOR') !== '0' : null,
    logLevel: logLevelOf(given('LOG_LEVEL')),
  };
}

/** `zh_CN.UTF-8` → zh; everything else is English. */
export const languageOf = (locale: string | undefined): Language => (/^zh/i.test(locale ?? '') ? 'zh' : 'en');

function hostOf(text: string | undefined): string {
  if (text === undefined) return '127.0.0.1';
  if (/[\s/]/.test(text) || text.includes('://')) {
    throw new SettingsError(
      'HOST',
      `"${text}" is not a host name or address. Give something like 127.0.0.1 or 0.0.0.0, without a port.`,
      `“${text}”不是主机名或地址。请填写 127.0.0.1 或 0.0.0.0 之类的值,不带端口。`,
    );
  }
  return text;
}

function portOf(text: string | undefined): number {
  if (text === undefined) return 7300;
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) {
    throw new SettingsError(
      'PORT',
      `"${text}" is not a port. Give a number from 0 (any free one) to 65535.`,
      `“${text}”不是端口号。请填写 0(任意空闲端口)到 65535 的数字。`,
    );
  }
  return port;
}

function publicUrlOf(text: string | undefined): URL | null {
  if (text === undefined) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new SettingsError(
      'PUBLIC_URL',
      `"${text}" is not an address. Give the whole one, such as https://sync.example.org.`,
      `“${text}”不是网址。请填写完整地址,例如 https://sync.example.org。`,
    );
  }
  return url;
}

/** 32 bytes, written as 64 hexadecimal digits or in base64. The text itself never shows up in a message. */
export function keyOf(text: string | undefined, variable = 'TRIBUTARY_KEY'): Buffer | null {
  if (text === undefined) return null;
  const bytes = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
  if (bytes.length !== 32) {
    throw new SettingsError(
      variable,
      `holds ${bytes.length} bytes, 32 are needed. Make one with "openssl rand -base64 32".`,
      `长度为 ${bytes.length} 字节,需要 32 字节。可用 openssl rand -base64 32 生成。`,
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
