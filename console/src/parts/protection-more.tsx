// What is rarely needed of the delete protection: over which time it counts, the first run, a new version, small companies, how long things wait.
import { Checkbox, InputNumber } from 'antd';
import type { Direction, Values } from '../forms/setting.ts';
import { Field } from '../forms/settings-form.tsx';
import { useWords } from '../i18n/i18n.ts';
import '../i18n/later.ts';
import { Fold, NumberField } from './fold.tsx';
import styles from './parts.module.css';

/** As the server has them; shown until somebody says something else. */
const usual = {
  policy: { heldExpiresAfterDays: 30, uniqueCoolingDays: 180, itemTries: 8 },
  guard: { windowHours: 24, upgradeValues: 20 },
  firstRun: { creates: 50, touched: 10, share: 50 },
  messages: { percent: 20, count: 50 },
  shares: { disable: 25, clear: 25, identifying: 25, update: 50, move: 50, membershipLoss: 25 },
} as const;
type Share = keyof typeof usual.shares;
const shares = Object.keys(usual.shares) as readonly Share[];
const MONTH_HOURS = 24 * 31;

type Limits = Readonly<Record<string, { readonly percent?: number; readonly count?: number; readonly share?: number }>>;

interface MoreProps {
  readonly direction: Direction;
  readonly policy: Values;
  readonly onPolicy: (change: Values) => void;
}

const differs = (values: Values | undefined, from: Readonly<Record<string, number>>): boolean =>
  Object.entries(from).some(([name, number]) => values?.[name] !== undefined && values[name] !== number);

export function ProtectionMore({ direction, policy, onPolicy }: MoreProps) {
  const { t } = useWords();
  const guard = (policy.guard ?? {}) as Values;
  const firstRun = (guard.firstRun ?? {}) as Values;
  const limits = (guard.limits ?? {}) as Limits;
  const setGuard = (change: Values): void => onPolicy({ guard: { ...guard, ...change } });
  const setLimit = (name: string, change: object): void => setGuard({ limits: { ...limits, [name]: { ...limits[name], ...change } } });
  const decides = policy.decidesExistence !== false;
  const isUsed =
    !decides ||
    differs(policy, usual.policy) ||
    differs(guard, usual.guard) ||
    differs(firstRun, usual.firstRun) ||
    differs(limits.messages, usual.messages) ||
    shares.some((name) => differs(limits[name], { share: usual.shares[name] }));
  const messages = { ...usual.messages, ...limits.messages };
  const ofFirst = (name: keyof typeof usual.firstRun, max?: number) => (
    <NumberField
      label={t(`more.guard.${name}`)}
      help={t(`more.guard.${name}Help`)}
      min={0}
      {...(max === undefined ? {} : { max, suffix: '%' })}
      usual={usual.firstRun[name]}
      value={firstRun[name] as number | undefined}
      onChange={(value) => setGuard({ firstRun: { ...firstRun, [name]: value } })}
    />
  );
  return (
    <Fold isUsed={isUsed}>
      {direction === 'up' && (
        <Checkbox checked={decides} onChange={({ target }) => onPolicy({ decidesExistence: target.checked })}>
          {t('more.guard.decides')}
          <span className={`soft ${styles.hint}`}>{t('more.guard.decidesHelp')}</span>
        </Checkbox>
      )}
      <NumberField
        label={t('more.guard.windowHours')}
        help={t('more.guard.windowHoursHelp')}
        min={1}
        max={MONTH_HOURS}
        usual={usual.guard.windowHours}
        value={guard.windowHours as number | undefined}
        onChange={(windowHours) => setGuard({ windowHours })}
      />
      {direction === 'down' && ofFirst('creates')}
      {ofFirst('touched')}
      {ofFirst('share', 100)}
      <Field label={t('more.guard.messages')} help={t('more.guard.messagesHelp')} required>
        {(id, describedBy) => (
          <span className={styles.row}>
            <InputNumber
              id={id}
              aria-describedby={describedBy}
              aria-label={t('wizard.parts.protection.percent', { what: t('more.guard.messages') })}
              min={0}
              max={100}
              value={messages.percent}
              suffix="%"
              onChange={(percent) => setLimit('messages', { percent: percent ?? 0 })}
            />
            <span className="soft">{t('wizard.parts.protection.or')}</span>
            <InputNumber
              aria-label={t('wizard.parts.protection.count', { what: t('more.guard.messages') })}
              min={0}
              precision={0}
              value={messages.count}
              onChange={(count) => setLimit('messages', { count: count ?? 0 })}
            />
          </span>
        )}
      </Field>
      <Field label={t('more.guard.shares')} help={t('more.guard.sharesHelp')} required>
        {(id, describedBy) => (
          <ul className={styles.shares} aria-describedby={describedBy}>
            {shares.map((name, index) => (
              <li key={name}>
                <span>{t(`wizard.parts.limit.${name}`)}</span>
                <InputNumber
                  {...(index === 0 ? { id } : {})}
                  aria-label={t('more.guard.shareOf', { what: t(`wizard.parts.limit.${name}`) })}
                  min={0}
                  max={100}
                  suffix="%"
                  value={limits[name]?.share ?? usual.shares[name]}
                  onChange={(share) => setLimit(name, { share: share ?? usual.shares[name] })}
                />
              </li>
            ))}
          </ul>
        )}
      </Field>
      <NumberField
        label={t('more.guard.upgradeValues')}
        help={t('more.guard.upgradeValuesHelp')}
        min={0}
        usual={usual.guard.upgradeValues}
        value={guard.upgradeValues as number | undefined}
        onChange={(upgradeValues) => setGuard({ upgradeValues })}
      />
      <NumberField
        label={t('more.guard.heldDays')}
        help={t('more.guard.heldDaysHelp')}
        min={1}
        max={3650}
        suffix={t('wizard.parts.protection.daysUnit')}
        usual={usual.policy.heldExpiresAfterDays}
        value={policy.heldExpiresAfterDays as number | undefined}
        onChange={(heldExpiresAfterDays) => onPolicy({ heldExpiresAfterDays })}
      />
      <NumberField
        label={t('more.guard.coolingDays')}
        help={t('more.guard.coolingDaysHelp')}
        min={0}
        suffix={t('wizard.parts.protection.daysUnit')}
        usual={usual.policy.uniqueCoolingDays}
        value={policy.uniqueCoolingDays as number | undefined}
        onChange={(uniqueCoolingDays) => onPolicy({ uniqueCoolingDays })}
      />
      <NumberField
        label={t('more.guard.itemTries')}
        help={t('more.guard.itemTriesHelp')}
        min={1}
        max={100}
        usual={usual.policy.itemTries}
        value={policy.itemTries as number | undefined}
        onChange={(itemTries) => onPolicy({ itemTries })}
      />
    </Fold>
  );
}
