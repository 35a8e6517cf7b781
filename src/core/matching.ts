// Likely counterparts: how alike an object of the directory and one of another system are, from 0 to 100, and why. Never decides.
import type { Label, ObjectTypeSpec } from './model.ts';
import { pinyinOf, splitName } from './mapping/names.ts';

/** What an attribute holds, as far as people are told apart by it. */
export type Kind = 'number' | 'mail' | 'phone' | 'userName' | 'name';

/** Two objects share a sign when they have one of its keys in common; `spelt` is a name as a user name, compared with the other's `login`. */
export type Sign = 'number' | 'digits' | 'mail' | 'phone' | 'userName' | 'login' | 'name' | 'pinyin' | 'spelt';

/** What signs tell of. Signs of one fact are no independent evidence. */
type Fact = 'account' | 'number' | 'phone' | 'name';

interface SignFacts {
  readonly label: Label;
  /** Of one fact only the strongest shared sign counts. */
  readonly fact: Fact;
  /** How certain this sign alone makes it, 0 to 1, when nobody else has the same. */
  readonly weight: number;
  /** What is left of the score when both sides have this sign and share no sign of the fact; missing = says nothing. */
  readonly contradicts?: number;
}

/** The table that decides. Weights add up like independent evidence. */
export const signs: Readonly<Record<Sign, SignFacts>> = {
  mail: { label: { en: 'e-mail', zh: '邮箱' }, fact: 'account', weight: 0.8, contradicts: 0.8 },
  userName: { label: { en: 'user name', zh: '用户名' }, fact: 'account', weight: 0.65, contradicts: 0.9 },
  login: { label: { en: 'user name or mail before the @', zh: '用户名或邮箱前缀' }, fact: 'account', weight: 0.4 },
  number: { label: { en: 'employee number', zh: '工号' }, fact: 'number', weight: 0.75, contradicts: 0.5 },
  digits: { label: { en: 'digits of the employee number', zh: '工号数字部分' }, fact: 'number', weight: 0.5 },
  phone: { label: { en: 'phone', zh: '手机号' }, fact: 'phone', weight: 0.7, contradicts: 0.85 },
  name: { label: { en: 'name', zh: '姓名' }, fact: 'name', weight: 0.45, contradicts: 0.5 },
  pinyin: { label: { en: 'pinyin of the name', zh: '姓名拼音' }, fact: 'name', weight: 0.25 },
  spelt: { label: { en: 'name as user name', zh: '姓名拼音与用户名' }, fact: 'name', weight: 0.3 },
};
const signNames = Object.keys(signs) as readonly Sign[];

type Named = { readonly sign: string; readonly key: string };

/** Whether both sides say what they are called, and in no way the same: not in letters or the first of them, not by sound, not as a user name made of it. */
export function calledOtherwise(mine: readonly Named[], theirs: readonly Named[]): boolean {
  const names = (of: readonly Named[]): readonly Named[] => of.filter(({ sign }) => signs[sign as Sign].fact === 'name');
  const [one, other] = [names(mine), names(theirs)];
  const agree = (a: Named, b: Named): boolean => a.sign === b.sign && (a.key === b.key || (a.sign === 'name' && isCutShort(a.key, b.key)));
  return one.length > 0 && other.length > 0 && !one.some((a) => other.some((b) => agree(a, b)));
}

/** `wangf.` of `wangfang` */
function isCutShort(one: string, other: string): boolean {
  const [short, long] = [letters(one), letters(other)].toSorted((a, b) => a.length - b.length) as [string, string];
  return [...short].length > 1 && long.startsWith(short);
}

/** Which sign of one side is compared with which of the other. */
export const compared: readonly (readonly [one: Sign, other: Sign])[] = [
  ...signNames.filter((sign) => sign !== 'spelt').map((sign) => [sign, sign] as const),
  ['spelt', 'login'],
  ['login', 'spelt'],
];
/** The sign that such a pair counts as. */
const countsAs = (one: Sign, other: Sign): Sign => (one === other ? one : 'spelt');

/** From this score on, and so far ahead of any rival on both sides, a proposal is clear. */
export const CLEAR_AT = 70;
export const CLEAR_AHEAD = 15;
/** Below it is no proposal. */
export const LEAST = 25;
/** A key that more objects of one side share says nothing. */
export const COMMON = 30;

/** Attributes of the directory by what they hold. */
const directoryKinds: Readonly<Record<string, Kind>> = {
  employeeNumber: 'number',
  code: 'number',
  email: 'mail',
  phone: 'phone',
  workPhone: 'phone',
  userName: 'userName',
  displayName: 'name',
  name: 'name',
};
export const directoryKind = (attribute: string): Kind | undefined => directoryKinds[attribute];

/** What an attribute of another system holds. `fedBy`: the attributes of the directory that its mapping reads. */
export function kindOf(type: ObjectTypeSpec, attribute: string, fedBy: readonly string[]): Kind | undefined {
  const spec = type.attributes.find((one) => one.name === attribute);
  if (!spec || spec.kind !== undefined || spec.type !== 'string') return undefined;
  if (spec.equality === 'phone') return 'phone';
  const [only] = fedBy;
  if (fedBy.length === 1 && directoryKinds[only!] !== undefined) return directoryKinds[only!];
  if (type.title === attribute) return 'name';
  return spec.unique === true && fedBy.some((name) => name === 'userName' || name === 'displayName') ? 'userName' : undefined;
}

export interface SignKey {
  readonly sign: Sign;
  readonly key: string;
}

const MAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const folded = (text: string): string => text.normalize('NFKC').trim().toLowerCase();
const letters = (text: string): string => folded(text).replace(/[^\p{L}\p{N}]/gu, '');

/** The signs of one value. Texts that cannot tell anybody apart give none. */
export function signsOf(kind: Kind, value: string): readonly SignKey[] {
  const text = value.slice(0, 200);
  const found: SignKey[] = [];
  const add = (sign: Sign, key: string, least = 1): void => {
    if ([...key].length >= least) found.push({ sign, key });
  };
  switch (kind) {
    case 'number':
      add('number', folded(text));
      add('digits', text.replace(/\D/g, '').replace(/^0+/, ''), 3);
      break;
    case 'phone':
      add('phone', nationalPhone(text), 7);
      break;
    case 'mail':
    case 'userName': {
      const whole = folded(text);
      const isMail = MAIL.test(whole);
      if (isMail) add('mail', whole);
      if (kind === 'userName') add('userName', whole);
      add('login', letters(isMail ? whole.slice(0, whole.indexOf('@')) : whole), 3);
      break;
    }
    case 'name': {
      const plain = folded(text.replace(/[([{【（][^)\]}】）]*[)\]}】）]/gu, ' '));
      add('name', plain.replace(/[\s·•]/gu, ''), 2);
      const { family, given } = splitName(text);
      const halves = [pinyinOf(text, 'family'), pinyinOf(text, 'given')].filter((half) => half !== '').toSorted();
      if (family !== null && given !== null) add('pinyin', halves.join(' '), 3);
      add('spelt', pinyinOf(text, 'joined'), 3);
      break;
    }
  }
  return found;
}

/** Digits without the sign of an international call and China's code: 138 0000 0000, +86 138…, 0086-138… are one. */
function nationalPhone(text: string): string {
  const digits = text.replace(/[^\d+]/g, '').replace(/^(\+|00)/, '');
  return digits.length > 11 && digits.startsWith('86') ? digits.slice(2) : digits;
}

export interface Reason {
  readonly sign: Sign;
  readonly agrees: boolean;
  /** How many of one side have the same; 1 = nobody else. */
  readonly sharedBy: number;
}

export interface Scored {
  /** 0 to 100. */
  readonly score: number;
  /** The strongest first. */
  readonly reasons: readonly Reason[];
}

export type Keys = ReadonlyMap<Sign, ReadonlySet<string>>;

export function keysOf(list: readonly SignKey[]): Keys {
  const found = new Map<Sign, Set<string>>();
  for (const { sign, key } of list) found.set(sign, (found.get(sign) ?? new Set()).add(key));
  return found;
}

/** @param sharedBy  how many objects have this key as that sign, on the side where more have it; at least 1 */
export function scoreOf(one: Keys, other: Keys, sharedBy: (key: string, here: Sign, there: Sign) => number): Scored {
  const best = new Map<Fact, Reason & { readonly worth: number }>();
  for (const [here, there] of compared) {
    const sign = countsAs(here, there);
    const { fact, weight } = signs[sign];
    for (const key of one.get(here) ?? []) {
      if (!other.get(there)?.has(key)) continue;
      const shared = Math.max(1, sharedBy(key, here, there));
      const worth = weight / shared;
      if (worth > (best.get(fact)?.worth ?? 0)) best.set(fact, { sign, agrees: true, sharedBy: shared, worth });
    }
  }
  const against = signNames.filter((sign) => {
    const { fact, contradicts } = signs[sign];
    return contradicts !== undefined && !best.has(fact) && (one.get(sign)?.size ?? 0) > 0 && (other.get(sign)?.size ?? 0) > 0;
  });
  const doubt = [...best.values()].reduce((left, reason) => left * (1 - reason.worth), 1);
  const score = against.reduce((left, sign) => left * signs[sign].contradicts!, 1 - doubt);
  const agreeing = [...best.values()].toSorted((a, b) => b.worth - a.worth).map(({ worth: _, ...reason }) => reason);
  return {
    score: Math.round(score * 100),
    reasons: [...agreeing, ...against.map((sign): Reason => ({ sign, agrees: false, sharedBy: 1 }))],
  };
}
