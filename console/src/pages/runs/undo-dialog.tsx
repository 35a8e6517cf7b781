// Taking a run back: how, then the preview with what cannot be as before, then the deed itself.
import { Button, Checkbox, Modal, Radio, Skeleton } from 'antd';
import { useState } from 'react';
import type { RunView, WireOutput } from '../../../../src/server/api/wire.ts';
import { useAnswer, useCommand, useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { NeedsRole } from '../../ui/needs-role.tsx';
import { PlanGroups } from '../../ui/plan-groups.tsx';
import { Trouble } from '../../ui/trouble.tsx';
import { useUndo } from './start.ts';
import styles from './undo-dialog.module.css';

type Made = 'disable' | 'remove';
type Losses = WireOutput<'undo.losses'>;

const LOOK_MS = 700;
const SHOWN = 50;

function LossList({ losses, preview }: { readonly losses: Losses; readonly preview: number }) {
  const { t, colon, say } = useWords();
  if (losses.losses.length === 0) return <p>{t('runs.undo.noLosses')}</p>;
  return (
    <>
      <h3 className={styles.title}>{t('runs.undo.losses')}</h3>
      <ul className={styles.losses}>
        {losses.losses.map((loss) => (
          <li key={`${loss.type} ${loss.object} ${loss.subject}`}>
            <b>{loss.title}</b> · {say(loss.label)}
            {loss.end && ` ${loss.end}`}
            {colon + say(loss.says)}
          </li>
        ))}
      </ul>
      {losses.next !== null && <p className="soft">{t('runs.undo.moreLosses', { run: preview })}</p>}
    </>
  );
}

function Preview({ run }: { readonly run: number }) {
  const { t } = useWords();
  const plan = useAnswer('run.plan', { run, examples: 5 });
  const losses = useAnswer('undo.losses', { run, limit: SHOWN });
  if (!plan.data || !losses.data) return <Skeleton active />;
  const { groups } = plan.data;
  return (
    <>
      <h3 className={styles.title}>{t('runs.undo.would')}</h3>
      {groups.length === 0 ? <p>{t('runs.undo.nothing')}</p> : <PlanGroups plan={plan.data} />}
      {groups.length > 0 && <LossList losses={losses.data} preview={run} />}
    </>
  );
}

export function UndoDialog({ run, onClose }: { readonly run: RunView; readonly onClose: () => void }) {
  const { t, colon, say } = useWords();
  const [made, setMade] = useState<Made>('disable');
  const [wantsPause, setPause] = useState(true);
  const done = useAnswer('run.plan', { run: run.id, examples: 0 });
  const jobs = useAnswer('job.list', {});
  const hasMade = done.data?.groups.some((group) => group.action === 'create' && group.type === 'person') ?? true;
  const runsByItself = jobs.data?.jobs.find((job) => job.id === run.job)?.trigger !== 'manual';
  const pause = wantsPause && runsByItself;
  const preview = useCommand('undo.preview');
  const start = useUndo();
  const may = useMay();
  const number = preview.data?.run ?? null;
  const looked = useAnswer('run.get', { run: number ?? 0 }, { enabled: number !== null, everyMs: LOOK_MS });
  const planned = looked.data?.run;
  const isReady = planned?.state === 'succeeded';
  const isFailed = planned?.endedAt != null && !isReady;
  return (
    <Modal
      open
      width={620}
      title={t('runs.undo.title', { run: run.id })}
      onCancel={onClose}
      footer={[
        <Button key="close" onClick={onClose}>
          {t('app.cancel')}
        </Button>,
        number === null ? (
          <Button key="preview" type="primary" loading={preview.isPending} onClick={() => preview.mutate({ run: run.id, made })}>
            {t('runs.undo.preview')}
          </Button>
        ) : !may('undo.start') ? (
          <NeedsRole key="role" deed="undo.start" />
        ) : (
          <Button
            key="start"
            type="primary"
            danger
            disabled={!isReady || (planned?.counts.planned ?? 0) + (planned?.counts.held ?? 0) === 0}
            loading={start.isPending}
            onClick={() => start.begin({ run: run.id, plan: number, pause })}
          >
            {t('runs.undo.start')}
          </Button>
        ),
      ]}
    >
      {preview.error && <Trouble error={preview.error} />}
      {number === null && (
        <>
          <p>{t('runs.undo.explain')}</p>
          {hasMade && (
            <fieldset className={styles.field}>
              <legend>{t('runs.undo.made')}</legend>
              <Radio.Group
                vertical
                value={made}
                onChange={(event) => setMade(event.target.value as Made)}
                options={(['disable', 'remove'] as const).map((value) => ({ value, label: t(`runs.undo.${value}`) }))}
              />
            </fieldset>
          )}
          {runsByItself && (
            <Checkbox checked={pause} onChange={(event) => setPause(event.target.checked)}>
              {t('runs.undo.pause')}
            </Checkbox>
          )}
        </>
      )}
      <div aria-live="polite">
        {number !== null && !planned?.endedAt && (
          <>
            <p>{t('runs.undo.planning')}</p>
            <Skeleton active title={false} />
          </>
        )}
        {isFailed && (
          <p className={styles.failed}>
            {t('runs.undo.failed')}
            {planned.problem && colon + say(planned.problem)}
          </p>
        )}
        {isReady && number !== null && <Preview run={number} />}
      </div>
    </Modal>
  );
}
