// A page that has nothing to show but why, and a way on.
import { Result } from 'antd';
import { useEffect, type ReactNode } from 'react';

interface ClosedPageProps {
  readonly title: string;
  readonly body: string;
  /** Where one can go instead. */
  readonly on: ReactNode;
  /** Inside a page that has a heading of its own it is one of the second rank. */
  readonly heading?: 'h1' | 'h2';
}

export function ClosedPage({ title, body, on, heading: Heading = 'h1' }: ClosedPageProps) {
  useEffect(() => {
    document.title = `${title} · Tributary`;
  }, [title]);
  return <Result status="info" title={<Heading style={{ margin: 0, font: 'inherit' }}>{title}</Heading>} subTitle={body} extra={on} />;
}
