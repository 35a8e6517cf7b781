// Writes the stored configuration as YAML that applies again without a change: defaults left out, secrets as placeholders.
import { Document, isMap, isSeq, visit } from 'yaml';
import { canonicalText } from '../../core/attribute.ts';
import { type InstallationSettings, installationSettingsSchema } from '../../core/installation-settings.ts';
import { type JobSettings, jobSettingsSchema } from '../../core/job-settings.ts';
import type { ConnectionRow, JobRow } from '../../store/jobs.ts';
import type { CustomAttributeRow } from '../../store/attributes.ts';
import type { DraftRow } from '../../store/drafts.ts';
import type { Forwarding } from '../audit-forward.ts';
import { attributeSection } from './attributes.ts';
import { draftSection } from './drafts.ts';
import type { ProtectedSection } from './protected.ts';
import { noticeSections, type ExportedNotices } from './notices.ts';
import type { Lookups } from '../prepare.ts';
import { conductOf } from '../states.ts';

export interface Exported {
  readonly connections: readonly { readonly row: ConnectionRow; readonly secrets: readonly string[] }[];
  readonly jobs: readonly JobRow[];
  readonly lookups: Lookups;
  readonly notices: ExportedNotices;
  readonly settings: InstallationSettings;
  readonly attributes: readonly CustomAttributeRow[];
  readonly forwarding: Forwarding | null;
  readonly protected: ProtectedSection;
  readonly drafts: readonly DraftRow[];
}

/** `hr-ldap`, `password` → HR_LDAP_PASSWORD */
export const placeholderName = (connection: string, field: string): string =>
  `${connection}_${field.replace(/([a-z0-9])([A-Z])/g, '$1_$2')}`
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^(\d)/, '_$1')
    .toUpperCase();

export function exportYaml(stored: Exported): string {
  const document = new Document({
    version: 1,
    connections: stored.connections.map(({ row, secrets }) => ({
      id: row.id,
      connector: row.connector,
      name: row.name,
      config: {
        ...(JSON.parse(row.config) as object),
        ...Object.fromEntries(secrets.map((name) => [name, `\${env:${placeholderName(row.id, name)}}`])),
      },
    })),
    ...(Object.keys(stored.lookups).length > 0 ? { lookups: stored.lookups } : {}),
    ...noticeSections(stored.notices, stored.settings.language, (owner, name) => `\${env:${placeholderName(owner, name)}}`),
    ...settingsSection(stored.settings),
    ...attributeSection(stored.attributes),
    ...(stored.forwarding
      ? { auditForwarding: Object.fromEntries(Object.entries(stored.forwarding).filter(([, value]) => value !== null)) }
      : {}),
    ...(Object.keys(stored.protected).length > 0 ? { protected: stored.protected } : {}),
    ...draftSection(stored.drafts),
    jobs: stored.jobs.map((job) => ({
      number: job.id,
      ...(conductOf(job.state).runsByItself ? { state: job.state } : {}),
      ...withoutDefaults(jobSettingsSchema.parse(JSON.parse(job.settings))),
    })),
  });
  document.commentBefore =
    ' The configuration of Tributary. "tributary config plan -f FILE" shows what it would change.\n Secrets are not written out: set the variables named in ${env:…}, or use ${file:path}.';
  // Rows of rules read best on one line each.
  visit(document, {
    Map(_key, node, path) {
      if (isMap(node) && (node.has('target') || node.has('attribute')) && isSeq(path.at(-1))) node.flow = true;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

/** Where nothing was decided, nothing is written. */
const settingsSection = (settings: InstallationSettings): { settings?: Partial<InstallationSettings> } => {
  const undecided = installationSettingsSchema.parse({});
  const decided = Object.entries(settings).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(undecided[name as keyof InstallationSettings]),
  );
  return decided.length === 0 ? {} : { settings: Object.fromEntries(decided) };
};

const always = new Set(['name', 'connection', 'direction', 'mapping', 'correlation']);

/** Leaves out everything that parsing puts back by itself. */
export function withoutDefaults(settings: JobSettings): Record<string, unknown> {
  const wanted = canonicalText(settings);
  const result = structuredClone(settings) as Record<string, unknown>;
  const drop = (owner: Record<string, unknown>, depth: number): void => {
    for (const name of Object.keys(owner)) {
      if (depth === 0 && always.has(name)) {
        if (owner[name] !== null && typeof owner[name] === 'object') dropInside(owner[name], depth);
        continue;
      }
      const value = owner[name];
      delete owner[name];
      const parsed = jobSettingsSchema.safeParse(result);
      if (parsed.success && canonicalText(parsed.data) === wanted) continue;
      owner[name] = value;
      dropInside(value, depth);
    }
  };
  const dropInside = (value: unknown, depth: number): void => {
    if (Array.isArray(value)) for (const entry of value) dropInside(entry, depth);
    else if (value !== null && typeof value === 'object') drop(value as Record<string, unknown>, depth + 1);
  };
  drop(result, 0);
  return inOrder(result);
}

const order = [
  'name',
  'description',
  'owner',
  'connection',
  'direction',
  'rank',
  'tree',
  'part',
  'trigger',
  'scope',
  'pilot',
  'policy',
  'approvals',
  'onError',
  'notices',
  'withoutRelations',
  'correlation',
  'mapping',
];
const inOrder = (settings: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(settings).sort(([a], [b]) => ((order.indexOf(a) + 99) % 99) - ((order.indexOf(b) + 99) % 99)));
