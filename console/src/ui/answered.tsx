// Shows what was asked for once it is there; before that where it will stand, and what went wrong if it did.
import { Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { Trouble } from './trouble.tsx';

export interface Asked<T> {
  readonly data: T | undefined;
  readonly error: Error | null;
  readonly refetch: () => unknown;
}

export function Answered<T>({
  of,
  rows = 4,
  children,
}: {
  readonly of: Asked<T>;
  readonly rows?: number;
  readonly children: (data: T) => ReactNode;
}) {
  if (of.data !== undefined) return <>{children(of.data)}</>;
  if (of.error) return <Trouble error={of.error} onRetry={() => void of.refetch()} />;
  return <Skeleton active title={false} paragraph={{ rows }} />;
}
