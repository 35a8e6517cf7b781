// One connection, job or lookup table edited by itself: the same judgement, audit and store as a configuration file.
import { auditPage } from '../../store/audit.ts';
import type { Reader, Transaction } from '../../store/database.ts';
import { getConnection, getJob, savedVersion } from '../../store/jobs.ts';
import { CommandError } from '../engine.ts';
import { fieldPath, type CommandContext, type Saved } from '../operations/operation.ts';
import { applyConfig } from './apply.ts';
import { differences, type ConfigEntry } from './compare.ts';
import { judge } from './judge.ts';
import { nothingWanted, type Wanted } from './wanted.ts';
import type { ConfigProblem, ConfigDocument } from './document.ts';

type Piece =
  | { channels: readonly object[] }
  | { notices: object }
  | { connections: readonly object[] }
  | { jobs: readonly object[] }
  | { lookups: ConfigDocument['lookups'] };

/** Stored settings with those that are given laid over them: what is not given stays, null takes a setting away. */
export function mergedConfig(stored: string, given: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const merged = { ...(JSON.parse(stored) as Record<string, unknown>), ...given };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null));
}

/** @param before  must still hold when it is written: throws otherwise */
export async function editConfig(
  context: CommandContext,
  piece: Piece,
  before: (reader: Reader) => Promise<void>,
  /** Looks at what is wanted before it is written: throws to refuse. */
  consider: (wanted: Wanted) => Promise<void> = async () => {},
): Promise<readonly ConfigEntry[]> {
  await before(context.reader);
  const { wanted, view } = await judge(context, { version: 1, ...piece }, false);
  if (wanted.problems.length > 0) throw problemsError(wanted.problems);
  await consider(wanted);
  const entries = view.entries as readonly ConfigEntry[];
  await applyConfig(context.engine.options, wanted, entries, context.actor, before);
  return entries;
}

/** Takes one away. `changes`: what the audit log keeps of it. */
export const removeConfig = (
  context: CommandContext,
  entry: Pick<ConfigEntry, 'kind' | 'name' | 'number' | 'links'> & Partial<Pick<ConfigEntry, 'changes'>>,
  before: (transaction: Transaction) => Promise<void>,
): Promise<void> =>
  applyConfig(context.engine.options, nothingWanted, [{ changes: [], ...entry, action: 'remove' }], context.actor, before);

/** Places in the piece as fields of the caller's input: `jobs[0].policy.leaver` → `settings.policy.leaver`. */
function problemsError(problems: readonly ConfigProblem[]): CommandError {
  const own = new Set(['id', 'name', 'connector', 'connection', 'direction', 'config', 'state']);
  const issues = problems.map(({ path, problem }) => {
    const inside = path[0] === 'lookups' ? ['rows', ...path.slice(2)] : path.slice(path[0] === 'notices' ? 1 : 2);
    const isSetting = path[0] === 'jobs' && inside.length > 0 && !own.has(String(inside[0]));
    return { field: fieldPath(isSetting ? ['settings', ...inside] : inside), message: problem };
  });
  const text = (language: 'en' | 'zh'): string => issues.map((issue) => `${issue.field}: ${issue.message[language]}`).join('; ');
  return new CommandError(`Not saved. ${text('en')}`, `未保存。${text('zh')}`, { code: 'invalid', issues });
}

export const stale = (what: string, was: string, saved: Saved): CommandError => {
  const when = new Date(saved.at).toISOString();
  const list = saved.what.join(', ') || '–';
  return new CommandError(
    `${saved.by} saved ${what} at ${when} (${list}). Read it again, and make your change on top of that.`,
    `${saved.by} 已于 ${when} 保存${was}(${list})。请重新读取后再修改。`,
    { code: 'changed', saved },
  );
};

/** Refuses when somebody saved the job after `revision`: who, when, and which settings. */
export async function assertJobUnchanged(reader: Reader, id: number, revision: number | undefined): Promise<void> {
  if (revision === undefined) return;
  const job = await getJob(reader, id);
  if (!job || job.version === revision) return;
  const seen = await savedVersion(reader, id, revision);
  const now = (await savedVersion(reader, id, job.version))!;
  throw stale(`job ${id} "${job.name}"`, `任务 ${id}“${job.name}”`, {
    by: now.saved_by,
    at: now.saved_at,
    what: differences(JSON.parse(seen?.settings ?? '{}') as object, JSON.parse(now.settings) as object).map((change) => change.path),
    revision: job.version,
  });
}

export async function assertConnectionUnchanged(reader: Reader, id: string, revision: number | undefined): Promise<void> {
  if (revision === undefined) return;
  const row = await getConnection(reader, id);
  if (!row || row.revision === revision) return;
  const [entry] = await auditPage(reader, { subject: `connection:${id}`, limit: 1 });
  throw stale(`connection "${id}"`, `连接“${id}”`, {
    by: entry?.payload?.actor ?? '–',
    at: entry?.at ?? 0,
    what: Object.keys(JSON.parse(entry?.payload?.after ?? '{}') as object),
    revision: row.revision,
  });
}
