// Accounts that this run has found by its rules and will link: whoever is compared with them in the same plan knows whose they are.
import type { RunContext } from '../context.ts';

const known = new WeakMap<RunContext, Map<string, Promise<ReadonlyMap<string, string>>>>();

/** Account → who it belongs to, of one type; once the run has correlated. Asked once for each type: mostly there are none. */
export function foundHere(context: RunContext, type: string): Promise<ReadonlyMap<string, string>> {
  const types = known.get(context) ?? known.set(context, new Map()).get(context)!;
  return types.get(type) ?? types.set(type, ask(context, type)).get(type)!;
}

async function ask({ database, run, outside }: RunContext, type: string): Promise<ReadonlyMap<string, string>> {
  const rows = await database.all<{ target_key: string; source_key: string }>(
    `SELECT target_key, source_key FROM staged s WHERE run = ? AND type = ? AND target_key IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM link l WHERE l.connection = ? AND l.type = s.type AND l.external_id = s.target_key)`,
    run.id,
    type,
    outside.id,
  );
  return new Map(rows.map((row) => [row.target_key, row.source_key]));
}
