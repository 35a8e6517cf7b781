// The sub-pages of the settings: where they are, and which operation somebody must be allowed to see each.
import type { WireName } from '../../../../src/server/api/wire.ts';

type SectionName =
  | 'account'
  | 'members'
  | 'sign-on'
  | 'tokens'
  | 'general'
  | 'notices'
  | 'attributes'
  | 'lookups'
  | 'configuration'
  | 'audit'
  | 'health';

interface Section {
  readonly name: SectionName;
  readonly group: 'you' | 'people' | 'all' | 'watch';
  /** null: for whoever is signed in. */
  readonly needs: WireName | null;
}

export const sections: readonly Section[] = [
  { name: 'account', group: 'you', needs: null },
  { name: 'members', group: 'people', needs: 'account.list' },
  { name: 'sign-on', group: 'people', needs: 'oidc.show' },
  { name: 'tokens', group: 'people', needs: 'token.list' },
  { name: 'general', group: 'all', needs: 'settings.show' },
  { name: 'notices', group: 'all', needs: 'notice.list' },
  { name: 'attributes', group: 'all', needs: 'attribute.list' },
  { name: 'lookups', group: 'all', needs: 'lookup.list' },
  { name: 'configuration', group: 'all', needs: 'config.export' },
  { name: 'audit', group: 'watch', needs: 'audit.list' },
  { name: 'health', group: 'watch', needs: 'system.health' },
];
