// The foot of a step: back, something between, and on.
import type { ReactNode } from 'react';
import { Button } from 'antd';
import { useWords } from '../i18n/i18n.ts';
import styles from './wizard.module.css';

export function Foot({
  onBack,
  onNext,
  next,
  busy = false,
  disabled = false,
  children,
}: {
  readonly onBack?: () => void;
  readonly onNext?: () => void;
  /** What the button says; missing: Next. */
  readonly next?: string;
  readonly busy?: boolean;
  readonly disabled?: boolean;
  readonly children?: ReactNode;
}) {
  const { t } = useWords();
  return (
    <div className={styles.foot}>
      {onBack && <Button onClick={onBack}>{t('wizard.back')}</Button>}
      <span className={styles.push} />
      {children}
      {onNext && (
        <Button type="primary" loading={busy} disabled={disabled} onClick={onNext}>
          {next ?? t('wizard.next')}
        </Button>
      )}
    </div>
  );
}
