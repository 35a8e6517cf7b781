// The directory as a merge or a split will have it, while that is planned: which words are whose, and where records lead.
import { CONSOLE } from '../../core/console.ts';
import type { Resolved } from '../../core/authority.ts';
import type { Attributes, Value } from '../../core/model.ts';
import { leadsTo, nameOfRecord, rolesAfter, type RegroupOrder } from '../../core/regroup.ts';
import { contributionsOf, type ContributionRow } from '../../store/contributions.ts';
import type { ObjectRow } from '../../store/directory.ts';
import { secondaryLinks } from '../../store/links.ts';
import { linksOfPeople } from '../../store/persons.ts';
import { appliedOf } from '../../store/undo.ts';
import type { RunRow } from '../../store/runs.ts';
import type { RunContext } from '../context.ts';
import type { Translation } from '../references.ts';
import { parseJson } from '../shapes.ts';
import type { JobFacts } from '../stages/directory-subject.ts';
import { sealedForNext } from './sealed.ts';

/** The merge or split that a run plans or carries out. */
export const regroupOf = ({ order }: Pick<RunRow, 'order'>): RegroupOrder | null =>
  order !== null && (order.kind === 'merge' || order.kind === 'split') ? order : null;

/** What is said of these objects. */
export async function wordsOf(
  context: RunContext,
  ids: readonly string[],
  jobs: ReadonlyMap<number, JobFacts>,
): Promise<readonly ContributionRow[]> {
  const order = regroupOf(context.run);
  if (!order) return contributionsOf(context.database, ids);
  const rows = await contributionsOf(context.database, [...new Set([...ids, order.from])]);
  const wanted = new Set(ids);
  const along = rows.filter((row) => goesAlong(order, row, jobs));
  const led = (await sealedForNext(context, order, along)).map((row) => ({ ...row, directory_id: order.to }));
  return [...rows.filter((row) => !along.includes(row)), ...led].filter((row) => wanted.has(row.directory_id));
}

/** Whether it is said by a record that goes along. */
export function goesAlong(order: RegroupOrder, row: ContributionRow, jobs: ReadonlyMap<number, Pick<JobFacts, 'connection'>>): boolean {
  if (row.type !== 'person' || row.directory_id !== order.from) return false;
  const connection = jobs.get(row.job)?.connection;
  return order.records.some((one) => one.connection === connection && one.externalId === row.external_id);
}

/** Names of the records that are not the first of their connection. */
export async function secondaryRecords(context: RunContext, type: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const order = regroupOf(context.run);
  const stored = (await secondaryLinks(context.database, type, ids)).map((link) => nameOfRecord(link.connection, link.external_id));
  if (!order || type !== 'person') return new Set(stored);
  const both = await linksOfPeople(context.database, [order.from, order.to]);
  const concerned = new Set(both.map((link) => nameOfRecord(link.connection, link.externalId)));
  const after = rolesAfter(both, order).filter((link) => link.role === 'secondary');
  return new Set([
    ...stored.filter((name) => !concerned.has(name)),
    ...after.map((link) => nameOfRecord(link.connection, link.externalId)),
  ]);
}

/** What is entered by hand for a person comes first for that person, whoever else was merged into them. */
export const isPrimary = (connection: string, externalId: string, object: string, secondary: ReadonlySet<string>): boolean =>
  connection === CONSOLE ? externalId === object : !secondary.has(nameOfRecord(connection, externalId));

/** Far ends of references and edges, where they lead after the order. */
export function ledEnds(context: RunContext, translate: ReadonlyMap<string, Translation>): ReadonlyMap<string, Translation> {
  const order = regroupOf(context.run);
  if (!order) return translate;
  return new Map(
    [...translate].map(([connection, find]) => [
      connection,
      (type: string, id: string) => {
        const found = (type === 'person' ? leadsTo(order, connection, id) : undefined) ?? find(type, id);
        // Whoever was merged into the one who goes now is somebody else once more.
        return connection === CONSOLE && order.kind === 'merge' && found === order.from ? order.to : found;
      },
    ]),
  );
}

/**
 * What only records that go along have said goes along: after a split nobody says it of the one who stays. Taking a merge back, what nobody
 * says is as it was before the merge, on both sides.
 */
export async function withoutWordsGone(
  context: RunContext,
  id: string,
  resolved: Resolved,
  object: ObjectRow | undefined,
  jobs: ReadonlyMap<number, JobFacts>,
): Promise<Resolved> {
  const order = regroupOf(context.run);
  if (order?.kind !== 'split' || (id !== order.from && id !== order.to)) return resolved;
  const unsaid: Record<string, Value | null> = {};
  const relations: Record<string, { job: number }> = {};
  if (id === order.from) {
    const gone = (await contributionsOf(context.database, [id])).filter((row) => goesAlong(order, row, jobs));
    const before = order.undoes === undefined ? {} : await asBefore(context, id, order.undoes);
    for (const row of gone) {
      for (const name of Object.keys(parseJson<{ a: Attributes }>(row.data, { a: {} }).a)) unsaid[name] = before[name] ?? null;
      // No job wins it: nobody is left to say that there is an edge.
      for (const name of parseJson<string[]>(row.relations, [])) relations[name] = { job: 0 };
    }
  } else if (object?.lifecycle === 'absent' && order.undoes !== undefined) Object.assign(unsaid, parseJson<Attributes>(object.data, {}));
  return {
    ...resolved,
    attributes: { ...unsaid, ...resolved.attributes },
    relationWinners: { ...relations, ...resolved.relationWinners },
  };
}

async function asBefore(context: RunContext, id: string, run: number): Promise<Attributes> {
  const changes = await appliedOf(context.database, context.job.id, run, 'person', [id]);
  return Object.assign({}, ...changes.map((change) => parseJson<Attributes>(change.before, {}))) as Attributes;
}
