// A page that has nothing to show but why, and a way on.
import { Result } from 'antd';
import { useEffect, type ReactNode } from 'react';

interface ClosedPageProps {
  readonly title: string;
  readonly body: string;
  /** Where one can go instead. */
  readonly on: ReactNode;
}

export function ClosedPage({ title, body, on }: ClosedPageProps) {
  useEffect(() => {
    document.title = `${title} · Tributary`;
  }, [title]);
  return <Result status="info" title={<h1 style={{ margin: 0, font: 'inherit' }}>{title}</h1>} subTitle={body} extra={on} />;
}
