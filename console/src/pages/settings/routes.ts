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
      { path: 'sign-on', lazy: async () => ({ Component: (await import('./sign-on-section.tsx')).SignOnSection }) },
      { path: 'tokens', lazy: async () => ({ Component: (await import('./tokens-section.tsx')).TokensSection }) },
      { path: 'general', lazy: async () => ({ Component: (await import('./general-section.tsx')).GeneralSection }) },
      { path: 'notices', lazy: async () => ({ Component: (await import('./notices-section.tsx')).NoticesSection }) },
      { path: 'attributes', lazy: async () => ({ Component: (await import('./attributes-section.tsx')).AttributesSection }) },
      { path: 'lookups', lazy: async () => ({ Component: (await import('./lookups-section.tsx')).LookupsSection }) },
      { path: 'configuration', lazy: async () => ({ Component: (await import('./configuration-section.tsx')).ConfigurationSection }) },
      { path: 'audit', lazy: async () => ({ Component: (await import('./audit-section.tsx')).AuditSection }) },
      { path: 'health', lazy: async () => ({ Component: (await import('./health-section.tsx')).HealthSection }) },
    ],
  },
];
