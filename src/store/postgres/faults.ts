// What PostgreSQL and the way to it answer, told apart: gone for a moment, met somebody else, or not usable at all.
import { StoreAway, StoreUnusable } from '../faults.ts';

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? '');

/**
 * Classes and codes with which the server, or the way to it, is away for a moment.
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const away = new Set([
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now: starting up
  '57P05', // idle_session_timeout
  '25P03', // idle_in_transaction_session_timeout: this process stood still for too long
  '53300', // too_many_connections
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** What node-postgres says without a code. */
const awayWords = /terminated|timeout expired|connection.*(ended|closed|timeout)|not queryable|Query read timeout|Client has encountered/i;

export const isAway = (error: unknown): boolean =>
  error instanceof StoreAway ||
  away.has(codeOf(error)) ||
  codeOf(error).startsWith('08') ||
  (codeOf(error) === '' && error instanceof Error && awayWords.test(error.message)) ||
  (error instanceof AggregateError && error.errors.every(isAway));

/** serialization_failure and deadlock_detected: rolled back, may simply be done again. */
export const isCollision = (error: unknown): boolean => codeOf(error) === '40P01' || codeOf(error) === '40001';

/** Errors of signing in and of choosing the database, as sentences. `where` is host and database, never the password; `given` is what named them. */
export function explainConnecting(error: unknown, where: string, given: string): unknown {
  const code = codeOf(error);
  const known = sentences[code];
  if (known) return new StoreUnusable(known.en(where, given), known.zh(where, given), error);
  if (isAway(error)) {
    const why = error instanceof AggregateError ? codeOf(error.errors[0]) : (error as Error).message;
    return new StoreUnusable(
      `PostgreSQL at ${where} does not answer: ${why}. See whether it runs and whether ${given} names the right host and port.`,
      `无法连接 ${where} 的 PostgreSQL:${why}。请确认其已启动,且 ${given} 中的主机和端口正确。`,
      error,
    );
  }
  return error;
}

interface Sentence {
  readonly en: (where: string, given: string) => string;
  readonly zh: (where: string, given: string) => string;
}

const password: Sentence = {
  en: (where, given) => `PostgreSQL at ${where} refuses the user or the password in ${given}.`,
  zh: (where, given) => `${where} 的 PostgreSQL 拒绝了 ${given} 中的用户名或密码。`,
};

const sentences: Readonly<Record<string, Sentence>> = {
  '28P01': password,
  '28000': password,
  '3D000': {
    en: (where) => `There is no database ${where}. Make it with "createdb -T template0 -E UTF8 NAME".`,
    zh: (where) => `数据库 ${where} 不存在。可用 createdb -T template0 -E UTF8 名称 创建。`,
  },
  '42501': {
    en: (where, given) => `The user in ${given} has no right to make tables in ${where}. Make it the owner of the database.`,
    zh: (where, given) => `${given} 中的用户无权在 ${where} 中建表。请将其设为数据库所有者。`,
  },
};
