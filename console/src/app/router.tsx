// The frame around every page. Addresses stand behind `#`, so that links in notices work on any server and behind any proxy.
import { createHashRouter } from 'react-router';
import { SyncCenterPage } from '../pages/sync-center/sync-center-page.tsx';
import { PageFailed } from './page-failed.tsx';
import { pageRoutes } from './page-routes.ts';
import { Shell } from './shell.tsx';

export const router = createHashRouter([
  {
    element: <Shell />,
    // While the first page is being fetched the frame has nothing to say yet.
    HydrateFallback: () => null,
    children: [
      {
        errorElement: <PageFailed />,
        children: [{ index: true, element: <SyncCenterPage /> }, ...pageRoutes],
      },
    ],
  },
]);
