// What is rarely needed of who is told: after how many hours of silence, and everybody with a role.
import type { Values } from '../forms/setting.ts';
import { useWords } from '../i18n/i18n.ts';
import '../i18n/later.ts';
import { Fold, NumberField } from './fold.tsx';

const hours = [
  ['noCompleteReadHours', 'read'],
  ['noEventHours', 'event'],
] as const;
const YEAR_HOURS = 8760;

export function ErrorsMore({ notices, onNotices }: { readonly notices: Values; readonly onNotices: (notices: Values) => void }) {
  const { t } = useWords();
  return (
    <Fold isUsed={hours.some(([name]) => (notices[name] ?? null) !== null)}>
      {hours.map(([name, word]) => (
        <NumberField
          key={name}
          label={t(`more.overdue.${word}`)}
          help={t(`more.overdue.${word}Help`)}
          min={1}
          max={YEAR_HOURS}
          usual={null}
          value={notices[name] as number | null | undefined}
          onChange={(value) => onNotices({ ...notices, [name]: value })}
        />
      ))}
    </Fold>
  );
}
