// One job: what it is and does, its parts to edit, its runs, problems, drift, links and versions.
import { Alert, Button, Tabs } from 'antd';
import { lazy, Suspense, type ComponentType } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { words } from '../../api/generated.ts';
import { useAnswer, useMay } from '../../api/hooks.ts';
import { JobActions } from '../../canvas/job-actions.tsx';
import { lookOf } from '../../canvas/look.ts';
import { useWords } from '../../i18n/i18n.ts';
import { AnsweredPage } from '../../ui/answered-page.tsx';
import { Logo } from '../../ui/logo.tsx';
import { Page } from '../../ui/page.tsx';
import { State } from '../../ui/state.tsx';
import { unfinishedDrafts } from '../../wizard/draft.ts';
import { Trouble } from '../../ui/trouble.tsx';
import { JobOverview } from './job-overview.tsx';
import type { JobTabProps } from './tab.ts';
import styles from './job.module.css';

const tabs = {
  overview: JobOverview,
  settings: lazy(() => import('./job-parts.tsx').then((module) => ({ default: module.JobParts }))),
  runs: lazy(() => import('./job-runs.tsx').then((module) => ({ default: module.JobRuns }))),
  problems: lazy(() => import('./job-problems.tsx').then((module) => ({ default: module.JobProblems }))),
  drift: lazy(() => import('./job-drift.tsx').then((module) => ({ default: module.JobDrift }))),
  matching: lazy(() => import('../matching/job-matching.tsx').then((module) => ({ default: module.JobMatching }))),
  links: lazy(() => import('./job-links.tsx').then((module) => ({ default: module.JobLinks }))),
  versions: lazy(() => import('./job-versions.tsx').then((module) => ({ default: module.JobVersions }))),
} as const satisfies Record<string, ComponentType<JobTabProps>>;
type Tab = keyof typeof tabs;
const names = Object.keys(tabs) as Tab[];

const LOOK_MS = 4_000;

export function JobPage() {
  const { t, say } = useWords();
  const may = useMay();
  const params = useParams();
  const id = Number(params.job);
  const navigate = useNavigate();
  const status = useAnswer('status', {}, { everyMs: LOOK_MS });
  const details = useAnswer('job.get', { job: id });
  const job = status.data?.jobs.find((one) => one.id === id);
  const tab = names.find((name) => name === params.tab) ?? 'overview';
  return (
    <AnsweredPage of={details} kind="job">
      {(settings) => (
        <Page
          title={settings.name}
          above={
            <>
              <Link to="/">{t('home.title')}</Link> / {say(words.direction[settings.direction])}
            </>
          }
          about={
            job && (
              <span className={styles.about}>
                <Logo connector={job.connector} size={22} />
                <Link to={`/connections/${encodeURIComponent(settings.connection)}`}>{job.connectionName}</Link>
                <State {...lookOf(job)} />
              </span>
            )
          }
          actions={
            job && (
              <>
                {may('job.update') && <Button onClick={() => void navigate(`/jobs/${id}/edit`)}>{t('job.edit')}</Button>}
                <JobActions job={job} at="page" />
              </>
            )
          }
        >
          <StillBeingSetUp job={id} />
          {status.error && <Trouble error={status.error} onRetry={() => void status.refetch()} />}
          <Tabs
            activeKey={tab}
            onChange={(wanted) => void navigate(wanted === 'overview' ? `/jobs/${id}` : `/jobs/${id}/${wanted}`)}
            items={names
              .filter((name) => name !== 'matching' || settings.direction === 'down')
              .map((name) => {
                const Content = tabs[name];
                return {
                  key: name,
                  label:
                    name === 'problems' && job && job.problems > 0 ? `${t('job.tab.problems')} (${job.problems})` : t(`job.tab.${name}`),
                  children: tab === name && (
                    <Suspense>
                      <Content job={job ?? null} details={settings} />
                    </Suspense>
                  ),
                };
              })}
          />
        </Page>
      )}
    </AnsweredPage>
  );
}

/** Whoever looked something up from the wizard finds the way back. */
function StillBeingSetUp({ job }: { readonly job: number }) {
  const { t } = useWords();
  const draft = unfinishedDrafts().find((one) => one.job === job);
  return draft === undefined ? null : (
    <Alert
      type="info"
      showIcon
      style={{ marginBottom: 12 }}
      title={t('wizard.stillHere')}
      action={<Link to={`/new/${draft.id}`}>{t('wizard.backToIt')}</Link>}
    />
  );
}
