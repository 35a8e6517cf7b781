// Passwords of local accounts: which are accepted, and how they are kept (scrypt, with its parameters beside the hash).
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import type { Label } from '../../core/model.ts';
import { nameKeyOf } from './door.ts';

export interface ScryptCost {
  /** A power of two; memory is 128 · N · r bytes. */
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

/** 32 MiB and about a quarter of a second. @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html */
export const COST: ScryptCost = { n: 2 ** 15, r: 8, p: 3 };
const KEY_BYTES = 32;
const SHORTEST = 12;
const LONGEST = 256;

/** Characters beyond plain ones are typed differently on different machines; NFKC makes them one. */
const plain = (password: string): string => password.normalize('NFKC');

/** A sign-in costs memory and time: so many are worked out at the same time, so many wait, and the rest is sent away. */
const AT_ONCE = 2;
const WAITING = 20;
let working = 0;
const queue: (() => void)[] = [];

/** More people sign in at this moment than this machine can serve. */
export class CrowdedError extends Error {
  constructor() {
    super('too many sign-ins at once');
    this.name = 'CrowdedError';
  }
}

async function derive(password: string, salt: Buffer, cost: ScryptCost, bytes: number): Promise<Buffer> {
  if (queue.length >= WAITING) throw new CrowdedError();
  while (working >= AT_ONCE) await new Promise<void>((resolve) => queue.push(resolve));
  working += 1;
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      scrypt(plain(password), salt, bytes, { N: cost.n, r: cost.r, p: cost.p, maxmem: 256 * cost.n * cost.r }, (error, key) =>
        error ? reject(error) : resolve(key),
      );
    });
  } finally {
    working -= 1;
    queue.shift()?.();
  }
}

/** `scrypt$N$r$p$salt$key`. */
export async function hashPassword(password: string, cost: ScryptCost = COST): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, cost, KEY_BYTES);
  return ['scrypt', cost.n, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** `kept` null: nobody has that password; it takes as long as a wrong one. */
export async function isPassword(password: string, kept: string | null, cost: ScryptCost = COST): Promise<boolean> {
  if (password.length > LONGEST * 4) return false;
  if (kept === null) {
    await derive(password, Buffer.alloc(16), cost, KEY_BYTES);
    return false;
  }
  const [, n, r, p, salt, key] = kept.split('$');
  const wanted = Buffer.from(key!, 'base64url');
  const found = await derive(password, Buffer.from(salt!, 'base64url'), { n: Number(n), r: Number(r), p: Number(p) }, wanted.length);
  return timingSafeEqual(found, wanted);
}

/** Kept with other parameters than today's: hash it again while the password is at hand. */
export const isOutdated = (kept: string, cost: ScryptCost = COST): boolean => !kept.startsWith(`scrypt$${cost.n}$${cost.r}$${cost.p}$`);

/** Long enough for the rule, and yet among the first that are tried. Compared without case and punctuation. */
const common = new Set(
  `passwordpassword password1234 password12345 password123456 passw0rd1234 p4ssw0rd1234 mypassword123
   administrator administrator1 adminadminadmin admin1234567 admin12345678 changemechangeme changeme1234
   letmeinletmein welcome12345 welcome123456 iloveyou1234 qwertyuiop12 qwertyuiop123 qwerty123456
   qwertyqwerty 1q2w3e4r5t6y 1q2w3e4r5t6y7u 1qaz2wsx3edc 1qaz2wsx3edc4rfv zaq12wsxcde3 qazwsxedcrfv
   asdfghjkl123 zxcvbnm12345 123456789012 1234567890123 12345678901234 123456123456 123123123123
   098765432109 abcdefghijkl abc123abc123 woaini1314520 woaini5201314 5201314520131 a123456789012
   aa1234567890 abcd12345678 tributary123 tributary1234`.split(/\s+/),
);

const rules: readonly { readonly broken: (password: string, name: string) => boolean; readonly label: Label }[] = [
  {
    broken: (password) => [...password].length < SHORTEST,
    label: {
      en: `The password is too short: at least ${SHORTEST} characters. Four or five words make a good one.`,
      zh: `密码太短：至少 ${SHORTEST} 个字符。可以用四五个词组成。`,
    },
  },
  {
    broken: (password) => [...password].length > LONGEST,
    label: { en: `The password is too long: at most ${LONGEST} characters.`, zh: `密码太长：最多 ${LONGEST} 个字符。` },
  },
  {
    broken: (password, name) => [...name].length >= 3 && nameKeyOf(password).includes(name),
    label: { en: 'The password contains the user name. Choose one that does not.', zh: '密码包含用户名，请另选一个。' },
  },
  {
    broken: (password) => new Set(password).size < 5 || common.has(nameKeyOf(password).replaceAll(/[^\p{L}\p{N}]/gu, '')),
    label: { en: 'The password is among the first that are tried. Choose another one.', zh: '密码过于常见，容易被猜中，请另选一个。' },
  },
];

/** null = accepted. */
export const passwordProblem = (password: string, name: string): Label | null =>
  rules.find((rule) => rule.broken(plain(password), nameKeyOf(name)))?.label ?? null;
