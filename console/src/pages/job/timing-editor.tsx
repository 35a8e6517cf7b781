// When a job runs: by hand, by schedule or on events; the next five times are shown while one chooses.
import { Input, Radio, Select } from 'antd';
import { useState } from 'react';
import { useAnswer } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Trouble } from '../../ui/trouble.tsx';
import { exactTime } from '../../ui/when.tsx';
import { Field, type EditorProps } from './editors.tsx';
import styles from './job.module.css';

interface Schedule {
  readonly cron?: string;
  readonly every?: string;
  readonly timeZone?: string;
}
type Trigger =
  | { readonly kind: 'manual' }
  | ({ readonly kind: 'schedule' } & Schedule)
  | { readonly kind: 'event'; readonly reconcile: Schedule | null };

const intervals = ['15 minutes', 'hour', '2 hours', '6 hours', 'day', 'week', 'month'] as const;
const BY_CRON = 'cron';
const SHOWN = 5;
const zones = Intl.supportedValuesOf('timeZone').map((zone) => ({ value: zone, label: zone }));

const scheduleOf = (trigger: Trigger): Schedule =>
  trigger.kind === 'event' ? (trigger.reconcile ?? {}) : trigger.kind === 'schedule' ? trigger : {};

export function TimingEditor({ settings, onChange }: EditorProps) {
  const { t, language } = useWords();
  const [trigger, setTrigger] = useState(settings.trigger as Trigger);
  const preview = useAnswer('schedule.preview', { trigger, count: SHOWN }, { enabled: trigger.kind !== 'manual' });
  const schedule = scheduleOf(trigger);
  const change = (next: Trigger): void => {
    setTrigger(next);
    onChange({ trigger: next });
  };
  const choose = (kind: Trigger['kind']): void => {
    const kept: Schedule =
      schedule.cron || schedule.every ? rest(schedule) : { cron: '0 3 * * *', timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone };
    if (kind === 'manual') change({ kind });
    else change(kind === 'event' ? { kind, reconcile: kept } : { kind, ...kept });
  };
  const reschedule = (next: Schedule): void =>
    change(trigger.kind === 'event' ? { kind: 'event', reconcile: next } : { kind: 'schedule', ...next });
  const { timeZone = 'UTC' } = schedule;
  return (
    <>
      <Radio.Group
        className={styles.stacked}
        aria-label={t('job.part.timing')}
        value={trigger.kind}
        onChange={(event) => choose(event.target.value as Trigger['kind'])}
        options={(['manual', 'schedule', 'event'] as const).map((kind) => ({ value: kind, label: t(`job.said.${kind}`) }))}
      />
      {trigger.kind !== 'manual' && (
        <>
          <Field label={t('job.howOften')}>
            <Select
              value={schedule.every ?? BY_CRON}
              onChange={(every) => reschedule(every === BY_CRON ? { cron: '0 3 * * *', timeZone } : { every, timeZone })}
              options={[
                ...intervals.map((every) => ({ value: every as string, label: t(`job.every.${every}`) })),
                { value: BY_CRON, label: t('job.byCron') },
              ]}
            />
          </Field>
          {schedule.every === undefined && (
            <Field label={t('job.cron')} help={t('job.cronHelp')}>
              <Input
                className={styles.code!}
                value={schedule.cron}
                onChange={(event) => reschedule({ cron: event.target.value, timeZone })}
              />
            </Field>
          )}
          <Field label={t('job.timeZone')}>
            <Select showSearch value={timeZone} options={zones} onChange={(zone) => reschedule({ ...rest(schedule), timeZone: zone })} />
          </Field>
          {preview.error && <Trouble error={preview.error} />}
          {preview.data && (
            <div>
              <span className="soft">{t('job.nextTimes')}</span>
              <ol className={styles.times}>
                {preview.data.times.map((at) => (
                  <li key={at}>{exactTime(at, language)}</li>
                ))}
              </ol>
            </div>
          )}
        </>
      )}
    </>
  );
}

/** Without what only the kind of trigger says. */
function rest(schedule: Schedule): Schedule {
  const { kind: _, ...own } = schedule as Schedule & { readonly kind?: string };
  return own;
}
