// What would become of a link that is cut or moved: who would be found instead, by the rules of the jobs and by what was last read and written.
import { correlate, type Candidate } from '../../core/correlation.ts';
import { type CompiledRule, compileCorrelation } from '../../core/correlation-rules.ts';
import type { Attributes, Label, ObjectTypeSpec } from '../../core/model.ts';
import { contributionsOf } from '../../store/contributions.ts';
import { findObjects, type ObjectRow } from '../../store/directory.ts';
import { linksByDirectory, linksByExternal, type LinkRow } from '../../store/links.ts';
import { type JobRow, listLookups } from '../../store/jobs.ts';
import { apartFrom } from '../../store/matching.ts';
import { findInMirror, mirrorRows } from '../../store/mirror.ts';
import { titlesOf } from '../../store/overview.ts';
import type { QueryContext } from '../operations/operation.ts';
import { loadNames, settingsOfJob, targetTypes, type Names } from '../operations/show.ts';
import { digest, parseJson } from '../shapes.ts';
import { conductOf } from '../states.ts';
import { wordOf } from '../words.ts';
import { protectionsOf } from './protection.ts';
import { accountNames } from './titles.ts';
import { atRest, moved, nothingFollows, speaking, withoutLink, type Outcome, type Said } from './words.ts';

export interface Consequence {
  /** One sentence each. */
  readonly says: readonly Label[];
  /** Names exactly this consequence: what somebody has seen. */
  readonly seen: string;
}

/** @param to  whose it shall be; null: nobody's */
export async function consequenceOf(context: QueryContext, link: LinkRow, to: ObjectRow | null): Promise<Consequence> {
  const names = await loadNames(context);
  const titles = await titlesOf(context.reader, [link.directory_id, ...(to ? [to.id] : [])]);
  const who = titles.get(link.directory_id) ?? link.directory_id;
  const what = await accountOf(context, names, link, link.external_id);
  const says: Label[] = [];
  const words = await contributionsOf(context.reader, [link.directory_id]);
  const jobs = [...names.jobs.values()].filter((job) => job.connection === link.connection && settingsOfJob(job).mapping[link.type]);
  for (const job of jobs) {
    const said: Said = {
      job: { en: `${job.id} "${job.name}"`, zh: `${job.id}“${job.name}”` },
      who,
      what,
      rule: '',
      other: '',
      type: names.directory.find((spec) => spec.id === link.type)?.label ?? { en: link.type, zh: link.type },
    };
    const own = words.find((word) => word.job === job.id && word.external_id === link.external_id);
    if (job.direction === 'up' && !own) continue;
    if (to) says.push(resting(job, moved[job.direction]({ ...said, to: titles.get(to.id) ?? to.id })));
    // Upstream the record has a person again; downstream the person may look for another account.
    if (to && job.direction === 'up') continue;
    const values = own ? parseJson<{ a: Attributes }>(own.data, { a: {} }).a : await lastKnown(context, link);
    const found = await lookAgain(context, names, job, link, values, to);
    const other = found.other === null ? '' : await nameOf(context, names, job, link, found.other);
    says.push(resting(job, withoutLink[job.direction][found.outcome]({ ...said, rule: found.rule, other })));
  }
  if (words.some((word) => jobs.some((job) => job.id === word.job && word.external_id === link.external_id)))
    says.push(speaking(who, words.filter((word) => !(isOf(jobs, word.job) && word.external_id === link.external_id)).length));
  if (says.length === 0) says.push(nothingFollows());
  return {
    says,
    seen: digest({ link: [link.connection, link.type, link.external_id, link.directory_id], to: to?.id ?? null, says }).slice(0, 10),
  };
}

const isOf = (jobs: readonly JobRow[], id: number): boolean => jobs.some((job) => job.id === id);
const resting = (job: JobRow, said: Label): Label => (conductOf(job.state).writes ? said : atRest(said, wordOf.job(job.state)));

async function nameOf(context: QueryContext, names: Names, job: JobRow, link: LinkRow, id: string): Promise<string> {
  return job.direction === 'up' ? ((await titlesOf(context.reader, [id])).get(id) ?? id) : accountOf(context, names, link, id);
}

/** What people call an account or a record of the same system; its id where nothing else is known of it. */
async function accountOf({ reader }: QueryContext, names: Names, { connection, type }: LinkRow, id: string): Promise<string> {
  return accountNames(names, connection, type, await mirrorRows(reader, connection, type, [id])).get(id) ?? id;
}

/** What was written into the account last, over what it showed. */
async function lastKnown(context: QueryContext, link: LinkRow): Promise<Attributes> {
  const [row] = await mirrorRows(context.reader, link.connection, link.type, [link.external_id]);
  return { ...parseJson<{ a: Attributes }>(row?.data, { a: {} }).a, ...parseJson<Attributes>(link.sent, {}) };
}

interface Found {
  readonly outcome: Outcome;
  readonly rule: string;
  readonly other: string | null;
}

async function lookAgain(
  context: QueryContext,
  names: Names,
  job: JobRow,
  link: LinkRow,
  values: Attributes,
  to: ObjectRow | null,
): Promise<Found> {
  const up = job.direction === 'up';
  const specs: ObjectTypeSpec | undefined = targetTypes(names, job.id).find((spec) => spec.id === link.type);
  const perRule: { rule: string; candidates: Candidate[] }[] = [];
  for (const rule of await rulesOf(context, job, link.type, specs)) {
    const { attribute } = rule;
    const keys = rule.keys(values);
    if (keys.length === 0) continue;
    const ids = up
      ? (await findObjects(context.reader, link.type, attribute, keys)).map((row) => row.id)
      : (await findInMirror(context.reader, link.connection, link.type, attribute, keys)).map((row) => row.external_id);
    perRule.push({ rule: rule.name, candidates: await candidatesOf(context, names, job, link, [...new Set(ids)], to) });
  }
  const own = up ? link.directory_id : link.external_id;
  const answer = correlate(null, await withApart(context, link, up, perRule));
  switch (answer.kind) {
    case 'none':
      return { outcome: 'none', rule: '', other: null };
    case 'found':
    case 'linked':
      return { outcome: answer.id === own ? 'again' : 'other', rule: 'rule' in answer ? answer.rule : '', other: answer.id };
    case 'ambiguous':
      return { outcome: 'ambiguous', rule: answer.rule, other: null };
    case 'protected':
      return { outcome: 'protected', rule: answer.rule, other: answer.id };
  }
}

/** Whom somebody has said not to be the same is not found again. */
async function withApart(
  { reader }: QueryContext,
  link: LinkRow,
  up: boolean,
  perRule: readonly { readonly rule: string; readonly candidates: readonly Candidate[] }[],
): Promise<readonly { readonly rule: string; readonly candidates: readonly Candidate[] }[]> {
  const objects = up ? perRule.flatMap(({ candidates }) => candidates.map(({ id }) => id)) : [link.directory_id];
  const apart = new Set(
    (await apartFrom(reader, link.connection, link.type, objects))
      .filter((row) => !up || row.external_id === link.external_id)
      .map((row) => (up ? row.object : row.external_id)),
  );
  return perRule.map(({ rule, candidates }) => ({
    rule,
    candidates: candidates.map((one) => (apart.has(one.id) ? { ...one, keptApart: true } : one)),
  }));
}

async function rulesOf(
  context: QueryContext,
  job: JobRow,
  type: string,
  spec: ObjectTypeSpec | undefined,
): Promise<readonly CompiledRule[]> {
  if (!spec) return [];
  const rows = await listLookups(context.reader);
  const lookups = Object.fromEntries(rows.map((row) => [row.name, parseJson<Record<string, string>>(row.rows, {})]));
  const { correlation } = settingsOfJob(job);
  // Saved, so checked: what the job maps, and what rests sealed, was looked at then.
  const known = spec.attributes.map((attribute) => attribute.name);
  return compileCorrelation(correlation[type] ?? [], { attributes: spec.attributes, lookups, known, sealed: new Set() }).rules;
}

async function candidatesOf(
  context: QueryContext,
  names: Names,
  job: JobRow,
  link: LinkRow,
  ids: readonly string[],
  to: ObjectRow | null,
): Promise<Candidate[]> {
  const up = job.direction === 'up';
  const taken = new Map(
    up
      ? (await linksByDirectory(context.reader, link.connection, link.type, ids)).map((row) => [row.directory_id, row.external_id] as const)
      : (await linksByExternal(context.reader, link.connection, link.type, ids)).map((row) => [row.external_id, row.directory_id] as const),
  );
  const own = up ? link.directory_id : link.external_id;
  if (to) taken.set(link.external_id, to.id);
  else if (taken.get(own) === (up ? link.external_id : link.directory_id)) taken.delete(own);
  const guarded = up ? new Map() : await protectionsOf(context.reader, names, { connection: link.connection, type: link.type, ids }, job);
  return ids.map((id) => ({ id, ...(taken.has(id) ? { linkedTo: taken.get(id)! } : {}), ...(guarded.has(id) ? { protected: true } : {}) }));
}
