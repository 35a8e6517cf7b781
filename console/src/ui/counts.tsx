// About how many a run has done something, as short words in the order in which people ask: written, to confirm, failed; beside it how many changes these are, where somebody has several.
import { useWords } from '../i18n/i18n.ts';
import { objectsIn, troublesIn } from './counted.ts';
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

/** `hasPlan`: it came to its end; of a run that failed or was cancelled nobody knows whether there was something to change. */
export function Counts({ of: counts, hasPlan = true }: { readonly of: Readonly<Record<string, number>>; readonly hasPlan?: boolean }) {
  const { t, language } = useWords();
  const of: Readonly<Record<string, number>> = { ...counts, problems: troublesIn(counts) };
  const found = shown.filter((name) => (of[name] ?? 0) > 0);
  if (found.length === 0) return hasPlan ? <span className="soft">{t('runs.counts.nothing')}</span> : null;
  return (
    <span className={styles.counts}>
      {found.map((name) => (
        <span key={name} className={tones[name]}>
          <b className="number">{objectsIn(of, name).toLocaleString(language)}</b> {t(`runs.counts.${name}`)}
          {objectsIn(of, name) !== of[name] && ` ${t('runs.counts.changes', { count: of[name], n: of[name]!.toLocaleString(language) })}`}
        </span>
      ))}
    </span>
  );
}
