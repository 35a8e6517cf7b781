// When the job runs: by hand, by the clock, or on events with a reconcile beside them. The next five times are shown while one chooses.
import { Checkbox, Input, InputNumber, Radio, Select } from 'antd';
import { useAnswer } from '../api/hooks.ts';
import type { WireInput } from '../../../src/server/api/wire.ts';
import type { Values } from '../forms/setting.ts';
import { Field } from '../forms/settings-form.tsx';
import { useWords } from '../i18n/i18n.ts';
import '../i18n/later.ts';
import { Trouble } from '../ui/trouble.tsx';
import { useSettled } from '../ui/settled.ts';
import { exactTime } from '../ui/time-words.ts';
import { atBeat, CRON, dayOf, everyNight, timeOf, weekdayOf, withDay, withTime, withWeekday } from './clock-start.ts';
import type { PartProps } from './part.ts';
import styles from './parts.module.css';
import { TimingMore, weekdayNames } from './timing-more.tsx';

type Trigger = WireInput<'schedule.preview'>['trigger'];

const EVERY = ['15 minutes', '1 hours', '6 hours', 'day', 'week', 'month'] as const;
const SHOWN = 5;

export function TimingPart({ settings, onChange, connector, direction }: PartProps) {
  const { t, say } = useWords();
  const trigger = (settings.trigger ?? { kind: 'manual' }) as Trigger & Values;
  // Downstream it is the directory that tells.
  const canTell = direction === 'down' || connector.realTime;
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const clock = everyNight(timeZone);
  const set = (next: unknown): void => onChange({ trigger: next });
  const schedule = (trigger.kind === 'event' ? trigger.reconcile : trigger.kind === 'schedule' ? trigger : null) as Values | null;
  const setSchedule = (own: Values): void => set(trigger.kind === 'event' ? { ...trigger, reconcile: own } : { kind: 'schedule', ...own });
  return (
    <div className={styles.part}>
      <Radio.Group
        aria-label={t('wizard.parts.timing.label')}
        value={trigger.kind}
        className={styles.choices!}
        onChange={(event) => {
          const kind = event.target.value as Trigger['kind'];
          set(kind === 'manual' ? { kind } : kind === 'schedule' ? { kind, ...clock } : { kind, reconcile: clock });
        }}
      >
        <Radio value="manual">{t('wizard.parts.timing.manual')}</Radio>
        <Radio value="schedule">{t('wizard.parts.timing.schedule')}</Radio>
        <Radio value="event" disabled={!canTell}>
          {t(direction === 'up' ? 'wizard.parts.timing.event' : 'wizard.parts.timing.eventDown')}
          <span className={`soft ${styles.hint}`}>
            {t(canTell ? `wizard.parts.timing.${direction === 'up' ? 'eventHint' : 'eventHintDown'}` : 'wizard.parts.timing.eventNot', {
              name: say(connector.name),
            })}
          </span>
        </Radio>
      </Radio.Group>
      {trigger.kind === 'event' && (
        <Checkbox checked={schedule !== null} onChange={({ target }) => set({ ...trigger, reconcile: target.checked ? clock : null })}>
          {t('more.timing.reconcile')}
          <span className={`soft ${styles.hint}`}>{t('more.timing.reconcileHelp')}</span>
        </Checkbox>
      )}
      {schedule && <Clock schedule={schedule} onChange={setSchedule} />}
      {schedule && <Upcoming trigger={trigger} />}
      {schedule && <TimingMore schedule={schedule} onChange={setSchedule} />}
    </div>
  );
}

function Clock({ schedule, onChange }: { readonly schedule: Values; readonly onChange: (schedule: Values) => void }) {
  const { t } = useWords();
  const { cron, every } = schedule;
  return (
    <div className={styles.fields}>
      <Field label={t('wizard.parts.timing.every')} required>
        {(id, describedBy) => (
          <Select
            id={id}
            aria-describedby={describedBy}
            className={styles.wide!}
            value={cron === undefined ? (every as string) : CRON}
            options={[
              ...EVERY.map((one) => ({ value: one, label: t(`wizard.parts.every.${one}`) })),
              { value: CRON, label: t('wizard.parts.timing.cron') },
            ]}
            onChange={(next: string) => onChange(atBeat(schedule, next))}
          />
        )}
      </Field>
      {cron !== undefined && (
        <Field label={t('wizard.parts.timing.cron')} help={t('wizard.parts.timing.cronHint')} required>
          {(id, describedBy) => (
            <Input
              id={id}
              aria-describedby={describedBy}
              value={cron as string}
              onChange={(event) => onChange({ ...schedule, cron: event.target.value })}
            />
          )}
        </Field>
      )}
      <DayAndTime schedule={schedule} onChange={onChange} />
      <Field label={t('wizard.parts.timing.zone')} required>
        {(id, describedBy) => (
          <Select
            id={id}
            aria-describedby={describedBy}
            showSearch
            className={styles.wide!}
            value={(schedule.timeZone as string | undefined) ?? 'UTC'}
            options={['UTC', ...Intl.supportedValuesOf('timeZone')].map((zone) => ({ value: zone, label: zone }))}
            onChange={(zone: string) => onChange({ ...schedule, timeZone: zone })}
          />
        )}
      </Field>
    </div>
  );
}

const DAYS = 7;

/** Of every day, week and month: when on that day. */
function DayAndTime({ schedule, onChange }: { readonly schedule: Values; readonly onChange: (schedule: Values) => void }) {
  const { t, language } = useWords();
  const start = schedule.start as string | undefined;
  const set = (next: string): void => onChange({ ...schedule, start: next });
  const { every } = schedule;
  if (every !== 'day' && every !== 'week' && every !== 'month') return null;
  return (
    <>
      {every === 'week' && (
        <Field label={t('more.timing.weekday')} required>
          {(id, describedBy) => (
            <Select
              id={id}
              aria-describedby={describedBy}
              className={styles.wide!}
              value={weekdayOf(start)}
              // Monday comes first, Sunday is 0.
              options={weekdayNames(language).map((label, index) => ({ value: (index + 1) % DAYS, label }))}
              onChange={(weekday: number) => set(withWeekday(start, weekday))}
            />
          )}
        </Field>
      )}
      {every === 'month' && (
        <Field label={t('more.timing.day')} help={t('more.timing.dayHelp')} required>
          {(id, describedBy) => (
            <InputNumber
              id={id}
              aria-describedby={describedBy}
              min={1}
              max={31}
              precision={0}
              value={dayOf(start)}
              onChange={(day) => day !== null && set(withDay(start, day))}
            />
          )}
        </Field>
      )}
      <Field label={t('more.timing.at')} required>
        {(id, describedBy) => (
          <Input
            id={id}
            aria-describedby={describedBy}
            type="time"
            className={styles.time!}
            value={timeOf(start)}
            onChange={({ target }) => target.value !== '' && set(withTime(start, target.value))}
          />
        )}
      </Field>
    </>
  );
}

function Upcoming({ trigger }: { readonly trigger: Trigger }) {
  const { t, language } = useWords();
  // Half of what is being typed is no mistake yet.
  const { data, error } = useAnswer('schedule.preview', { trigger: useSettled(trigger), count: SHOWN });
  return (
    <div aria-live="polite">
      {error && <Trouble error={error} />}
      {data && (
        <>
          <h3 className={styles.small}>{t('wizard.parts.timing.next')}</h3>
          <ol className={styles.times}>
            {data.times.map((at) => (
              <li key={at}>{exactTime(at, language)}</li>
            ))}
          </ol>
        </>
      )}
      {/* What stands below stays where it is while they are asked for. */}
      {!data && !error && <div className={styles.upcoming} />}
    </div>
  );
}
