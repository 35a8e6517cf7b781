// A page that stands or falls with one answer: where it will stand, what went wrong, or that there is no such thing.
import { Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { ApiError } from '../api/client.ts';
import { NotFound } from '../app/not-found.tsx';
import type { Asked } from './answered.tsx';
import styles from './page.module.css';
import { Trouble } from './trouble.tsx';

/** There is no such thing: to ask again would not help. */
export const isMissing = (error: Error | null): boolean => error instanceof ApiError && error.problem.status === 404;

export function AnsweredPage<T>({ of, children }: { readonly of: Asked<T>; readonly children: (data: T) => ReactNode }) {
  if (of.data !== undefined) return <>{children(of.data)}</>;
  if (isMissing(of.error)) return <NotFound />;
  return (
    <div className={styles.page}>
      {of.error ? <Trouble error={of.error} onRetry={() => void of.refetch()} /> : <Skeleton active paragraph={{ rows: 10 }} />}
    </div>
  );
}
