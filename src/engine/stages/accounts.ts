// Account values: what a mapping reads of the same person's accounts in other systems, from their mirrors.
import type { Accounts } from '../../core/mapping/expression.ts';
import type { Value } from '../../core/model.ts';
import { linksByDirectory } from '../../store/links.ts';
import { mirrorRows } from '../../store/mirror.ts';
import type { RunContext, TypePlan } from '../context.ts';
import { digest, type Observed } from '../shapes.ts';

export interface AccountValues {
  /** Undefined where the mapping reads no accounts. */
  of(directoryId: string): Accounts | undefined;
  /** Changes when an account that is read has changed; empty where none is read. */
  digestOf(directoryId: string): string;
}

const none: AccountValues = { of: () => undefined, digestOf: () => '' };

/** One query per system and batch. A link without a mirror row, and a sealed value, are unknown; no link means no account. */
export async function accountValues(context: RunContext, plan: TypePlan, directoryIds: readonly string[]): Promise<AccountValues> {
  const systems = plan.mapping.accounts;
  if (systems.length === 0 || directoryIds.length === 0) return none;
  const values = new Map<string, Record<string, Record<string, Value | null> | undefined>>();
  const digests = new Map<string, string>();
  for (const system of systems) {
    const links = await linksByDirectory(context.database, system, plan.type, directoryIds);
    const rows = await mirrorRows(
      context.database,
      system,
      plan.type,
      links.map((link) => link.external_id),
    );
    const mirror = new Map(rows.map((row) => [row.external_id, row]));
    for (const link of links) {
      const row = mirror.get(link.external_id);
      const known = values.get(link.directory_id) ?? {};
      known[system] = row ? readable(context, JSON.parse(row.data) as Observed) : {};
      values.set(link.directory_id, known);
      digests.set(link.directory_id, `${digests.get(link.directory_id) ?? ''}|${system}:${row?.hash ?? ''}`);
    }
  }
  return {
    of: (id) => values.get(id) ?? {},
    digestOf: (id) => (digests.has(id) ? digest(digests.get(id)!) : 'none'),
  };
}

/** Sensitive values stay with the system they were read from. */
const readable = (context: RunContext, observed: Observed): Record<string, Value | null> =>
  Object.fromEntries(
    Object.entries(observed.a).filter(
      (entry): entry is [string, Value | null] => entry[1] !== undefined && !context.engine.sealer.isSealed(entry[1]),
    ),
  );
