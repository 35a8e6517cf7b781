// The straight line of a run: what is through, what goes on and how far it is, what is to come.
import { CheckOutlined, CloseOutlined, LoadingOutlined } from '@ant-design/icons';
import { useEffect, useState } from 'react';
import type { RunView, WireProgress } from '../../../../src/server/api/wire.ts';
import { words } from '../../api/generated.ts';
import { useWords } from '../../i18n/i18n.ts';
import { lengthOf } from './length.ts';
import { paceOf, remember, type Told } from './pace.ts';
import { wordOf } from './run-kind.ts';
import styles from './stage-line.module.css';

const whole = ['open', 'read', 'observe', 'assess', 'diff', 'guard', 'confirm', 'apply', 'record', 'close'];
const dry = ['open', 'read', 'observe', 'assess', 'diff', 'guard'];

type How = 'done' | 'now' | 'stopped' | 'open';
const signs: Readonly<Record<How, typeof CheckOutlined | null>> = {
  done: CheckOutlined,
  now: LoadingOutlined,
  stopped: CloseOutlined,
  open: null,
};

/** Of stage number `index`, when the run has come to `at`. */
function howOf(run: RunView, index: number, at: number): How {
  if (run.endedAt !== null && run.state !== 'failed' && run.state !== 'cancelled') return 'done';
  if (index < at) return 'done';
  if (index > at) return 'open';
  return run.state === 'running' || run.state === 'queued' ? 'now' : 'stopped';
}

/** What was told of the stage under way; the newest last. */
function useTold(progress: WireProgress | null): readonly Told[] {
  const [told, setTold] = useState<readonly Told[]>([]);
  useEffect(() => {
    if (progress) setTold((before) => remember(before, { at: Date.now(), stage: progress.stage, done: progress.done }));
  }, [progress]);
  return told;
}

export function StageLine({
  run,
  progress,
  expected,
}: {
  readonly run: RunView;
  readonly progress: WireProgress | null;
  /** Records that the last such run read. */
  readonly expected: number | null;
}) {
  const { t, say, language } = useWords();
  const told = useTold(progress);
  const stages = run.dryRun ? dry : whole;
  const stage = progress && progress.stage !== '' ? progress.stage : run.stage;
  const at = Math.max(0, stages.indexOf(stage));
  const total = progress ? (progress.total ?? (stage === 'read' ? expected : null)) : null;
  const pace = paceOf(told, total);
  const number = (value: number): string => Math.round(value).toLocaleString(language);
  return (
    <div className={styles.box}>
      <ol className={styles.line} aria-label={t('runs.run.stages')}>
        {stages.map((name, index) => {
          const how = howOf(run, index, at);
          const Sign = signs[how];
          return (
            <li key={name} className={`${styles.stage} ${styles[how]}`} aria-current={how === 'now' ? 'step' : undefined}>
              <span className={styles.dot} aria-hidden>
                {Sign && <Sign />}
              </span>
              <span className={styles.word}>{say(wordOf(words.stage, name))}</span>
              <span className={styles.spoken}>{t(`runs.run.stage.${how}`)}</span>
            </li>
          );
        })}
      </ol>
      {run.endedAt === null && (
        <p className={`number ${styles.pace}`} role="status">
          <b>{say(wordOf(words.stage, stage))}</b>
          {progress && progress.done > 0 && (
            <span>{total === null ? number(progress.done) : t('runs.run.of', { done: number(progress.done), total: number(total) })}</span>
          )}
          {pace.perSecond !== null && <span className="soft">{t('runs.run.pace', { rate: number(pace.perSecond) })}</span>}
          {pace.leftMs !== null && <span className="soft">{t('runs.run.left', { time: lengthOf(pace.leftMs, language) })}</span>}
        </p>
      )}
    </div>
  );
}
