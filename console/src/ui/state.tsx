// A state by colour, sign and word: none of the three alone.
import {
  CheckCircleFilled,
  ClockCircleFilled,
  CloseCircleFilled,
  ExclamationCircleFilled,
  EyeFilled,
  MinusCircleFilled,
  PauseCircleFilled,
  SyncOutlined,
} from '@ant-design/icons';
import type { ComponentType } from 'react';
import { words } from '../api/generated.ts';
import { useWords, type Label } from '../i18n/i18n.ts';
import styles from './state.module.css';

type Tone = 'good' | 'warn' | 'bad' | 'busy' | 'still';
type Sign = ComponentType<{ readonly spin?: boolean }>;

/** Of jobs, runs, changes, held work and people: codes do not collide where they differ in tone. */
const looks: Readonly<Record<string, readonly [Tone, Sign]>> = {
  enabled: ['good', CheckCircleFilled],
  fine: ['good', CheckCircleFilled],
  confirm: ['warn', PauseCircleFilled],
  succeeded: ['good', CheckCircleFilled],
  applied: ['good', CheckCircleFilled],
  done: ['good', CheckCircleFilled],
  approved: ['good', CheckCircleFilled],
  rescued: ['good', CheckCircleFilled],
  active: ['good', CheckCircleFilled],
  running: ['busy', SyncOutlined],
  queued: ['busy', ClockCircleFilled],
  sent: ['busy', SyncOutlined],
  planned: ['busy', ClockCircleFilled],
  pending: ['busy', ClockCircleFilled],
  observing: ['busy', EyeFilled],
  pilot: ['busy', EyeFilled],
  'pre-hire': ['busy', ClockCircleFilled],
  waiting: ['warn', ClockCircleFilled],
  held: ['warn', PauseCircleFilled],
  open: ['warn', PauseCircleFilled],
  paused: ['warn', PauseCircleFilled],
  warnings: ['warn', ExclamationCircleFilled],
  unknown: ['warn', ExclamationCircleFilled],
  suspended: ['warn', PauseCircleFilled],
  quarantined: ['bad', ExclamationCircleFilled],
  failed: ['bad', CloseCircleFilled],
  'partly-failed': ['bad', ExclamationCircleFilled],
  refused: ['bad', CloseCircleFilled],
  dead: ['bad', CloseCircleFilled],
};
const still: readonly [Tone, Sign] = ['still', MinusCircleFilled];

type Kind = 'job' | 'run' | 'change' | 'held' | 'lifecycle' | 'card';

export function State({ kind, code, quiet = false }: { readonly kind: Kind; readonly code: string; readonly quiet?: boolean }) {
  const { say, t } = useWords();
  const [tone, Icon] = looks[code] ?? still;
  const label = kind === 'card' ? null : (words[kind] as Readonly<Record<string, Label>>)[code];
  return (
    <span className={`${styles.state} ${styles[tone]} ${quiet ? styles.quiet : ''}`}>
      <span aria-hidden className={styles.sign}>
        <Icon spin={code === 'running'} />
      </span>
      {kind === 'card' ? t(`app.card.${code as 'fine' | 'never' | 'confirm'}`) : label ? say(label) : code}
    </span>
  );
}
