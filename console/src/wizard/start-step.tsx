// The last page: run it, set up the other direction, or be done.
import { useEffect, useRef, useState } from 'react';
import { Alert, Button, Result } from 'antd';
import { Link, useNavigate } from 'react-router';
import { useAnswer, useCommand, useMay } from '../api/hooks.ts';
import { uploadedName } from '../forms/uploaded.ts';
import { useWords } from '../i18n/i18n.ts';
import { State } from '../ui/state.tsx';
import { objectsIn, readOfEach, useKinds, writtenOfEach } from '../ui/counted.ts';
import { Trouble } from '../ui/trouble.tsx';
import { forgetDraft, keepDraft, newDraft, type Draft } from './draft.ts';
import type { StepProps } from './wizard-page.tsx';
import styles from './wizard.module.css';

const LOOK_MS = 1_000;

export function StartStep({ draft, change }: StepProps) {
  const { t } = useWords();
  const update = useCommand('job.update');
  const may = useMay();
  const navigate = useNavigate();
  const [run, setRun] = useState<number | null>(null);
  const start = useCommand('run.start');
  const runs = useAnswer('run.list', { job: draft.job!, limit: 1 }, { everyMs: LOOK_MS });
  const last = runs.data?.runs[0];
  // One that follows events or the clock may have begun by itself.
  const own = last && !last.dryRun ? last.id : null;
  const shown = run ?? own;
  const other = draft.direction === 'up' ? 'down' : 'up';
  const begin = async (): Promise<void> => setRun((await start.mutateAsync({ job: draft.job!, mode: 'full', dryRun: false })).run);
  const isOver = useRef(false);
  // Not before this page is gone: a page whose draft is missing begins another.
  useEffect(() => () => void (isOver.current && forgetDraft(draft.id)), [draft.id]);
  const leave = (to: string): void => {
    isOver.current = true;
    void navigate(to);
  };
  const turn = (): void => {
    const next = newDraft(other, Date.now());
    keepDraft(next);
    leave(`/new/${next.id}`);
  };
  const done = (): void => leave('/');
  // A file that somebody uploaded stays as it is: the clock would read the same one again and again.
  const connections = useAnswer('connection.list', {});
  const source = connections.data?.connections.find((one) => one.id === draft.connection);
  const isUploaded = draft.direction === 'up' && Object.values(source?.config ?? {}).some((value) => uploadedName(value) !== null);
  const byHand = wayOf(draft) === 'enabled' && startOf(draft) === 'manual';
  /** Whoever joins or leaves tomorrow comes along without anybody thinking of it. */
  const goHourly = async (): Promise<void> => {
    const trigger = { kind: 'schedule' as const, every: '1 hours' as const, timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone };
    await update.mutateAsync({ job: draft.job!, settings: { trigger } });
    change({ settings: { ...draft.settings, trigger } });
  };
  return (
    <>
      <Result
        status="success"
        title={t(`wizard.start.${wayOf(draft)}`, { name: draft.name })}
        subTitle={t(byHand && isUploaded ? 'wizard.start.enabledHint.uploaded' : hintOf(draft))}
        extra={
          <div className={styles.choices}>
            <Button type="primary" size="large" loading={start.isPending} disabled={shown !== null} onClick={() => void begin()}>
              {t('wizard.start.run')}
            </Button>
            {byHand && connections.data && !isUploaded && may('job.update') && (
              <Button size="large" loading={update.isPending} onClick={() => void goHourly().catch(() => undefined)}>
                {t('wizard.start.hourly')}
              </Button>
            )}
            <Button size="large" onClick={turn}>
              {t(other === 'down' ? 'wizard.start.down' : 'wizard.start.up')}
            </Button>
            <Button size="large" onClick={done}>
              {t('wizard.start.done')}
            </Button>
          </div>
        }
      />
      <div aria-live="polite">
        {update.error && <Trouble error={update.error} />}
        {start.error && shown === null && <Trouble error={start.error} />}
        {shown !== null && <Followed run={shown} />}
      </div>
    </>
  );
}

const wayOf = ({ state }: Draft): 'observing' | 'pilot' | 'enabled' => (state === 'observing' || state === 'pilot' ? state : 'enabled');

function hintOf(draft: Draft) {
  const way = wayOf(draft);
  return way === 'enabled' ? (`wizard.start.enabledHint.${startOf(draft)}` as const) : (`wizard.start.${way}Hint` as const);
}

function startOf({ settings, direction }: Draft): 'manual' | 'schedule' | 'eventUp' | 'eventDown' {
  const kind = (settings.trigger as { readonly kind: 'manual' | 'schedule' | 'event' } | undefined)?.kind ?? 'manual';
  if (kind !== 'event') return kind;
  // The directory tells from its beginning; a system tells what happens from now on.
  return direction === 'up' ? 'eventUp' : 'eventDown';
}

function Followed({ run }: { readonly run: number }) {
  const { t, say, language } = useWords();
  const { data } = useAnswer('run.get', { run }, { everyMs: LOOK_MS });
  const kinds = useKinds();
  if (!data) return null;
  const { counts, problem, state } = data.run;
  const number = (value: number | undefined): string => (value ?? 0).toLocaleString(language);
  return (
    <div className={styles.followed}>
      <State kind="run" code={state} />
      <span className="number">
        {t('wizard.start.counts', {
          read: number(counts.read),
          readKinds: kinds(readOfEach(counts)),
          applied: number(objectsIn(counts, 'applied')),
          appliedKinds: kinds(writtenOfEach(counts)),
          held: number(objectsIn(counts, 'held')),
        })}
      </span>
      <Link to={`/runs/${run}`}>{t('wizard.start.open')}</Link>
      {problem && <Alert type="error" showIcon title={say(problem)} />}
    </div>
  );
}
