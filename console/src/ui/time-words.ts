// Moments and lengths of time in words: 3 minutes ago, tomorrow 02:00.
import type { Language } from '../i18n/i18n.ts';

const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

export const localeOf = (language: Language): string => (language === 'zh' ? 'zh-CN' : 'en-GB');

export const exactTime = (at: number, language: Language): string =>
  new Date(at).toLocaleString(localeOf(language), { dateStyle: 'medium', timeStyle: 'short' });

/** With the zone of whoever looks: times on screen are theirs, those of schedules may be others'. */
export const zonedTime = (at: number, language: Language, zone?: string): string =>
  new Date(at).toLocaleString(localeOf(language), {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    // The short name is `GMT+8`, in the midst of Chinese words.
    timeZoneName: language === 'zh' ? 'long' : 'short',
    timeZone: zone,
  });

/** `45秒钟前` → `45 秒钟前`, as all other numbers stand beside Chinese words. */
export const spaced = (text: string): string => text.replaceAll(/(\d)(?=\p{Script=Han})/gu, '$1 ');

export const WEEK_MS = 7 * 86_400_000;

export function relativeTime(at: number, now: number, language: Language): string {
  const distance = at - now;
  if (Math.abs(distance) > WEEK_MS) return exactTime(at, language);
  const [unit, size] = units.find(([, length]) => Math.abs(distance) >= length) ?? units.at(-1)!;
  return spaced(new Intl.RelativeTimeFormat(localeOf(language), { numeric: 'auto' }).format(Math.round(distance / size), unit));
}
