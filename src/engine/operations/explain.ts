// Explains one person: which source says what, which rule gave each value, why they are or are not in a target.
import { z } from 'zod';
import { directoryTypes } from '../../core/directory-types.ts';
import type { Attributes, Label } from '../../core/model.ts';
import { countEdgesOf, edgesOf, firstEdgesOf, historyOf, type HistoryRow, type ObjectRow } from '../../store/directory.ts';
import { itemsOfKey, mirrorOf, openHeldOf, waitingOf, type OutsideRow } from '../../store/find.ts';
import { getConnection, getJob } from '../../store/jobs.ts';
import { titlesOf } from '../../store/overview.ts';
import { mergedFrom } from '../../store/persons.ts';
import { pinsOfObject } from '../../store/pins.ts';
import { dueOf } from '../../store/upkeep.ts';
import { explainAccounts } from '../explain/accounts.ts';
import { strongerThanHand } from '../console/fed.ts';
import { find } from '../explain/find.ts';
import { keptBy, keptWords } from '../explain/kept.ts';
import {
  explainAttributes,
  explainLifecycle,
  loadSources,
  relationLabel,
  speakerOf,
  type Source,
  type Spoken,
} from '../explain/sources.ts';
import { historyViews } from '../explain/history.ts';
import { explainView, type ExplainedObject, type ExplainView } from '../explain/view.ts';
import { whyOutside } from '../explain/why-not.ts';
import { parseJson, type Observed } from '../shapes.ts';
import { jobRef, optionalJob, query, type QueryContext } from './operation.ts';
import { pinViews } from './undo.ts';
import { heldOf, itemOf, jobName, labelOf, loadNames, type Names } from './show.ts';

const typeLabel = (type: string): Label => directoryTypes.find((spec) => spec.id === type)?.label ?? { en: type, zh: type };

export const explain = query({
  role: 'viewer',
  route: { method: 'GET', path: '/explanation', group: 'directory' },
  does: {
    en: 'Explains a person: sources, rules, values, accounts, what waits, what happened',
    zh: '解释一个人员：来源、规则、取值、账号、待办与历史',
  },
  input: z.strictObject({ person: z.string().trim().min(1), job: jobRef.optional(), history: z.int().min(0).max(200).default(10) }),
  output: explainView,
  async answer(context, input): Promise<ExplainView> {
    const names = await loadNames(context);
    const job = await optionalJob(context.reader, input.job);
    const { objects, outside } = await find(context.reader, input.person);
    const [only] = objects;
    return {
      query: input.person,
      matches: objects.length > 1 ? await candidates(context, objects) : [],
      object: only && objects.length === 1 ? await explainObject(context, names, only, job?.id, input.history) : null,
      outside: await Promise.all(outside.map((row) => explainOutside(context, names, row))),
    };
  },
});

async function candidates(context: QueryContext, objects: readonly ObjectRow[]): Promise<ExplainView['matches']> {
  const edges = await edgesOf(
    context.reader,
    // What tells them apart are departments; a group may hold everybody.
    objects.filter((object) => object.type === 'person').map((object) => object.id),
  );
  const titles = await titlesOf(
    context.reader,
    edges.filter((edge) => edge.relation === 'membership').map((edge) => edge.to_id),
  );
  return objects.map((object) => {
    const data = JSON.parse(object.data) as Attributes;
    const departments = edges
      .filter((edge) => edge.owner === object.id && edge.relation === 'membership')
      .map((edge) => titles.get(edge.to_id) ?? '');
    return {
      id: object.id,
      type: object.type,
      title: titleOf(object),
      lifecycle: object.lifecycle,
      hints: [data.employeeNumber, data.userName, data.code, departments.join(', ')].filter(
        (hint): hint is string => typeof hint === 'string' && hint !== '',
      ),
    };
  });
}

function titleOf(object: ObjectRow): string {
  const data = JSON.parse(object.data) as Attributes;
  return String(data[directoryTypes.find((spec) => spec.id === object.type)?.title ?? 'name'] ?? data.userName ?? object.id);
}

async function explainObject(
  context: QueryContext,
  names: Names,
  object: ObjectRow,
  onlyJob: number | undefined,
  history: number,
): Promise<ExplainedObject> {
  const spoken = await loadSources(context, names, object);
  const keys = [
    ...spoken.sources.map((source) => ({ job: source.row.job, key: source.row.external_id })),
    ...[...names.jobs.values()].filter((job) => job.direction === 'down').map((job) => ({ job: job.id, key: object.id })),
  ].filter((one) => onlyJob === undefined || one.job === onlyJob);
  const pinned = await pinsOfObject(context.reader, object.id);
  const pins = await pinViews(context, names, pinned);
  // Where the sources say the same by now, it is their word that counts.
  const kept = spoken.resolved.lifecycle === object.lifecycle ? null : await keptBy(context.reader, object, pinned);
  const stronger = strongerThanHand(names, spoken, object.id, context.now());
  const merged = object.type === 'person' ? await mergedFrom(context.reader, object.id) : [];
  const held = [];
  const problems = [];
  for (const { job, key } of keys) {
    held.push(...(await openHeldOf(context.reader, job, object.type, key)));
    problems.push(...(await itemsOfKey(context.reader, job, object.type, key)));
  }
  return {
    id: object.id,
    type: object.type,
    title: titleOf(object),
    lifecycle: object.lifecycle,
    lifecycleWhy: kept ? keptWords(kept, object.lifecycle) : explainLifecycle(names, object, spoken),
    kept,
    lockedByHand: { lifecycle: lockedBy(stronger.lifecycle), membership: lockedBy(stronger.membership) },
    reviewAt: spoken.resolved.reviewAt,
    sources: spoken.sources
      .filter((source) => onlyJob === undefined || names.jobs.get(onlyJob)?.direction !== 'up' || source.row.job === onlyJob)
      .map((source) => ({
        job: source.row.job,
        jobName: source.job.name,
        connection: source.job.connection,
        connectionName: names.connections.get(source.job.connection)?.name ?? source.job.connection,
        key: source.row.external_id,
        rank: source.settings.rank,
        decidesExistence: source.settings.policy.decidesExistence,
        existence: source.said.x,
        claim: source.claim?.state ?? null,
        linked: source.link !== undefined,
        seenAt: source.seenAt,
        acceptedRun: source.row.accepted_run,
      })),
    attributes: await explainAttributes(context, names, object, spoken),
    ...(await memberships(context, names, object, spoken)),
    accounts: await explainAccounts(context, names, object, onlyJob),
    pins,
    held: await heldOf(context, names, held),
    problems: problems.map((item) => itemOf(names, item)),
    waiting: await waiting(context, names, object, spoken, keys),
    merged: merged.map((row) => ({ id: row.id, at: row.at, by: row.by_whom, run: row.run })),
    history: await historyViews(context, names, await historyOfAll(context, [object.id, ...merged.map((row) => row.id)], history)),
  };
}

const lockedBy = (source: Source | null) => source && { job: source.row.job, jobName: source.job.name };

/** Of whoever was merged into somebody, too: it is theirs. */
async function historyOfAll(context: QueryContext, ids: readonly string[], limit: number): Promise<readonly HistoryRow[]> {
  const rows = (await Promise.all(ids.map((id) => historyOf(context.reader, id, limit)))).flat();
  return rows.sort((a, b) => b.seq - a.seq || b.n - a.n).slice(0, limit);
}

/** Of one object: more than anybody reads at once. */
const MOST_MEMBERSHIPS = 200;

async function memberships(
  context: QueryContext,
  names: Names,
  object: ObjectRow,
  { resolved }: Spoken,
): Promise<Pick<ExplainedObject, 'memberships' | 'moreMemberships'>> {
  const edges = await firstEdgesOf(context.reader, object.id, MOST_MEMBERSHIPS);
  const total = edges.length < MOST_MEMBERSHIPS ? edges.length : await countEdgesOf(context.reader, object.id);
  const titles = await titlesOf(
    context.reader,
    edges.map((edge) => edge.to_id),
  );
  const listed = edges
    .map((edge) => {
      const facts = parseJson<{ primary?: boolean; title?: string }>(edge.facts, {});
      const job = speakerOf(resolved.relationWinners, edge);
      return {
        relation: edge.relation,
        label: relationLabel(object, edge.relation),
        type: edge.to_type,
        name: titles.get(edge.to_id) ?? edge.to_id,
        primary: facts.primary === true,
        title: facts.title ?? null,
        job,
        jobName: jobName(names, job),
      };
    })
    .sort((a, b) => Number(b.primary) - Number(a.primary) || a.name.localeCompare(b.name));
  return { memberships: listed, moreMemberships: total - edges.length };
}

const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

async function waiting(
  context: QueryContext,
  names: Names,
  object: ObjectRow,
  spoken: Spoken,
  keys: readonly { job: number; key: string }[],
): Promise<Label[]> {
  const found: Label[] = [];
  for (const { job, key } of keys) {
    for (const due of await dueOf(context.reader, job, object.type, [key])) {
      if (due.what.startsWith('delete'))
        found.push({
          en: `Job ${job} "${jobName(names, job)}" will ask on ${day(due.at)} whether to delete.`,
          zh: `任务 ${job}“${jobName(names, job)}”将于 ${day(due.at)} 请求删除。`,
        });
      if (due.what === 'review')
        found.push({
          en: `Job ${job} "${jobName(names, job)}" looks again on ${day(due.at)} (a first or last day).`,
          zh: `任务 ${job}“${jobName(names, job)}”将于 ${day(due.at)} 重新处理（入职或离职日期）。`,
        });
    }
    for (const reference of await waitingOf(context.reader, job, object.type, key)) {
      const name = await nameOfEnd(context, job, reference.to_type, reference.to_key);
      const label = labelOf(directoryTypes, object.type, reference.name);
      found.push({
        en: `Job ${job} "${jobName(names, job)}": "${label.en}" waits for ${typeLabel(reference.to_type).en} "${name}".`,
        zh: `任务 ${job}“${jobName(names, job)}”：“${label.zh}”等待${typeLabel(reference.to_type).zh}“${name}”。`,
      });
    }
  }
  if (spoken.resolved.reviewAt !== null && !found.some((label) => label.en.includes('looks at it again'))) {
    found.push({
      en: `Its lifecycle may change by itself on ${day(spoken.resolved.reviewAt)}.`,
      zh: `其在职状态可能于 ${day(spoken.resolved.reviewAt)} 自动变化。`,
    });
  }
  return found;
}

/** Of an object of the directory, or of a record that is not in it yet, as its source shows it. */
async function nameOfEnd(context: QueryContext, id: number, type: string, key: string): Promise<string> {
  const known = (await titlesOf(context.reader, [key])).get(key);
  if (known !== undefined) return known;
  const job = await getJob(context.reader, id);
  const connection = job && (await getConnection(context.reader, job.connection));
  const title = connection && context.connectors.get(connection.connector)?.manifest.types.find((spec) => spec.id === type)?.title;
  const seen = title && (await mirrorOf(context.reader, connection.id, type, key));
  const name = seen ? parseJson<Partial<Observed>>(seen.data, {}).a?.[title] : undefined;
  return typeof name === 'string' && name !== '' ? name : key;
}

async function explainOutside(context: QueryContext, names: Names, row: OutsideRow): Promise<ExplainView['outside'][number]> {
  const mirror = await mirrorOf(context.reader, row.connection, row.type, row.external_id);
  const observed = parseJson<Observed>(mirror?.data, { a: {}, r: [] });
  const connector = names.connectors.get(names.connections.get(row.connection)?.connector ?? '');
  const title = connector?.manifest.types.find((spec) => spec.id === row.type)?.title;
  return {
    connection: row.connection,
    connectionName: names.connections.get(row.connection)?.name ?? row.connection,
    type: row.type,
    key: row.external_id,
    title: String((title && observed.a[title]) || observed.a.displayName || observed.a.name || row.external_id),
    seenAt: mirror?.observed_at ?? 0,
    why: await whyOutside(context, names, row),
  };
}
