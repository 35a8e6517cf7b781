// What each part of a job's settings says, in sentences.
import type { useWords } from '../../i18n/i18n.ts';
import { clockSaid } from './clock-said.ts';
import { scopeSaid, type Scope, type ScopeNames, type TargetNames } from './scope-said.ts';

type Words = ReturnType<typeof useWords>;

/** As `job.get` answers, defaults filled in; only what is said here. */
export interface JobSettings {
  readonly description: string;
  readonly owner: string;
  readonly rank: number;
  readonly scope: Scope;
  readonly mapping: Readonly<Record<string, readonly { readonly target: string }[]>>;
  readonly correlation: Readonly<Record<string, readonly { readonly attribute: string; readonly cel?: string }[]>>;
  readonly trigger: {
    readonly kind: 'manual' | 'schedule' | 'event';
    readonly cron?: string;
    readonly every?: string;
    readonly start?: string;
  };
  readonly policy: {
    readonly leaver: { readonly gone: LeaverWay; readonly leftScope: LeaverWay };
    readonly guard: {
      readonly deletions: string;
      readonly limits: Readonly<Record<string, { readonly percent: number; readonly count: number }>>;
    };
    readonly protected: readonly unknown[];
  };
  readonly approvals: number;
  readonly welcome: { readonly to: 'person' | 'manager'; readonly password: boolean } | null;
  readonly notices: { readonly rules: readonly unknown[] };
  readonly onError: { readonly tries: number; readonly pauseSeconds: number; readonly quarantineMinutes: number };
}

export const partNames = ['general', 'scope', 'mapping', 'correlation', 'timing', 'policy', 'errors'] as const;
type PartName = (typeof partNames)[number];
type Said = (settings: JobSettings, words: Words, names: Names) => string[];

/** What people call the things that settings name. */
export interface Names extends TargetNames {
  readonly scope: ScopeNames;
  readonly direction: 'up' | 'down';
}

export const partSaid: Readonly<Record<PartName, Said>> = {
  general: ({ description, owner, rank }, { t }, { direction }) => [
    description || t('job.noDescription'),
    t('job.said.owner', { text: owner || t('job.nobody') }),
    ...(direction === 'up' ? [t('job.said.rank', { rank })] : []),
  ],
  scope: ({ scope }, words, names) => scopeSaid(scope, names.scope, words),
  mapping: ({ mapping }, { t }, names) =>
    Object.entries(mapping).map(([type, rows]) => t('job.said.mapping', { type: capital(names.type(type)), count: rows.length })),
  correlation: ({ correlation, mapping }, { t }, names) =>
    Object.entries(correlation)
      .filter(([type]) => type in mapping)
      .map(([type, rules]) =>
        t('job.said.correlation', {
          type: capital(names.type(type)),
          rules: rules
            .map(({ attribute, cel }) =>
              cel === undefined ? names.attribute(type, attribute) : `${names.attribute(type, attribute)} = ${cel}`,
            )
            .join(t('settings.listComma')),
        }),
      ),
  timing: ({ trigger }, words) => [trigger.kind === 'schedule' ? clockSaid(trigger, words) : words.t(`job.said.${trigger.kind}`)],
  policy: ({ policy, approvals, welcome }, { t }) => [
    t('job.said.leaver', { gone: leaverSaid(policy.leaver.gone, t), left: leaverSaid(policy.leaver.leftScope, t) }),
    t(policy.guard.deletions === 'hold-all' ? 'job.said.deletionsHeld' : 'job.said.deletionsLimited'),
    t('job.said.disableLimit', { percent: policy.guard.limits.disable?.percent ?? 0, count: policy.guard.limits.disable?.count ?? 0 }),
    ...(approvals > 1 ? [t('job.said.approvals', { count: approvals })] : []),
    ...(policy.protected.length > 0 ? [t('job.said.protected', { count: policy.protected.length })] : []),
    ...(welcome ? [t(`job.said.welcome.${welcome.password ? 'password' : 'told'}`, { who: t(`job.said.welcome.${welcome.to}`) })] : []),
  ],
  errors: ({ onError, notices }, { t }) => [
    t('job.said.errors', { tries: onError.tries, pause: onError.pauseSeconds, quarantine: onError.quarantineMinutes }),
    notices.rules.length === 0 ? t('job.said.noNotices') : t('job.said.notices', { count: notices.rules.length }),
  ],
};

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** What becomes of somebody's account. */
type LeaverWay = 'disable' | 'delete' | 'keep' | 'unlink' | { readonly disableThenDeleteAfterDays: number };

const leaverSaid = (way: LeaverWay, t: Words['t']): string =>
  typeof way === 'string' ? t(`job.leaver.${way}`) : t('job.leaver.later', { days: way.disableThenDeleteAfterDays });
