// A stream between a system and the directory: it looks as the job's card says; while data moves it moves, and says how much.
import { BaseEdge, EdgeLabelRenderer, getBezierPath, type EdgeProps } from '@xyflow/react';
import { useProgress } from '../api/follow-run.ts';
import { useWords } from '../i18n/i18n.ts';
import type { Job } from './picture.ts';
import { toneOf } from './tone.ts';
import styles from './stream.module.css';

export function Stream({ sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, data }: EdgeProps) {
  const { language } = useWords();
  const { job } = data as { readonly job: Job };
  const isMoving = job.lastRun?.state === 'running';
  const progress = useProgress(isMoving ? job.lastRun!.id : null);
  const [path, labelX, labelY] = getBezierPath({ sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition });
  return (
    <>
      <BaseEdge path={path} className={toneOf(job)} />
      {progress && progress.done > 0 && (
        <EdgeLabelRenderer>
          <span className={styles.label} style={{ transform: `translate(-50%, -50%) translate(${labelX}px, ${labelY}px)` }}>
            {progress.done.toLocaleString(language)}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  );
}
