// Which address shows which page. Addresses stand behind `#`, so that links in notices work on any server and behind any proxy.
import { createHashRouter } from 'react-router';
import { directoryRoutes } from '../pages/directory/routes.ts';
import { settingsRoutes } from '../pages/settings/routes.ts';
import { SyncCenterPage } from '../pages/sync-center/sync-center-page.tsx';
import { PageFailed } from './page-failed.tsx';
import { Shell } from './shell.tsx';

export const router = createHashRouter([
  {
    element: <Shell />,
    // While the first page is being fetched the frame has nothing to say yet.
    HydrateFallback: () => null,
    children: [
      {
        errorElement: <PageFailed />,
        children: [
          { index: true, element: <SyncCenterPage /> },
          { path: 'jobs/:job', lazy: async () => ({ Component: (await import('../pages/job/job-page.tsx')).JobPage }) },
          { path: 'jobs/:job/edit', lazy: async () => ({ Component: (await import('../pages/job/walk-page.tsx')).WalkPage }) },
          { path: 'jobs/:job/edit/:part', lazy: async () => ({ Component: (await import('../pages/job/edit-page.tsx')).EditPage }) },
          { path: 'jobs/:job/:tab', lazy: async () => ({ Component: (await import('../pages/job/job-page.tsx')).JobPage }) },
          { path: 'new', lazy: async () => ({ Component: (await import('../wizard/wizard-page.tsx')).NewJob }) },
          { path: 'new/:draft', lazy: async () => ({ Component: (await import('../wizard/wizard-page.tsx')).WizardPage }) },
          { path: 'runs', lazy: async () => ({ Component: (await import('../pages/runs/runs-page.tsx')).RunsPage }) },
          { path: 'runs/:run', lazy: async () => ({ Component: (await import('../pages/runs/run-page.tsx')).RunPage }) },
          { path: 'course', lazy: async () => ({ Component: (await import('../pages/course/course-page.tsx')).CoursePage }) },
          { path: 'waiting', lazy: async () => ({ Component: (await import('../pages/waiting/waiting-page.tsx')).WaitingPage }) },
          {
            path: 'connections',
            lazy: async () => ({ Component: (await import('../pages/connections/connections-page.tsx')).ConnectionsPage }),
          },
          {
            path: 'connections/:connection',
            lazy: async () => ({ Component: (await import('../pages/connections/connection-page.tsx')).ConnectionPage }),
          },
          { path: 'drafts', lazy: async () => ({ Component: (await import('../pages/drafts/drafts-page.tsx')).DraftsPage }) },
          ...directoryRoutes,
          ...settingsRoutes,
          { path: '*', lazy: async () => ({ Component: (await import('./not-found.tsx')).NotFound }) },
        ],
      },
    ],
  },
]);
