// Addresses of the directory; each page comes when it is first opened.
import type { RouteObject } from 'react-router';

export const directoryRoutes: readonly RouteObject[] = [
  { path: 'directory', lazy: () => import('./directory-page.tsx') },
  { path: 'directory/departments/:department', lazy: () => import('./directory-page.tsx') },
  { path: 'people/:person', lazy: () => import('./person-page.tsx') },
  { path: 'people/:person/leaver-sheet', lazy: () => import('./leaver-sheet-page.tsx') },
  { path: 'people/:person/erase', lazy: () => import('./erase-page.tsx') },
  { path: 'directory/gone', lazy: () => import('./gone-page.tsx') },
  { path: 'directory/open-accounts', lazy: () => import('./open-accounts-page.tsx') },
  { path: 'directory/past', lazy: () => import('./past-page.tsx') },
  { path: 'edits/:edit', lazy: () => import('./edit-page.tsx') },
  { path: 'people/:person/merge', lazy: () => import('./merge-page.tsx') },
  { path: 'people/:person/merge/:other', lazy: () => import('./merge-page.tsx') },
  { path: 'people/:person/split', lazy: () => import('./split-page.tsx') },
  { path: 'groups', lazy: () => import('./groups-page.tsx') },
  { path: 'groups/:group', lazy: () => import('./group-page.tsx') },
];
