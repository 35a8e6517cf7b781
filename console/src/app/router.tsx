// Which address shows which page. Addresses stand behind `#`, so that links in notices work on any server and behind any proxy.
import { createHashRouter } from 'react-router';
import { SyncCenterPage } from '../pages/sync-center/sync-center-page.tsx';
import { NotFound } from './not-found.tsx';
import { PageFailed } from './page-failed.tsx';
import { Shell } from './shell.tsx';

export const router = createHashRouter([
  {
    element: <Shell />,
    children: [
      {
        errorElement: <PageFailed />,
        children: [
          { index: true, element: <SyncCenterPage /> },
          { path: '*', element: <NotFound /> },
        ],
      },
    ],
  },
]);
