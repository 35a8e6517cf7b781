// A moment as people say it (3 minutes ago, tomorrow 02:00), with the exact time in its title.
import { useSyncExternalStore } from 'react';
import { useWords, type Language } from '../i18n/i18n.ts';

const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

const locale = (language: Language): string => (language === 'zh' ? 'zh-CN' : 'en-GB');

export const exactTime = (at: number, language: Language): string =>
  new Date(at).toLocaleString(locale(language), { dateStyle: 'medium', timeStyle: 'short' });

/** With the zone of whoever looks: times on screen are theirs, those of schedules may be others'. */
export const zonedTime = (at: number, language: Language): string =>
  new Date(at).toLocaleString(locale(language), {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  });

/** `45秒钟前` → `45 秒钟前`, as all other numbers stand beside Chinese words. */
export const spaced = (text: string): string => text.replaceAll(/(\d)(?=\p{Script=Han})/gu, '$1 ');

const WEEK = 7 * 86_400_000;

export function relativeTime(at: number, now: number, language: Language): string {
  const distance = at - now;
  if (Math.abs(distance) > WEEK) return exactTime(at, language);
  const [unit, size] = units.find(([, length]) => Math.abs(distance) >= length) ?? units.at(-1)!;
  return spaced(new Intl.RelativeTimeFormat(locale(language), { numeric: 'auto' }).format(Math.round(distance / size), unit));
}

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
  if (Math.abs(at - Date.now()) > WEEK) return null;
  return <> · {new Date(at).toLocaleTimeString(locale(language), { hour: '2-digit', minute: '2-digit' })}</>;
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
