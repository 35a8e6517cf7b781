// What objects are called that a record could be: a number of the inside tells nobody whom to look at.
import type { Attributes } from '../../core/model.ts';
import { list } from '../../store/database.ts';
import { objectsOf } from '../../store/directory.ts';
import type { StagedRow } from '../../store/staged.ts';
import type { RunContext, TypePlan } from '../context.ts';
import { parseJson } from '../shapes.ts';
import { mirrorObjects } from '../source-data.ts';
import type { Desired } from './assess.ts';

/** So many of a record are named in a sentence. */
export const NAMED = 5;

interface Several {
  readonly candidates?: string[];
  readonly rivals?: string[];
}

export const candidatesOf = (row: StagedRow): readonly string[] => parseJson<Several>(row.detail, {}).candidates ?? [];
/** Others whom the rules lead to the same one (`rivals.ts`). */
export const rivalsOf = (row: StagedRow): readonly string[] => parseJson<Several>(row.detail, {}).rivals ?? [];

/** Candidate → its name; those without one are missing. Directory ids and keys of the same plan upstream, ids of the target downstream. */
export async function candidateNames(
  context: RunContext,
  plan: TypePlan,
  rows: readonly StagedRow[],
): Promise<ReadonlyMap<string, string>> {
  const { database, run, outside, up } = context;
  const ids = [...new Set(rows.flatMap((row) => candidatesOf(row).slice(0, NAMED)))];
  const names = new Map<string, string>();
  if (ids.length === 0) return names;
  const put = (id: string, said: Attributes, title = plan.target.title): void => {
    const [name, number] = [said[title], said.employeeNumber];
    if (typeof name === 'string' && name !== '') names.set(id, typeof number === 'string' ? `${name} ${number}` : name);
  };
  if (!up) {
    for (const object of (await mirrorObjects(context, outside.id, plan.type, ids)).values()) put(object.id, object.attributes);
    const rivals = [...new Set(rows.flatMap((row) => rivalsOf(row).slice(0, NAMED)))];
    for (const object of await objectsOf(database, rivals)) put(object.id, parseJson<Attributes>(object.data, {}), plan.source.title);
    return names;
  }
  for (const object of await objectsOf(database, ids)) put(object.id, parseJson<Attributes>(object.data, {}));
  const twins = await database.all<{ source_key: string; desired: string }>(
    'SELECT source_key, desired FROM staged WHERE run = ? AND type = ? AND desired IS NOT NULL AND source_key IN {list}',
    run.id,
    plan.type,
    list(ids.filter((id) => !names.has(id))),
  );
  for (const twin of twins) put(twin.source_key, parseJson<Desired | null>(twin.desired, null)?.a ?? {});
  return names;
}
