// How the stream of a job looks: its colour and dashes are the job's state; while data moves it moves.
import type { Job } from './picture.ts';
import styles from './stream.module.css';

const tones: Readonly<Record<string, string | undefined>> = {
  enabled: styles.open,
  pilot: styles.open,
  observing: styles.watched,
  paused: styles.stopped,
  quarantined: styles.stopped,
};

export const toneOf = ({ state, lastRun }: Job): string =>
  `${styles.stream} ${lastRun?.state === 'running' ? styles.moving : (tones[state] ?? styles.still)}`;
