// Puts an understood configuration into the store: one transaction, an audit row for every change, secrets sealed.
import { canonicalText } from '../../core/attribute.ts';
import { effectiveSettings, jobSettingsSchema } from '../../core/job-settings.ts';
import { audit } from '../../store/audit.ts';
import { raiseNumber } from '../../store/counters.ts';
import { removeJob as dropJob } from '../../store/job-removal.ts';
import type { Transaction } from '../../store/database.ts';
import {
  deleteConnection,
  deleteLookup,
  deleteSealed,
  forgetCheck,
  getJob,
  patchJob,
  putConnection,
  putJob,
  putLookup,
  putSealed,
} from '../../store/jobs.ts';
import type { EngineOptions } from '../context.ts';
import { CommandError } from '../engine.ts';
import { editionOf } from '../fresh-mirror.ts';
import { digest } from '../shapes.ts';
import type { ConfigEntry } from './compare.ts';
import { enterAdded } from '../console/job.ts';
import { saveAttribute } from './attributes.ts';
import { saveInstallationSettings } from '../installation-settings.ts';
import { changeForwarding } from '../audit-forward.ts';
import { saveDraftOf } from './drafts.ts';
import { saveChannel, saveRules } from './notices.ts';
import { saveProtected } from './protected.ts';
import type { Wanted, WantedConnection, WantedJob } from './wanted.ts';

/** Writes what differs, and nothing else. Job states are left to the engine. */
export async function applyConfig(
  options: EngineOptions,
  wanted: Wanted,
  entries: readonly ConfigEntry[],
  actor: string,
  /** Looked at in the same transaction: nothing may have moved meanwhile. Throws to refuse. */
  before?: (transaction: Transaction) => Promise<void>,
): Promise<void> {
  const now = options.clock.now();
  const busy = entries.filter((entry) => entry.action !== 'same');
  if (busy.length === 0) return;
  await options.database.write(async (transaction) => {
    await before?.(transaction);
    for (const entry of busy) {
      const note = { at: now, actor, action: `${entry.kind}.${entry.action}`, subject: `${entry.kind}:${entry.number ?? entry.name}` };
      const changed = entry.changes.length > 0 ? { before: textOf(entry, 'before'), after: textOf(entry, 'after') } : {};
      switch (entry.kind) {
        case 'connection': {
          const connection = wanted.connections.find((one) => one.id === entry.name);
          if (connection) await saveConnection(options, transaction, connection, entry);
          else await removeConnection(transaction, entry.name);
          await audit(transaction, {
            ...note,
            ...changed,
            ...(connection && entry.action === 'add'
              ? { after: canonicalText({ connector: connection.connector, config: connection.config }) }
              : {}),
          });
          break;
        }
        case 'lookup': {
          const rows = wanted.lookups[entry.name];
          if (rows) await putLookup(transaction, entry.name, JSON.stringify(rows));
          else await deleteLookup(transaction, entry.name);
          await audit(transaction, { ...note, ...changed });
          break;
        }
        case 'channel': {
          const added = await saveChannel(options, transaction, wanted.notices, entry);
          await audit(transaction, { ...note, ...changed, ...(added ? { after: canonicalText(added) } : {}) });
          break;
        }
        case 'notices': {
          await saveRules(transaction, wanted.notices);
          await audit(transaction, { ...note, ...changed });
          break;
        }
        case 'attribute': {
          await saveAttribute(transaction, wanted.attributes, entry.name);
          await enterAdded(transaction, now, actor);
          await audit(transaction, { ...note, ...changed });
          break;
        }
        case 'settings': {
          await saveInstallationSettings(transaction, wanted.settings!, now);
          await audit(transaction, { ...note, ...changed });
          break;
        }
        case 'protected': {
          await saveProtected(transaction, entry);
          await audit(transaction, { ...note, ...changed });
          break;
        }
        case 'draft': {
          await saveDraftOf(transaction, wanted.drafts, entry, { at: now, by_whom: actor });
          await audit(transaction, { ...note, ...changed });
          break;
        }
        case 'forwarding': {
          await changeForwarding(transaction, wanted.forwarding ?? null);
          await audit(transaction, { ...note, ...changed });
          break;
        }
        case 'job': {
          const job = entry.action === 'remove' ? undefined : wanted.jobs.find((one) => one.settings.name === entry.name);
          const id = job
            ? await saveJob(transaction, job, entry, now, actor)
            : await removeJob(transaction, entry.number!, entry.links ?? 'keep');
          await audit(transaction, {
            ...note,
            subject: `job:${id}`,
            ...changed,
            ...(job && entry.action === 'add' ? { after: canonicalText(job.settings) } : {}),
          });
        }
      }
    }
  });
}

const textOf = (entry: ConfigEntry, side: 'before' | 'after'): string =>
  JSON.stringify(Object.fromEntries(entry.changes.map((change) => [change.path, change[side]])));

async function saveConnection(
  options: EngineOptions,
  transaction: Transaction,
  connection: WantedConnection,
  entry: ConfigEntry,
): Promise<void> {
  await putConnection(transaction, {
    id: connection.id,
    connector: connection.connector,
    name: connection.name,
    config: JSON.stringify(connection.config),
  });
  const changed = new Set(entry.changes.map((change) => change.path));
  for (const [name, value] of Object.entries(connection.secrets)) {
    if (entry.action === 'add' || changed.has(`config.${name}`))
      await putSealed(transaction, `connection:${connection.id}`, name, options.sealer.seal(value));
  }
  // It may be another system now.
  if ([...changed].some((path) => path.startsWith('config.'))) await forgetCheck(transaction, connection.id);
}

async function removeConnection(transaction: Transaction, id: string): Promise<void> {
  for (const owner of [`connection:${id}`, `memory:${id}`]) await deleteSealed(transaction, owner);
  await deleteConnection(transaction, id);
}

async function saveJob(transaction: Transaction, job: WantedJob, entry: ConfigEntry, now: number, by: string): Promise<number> {
  const { settings, existing } = job;
  if (existing && entry.changes.every((change) => change.path === 'state')) return existing.id;
  const before = existing && jobSettingsSchema.parse(JSON.parse(existing.settings));
  const isOther = before !== null && canonicalText(effectiveSettings(before)) !== canonicalText(effectiveSettings(settings));
  const effectiveHash =
    existing === null ? digest(effectiveSettings(settings)) : isOther ? editionOf(existing, settings) : existing.effective_hash;
  const number = existing?.id ?? job.number ?? undefined;
  if (number !== undefined && !existing) await raiseNumber(transaction, 'job', number);
  const id = await putJob(transaction, {
    ...(number === undefined ? {} : { id: number }),
    name: settings.name,
    connection: settings.connection,
    direction: settings.direction,
    rank: settings.rank,
    settings: JSON.stringify(settings),
    effectiveHash,
    now,
    by,
  });
  if (before === null) return id;
  if (canonicalText(before.trigger) !== canonicalText(settings.trigger)) await patchJob(transaction, id, { next_due_at: null });
  // Incremental reads show what moved at the source, not what other rules make of the rest.
  if (isOther || canonicalText(before.pilot ?? null) !== canonicalText(settings.pilot ?? null))
    await patchJob(transaction, id, { cursor: null, observed_cursor: null });
  return id;
}

async function removeJob(transaction: Transaction, id: number, links: 'keep' | 'cut'): Promise<number> {
  const open = await transaction.get<{ id: number; state: string }>(
    `SELECT id, state FROM run WHERE job = ? AND ended_at IS NULL LIMIT 1`,
    id,
  );
  if (open)
    throw new CommandError(
      `Job ${id} has an open run (${open.id}, ${open.state}). Cancel it ("tributary cancel ${open.id}"), then apply again.`,
      `任务 ${id} 还有未结束的执行（${open.id}，${open.state}）。请先取消该执行（tributary cancel ${open.id}）。`,
    );
  const job = await getJob(transaction, id);
  if (job) await dropJob(transaction, job, links);
  return id;
}
