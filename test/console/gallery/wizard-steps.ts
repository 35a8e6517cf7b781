// The wizard's steps as drafts that are kept in the browser, so that each can be looked at by itself.
import type { World } from './world.ts';

/** Parts of a job, as their addresses name them. */
export const partIds = ['general', 'scope', 'mapping', 'correlation', 'timing', 'policy', 'errors'] as const;

/** As console/src/wizard/draft.ts keeps it. */
interface Kept {
  readonly direction: 'up' | 'down';
  readonly way: 'quick' | 'custom';
  readonly step: string;
  readonly connector: string;
  readonly connectorName: string;
  readonly connection: string | null;
  readonly isExisting: boolean;
  readonly isChecked: boolean;
  readonly name: string;
  readonly description: string;
  readonly config: object;
  readonly settings: object;
  readonly job: number | null;
  readonly planned: { readonly run: number; readonly of: string } | null;
  readonly state: string | null;
  readonly compared?: string;
}

/** As console/src/wizard/draft.ts says it, of a draft without settings: no comparison was made since it was changed. */
const comparedBy = ({ connection, config }: Kept): string =>
  JSON.stringify([connection, config, ...Array.from({ length: 7 }, () => undefined)]);

interface WizardPart {
  readonly name: string;
  readonly isMain?: true;
  /** null: this installation has none. */
  readonly draft: (world: World | null) => Kept | null;
}

const begun: Kept = {
  direction: 'up',
  way: 'custom',
  step: 'configuration',
  connector: 'file',
  connectorName: 'file',
  connection: null,
  isExisting: false,
  isChecked: false,
  name: '',
  description: '',
  config: {},
  settings: {},
  job: null,
  planned: null,
  state: null,
};
const fresh = (connector: string, direction: Kept['direction']): WizardPart => ({
  name: `configuration-${connector}-${direction}`,
  ...(connector === 'file' ? { isMain: true as const } : {}),
  draft: () => ({ ...begun, connector, connectorName: connector, direction, way: 'quick' }),
});
const over = (connection: string, connector: string, direction: Kept['direction']): Partial<Kept> => ({
  connection,
  connector,
  connectorName: connector,
  direction,
  isExisting: true,
  isChecked: true,
  name: '新任务',
});
const step = (name: string, more: Partial<Kept>, isMain?: true): WizardPart => ({
  name: `${name}-${more.direction ?? 'up'}`,
  ...(isMain ? { isMain } : {}),
  draft: (world) => world && { ...begun, ...more, step: name },
});
const [up, down] = [over('hr', 'file', 'up'), over('ldap', 'ldap', 'down')];

export const wizardParts: readonly WizardPart[] = [
  fresh('file', 'up'),
  fresh('feishu', 'up'),
  fresh('ldap', 'down'),
  fresh('scim', 'down'),
  { name: 'configuration-checked', draft: (world) => world && { ...begun, ...up, step: 'configuration' } },
  step('scope', up, true),
  step('scope', down),
  step('mapping', up),
  step('mapping', down, true),
  step('matching', down),
  {
    name: 'matching-compared',
    draft: (world) => {
      if (!world) return null;
      const draft = { ...begun, ...over('app', 'scim', 'down'), step: 'matching', job: world.jobs.app };
      return { ...draft, compared: comparedBy(draft) };
    },
  },
  step('timing', up),
  step('protection', down, true),
  {
    name: 'new-accounts',
    draft: (world) =>
      world && { ...begun, ...down, step: 'protection', settings: { welcome: { channel: 'mail', to: 'manager', password: true } } },
  },
  step('errors', up),
  {
    name: 'review',
    isMain: true,
    draft: (world) => {
      if (!world) return null;
      const draft = { ...begun, ...up, step: 'review' as const, job: world.jobs.hr };
      const of = JSON.stringify([draft.connection, draft.name, draft.description, draft.settings, draft.config]);
      return { ...draft, planned: { run: world.runs.dry, of } };
    },
  },
  { name: 'start', draft: (world) => world && { ...begun, ...up, step: 'start', job: world.jobs.hr, state: 'enabled' } },
];
