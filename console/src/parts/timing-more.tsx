// What is rarely needed of a schedule: what becomes of missed times, when nothing may begin, what a run reads.
import { Button, Input, Select } from 'antd';
import type { Values } from '../forms/setting.ts';
import { Field } from '../forms/settings-form.tsx';
import { useWords } from '../i18n/i18n.ts';
import '../i18n/later.ts';
import { Fold } from './fold.tsx';
import styles from './parts.module.css';

/** As the server names them, Monday first. */
const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
/** A Monday. */
const MONDAY = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;

/** Monday first, as people call them. */
export function weekdayNames(language: string): readonly string[] {
  const name = new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' });
  return weekdays.map((_, index) => name.format(MONDAY + index * DAY_MS));
}

interface Hours {
  readonly days?: readonly string[];
  readonly from: string;
  readonly to: string;
}
interface Dates {
  readonly first: string;
  readonly last: string;
}
type Blackout = Hours | Dates;

interface MoreProps {
  readonly schedule: Values;
  readonly onChange: (schedule: Values) => void;
}

export function TimingMore({ schedule, onChange }: MoreProps) {
  const { t } = useWords();
  const blackout = (schedule.blackout ?? []) as readonly Blackout[];
  const start = schedule.start as string | undefined;
  // Of these the date holds the day and the time, which have fields of their own.
  const hasDay = ['day', 'week', 'month'].includes(String(schedule.every));
  const isUsed = blackout.length > 0 || schedule.missed === 'skip' || schedule.mode === 'incremental' || (!hasDay && start !== undefined);
  const choices = (name: 'missed' | 'mode', usual: string, options: readonly { readonly value: string; readonly label: string }[]) => (
    <Field
      label={t(name === 'missed' ? 'more.timing.missed' : 'more.timing.reads')}
      help={t(name === 'missed' ? 'more.timing.missedHelp' : 'more.timing.readsHelp')}
      required
    >
      {(id, describedBy) => (
        <Select
          id={id}
          aria-describedby={describedBy}
          className={styles.wide!}
          value={(schedule[name] as string | undefined) ?? usual}
          options={[...options]}
          onChange={(value: string) => onChange({ ...schedule, [name]: value })}
        />
      )}
    </Field>
  );
  return (
    <Fold isUsed={isUsed}>
      {choices('missed', 'once', [
        { value: 'once', label: t('more.timing.missedWays.once') },
        { value: 'skip', label: t('more.timing.missedWays.skip') },
      ])}
      {choices('mode', 'full', [
        { value: 'full', label: t('more.timing.readsWays.full') },
        { value: 'incremental', label: t('more.timing.readsWays.incremental') },
      ])}
      {!hasDay && (
        <Field label={t('more.timing.notBefore')} help={t('more.timing.notBeforeHelp')}>
          {(id, describedBy) => (
            <Input
              id={id}
              aria-describedby={describedBy}
              type="datetime-local"
              className={styles.moment!}
              value={start?.slice(0, 16) ?? ''}
              onChange={({ target }) => {
                const { start: _, ...rest } = schedule;
                onChange(target.value === '' ? rest : { ...rest, start: `${target.value}:00` });
              }}
            />
          )}
        </Field>
      )}
      <Field label={t('more.timing.blackout')} help={t('more.timing.blackoutHelp')}>
        {(id, describedBy) => (
          <Blackouts id={id} describedBy={describedBy} blackout={blackout} onChange={(next) => onChange({ ...schedule, blackout: next })} />
        )}
      </Field>
    </Fold>
  );
}

interface BlackoutsProps {
  readonly id: string;
  readonly describedBy: string;
  readonly blackout: readonly Blackout[];
  readonly onChange: (blackout: readonly Blackout[]) => void;
}

function Blackouts({ id, describedBy, blackout, onChange }: BlackoutsProps) {
  const { t } = useWords();
  const today = new Date().toISOString().slice(0, 10);
  return (
    <>
      <ul className={styles.windows}>
        {blackout.map((window, index) => {
          const set = (next: Blackout): void => onChange(blackout.map((one, at) => (at === index ? next : one)));
          return (
            // One of them is known by its place: all of it can be edited.
            // oxlint-disable-next-line react/no-array-index-key
            <li key={index}>
              {'first' in window ? <DatesRow window={window} onChange={set} /> : <HoursRow window={window} onChange={set} />}
              <Button size="small" type="text" onClick={() => onChange(blackout.toSpliced(index, 1))}>
                {t('more.remove')}
              </Button>
            </li>
          );
        })}
      </ul>
      <span id={id} className={styles.row}>
        <Button aria-describedby={describedBy} size="small" onClick={() => onChange([...blackout, { from: '08:00', to: '18:00' }])}>
          {t('more.timing.addHours')}
        </Button>
        <Button size="small" onClick={() => onChange([...blackout, { first: today, last: today }])}>
          {t('more.timing.addDates')}
        </Button>
      </span>
    </>
  );
}

function HoursRow({ window, onChange }: { readonly window: Hours; readonly onChange: (window: Hours) => void }) {
  const { t, language } = useWords();
  const names = weekdayNames(language);
  const { days, ...hours } = window;
  return (
    <>
      <Select
        mode="multiple"
        aria-label={t('more.timing.days')}
        className={styles.wide!}
        placeholder={t('more.timing.everyDay')}
        value={[...(days ?? [])]}
        options={weekdays.map((day, index) => ({ value: day as string, label: names[index] }))}
        onChange={(chosen: string[]) => onChange(chosen.length === 0 ? hours : { ...hours, days: chosen })}
      />
      {(['from', 'to'] as const).map((name) => (
        <Input
          key={name}
          type="time"
          aria-label={t(`more.timing.${name}`)}
          value={window[name]}
          onChange={({ target }) => target.value !== '' && onChange({ ...window, [name]: target.value })}
        />
      ))}
    </>
  );
}

const DatesRow = ({ window, onChange }: { readonly window: Dates; readonly onChange: (window: Dates) => void }) => {
  const { t } = useWords();
  return (['first', 'last'] as const).map((name) => (
    <Input
      key={name}
      type="date"
      aria-label={t(name === 'first' ? 'more.timing.from' : 'more.timing.to')}
      value={window[name]}
      onChange={({ target }) => target.value !== '' && onChange({ ...window, [name]: target.value })}
    />
  ));
};
