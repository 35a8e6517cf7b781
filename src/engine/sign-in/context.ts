// What the acts of signing in are given, and the few things they share.
import type { Label } from '../../core/model.ts';
import type { OidcProvider } from '../../core/oidc.ts';
import type { Database } from '../../store/database.ts';
import type { Sealer } from '../sealing.ts';
import type { ScryptCost } from './password.ts';

export interface SignInContext {
  readonly database: Database;
  readonly sealer: Sealer;
  readonly now: () => number;
  /** The provider as the environment of the server sets it: it wins. */
  readonly oidcOfServer?: OidcProvider | null;
  /** Tests take a cheaper one. */
  readonly cost?: ScryptCost;
}

/** Where somebody comes from: shown in the list of sessions and in the audit log. */
export interface Visitor {
  readonly address: string;
  readonly agent: string;
}

/** Why nobody was let in. `until`: epoch ms, end of a lock-out. */
export interface Refusal {
  readonly refused: 'wrong' | 'locked' | 'link' | 'input' | 'role';
  readonly label: Label;
  readonly until?: number;
}

export interface Admission {
  /** For the cookie; the store knows only its hash. */
  readonly session: string;
  /** code: the second step is still to come. */
  readonly stage: 'code' | 'full';
  readonly expiresAt: number;
}

export const isRefusal = (result: object): result is Refusal => 'refused' in result;

const HOUR_MS = 3_600_000;
/** Signed in for so long at most, and for so long without a request. */
export const SESSION_MS = 72 * HOUR_MS;
export const IDLE_MS = 8 * HOUR_MS;
/** So long a session stands on one word of an OIDC provider; one that gave a refresh token is asked again in time. */
export const VOUCHED_MS = 8 * HOUR_MS;
/** When it is asked again, at the next request. */
export const ASK_AGAIN_MS = 10 * 60_000;
/** Time to type a code. */
export const CODE_MS = 5 * 60_000;

export const refusals = {
  wrong: {
    refused: 'wrong',
    label: { en: 'Name, password or code is not right.', zh: '用户名、密码或验证码不正确。' },
  },
  link: {
    refused: 'link',
    label: {
      en: 'This link was used already, has expired, or was replaced by a newer one. Ask for a new one; on the server: "tributary admin reset".',
      zh: '此链接已使用、已过期或已被新链接取代。请重新获取；在服务器上可执行 tributary admin reset。',
    },
  },
} as const satisfies Record<string, Refusal>;

export const locked = (until: number, now: number): Refusal => {
  const minutes = Math.max(1, Math.ceil((until - now) / 60_000));
  return {
    refused: 'locked',
    until,
    label: {
      en: `Too many tries. Wait ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}, then try again.`,
      zh: `尝试次数过多，请等待 ${minutes} 分钟后再试。`,
    },
  };
};

const CROWD_MS = 5_000;

export const crowded = (now: number): Refusal => ({
  refused: 'locked',
  until: now + CROWD_MS,
  label: {
    en: 'Too many people sign in at this moment. Try again in a few seconds.',
    zh: '当前登录人数过多，请稍后再试。',
  },
});
