// What a job does about one attribute beside its value: drift in a target; in a source, the rank of its word and what an empty value says.
import { Checkbox, InputNumber, Select } from 'antd';
import type { Direction, Values } from '../forms/setting.ts';
import { useWords } from '../i18n/i18n.ts';
import '../i18n/later.ts';
import styles from './mapping-part.module.css';
import { type DriftMode, driftOf, withDrift, withFallsThrough, withRank } from './attribute-rules.ts';

interface AttributePolicyProps {
  readonly direction: Direction;
  readonly type: string;
  /** Of the target. */
  readonly attribute: string;
  /** Its value is that of a field: it can be taken back into the directory as it is. */
  readonly isField: boolean;
  /** Departments, members, leaders: all of them are one word. */
  readonly isRelation?: boolean;
  /** Of the job. */
  readonly rank: number;
  readonly policy: Values;
  readonly onPolicy: (policy: Values) => void;
}

export function AttributePolicy({ direction, type, attribute, isField, isRelation = false, rank, policy, onPolicy }: AttributePolicyProps) {
  const { t } = useWords();
  if (direction === 'down') {
    const mode = driftOf(policy, type, attribute);
    const modes: readonly DriftMode[] = isField ? ['enforce', 'report', 'adopt', 'follow'] : ['enforce', 'report'];
    return (
      <>
        <Select
          aria-label={t('more.attribute.drift')}
          popupMatchSelectWidth={420}
          value={mode}
          options={(modes.includes(mode) ? modes : [...modes, mode]).map((one) => ({
            value: one,
            label: t(`more.attribute.modes.${one}`),
          }))}
          onChange={(next: DriftMode) => onPolicy(withDrift(policy, type, attribute, next))}
        />
        <small className={styles.about}>{t('more.attribute.driftHelp')}</small>
      </>
    );
  }
  const own = (policy.attributeRanks as Readonly<Record<string, number>> | undefined)?.[attribute] ?? null;
  const falls = ((policy.nullFallsThrough ?? []) as readonly string[]).includes(attribute);
  return (
    <>
      <InputNumber
        aria-label={t('more.attribute.rank')}
        precision={0}
        placeholder={t('more.attribute.rankUsual', { rank })}
        className={styles.rank!}
        prefix={own === null ? undefined : t('job.rank')}
        value={own}
        onChange={(next) => onPolicy(withRank(policy, attribute, next))}
      />
      {!isRelation && (
        <Checkbox checked={falls} onChange={({ target }) => onPolicy(withFallsThrough(policy, attribute, target.checked))}>
          {t('more.attribute.falls')}
        </Checkbox>
      )}
      <small className={styles.about}>{t(isRelation ? 'more.along.rankHelp' : 'more.attribute.rankHelp')}</small>
    </>
  );
}
