// How the stream of a job looks: what its card says, drawn.
import { streamOf } from './look.ts';
import type { Job } from './picture.ts';
import styles from './stream.module.css';

export const toneOf = (job: Job): string => `${styles.stream} ${styles[streamOf(job)]}`;
