// A moment as people say it (3 minutes ago, tomorrow 02:00), with the exact time in its title.
import { useSyncExternalStore } from 'react';
import { useWords } from '../i18n/i18n.ts';
import { localeOf, relativeTime, WEEK_MS, zonedTime } from './time-words.ts';

const TICK_MS = 20_000;
const watching = new Set<() => void>();
let ticking: ReturnType<typeof setInterval> | undefined;

/** One clock for all that stand on the page: what says "5 minutes ago" says something else a minute later. */
function watch(tell: () => void): () => void {
  watching.add(tell);
  ticking ??= setInterval(() => {
    for (const one of watching) one();
  }, TICK_MS);
  return () => {
    watching.delete(tell);
    if (watching.size > 0) return;
    clearInterval(ticking);
    ticking = undefined;
  };
}
const tick = (): number => Math.floor(Date.now() / TICK_MS);

/** The time of the day, beside a time that is told from now; a time of days ago has it already. */
export function Clock({ at }: { readonly at: number }) {
  const { language } = useWords();
  if (Math.abs(at - Date.now()) > WEEK_MS) return null;
  return <> · {new Date(at).toLocaleTimeString(localeOf(language), { hour: '2-digit', minute: '2-digit' })}</>;
}

/** `at`: epoch ms. */
export function When({ at }: { readonly at: number }) {
  const { language } = useWords();
  useSyncExternalStore(watch, tick);
  return (
    <time dateTime={new Date(at).toISOString()} title={zonedTime(at, language)}>
      {relativeTime(at, Date.now(), language)}
    </time>
  );
}
