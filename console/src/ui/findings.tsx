// What a check of a connection found, level by level, each failure with what mends it.
import { CheckCircleFilled, CloseCircleFilled } from '@ant-design/icons';
import { useWords, type Label } from '../i18n/i18n.ts';
import styles from './findings.module.css';

export interface Finding {
  readonly level: string;
  readonly ok: boolean;
  readonly message: Label;
  readonly remedy: Label | null;
}

export function Findings({ findings }: { readonly findings: readonly Finding[] }) {
  const { t, say } = useWords();
  return (
    <ul className={styles.findings} aria-label={t('app.findings.label')}>
      {findings.map((finding, index) => (
        // A level may be told more than once.
        // oxlint-disable-next-line react/no-array-index-key
        <li key={index} className={finding.ok ? styles.good : styles.bad}>
          <span className={styles.sign} role="img" aria-label={t(finding.ok ? 'app.findings.good' : 'app.findings.bad')}>
            {finding.ok ? <CheckCircleFilled /> : <CloseCircleFilled />}
          </span>
          <span>
            {say(finding.message)}
            {finding.remedy && <span className={styles.remedy}>{say(finding.remedy)}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}
