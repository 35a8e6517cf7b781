// The sync center: every job as a picture, or as two lists; narrow screens always show the lists.
import { ApartmentOutlined, BarsOutlined, LineChartOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Segmented, Skeleton } from 'antd';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useAnswer, useMay } from '../../api/hooks.ts';
import { Sketch } from '../../canvas/sketch.tsx';
import { useWords } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { Page } from '../../ui/page.tsx';
import { useIsWide } from '../../ui/wide.ts';

// What is not on the screen is not fetched: the picture's page has no list, and the lists' page no picture.
const Canvas = lazy(() => import('../../canvas/canvas.tsx').then((module) => ({ default: module.Canvas })));
const FirstChoice = lazy(() => import('./first-choice.tsx').then((module) => ({ default: module.FirstChoice })));
const SandboxBar = lazy(() => import('./sandbox-bar.tsx').then((module) => ({ default: module.SandboxBar })));
const JobLists = lazy(() => import('./job-lists.tsx').then((module) => ({ default: module.JobLists })));

const LOOK_MS = 4_000;
const COUNT_MS = 30_000;
const KEY = 'tributary.sync-center';
type View = 'picture' | 'list';

export function SyncCenterPage() {
  const { t } = useWords();
  const status = useAnswer('status', {}, { everyMs: LOOK_MS });
  const sizes = useAnswer('sizes', {}, { everyMs: COUNT_MS });
  const sandbox = useAnswer('sandbox.show', {});
  // What a run has made stands beside what it asks: both numbers are of the same moment.
  const ended = status.data?.jobs.map((job) => job.lastRun?.id ?? 0).join();
  const { refetch } = sizes;
  useEffect(() => {
    if (ended !== undefined) void refetch();
  }, [ended, refetch]);
  const may = useMay();
  const isWide = useIsWide();
  const [kept, setKept] = useState<View>(() => (localStorage.getItem(KEY) === 'list' ? 'list' : 'picture'));
  const [query, setQuery] = useSearchParams();
  // An address may ask for the lists, without that becoming the habit.
  const view = query.get('view') === 'list' ? 'list' : kept;
  const choose = (wanted: View): void => {
    localStorage.setItem(KEY, wanted);
    setKept(wanted);
    setQuery({}, { replace: true });
  };
  return (
    <Page
      title={t('home.title')}
      wide
      actions={
        <>
          {isWide && (
            <Segmented<View>
              value={view}
              onChange={choose}
              aria-label={t('home.view')}
              options={[
                { value: 'picture', icon: <ApartmentOutlined />, label: t('home.picture') },
                { value: 'list', icon: <BarsOutlined />, label: t('home.list') },
              ]}
            />
          )}
          <Link to="/drafts">
            <Button type="text" tabIndex={-1}>
              {t('bulk.drafts')}
            </Button>
          </Link>
          <Link to="/course">
            <Button icon={<LineChartOutlined />} tabIndex={-1}>
              {t('course.open')}
            </Button>
          </Link>
          {may('job.create') && (
            <Link to="/new">
              <Button type="primary" icon={<PlusOutlined />} tabIndex={-1}>
                {t('home.create')}
              </Button>
            </Link>
          )}
        </>
      }
    >
      {/* Whether the sandbox company is here is known before anything is drawn: what stands below its bar is not pushed down by it. */}
      <Answered of={sandbox.isPending ? { ...status, data: undefined } : status} rows={10}>
        {({ jobs: all }) => {
          // Edits by hand have a job of their own; until somebody has edited, it is no source that anybody connected.
          const jobs = all.filter((job) => job.connector !== 'console' || job.lastRun !== null);
          return (
            <Suspense fallback={<Skeleton active paragraph={{ rows: 10 }} />}>
              {jobs.length === 0 && <FirstChoice />}
              {sandbox.data?.isHere && <SandboxBar />}
              {isWide && view === 'picture' ? (
                <Suspense fallback={<Sketch jobs={jobs} sizes={sizes.data} />}>
                  <Canvas jobs={jobs} sizes={sizes.data} />
                </Suspense>
              ) : (
                <Suspense fallback={<Skeleton active paragraph={{ rows: 10 }} />}>
                  <JobLists jobs={jobs} />
                </Suspense>
              )}
            </Suspense>
          );
        }}
      </Answered>
    </Page>
  );
}
