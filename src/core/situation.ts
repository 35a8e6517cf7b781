// What the source and the target show of one object, in one word, and what the policy makes of it.
import { z } from 'zod';
import type { Existence } from './lifecycle.ts';
import type { Label } from './model.ts';
import type { Action } from './plan.ts';

export type Situation =
  | 'protected'
  | 'orphan'
  | 'departed'
  | 'gone'
  | 'out-of-scope'
  | 'ambiguous'
  | 'invalid'
  | 'pending'
  | 'absent'
  | 'found'
  | 'drifted'
  | 'changed'
  | 'undone'
  | 'same';

export interface SituationFacts {
  /**
   * present: read just now · gone: absent from a complete read, "not found", or a tombstone · unknown: no evidence
   * either way · none: a target object that nobody at the source owns.
   */
  readonly source: 'present' | 'gone' | 'unknown' | 'none';
  readonly scope: 'in' | 'out' | 'unknown';
  /** The source says outright, now or in its last accepted word, that the person has left. */
  readonly departed: boolean;
  /** `linked` stays true of a link whose target object was deleted behind our back; then `targetExists` is false. */
  readonly counterpart: 'linked' | 'found' | 'none' | 'ambiguous';
  readonly targetExists: boolean;
  readonly protected: boolean;
  /** A value that the target cannot do without is missing or wrong. */
  readonly invalid: boolean;
  /** Something this object needs is not there yet. */
  readonly pending: boolean;
  /** Attributes or edges of the target differ from the desired ones. */
  readonly changed: boolean;
  /** … and the target's differ from what was sent and echoed as well: somebody else wrote there. */
  readonly drifted: boolean;
  /** Whether the account should be usable. Left out where that has no meaning (the directory, departments, groups). */
  readonly shouldBeEnabled?: boolean;
  /** Whether it is: as observed, or where the target cannot tell, as we last left it. Missing counts as enabled. */
  readonly enabledNow?: boolean;
  /** Disabled, and not by us: an administrator of the target locked it. It stays so, and is reported. */
  readonly disabledByOthers?: boolean;
  /** False: this target has no way to disable objects of this type. Default true. */
  readonly canDisable?: boolean;
  /** Whole days since the object became a leaver. Default 0. */
  readonly leaverDays?: number;
}

interface SituationRow {
  readonly situation: Situation;
  readonly label: Label;
  /** For the administrator: when this row holds. */
  readonly when: Label;
  readonly holds: (facts: SituationFacts) => boolean;
}

const enabledDiffers = (facts: SituationFacts): boolean =>
  facts.shouldBeEnabled !== undefined && facts.shouldBeEnabled !== (facts.enabledNow ?? true);

/** Read from above: the first row that holds is the situation. */
export const situations: readonly SituationRow[] = [
  {
    situation: 'protected',
    label: { en: 'protected', zh: '受保护' },
    when: { en: 'The account is on the protected list.', zh: '该账号在受保护名单中。' },
    holds: (facts) => facts.protected,
  },
  {
    situation: 'orphan',
    label: { en: 'orphan', zh: '无主' },
    when: { en: 'The target has it, and nobody at the source owns it.', zh: '目标系统中存在，但源系统中没有对应对象。' },
    holds: (facts) => facts.source === 'none',
  },
  {
    situation: 'pending',
    label: { en: 'pending', zh: '等待' },
    when: {
      en: 'Whether it is still there and in scope could not be seen this time.',
      zh: '本次无法确定其是否仍存在或仍在范围内。',
    },
    holds: (facts) => facts.source === 'unknown' || (facts.scope === 'unknown' && facts.source === 'present' && !facts.departed),
  },
  {
    situation: 'departed',
    label: { en: 'departed', zh: '离职' },
    when: { en: 'The source says that the person has left.', zh: '源系统标明该人员已离职。' },
    holds: (facts) => facts.departed,
  },
  {
    situation: 'gone',
    label: { en: 'gone from the source', zh: '源中已消失' },
    when: { en: 'The source no longer has it.', zh: '源系统中已不存在。' },
    holds: (facts) => facts.source === 'gone',
  },
  {
    situation: 'out-of-scope',
    label: { en: 'out of scope', zh: '不在范围内' },
    when: { en: 'The source has it, but the scope leaves it out.', zh: '源系统中存在，但不在同步范围内。' },
    holds: (facts) => facts.scope === 'out',
  },
  {
    situation: 'ambiguous',
    label: { en: 'ambiguous', zh: '匹配不唯一' },
    when: { en: 'Several objects of the target could be its counterpart.', zh: '目标系统中有多个可能的对应对象。' },
    holds: (facts) => facts.counterpart === 'ambiguous',
  },
  {
    situation: 'invalid',
    label: { en: 'invalid', zh: '数据无效' },
    when: { en: 'A value that the target needs is missing or wrong.', zh: '目标系统所需的值缺失或有误。' },
    holds: (facts) => facts.invalid,
  },
  {
    situation: 'pending',
    label: { en: 'pending', zh: '等待' },
    when: { en: 'Something it needs is not there yet.', zh: '所依赖的对象尚未就绪。' },
    holds: (facts) => facts.pending,
  },
  {
    situation: 'absent',
    label: { en: 'not there yet', zh: '尚不存在' },
    when: { en: 'The target does not have it.', zh: '目标系统中不存在。' },
    holds: (facts) => facts.counterpart === 'none' || !facts.targetExists,
  },
  {
    situation: 'found',
    label: { en: 'found', zh: '已匹配' },
    when: { en: 'A rule found exactly one counterpart.', zh: '匹配规则找到唯一的对应对象。' },
    holds: (facts) => facts.counterpart === 'found',
  },
  {
    situation: 'drifted',
    label: { en: 'drifted', zh: '差异' },
    when: { en: 'Somebody changed it in the target.', zh: '有人在目标系统中修改过。' },
    holds: (facts) => facts.drifted || (facts.disabledByOthers === true && facts.shouldBeEnabled === true && enabledDiffers(facts)),
  },
  {
    situation: 'changed',
    label: { en: 'changed', zh: '已变化' },
    when: { en: 'The source differs from the target.', zh: '源与目标不一致。' },
    holds: (facts) => facts.changed || enabledDiffers(facts),
  },
  {
    situation: 'same',
    label: { en: 'same', zh: '一致' },
    when: { en: 'What the job syncs is the same at source and target.', zh: '任务所同步的内容在源与目标一致。' },
    holds: () => true,
  },
];

export const situationOf = (facts: SituationFacts): Situation => situations.find((row) => row.holds(facts))!.situation;

// ── policy ───────────────────────────────────────────────────────────────────────────────────────────────

const leaverActionSchema = z.union([
  z.enum(['keep', 'unlink', 'disable', 'delete']),
  z.strictObject({ disableThenDeleteAfterDays: z.int().min(0).max(3650) }),
]);
export type LeaverAction = z.output<typeof leaverActionSchema>;

export const leaverPolicySchema = z.strictObject({
  gone: leaverActionSchema.default('disable'),
  leftScope: leaverActionSchema.default('disable'),
  departed: leaverActionSchema.default({ disableThenDeleteAfterDays: 30 }),
});
export type LeaverPolicy = z.output<typeof leaverPolicySchema>;

export interface Decision {
  /** `none`: nothing to do. `report`: nothing is written, a person should know. */
  readonly action: Action | 'none' | 'report';
  /** Days after the leaver situation began when the object is due for deletion. */
  readonly deleteAfterDays?: number;
  /** Planned beside `action`, as changes of their own: a disable before a remove, an update beside an enable. */
  readonly also?: readonly Action[];
}

/** A leaver situation → the line of the policy that decides. */
export const leaverCause = {
  departed: 'departed',
  gone: 'gone',
  'out-of-scope': 'leftScope',
} as const satisfies Partial<Record<Situation, keyof LeaverPolicy>>;

export const isLeaver = (situation: Situation): situation is keyof typeof leaverCause => situation in leaverCause;

/** What the policy makes of a situation. Writes only where there is a link; what we do not own is reported. */
export function decide(situation: Situation, policy: LeaverPolicy, facts: SituationFacts): Decision {
  switch (situation) {
    case 'same':
    case 'undone':
    case 'pending':
      return { action: 'none' };
    case 'protected':
    case 'ambiguous':
    case 'invalid':
    case 'orphan':
      return { action: 'report' };
    case 'absent':
      // An account that nobody may use is not made; it comes with the first day or the end of the suspension.
      return { action: facts.shouldBeEnabled === false ? 'none' : 'create' };
    case 'found':
      return withOthers('link', differences(facts));
    case 'changed':
    case 'drifted': {
      const [first, ...others] = differences(facts);
      return first === undefined ? { action: situation === 'drifted' ? 'report' : 'none' } : withOthers(first, others);
    }
    case 'departed':
    case 'gone':
    case 'out-of-scope':
      return decideLeaver(policy[leaverCause[situation]], facts);
  }
}

const withOthers = (action: Action, others: readonly Action[]): Decision => (others.length === 0 ? { action } : { action, also: others });

/** What makes the target as desired. Reappearing rescues: whoever should be enabled and is not, is. */
function differences(facts: SituationFacts): readonly Action[] {
  const found: Action[] = [];
  if (enabledDiffers(facts)) {
    if (facts.shouldBeEnabled && !facts.disabledByOthers) found.push('enable');
    if (!facts.shouldBeEnabled && facts.canDisable !== false) found.push('disable');
  }
  if (facts.changed || facts.drifted) found.push('update');
  return found;
}

function decideLeaver(wanted: LeaverAction, facts: SituationFacts): Decision {
  if (facts.counterpart === 'found' || facts.counterpart === 'ambiguous') return { action: 'report' };
  if (facts.counterpart === 'none') return { action: 'none' };
  if (wanted === 'keep') return { action: 'none' };
  if (wanted === 'unlink' || !facts.targetExists) return { action: 'unlink' };
  const canDisable = facts.canDisable !== false;
  const disabled = facts.enabledNow === false;
  if (wanted === 'disable') {
    if (disabled) return { action: 'none' };
    // Never more than was asked for: what cannot be disabled is not deleted instead.
    return { action: canDisable ? 'disable' : 'report' };
  }
  // Disable comes before delete: a deletion that waits for a person must not leave the account open.
  const before: readonly Action[] = canDisable && !disabled ? ['disable'] : [];
  if (wanted === 'delete') return withOthers('remove', before);
  const deleteAfterDays = wanted.disableThenDeleteAfterDays;
  if ((facts.leaverDays ?? 0) >= deleteAfterDays) return { ...withOthers('remove', before), deleteAfterDays };
  return { action: before[0] ?? 'none', deleteAfterDays };
}

/**
 * Upstream, the same policy turned into the job's word about existence. `unknown` leaves the last accepted word;
 * `withdraw` ends the contribution.
 */
export function existenceSaid(
  situation: Situation,
  policy: LeaverPolicy,
  lifecycle: Existence,
  leaverDays: number,
): { readonly existence: Existence } | 'unknown' | 'withdraw' {
  if (situation === 'pending') return 'unknown';
  if (!isLeaver(situation)) return { existence: lifecycle };
  const wanted = policy[leaverCause[situation]];
  if (wanted === 'keep') return 'unknown';
  if (wanted === 'unlink') return 'withdraw';
  if (wanted === 'delete') return { existence: 'absent' };
  if (wanted !== 'disable' && leaverDays >= wanted.disableThenDeleteAfterDays) return { existence: 'absent' };
  // Whoever has left and is not shown any more has still left.
  return { existence: situation === 'departed' || lifecycle === 'departed' ? 'departed' : 'suspended' };
}
