// Addresses of the settings, each fetched when it is opened.
import type { RouteObject } from 'react-router';

export const settingsRoutes: readonly RouteObject[] = [
  {
    path: 'settings',
    lazy: async () => ({ Component: (await import('./settings-page.tsx')).SettingsPage }),
    children: [
      { index: true, lazy: async () => ({ Component: (await import('./first-section.tsx')).FirstSection }) },
      { path: 'account', lazy: async () => ({ Component: (await import('./account-section.tsx')).AccountSection }) },
      { path: 'members', lazy: async () => ({ Component: (await import('./members-section.tsx')).MembersSection }) },
      { path: 'tokens', lazy: async () => ({ Component: (await import('./tokens-section.tsx')).TokensSection }) },
    ],
  },
];
