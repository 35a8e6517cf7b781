// A page that threw: what it said, and a way on.
import { useRouteError } from 'react-router';
import pages from '../ui/page.module.css';
import { Trouble } from '../ui/trouble.tsx';

export function PageFailed() {
  const error = useRouteError();
  return (
    <div className={pages.page}>
      <Trouble error={error instanceof Error ? error : new Error(String(error))} onRetry={() => globalThis.location.reload()} />
    </div>
  );
}
