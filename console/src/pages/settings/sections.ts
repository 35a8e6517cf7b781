// The sub-pages of the settings: where they are, and which operation somebody must be allowed to see each.
import type { WireName } from '../../../../src/server/api/wire.ts';

type SectionName = 'account' | 'members' | 'tokens';

interface Section {
  readonly name: SectionName;
  readonly group: 'you' | 'people';
  /** null: for whoever is signed in. */
  readonly needs: WireName | null;
}

export const sections: readonly Section[] = [
  { name: 'account', group: 'you', needs: null },
  { name: 'members', group: 'people', needs: 'account.list' },
  { name: 'tokens', group: 'people', needs: 'token.list' },
];
