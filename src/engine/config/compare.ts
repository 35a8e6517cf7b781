// What a configuration would change: added, changed with before and after of each setting, removed.
import { canonicalText } from '../../core/attribute.ts';
import { CONSOLE } from '../../core/console.ts';
import { jobSettingsSchema } from '../../core/job-settings.ts';
import { entryOf as ownEntry, subjectOf } from '../own-attributes.ts';
import { draftEntries } from './drafts.ts';
import { noticeEntries } from './notices.ts';
import { protectedEntries } from './protected.ts';
import type { Present, Wanted, WantedConnection, WantedJob } from './wanted.ts';

export interface SettingChange {
  /** e.g. `policy.leaver.gone`, `mapping.person.email`. */
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface ConfigEntry {
  readonly kind: 'connection' | 'lookup' | 'job' | 'channel' | 'notices' | 'settings' | 'attribute' | 'protected' | 'draft' | 'forwarding';
  readonly name: string;
  readonly number: number | null;
  readonly action: 'add' | 'change' | 'remove' | 'same';
  readonly changes: readonly SettingChange[];
  /** Of a job that is removed: what becomes of its links. */
  readonly links?: 'keep' | 'cut';
}

const SECRET = '••••••';

export async function compare(
  wanted: Wanted,
  present: Present,
  prune: boolean,
  parsedOf: (connector: string, config: unknown) => Readonly<Record<string, unknown>>,
): Promise<readonly ConfigEntry[]> {
  const entries: ConfigEntry[] = [];
  for (const row of wanted.attributes) {
    const before = present.attributes.rows.find((one) => subjectOf(one) === subjectOf(row));
    entries.push(entryOf('attribute', subjectOf(row), null, !before, before ? differences(ownEntry(before), ownEntry(row)) : []));
  }
  for (const connection of wanted.connections) entries.push(await connectionEntry(connection, present, parsedOf));
  for (const [name, rows] of Object.entries(wanted.lookups)) {
    const before = present.lookups[name];
    entries.push(entryOf('lookup', name, null, before === undefined, before === undefined ? [] : differences(before, rows)));
  }
  for (const job of wanted.jobs) entries.push(jobEntry(job));
  entries.push(...noticeEntries(wanted.notices, present.notices, differences));
  if (wanted.settings) entries.push(entryOf('settings', 'settings', null, false, differences(present.settings, wanted.settings)));
  if (wanted.forwarding !== undefined)
    entries.push(entryOf('forwarding', 'audit', null, false, differences(present.forwarding ?? {}, wanted.forwarding ?? {})));
  entries.push(
    ...protectedEntries(wanted.protected, present.protected, prune),
    ...draftEntries(wanted.drafts, present.drafts, prune, differences),
  );
  return prune ? [...entries, ...removals(wanted, present)] : entries;
}

const entryOf = (
  kind: ConfigEntry['kind'],
  name: string,
  number: number | null,
  isNew: boolean,
  changes: readonly SettingChange[],
): ConfigEntry => ({
  kind,
  name,
  number,
  action: isNew ? 'add' : changes.length > 0 ? 'change' : 'same',
  changes,
});

async function connectionEntry(
  connection: WantedConnection,
  present: Present,
  parsedOf: (connector: string, config: unknown) => Readonly<Record<string, unknown>>,
): Promise<ConfigEntry> {
  const before = present.connections.find((row) => row.id === connection.id);
  if (!before) return entryOf('connection', connection.id, null, true, []);
  const changes = [
    ...differences({ name: before.name }, { name: connection.name }),
    ...differences(parsedOf(before.connector, JSON.parse(before.config)), connection.parsed, 'config'),
  ];
  const secrets = await present.secretsOf(connection.id);
  for (const [name, value] of Object.entries(connection.secrets)) {
    if (secrets[name] !== value)
      changes.push({ path: `config.${name}`, before: name in secrets ? SECRET : null, after: `${SECRET} (new)` });
  }
  return entryOf('connection', connection.id, null, false, changes);
}

function jobEntry(job: WantedJob): ConfigEntry {
  const { existing, settings } = job;
  if (!existing) return entryOf('job', settings.name, job.number, true, []);
  const changes = [...differences(jobSettingsSchema.parse(JSON.parse(existing.settings)), settings)];
  if (changesState(job)) changes.push({ path: 'state', before: existing.state, after: job.state });
  return entryOf('job', settings.name, existing.id, false, changes);
}

/** A job that the guard paused is not enabled by a file: a person looks first. */
export function changesState(job: WantedJob): boolean {
  const now = job.existing?.state ?? 'disabled';
  if (job.state === null || job.state === now) return false;
  return job.state === 'disabled' || (now !== 'paused' && now !== 'quarantined');
}

/** Jobs before the connections that they use. */
function removals(wanted: Wanted, present: Present): ConfigEntry[] {
  const kept = new Set(wanted.jobs.flatMap((job) => (job.existing ? [job.existing.id] : [])));
  const gone = (kind: ConfigEntry['kind'], name: string, number: number | null): ConfigEntry => ({
    kind,
    name,
    number,
    action: 'remove',
    changes: [],
  });
  const used = new Set(wanted.jobs.map((job) => job.settings.connection));
  return [
    ...present.jobs.filter((job) => !kept.has(job.id) && job.connection !== CONSOLE).map((job) => gone('job', job.name, job.id)),
    ...present.connections
      .filter((row) => row.id !== CONSOLE && !used.has(row.id) && !wanted.connections.some((connection) => connection.id === row.id))
      .map((row) => gone('connection', row.id, null)),
    ...present.notices.channels
      .filter((row) => !wanted.notices.channels.some((channel) => channel.id === row.id))
      .map((row) => gone('channel', row.id, null)),
    ...Object.keys(present.lookups)
      .filter((name) => !(name in wanted.lookups))
      .map((name) => gone('lookup', name, null)),
  ];
}

/** Setting by setting; mapping rows are told apart by their target. */
export function differences(before: object, after: object, prefix = ''): SettingChange[] {
  const old = flatten(before, prefix);
  const now = flatten(after, prefix);
  return [...new Set([...old.keys(), ...now.keys()])]
    .sort()
    .filter((path) => old.get(path) !== now.get(path))
    .map((path) => ({ path, before: old.get(path) ?? null, after: now.get(path) ?? null }));
}

function flatten(value: object, prefix: string): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (path: string, entry: unknown): void => {
    if (entry === undefined) return;
    if (Array.isArray(entry) && entry.length > 0 && entry.every(isRow)) {
      for (const row of entry) put(`${path}.${row.target}`, rowText(row));
      return;
    }
    if (entry !== null && typeof entry === 'object' && !Array.isArray(entry) && Object.keys(entry).length > 0) {
      for (const [name, inner] of Object.entries(entry)) visit(path === '' ? name : `${path}.${name}`, inner);
      return;
    }
    put(path, typeof entry === 'string' ? entry : canonicalText(entry));
  };
  const put = (path: string, text: string): void => void found.set(found.has(path) ? `${path}#2` : path, text);
  visit(prefix, value);
  return found;
}

interface Row {
  readonly target: string;
}
const isRow = (entry: unknown): entry is Row =>
  typeof entry === 'object' && entry !== null && typeof (entry as Partial<Row>).target === 'string';

/** `field email`, with what is out of the ordinary behind it. */
function rowText(row: Row): string {
  const { target: _target, when, onEmpty, ...rest } = row as Row & { when?: string; onEmpty?: string };
  const parts = Object.entries(rest).map(([name, value]) => `${name} ${typeof value === 'string' ? value : canonicalText(value)}`);
  if (when !== undefined && when !== 'always') parts.push(`when ${when}`);
  if (onEmpty !== undefined && onEmpty !== 'clear') parts.push(`onEmpty ${onEmpty}`);
  return parts.join(', ');
}
