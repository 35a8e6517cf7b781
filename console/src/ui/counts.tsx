// How much a run has done, as short words in the order in which people ask: written, to confirm, failed.
import { useWords } from '../i18n/i18n.ts';
import styles from './counts.module.css';

const shown = [
  'applied',
  'planned',
  'held',
  'failed',
  'unknown',
  'dead',
  'pending',
  'waiting',
  'refused',
  'superseded',
  'problems',
] as const;
const tones: Readonly<Partial<Record<(typeof shown)[number], string>>> = {
  held: styles.warn!,
  unknown: styles.warn!,
  failed: styles.bad!,
  dead: styles.bad!,
  refused: styles.bad!,
  problems: styles.warn!,
};

export function Counts({ of }: { readonly of: Readonly<Record<string, number>> }) {
  const { t, language } = useWords();
  const found = shown.filter((name) => (of[name] ?? 0) > 0);
  if (found.length === 0) return <span className="soft">{t('runs.counts.nothing')}</span>;
  return (
    <span className={styles.counts}>
      {found.map((name) => (
        <span key={name} className={tones[name]}>
          <b className="number">{of[name]!.toLocaleString(language)}</b> {t(`runs.counts.${name}`)}
        </span>
      ))}
    </span>
  );
}
