// What becomes of people who left, and how much may change before a person is asked. The defaults are safe; each says what it means.
import { Checkbox, InputNumber, Select } from 'antd';
import type { Values } from '../forms/setting.ts';
import { Field } from '../forms/settings-form.tsx';
import { useWords } from '../i18n/i18n.ts';
import { NewAccounts } from './new-accounts.tsx';
import type { PartProps } from './part.ts';
import { Protected } from './protected.tsx';
import { ProtectionMore } from './protection-more.tsx';
import styles from './parts.module.css';

/** As in the server's policy; the defaults are its own and shown until somebody chooses. */
const defaults = {
  leaver: { departed: { disableThenDeleteAfterDays: 30 }, gone: 'disable', leftScope: 'disable' },
  limits: {
    disable: { percent: 2, count: 10 },
    clear: { percent: 2, count: 10 },
    identifying: { percent: 5, count: 20 },
    update: { percent: 20, count: 50 },
    move: { percent: 20, count: 50 },
    create: { percent: 20, count: 50 },
    membershipLoss: { percent: 5, count: 50 },
  },
} as const;
type LeaverCause = keyof typeof defaults.leaver;
type LimitName = keyof typeof defaults.limits;
type Leaver = 'keep' | 'unlink' | 'disable' | 'delete' | { readonly disableThenDeleteAfterDays: number };

const THEN_DELETE = 'then-delete';
const DAYS = 30;
const causes = Object.keys(defaults.leaver) as readonly LeaverCause[];
const limitNames = Object.keys(defaults.limits) as readonly LimitName[];
const actions = ['keep', 'unlink', 'disable', THEN_DELETE, 'delete'] as const;
const levels = ['hold-all', 'hold-unless-departed', 'hold-above-limit'] as const;

export function ProtectionPart(props: PartProps) {
  const { t } = useWords();
  const policy = (props.settings.policy ?? {}) as Values;
  const leaver = { ...defaults.leaver, ...(policy.leaver as object | undefined) } as Readonly<Record<LeaverCause, Leaver>>;
  const guard = (policy.guard ?? {}) as Values;
  const limits = (guard.limits ?? {}) as Readonly<Record<string, { percent?: number; count?: number }>>;
  const set = (change: Values): void => props.onChange({ policy: { ...policy, ...change } });
  const setGuard = (change: Values): void => set({ guard: { ...guard, ...change } });
  return (
    <div className={styles.part}>
      <h3 className={styles.small}>{t('wizard.parts.protection.leavers')}</h3>
      <div className={styles.fields}>
        {causes.map((cause) => {
          const own = leaver[cause];
          const days = typeof own === 'object' ? own.disableThenDeleteAfterDays : null;
          return (
            <Field key={cause} label={t(`wizard.parts.cause.${cause}`)} required>
              {(id, describedBy) => (
                <span className={styles.row}>
                  <Select
                    id={id}
                    aria-describedby={describedBy}
                    className={styles.wide!}
                    value={days === null ? (own as string) : THEN_DELETE}
                    options={actions.map((action) => ({ value: action, label: t(`wizard.parts.leaver.${action}`) }))}
                    onChange={(action: string) =>
                      set({ leaver: { ...leaver, [cause]: action === THEN_DELETE ? { disableThenDeleteAfterDays: DAYS } : action } })
                    }
                  />
                  {days !== null && (
                    <InputNumber
                      aria-label={t('wizard.parts.protection.days')}
                      min={1}
                      max={3650}
                      value={days}
                      suffix={t('wizard.parts.protection.daysUnit')}
                      onChange={(next) => set({ leaver: { ...leaver, [cause]: { disableThenDeleteAfterDays: next ?? DAYS } } })}
                    />
                  )}
                </span>
              )}
            </Field>
          );
        })}
        <Field label={t('wizard.parts.protection.deletions')} help={t('wizard.parts.protection.deletionsHelp')} required>
          {(id, describedBy) => (
            <Select
              id={id}
              aria-describedby={describedBy}
              className={styles.wide!}
              value={(guard.deletions as string | undefined) ?? 'hold-all'}
              options={levels.map((level) => ({ value: level, label: t(`wizard.parts.level.${level}`) }))}
              onChange={(deletions: string) => setGuard({ deletions })}
            />
          )}
        </Field>
      </div>
      <h3 className={styles.small}>{t('wizard.parts.protection.limits')}</h3>
      <p className={styles.lead}>{t('wizard.parts.protection.limitsLead')}</p>
      <ul className={styles.limits}>
        {limitNames.map((name) => {
          const own = { ...defaults.limits[name], ...limits[name] };
          const change = (part: object): void => setGuard({ limits: { ...limits, [name]: { ...own, ...part } } });
          return (
            <li key={name}>
              <span>{t(`wizard.parts.limit.${name}`)}</span>
              <InputNumber
                aria-label={t('wizard.parts.protection.percent', { what: t(`wizard.parts.limit.${name}`) })}
                min={0}
                max={100}
                value={own.percent}
                suffix="%"
                onChange={(percent) => change({ percent: percent ?? 0 })}
              />
              <span className="soft">{t('wizard.parts.protection.or')}</span>
              <InputNumber
                aria-label={t('wizard.parts.protection.count', { what: t(`wizard.parts.limit.${name}`) })}
                min={0}
                value={own.count}
                onChange={(count) => change({ count: count ?? 0 })}
              />
            </li>
          );
        })}
      </ul>
      <Checkbox checked={props.settings.approvals === 2} onChange={(event) => props.onChange({ approvals: event.target.checked ? 2 : 1 })}>
        {t('wizard.parts.protection.twoPeople')}
      </Checkbox>
      <Protected {...props} policy={policy} onPolicy={set} />
      <NewAccounts {...props} />
      <ProtectionMore direction={props.direction} policy={policy} onPolicy={set} />
    </div>
  );
}
