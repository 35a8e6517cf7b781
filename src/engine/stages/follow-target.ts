// Attributes in which the directory follows the target: what somebody else has made of them there is a word of this job, with its rank.
import { canonicalText } from '../../core/attribute.ts';
import type { Attributes, Value } from '../../core/model.ts';
import type { MappingRow } from '../../core/mapping/rows.ts';
import { acceptContributions, askContributors, contributionsOf, dropContributions, hasContributions } from '../../store/contributions.ts';
import type { Transaction } from '../../store/database.ts';
import { bumpContributions } from '../../store/directory.ts';
import { linksByDirectory } from '../../store/links.ts';
import type { RunContext, TypePlan } from '../context.ts';
import { parseJson } from '../shapes.ts';
import type { Compared } from './diff.ts';

/** Attribute of the target → attribute of the directory. */
function followed({ settings }: RunContext, type: string): ReadonlyMap<string, string> {
  const modes = settings.policy.drift[type] ?? {};
  const rows = (settings.mapping[type] ?? []) as readonly MappingRow[];
  return new Map(
    rows.flatMap((row) => (modes[row.target] === 'follow' && row.field !== undefined ? [[row.target, row.field] as const] : [])),
  );
}

/** Whoever else speaks of them is asked again, and so the directory becomes what all of them say. */
export async function followTarget(context: RunContext, transaction: Transaction, plan: TypePlan, drift: Compared['drift']): Promise<void> {
  const { job, run, outside } = context;
  const fields = followed(context, plan.type);
  if (drift.looked.length === 0 || (fields.size === 0 && !(await hasContributions(transaction, job.id)))) return;
  const found = new Map<string, Record<string, Value | null>>();
  for (const row of drift.found) {
    const field = fields.get(row.attribute);
    // A sensitive value is never read back.
    if (field === undefined || row.found === null) continue;
    found.set(row.object, { ...found.get(row.object), [field]: JSON.parse(row.found) as Value | null });
  }
  const before = (await contributionsOf(transaction, drift.looked)).filter((row) => row.job === job.id && row.type === plan.type);
  const links = new Map(
    (await linksByDirectory(transaction, outside.id, plan.type, drift.looked)).map((link) => [link.directory_id, link.external_id]),
  );
  const still = new Set(fields.values());
  const said = [];
  const ended: string[] = [];
  const touched: string[] = [];
  for (const object of new Set([...found.keys(), ...before.map((row) => row.directory_id)])) {
    const own = before.find((row) => row.directory_id === object);
    const known = parseJson<{ a: Attributes }>(own?.data, { a: {} }).a;
    const kept = Object.fromEntries(Object.entries(known).filter(([name]) => still.has(name)));
    const next: Attributes = { ...kept, ...found.get(object) };
    const key = own?.external_id ?? links.get(object);
    if (key === undefined || canonicalText(next) === canonicalText(known)) continue;
    touched.push(object);
    if (Object.keys(next).length === 0) ended.push(key);
    // Whether somebody is there at all, a system below does not say.
    else
      said.push({
        job: job.id,
        type: plan.type,
        external_id: key,
        directory_id: object,
        data: JSON.stringify({ a: next, x: 'active', mute: true }),
        relations: '[]',
      });
  }
  if (touched.length === 0) return;
  if (ended.length > 0) await dropContributions(transaction, job.id, plan.type, ended);
  await acceptContributions(transaction, run.id, said);
  await bumpContributions(transaction, touched);
  await askContributors(transaction, touched);
}
