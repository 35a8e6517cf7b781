// What a disabled account can still do: a server lets whoever is marked or moved sign in, unless it knows the mark as a lock.
import type { Finding } from '../../connector-kit/contract.ts';
import type { Label } from '../../core/model.ts';
import type { Config } from './config.ts';
import type { Layout } from './layout.ts';

/** Locked for good. @see https://datatracker.ietf.org/doc/html/draft-behera-ldap-password-policy-11#section-5.3.3 */
const LOCK = 'pwdAccountLockedTime';
const LOCKED = '000001010000Z';

const isTrue = (value: string): boolean => value.toLowerCase() === 'true';

/** Attributes by which servers refuse a sign-in by themselves, each only with the values that lock; with others it is open, or locked for a while. */
const locks: Readonly<Record<string, { readonly locks: (value: string) => boolean; readonly value?: string }>> = {
  [LOCK.toLowerCase()]: { locks: (value) => value === LOCKED, value: LOCKED },
  nsaccountlock: { locks: isTrue, value: 'TRUE' },
  logindisabled: { locks: isTrue, value: 'TRUE' },
  // ACCOUNTDISABLE. No value is proposed: the other bits are each account's own.
  useraccountcontrol: { locks: (value) => /^-?\d+$/.test(value) && (Number(value) & 2) !== 0 },
};

export interface Lock {
  readonly attribute: string;
  readonly value: string;
}

/** What a locked account shows. Of userAccountControl the usual sums: a normal account, without a required password, whose password never expires. */
export const knownLocks: readonly Lock[] = [
  { attribute: LOCK, value: LOCKED },
  { attribute: 'nsAccountLock', value: 'TRUE' },
  { attribute: 'loginDisabled', value: 'TRUE' },
  ...['514', '546', '66050'].map((value) => ({ attribute: 'userAccountControl', value })),
];

type Disabling = Pick<Config, 'disableBy' | 'disableAttribute' | 'disableValue' | 'disabledIn'>;

const lockOf = (config: Disabling) => (config.disableBy === 'attribute' ? locks[config.disableAttribute.toLowerCase()] : undefined);
const isLocked = (config: Disabling): boolean => lockOf(config)?.locks(config.disableValue) ?? false;

/** A mark, or another place, stops nobody whom the server itself lets in. @see https://www.openldap.org/software/man.cgi?query=slapo-ppolicy */
export function signInOfDisabled({ config }: Layout, defined: string): Finding[] {
  if (isLocked(config)) return [];
  const moves = config.disableBy === 'move';
  const { value } = lockOf(config) ?? {};
  const canLock = defined.includes(`'${LOCK.toLowerCase()}'`);
  const mark = `${config.disableAttribute}=${config.disableValue}`;
  const message = moves
    ? {
        en: `A disabled account is moved to "${config.disabledIn}". The server still lets it sign in: it is closed only where an application does not look there.`,
        zh: `停用的账号会移动到“${config.disabledIn}”，但服务器仍允许其登录：仅在不查找该位置的应用中失效。`,
      }
    : {
        en: `A disabled account is marked "${mark}". As far as known, the server still lets it sign in: it is closed only where an application looks at the mark.`,
        zh: `停用的账号会标记为“${mark}”，但据目前所知，服务器仍允许其登录：仅在检查该标记的应用中失效。`,
      };
  const lock = {
    en: `This server knows ${LOCK} (ppolicy): with it and the value ${LOCKED} the server itself refuses the sign-in. The ppolicy overlay must be on for this database.`,
    zh: `该服务器支持 ${LOCK}（ppolicy）：改用它并填写 ${LOCKED}，即由服务器拒绝登录。该数据库须启用 ppolicy overlay。`,
  };
  const filter = moves
    ? {
        en: 'Let the search base of every application leave that OU out, or load the ppolicy overlay; this check then offers its lock.',
        zh: '请在各应用的搜索范围中排除该 OU，或加载 ppolicy overlay；之后再次检查会提供锁定方式。',
      }
    : {
        en: `Let the login filter of every application leave it out, e.g. (&(uid=…)(!(${mark}))), or load the ppolicy overlay; this check then offers its lock.`,
        zh: `请在各应用的登录过滤条件中排除，例如 (&(uid=…)(!(${mark})))，或加载 ppolicy overlay；之后再次检查会提供锁定方式。`,
      };
  const valued = {
    en: `Enter "${value}" as the value of ${config.disableAttribute}: with it the server itself refuses the sign-in.`,
    zh: `请将 ${config.disableAttribute} 的值改为“${value}”，即由服务器拒绝登录。`,
  };
  return [
    {
      level: 'rights',
      ok: true,
      message,
      remedy: value !== undefined ? valued : canLock ? lock : filter,
      ...(value !== undefined
        ? { settings: { disableValue: value } }
        : canLock
          ? { settings: { disableBy: 'attribute', disableAttribute: LOCK, disableValue: LOCKED } }
          : {}),
    },
  ];
}

const refuse: Label = {
  en: `or load the ppolicy overlay of the server and enter ${LOCK} with the value ${LOCKED} in the settings of the connection: then the server refuses the sign-in.`,
  zh: `或加载服务器的 ppolicy overlay，并在连接设置中将停用属性改为 ${LOCK}、值 ${LOCKED}，由服务器拒绝登录。`,
};

/** The same as the rest of a sentence about accounts, for plans, runs and the leaver sheet. Nothing where the server itself refuses them. */
export function staysOpen(config: Disabling): Label | undefined {
  if (isLocked(config)) return undefined;
  if (config.disableBy === 'move')
    return {
      en: `can still sign in wherever an application looks into "${config.disabledIn}": the server itself refuses nobody there. Let the search base of every application leave that OU out, ${refuse.en}`,
      zh: `在仍查找“${config.disabledIn}”（停用账号所在 OU）的应用中仍可登录：服务器本身不会拒绝。请在各应用的搜索范围中排除该 OU，${refuse.zh}`,
    };
  const mark = `${config.disableAttribute}=${config.disableValue}`;
  const { value } = lockOf(config) ?? {};
  const instead: Label =
    value === undefined
      ? refuse
      : {
          en: `or enter "${value}" as the value of ${config.disableAttribute} in the settings of the connection: then the server refuses the sign-in.`,
          zh: `或在连接设置中将 ${config.disableAttribute} 的值改为“${value}”，由服务器拒绝登录。`,
        };
  return {
    en: `can still sign in wherever an application does not look at the mark "${mark}": as far as known, the server itself refuses nobody for it. Let the login filter of every application leave out whoever has it, e.g. (&(uid=…)(!(${mark}))), ${instead.en}`,
    zh: `在未检查标记“${mark}”的应用中仍可登录：据目前所知，服务器本身不会因此拒绝登录。请在各应用的登录过滤条件中排除该标记，例如 (&(uid=…)(!(${mark})))，${instead.zh}`,
  };
}
