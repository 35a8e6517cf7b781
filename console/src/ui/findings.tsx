// What a check of a connection found, level by level, each failure with what mends it, and what would be safer otherwise.
import { CheckCircleFilled, CloseCircleFilled, ExclamationCircleFilled } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useWords, type Label } from '../i18n/i18n.ts';
import styles from './findings.module.css';

export interface Finding {
  readonly level: string;
  readonly ok: boolean;
  readonly message: Label;
  readonly remedy: Label | null;
  readonly settings: Readonly<Record<string, string>> | null;
}

interface Props {
  readonly findings: readonly Finding[];
  /** Where settings can be changed: takes those that a finding offers. */
  readonly onTake?: (settings: Readonly<Record<string, string>>) => void;
}

/** What works and would be safer otherwise stands between the two. */
const kindOf = ({ ok, remedy }: Finding): 'good' | 'mind' | 'bad' => (!ok ? 'bad' : remedy ? 'mind' : 'good');
const signs = { good: <CheckCircleFilled />, mind: <ExclamationCircleFilled />, bad: <CloseCircleFilled /> };

export function Findings({ findings, onTake }: Props) {
  const { t, say } = useWords();
  /** The check stands as it was until it is made again: what was taken since is said. */
  const [taken, setTaken] = useState<{ readonly of: Finding | undefined; readonly at: readonly number[] }>({ of: findings[0], at: [] });
  const at = taken.of === findings[0] ? taken.at : [];
  return (
    <ul className={styles.findings} aria-label={t('app.findings.label')}>
      {findings.map((finding, index) => (
        // A level may be told more than once.
        // oxlint-disable-next-line react/no-array-index-key
        <li key={index} className={styles[kindOf(finding)]}>
          <span className={styles.sign} role="img" aria-label={t(`app.findings.${kindOf(finding)}`)}>
            {signs[kindOf(finding)]}
          </span>
          <span>
            {say(finding.message)}
            {finding.remedy && <span className={styles.remedy}>{say(finding.remedy)}</span>}
            {finding.settings && onTake && at.includes(index) && (
              <span className={styles.remedy} role="status">
                <b>{t('app.findings.taken')}</b>
              </span>
            )}
            {finding.settings && onTake && !at.includes(index) && (
              <Button
                size="small"
                className={styles.take!}
                onClick={() => {
                  onTake(finding.settings!);
                  setTaken({ of: findings[0], at: [...at, index] });
                }}
              >
                {t('app.findings.take')}
              </Button>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
