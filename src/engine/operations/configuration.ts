// Operations on the configuration: what a file would change, applying it, writing it out.
import { z } from 'zod';
import type { Label } from '../../core/model.ts';
import type { Reader } from '../../store/database.ts';
import { getConnection, getSealed, listConnections, listJobs } from '../../store/jobs.ts';
import { hasShownPlan } from '../../store/runs.ts';
import { applyConfig } from '../config/apply.ts';
import { changesState, type ConfigEntry } from '../config/compare.ts';
import { considerEdits, type JobEdit } from '../config/consider.ts';
import { assertPartingsSeen } from '../config/parting.ts';
import { givenConfig } from '../config/given.ts';
import { exportYaml } from '../config/export.ts';
import { presentProtected } from '../config/protected.ts';
import { listDrafts } from '../../store/drafts.ts';
import { forwardingOf } from '../audit-forward.ts';
import { storedNotices } from '../config/notices.ts';
import { assertUnchanged, revisionOf } from '../config/unchanged.ts';
import { judge, lookupsOf } from '../config/judge.ts';
import type { Wanted } from '../config/wanted.ts';
import { canonicalText } from '../../core/attribute.ts';
import { customAttributes } from '../../store/attributes.ts';
import { installationSettings } from '../installation-settings.ts';
import { conductOf } from '../states.ts';
import { assertDisabled } from './job-edits.ts';
import { type CommandContext, resolveJob, command, query, seenRevision, type QueryContext } from './operation.ts';
import { settingsOfJob } from './show.ts';
import { labelView } from './views.ts';

const entryView = z.object({
  kind: z.enum(['connection', 'lookup', 'job', 'channel', 'notices', 'settings', 'attribute', 'protected', 'draft', 'forwarding']),
  name: z.string(),
  number: z.int().nullable(),
  action: z.enum(['add', 'change', 'remove', 'same']),
  changes: z.array(z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
});
export const configPlanView = z.object({
  entries: z.array(entryView),
  /** With any, nothing is applied. Paths are places in the file. */
  problems: z.array(z.object({ path: z.array(z.union([z.string(), z.number()])), problem: labelView })),
});
export type ConfigPlanView = z.output<typeof configPlanView>;

const input = z.strictObject({
  document: z.unknown().describe('The configuration as data, or the text of a YAML file.'),
  prune: z.boolean().default(false),
});

/** What is wrong with the text itself, and with what could be read of it. */
async function faultyText(context: CommandContext, data: unknown, faults: readonly Label[]): Promise<ConfigPlanView> {
  const rest = data === null ? [] : (await judge(context, data, false)).view.problems;
  return { entries: [], problems: [...faults.map((problem) => ({ path: [], problem })), ...rest] };
}

export const configPlan = command({
  role: 'admin',
  route: { method: 'POST', path: '/configuration/plan', group: 'configuration' },
  does: { en: 'Shows what a configuration would change', zh: '查看配置文件将带来的变更' },
  input,
  output: configPlanView.extend({
    /** Of the configuration that it was compared with: named when it is applied, nothing else is overwritten. */
    revision: z.int(),
  }),
  async answer(context, { document, prune }) {
    const { data, faults } = givenConfig(document);
    // Taken before the look: what is saved during it is not in it.
    const { revision } = await configNow(context.reader);
    return { ...(faults.length > 0 ? await faultyText(context, data, faults) : (await judge(context, data, prune)).view), revision };
  },
});

export const configApply = command({
  role: 'admin',
  route: { method: 'PUT', path: '/configuration', group: 'configuration' },
  does: {
    en: 'Makes the configuration as the file says; what would take something away is first refused with its consequence, and nobody is enabled unseen',
    zh: '按文件更新配置；会造成移除的修改先返回其后果，未经查看的任务不会启用',
  },
  input: input.extend({
    forecasts: z
      .array(z.int().positive())
      .default([])
      .describe('The runs that showed what edits of this file would do; needed for those that take something away.'),
    withoutForecast: z
      .boolean()
      .default(false)
      .describe('Applies without them, where consequences cannot be told. The guard still watches the next runs.'),
    unseen: z.boolean().default(false).describe('Enables also jobs of which nobody has seen a dry run yet.'),
    seen: z.boolean().default(false).describe('What stops with jobs that the file disables or takes away was seen.'),
    revision: seenRevision.describe(
      '`revision` of the plan, or of the file that was written out; refused when anybody saved anything since.',
    ),
  }),
  output: configPlanView.extend({
    applied: z.boolean(),
    /** Jobs that the file wants to write and that stay as they are, because nobody has seen what they would do. */
    unseen: z.array(z.object({ job: z.int(), jobName: z.string(), state: z.string() })),
  }),
  async answer(context, { document, prune, unseen, seen, revision, ...forecasts }) {
    const { data, faults } = givenConfig(document);
    if (faults.length > 0) return { ...(await faultyText(context, data, faults)), applied: false, unseen: [] };
    // Also of who names none: what is saved while this file is looked at is not overwritten by it.
    const asRead = revision ?? (await configNow(context.reader)).revision;
    const { wanted, view } = await judge(context, data, prune);
    if (view.problems.length > 0) return { ...view, applied: false, unseen: [] };
    const added = new Set(view.entries.filter(isAdded).map((entry) => entry.name));
    const unchanged = (reader: Reader): Promise<void> => assertConfigUnchanged(reader, asRead, added);
    await unchanged(context.reader);
    const edits = await editsOf(context, wanted, view.entries);
    // What an edit would do can be told only where the attributes are that it names; one more takes nothing from anybody.
    await applyConfig(context.engine.options, wanted, view.entries.filter(isAdded), context.actor, unchanged);
    await considerEdits(context, edits, forecasts);
    await assertPartingsSeen(context.reader, await parted(context, wanted, view.entries), seen);
    const rest = view.entries.filter((entry) => !isAdded(entry));
    await applyConfig(context.engine.options, wanted, rest, context.actor, unchanged);
    const left = [];
    for (const job of wanted.jobs) {
      if (!changesState(job)) continue;
      const { id, name, state } = await resolveJob(context.reader, job.settings.name);
      if (conductOf(job.state!).writes && !unseen && !(await hasShownPlan(context.reader, id)))
        left.push({ job: id, jobName: name, state });
      else await context.engine.setJobState(id, job.state!, context.actor);
    }
    return { ...view, applied: true, unseen: left };
  },
});

/** Jobs that the file disables, and those that it takes away: they are disabled already. */
async function parted(context: QueryContext, wanted: Wanted, entries: readonly ConfigEntry[]) {
  const gone = entries.filter(({ kind, action }) => kind === 'job' && action === 'remove');
  const removed = await Promise.all(gone.map(({ number }) => resolveJob(context.reader, number!)));
  for (const job of removed) assertDisabled(job);
  const disabled = wanted.jobs.flatMap((job) => (job.existing && job.state === 'disabled' && changesState(job) ? [job.existing] : []));
  return [...removed.map((job) => ({ job, parting: 'remove' as const })), ...disabled.map((job) => ({ job, parting: 'disable' as const }))];
}

/** What the file edits of jobs that are there, over their connections as it leaves them; a connection that becomes another one is an edit of its jobs. */
async function editsOf(context: QueryContext, wanted: Wanted, entries: readonly ConfigEntry[]): Promise<readonly JobEdit[]> {
  const becomes = new Map<string, { readonly config: Readonly<Record<string, unknown>>; readonly isOther: boolean }>();
  for (const { kind, name, action, changes } of entries) {
    const connection = kind === 'connection' && action === 'change' ? wanted.connections.find((one) => one.id === name) : undefined;
    if (!connection) continue;
    const saved = (await getConnection(context.reader, name))!;
    const gone = Object.fromEntries(Object.keys(JSON.parse(saved.config) as object).map((field) => [field, null]));
    const touched = changes.filter(({ path }) => path.startsWith('config.')).map(({ path }) => path.slice('config.'.length));
    if (touched.length === 0) continue;
    becomes.set(name, {
      config: { ...gone, ...connection.config, ...connection.secrets },
      // A new password leads to the same system.
      isOther: touched.some((field) => !(field in connection.secrets)),
    });
  }
  const edited = wanted.jobs.flatMap(({ existing, settings }) => (existing ? [{ job: existing, wanted: settings }] : []));
  const others = (await listJobs(context.reader))
    .filter((job) => becomes.get(job.connection)?.isOther === true && !edited.some((edit) => edit.job.id === job.id))
    .map((job) => ({ job, wanted: settingsOfJob(job) }));
  return [...edited, ...others].map(({ job, wanted: settings }) => {
    const to = becomes.get(job.connection);
    const matters = to !== undefined && (to.isOther || canonicalText(settingsOfJob(job)) !== canonicalText(settings));
    return { job, wanted: settings, ...(matters ? { config: to.config } : {}) };
  });
}

interface ConfigNow {
  readonly yaml: string;
  readonly revision: number;
}

/** The configuration as a file, and what is compared when one is applied. `leftOut`: attributes of which it says nothing. */
async function configNow(reader: Reader, leftOut: ReadonlySet<string> = new Set()): Promise<ConfigNow> {
  const connections = [];
  for (const row of await listConnections(reader))
    connections.push({ row, secrets: [...(await getSealed(reader, `connection:${row.id}`)).keys()].sort() });
  const notices = await storedNotices(reader);
  const attributes = (await customAttributes(reader)).filter(({ type, name }) => !leftOut.has(`${type}.${name}`));
  const yaml = exportYaml({
    connections,
    jobs: await listJobs(reader),
    lookups: await lookupsOf({ reader }),
    notices,
    settings: await installationSettings(reader),
    attributes,
    forwarding: await forwardingOf(reader),
    protected: await presentProtected(
      reader,
      connections.map(({ row }) => row.id),
    ),
    drafts: await listDrafts(reader),
  });
  // A new password is no other text.
  const saves = [...connections, ...notices.channels].map(({ row }) => row.revision);
  return { yaml, revision: revisionOf([yaml, saves]) };
}

/** Kinds of entries in the audit log that tell of edits of the configuration. */
const edited = [...entryView.shape.kind.options, 'audit'].map((kind) => ({ action: kind === 'audit' ? 'audit.forward' : `${kind}.` }));

const assertConfigUnchanged = async (reader: Reader, seen: number, added: ReadonlySet<string>): Promise<void> =>
  assertUnchanged(reader, seen, {
    what: { en: 'the configuration', zh: '配置' },
    revision: (await configNow(reader, added)).revision,
    trail: edited,
    isMany: true,
  });

const isAdded = ({ kind, action }: { readonly kind: string; readonly action: string }): boolean => kind === 'attribute' && action === 'add';

export const configExport = query({
  role: 'auditor',
  route: { method: 'GET', path: '/configuration', group: 'configuration' },
  does: { en: 'Writes the configuration as YAML; secrets as placeholders', zh: '导出 YAML 配置；密钥以占位符表示' },
  input: z.strictObject({}),
  output: z.object({ yaml: z.string(), revision: z.int() }),
  answer: (context) => configNow(context.reader),
});
