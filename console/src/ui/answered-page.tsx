// A page that stands or falls with one answer: where it will stand, what went wrong, or that there is no such thing.
import { Button, Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { ApiError } from '../api/client.ts';
import { useWords } from '../i18n/i18n.ts';
import type { Asked } from './answered.tsx';
import { ClosedPage } from './closed-page.tsx';
import { Page } from './page.tsx';
import pages from './page.module.css';
import { Trouble } from './trouble.tsx';

/** What a page is about, and where all of its kind are listed. */
const lists = {
  job: '/',
  run: '/runs',
  connection: '/connections',
  person: '/directory',
  department: '/directory',
  group: '/groups',
  edit: '/directory',
} as const;
export type Kind = keyof typeof lists;

/** There is no such thing: to ask again would not help. */
export const isMissing = (error: Error | null): boolean => error instanceof ApiError && error.problem.status === 404;

interface AnsweredPageProps<T> {
  readonly of: Asked<T>;
  readonly kind: Kind;
  readonly children: (data: T) => ReactNode;
}

export function AnsweredPage<T>({ of, kind, children }: AnsweredPageProps<T>) {
  const { t } = useWords();
  if (of.data !== undefined) return <>{children(of.data)}</>;
  if (isMissing(of.error)) return <NotThere kind={kind} />;
  if (of.error === null)
    return (
      <div className={pages.page}>
        <Skeleton active paragraph={{ rows: 10 }} />
      </div>
    );
  return (
    <Page title={t('app.failed')} above={<Link to={lists[kind]}>{t(`app.missing.list.${kind}`)}</Link>}>
      <Trouble error={of.error} onRetry={() => void of.refetch()} />
    </Page>
  );
}

/** The address of something that is not there, or not any more. */
export function NotThere({ kind }: { readonly kind: Kind }) {
  const { t } = useWords();
  return (
    <ClosedPage
      title={t(`app.missing.title.${kind}`)}
      body={t(`app.missing.body.${kind}`)}
      on={
        <Link to={lists[kind]}>
          <Button type="primary">{t('app.missing.go', { place: t(`app.missing.list.${kind}`) })}</Button>
        </Link>
      }
    />
  );
}
