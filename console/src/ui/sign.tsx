// A fact by colour, sign and word, where it is no code of the server's tables.
import { CheckCircleFilled, ClockCircleFilled, CloseCircleFilled, ExclamationCircleFilled, MinusCircleFilled } from '@ant-design/icons';
import type { ReactNode } from 'react';
import styles from './state.module.css';

export type Tone = 'good' | 'warn' | 'bad' | 'busy' | 'still';

const signs = {
  good: CheckCircleFilled,
  warn: ExclamationCircleFilled,
  bad: CloseCircleFilled,
  busy: ClockCircleFilled,
  still: MinusCircleFilled,
};

export function Sign({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  const Icon = signs[tone];
  return (
    <span className={`${styles.state} ${styles[tone]}`}>
      <span aria-hidden className={styles.sign}>
        <Icon />
      </span>
      {children}
    </span>
  );
}
