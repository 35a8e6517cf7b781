// What a check of a connection found, level by level, each failure with what mends it, and what would be safer otherwise.
import { CheckCircleFilled, CloseCircleFilled, ExclamationCircleFilled } from '@ant-design/icons';
import { Button } from 'antd';
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
            {finding.settings && onTake && (
              <Button size="small" className={styles.take!} onClick={() => onTake(finding.settings!)}>
                {t('app.findings.take')}
              </Button>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
