// A length of time in the largest two units that people would say.
import type { Language } from '../../i18n/i18n.ts';
import { spaced } from '../../ui/time-words.ts';

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

/** What takes less is not told as no time at all. */
const LEAST_MS = 100;

/** `ms` ≥ 0. Below ten seconds with one decimal. */
export function lengthOf(ms: number, language: Language): string {
  const say = (value: number, unit: string, digits = 0): string =>
    spaced(
      new Intl.NumberFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
        style: 'unit',
        unit,
        unitDisplay: 'narrow',
        maximumFractionDigits: digits,
      }).format(value),
    );
  if (ms > 0 && ms < LEAST_MS) return `< ${say(LEAST_MS / 1000, 'second', 1)}`;
  if (ms < 10_000) return say(ms / 1000, 'second', 1);
  const largest = units.findIndex(([, size]) => ms >= size);
  const [unit, size] = units[largest]!;
  const next = units[largest + 1];
  const whole = Math.floor(ms / size);
  const rest = next ? Math.floor((ms - whole * size) / next[1]) : 0;
  return next && rest > 0 ? `${say(whole, unit)} ${say(rest, next[0])}` : say(whole, unit);
}
