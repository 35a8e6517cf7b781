// The guard: how much of one kind may change before a person is asked, and what no evidence allows at all.
import { z } from 'zod';
import { LIFECYCLE } from './directory-types.ts';
import type { Attributes, Label, ObjectTypeId, ObjectTypeSpec } from './model.ts';
import { actions, gravityOf, kindTakesAway, kindWords, limitNameOf, updateKind } from './plan.ts';
import type { Action, GuardKind, Verdict } from './plan.ts';
import type { Situation } from './situation.ts';
import { spelled } from './spelled.ts';

/**
 * The larger of percent and count holds. Percent is of the objects linked when the window began. In a small company the
 * count would be most of it: there `share` percent is the most, whatever the count says.
 */
export interface Limit {
  readonly percent: number;
  readonly count: number;
  readonly share: number;
}

/** So few that a share of them says nothing. */
const HANDFUL = 3;

/** A share of 100 or more caps nothing. */
const NO_SHARE = 100;
const percentage = z.number().min(0).max(100);
const limit = (percent: number, count: number, share: number) =>
  z
    .strictObject({ percent: percentage.default(percent), count: z.int().min(0).default(count), share: percentage.default(share) })
    .prefault({});

export const guardPolicySchema = z.strictObject({
  /** Even where deletions are not held one by one, `limits.disable` holds for them. */
  deletions: z.enum(['hold-all', 'hold-unless-departed', 'hold-above-limit']).default('hold-all'),
  windowHours: z
    .number()
    .min(1)
    .max(24 * 31)
    .default(24),
  limits: z
    .strictObject({
      /** Who comes takes nothing from those who are there: no share of them. */
      create: limit(20, 50, NO_SHARE),
      move: limit(20, 50, 50),
      /** Of any one attribute. */
      update: limit(20, 50, 50),
      /** Of any one attribute that can cut somebody off: user name, mail, phone, number, manager. */
      identifying: limit(5, 20, 25),
      disable: limit(2, 10, 25),
      clear: limit(2, 10, 25),
      membershipLoss: limit(5, 50, 25),
      messages: limit(20, 50, NO_SHARE),
    })
    .prefault({}),
  /** Values that a new version of the program alone may change in one run, the source being as it was. */
  upgradeValues: z.int().min(0).default(20),
  firstRun: z
    .strictObject({
      /** Creates in an outside target. */
      creates: z.int().min(0).default(50),
      /** Changes to objects that were there before. */
      touched: z.int().min(0).default(10),
      /** Of those, in percent: the most in a small company. */
      share: percentage.default(50),
    })
    .prefault({}),
});
export type GuardPolicy = z.output<typeof guardPolicySchema>;

// ── what a change counts as ──────────────────────────────────────────────────────────────────────────────

export interface CountedChange {
  readonly action: Action;
  readonly type: ObjectTypeId;
  /** The changed attributes only. A value that was never seen is missing from `before`. */
  readonly before: Attributes;
  readonly after: Attributes;
  readonly edgesLost: number;
  /** It gets another parent, primary department, OU or name in the path. */
  readonly moves: boolean;
  /** Messages that we or the vendor will send because of it. */
  readonly messages: number;
}

/** The kinds of one change. An attribute that no spec names counts as identifying: the lower limit. */
export function kindsOf(change: CountedChange, specs: readonly ObjectTypeSpec[]): readonly GuardKind[] {
  const kinds = new Set<GuardKind>();
  if (change.messages > 0) kinds.add('messages');
  if (change.action === 'create') return [...kinds.add('create')];
  if (change.action === 'remove') return [...kinds.add('delete')];
  if (change.action === 'disable') kinds.add('disable');
  const type = specs.find((spec) => spec.id === change.type);
  for (const [name, after] of Object.entries(change.after)) {
    if (after === undefined) continue;
    const before = change.before[name];
    if (name === LIFECYCLE) {
      if (after === 'absent') kinds.add('delete');
      // From "has left" to "not there for now" is a word against what stands, though no account closes by it.
      else if (after === 'suspended' ? before !== 'suspended' : after !== 'active' && before !== 'suspended' && before !== 'departed')
        kinds.add('disable');
      continue;
    }
    // The parent of a department is what a move is; counted once.
    if (name === type?.parent && change.moves) continue;
    if (after === null) {
      kinds.add(`clear:${name}`);
      continue;
    }
    const spec = type?.attributes.find((attribute) => attribute.name === name);
    kinds.add(updateKind(name, spec === undefined || spec.identifying === true));
  }
  if (change.moves) kinds.add('move');
  if (change.edgesLost > 0) kinds.add('membership-loss');
  return [...kinds].sort();
}

// ── how much is too much ─────────────────────────────────────────────────────────────────────────────────

export interface KindCount {
  readonly kind: GuardKind;
  /** Distinct objects in this run that are not already in the window. */
  readonly planned: number;
  /** Distinct objects in the window before this run. */
  readonly inWindow: number;
  /** Objects linked when the window began. */
  readonly base: number;
}

export interface RunFacts {
  readonly firstRun: boolean;
  readonly targetIsDirectory: boolean;
  readonly targetWasEmpty: boolean;
  /** Distinct objects that this run would change and that were in the target before the job first ran. */
  readonly touchedBefore: number;
  /** Objects that were there then. */
  readonly thereBefore: number;
  /** What people call an attribute of the target. */
  readonly called: (name: string) => Label;
}

export type KindVerdict =
  | { readonly kind: GuardKind; readonly allow: 'all' }
  | { readonly kind: GuardKind; readonly allow: 'none'; readonly question: string; readonly reason: Label }
  /** Objects that are in the window already, and the first n new ones. */
  | {
      readonly kind: GuardKind;
      readonly allow: 'first';
      readonly first: number;
      readonly question: string;
      readonly reason: Label;
    };

/** Objects that a limit lets through per window. Parts of an object are not objects: rounded down. */
export function allowance(limit: Limit, base: number): number {
  const larger = Math.max(limit.count, Math.floor((base * limit.percent) / 100));
  if (base <= HANDFUL) return larger;
  // Nobody means to allow less than the percent they named; and one object must pass, or nothing ever could.
  if (limit.share >= NO_SHARE) return larger;
  return Math.min(larger, Math.max(1, Math.floor((base * Math.max(limit.share, limit.percent)) / 100)));
}

export function judgeKinds(counts: readonly KindCount[], policy: GuardPolicy, facts: RunFacts): readonly KindVerdict[] {
  return counts.map((count) => judgeKind(count, policy, facts));
}

function judgeKind(count: KindCount, policy: GuardPolicy, facts: RunFacts): KindVerdict {
  const { kind } = count;
  if (kind === 'delete' && policy.deletions === 'hold-all') {
    return { kind, allow: 'none', question: 'delete', reason: deletionReason };
  }
  if (kind === 'create' && facts.firstRun) {
    if (facts.targetIsDirectory && facts.targetWasEmpty) return { kind, allow: 'all' };
    if (!facts.targetIsDirectory) return judgeCount(count, policy.firstRun.creates, 'first-run:create', firstCreatesReason(count, policy));
  }
  if (kind !== 'create' && facts.firstRun && facts.touchedBefore > touchable(facts, policy)) {
    return { kind, allow: 'none', question: 'first-run:touched', reason: touchedReason(facts, policy) };
  }
  const limit = policy.limits[limitNameOf(kind)];
  return judgeCount(count, allowance(limit, count.base), `limit:${kind}`, limitReason(count, limit, policy, facts.called));
}

const touchable = (facts: RunFacts, policy: GuardPolicy): number =>
  facts.thereBefore <= HANDFUL || policy.firstRun.share >= NO_SHARE
    ? policy.firstRun.touched
    : Math.min(policy.firstRun.touched, Math.floor((facts.thereBefore * policy.firstRun.share) / 100));

/** Too much by itself: all of it is one question. Too much only with what went before: what comes after the limit. */
function judgeCount(count: KindCount, allowed: number, question: string, reason: Label): KindVerdict {
  const { kind } = count;
  if (count.planned === 0 || count.planned + count.inWindow <= allowed) return { kind, allow: 'all' };
  if (count.planned > allowed) return { kind, allow: 'none', question, reason };
  return { kind, allow: 'first', first: Math.max(0, allowed - count.inWindow), question, reason };
}

// ── one change ───────────────────────────────────────────────────────────────────────────────────────────

export interface Evidence {
  readonly emptySource: boolean;
  /** The source shows less than at the last complete read. */
  readonly narrower: boolean;
  readonly incomplete: boolean;
  /** Departments that vanished together with everything in them. */
  readonly vanishedContainers: ReadonlySet<string>;
  /** What was seen, in words; replaces the general sentence. */
  readonly reason?: Label;
}

export interface JudgedChange {
  readonly action: Action;
  readonly kinds: readonly GuardKind[];
  readonly situation: Situation;
  readonly protected: boolean;
  readonly departedAtSource: boolean;
  /** The department it was in (a department: itself). */
  readonly container?: string;
  /**
   * Position, from 1, among this run's objects that are new to the window, per kind. No position: the object is in
   * the window already.
   */
  readonly ordinals: Readonly<Partial<Record<GuardKind, number>>>;
}

/** Every kind of the change must have a verdict. The gravest kind that is held asks the question. */
export function judgeChange(
  change: JudgedChange,
  verdicts: ReadonlyMap<GuardKind, KindVerdict>,
  evidence: Evidence,
  policy: GuardPolicy,
): Verdict {
  if (change.protected && change.action !== 'create') return { verdict: 'refused', reason: protectedReason };
  const takesAway = actions[change.action].takesAway || change.kinds.some(kindTakesAway);
  // Whatever follows from not being seen stands and falls with what the read proves, also where it takes nothing away.
  if (takesAway || isAbsence(change.situation)) {
    const refusal = refusalBy(evidence, change.situation);
    if (refusal) return { verdict: 'refused', reason: refusal };
    const { container } = change;
    if (container !== undefined && evidence.vanishedContainers.has(container) && change.situation !== 'departed') {
      return { verdict: 'held', question: `vanished:${container}`, reason: vanishedReason };
    }
  }
  for (const kind of [...change.kinds].sort((a, b) => gravityOf(a) - gravityOf(b) || (a < b ? -1 : 1))) {
    const held = heldBy(kind, change, verdicts.get(kind), policy);
    if (held) return held;
  }
  return { verdict: 'allowed' };
}

const isAbsence = (situation: Situation): boolean => situation === 'gone' || situation === 'out-of-scope';

function refusalBy(evidence: Evidence, situation: Situation): Label | null {
  if (evidence.emptySource) return evidence.reason ?? emptyReason;
  if (evidence.narrower) return evidence.reason ?? narrowerReason;
  // Absence counts only after a complete read; what a visible record itself says stands.
  return evidence.incomplete && isAbsence(situation) ? (evidence.reason ?? incompleteReason) : null;
}

function heldBy(kind: GuardKind, change: JudgedChange, verdict: KindVerdict | undefined, policy: GuardPolicy): Verdict | null {
  if (kind === 'delete') {
    const free = policy.deletions === 'hold-above-limit' || (policy.deletions === 'hold-unless-departed' && change.departedAtSource);
    if (!free) return { verdict: 'held', question: 'delete', reason: deletionReason };
  }
  if (verdict === undefined) throw new Error(`The guard was asked about "${kind}" without having counted it.`);
  if (verdict.allow === 'all') return null;
  const ordinal = change.ordinals[kind];
  if (verdict.allow === 'first' && (ordinal === undefined || ordinal <= verdict.first)) return null;
  return { verdict: 'held', question: verdict.question, reason: verdict.reason };
}

// ── words ────────────────────────────────────────────────────────────────────────────────────────────────

const protectedReason: Label = {
  en: 'The account is protected. Nothing of it is changed.',
  zh: '该账号受保护，不会做任何改动。',
};
const deletionReason: Label = { en: 'Delete protection: a person must confirm.', zh: '删除保护：需要人工确认。' };
const emptyReason: Label = {
  en: 'The source showed nothing at all. Nothing is removed, disabled or cleared because of that.',
  zh: '源系统未返回任何数据，因此不会删除、停用或清空任何内容。',
};
const narrowerReason: Label = {
  en: 'The source shows less than before (a right or a range was lost). Nothing is removed, disabled or cleared because of that.',
  zh: '源系统可见的范围比以前小（权限或可见范围变窄），因此不会删除、停用或清空任何内容。',
};
const incompleteReason: Label = {
  en: 'The source was not read to the end. Nothing counts as missing.',
  zh: '源数据未完整读取，不能据此判断对象已消失。',
};
const vanishedReason: Label = {
  en: 'A department disappeared together with everything in it. This looks like a lost permission; a person must confirm.',
  zh: '某部门及其全部内容同时消失，可能是权限丢失，需要人工确认。',
};

const objectsEn = (count: number): string => (count === 1 ? '1 object' : `${spelled(count)} objects`);
const percentOf = (count: number, base: number): number => Math.round((count * 1000) / base) / 10;

const small = (limit: Limit, base: number): boolean => allowance(limit, base) < limit.count;

function limitReason(count: KindCount, limit: Limit, policy: GuardPolicy, called: (name: string) => Label): Label {
  const words = kindWords(count.kind, called);
  const all = count.planned + count.inWindow;
  const hours = policy.windowHours;
  const percent = count.base > 0 ? percentOf(all, count.base) : null;
  // A share of more than the whole says nothing: then both numbers do.
  const ofEn =
    percent === null
      ? ''
      : percent > 100
        ? `, together ${spelled(all)} where there were ${spelled(count.base)}`
        : `, together ${percent} % of ${spelled(count.base)}`;
  const ofZh =
    percent === null
      ? ''
      : percent > 100
        ? `，合计 ${spelled(all)} 个，而原有 ${spelled(count.base)} 个`
        : `，合计占 ${spelled(count.base)} 个的 ${percent}%`;
  const beforeEn = count.inWindow === 0 ? '' : `, after ${spelled(count.inWindow)} in the last ${hours} hours`;
  const beforeZh = count.inWindow === 0 ? '' : `，此前 ${hours} 小时内已有 ${spelled(count.inWindow)} 个`;
  const allowed = allowance(limit, count.base);
  return {
    en: `${objectsEn(count.planned)} would ${words.en}${beforeEn}${ofEn}. The limit is ${spelled(allowed)} within ${hours} hours (${limit.percent} % or ${spelled(limit.count)}, the larger${small(limit, count.base) ? `; in a small company at most ${limit.share} %` : ''}).`,
    zh: `${spelled(count.planned)} 个对象将${words.zh}${beforeZh}${ofZh}。${hours} 小时内的上限为 ${spelled(allowed)} 个（${limit.percent}% 或 ${spelled(limit.count)} 个，取较大者${small(limit, count.base) ? `；人数较少时最多 ${limit.share}%` : ''}）。`,
  };
}

const firstCreatesReason = (count: KindCount, policy: GuardPolicy): Label => ({
  en: `First run: ${objectsEn(count.planned + count.inWindow)} would be created. More than ${spelled(policy.firstRun.creates)} need a person's consent.`,
  zh: `首次执行：将新建 ${spelled(count.planned + count.inWindow)} 个对象，超过 ${spelled(policy.firstRun.creates)} 个需要人工确认。`,
});

const touchedReason = (facts: RunFacts, policy: GuardPolicy): Label => ({
  en: `First run: ${objectsEn(facts.touchedBefore)} that existed before would be changed. More than ${spelled(touchable(facts, policy))} need a person's consent.`,
  zh: `首次执行：将修改 ${spelled(facts.touchedBefore)} 个原有对象，超过 ${spelled(touchable(facts, policy))} 个需要人工确认。`,
});
