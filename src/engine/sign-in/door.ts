// Secrets that open a door (session id, token, one-time link, recovery code): made at random, kept as a hash, compared in constant time.
import { hash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

/** 256 bits, safe in URLs, cookies and headers. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** Enough without salt or stretching: the secrets are random and long. */
export const secretHash = (secret: string): string => hash('sha256', secret);

/** Whether two texts are the same, in a time that does not tell where they differ. */
export const isSame = (a: string, b: string): boolean =>
  timingSafeEqual(Buffer.from(hash('sha256', a), 'hex'), Buffer.from(hash('sha256', b), 'hex'));

/** Without 0 O 1 I L: people type it. */
const LETTERS = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';

/** Like K7WQ2-M9XAT: 49 bits, and behind the lock-out. */
export const newRecoveryCode = (): string => {
  const letters = Array.from({ length: 10 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return `${letters.slice(0, 5)}-${letters.slice(5)}`;
};

export const recoveryHash = (account: string, code: string): string =>
  secretHash(`${account}:${code.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')}`);

/** What names are compared by at sign-in. */
export const nameKeyOf = (name: string): string => name.normalize('NFKC').trim().toLowerCase();
