// Nothing waits: calm water.
import { Link } from 'react-router';
import { useWords } from '../../i18n/i18n.ts';
import styles from './waiting.module.css';

export function Nothing() {
  const { t } = useWords();
  return (
    <section className={styles.nothing}>
      <svg viewBox="0 0 320 120" width="320" height="120" aria-hidden>
        <circle cx="226" cy="44" r="22" fill="var(--warn-soft)" />
        <path d="M0 84c40-14 80-14 120 0s80 14 120 0 60-12 80-6v42H0z" fill="var(--accent-soft)" />
        <path d="M0 96c40-10 80-10 120 0s80 10 120 0 60-8 80-4" fill="none" stroke="var(--accent)" strokeWidth="2" strokeLinecap="round" />
        <path d="M142 82l28-2-6 12h-17z" fill="var(--accent)" />
        <path d="M156 78V48l18 28z" fill="var(--paper)" stroke="var(--accent)" strokeWidth="2" strokeLinejoin="round" />
      </svg>
      <h2>{t('waiting.empty.title')}</h2>
      <p>{t('waiting.empty.body')}</p>
      <Link to="/runs">{t('waiting.empty.runs')}</Link>
    </section>
  );
}
