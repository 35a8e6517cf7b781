// Which address shows which page, but for the first one, which comes with the frame; each is fetched when it is opened.
import type { RouteObject } from 'react-router';
import { directoryRoutes } from '../pages/directory/routes.ts';
import { settingsRoutes } from '../pages/settings/routes.ts';

export const pageRoutes: readonly RouteObject[] = [
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
  { path: 'connections', lazy: async () => ({ Component: (await import('../pages/connections/connections-page.tsx')).ConnectionsPage }) },
  {
    path: 'connections/:connection',
    lazy: async () => ({ Component: (await import('../pages/connections/connection-page.tsx')).ConnectionPage }),
  },
  { path: 'drafts', lazy: async () => ({ Component: (await import('../pages/drafts/drafts-page.tsx')).DraftsPage }) },
  ...directoryRoutes,
  ...settingsRoutes,
  { path: '*', lazy: async () => ({ Component: (await import('./not-found.tsx')).NotFound }) },
];
